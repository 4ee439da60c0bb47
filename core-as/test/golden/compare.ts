// Runs every preset and holds its digest against the golden one of this core version.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { execute } from "../../runtime/execute";
import { CORE_VERSION } from "../../runtime/version";
import { parseExperiment } from "../../spec/parse";
import { PRESETS } from "../../spec/presets";
import type { Build } from "../harness";
import { openHost } from "../runtime/host";
import { differences, type Golden, goldenOf } from "./figures";

export const GOLDEN = JSON.parse(readFileSync(join(import.meta.dirname, "digests.json"), "utf8")) as Golden;

/** Every preset on this core with so many workers. */
export function comparePresets(build: Build, workers: number): void {
  it("is the golden list of this core version", () => {
    expect(GOLDEN.coreVersion, "run `npm run golden` after raising CORE_VERSION").toBe(CORE_VERSION);
    expect(Object.keys(GOLDEN.presets)).toEqual(PRESETS.map(({ name }) => name));
  });

  it.each(PRESETS.map((preset) => [preset.name, preset] as const))("%s", async (name, { spec }) => {
    const host = openHost(build, { workers });
    try {
      const { result } = await execute(parseExperiment(spec), host);
      const golden = GOLDEN.presets[name];
      expect(golden && differences(golden, goldenOf(result))).toEqual([]);
    } finally {
      host.pool.close();
    }
  });
}
