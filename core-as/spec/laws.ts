// What a scheme draws, as numbers: its law for one matrix, and the closed form of the entries' moments and support.
// Nothing here uses Math beyond sqrt and ceil, so that every machine draws the same bits. What needs more comes in
// through LawHooks, from the core.
import type { BiasSpec, FanMode, Nonlinearity, WeightsSpec } from "./experiment";

/** What the sampler is to do. Numbers are float64; the sampler rounds to float32. */
export type Draw =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "normal"; readonly mean: number; readonly std: number }
  | { readonly kind: "uniform"; readonly low: number; readonly high: number }
  /** `std` is that of the normal before the cut; `low` and `high` are absolute. */
  | {
      readonly kind: "truncated_normal";
      readonly mean: number;
      readonly std: number;
      readonly low: number;
      readonly high: number;
    }
  /** Haar-distributed, rows or columns orthonormal, times gain. */
  | { readonly kind: "orthogonal"; readonly gain: number }
  /** gain on the main diagonal, zero elsewhere. */
  | { readonly kind: "identity"; readonly gain: number }
  /** In each column of [fan_out, fan_in] `zerosPerColumn` entries are zero, the rest N(0, std^2). */
  | { readonly kind: "sparse"; readonly std: number; readonly zerosPerColumn: number }
  /** The corner [fan_out, fan_in] of scale x the Hadamard matrix of this order; order 0: the identity. */
  | { readonly kind: "zero_hadamard"; readonly order: number; readonly scale: number }
  | { readonly kind: "file"; readonly path: string; readonly tensor: string | null };

/** Of one entry over all places and draws. Null: no bound, or not known in closed form. */
export interface Entries {
  readonly mean: number | null;
  readonly std: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

export interface Law {
  readonly draw: Draw;
  readonly entries: Entries;
  /** lsuv: the drawn matrix is scaled until the preactivations have variance 1. */
  readonly rescale: { readonly tolerance: number; readonly maxIterations: number } | null;
}

/** Mean and std of N(0, 1) cut at [low, high]; needs erf and exp, which the core has. */
export type TruncatedMoments = (low: number, high: number) => { readonly mean: number; readonly std: number };

/** Gains computed for the layer's own activation, by criterion. */
export interface Gains {
  readonly forward: () => number;
  readonly variance: () => number;
  readonly backward: () => number;
  /** sigma_w on the critical line chi_1 = 1 for this sigma_b. */
  readonly criticalSigmaW: (sigmaB: number) => number;
}

export interface LawHooks {
  /** May be null where `computedGain` says that the scheme asks for none. */
  readonly gains: Gains | null;
  /** Null leaves the moments of a truncated normal null. */
  readonly truncatedMoments: TruncatedMoments | null;
}

/** Std of N(0, 1) cut at +-2: Keras and JAX divide by it. */
const STD_CUT_AT_TWO = 0.8796256610342398;

const law = (draw: Draw, entries: Entries): Law => ({ draw, entries, rescale: null });

export function constantLaw(value: number): Law {
  return law({ kind: "constant", value }, { mean: value, std: 0, low: value, high: value });
}

export function normalLaw(mean: number, std: number): Law {
  return law({ kind: "normal", mean, std }, { mean, std, low: null, high: null });
}

export function uniformLaw(low: number, high: number): Law {
  const entries = { mean: (low + high) / 2, std: (high - low) / Math.sqrt(12), low, high };
  return law({ kind: "uniform", low, high }, entries);
}

export function truncatedLaw(
  mean: number,
  std: number,
  low: number,
  high: number,
  moments: TruncatedMoments | null,
): Law {
  const draw: Draw = { kind: "truncated_normal", mean, std, low, high };
  const cut = moments === null ? null : moments((low - mean) / std, (high - mean) / std);
  const entryMean = cut === null ? (mean - low === high - mean ? mean : null) : mean + std * cut.mean;
  return law(draw, { mean: entryMean, std: cut === null ? null : std * cut.std, low, high });
}

/** Keras and JAX: variance scale / fan, the truncated form cut at 2 of its corrected std. */
export function varianceScalingLaw(
  scale: number,
  fan: number,
  distribution: "truncated_normal" | "untruncated_normal" | "uniform",
): Law {
  const std = Math.sqrt(scale / fan);
  if (distribution === "untruncated_normal") return normalLaw(0, std);
  if (distribution === "uniform") return symmetricUniform(Math.sqrt((3 * scale) / fan));
  const parent = std / STD_CUT_AT_TWO;
  const bound = 2 * parent;
  const draw: Draw = { kind: "truncated_normal", mean: 0, std: parent, low: -bound, high: bound };
  return law(draw, { mean: 0, std, low: -bound, high: bound });
}

export const symmetricUniform = (bound: number): Law => uniformLaw(-bound, bound);

/** Entry variance gain^2 / max(fan_in, fan_out): a row or column has length gain. */
export function orthogonalLaw(gain: number, fanIn: number, fanOut: number): Law {
  const std = gain / Math.sqrt(Math.max(fanIn, fanOut));
  return law({ kind: "orthogonal", gain }, { mean: 0, std, low: -gain, high: gain });
}

/** Over all entries: a share of min / (fan_in fan_out) is gain, the rest zero. */
function diagonalEntries(gain: number, fanIn: number, fanOut: number): Entries {
  const share = Math.min(fanIn, fanOut) / (fanIn * fanOut);
  return {
    mean: gain * share,
    std: gain * Math.sqrt(share * (1 - share)),
    low: share < 1 ? 0 : gain,
    high: gain,
  };
}

export function identityLaw(gain: number, fanIn: number, fanOut: number): Law {
  return law({ kind: "identity", gain }, diagonalEntries(gain, fanIn, fanOut));
}

/** torch: ceil(sparsity rows), with the rounding of the product as Python has it. */
export function sparseLaw(sparsity: number, std: number, fanOut: number): Law {
  const zerosPerColumn = Math.ceil(sparsity * fanOut);
  const entries = {
    mean: 0,
    std: std * Math.sqrt((fanOut - zerosPerColumn) / fanOut),
    low: null,
    high: null,
  };
  return law({ kind: "sparse", std, zerosPerColumn }, zerosPerColumn === fanOut ? NOTHING : entries);
}

const NOTHING: Entries = { mean: 0, std: 0, low: 0, high: 0 };

/**
 * ZerO, Algorithm 1 (Zhao et al. 2021, arXiv:2110.12661), with the scale of the authors' code, 1 / sqrt(order):
 * where the layer widens, the corner of an orthonormal Hadamard matrix, else the partial identity.
 */
export function zeroHadamardLaw(fanIn: number, fanOut: number): Law {
  if (fanOut <= fanIn) {
    return law({ kind: "zero_hadamard", order: 0, scale: 1 }, diagonalEntries(1, fanIn, fanOut));
  }
  let order = 1;
  while (order < fanOut) order *= 2;
  const scale = 1 / Math.sqrt(order);
  const balance = hadamardCornerSum(fanOut, fanIn, order) / (fanIn * fanOut);
  const mean = scale * balance;
  // Every entry is +-scale. The first column has no minus; every other one has.
  const signs = fanIn === 1 ? { low: scale } : { low: -scale };
  const std = scale * Math.sqrt((1 - balance) * (1 + balance));
  return law({ kind: "zero_hadamard", order, scale }, { mean, std, ...signs, high: scale });
}

/** Sum of the corner [rows, columns] of the Sylvester-Hadamard matrix, by halving; rows, columns >= 1. */
function hadamardCornerSum(rows: number, columns: number, order: number): number {
  if (rows === 0 || columns === 0) return 0;
  // A full block of rows sums to `order` in its first column and to zero in every other.
  if (rows === order || columns === order) return order;
  const half = order / 2;
  if (rows <= half && columns <= half) return hadamardCornerSum(rows, columns, half);
  if (columns <= half) return half + hadamardCornerSum(rows - half, columns, half);
  if (rows <= half) return half + hadamardCornerSum(rows, columns - half, half);
  return 3 * half - hadamardCornerSum(rows - half, columns - half, half);
}

export function fileLaw(path: string, tensor: string | null): Law {
  return law({ kind: "file", path, tensor }, { mean: null, std: null, low: null, high: null });
}

/** The scale is found from the data, so nothing is known of the entries but that a zero mean stays zero. */
export function lsuvLaw(base: Law, tolerance: number, maxIterations: number): Law {
  const mean = base.entries.mean === 0 ? 0 : null;
  return {
    draw: base.draw,
    entries: { mean, std: null, low: null, high: null },
    rescale: { tolerance, maxIterations },
  };
}

export function fan(mode: FanMode, fanIn: number, fanOut: number): number {
  switch (mode) {
    case "fan_in":
      return fanIn;
    case "fan_out":
      return fanOut;
    case "fan_avg":
      return (fanIn + fanOut) / 2;
    case "fan_geo_avg":
      return Math.sqrt(fanIn * fanOut);
  }
}

/** torch's `calculate_gain` where it is a number, else the gain computed for the layer's activation. */
export function gainOf(nonlinearity: Nonlinearity, negativeSlope: number, gains: Gains | null): number {
  switch (nonlinearity) {
    case "linear":
    case "sigmoid":
      return 1;
    case "tanh":
      return 5 / 3;
    case "relu":
      return Math.sqrt(2);
    case "leaky_relu":
      return Math.sqrt(2 / (1 + negativeSlope * negativeSlope));
    case "selu":
      return 3 / 4;
    case "forward":
    case "variance":
    case "backward":
      return wanted(gains, nonlinearity)[nonlinearity]();
  }
}

export function criticalLaw(sigmaB: number, fanIn: number, gains: Gains | null): Law {
  return normalLaw(0, wanted(gains, "critical").criticalSigmaW(sigmaB) / Math.sqrt(fanIn));
}

function wanted(gains: Gains | null, what: string): Gains {
  if (gains === null) throw new Error(`law: the gain "${what}" needs hooks.gains`);
  return gains;
}

/** Which computed gain the law of this spec will ask its hooks for. */
export function computedGain(spec: WeightsSpec): "forward" | "variance" | "backward" | "critical" | null {
  if (spec.scheme === "lsuv") return computedGain(spec.base);
  if (spec.scheme === "critical") return "critical";
  if (spec.scheme !== "he_normal" && spec.scheme !== "he_uniform") return null;
  const name = spec.nonlinearity;
  return name === "forward" || name === "variance" || name === "backward" ? name : null;
}

/** Closed form of a bias vector's entries. */
export function biasLaw(spec: BiasSpec, fanIn: number, hooks: Pick<LawHooks, "truncatedMoments">): Law {
  switch (spec.scheme) {
    case "zeros":
      return constantLaw(0);
    case "ones":
      return constantLaw(1);
    case "constant":
      return constantLaw(spec.value);
    case "normal":
      return normalLaw(spec.mean, spec.std);
    case "uniform":
      return uniformLaw(spec.low, spec.high);
    case "truncated_normal":
      return truncatedLaw(spec.mean, spec.std, spec.low, spec.high, hooks.truncatedMoments);
    case "torch_linear_default":
      return symmetricUniform(1 / Math.sqrt(fanIn));
  }
}
