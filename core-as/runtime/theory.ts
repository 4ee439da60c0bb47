// The theory beside a run: what mean field expects of this very network and these inputs, worked out in a worker
// with the core's own functions. Decides no bit of a measurement.
import { saturationOf } from "../spec/activations";
import { biasLaw, type Law } from "../spec/laws";
import type { BornDead, DepthScales, LayerTheory, NearestDefault } from "../spec/result";
import { schemeLaw } from "../spec/schemes";
import type { InputMoments } from "../theory/batch";
import { bornDead } from "../theory/bornDead";
import { fluctuations } from "../theory/fluctuation";
import { NoGainError } from "../theory/gains";
import { depthScalesAt } from "../theory/theory";
import { jacobianPrediction } from "../theory/jacobian";
import { nearestDefault } from "../theory/nearestDefault";
import { type LayerPrediction, propagate, type Propagated, type PropagatedLayer } from "../theory/propagate";
import { gainsOf } from "./draw";
import { activationMoments } from "./functions";
import type { LayerPlan } from "./plan";
import type { MeasuringCore as Core } from "./tally";
import { normalTail, truncatedMoments } from "./truncated";

export interface TheoryRequest {
  readonly layers: readonly LayerPlan[];
  /** How many of the layers are hidden ones. */
  readonly hidden: number;
  readonly inputs: InputMoments;
  readonly jacobian: boolean;
  /** Angles of input pairs whose correlation is wanted, in radians; null for none. */
  readonly angles: readonly number[] | null;
}

export interface TheoryAnswer {
  readonly layers: readonly { readonly theory: LayerTheory | null; readonly theoryAbsent?: string }[];
  readonly nearestDefaults: readonly NearestDefault[];
  readonly depthScales?: DepthScales;
  readonly bornDead?: BornDead;
  readonly jacobian: { readonly meanSquare: number; readonly spread: number | null } | null;
  /** [layer][angle] */
  readonly correlation: readonly (readonly number[])[] | null;
}

export function predictRun(core: Core, request: TheoryRequest): TheoryAnswer {
  const { layers, inputs, angles } = request;
  const laws = layers.map((layer) => lawsOf(core, layer));
  const propagated = layers.map((layer, i) => propagatedLayer(core, layer, laws[i]!));
  const tail = (x: number) => normalTail(core, x);
  const predictions = propagate(propagated, inputs, tail);
  const scatter = scatterOf(layers, propagated, predictions, inputs);
  return {
    layers: predictions.map((prediction, i) =>
      layerTheory(prediction, laws[i]!.weights, layers[i]!.fanIn, scatter[i] ?? null),
    ),
    nearestDefaults: layers.flatMap((layer, i) => nearestOf(layer, laws[i]!.weights)),
    ...depthScalesOf(core, request, propagated),
    ...bornDeadOf(request, laws),
    jacobian: request.jacobian ? jacobianOf(layers, propagated, inputs, tail) : null,
    correlation: angles && correlationOf(core, propagated, inputs, angles, tail),
  };
}

interface LayerLaws {
  /** Null: the scheme's parameters have no answer for this activation, and the run will say so. */
  readonly weights: Law | null;
  readonly bias: Law;
}

function lawsOf(core: Core, layer: LayerPlan): LayerLaws {
  const moments = truncatedMoments(core);
  const bias = biasLaw(layer.bias, layer.fanIn, { truncatedMoments: moments });
  try {
    const hooks = { gains: gainsOf(core, layer.activation), truncatedMoments: moments };
    return { weights: schemeLaw(layer.weights, layer.fanIn, layer.fanOut, hooks), bias };
  } catch (error) {
    if (error instanceof NoGainError) return { weights: null, bias };
    throw error;
  }
}

function propagatedLayer(core: Core, layer: LayerPlan, { weights, bias }: LayerLaws): PropagatedLayer {
  const name = "name" in layer.activation ? layer.activation.name : null;
  return {
    fanIn: layer.fanIn,
    fanOut: layer.fanOut,
    moments: activationMoments(core, layer.activation),
    weightVariance: weightVariance(layer, weights),
    biasVariance: biasVariance(bias),
    normalization: layer.normalization,
    shortcutFrom: layer.shortcutFrom,
    scale: layer.scale,
    saturation: saturationOf(layer.activation),
    isRelu: name === "relu",
  };
}

function weightVariance(layer: LayerPlan, law: Law | null): PropagatedLayer["weightVariance"] {
  if (law === null) return { unknown: "these weights have no law for this activation" };
  const { draw, entries, rescale } = law;
  if (draw.kind === "file") return { unknown: "weights from a file follow no law that is known" };
  if (draw.kind === "identity" || draw.kind === "zero_hadamard")
    return { unknown: "these weights are not random: mean-field theory averages over draws" };
  if (draw.kind === "constant" && draw.value !== 0)
    return { unknown: "equal weights are not random: mean-field theory averages over draws" };
  if (rescale !== null)
    return entries.mean === 0 ? "unit_variance" : { unknown: "the mean of these weights is not 0" };
  if (entries.mean !== 0) return { unknown: "the mean of these weights is not 0, and all units share it" };
  if (entries.std === null)
    return { unknown: `the variance of ${layer.weights.scheme} is not known in closed form` };
  return entries.std * entries.std;
}

function biasVariance({ entries }: Law): PropagatedLayer["biasVariance"] {
  if (entries.mean !== 0) return { unknown: "the mean of the biases is not 0, and all units share it" };
  return entries.std === null
    ? { unknown: "the variance of these biases is not known in closed form" }
    : entries.std * entries.std;
}

/** Theory has no figure where a number is not finite: 1 - d/q at q = 0, say. */
const finite = (x: number | null): number | null => (x !== null && Number.isFinite(x) ? x : null);

function layerTheory(
  prediction: LayerPrediction,
  law: Law | null,
  fanIn: number,
  relativeStdOfQ: number | null,
): TheoryAnswer["layers"][number] {
  const weightStd = law?.entries.std ?? null;
  if (prediction.kind === "absent") return { theory: null, theoryAbsent: prediction.because };
  if (prediction.kind === "gradient") {
    const { chi, gradientScale, because } = prediction;
    return { theory: { ...NOTHING, weightStd, chi, gradientScale }, theoryAbsent: because };
  }
  const { layer } = prediction;
  return {
    theory: {
      // LSUV's scale follows from what comes in.
      weightStd: weightStd ?? layer.sigmaW / Math.sqrt(fanIn),
      q: finite(layer.q),
      c: finite(layer.c),
      chi: finite(layer.chi),
      activationRms: finite(layer.activationRms),
      activationStd: finite(layer.activationStd),
      acrossSampleStd: finite(layer.acrossSampleStd),
      meanCosine: finite(layer.meanCosine),
      gradientScale: finite(layer.gradientScale),
      saturatedFraction: finite(layer.saturatedFraction),
      separation: finite(layer.separation),
      relativeStdOfQ: finite(relativeStdOfQ),
    },
  };
}

const NOTHING: LayerTheory = {
  weightStd: null,
  q: null,
  c: null,
  chi: null,
  activationRms: null,
  activationStd: null,
  acrossSampleStd: null,
  meanCosine: null,
  gradientScale: null,
  saturatedFraction: null,
  separation: null,
  relativeStdOfQ: null,
};

const isOrthogonal = ({ weights }: LayerPlan): boolean =>
  weights.scheme === "orthogonal" || (weights.scheme === "lsuv" && weights.base.scheme === "orthogonal");

function nearestOf({ index, fanIn, fanOut }: LayerPlan, law: Law | null): NearestDefault[] {
  const nearest = law && nearestDefault(law.entries, law.draw.kind, fanIn, fanOut);
  if (!nearest) return [];
  const { row, ratio, sameDistribution, same } = nearest;
  const { framework, call, isDefault } = row;
  return [{ layer: index, framework, call, isDefault, stdRatio: ratio, sameDistribution, same }];
}

/** Of plain chains: the prediction knows no normalization and no shortcut. */
function scatterOf(
  layers: readonly LayerPlan[],
  propagated: readonly PropagatedLayer[],
  predictions: readonly LayerPrediction[],
  inputs: InputMoments,
): (number | null)[] {
  const chain: Propagated[] = [];
  for (const [i, prediction] of predictions.entries()) {
    const isPlain = layers[i]!.normalization === "none" && layers[i]!.shortcutFrom === null;
    // LSUV takes the scatter out of every layer it scales.
    if (prediction.kind !== "predicted" || !isPlain || layers[i]!.weights.scheme === "lsuv") break;
    chain.push(prediction.layer);
  }
  const [first] = chain;
  if (!first || !(inputs.meanSquare > 0)) return [];
  // What a bias adds is the same for all samples, and correlates them.
  const shareOfInputs = (first.sigmaW * first.sigmaW * inputs.meanSquare) / first.q;
  return fluctuations(
    chain.map(({ sigmaW, q, d }, i) => ({
      fanIn: layers[i]!.fanIn,
      units: layers[i]!.fanOut,
      sigmaWSquare: sigmaW * sigmaW,
      kind: isOrthogonal(layers[i]!) ? "orthogonal" : "gaussian",
      activation: propagated[i]!.moments,
      q,
      d,
    })),
    { samples: inputs.samples, correlationVariance: shareOfInputs * shareOfInputs * inputs.cosineVariance },
  ).map((figure) => figure && figure.relativeStdOfQ);
}

/** At sample 0, whose own length counts. */
function jacobianOf(
  layers: readonly LayerPlan[],
  propagated: readonly PropagatedLayer[],
  inputs: InputMoments,
  tail: (x: number) => number,
): TheoryAnswer["jacobian"] {
  if (layers.some((layer) => layer.normalization !== "none" || layer.shortcutFrom !== null)) return null;
  const predictions = propagate(propagated, oneSample(inputs.firstMeanSquare, 0), tail);
  const chain = predictions.flatMap((p) => (p.kind === "predicted" ? p.layer : []));
  if (chain.length < layers.length) return null;
  return jacobianPrediction(
    chain.map(({ sigmaW, slopeSquare, slopeFourth }, i) => ({
      fanIn: layers[i]!.fanIn,
      fanOut: layers[i]!.fanOut,
      sigmaWSquare: sigmaW * sigmaW,
      kind: isOrthogonal(layers[i]!) ? "orthogonal" : "gaussian",
      slopeSquare,
      slopeFourth,
    })),
  );
}

/** Inputs that are all of one length, and pairs all of one angle; `apart` is 1 less its cosine. */
function oneSample(meanSquare: number, apart: number): InputMoments {
  return {
    samples: 1,
    mean: 0,
    meanSquare,
    lengths: [{ weight: 1, value: meanSquare }],
    apart: [{ weight: 1, value: apart }],
    cosineVariance: 0,
    firstMeanSquare: meanSquare,
  };
}

/** The correlation map for input pairs at each angle (Poole et al. 2016, figure 2). */
function correlationOf(
  core: Core,
  propagated: readonly PropagatedLayer[],
  inputs: InputMoments,
  angles: readonly number[],
  tail: (x: number) => number,
): number[][] | null {
  const { meanSquare } = inputs;
  const columns = angles.map((angle) => {
    // 1 - cos, without cancellation at small angles.
    const s = core.sin64(angle / 2);
    return propagate(propagated, oneSample(meanSquare, 2 * s * s), tail);
  });
  if (columns.some((column) => column.some((p) => p.kind !== "predicted"))) return null;
  return propagated.map((_, l) =>
    columns.map((column) => {
      const prediction = column[l]!;
      return prediction.kind === "predicted" ? prediction.layer.c : NaN;
    }),
  );
}

/** Where the hidden layers are all alike: there is no fixed point else. Layer 1 has the inputs' own width. */
function depthScalesOf(
  core: Core,
  { layers, hidden }: TheoryRequest,
  propagated: readonly PropagatedLayer[],
): Pick<TheoryAnswer, "depthScales"> {
  const chain = propagated.slice(hidden > 1 ? 1 : 0, hidden);
  const [first] = chain;
  const variance = (layer: PropagatedLayer | undefined) =>
    typeof layer?.weightVariance === "number" ? layer.fanIn * layer.weightVariance : null;
  const sigmaWSquare = variance(first);
  if (!first || sigmaWSquare === null || typeof first.biasVariance !== "number") return {};
  const isPlain = chain.every(
    (layer) =>
      layer.normalization === "none" &&
      layer.shortcutFrom === null &&
      layer.moments === first.moments &&
      layer.biasVariance === first.biasVariance &&
      Math.abs(variance(layer)! - sigmaWSquare) <= 1e-12 * sigmaWSquare,
  );
  const { activation } = layers[hidden - 1]!;
  if (!isPlain || JSON.stringify(layers[0]!.activation) !== JSON.stringify(activation)) return {};
  const sigmas = { sigmaW: Math.sqrt(sigmaWSquare), sigmaB: Math.sqrt(first.biasVariance) };
  return { depthScales: depthScalesAt(first.moments, sigmas, (x) => core.log64(x)) };
}

/** Odds of a network that cannot pass anything (Lu et al. 2019): hidden ReLU layers, zero biases, symmetric weights. */
function bornDeadOf(
  { layers, hidden, inputs }: TheoryRequest,
  laws: readonly LayerLaws[],
): Pick<TheoryAnswer, "bornDead"> {
  const chain = layers.slice(0, hidden);
  const applies = chain.every(
    (layer, i) =>
      "name" in layer.activation &&
      layer.activation.name === "relu" &&
      layer.normalization === "none" &&
      layer.shortcutFrom === null &&
      layer.bias.scheme === "zeros" &&
      laws[i]!.weights !== null &&
      SYMMETRIC.has(laws[i]!.weights.draw.kind) &&
      laws[i]!.weights.entries.mean === 0,
  );
  if (!applies) return {};
  const widths = chain.map((layer) => layer.fanOut);
  // One feature of both signs makes two rays.
  const isLine = layers[0]!.fanIn === 1 && 4 * inputs.mean * inputs.mean < inputs.meanSquare;
  return { bornDead: bornDead(widths, inputs.samples === 1 ? "ray" : isLine ? "line" : "any") };
}

/** Entries that are independent and as often below 0 as above. */
const SYMMETRIC: ReadonlySet<Law["draw"]["kind"]> = new Set(["normal", "uniform", "truncated_normal"]);
