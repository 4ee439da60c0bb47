// How far the measured mean square of a layer's preactivations scatters over draws of the weights, at leading order in
// 1/width, for a batch of inputs that stays the same. Deviations of the mean itself, which are of the same order as the
// variance, residual sums and normalization are not in it.
//
// Given the layers below, the units of a layer are independent Gaussian vectors over the samples with covariance K_ab
// (Hanin & Rolnick 2018; Yaida 2020). The measured figure is the mean of z^2 over units and samples, so that its variance
// is the mean over pairs of samples, each with itself among them, of Cov(K_aa, K_bb) + 2 E[K_ab^2] / n.
import type { ActivationMoments } from "./moments";

export interface FluctuationLayer {
  readonly fanIn: number;
  /** n. */
  readonly units: number;
  /** fan_in Var W. */
  readonly sigmaWSquare: number;
  readonly kind: "gaussian" | "orthogonal";
  readonly activation: ActivationMoments;
  /** Predicted mean square of the preactivation. */
  readonly q: number;
  /** q (1 - c) of a typical pair of samples. */
  readonly d: number;
}

export interface FluctuationBatch {
  readonly samples: number;
  /**
   * Variance over pairs of samples of the correlation c of layer 1's preactivations; 1 / features for independent
   * features and zero bias. Where c is zero on the mean, this and what width adds to it is all that couples two samples.
   */
  readonly correlationVariance: number;
}

export interface Fluctuation {
  /** Std over draws of the mean square of the preactivations, over its mean. */
  readonly relativeStdOfQ: number;
  /** Of their rms: half of it. */
  readonly relativeStdOfRms: number;
}

/** One figure a layer; null from the layer on whose q is zero or not finite. */
export function fluctuations(
  layers: readonly FluctuationLayer[],
  batch: FluctuationBatch,
): readonly (Fluctuation | null)[] {
  const own = 1 / batch.samples;
  // R: relative covariance of K_aa and K_bb for a = b and for a pair. Layer 1's kernel is the inputs' own.
  let same = 0;
  let pair = 0;
  let spread = batch.correlationVariance;
  let known = true;
  return layers.map((layer, l) => {
    known &&= layer.q > 0 && Number.isFinite(layer.q);
    if (!known) return null;
    const { units: n } = layer;
    const free = freeShare(layer);
    const c = 1 - layer.d / layer.q;
    const square = Math.min(1, c * c + spread);
    const variance = own * joined(same, (2 * free) / n) + (1 - own) * joined(pair, (2 * free * square) / n);
    const next = layers[l + 1];
    if (next !== undefined && next.q > 0) {
      const step = passed(layer, next, spread);
      same = joined(step.elasticity * step.elasticity * same, step.same / n);
      pair = joined(step.elasticity * step.elasticity * pair, step.pair / n);
      spread = step.spread;
    }
    const relativeStdOfQ = Math.sqrt(Math.max(0, variance));
    return { relativeStdOfQ, relativeStdOfRms: relativeStdOfQ / 2 };
  });
}

/** (1 + r)(1 + s) - 1: second moments multiply, which makes ReLU with one input exact: prod(1 + 5/n). */
const joined = (r: number, s: number): number => r + s + r * s;

/**
 * Share of the Gaussian sampling noise of z z^T that the weights leave. 1 for Gaussian ones. Semi-orthogonal ones keep
 * the length of what they do not cut: of a corner of size p of n it is that of a Beta(p/2, (n - p)/2) variable.
 */
function freeShare({ kind, fanIn, units }: FluctuationLayer): number {
  return kind === "gaussian" ? 1 : Math.max(0, fanIn - units) / (fanIn + 2);
}

interface Passed {
  /** d log K_aa of the next layer / d log K_aa. */
  readonly elasticity: number;
  /** n times the relative covariance that this layer's n units add: of a sample with itself, of a pair. */
  readonly same: number;
  readonly pair: number;
  /** Variance of the next layer's correlation. */
  readonly spread: number;
}

function passed(layer: FluctuationLayer, next: FluctuationLayer, spread: number): Passed {
  const { activation, q, d, units: n } = layer;
  const one = activation.single(q);
  const two = activation.pair(q, d);
  // Per unit of kernel of the next layer.
  const scale = next.sigmaWSquare / next.q;
  const elasticity = scale * one.squareSlope * q;
  // phi^2 has the second Hermite component 2 k^2, which is what lengths kept by orthogonal weights take out of it.
  const kept = 1 - freeShare(layer);
  const hermite = 2 * elasticity * elasticity;
  const c = 1 - d / q;
  const same = scale * scale * (one.fourth - one.square * one.square) - kept * hermite;
  // At c = 0 the covariance of phi(u1)^2 and phi(u2)^2 grows with c^2 by the same component.
  const pair =
    scale * scale * (two.squareProduct - one.square * one.square) +
    hermite * (spread - kept * Math.min(1, c * c + spread));
  return {
    elasticity,
    same: Math.max(0, same),
    pair,
    spread: nextSpread(layer, scale, spread, one.square, two, kept, n),
  };
}

/**
 * The correlation map carries the spread of c on, and n units add their own. For r = E[phi phi] / V of n independent
 * pairs that is E[phi1^2 phi2^2] / V^2 (1 - r^2)^2 / (1 + 2 r^2) / n: exact at r = 0 and r = 1, and for linear units.
 */
function nextSpread(
  { q, d }: FluctuationLayer,
  scale: number,
  spread: number,
  square: number,
  two: ReturnType<ActivationMoments["pair"]>,
  kept: number,
  n: number,
): number {
  if (!(square > 0)) return 0;
  const r = two.product / square;
  const slope = (q * two.slopeProduct) / square;
  const c = 1 - d / q;
  const away = (1 - r * r) * (1 - r * r);
  const sampled = (two.squareProduct / (square * square)) * (away / (1 + 2 * r * r));
  const lost = kept * slope * slope * (1 - c * c) * (1 - c * c);
  const share = scale * square;
  return share * share * (slope * slope * spread + Math.max(0, sampled - lost) / n);
}
