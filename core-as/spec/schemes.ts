// The initializers: one row each, with the parameters a person may set and the law they give.
import { BOUNDS, type Bounds } from "./bounds";
import type { BiasSpec, SchemeName, WeightsSpec } from "./experiment";
import {
  constantLaw,
  criticalLaw,
  fan,
  fileLaw,
  gainOf,
  identityLaw,
  type Law,
  type LawHooks,
  lsuvLaw,
  normalLaw,
  orthogonalLaw,
  sparseLaw,
  symmetricUniform,
  truncatedLaw,
  uniformLaw,
  varianceScalingLaw,
  zeroHadamardLaw,
} from "./laws";

export type SchemeParameter =
  | { readonly kind: "number"; readonly title: string; readonly default: number; readonly bounds: Bounds }
  | {
      readonly kind: "choice";
      readonly title: string;
      readonly default: string;
      readonly choices: readonly string[];
    }
  /** Default null: may be left out. Undefined: must be given. */
  | { readonly kind: "text"; readonly title: string; readonly default?: null }
  /** sha256 of a file, recorded in the resolved spec; given, it is a demand on the file. */
  | { readonly kind: "digest"; readonly title: string }
  /** Another scheme, of those that draw by themselves. */
  | { readonly kind: "scheme"; readonly title: string; readonly default: { readonly scheme: SchemeName } };

export type BiasSchemeName = BiasSpec["scheme"];

/** The member of a union of specs that has this scheme. */
type SpecOf<K, Spec> = Spec extends { readonly scheme: infer S } ? (K extends S ? Spec : never) : never;

export interface SchemeRow<Spec> {
  readonly title: string;
  /** Paper or library that it comes from. */
  readonly source: string;
  readonly parameters: Readonly<Record<string, SchemeParameter>>;
  readonly law: (spec: Spec, fanIn: number, fanOut: number, hooks: LawHooks) => Law;
}

const number = (title: string, value: number, bounds: Bounds): SchemeParameter => ({
  kind: "number",
  title,
  default: value,
  bounds,
});
const choice = (title: string, value: string, choices: readonly string[]): SchemeParameter => ({
  kind: "choice",
  title,
  default: value,
  choices,
});

export const NONLINEARITIES = [
  "linear",
  "sigmoid",
  "tanh",
  "relu",
  "leaky_relu",
  "selu",
  "forward",
  "variance",
  "backward",
] as const;

const gain = number("Gain", 1, BOUNDS.gain);
const mean = number("Mean", 0, BOUNDS.value);
const std = number("Standard deviation", 1, BOUNDS.std);

const CONSTANT = { value: number("Value", 0.5, BOUNDS.value) };
const NORMAL = { mean, std };
const UNIFORM = { low: number("Low", -1, BOUNDS.value), high: number("High", 1, BOUNDS.value) };
/** Defaults of torch's trunc_normal_. */
const TRUNCATED = {
  mean,
  std,
  low: number("Low", -2, BOUNDS.value),
  high: number("High", 2, BOUNDS.value),
};
const HE = {
  mode: choice("Fan", "fan_in", ["fan_in", "fan_out"]),
  nonlinearity: choice("Nonlinearity", "relu", NONLINEARITIES),
  negative_slope: number("Slope below zero", 0.01, BOUNDS.negativeSlope),
};

const XAVIER_SOURCE =
  "Glorot & Bengio 2010, Understanding the difficulty of training deep feedforward networks";
const HE_SOURCE = "He et al. 2015, Delving deep into rectifiers";
const LECUN_SOURCE = "LeCun et al. 1998, Efficient BackProp";

export const SCHEMES: { readonly [K in SchemeName]: SchemeRow<SpecOf<K, WeightsSpec>> } = {
  zeros: { title: "Zeros", source: "torch zeros_", parameters: {}, law: () => constantLaw(0) },
  ones: { title: "Ones", source: "torch ones_", parameters: {}, law: () => constantLaw(1) },
  constant: {
    title: "Constant",
    source: "torch constant_",
    parameters: CONSTANT,
    law: (w) => constantLaw(w.value),
  },
  normal: {
    title: "Normal",
    source: "torch normal_",
    parameters: NORMAL,
    law: (w) => normalLaw(w.mean, w.std),
  },
  uniform: {
    title: "Uniform",
    source: "torch uniform_",
    parameters: UNIFORM,
    law: (w) => uniformLaw(w.low, w.high),
  },
  truncated_normal: {
    title: "Truncated normal",
    source: "torch trunc_normal_",
    parameters: TRUNCATED,
    law: (w, _fanIn, _fanOut, hooks) => truncatedLaw(w.mean, w.std, w.low, w.high, hooks.truncatedMoments),
  },
  xavier_normal: {
    title: "Xavier normal",
    source: XAVIER_SOURCE,
    parameters: { gain },
    law: (w, fanIn, fanOut) => normalLaw(0, w.gain * Math.sqrt(2 / (fanIn + fanOut))),
  },
  xavier_uniform: {
    title: "Xavier uniform",
    source: XAVIER_SOURCE,
    parameters: { gain },
    law: (w, fanIn, fanOut) => symmetricUniform(w.gain * Math.sqrt(6 / (fanIn + fanOut))),
  },
  he_normal: {
    title: "He normal",
    source: HE_SOURCE,
    parameters: HE,
    law: (w, fanIn, fanOut, hooks) => {
      const factor = gainOf(w.nonlinearity, w.negative_slope, hooks.gains);
      return normalLaw(0, factor / Math.sqrt(fan(w.mode, fanIn, fanOut)));
    },
  },
  he_uniform: {
    title: "He uniform",
    source: HE_SOURCE,
    parameters: HE,
    law: (w, fanIn, fanOut, hooks) => {
      const factor = gainOf(w.nonlinearity, w.negative_slope, hooks.gains);
      return symmetricUniform(factor * Math.sqrt(3 / fan(w.mode, fanIn, fanOut)));
    },
  },
  lecun_normal: {
    title: "LeCun normal",
    source: LECUN_SOURCE,
    parameters: {},
    law: (_w, fanIn) => normalLaw(0, Math.sqrt(1 / fanIn)),
  },
  lecun_uniform: {
    title: "LeCun uniform",
    source: LECUN_SOURCE,
    parameters: {},
    law: (_w, fanIn) => symmetricUniform(Math.sqrt(3 / fanIn)),
  },
  variance_scaling: {
    title: "Variance scaling",
    source: "Keras VarianceScaling, jax.nn.initializers.variance_scaling",
    parameters: {
      scale: number("Scale", 1, BOUNDS.scale),
      mode: choice("Fan", "fan_in", ["fan_in", "fan_out", "fan_avg", "fan_geo_avg"]),
      distribution: choice("Distribution", "truncated_normal", [
        "truncated_normal",
        "untruncated_normal",
        "uniform",
      ]),
    },
    law: (w, fanIn, fanOut) => varianceScalingLaw(w.scale, fan(w.mode, fanIn, fanOut), w.distribution),
  },
  orthogonal: {
    title: "Orthogonal",
    source:
      "Saxe et al. 2014; sign fix of Mezzadri 2007, How to generate random matrices from the compact groups",
    parameters: { gain },
    law: (w, fanIn, fanOut) => orthogonalLaw(w.gain, fanIn, fanOut),
  },
  identity: {
    title: "Identity",
    source:
      "Le, Jaitly & Hinton 2015, A simple way to initialize recurrent networks of rectified linear units",
    parameters: { gain },
    law: (w, fanIn, fanOut) => identityLaw(w.gain, fanIn, fanOut),
  },
  eye: {
    title: "Eye",
    source: "torch eye_",
    parameters: { gain },
    law: (w, fanIn, fanOut) => identityLaw(w.gain, fanIn, fanOut),
  },
  sparse: {
    title: "Sparse",
    source: "Martens 2010, Deep learning via Hessian-free optimization; torch sparse_",
    parameters: {
      sparsity: number("Share of zeros in a column", 0.1, BOUNDS.sparsity),
      std: number("Standard deviation of the rest", 0.01, BOUNDS.std),
    },
    law: (w, _fanIn, fanOut) => sparseLaw(w.sparsity, w.std, fanOut),
  },
  zero_hadamard: {
    title: "ZerO (identity and Hadamard)",
    source: "Zhao, Schäfer & Anandkumar 2021, ZerO initialization",
    parameters: {},
    law: (_w, fanIn, fanOut) => zeroHadamardLaw(fanIn, fanOut),
  },
  lsuv: {
    title: "LSUV",
    source: "Mishkin & Matas 2016, All you need is a good init",
    parameters: {
      base: { kind: "scheme", title: "Drawn first by", default: { scheme: "orthogonal" } },
      tolerance: number("Tolerance of the variance", 0.1, BOUNDS.tolerance),
      max_iterations: number("Most iterations", 10, BOUNDS.maxIterations),
    },
    law: (w, fanIn, fanOut, hooks) =>
      lsuvLaw(schemeLaw(w.base, fanIn, fanOut, hooks), w.tolerance, w.max_iterations),
  },
  critical: {
    title: "Critical",
    source: "Poole et al. 2016; Schoenholz et al. 2017, Deep information propagation",
    parameters: { sigma_b: number("Standard deviation of the biases", 0, BOUNDS.sigmaB) },
    law: (w, fanIn, _fanOut, hooks) => criticalLaw(w.sigma_b, fanIn, hooks.gains),
  },
  file: {
    title: "From a file",
    source: "one's own weights: .npy, .npz or .safetensors",
    parameters: {
      path: { kind: "text", title: "File" },
      tensor: { kind: "text", title: "Name of the array", default: null },
      sha256: { kind: "digest", title: "sha256 of the file" },
    },
    law: (w) => fileLaw(w.path, w.tensor),
  },
  torch_linear_default: {
    title: "torch Linear default",
    source: "torch nn.Linear.reset_parameters: kaiming_uniform_ with a = sqrt(5)",
    parameters: {},
    // sqrt(3) x sqrt(2 / (1 + 5)) / sqrt(fan_in), which is 1 / sqrt(fan_in).
    law: (_w, fanIn) => symmetricUniform(1 / Math.sqrt(fanIn)),
  },
  keras_dense_default: {
    title: "Keras Dense default",
    source: "Keras Dense: glorot_uniform",
    parameters: {},
    law: (_w, fanIn, fanOut) => symmetricUniform(Math.sqrt(6 / (fanIn + fanOut))),
  },
};

export const SCHEME_NAMES = Object.keys(SCHEMES) as readonly SchemeName[];

export interface BiasRow {
  readonly title: string;
  readonly parameters: Readonly<Record<string, SchemeParameter>>;
}

export const BIAS_SCHEMES: Readonly<Record<BiasSchemeName, BiasRow>> = {
  zeros: { title: "Zeros", parameters: {} },
  ones: { title: "Ones", parameters: {} },
  constant: { title: "Constant", parameters: CONSTANT },
  normal: { title: "Normal", parameters: NORMAL },
  uniform: { title: "Uniform", parameters: UNIFORM },
  truncated_normal: { title: "Truncated normal", parameters: TRUNCATED },
  torch_linear_default: { title: "torch Linear default", parameters: {} },
};

export const BIAS_SCHEME_NAMES = Object.keys(BIAS_SCHEMES) as readonly BiasSchemeName[];

/** The law of a weight matrix [fan_out, fan_in]. */
export function schemeLaw(spec: WeightsSpec, fanIn: number, fanOut: number, hooks: LawHooks): Law {
  // The row under a spec's own name takes that spec; the compiler cannot follow the pairing through the index.
  const row = SCHEMES[spec.scheme] as SchemeRow<WeightsSpec>;
  return row.law(spec, fanIn, fanOut, hooks);
}

/** The bias that comes with a weights scheme where none is given. */
export function defaultBias(weights: WeightsSpec): BiasSpec {
  if (weights.scheme === "torch_linear_default") return { scheme: "torch_linear_default" };
  if (weights.scheme === "critical" && weights.sigma_b > 0) {
    return { scheme: "normal", mean: 0, std: weights.sigma_b };
  }
  return { scheme: "zeros" };
}
