// Trials of remedies: one that cannot be run costs nothing, cancelling ends them at once.
import { describe, expect, it } from "vitest";
import { execute } from "../../runtime/execute";
import { withRemedies } from "../../runtime/remedy";
import { parseExperiment } from "../../spec/parse";
import { findPreset } from "../../spec/presets";
import { openHost } from "./host";

const sick = parseExperiment(findPreset("deep-relu-xavier").spec);

describe("trials", () => {
  it("that would not fit in memory leave the result as it was", async () => {
    const host = openHost("fast");
    const { result } = await execute(sick, host);
    const cramped = { ...host, memoryLimitBytes: 1 };
    expect(await withRemedies(result, cramped)).toEqual(result);
    host.pool.close();
  });

  it("tell their title and progress, and stop where every alarm has its remedy", async () => {
    const host = openHost("fast");
    const { result } = await execute(sick, host);
    const titles: string[] = [];
    const fractions: number[] = [];
    const mended = await withRemedies(result, host, {
      onTrial: (title) => titles.push(title),
      onProgress: ({ fraction }) => fractions.push(fraction),
    });
    expect(titles).toEqual(["He normal"]);
    expect(fractions.at(-1)).toBe(1);
    expect(mended.digest).toBe(result.digest);
    host.pool.close();
  });

  it("end at once when they are cancelled", async () => {
    const host = openHost("fast");
    const { result } = await execute(sick, host);
    const abort = new AbortController();
    const trying = withRemedies(result, host, {
      signal: abort.signal,
      onTrial: () => abort.abort(new DOMException("enough", "AbortError")),
    });
    await expect(trying).rejects.toThrow("enough");
    host.pool.close();
  });
});
