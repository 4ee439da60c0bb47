// Same spec, same bits: any number of workers, either build of the core, and as recorded for this core version.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { digestOf } from "../../runtime/digest";
import { CORE_VERSION } from "../../runtime/version";
import { parseExperiment } from "../../spec/parse";
import { PRESETS } from "../../spec/presets";
import type { Build } from "../harness";
import { runOn } from "./host";

interface Golden {
  readonly coreVersion: string;
  readonly presets: Readonly<Record<string, { readonly digest: string }>>;
}

const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, "../golden/digests.json"), "utf8"),
) as Golden;
const digest = async (spec: unknown, workers: number, build: Build = "fast") =>
  (await runOn(build, parseExperiment(spec), { workers })).result.digest;

describe("golden digests", () => {
  it("belong to this core version and to every preset", () => {
    expect(golden.coreVersion).toBe(CORE_VERSION);
    expect(Object.keys(golden.presets)).toEqual(PRESETS.map((preset) => preset.name));
  });

  it.each(PRESETS.map((preset) => [preset.name, preset.spec] as const))(
    "%s, with 1, 2 and 5 workers",
    async (name, spec) => {
      for (const workers of [1, 2, 5])
        expect(await digest(spec, workers), `${workers} workers; npm run golden says what changed`).toBe(
          golden.presets[name]!.digest,
        );
    },
  );

  it.each(["large-normal-sigmoid", "batch-norm-relu", "he-normal-relu-digits"])(
    "%s, on the checked core",
    async (name) => {
      const spec = PRESETS.find((preset) => preset.name === name)!.spec;
      expect(await digest(spec, 2, "checked")).toBe(golden.presets[name]!.digest);
    },
  );
});

describe("the digest", () => {
  it("can be computed again from the result as JSON", async () => {
    const { result } = await runOn("fast", parseExperiment(PRESETS[4]!.spec));
    const text = JSON.stringify(result, (_key, value: unknown) =>
      typeof value === "number" && !Number.isFinite(value) ? String(value) : value,
    );
    const read = JSON.parse(text) as typeof result;
    expect(text).toContain('"NaN"');
    expect(digestOf([{ layers: read.layers, network: read.network }])).toBe(result.digest);
  });

  it("knows one NaN and one zero, and sees every other change", () => {
    const of = (loss: unknown) => digestOf([{ layers: [], network: { loss } as never }]);
    expect(of("NaN")).toBe(of(NaN));
    expect(of(-0)).toBe(of(0));
    expect(of(1)).not.toBe(of(1 + 2 ** -52));
    expect(of("Infinity")).toBe(of(Infinity));
    expect(digestOf([])).not.toBe(of(0));
  });
});
