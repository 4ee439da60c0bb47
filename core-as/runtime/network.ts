// A network's tensors as they stand in one worker: the plan, the weights, the biases.
import type { Matrix } from "./core";
import type { MeasuringCore as Core } from "./tally";
import { drawBias, drawWeights } from "./draw";
import { layPhi, type Phi } from "./phi";
import type { LayerPlan, PhiPlan, RunPlan } from "./plan";

/** Weights of a layer as they are sent; null where the worker draws them itself. */
export type SentWeights = Float32Array<ArrayBuffer> | null;

/** Means and inverse stds of a batch normalization, a unit each. */
export interface BatchMoments {
  readonly mean: Float64Array;
  readonly invStd: Float64Array;
}

/** A layer's weights [fan_out, fan_in] and bias [1, fan_out]. */
export interface LayerTensors {
  readonly weights: Matrix;
  readonly bias: Matrix;
}

export class Network {
  readonly core: Core;
  readonly plan: RunPlan;
  readonly weights: Matrix[] = [];
  readonly bias: Matrix[] = [];
  readonly #phi: Phi[] = [];

  /** `given`: where its tensors stand, by layer - 1, weights without padding; left out, they are laid out here. */
  constructor(core: Core, plan: RunPlan, given?: readonly LayerTensors[]) {
    this.core = core;
    this.plan = plan;
    // Layers of one activation share its plan, and what is laid out for it.
    const laid = new Map<PhiPlan, Phi>();
    for (const layer of plan.layers) {
      const phi = laid.get(layer.phi) ?? layPhi(core, layer.phi);
      laid.set(layer.phi, phi);
      this.#phi.push(phi);
      const tensors = given?.[layer.index - 1];
      this.weights.push(tensors?.weights ?? core.weights(layer.fanOut, layer.fanIn));
      this.bias.push(tensors?.bias ?? core.matrix(1, layer.fanOut));
    }
  }

  load(index: number, weights: SentWeights): void {
    const layer = this.layer(index);
    if (weights) this.core.write(this.weightsOf(index), weights);
    else drawWeights(this.core, layer, this.plan.seed, this.weightsOf(index));
    drawBias(this.core, layer, this.plan.seed, this.biasOf(index));
  }

  layer(index: number): LayerPlan {
    return this.plan.layers[index - 1]!;
  }

  weightsOf(index: number): Matrix {
    return this.weights[index - 1]!;
  }

  biasOf(index: number): Matrix {
    return this.bias[index - 1]!;
  }

  phiOf(index: number): Phi {
    return this.#phi[index - 1]!;
  }

  get depth(): number {
    return this.plan.layers.length;
  }
}
