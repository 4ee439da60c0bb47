// Mean-field propagation through the layers of one network, forward and back: not the infinite fixed point but
// what is to be expected layer by layer, for its own widths, schemes and inputs (Poole et al. 2016; Schoenholz et
// al. 2017). It refuses what the theory does not cover, layer by layer, with the reason.
//
// The batch is carried as a few samples by their mean square q, a reference sample of middling length, and a few
// pairs of samples as long as the reference, each by d, half their mean square difference: c alone would lose
// everything where samples become alike. Two samples of differing length are held to keep the angle that two of the
// reference's length would have, which is exact for homogeneous activations and where lengths hardly differ.
import { NORMALIZATION_EPSILON } from "../shared/normalization";
import type { InputMoments, Weighted } from "./batch";
import type { ActivationMoments } from "./moments";

export interface PropagatedLayer {
  readonly fanIn: number;
  readonly fanOut: number;
  readonly moments: ActivationMoments;
  /** Variance of a weight, zero mean; "unit_variance": scaled until z = W h has variance 1 (lsuv). */
  readonly weightVariance: number | "unit_variance" | { readonly unknown: string };
  /** Variance of a bias, zero mean. */
  readonly biasVariance: number | { readonly unknown: string };
  readonly normalization: "none" | "layer" | "batch" | "rms";
  /** Layer whose output is added after this one (0: the inputs), or null. */
  readonly shortcutFrom: number | null;
  /** phi's share in the sum at a shortcut; 1 elsewhere. */
  readonly scale: number;
  /** z counts as saturated at or beyond these; null where saturation is not defined. */
  readonly saturation: { readonly low: number | null; readonly high: number | null } | null;
  /** ReLU, for what is known of it under batch normalization. */
  readonly isRelu: boolean;
}

/** Predictions for one layer; see LayerTheory of spec/result.ts. */
export interface Propagated {
  readonly sigmaW: number;
  /** Mean square of the preactivation (after normalization, where there is one). */
  readonly q: number;
  /** Half the mean square difference of two samples' preactivations. */
  readonly d: number;
  readonly c: number;
  /** q before normalization; q itself where there is none. */
  readonly qBefore: number;
  readonly chi: number;
  readonly activationRms: number;
  readonly activationStd: number;
  readonly acrossSampleStd: number;
  readonly meanCosine: number;
  /** Null where a layer further on is not known. */
  readonly gradientScale: number | null;
  readonly saturatedFraction: number | null;
  /**
   * (1 - c) here over (1 - c) at layer 1 for two inputs infinitely close: how far the network pulls neighbours
   * apart, as a mean square, whatever happens to the size of the signal.
   */
  readonly separation: number;
  /** E[phi'^2] and E[phi'^4] at this layer's q. */
  readonly slopeSquare: number;
  readonly slopeFourth: number;
}

export type LayerPrediction =
  | { readonly kind: "predicted"; readonly layer: Propagated }
  /** Only the gradient's growth is known (batch normalization with ReLU). */
  | {
      readonly kind: "gradient";
      readonly chi: number;
      readonly gradientScale: number;
      readonly because: string;
    }
  | { readonly kind: "absent"; readonly because: string };

/** P(u >= x) for u ~ N(0, 1), by the core's erfc. */
export type NormalTail = (x: number) => number;

/** What leaves a layer. */
interface Output {
  /** Mean over units. */
  readonly mean: number;
  /** Mean square, a sample each. */
  readonly squares: readonly Weighted[];
  /** Of the reference sample. */
  readonly reference: number;
  /** Half the mean square difference of pairs as long as the reference. */
  readonly halves: readonly Weighted[];
  /** The same of two samples infinitely close, over that of the inputs. */
  readonly near: number;
}

/** What enters phi; the same of z. */
interface Preactivation extends Omit<Output, "mean"> {
  readonly sigmaW: number;
  readonly q: number;
  readonly qBefore: number;
}

const BATCH_REASON =
  "batch normalization couples the samples of a batch: mean-field theory has no map for it but ReLU's gradient";

const MOMENTS_REASON =
  "the activation has no finite mean square there, or none that is a number: mean-field theory has nothing to go on";

const RANGE_REASON =
  "the signal has grown beyond the range in which theory is worked out: it is exploding, or no number any more";

/** Where integrals over an activation stay affordable; closed forms go on as far as fourth powers are numbers. */
const MOST_Q = 1e10;
const MOST_Q_CLOSED_FORM = 1e70;

function inRange(
  { scaleInvariant }: ActivationMoments,
  { squares, reference, near }: Preactivation,
): boolean {
  const most = scaleInvariant ? MOST_Q_CLOSED_FORM : MOST_Q;
  const isWithin = (q: number) => q >= 0 && q <= most;
  return isWithin(reference) && squares.every(({ value }) => isWithin(value)) && Number.isFinite(near);
}

/** Predictions for every layer, first to last. */
export function propagate(
  layers: readonly PropagatedLayer[],
  inputs: InputMoments,
  tail: NormalTail,
): LayerPrediction[] {
  const forward: (Forward | string)[] = [];
  const outputs: Output[] = [inputOf(inputs)];
  let because: string | null = null;
  for (const layer of layers) {
    because ??= reasonAgainst(layer);
    if (because !== null) {
      forward.push(because);
      continue;
    }
    const z = preactivationOf(layer, outputs.at(-1)!);
    if (!inRange(layer.moments, z)) {
      because = RANGE_REASON;
      forward.push(because);
      continue;
    }
    const step = forwardStep(layer, z, outputs, inputs.samples, tail);
    if (!isFinite(step.output)) {
      because = MOMENTS_REASON;
      forward.push(because);
      continue;
    }
    forward.push(step);
    outputs.push(step.output);
  }
  const steps = forward.filter((step): step is Forward => typeof step !== "string");
  const gradients = steps.length === layers.length ? gradientScales(layers, steps) : null;
  const growth = batchReluGrowth(layers);
  return forward.map((step, i) =>
    typeof step === "string"
      ? (growth[i] ?? { kind: "absent", because: step })
      : {
          kind: "predicted",
          layer: {
            ...step.figures,
            chi: chiOf(layers, steps, i),
            gradientScale: gradients?.[i] ?? null,
            separation: relativeNear(step.z) / relativeNear(steps[0]!.z),
          },
        },
  );
}

interface Forward {
  readonly z: Preactivation;
  readonly output: Output;
  readonly figures: Omit<Propagated, "chi" | "gradientScale" | "separation">;
}

function isFinite({ squares, reference, halves, near }: Output): boolean {
  return [reference, near, ...[...squares, ...halves].map(({ value }) => value)].every(Number.isFinite);
}

function reasonAgainst(layer: PropagatedLayer): string | null {
  if (layer.normalization === "batch") return BATCH_REASON;
  const { weightVariance, biasVariance } = layer;
  if (typeof weightVariance === "object") return weightVariance.unknown;
  if (typeof biasVariance === "object") return biasVariance.unknown;
  return null;
}

function inputOf({ mean, lengths, apart }: InputMoments): Output {
  const root = meanRoot(lengths);
  const reference = root * root;
  return {
    mean,
    squares: lengths,
    reference,
    halves: apart.length > 0 ? mapped(apart, (gap) => reference * gap) : [{ weight: 1, value: 0 }],
    near: 1,
  };
}

const average = (nodes: readonly Weighted[]): number =>
  nodes.reduce((sum, { weight, value }) => sum + weight * value, 0);

const meanRoot = (nodes: readonly Weighted[]): number =>
  nodes.reduce((sum, { weight, value }) => sum + weight * Math.sqrt(value), 0);

const mapped = (nodes: readonly Weighted[], f: (value: number, i: number) => number): Weighted[] =>
  nodes.map(({ weight, value }, i) => ({ weight, value: f(value, i) }));

/** Mean over pairs of half their mean square difference, lengths and angles together. */
function meanHalf({ squares, reference, halves }: Pick<Output, "squares" | "reference" | "halves">): number {
  const root = meanRoot(squares);
  const angles = reference > 0 ? (root * root * average(halves)) / reference : 0;
  return Math.max(0, average(squares) - root * root) + angles;
}

/** z = W h + b, then normalization (numerics.md: no affine part). */
function preactivationOf(layer: PropagatedLayer, input: Output): Preactivation {
  const square = average(input.squares);
  const variance =
    layer.weightVariance === "unit_variance"
      ? square > 0
        ? 1 / square
        : 0
      : layer.fanIn * (layer.weightVariance as number);
  const bias = layer.biasVariance as number;
  const squares = mapped(input.squares, (h) => variance * h + bias);
  const reference = variance * input.reference + bias;
  const qBefore = average(squares);
  const halves = mapped(input.halves, (d) => variance * d);
  const near = variance * input.near;
  const sigmaW = Math.sqrt(variance);
  if (layer.normalization === "none")
    return { sigmaW, q: qBefore, qBefore, squares, reference, halves, near };
  // Each sample by its own length: afterwards all have the same.
  const shrunk = (q: number) => q / (q + NORMALIZATION_EPSILON);
  const after = mapped(squares, shrunk);
  const divisor = reference + NORMALIZATION_EPSILON;
  return {
    sigmaW,
    q: average(after),
    qBefore,
    squares: after,
    reference: shrunk(reference),
    halves: mapped(halves, (d) => d / divisor),
    near: near / divisor,
  };
}

function forwardStep(
  layer: PropagatedLayer,
  z: Preactivation,
  outputs: readonly Output[],
  samples: number,
  tail: NormalTail,
): Forward {
  const { moments, scale } = layer;
  const centre = moments.single(z.reference);
  const singles = z.squares.map(({ weight, value }) => ({ weight, moments: moments.single(value) }));
  const mean = singles.reduce((sum, s) => sum + s.weight * s.moments.mean, 0);
  const pairs = z.halves.map(({ weight, value }) => ({
    weight,
    pair: moments.pair(z.reference, Math.min(Math.max(value, 0), 2 * z.reference)),
  }));
  const product = pairs.reduce((sum, p) => sum + p.weight * p.pair.product, 0);
  const block = layer.shortcutFrom === null ? null : outputs[layer.shortcutFrom]!;
  // Weights are drawn apart from what the block received, so that phi meets it as an independent value of mean
  // E[phi]; differences of two samples have mean 0 and add without a cross term.
  const summed = (square: number, phiMean: number, before: (b: Output) => number) =>
    scale * scale * square + (block === null ? 0 : before(block) + 2 * scale * block.mean * phiMean);
  const output: Output = {
    mean: scale * mean + (block === null ? 0 : block.mean),
    squares: singles.map(({ weight, moments: m }, i) => ({
      weight,
      value: summed(m.square, m.mean, (b) => b.squares[i]!.value),
    })),
    reference: summed(centre.square, centre.mean, (b) => b.reference),
    halves: pairs.map(({ weight, pair }, i) => ({
      weight,
      value: scale * scale * pair.halfDifference + (block === null ? 0 : block.halves[i]!.value),
    })),
    near: scale * scale * centre.slopeSquare * z.near + (block === null ? 0 : block.near),
  };
  const square = average(output.squares);
  return {
    z,
    output,
    figures: {
      sigmaW: z.sigmaW,
      q: z.q,
      d: (average(z.halves) * z.q) / z.reference,
      c: 1 - average(z.halves) / z.reference,
      qBefore: z.qBefore,
      activationRms: Math.sqrt(square),
      activationStd: Math.sqrt(Math.max(0, square - output.mean * output.mean)),
      // A pair of a sample with itself counts in a population variance, and has no difference.
      acrossSampleStd: Math.sqrt(meanHalf(output) * (1 - 1 / samples)),
      meanCosine: product / centre.square,
      saturatedFraction: saturated(layer, z.squares, tail),
      slopeSquare: singles.reduce((sum, s) => sum + s.weight * s.moments.slopeSquare, 0),
      slopeFourth: singles.reduce((sum, s) => sum + s.weight * s.moments.slopeFourth, 0),
    },
  };
}

function saturated(layer: PropagatedLayer, squares: readonly Weighted[], tail: NormalTail): number | null {
  if (layer.saturation === null) return null;
  const { low, high } = layer.saturation;
  const beyond = (bound: number | null, s: number) =>
    bound === null ? 0 : s > 0 ? tail(bound / s) : bound <= 0 ? 1 : 0;
  return squares.reduce((sum, { weight, value }) => {
    const s = Math.sqrt(value);
    return sum + weight * (beyond(high, s) + beyond(low === null ? null : -low, s));
  }, 0);
}

const relativeNear = (z: Preactivation): number => z.near / z.reference;

/** sigma_w^2 of the next layer times E[phi'^2], over q before the next layer's normalization. */
function chiOf(layers: readonly PropagatedLayer[], steps: readonly Forward[], i: number): number {
  const next = steps[i + 1] ?? steps[i]!;
  const divisor = (layers[i + 1] ?? layers[i]!).normalization === "none" ? 1 : next.z.qBefore;
  return (next.z.sigmaW * next.z.sigmaW * steps[i]!.figures.slopeSquare) / divisor;
}

/**
 * Rms of the preactivation gradient, a layer each, over that of the last: the weights of the way back are taken as
 * drawn anew (Schoenholz et al. 2017). With a shortcut the two ways add.
 */
function gradientScales(layers: readonly PropagatedLayer[], steps: readonly Forward[]): number[] {
  const squares = new Array<number>(layers.length).fill(0);
  /** By layer (0: the inputs): what shortcuts bring back to its output. */
  const skipped = new Array<number>(layers.length + 1).fill(0);
  const lastSlope = steps.at(-1)!.figures.slopeSquare;
  const lastScale = layers.at(-1)!.scale;
  let atOutput = 1 / (lastScale * lastScale * lastSlope);
  for (let i = layers.length - 1; i >= 0; i--) {
    const layer = layers[i]!;
    const { z, figures } = steps[i]!;
    if (layer.shortcutFrom !== null) skipped[layer.shortcutFrom]! += atOutput;
    const dz = layer.scale * layer.scale * atOutput * figures.slopeSquare;
    squares[i] = dz;
    const before = layer.normalization === "none" ? dz : dz / z.qBefore;
    atOutput = (z.sigmaW * z.sigmaW * layer.fanOut * before) / layer.fanIn + skipped[i]!;
  }
  return squares.map(Math.sqrt);
}

/** Growth of the gradient's mean square a layer under batch normalization with ReLU (Yang et al. 2019): pi / (pi - 1). */
export const BATCH_RELU_GRADIENT = Math.PI / (Math.PI - 1);

/**
 * Under batch normalization nothing of the way back is known but for one case: every hidden layer with it and with
 * ReLU, in large batches. By layer; undefined where it does not apply.
 */
function batchReluGrowth(layers: readonly PropagatedLayer[]): (LayerPrediction | undefined)[] {
  const hidden = layers.filter((layer) => layer.normalization === "batch");
  const isKnown =
    hidden.every((layer, i) => layer === layers[i] && layer.isRelu && layer.shortcutFrom === null) &&
    layers.length - hidden.length <= 1;
  if (!isKnown) return [];
  const last = layers.at(-1)!;
  // From an output layer without normalization to the last hidden one: E[relu'^2] = 1/2.
  let square =
    last === hidden.at(-1) || typeof last.weightVariance !== "number"
      ? 1
      : (last.fanOut * last.weightVariance) / 2;
  const predictions: LayerPrediction[] = [];
  for (let i = hidden.length - 1; i >= 0; i--, square *= BATCH_RELU_GRADIENT)
    predictions[i] = {
      kind: "gradient",
      chi: BATCH_RELU_GRADIENT,
      gradientScale: Math.sqrt(square),
      because: BATCH_REASON,
    };
  return predictions;
}
