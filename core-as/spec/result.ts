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

/** Sizes |x| of the finite values of a tensor that are not zero, on a log scale. */
export interface SizeHistogram {
  /** n+1 rising edges, all above zero, twelve a decade. */
  readonly edges: readonly number[];
  /** n counts, shared out where a fine bin lies across an edge: not whole numbers. */
  readonly counts: readonly number[];
  /** Smaller than the first edge. */
  readonly below: number;
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
  /** What mean-field theory expects of this layer; null where it says nothing, with the reason in `theoryAbsent`. */
  readonly theory: LayerTheory | null;
  readonly theoryAbsent?: string;
}

/** Predictions at infinite width, for the spec's own inputs. Null: theory has no figure for it here. */
export interface LayerTheory {
  /** Std of an entry of the weights, in closed form. */
  readonly weightStd: number | null;
  /** Mean square of the preactivation. */
  readonly q: number | null;
  /** Correlation of two samples' preactivations. */
  readonly c: number | null;
  /** sigma_w^2 of the next layer times E[phi'^2]; of the last layer, with its own sigma_w. */
  readonly chi: number | null;
  readonly activationRms: number | null;
  readonly activationStd: number | null;
  readonly acrossSampleStd: number | null;
  readonly meanCosine: number | null;
  /** Rms of the preactivation gradient over that of the last layer. */
  readonly gradientScale: number | null;
  /** Share of preactivations that count as saturated; null where saturation is not defined. */
  readonly saturatedFraction: number | null;
  /**
   * (1 - c) here over (1 - c) at layer 1 for two inputs infinitely close: how far the network pulls neighbours
   * apart, as a mean square, whatever happens to the size of the signal.
   */
  readonly separation: number | null;
  /** Std over draws of the weights of the measured mean square of the preactivation, over that mean square. */
  readonly relativeStdOfQ: number | null;
}

export interface JacobianResult {
  /** Which sample of the batch. */
  readonly sample: number;
  readonly singularValues: readonly number[];
  readonly meanSquare: number;
  readonly conditionNumber: number;
  readonly predictedMeanSquare: number | null;
  /** Var(s^2) / mean(s^2)^2 of this draw's singular values. */
  readonly spread: number;
  readonly predictedSpread: number | null;
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
  /** Of the hidden layers, where they are all alike: layers after which a deviation has fallen to 1/e. */
  readonly depthScales?: DepthScales;
  /** Odds that a draw of this network is born dead (Lu et al. 2019), where its activations can die. */
  readonly bornDead?: BornDead;
}

/** In layers. Infinity where the slope is 1 (within 1e-7); negative where what is spoken of grows. */
export interface DepthScales {
  /** -1/log(dq'/dq at q*); null where no q* is reached. */
  readonly q: number | null;
  /** -1/log(dc'/dc at c*); null where no q* is reached. */
  readonly c: number | null;
  /** -1/log chi_1, of a mean square. */
  readonly gradient: number;
}

/** Probability bounds; equal where it is known exactly. */
export interface BornDead {
  readonly low: number;
  readonly high: number;
}

/** Median and 5-95 % of a figure over the seeds; below 20 seeds `low` and `high` are min and max. */
export interface Band {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** The mean-field figure and whether it lies in the band; absent where theory has none. */
  readonly predicted?: number;
  readonly predictedInBand?: boolean;
}

export interface ReplicatesResult {
  readonly count: number;
  readonly seeds: readonly number[];
  /** "5-95 %" or "min-max". */
  readonly range: "5-95 %" | "min-max";
  readonly bands: readonly Readonly<Record<string, Band | null>>[];
}

/** The framework's initializer that draws what a layer's weights are drawn by, or comes nearest to it in std. */
export interface NearestDefault {
  readonly layer: number;
  readonly framework: string;
  readonly call: string;
  /** What the layer draws where nobody asks, not only by name. */
  readonly isDefault: boolean;
  /** Std of this layer's law over that one's. */
  readonly stdRatio: number;
  /** The same law but for its scale. */
  readonly sameDistribution: boolean;
  /** The same law. */
  readonly same: boolean;
}

export type FindingCode =
  | "symmetric_units"
  | "no_gradient"
  | "dead_units"
  | "saturated"
  | "vanishing_activations"
  | "exploding_activations"
  | "vanishing_gradients"
  | "exploding_gradients"
  | "correlation_collapse"
  | "chaotic_sensitivity"
  | "non_finite"
  | "healthy";

/** `warning` and `broken` are alarms; `information` and `healthy` are not. */
export type Severity = "healthy" | "information" | "warning" | "broken";

/** One operation of RFC 6902. */
export type PatchOperation =
  | { readonly op: "add" | "replace"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string };

/** Figures of one network, by name, in the order in which they are shown. */
export type Evidence = Readonly<Record<string, number>>;

/** A change of the spec that was run on the same draws before it was offered. */
export interface Remedy {
  readonly title: string;
  /** Why it should help, in a sentence, with its source. */
  readonly reason: string;
  /** Of the resolved spec. */
  readonly patch: readonly PatchOperation[];
  /** True: the finding is gone and no new alarm came. False: gone, or milder, but see `remains`. */
  readonly complete: boolean;
  /** Alarms that the changed network still has. */
  readonly remains: readonly FindingCode[];
  readonly before: Evidence;
  readonly after: Evidence;
}

export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** Indices of the layers it is about. */
  readonly layers: readonly number[];
  readonly evidence: Evidence;
  /** What the evidence was held against, by the same names. */
  readonly threshold: Evidence;
  /** Paper or definition that the threshold comes from. */
  readonly source: string;
  readonly message: string;
  readonly remedy: Remedy | null;
}

export interface RunResult {
  readonly format: typeof RESULT_FORMAT;
  readonly spec: Experiment;
  readonly core: { readonly version: string; readonly sha256: string };
  readonly digest: string;
  readonly layers: readonly LayerResult[];
  readonly network: NetworkResult;
  readonly replicates?: ReplicatesResult;
  readonly diagnosis: readonly Finding[];
  /** Layers whose law has a std. */
  readonly nearestDefaults: readonly NearestDefault[];
  /** By layer, of the gradient of the preactivations, first seed; null where there is none. Not of the digest. */
  readonly gradientSizes?: readonly (SizeHistogram | null)[];
  readonly timing: Readonly<Record<string, number>>;
  readonly environment: Readonly<Record<string, string | number>>;
}
