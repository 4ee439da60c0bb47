// What goes over the wire comes back the same.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromWire, toWire } from "../../contract/wire";

const back = (value: unknown) => fromWire(toWire(value));

describe("the wire", () => {
  it("carries bytes without loss", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(back({ files: [{ path: "x", bytes }] })).toStrictEqual({ files: [{ path: "x", bytes }] });
      }),
    );
  });

  it("carries many bytes, every value of them, and those of a part of a buffer", () => {
    const bytes = Uint8Array.from({ length: 100_003 }, (_, i) => (i * 31 + (i >> 8)) & 255);
    expect(back(bytes)).toStrictEqual(bytes);
    expect(back(bytes.subarray(7, 70_000))).toStrictEqual(bytes.slice(7, 70_000));
    expect(back(Buffer.from(bytes))).toStrictEqual(bytes);
  });

  it("carries any plain value, keys that look like its own mark among them", () => {
    const key = fc.oneof(fc.constantFrom("$bytes", "$$bytes", "$$$bytes", "bytes", "a"), fc.string());
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.constant(null),
        fc.boolean(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
        fc.string({ unit: "binary" }),
        fc.uint8Array({ maxLength: 9 }),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(key, tie("value"), { maxKeys: 3, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(value, (given) => {
        expect(back(given)).toEqual(given);
      }),
      { numRuns: 1000 },
    );
  });

  it("does not let JSON lose a number", () => {
    for (const x of [NaN, Infinity, -Infinity]) expect(() => toWire([{ x }])).toThrow(/x is .*JSON cannot/);
  });

  it.each(["", "{", '{"$bytes":7}', '{"$bytes":"%%%"}', '{"$bytes":"A"}', '[{"$bytes":null}]'])(
    "refuses %j",
    (text) => {
      expect(() => fromWire(text)).toThrow(SyntaxError);
    },
  );
});
