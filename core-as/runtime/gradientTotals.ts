// Weight and bias gradients of the whole batch: the slabs' parts, added as they come and in the slabs' order.
import type { LayerPlan } from "./plan";
import type { GradientPart } from "./slab";

/** Sums of the slabs' gradients, added in the order of the slabs whatever the order of arrival. */
export class GradientTotals {
  readonly #sums = new Map<number, { weights: Float32Array<ArrayBuffer>; bias: Float64Array<ArrayBuffer> }>();
  readonly #early = new Map<number, Map<number, GradientPart>>();
  readonly #next = new Map<number, number>();
  readonly #slabs: number;

  constructor(layers: readonly LayerPlan[], slabs: number) {
    this.#slabs = slabs;
    for (const layer of layers) {
      this.#next.set(layer.index, 0);
      this.#early.set(layer.index, new Map());
    }
  }

  add(part: GradientPart): void {
    const early = this.#early.get(part.layer)!;
    early.set(part.slab, part);
    for (let next = this.#next.get(part.layer)!; early.has(next); next++) {
      this.#addInOrder(early.get(next)!);
      early.delete(next);
      this.#next.set(part.layer, next + 1);
    }
  }

  of(layer: LayerPlan): { weights: Float32Array<ArrayBuffer>; bias: Float32Array<ArrayBuffer> } {
    const sums = this.#sums.get(layer.index);
    if (!sums || this.#next.get(layer.index) !== this.#slabs)
      throw new Error(`gradients of ${layer.name} are missing`);
    return { weights: sums.weights, bias: Float32Array.from(sums.bias) };
  }

  #addInOrder(part: GradientPart): void {
    const sums = this.#sums.get(part.layer);
    if (!sums) {
      this.#sums.set(part.layer, { weights: part.weights, bias: part.bias });
      return;
    }
    // float64 addition of two float32 values, rounded on the store, is float32 addition.
    const { weights, bias } = sums;
    for (let i = 0; i < weights.length; i++) weights[i]! += part.weights[i]!;
    for (let i = 0; i < bias.length; i++) bias[i]! += part.bias[i]!;
  }
}
