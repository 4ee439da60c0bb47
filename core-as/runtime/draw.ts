// Draws tensors in a worker: weights, biases, the probe's cotangent. Each from its own stream, a pure function of
// seed and name. What is drawn faster than a message carries it, every worker draws for itself; what is dear
// (orthogonal, sparse) is drawn once, a layer a task, and sent to all.
import type { Draw, Gains } from "../spec/laws";
import type { ActivationSpec } from "../spec/experiment";
import { biasLaw } from "../spec/laws";
import { schemeLaw } from "../spec/schemes";
import { criticalPoint } from "../theory/critical";
import { gainOf, NoGainError } from "../theory/gains";
import type { Matrix } from "./core";
import { RunError } from "./errors";
import { activationFunctions, activationMoments } from "./functions";
import type { MeasuringCore as Core } from "./tally";
import type { LayerPlan } from "./plan";

const NO_MOMENTS = { truncatedMoments: null };

/** Whether the layer's weights are drawn by one worker and sent to the others. */
export function isDrawnOnce(layer: LayerPlan): boolean {
  const { weights } = layer;
  const scheme = weights.scheme === "lsuv" ? weights.base.scheme : weights.scheme;
  return scheme === "orthogonal" || scheme === "sparse";
}

/** Draws a layer's weights into `out` [fan_out, fan_in], without padding. */
export function drawWeights(core: Core, layer: LayerPlan, seed: number, out: Matrix): void {
  try {
    const hooks = { ...NO_MOMENTS, gains: gainsOf(core, layer.activation) };
    const { draw } = schemeLaw(layer.weights, layer.fanIn, layer.fanOut, hooks);
    drawInto(core, draw, `${layer.stream}/weight`, seed, out);
  } catch (error) {
    if (error instanceof NoGainError) throw new RunError(`network, ${layer.name}, weights`, error.message);
    throw error;
  }
}

/** Draws a layer's bias into `out` [1, fan_out]. */
export function drawBias(core: Core, layer: LayerPlan, seed: number, out: Matrix): void {
  core.scoped(() => {
    const flat = core.weights(1, layer.fanOut);
    drawInto(core, biasLaw(layer.bias, layer.fanIn, NO_MOMENTS).draw, `${layer.stream}/bias`, seed, flat);
    core.copyRows(out, flat);
  });
}

/** A tensor [rows, cols] of this law and stream, row-major, without padding. */
export function drawInto(core: Core, draw: Draw, stream: string, seed: number, out: Matrix): void {
  const key = core.streamKey(stream, seed);
  switch (draw.kind) {
    case "constant":
      core.fillConstant(out, draw.value);
      break;
    case "normal":
      core.drawNormal(out, 0, key, draw.mean, draw.std);
      break;
    case "uniform":
      core.drawUniform(out, 0, key, draw.low, draw.high);
      break;
    case "truncated_normal":
      core.drawTruncatedNormal(out, 0, key, draw.mean, draw.std, draw.low, draw.high);
      break;
    case "orthogonal":
      core.drawNormal(out, 0, key, 0, 1);
      core.orthogonalFromGaussian(out, out, draw.gain);
      break;
    case "identity":
      core.fillIdentity(out, draw.gain);
      break;
    case "sparse":
      core.drawSparse(out, key, core.streamKey(`${stream}/mask`, seed), draw.zerosPerColumn, draw.std);
      break;
    case "zero_hadamard":
      core.fillZeroHadamard(out, draw.scale);
      break;
    case "file":
      throw new Error("weights from a file are read, not drawn");
  }
}

/** Computed gains of a layer's activation; worked out when asked for, once per core and activation. */
export function gainsOf(core: Core, activation: ActivationSpec): Gains {
  const known = cacheOf(core);
  const once = (what: string, compute: () => number): number => {
    const key = `${JSON.stringify(activation)} ${what}`;
    const value = known.get(key) ?? compute();
    known.set(key, value);
    return value;
  };
  const a = () => activationFunctions(core, activation);
  return {
    forward: () => once("forward", () => gainOf(a(), "forward")),
    variance: () => once("variance", () => gainOf(a(), "variance")),
    backward: () => once("backward", () => gainOf(a(), "backward")),
    criticalSigmaW: (sigmaB) =>
      once(`critical ${sigmaB}`, () => criticalPoint(activationMoments(core, activation), sigmaB).sigmaW),
  };
}

const CACHES = new WeakMap<Core, Map<string, number>>();

function cacheOf(core: Core): Map<string, number> {
  const cache = CACHES.get(core) ?? new Map<string, number>();
  CACHES.set(core, cache);
  return cache;
}
