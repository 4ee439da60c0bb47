// Median and spread over the seeds of each headline figure, a layer each.
import type { Band, LayerResult, ReplicatesResult } from "../spec/result";

/** From this many seeds on the band is 5-95 %; below it is min-max. */
export const ENOUGH_SEEDS = 20;

const FIGURES: Readonly<Record<string, (layer: LayerResult) => number | null>> = {
  "preactivations.rms": (layer) => layer.preactivations.rms,
  "activations.std": (layer) => layer.activations.std,
  acrossSampleStd: (layer) => layer.activations.acrossSampleStd,
  saturatedFraction: (layer) => layer.activations.saturatedFraction,
  deadUnits: (layer) => layer.activations.deadUnits,
  effectiveRank: (layer) => layer.activations.effectiveRank,
  meanCosine: (layer) => layer.activations.meanCosine,
  "gradients.preactivations.rms": (layer) => layer.gradients?.preactivations.rms ?? null,
  "gradients.weights.rms": (layer) => layer.gradients?.weights.rms ?? null,
};

export function bandsOver(
  seeds: readonly number[],
  runs: readonly (readonly LayerResult[])[],
): ReplicatesResult {
  const enough = seeds.length >= ENOUGH_SEEDS;
  const bands = runs[0]!.map((_, i) =>
    Object.fromEntries(
      Object.entries(FIGURES).map(([name, figure]) => [
        name,
        bandOf(
          runs.map((layers) => figure(layers[i]!)),
          enough,
        ),
      ]),
    ),
  );
  return { count: seeds.length, seeds, range: enough ? "5-95 %" : "min-max", bands };
}

/** Null where the figure has no meaning for some seed; a value that is not finite makes the band so. */
export function bandOf(values: readonly (number | null)[], enough: boolean): Band | null {
  const known: number[] = [];
  for (const value of values) {
    if (value === null) return null;
    known.push(value);
  }
  if (known.some(Number.isNaN)) return { median: NaN, low: NaN, high: NaN };
  known.sort((a, b) => a - b);
  return {
    median: quantile(known, 0.5),
    low: enough ? quantile(known, 0.05) : known[0]!,
    high: enough ? quantile(known, 0.95) : known.at(-1)!,
  };
}

/** Linear interpolation between order statistics (type 7 of Hyndman & Fan 1996). */
function quantile(sorted: readonly number[], p: number): number {
  const at = p * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  const low = sorted[below]!;
  const high = sorted[above]!;
  return low === high ? low : low + (at - below) * (high - low);
}
