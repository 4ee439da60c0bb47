// A result as text and back: every number, and every text as it was.
import { describe, expect, it } from "vitest";
import { readResultText, resultText } from "../../spec/resultText";
import type { RunResult } from "../../spec/result";

const result = (change: object) =>
  ({
    format: "initlab.result/1",
    digest: "0".repeat(64),
    layers: [{ index: 1 }],
    ...change,
  }) as unknown as RunResult;

describe("a result as text", () => {
  it("gives back numbers that are not finite, and texts that look like them where texts stand", () => {
    const given = result({ network: { loss: NaN, low: -Infinity, high: Infinity }, spec: { name: "NaN" } });
    expect(readResultText(resultText(given))).toEqual(given);
  });

  it.each(["constructor", "toString", "__proto__"])("gives back the text %j", (label) => {
    const given = result({ spec: { data: { source: "file", path: label, label } } });
    expect(readResultText(resultText(given))).toEqual(given);
  });

  it.each([
    ["{", /is not JSON/],
    ["null", /format/],
    ['{"format":"initlab.result/2"}', /format/],
    ['{"format":"initlab.result/1"}', /no digest/],
    [JSON.stringify(result({ layers: undefined })), /no layers/],
    [JSON.stringify(result({ layers: [] })), /no layers/],
  ])("refuses %j", (text, reason) => {
    expect(() => readResultText(text)).toThrow(reason);
  });
});
