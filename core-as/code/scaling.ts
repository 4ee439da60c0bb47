// Weights schemes as the variance scaling of Keras and JAX, where they are one: variance scale / fan.
import type { WeightsSpec } from "../spec/experiment";
import { float } from "./python";

export interface Scaling {
  /** Python text. */
  readonly scale: string;
  readonly mode: "fan_in" | "fan_out" | "fan_avg";
  readonly distribution: "truncated_normal" | "untruncated_normal" | "uniform";
}

/** Null where neither has it: another law, the geometric mean of the fans, a gain that only a number tells. */
export function scalingOf(weights: WeightsSpec): Scaling | null {
  switch (weights.scheme) {
    case "xavier_normal":
    case "xavier_uniform":
      return {
        scale: weights.gain === 1 ? "1.0" : `${float(weights.gain)}**2`,
        mode: "fan_avg",
        distribution: weights.scheme === "xavier_normal" ? "untruncated_normal" : "uniform",
      };
    case "he_normal":
    case "he_uniform": {
      const scale = squaredGain(weights.nonlinearity, weights.negative_slope);
      if (scale === null) return null;
      const distribution = weights.scheme === "he_normal" ? "untruncated_normal" : "uniform";
      return { scale, mode: weights.mode, distribution };
    }
    case "lecun_normal":
      return { scale: "1.0", mode: "fan_in", distribution: "untruncated_normal" };
    case "lecun_uniform":
      return { scale: "1.0", mode: "fan_in", distribution: "uniform" };
    case "variance_scaling":
      return weights.mode === "fan_geo_avg"
        ? null
        : { scale: float(weights.scale), mode: weights.mode, distribution: weights.distribution };
    case "torch_linear_default":
      return { scale: "1.0 / 3.0", mode: "fan_in", distribution: "uniform" };
    case "keras_dense_default":
      return { scale: "1.0", mode: "fan_avg", distribution: "uniform" };
    default:
      return null;
  }
}

function squaredGain(nonlinearity: string, slope: number): string | null {
  switch (nonlinearity) {
    case "linear":
    case "sigmoid":
      return "1.0";
    case "tanh":
      return "25.0 / 9.0";
    case "relu":
      return "2.0";
    case "leaky_relu":
      return `2.0 / (1.0 + ${slope < 0 ? `(${float(slope)})` : float(slope)}**2)`;
    case "selu":
      return "9.0 / 16.0";
    default:
      return null;
  }
}
