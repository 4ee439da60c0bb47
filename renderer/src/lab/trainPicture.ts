// What was trained: variants of one network, seed by seed, as they were then.
import type { Experiment, TrainSpec } from "../../../core-as/spec/experiment";
import type { TrainRecord, TrainResult } from "../../../core-as/spec/training";
import type { SpecFiles } from "../compute/messages";

/** One initialisation of the network: its own spec, which differs from the others' in its weights and biases. */
export interface TrainVariant {
  readonly key: number;
  readonly name: string;
  /** Place in the palette of runs, 0 to 7. */
  readonly paint: number;
  readonly spec: Trainable;
  readonly files: SpecFiles;
}

export type Trainable = Experiment & { readonly train: TrainSpec };

export interface TrainedRun {
  readonly variant: TrainVariant;
  readonly seed: number;
  readonly records: readonly TrainRecord[];
  /** Null until it has ended. */
  readonly result: TrainResult | null;
}

/** What is drawn: these variants as they were when they were trained. */
export interface TrainPicture {
  readonly variants: readonly TrainVariant[];
  readonly seeds: readonly number[];
  /** Variant by variant, seed by seed. */
  readonly runs: readonly TrainedRun[];
}

/** Of the runs that have ended, each under its variant's name. */
export function namedResults({ runs }: TrainPicture): readonly TrainResult[] {
  return runs.flatMap(({ result, variant }) =>
    result ? [{ ...result, spec: { ...result.spec, name: variant.name } }] : [],
  );
}
