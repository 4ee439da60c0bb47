// Experiments to save in tests: a spec that parses, and a result as far as the host looks into it.
import { createHash } from "node:crypto";
import type { Draft, ExperimentToSave } from "../../contract/hostApi";
import type { Experiment } from "../../../core-as/spec/experiment";
import { parseExperiment } from "../../../core-as/spec/parse";
import type { WrittenWeights } from "../../../core-as/spec/written";

export interface SpecChoice {
  readonly seed?: number;
  readonly layers?: number;
  readonly units?: number;
  readonly activation?: string;
  readonly weights?: WrittenWeights;
  readonly data?: object;
}

export function sampleSpec({
  seed = 42,
  layers = 5,
  units = 100,
  activation = "relu",
  weights = { scheme: "he_normal" },
  data = { source: "gaussian" },
}: SpecChoice = {}): Experiment {
  return parseExperiment({
    format: "initlab.experiment/1",
    name: "sample",
    seed,
    data,
    network: { hidden: { layers, units, activation, weights } },
  });
}

export function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A result.json whose digest depends on `mark`. */
export function sampleResult(mark: string, digest = digestOf(mark)): string {
  return `${JSON.stringify({ format: "initlab.result/1", digest, mark, network: { loss: "NaN" }, layers: [] })}\n`;
}

/** A training.json of so many trainings, whose digests depend on `mark`. */
export function sampleTraining(mark: string, count = 2): string {
  const training = (i: number) => ({ format: "initlab.training/1", digest: digestOf(`${mark} ${i}`), mark });
  return `${JSON.stringify(Array.from({ length: count }, (_, i) => training(i)))}\n`;
}

export function sampleToSave(change: Partial<ExperimentToSave> = {}): ExperimentToSave {
  const name = change.name ?? "He and ReLU";
  return {
    id: null,
    name,
    notes: "",
    tags: [],
    spec: sampleSpec(),
    result: sampleResult(name),
    verdict: "Healthy: the signal and the gradient hold",
    severity: "healthy",
    files: [],
    ...change,
  };
}

export function sampleDraft(change: Partial<Draft> = {}): Draft {
  return {
    key: "window-1",
    experimentId: null,
    name: "in the midst",
    notes: "half a sen",
    tags: ["open"],
    spec: sampleSpec(),
    files: [],
    written: "2026-01-31T12:00:00.000Z",
    ...change,
  };
}
