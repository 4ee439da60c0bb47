// The headline figures, one table: what bands, comparisons and their tables speak of. Reads results; measures nothing.
import type { LayerResult, LayerTheory, NetworkResult } from "./result";

export interface HeadlineFigure {
  /** As the result file and the bands have it. */
  readonly name: string;
  /** For people, without its unit. */
  readonly title: string;
  /** Empty for a pure number; `count`: whole in one run. */
  readonly unit: string;
  /** Log: two runs are told apart by their ratio; linear: by their difference. */
  readonly scale: "linear" | "log";
  readonly group: "forward" | "units" | "backward" | "outcome";
}

export interface LayerFigure extends HeadlineFigure {
  /** Null where it has no meaning. */
  readonly of: (layer: LayerResult) => number | null;
  /** By theory; `last` is what was measured of this figure at the last layer. Null or absent: theory has none. */
  readonly predicted?: (theory: LayerTheory, last: number | null) => number | null;
}

export interface NetworkFigure extends HeadlineFigure {
  readonly of: (network: NetworkResult) => number | null;
}

export const LAYER_FIGURES: readonly LayerFigure[] = [
  {
    name: "preactivations.rms",
    title: "preactivation rms",
    unit: "",
    scale: "log",
    group: "forward",
    of: (layer) => layer.preactivations.rms,
    predicted: ({ q }) => (q === null ? null : Math.sqrt(q)),
  },
  {
    name: "activations.std",
    title: "activation std",
    unit: "",
    scale: "log",
    group: "forward",
    of: (layer) => layer.activations.std,
    predicted: ({ activationStd }) => activationStd,
  },
  {
    name: "acrossSampleStd",
    title: "across-sample std",
    unit: "",
    scale: "log",
    group: "forward",
    of: (layer) => layer.activations.acrossSampleStd,
    predicted: ({ acrossSampleStd }) => acrossSampleStd,
  },
  {
    name: "saturatedFraction",
    title: "saturated",
    unit: "share",
    scale: "linear",
    group: "units",
    of: (layer) => layer.activations.saturatedFraction,
    predicted: ({ saturatedFraction }) => saturatedFraction,
  },
  {
    name: "deadUnits",
    title: "dead units",
    unit: "count",
    scale: "linear",
    group: "units",
    of: (layer) => layer.activations.deadUnits,
  },
  {
    name: "effectiveRank",
    title: "effective rank",
    unit: "",
    scale: "linear",
    group: "units",
    of: (layer) => layer.activations.effectiveRank,
  },
  {
    name: "meanCosine",
    title: "mean cosine",
    unit: "",
    scale: "linear",
    group: "units",
    // Samples of which fewer than two are more than zeros have no angle.
    of: ({ activations: { meanCosine, nonFinite } }) =>
      Number.isNaN(meanCosine) && nonFinite === 0 ? null : meanCosine,
    predicted: ({ meanCosine }) => meanCosine,
  },
  {
    name: "gradients.preactivations.rms",
    title: "gradient rms",
    unit: "",
    scale: "log",
    group: "backward",
    of: (layer) => layer.gradients?.preactivations.rms ?? null,
    // Theory knows gradients by their ratio to the last layer's, so that layer's measured one sets the scale; the
    // last layer itself, whose ratio is 1, is predicted by what it is.
    predicted: ({ gradientScale }, last) =>
      gradientScale === null || last === null ? null : gradientScale * last,
  },
  {
    name: "gradients.weights.rms",
    title: "weight gradient rms",
    unit: "",
    scale: "log",
    group: "backward",
    of: (layer) => layer.gradients?.weights.rms ?? null,
  },
];

export const NETWORK_FIGURES: readonly NetworkFigure[] = [
  {
    name: "loss",
    title: "loss",
    unit: "nats",
    scale: "linear",
    group: "outcome",
    of: (network) => network.loss ?? null,
  },
  {
    name: "accuracy",
    title: "accuracy",
    unit: "share",
    scale: "linear",
    group: "outcome",
    of: (network) => network.accuracy ?? null,
  },
];
