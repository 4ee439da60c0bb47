// The parameters of a network in one flat piece, so that an optimizer passes over them once: by layer the weights
// [fan_out, fan_in], then the bias, each begun on a border of four floats, what lies between zero.
import type { Matrix } from "../core";
import type { LayerTensors } from "../network";
import type { LayerPlan } from "../plan";
import type { TrainingCore } from "./core";

/** Floats of one such piece. */
export function parameterFloats(layers: readonly LayerPlan[]): number {
  return layers.reduce((sum, layer) => sum + fours(layer.fanIn * layer.fanOut) + fours(layer.fanOut), 0);
}

/** Numbers that are trained. */
export function parameterCount(layers: readonly LayerPlan[]): number {
  return layers.reduce((sum, layer) => sum + (layer.fanIn + 1) * layer.fanOut, 0);
}

/** A piece of zeros, and its tensors. */
export class Parameters {
  readonly flat: Matrix;
  /** By layer - 1. */
  readonly layers: readonly LayerTensors[];

  /** Sees `flat` [1, parameterFloats] as tensors; laid out here where it is not given. */
  constructor(core: TrainingCore, layers: readonly LayerPlan[], given?: Matrix) {
    const count = parameterFloats(layers);
    this.flat = given ?? core.weights(1, count);
    core.fill(this.flat, 0);
    let at = 0;
    const piece = (rows: number, cols: number, ld: number): Matrix => {
      const seen = core.piece(this.flat, at, rows, cols, ld);
      at += fours(rows * ld);
      return seen;
    };
    this.layers = layers.map((layer) => ({
      weights: piece(layer.fanOut, layer.fanIn, layer.fanIn),
      bias: piece(1, layer.fanOut, fours(layer.fanOut)),
    }));
  }
}

const fours = (count: number): number => (count + 3) & ~3;
