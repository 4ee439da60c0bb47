// Training in float64, from the definitions alone: the gradients of network64's network, and torch.optim's updates.
import type { TrainSpec } from "../../spec/experiment";
import { function64 } from "../runtime/activations64";
import {
  backThrough,
  crossEntropy,
  forward64,
  type Layer64,
  normalizeBackward,
  parameterGradients,
} from "../runtime/network64";

export interface Parameters {
  weights: Float64Array;
  bias: Float64Array;
}

/** Mean over rows and outputs of the squared error of one-hot labels, and its gradient. */
function squaredError(y: Float64Array, labels: readonly number[], classes: number) {
  const error = y.map((value, i) => value - (i % classes === labels[Math.floor(i / classes)] ? 1 : 0));
  return {
    loss: error.reduce((sum, e) => sum + e * e, 0) / error.length,
    gradient: error.map((e) => (2 * e) / error.length),
  };
}

export function gradients64(
  layers: readonly Layer64[],
  parameters: readonly Parameters[],
  loss: TrainSpec["loss"],
  inputs: Float64Array,
  labels: readonly number[],
): { loss: number; gradients: Parameters[] } {
  const passes = forward64(layers, parameters, inputs);
  const output = passes.at(-1)!.activation;
  const classes = layers.at(-1)!.fanOut;
  const lost =
    loss === "cross_entropy" ? crossEntropy(output, labels, classes) : squaredError(output, labels, classes);
  let d = Float64Array.from(lost.gradient);
  const gradients: Parameters[] = [];
  const waiting = new Map<number, Float64Array>();
  for (let i = layers.length - 1; i >= 0; i--) {
    const { spec, fanIn, fanOut, from, scale } = layers[i]!;
    const pass = passes[i]!;
    if (from !== null) {
      waiting.set(from, d);
      d = d.map((v) => v * scale);
    }
    const { dphi } = function64(spec.activation);
    const afterNorm = d.map((v, k) => v * dphi(pass.preactivation[k]!));
    const dz = normalizeBackward(spec.normalization, afterNorm, pass.normalized, fanOut);
    gradients[i] = parameterGradients(dz, pass.input, fanIn, fanOut);
    d = Float64Array.from(backThrough(dz, parameters[i]!.weights, fanIn, fanOut));
    const more = waiting.get(i);
    if (more) d = d.map((v, k) => v + more[k]!);
  }
  return { loss: lost.loss, gradients };
}

/** Rate of update `step`, as spec.schedule defines it. */
export function rate64({ learningRate, steps, schedule }: TrainSpec, step: number): number {
  const { kind, warmupSteps, stepEvery = 1, factor = 1, finalFraction = 1 } = schedule;
  if (step < warmupSteps) return (learningRate * (step + 1)) / warmupSteps;
  const t = step - warmupSteps;
  if (kind === "step") return learningRate * factor ** Math.floor(t / stepEvery);
  if (kind === "constant") return learningRate;
  const share = t / (steps - warmupSteps);
  return learningRate * (finalFraction + (1 - finalFraction) * 0.5 * (1 + Math.cos(Math.PI * share)));
}

export class Optimizer64 {
  readonly #spec: TrainSpec;
  readonly #state = new Map<Float64Array, { m: Float64Array; v: Float64Array }>();

  constructor(spec: TrainSpec) {
    this.#spec = spec;
  }

  /** Moves the parameters in place; `step` is 0 at the first update. */
  update(parameters: readonly Parameters[], gradients: readonly Parameters[], step: number): void {
    const all = gradients.flatMap(({ weights, bias }) => [weights, bias]);
    const norm = Math.sqrt(all.reduce((sum, g) => sum + g.reduce((s, x) => s + x * x, 0), 0));
    const { clipNorm = Infinity } = this.#spec;
    const clip = Math.min(1, clipNorm / (norm + 1e-6));
    const moving = parameters.flatMap(({ weights, bias }) => [weights, bias]);
    moving.forEach((p, k) =>
      this.#move(
        p,
        all[k]!.map((x) => x * clip),
        step,
      ),
    );
  }

  #move(p: Float64Array, gradient: Float64Array, step: number): void {
    const { optimizer, weightDecay, momentum: mu = 0, beta1 = 0, beta2 = 0, epsilon = 0 } = this.#spec;
    const rate = rate64(this.#spec, step);
    const { m, v } = this.#stateOf(p);
    for (let i = 0; i < p.length; i++) {
      if (optimizer === "adamw") p[i]! *= 1 - rate * weightDecay;
      const g = gradient[i]! + (optimizer === "adamw" ? 0 : weightDecay * p[i]!);
      let direction = g;
      if (optimizer === "momentum") direction = m[i] = mu * m[i]! + g;
      if (optimizer === "nesterov") {
        m[i] = mu * m[i]! + g;
        direction = g + mu * m[i]!;
      }
      if (optimizer === "adam" || optimizer === "adamw") {
        m[i] = beta1 * m[i]! + (1 - beta1) * g;
        v[i] = beta2 * v[i]! + (1 - beta2) * g * g;
        const below = Math.sqrt(v[i]! / (1 - beta2 ** (step + 1))) + epsilon;
        direction = m[i]! / (1 - beta1 ** (step + 1)) / below;
      }
      if (optimizer === "rmsprop") {
        v[i] = beta2 * v[i]! + (1 - beta2) * g * g;
        direction = m[i] = mu * m[i]! + g / (Math.sqrt(v[i]!) + epsilon);
      }
      p[i]! -= rate * direction;
    }
  }

  #stateOf(p: Float64Array): { m: Float64Array; v: Float64Array } {
    const known = this.#state.get(p) ?? { m: new Float64Array(p.length), v: new Float64Array(p.length) };
    this.#state.set(p, known);
    return known;
  }
}
