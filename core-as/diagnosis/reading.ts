// What the diagnosis reads off a result: the figures of the first and the last hidden layer and what became of
// them on the way. The output layer is left out: its scale is the loss's business.
import type { LayerResult, RunResult } from "../spec/result";
import { change } from "./finding";

export type Diagnosed = Pick<RunResult, "spec" | "layers" | "network">;

/** Figure by figure, first and last hidden layer. */
export interface Span {
  readonly first: number;
  readonly last: number;
  /** last / first; 1 where both are 0, NaN where one is not a number. */
  readonly ratio: number;
  /** The layer whose figure is farthest, by ratio, from where its way began: a dip in between counts too. */
  readonly worst: { readonly ratio: number; readonly value: number; readonly layer: number };
}

export interface Reading {
  readonly hidden: readonly LayerResult[];
  readonly samples: number;
  /** Rms of the preactivations. */
  readonly signal: Span;
  /** Across-sample std of the activations. */
  readonly spread: Span;
  /** Rms of the preactivation gradients; null where none were taken. */
  readonly gradient: Span | null;
  /** Rms of the weight gradients. */
  readonly weightGradient: Span | null;
  /** Across-sample std of the preactivations over their rms, a layer each: its square is 1 - c. */
  readonly shares: readonly number[];
  /** Correlation of pairs in the last hidden layer, measured. */
  readonly correlation: number;
}

export function readingOf({ spec, layers }: Diagnosed): Reading {
  const hidden = layers.slice(0, spec.network.layers.length);
  const samples = hidden[0]!.preactivations.count / hidden[0]!.fanOut;
  const shares = hidden.map((layer) => shareOf(layer, samples));
  const measured = hidden.every((layer) => layer.gradients !== null);
  return {
    hidden,
    samples,
    signal: span(hidden, (layer) => layer.preactivations.rms),
    spread: span(hidden, (layer) => layer.activations.acrossSampleStd),
    gradient: measured ? span(hidden, (layer) => layer.gradients!.preactivations.rms, true) : null,
    weightGradient: measured ? span(hidden, (layer) => layer.gradients!.weights.rms, true) : null,
    shares,
    correlation: 1 - shares.at(-1)! * shares.at(-1)!,
  };
}

/** sqrt(1 - c): a population variance over n samples is (n - 1)/n of the mean over pairs. */
function shareOf({ preactivations }: LayerResult, samples: number): number {
  const { rms, acrossSampleStd, acrossSampleStdIsRounding } = preactivations;
  if (acrossSampleStdIsRounding) return 0;
  return (acrossSampleStd / rms) * Math.sqrt(samples / Math.max(1, samples - 1));
}

/** `back`: the way begins at the last layer. */
function span(hidden: readonly LayerResult[], of: (layer: LayerResult) => number, back = false): Span {
  const values = hidden.map(of);
  const [first, last] = [values[0]!, values.at(-1)!];
  const origin = back ? last : first;
  const ratioTo = (value: number) => (value === origin ? 1 : value / origin);
  // The end of the way, unless a layer in between is farther off.
  let at = back ? 0 : values.length - 1;
  values.forEach((value, i) => {
    if (change(ratioTo(value)) > change(ratioTo(values[at]!))) at = i;
  });
  return {
    first,
    last,
    ratio: first === last ? 1 : last / first,
    worst: { ratio: ratioTo(values[at]!), value: values[at]!, layer: hidden[at]!.index },
  };
}
