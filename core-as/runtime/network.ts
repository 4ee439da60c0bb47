// A network's tensors as they stand in one worker: the plan, the weights, the biases.
import type { Matrix } from "./core";
import type { MeasuringCore as Core } from "./tally";
import type { LayerPlan, RunPlan } from "./plan";

export interface LayerTensors {
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/** Means and inverse stds of a batch normalization, a unit each. */
export interface BatchMoments {
  readonly mean: Float64Array;
  readonly invStd: Float64Array;
}

export class Network {
  readonly core: Core;
  readonly plan: RunPlan;
  readonly weights: Matrix[] = [];
  readonly bias: Matrix[] = [];

  constructor(core: Core, plan: RunPlan) {
    this.core = core;
    this.plan = plan;
    for (const layer of plan.layers) {
      this.weights.push(core.weights(layer.fanOut, layer.fanIn));
      this.bias.push(core.matrix(1, layer.fanOut));
    }
  }

  load(index: number, tensors: LayerTensors): void {
    this.core.write(this.weights[index - 1]!, tensors.weights);
    this.core.write(this.bias[index - 1]!, tensors.bias);
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

  get depth(): number {
    return this.plan.layers.length;
  }
}
