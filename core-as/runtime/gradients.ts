// Weight and bias gradients of one slab, summed over its chunks in their order.
import type { Doubles, Matrix } from "./core";
import type { Network } from "./network";
import type { LayerPlan } from "./plan";

interface Sums {
  readonly weights: Matrix;
  readonly bias: Doubles;
}

export class GradientSums {
  /** With one chunk a layer is complete at once, and one buffer serves them all. */
  readonly oneChunk: boolean;
  readonly #net: Network;
  readonly #shared: Matrix | null;
  readonly #sums = new Map<number, Sums>();

  constructor(net: Network, oneChunk: boolean) {
    const { core, plan } = net;
    this.oneChunk = oneChunk;
    this.#net = net;
    const largest = Math.max(...plan.layers.map((layer) => layer.fanIn * layer.fanOut));
    this.#shared = oneChunk ? core.weights(1, largest) : null;
    for (const layer of plan.layers) core.clearDoubles(this.#reserve(layer).bias);
  }

  /** dW [fan_out, fan_in] += dz^T · input; db += column sums of dz. */
  add(layer: LayerPlan, dz: Matrix, input: Matrix): void {
    const { core } = this.#net;
    const sums = this.#sums.get(layer.index)!;
    core.matmulTN(sums.weights, dz, input, this.#begun.has(layer.index));
    core.columnSums(sums.bias, dz, this.#begun.has(layer.index));
    this.#begun.add(layer.index);
  }

  readonly #begun = new Set<number>();

  /** The layer's sums, once; null when they were taken before. */
  take(layer: LayerPlan): { weights: Float32Array<ArrayBuffer>; bias: Float64Array<ArrayBuffer> } | null {
    const { core } = this.#net;
    const sums = this.#sums.get(layer.index);
    if (!sums) return null;
    this.#sums.delete(layer.index);
    return { weights: core.read(sums.weights), bias: core.readDoubles(sums.bias) };
  }

  #reserve(layer: LayerPlan): Sums {
    const { core } = this.#net;
    const weights = this.#shared
      ? core.reshape(this.#shared, layer.fanOut, layer.fanIn, layer.fanIn)
      : core.weights(layer.fanOut, layer.fanIn);
    const sums = { weights, bias: core.doubles(layer.fanOut) };
    this.#sums.set(layer.index, sums);
    return sums;
  }
}
