// Draws tensors in a worker: weights, biases, the probe's cotangent. Each from its own stream, a pure
// function of seed and name; a long tensor is drawn in pieces of whole blocks, by any worker.
import { STREAM_BLOCK } from "../shared/stream";
import type { Draw, Gains } from "../spec/laws";
import type { ActivationSpec } from "../spec/experiment";
import { biasLaw } from "../spec/laws";
import { schemeLaw } from "../spec/schemes";
import { criticalPoint, gainOf } from "../theory/gains";
import { activationFunctions } from "./functions";
import type { MeasuringCore as Core } from "./tally";
import type { LayerPlan } from "./plan";

/** Elements in one piece: enough to be worth a message, few enough to share out. */
export const PIECE_ELEMENTS = 64 * STREAM_BLOCK;

/** One piece of a layer's tensor, or all of it (`count` = rows * cols). */
export interface DrawRequest {
  readonly layer: LayerPlan;
  readonly tensor: "weight" | "bias";
  readonly seed: number;
  readonly first: number;
  readonly count: number;
}

/** Laws that can be drawn in pieces: elements are independent and in the stream's order. */
export function isPiecewise(layer: LayerPlan): boolean {
  const scheme = layer.weights.scheme === "lsuv" ? layer.weights.base.scheme : layer.weights.scheme;
  return (
    scheme !== "orthogonal" &&
    scheme !== "sparse" &&
    scheme !== "identity" &&
    scheme !== "eye" &&
    scheme !== "zero_hadamard" &&
    scheme !== "file"
  );
}

/** The requests that together draw all tensors of a layer that are drawn. */
export function drawRequests(layer: LayerPlan, seed: number): DrawRequest[] {
  const whole = layer.fanIn * layer.fanOut;
  const requests: DrawRequest[] = [{ layer, tensor: "bias", seed, first: 0, count: layer.fanOut }];
  if (layer.weights.scheme === "file") return requests;
  const piece = isPiecewise(layer) ? PIECE_ELEMENTS : whole;
  for (let first = 0; first < whole; first += piece)
    requests.push({ layer, tensor: "weight", seed, first, count: Math.min(piece, whole - first) });
  return requests;
}

/** float32 elements [first, first + count) of the tensor. */
export function drawLayerTensor(core: Core, request: DrawRequest): Float32Array<ArrayBuffer> {
  const { layer, tensor, seed, first, count } = request;
  const moments = { truncatedMoments: null };
  const law =
    tensor === "bias"
      ? biasLaw(layer.bias, layer.fanIn, moments)
      : schemeLaw(layer.weights, layer.fanIn, layer.fanOut, {
          ...moments,
          gains: gainsOf(core, layer.activation),
        });
  const shape =
    tensor === "bias" ? { rows: 1, cols: layer.fanOut } : { rows: layer.fanOut, cols: layer.fanIn };
  return drawValues(core, law.draw, `${layer.stream}/${tensor}`, seed, shape, first, count);
}

/** Elements of a tensor [rows, cols] of this law and stream. */
export function drawValues(
  core: Core,
  draw: Draw,
  stream: string,
  seed: number,
  shape: { readonly rows: number; readonly cols: number },
  first = 0,
  count = shape.rows * shape.cols,
): Float32Array<ArrayBuffer> {
  return core.scoped(() => {
    const key = core.streamKey(stream, seed);
    const out = core.weights(1, count);
    const whole = { ...out, ...shape, ld: shape.cols };
    const block = first / STREAM_BLOCK;
    switch (draw.kind) {
      case "constant":
        core.fillConstant(out, draw.value);
        break;
      case "normal":
        core.drawNormal(out, block, key, draw.mean, draw.std);
        break;
      case "uniform":
        core.drawUniform(out, block, key, draw.low, draw.high);
        break;
      case "truncated_normal":
        core.drawTruncatedNormal(out, block, key, draw.mean, draw.std, draw.low, draw.high);
        break;
      case "orthogonal": {
        const gaussian = core.weights(shape.rows, shape.cols);
        core.drawNormal({ ...gaussian, rows: 1, cols: count, ld: count }, 0, key, 0, 1);
        core.orthogonalFromGaussian(whole, gaussian, draw.gain);
        break;
      }
      case "identity":
        core.fillIdentity(whole, draw.gain);
        break;
      case "sparse":
        core.drawSparse(whole, key, core.streamKey(`${stream}/mask`, seed), draw.zerosPerColumn, draw.std);
        break;
      case "zero_hadamard":
        core.fillZeroHadamard(whole, draw.scale);
        break;
      case "file":
        throw new Error("weights from a file are read, not drawn");
    }
    return core.read(out);
  });
}

/** Computed gains of a layer's activation; worked out when asked for, once per core and activation. */
function gainsOf(core: Core, activation: ActivationSpec): Gains {
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
    criticalSigmaW: (sigmaB) => once(`critical ${sigmaB}`, () => criticalPoint(a(), sigmaB).sigmaW),
  };
}

const CACHES = new WeakMap<Core, Map<string, number>>();

function cacheOf(core: Core): Map<string, number> {
  const cache = CACHES.get(core) ?? new Map<string, number>();
  CACHES.set(core, cache);
  return cache;
}
