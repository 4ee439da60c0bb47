// What a training is refused for besides its memory: what spec and data say only together, and what it would record.
import type { Experiment, TrainSpec } from "../../spec/experiment";
import { ExperimentError, RunError } from "../errors";
import type { Shares } from "./share";

export type Trainable = Experiment & { readonly train: TrainSpec };

/** Layers times records of all runs together: each is a histogram and a few figures, about a kilobyte. */
const MOST_LAYER_RECORDS = 500_000;

/** What is recorded stays in memory until the end, and goes into the result. */
export function refuseTooManyRecords(specs: readonly Experiment[], seeds: number): void {
  let sum = 0;
  for (const [index, { network, train: spec }] of specs.entries()) {
    if (!spec) continue;
    const layers = network.layers.length + (network.output ? 1 : 0);
    sum += layers * seeds * (1 + Math.ceil(spec.steps / spec.recordEvery));
    if (sum > MOST_LAYER_RECORDS)
      throw new ExperimentError(
        index,
        new RunError(
          "train.recordEvery",
          `records every ${spec.recordEvery} steps of ${layers} layers and ${seeds} seeds make more than ${MOST_LAYER_RECORDS} histograms; fewer records, steps or seeds would be right`,
        ),
      );
  }
}

/** What can be judged only when spec and data meet. */
export function checkShares({ network, train: spec }: Trainable, { classes, training }: Shares): void {
  const outputs = (network.output ?? network.layers.at(-1)!).units;
  if (classes !== outputs)
    throw new RunError(
      network.output ? "network.output.units" : "network",
      `training over ${classes} classes needs as many outputs, and the network has ${outputs}; an output layer of ${classes} units would be right`,
    );
  if (spec.batchSize > training.samples)
    throw new RunError(
      "train.batchSize",
      `${spec.batchSize} is more than the ${training.samples} training samples; at most that many would be right`,
    );
}
