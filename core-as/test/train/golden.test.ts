// The first steps of every preset with a train part, and of every optimizer: the bits recorded for this core version.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { train } from "../../runtime/train/train";
import { parseExperiment } from "../../spec/parse";
import { findPreset, PRESETS } from "../../spec/presets";
import { OPTIMIZERS } from "../../spec/shape/train";
import type { Build } from "../harness";
import { openHost } from "../runtime/host";

const { trainings: golden } = JSON.parse(
  readFileSync(join(import.meta.dirname, "../golden/digests.json"), "utf8"),
) as { readonly trainings: Readonly<Record<string, string>> };

const STEPS = 50;
const trained = PRESETS.filter(({ spec }) => spec.train).map(({ name }) => name);
const [first] = trained;
const named = [...trained, ...OPTIMIZERS.map((optimizer) => `${first!}, ${optimizer}`)];

async function digestOf(name: string, build: Build): Promise<string> {
  const [preset, optimizer] = name.split(", ") as [string, (typeof OPTIMIZERS)[number]?];
  const { spec } = findPreset(preset);
  const own = optimizer ? { optimizer, batchSize: spec.train!.batchSize! } : spec.train!;
  const host = openHost(build);
  try {
    return (await train(parseExperiment({ ...spec, train: { ...own, steps: STEPS } }), host)).digest;
  } finally {
    host.pool.close();
  }
}

describe("golden digests of training", () => {
  it("are those of these names", () => {
    expect(Object.keys(golden)).toEqual(named);
  });

  it.each(named)("%s", async (name) => {
    expect(await digestOf(name, "fast"), "npm run golden says what changed").toBe(golden[name]);
  });

  it("are the checked core's", async () => {
    const name = `${first!}, adam`;
    expect(await digestOf(name, "checked")).toBe(golden[name]);
  });
});
