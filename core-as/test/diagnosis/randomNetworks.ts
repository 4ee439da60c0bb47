// Networks at random, healthy and sick, each a pure function of its number: every activation, scheme, depth and
// width, with and without biases, normalization and shortcuts.
import { ACTIVATION_NAMES } from "../../spec/activations";
import type { ActivationName } from "../../spec/experiment";
import type { WrittenBias, WrittenExperiment, WrittenLayer, WrittenWeights } from "../../spec/written";
import { EXPERIMENT_FORMAT } from "../../spec/experiment";

/** mulberry32 (Tommy Ettinger, public domain): 32 bits of state, good enough to choose experiments by. */
export class Choices {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }
  /** [0, 1). */
  unit(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
  between(low: number, high: number): number {
    return low + (high - low) * this.unit();
  }
  whole(low: number, high: number): number {
    return low + Math.floor(this.unit() * (high - low + 1));
  }
  one<T>(of: readonly T[]): T {
    return of[Math.floor(this.unit() * of.length)]!;
  }
  chance(p: number): boolean {
    return this.unit() < p;
  }
}

const GATED: readonly ActivationName[] = ["relu", "tanh", "gelu", "silu", "sigmoid", "selu"];

function weightsOf(c: Choices, fanIn: number): WrittenWeights {
  const scaled = (sigmaW: number) => sigmaW / Math.sqrt(fanIn);
  switch (c.whole(0, 11)) {
    case 0:
      return { scheme: "xavier_normal" };
    case 1:
      return { scheme: "he_normal" };
    case 2:
      return { scheme: "he_normal", nonlinearity: c.one(["forward", "backward", "variance"] as const) };
    case 3:
      return { scheme: "lecun_uniform" };
    case 4:
      return { scheme: "torch_linear_default" };
    case 5:
      return { scheme: "orthogonal", gain: c.between(0.6, 1.8) };
    case 6:
      return c.chance(0.5) ? { scheme: "constant", value: scaled(c.between(-1, 1)) } : { scheme: "zeros" };
    case 7:
      return { scheme: "normal", std: c.one([1, 0.01, 0.05]) };
    case 8: {
      const bound = scaled(c.between(0.5, 4));
      return { scheme: "uniform", low: -bound, high: bound };
    }
    default:
      return { scheme: "normal", std: scaled(10 ** c.between(-0.5, 0.6)) };
  }
}

function biasOf(c: Choices): WrittenBias | undefined {
  if (c.chance(0.6)) return undefined;
  return c.one<WrittenBias>([
    { scheme: "zeros" },
    { scheme: "normal", std: c.between(0.01, 1) },
    { scheme: "constant", value: c.between(-2, 2) },
  ]);
}

/** Network number `index`. */
export function randomNetwork(index: number): WrittenExperiment {
  const c = new Choices(0x9e3779b9 ^ Math.imul(index + 1, 0x85ebca6b));
  const depth = c.whole(2, 30);
  const units = c.chance(0.6) ? Math.min(256, c.whole(8, 12) * depth) : c.one([8, 16, 32, 64, 100]);
  const activation = c.chance(0.6) ? c.one(GATED) : c.one(ACTIVATION_NAMES);
  const weights = weightsOf(c, units);
  const bias = biasOf(c);
  const hidden: WrittenLayer & { layers: number } = {
    layers: depth,
    units,
    activation,
    weights,
    ...(bias ? { bias } : {}),
    ...(c.chance(0.15) ? { normalization: c.one(["layer", "rms", "batch"] as const) } : {}),
  };
  const digits = c.chance(0.25);
  return {
    format: EXPERIMENT_FORMAT,
    name: `random ${index}`,
    seed: 1000 + index,
    data: digits
      ? { source: "digits", samples: 128, standardize: true }
      : { source: "gaussian", samples: 128, features: c.one([units, 20, 100]) },
    network: {
      hidden: {
        ...hidden,
        ...(c.chance(0.12)
          ? { residual: { every: c.whole(1, Math.min(3, depth)), scale: c.between(0.1, 1) } }
          : {}),
      },
      ...(digits
        ? { output: { units: 10, activation: "identity", weights: { scheme: "xavier_normal" } } }
        : {}),
    },
    backward: { kind: digits ? "cross_entropy" : "probe" },
  };
}
