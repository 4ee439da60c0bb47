// Sources for tests: gains from the built core, specs in short.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CodeFramework } from "../../code/source";
import { sourceFor } from "../../code/write";
import { gainsOf } from "../../runtime/draw";
import { MeasuringCore } from "../../runtime/tally";
import type { Experiment } from "../../spec/experiment";
import { parseExperiment } from "../../spec/parse";

const folder = process.env["INITLAB_CORE_DIR"] ?? join(import.meta.dirname, "../../../dist/core");
export const core = new MeasuringCore(new WebAssembly.Module(readFileSync(join(folder, "core.fast.wasm"))));

/** The version is held fixed: a new one changes no other line. */
export function textOf(spec: Experiment, framework: CodeFramework): string {
  return sourceFor(spec, framework, {
    coreVersion: "0.0.0",
    gainsOf: (activation) => gainsOf(core, activation),
  }).text;
}

export const hidden = (layer: object, around: object = {}): Experiment =>
  parseExperiment({
    format: "initlab.experiment/1",
    name: "a layer",
    seed: 11,
    data: { source: "gaussian", samples: 50, features: 40 },
    network: {
      hidden: { layers: 1, units: 30, activation: "tanh", weights: { scheme: "he_normal" }, ...layer },
    },
    ...around,
  });
