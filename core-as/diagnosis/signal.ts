// What becomes of the size of the signal and of the gradient between the first and the last hidden layer.
import type { Finding, FindingCode, LayerResult, Severity } from "../spec/result";
import { figure, layersText } from "../spec/number";
import { change, finding, limit, sourceOf } from "./finding";
import type { Diagnosed, Reading } from "./reading";

/** Layers from the first at which the figure has left the band about layer `from`'s by the threshold. */
function beyond(
  layers: readonly LayerResult[],
  figureOf: (layer: LayerResult) => number,
  from: number,
  factor: number,
): LayerResult[] {
  return layers.filter((layer) => change(figureOf(layer) / from) > factor);
}

export function signalFindings(
  { hidden, signal, spread }: Reading,
  taken: ReadonlySet<FindingCode>,
): Finding[] {
  const factor = limit("signalRatio");
  // Where numbers overflowed, what is left says nothing of the signal.
  if (hidden.length < 2 || hidden.some((layer) => layer.preactivations.nonFinite > 0)) return [];
  const rmsLeft = signal.first > 0 && change(signal.worst.ratio) > factor;
  // A signal whose spread over the samples is gone while its size stays is a collapse, and is found elsewhere.
  const spreadLeft =
    spread.first > 0 &&
    change(spread.worst.ratio) > factor &&
    !taken.has("correlation_collapse") &&
    !taken.has("chaotic_sensitivity");
  if (!rmsLeft && !spreadLeft) return [];
  const { first, worst } = rmsLeft ? signal : spread;
  const of = (layer: LayerResult) => (rmsLeft ? layer.preactivations.rms : layer.activations.acrossSampleStd);
  const shrinks = worst.ratio < 1;
  const what = rmsLeft ? "rms of the preactivations" : "spread of the activations over the samples";
  const steps = worst.layer - 1;
  const pace =
    worst.value > 0 && steps > 0 ? `, ${figure(rootOf(change(worst.ratio), steps))} times a layer` : "";
  const way = `from ${figure(first)} in layer 1 to ${figure(worst.value)} in layer ${worst.layer}${pace}`;
  return [
    finding(
      shrinks ? "vanishing_activations" : "exploding_activations",
      severityOf(worst.ratio),
      beyond(hidden, of, first, factor),
      {
        [rmsLeft ? "firstRms" : "firstSpread"]: first,
        [rmsLeft ? "worstRms" : "worstSpread"]: worst.value,
        ratio: worst.ratio,
      },
      { ratio: shrinks ? 1 / factor : factor },
      sourceOf("signalRatio"),
      shrinks
        ? `The signal dies out: the ${what} falls ${way}. What comes out says almost nothing about what went in.`
        : `The signal blows up: the ${what} grows ${way}.`,
    ),
  ];
}

const severityOf = (ratio: number): Severity =>
  change(ratio) > limit("hopelessRatio") ? "broken" : "warning";

export function gradientFindings({ layers }: Diagnosed, reading: Reading): Finding[] {
  const { hidden, gradient, weightGradient } = reading;
  if (gradient === null || weightGradient === null) return [];
  const findings: Finding[] = [];
  const without = layers.filter((layer) => layer.gradients!.weights.rms === 0);
  if (without.length > 0)
    findings.push(
      finding(
        "no_gradient",
        "broken",
        without,
        { weightGradientRms: 0, layersWithout: without.length },
        { weightGradientRms: 0 },
        "the founding notes, why not zeros: a product with a factor 0",
        `No weight of ${layersText(without.map((l) => l.index))} receives any gradient: it is exactly 0. Gradient descent leaves these weights where they are, for ever.`,
      ),
    );
  const { worst, last } = gradient;
  const overflowed = hidden.some((layer) => layer.gradients!.preactivations.nonFinite > 0);
  // A gradient that is exactly 0 is no vanishing one: it has been named above.
  if (hidden.length < 2 || overflowed || last === 0 || worst.value === 0) return findings;
  if (!(change(worst.ratio) > limit("gradientRatio"))) return findings;
  const shrinks = worst.ratio < 1;
  const factor = limit("gradientRatio");
  const weightChange = change(weightGradient.ratio);
  const flat = weightGradient.first > 0 && weightGradient.last > 0 && weightChange <= limit("flatRatio");
  const hidesIt = flat
    ? ` The gradients of the weights look level (${figure(weightChange)} times), because ${shrinks ? "the signal, their other factor, is small where the gradient is large" : "the signal, their other factor, is large where the gradient is small"}: they hide it.`
    : "";
  const way = `its rms is ${figure(last)} in layer ${hidden.at(-1)!.index} and ${figure(worst.value)} in layer ${worst.layer}`;
  findings.push(
    finding(
      shrinks ? "vanishing_gradients" : "exploding_gradients",
      severityOf(worst.ratio),
      beyond(hidden, (layer) => layer.gradients!.preactivations.rms, last, factor),
      {
        lastGradientRms: last,
        worstGradientRms: worst.value,
        ratio: worst.ratio,
        weightGradientRatio: 1 / weightGradient.ratio,
      },
      { ratio: shrinks ? 1 / factor : factor },
      sourceOf("gradientRatio"),
      shrinks
        ? `The gradient dies out on its way back: ${way}. The first layers learn far more slowly than the last.${hidesIt}`
        : `The gradient blows up on its way back: ${way}. A step that suits the last layers throws the first ones off.${hidesIt}`,
    ),
  );
  return findings;
}

/** The n-th root of x >= 1 by Newton's method: Math.pow differs between engines, and a message is part of a report. */
function rootOf(x: number, n: number): number {
  if (!Number.isFinite(x) || n === 1) return x;
  let root = x;
  for (let i = 0; i < 10_000; i++) {
    let power = 1;
    for (let k = 1; k < n; k++) power *= root;
    const next = Number.isFinite(power) ? ((n - 1) * root + x / power) / n : root / 2;
    if (Math.abs(next - root) <= 1e-12 * root) return next;
    root = next;
  }
  return root;
}
