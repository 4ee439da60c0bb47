// The activations and their derivatives in float64, written from their definitions (numerics.md) with the host's Math:
// an account of its own, not the core's.
import { parseFormula } from "../../formula/parser";
import type { ActivationSpec } from "../../spec/experiment";
import { plain } from "../formula/reference";

export interface Function64 {
  readonly phi: (x: number) => number;
  /** At a kink as torch has it: the slope of the flat side. */
  readonly dphi: (x: number) => number;
}

const SCALE = 1.0507009873554805;
const ALPHA = 1.6732632423543772;
const ROOT = Math.sqrt(2 / Math.PI);

/** Error function: Taylor series near zero, else Legendre's continued fraction of erfc. */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; n < 80; n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  return Math.sign(x) * (1 - erfcTail(size));
}

function erfcTail(x: number): number {
  if (x > 27) return 0;
  let fraction = x;
  for (let n = 120; n > 0; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
}

/** P(Z <= x), without cancellation far below. */
export function normalBelow(x: number): number {
  const y = x / Math.SQRT2;
  return y < -2.5 ? 0.5 * erfcTail(-y) : 0.5 * (1 + erf(y));
}

const density = (x: number) => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
const sigmoid = (x: number) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const sech2 = (x: number) => 4 * sigmoid(2 * x) * sigmoid(-2 * x);
const clip = (x: number, low: number, high: number) => Math.min(Math.max(x, low), high);

function leaky(slope: number): Function64 {
  return { phi: (x) => (x < 0 ? slope * x : x), dphi: (x) => (x > 0 ? 1 : slope) };
}

export function function64(spec: ActivationSpec): Function64 {
  if ("formula" in spec) return plain(parseFormula(spec.formula, spec.parameters));
  switch (spec.name) {
    case "identity":
      return { phi: (x) => x, dphi: () => 1 };
    case "sigmoid":
      return { phi: sigmoid, dphi: (x) => sigmoid(x) * sigmoid(-x) };
    case "tanh":
      return { phi: Math.tanh, dphi: sech2 };
    case "relu":
      return leaky(0);
    case "leaky_relu":
      return leaky(spec.negative_slope ?? 0.01);
    case "prelu":
      return leaky(spec.negative_slope ?? 0.25);
    case "elu": {
      const a = spec.alpha ?? 1;
      return { phi: (x) => (x < 0 ? a * Math.expm1(x) : x), dphi: (x) => (x > 0 ? 1 : a * Math.exp(x)) };
    }
    case "selu":
      return {
        phi: (x) => SCALE * (x < 0 ? ALPHA * Math.expm1(x) : x),
        dphi: (x) => SCALE * (x > 0 ? 1 : ALPHA * Math.exp(x)),
      };
    case "celu": {
      const a = spec.alpha ?? 1;
      return { phi: (x) => (x < 0 ? a * Math.expm1(x / a) : x), dphi: (x) => (x > 0 ? 1 : Math.exp(x / a)) };
    }
    case "gelu":
      return { phi: (x) => x * normalBelow(x), dphi: (x) => normalBelow(x) + x * density(x) };
    case "gelu_tanh": {
      const u = (x: number) => ROOT * (x + 0.044715 * x ** 3);
      return {
        phi: (x) => 0.5 * x * (1 + Math.tanh(u(x))),
        dphi: (x) => 0.5 * (1 + Math.tanh(u(x))) + 0.5 * x * sech2(u(x)) * ROOT * (1 + 3 * 0.044715 * x * x),
      };
    }
    case "silu":
      return { phi: (x) => x * sigmoid(x), dphi: (x) => sigmoid(x) * (1 + x * sigmoid(-x)) };
    case "mish":
      return {
        phi: (x) => x * Math.tanh(softplus(x)),
        dphi: (x) => Math.tanh(softplus(x)) + x * sigmoid(x) * sech2(softplus(x)),
      };
    case "softplus":
      return { phi: softplus, dphi: sigmoid };
    case "softsign":
      return { phi: (x) => x / (1 + Math.abs(x)), dphi: (x) => 1 / (1 + Math.abs(x)) ** 2 };
    case "hardtanh":
      return { phi: (x) => clip(x, -1, 1), dphi: (x) => (Math.abs(x) < 1 ? 1 : 0) };
    case "hard_sigmoid":
      return { phi: (x) => clip(x / 6 + 0.5, 0, 1), dphi: (x) => (Math.abs(x) < 3 ? 1 / 6 : 0) };
    case "hard_swish":
      return {
        phi: (x) => x * clip(x / 6 + 0.5, 0, 1),
        dphi: (x) => (x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5),
      };
    case "relu6":
      return { phi: (x) => clip(x, 0, 6), dphi: (x) => (x > 0 && x < 6 ? 1 : 0) };
    case "sin": {
      const w = spec.omega ?? 1;
      return { phi: (x) => Math.sin(w * x), dphi: (x) => w * Math.cos(w * x) };
    }
  }
}
