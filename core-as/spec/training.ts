// What training measures: a record every few steps, a result a run, a checkpoint to go on from. Plain data; nothing
// is computed here. Numbers that are not finite become strings in JSON, as in a result of a run.
import type { Experiment } from "./experiment";
import type { Evidence, Histogram, Severity } from "./result";

export const TRAINING_FORMAT = "initlab.training/1";

/**
 * A layer after a number of steps. Statistics are those of phi(z) over the probe batch: the first rows of the training
 * share (at most PROBE_ROWS), the same at every record and for every run of the same data and seed.
 */
export interface TrainLayerRecord {
  /** 1..L; the output layer is L. */
  readonly index: number;
  /** "layer1", ..., "output". */
  readonly name: string;
  /**
   * Norm of the loss gradient in the weights, over the probe batch, before clipping and decay. With batch normalization
   * the moments are those of the whole training share, held constant on the way back.
   */
  readonly gradientNorm: number;
  /** The same of the bias. */
  readonly biasGradientNorm: number;
  /**
   * |W - W before the last step| / |W before it|; null at step 0, and where the weights before it were all zero and
   * are not any more. 0 where nothing moved.
   */
  readonly updateToWeight: number | null;
  /** Frobenius norm of the weights. */
  readonly weightNorm: number;
  readonly activation: TrainActivations;
}

export interface TrainActivations {
  readonly mean: number;
  /** Population standard deviation of all elements. */
  readonly std: number;
  /** Root mean square over units of a unit's std over the samples. */
  readonly acrossSampleStd: number;
  /** As in ActivationStatistics; null where saturation is not defined. */
  readonly saturatedFraction: number | null;
  /** Counts of units. */
  readonly deadUnits: number;
  readonly distinctUnits: number;
  readonly units: number;
  readonly histogram: Histogram;
}

/** The network after `step` updates. */
export interface TrainRecord {
  readonly step: number;
  /** Mean loss and share of right answers over the whole training share. */
  readonly loss: number;
  readonly accuracy: number;
  /** Over the validation share; null where there is none. */
  readonly validationLoss: number | null;
  readonly validationAccuracy: number | null;
  /** Rate of the update that led here; null at step 0. */
  readonly learningRate: number | null;
  readonly layers: readonly TrainLayerRecord[];
}

/** `finished`: every step was made. `diverged`: the loss was not finite. `stopped`: ended by the caller. */
export type TrainOutcome = "finished" | "diverged" | "stopped";

export type TrainFindingCode =
  "diverged" | "stalled" | "symmetric_units" | "dead_units" | "no_gradient" | "overfitting" | "learned";

/** As Finding, of a whole training; remedies are offered by `advise`, not here. */
export interface TrainFinding {
  readonly code: TrainFindingCode;
  readonly severity: Severity;
  /** Indices of the layers it is about; empty: the network. */
  readonly layers: readonly number[];
  readonly evidence: Evidence;
  /** What the evidence was held against, by the same names. */
  readonly threshold: Evidence;
  /** Paper or definition that the threshold comes from. */
  readonly source: string;
  readonly message: string;
}

/** One run: one spec, one seed. */
export interface TrainResult {
  readonly format: typeof TRAINING_FORMAT;
  /** Fully resolved; its `seed` is that of this run. */
  readonly spec: Experiment;
  readonly seed: number;
  readonly core: { readonly version: string; readonly sha256: string };
  /** sha256 of the records, in the order that digest.ts writes down. */
  readonly digest: string;
  readonly outcome: TrainOutcome;
  /** Updates that were made. */
  readonly steps: number;
  readonly trainingSamples: number;
  readonly validationSamples: number;
  readonly features: number;
  readonly classes: number;
  /** Whole batches in one pass over the training share. */
  readonly stepsPerEpoch: number;
  /** Trained numbers: weights and biases. */
  readonly parameters: number;
  /** Loss of the best constant answer: of cross-entropy, the entropy of the training share's classes. */
  readonly constantLoss: number;
  readonly records: readonly TrainRecord[];
  readonly findings: readonly TrainFinding[];
  readonly timing: Readonly<Record<string, number>>;
  readonly environment: Readonly<Record<string, string | number>>;
}

/**
 * Where a run stands, to go on from with the same bits. Survives structured clone; `state` is opaque: parameters and
 * what the optimizer remembers, float32, in the order in which the core keeps them.
 */
export interface TrainCheckpoint {
  /** sha256 of the resolved spec with this seed: a run refuses another's. */
  readonly identity: string;
  readonly step: number;
  readonly state: Uint8Array<ArrayBuffer>;
  /** Every record up to `step`. */
  readonly records: readonly TrainRecord[];
}

/** One run among several: which spec, which seed. `run` counts spec by spec, seed by seed. */
export interface TrainRun {
  readonly run: number;
  readonly spec: number;
  readonly seed: number;
}
