// What a run measured, as contract format initlab.result/1 before numbers that are not finite become strings.
import type { ActivationSpec, Experiment } from "./experiment";

export const RESULT_FORMAT = "initlab.result/1";

/** Bins with round edges; exact zeros and values on a bound of the activation are counted apart. */
export interface Histogram {
  /** n+1 rising edges. */
  readonly edges: readonly number[];
  /** n counts, without `zeros`, `atLow` and `atHigh`. */
  readonly counts: readonly number[];
  readonly zeros: number;
  readonly atLow: number;
  readonly atHigh: number;
}

export const QUANTILES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99] as const;

/** Of all elements of a tensor; values that are not finite are counted in `nonFinite` and left out of the rest. */
export interface Statistics {
  readonly count: number;
  readonly mean: number;
  /** Population standard deviation. */
  readonly std: number;
  readonly rms: number;
  readonly min: number;
  readonly max: number;
  readonly skewness: number;
  /** Excess kurtosis. */
  readonly kurtosis: number;
  readonly quantiles: Readonly<Record<string, number>>;
  readonly zeroFraction: number;
  readonly nonFinite: number;
  readonly histogram: Histogram;
}

/** std^2 = acrossSampleStd^2 + acrossUnitStd^2. */
export interface BatchStatistics extends Statistics {
  /** Root mean square over units of a unit's std over the samples. */
  readonly acrossSampleStd: number;
  /** Std over units of a unit's mean. */
  readonly acrossUnitStd: number;
  /** True where acrossSampleStd is below about 2e-8 of the rms: float32 rounding, not signal. */
  readonly acrossSampleStdIsRounding: boolean;
}

/** Taken on phi(z), before a residual sum, from `saturatedFraction` on. */
export interface ActivationStatistics extends BatchStatistics {
  readonly saturatedFraction: number | null;
  readonly deadUnits: number;
  readonly constantUnits: number;
  readonly distinctUnits: number;
  /** Participation ratio of the centred covariance of the first 256 samples. */
  readonly effectiveRank: number;
  /** n d / (n + d): what independent Gaussian units would reach. */
  readonly effectiveRankCeiling: number;
  /** Mean cosine of pairs among the first 256 samples. */
  readonly meanCosine: number;
}

export interface LayerResult {
  /** 1..L; the output layer is L. */
  readonly index: number;
  /** "layer1", ..., "output". */
  readonly name: string;
  readonly fanIn: number;
  readonly fanOut: number;
  readonly activation: ActivationSpec;
  /** True where a shortcut is added to this layer's output. */
  readonly residual: boolean;
  readonly weights: Statistics;

  readonly bias: Statistics;
  readonly preactivations: BatchStatistics;
  readonly activations: ActivationStatistics;
  readonly gradients: {
    readonly weights: Statistics;
    readonly bias: Statistics;
    readonly preactivations: Statistics;
    readonly input: Statistics;
  } | null;
  /** Singular values of the weight matrix, falling, where `measure.spectra` asked for them. */
  readonly spectrum?: readonly number[];
  readonly theory: null;
  readonly theoryAbsent: string;
}

export interface JacobianResult {
  /** Which sample of the batch. */
  readonly sample: number;
  readonly singularValues: readonly number[];
  readonly meanSquare: number;
  readonly conditionNumber: number;
  readonly predictedMeanSquare: number | null;
}

export interface CorrelationResult {
  /** Angles of the input pairs, in radians. */
  readonly angles: readonly number[];
  /** [layer][angle]: mean correlation of the pairs' preactivations. */
  readonly measured: readonly (readonly number[])[];
  readonly predicted: readonly (readonly number[])[] | null;
}

export interface NetworkResult {
  readonly loss?: number;
  readonly accuracy?: number;
  readonly jacobian?: JacobianResult;
  readonly correlation?: CorrelationResult;
}

/** Median and 5-95 % of a figure over the seeds; below 20 seeds `low` and `high` are min and max. */
export interface Band {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export interface ReplicatesResult {
  readonly count: number;
  readonly seeds: readonly number[];
  /** "5-95 %" or "min-max". */
  readonly range: "5-95 %" | "min-max";
  readonly bands: readonly Readonly<Record<string, Band | null>>[];
}

export interface RunResult {
  readonly format: typeof RESULT_FORMAT;
  readonly spec: Experiment;
  readonly core: { readonly version: string; readonly sha256: string };
  readonly digest: string;
  readonly layers: readonly LayerResult[];
  readonly network: NetworkResult;
  readonly replicates?: ReplicatesResult;
  readonly diagnosis: readonly never[];
  readonly timing: Readonly<Record<string, number>>;
  readonly environment: Readonly<Record<string, string | number>>;
}
