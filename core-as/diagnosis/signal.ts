// What becomes of the size of the signal and of the gradient between the first and the last hidden layer.
import type { Finding, FindingCode, LayerResult, Severity } from "../spec/result";
import { figure, layersText } from "../spec/number";
import { change, finding, limit, sourceOf } from "./finding";
import type { Diagnosed, Reading, Span } from "./reading";

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
  const rmsLeft = change(signal.ratio) > factor;
  // A signal whose spread over the samples is gone while its size stays is a collapse, and is found elsewhere.
  const spreadLeft =
    change(spread.ratio) > factor && !taken.has("correlation_collapse") && !taken.has("chaotic_sensitivity");
  if (hidden.length < 2 || (!rmsLeft && !spreadLeft)) return [];
  const span = rmsLeft ? signal : spread;
  const of = (layer: LayerResult) => (rmsLeft ? layer.preactivations.rms : layer.activations.acrossSampleStd);
  const shrinks = span.ratio < 1;
  const layers = beyond(hidden, of, span.first, factor);
  const what = rmsLeft ? "rms of the preactivations" : "spread of the activations over the samples";
  const a = figure(rootOf(change(span.ratio), hidden.length - 1));
  return [
    finding(
      shrinks ? "vanishing_activations" : "exploding_activations",
      severityOf(span),
      layers,
      {
        [rmsLeft ? "firstRms" : "firstSpread"]: span.first,
        [rmsLeft ? "lastRms" : "lastSpread"]: span.last,
        ratio: span.ratio,
      },
      { ratio: shrinks ? 1 / factor : factor },
      sourceOf("signalRatio"),
      shrinks
        ? `The signal dies out: the ${what} falls from ${figure(span.first)} to ${figure(span.last)} in ${hidden.length} layers, ${a} times a layer. What comes out says almost nothing about what went in.`
        : `The signal blows up: the ${what} grows from ${figure(span.first)} to ${figure(span.last)} in ${hidden.length} layers, ${a} times a layer.`,
    ),
  ];
}

const severityOf = ({ ratio }: Span): Severity =>
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
  // Backwards the way goes from the last layer to the first.
  const back: Span = { first: gradient.last, last: gradient.first, ratio: 1 / gradient.ratio };
  if (gradient.first === 0 && gradient.last === 0) return findings;
  if (hidden.length < 2 || change(back.ratio) <= limit("gradientRatio")) return findings;
  const shrinks = back.ratio < 1;
  const factor = limit("gradientRatio");
  const weightChange = change(weightGradient.ratio);
  const flat = weightChange <= limit("flatRatio");
  const hidesIt = flat
    ? ` The gradients of the weights look level (${figure(weightChange)} times), because ${shrinks ? "the signal, their other factor, is small where the gradient is large" : "the signal, their other factor, is large where the gradient is small"}: they hide it.`
    : "";
  findings.push(
    finding(
      shrinks ? "vanishing_gradients" : "exploding_gradients",
      severityOf(back),
      beyond(hidden, (layer) => layer.gradients!.preactivations.rms, gradient.last, factor),
      {
        lastGradientRms: gradient.last,
        firstGradientRms: gradient.first,
        ratio: back.ratio,
        weightGradientRatio: 1 / weightGradient.ratio,
      },
      { ratio: shrinks ? 1 / factor : factor },
      sourceOf("gradientRatio"),
      shrinks
        ? `The gradient dies out on its way back: its rms is ${figure(gradient.last)} in layer ${hidden.at(-1)!.index} and ${figure(gradient.first)} in layer 1. The first layers learn far more slowly than the last.${hidesIt}`
        : `The gradient blows up on its way back: its rms is ${figure(gradient.last)} in layer ${hidden.at(-1)!.index} and ${figure(gradient.first)} in layer 1. A step that suits the last layers throws the first ones off.${hidesIt}`,
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
