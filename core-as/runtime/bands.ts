// Median and spread over the seeds of each headline figure, a layer each, with what theory predicts of it.
import { LAYER_FIGURES } from "../spec/headline";
import type { Band, LayerResult, LayerTheory, ReplicatesResult } from "../spec/result";

/** From this many seeds on the band is 5-95 %; below it is min-max. */
const ENOUGH_SEEDS = 20;

export function rangeOver(seeds: number): ReplicatesResult["range"] {
  return seeds >= ENOUGH_SEEDS ? "5-95 %" : "min-max";
}

/** Theory is the first run's: it looks at the spec, and every seed has the same. */
export function bandsOver(
  seeds: readonly number[],
  runs: readonly (readonly LayerResult[])[],
): ReplicatesResult {
  const measured = runs[0]!.map((_, i) =>
    Object.fromEntries(LAYER_FIGURES.map(({ name, of }) => [name, bandOver(runs.map((run) => of(run[i]!)))])),
  );
  const bands = measured.map((layer, i) => {
    const theory = runs[0]![i]!.theory;
    return theory ? withPredictions(layer, theory, measured.at(-1)!) : layer;
  });
  return { count: seeds.length, seeds, range: rangeOver(seeds.length), bands };
}

type Bands = ReplicatesResult["bands"][number];

function withPredictions(layer: Bands, theory: LayerTheory, last: Bands): Bands {
  return Object.fromEntries(
    LAYER_FIGURES.map(({ name, predicted }) => {
      const band = layer[name] ?? null;
      const value = predicted?.(theory, last[name]?.median ?? null) ?? null;
      return [name, band && value !== null ? withPrediction(band, value) : band];
    }),
  );
}

/** A prediction that is not a number predicts nothing. */
function withPrediction(band: Band, predicted: number): Band {
  if (Number.isNaN(predicted)) return band;
  const slack = RESOLUTION * Math.max(1e-2, Math.abs(predicted));
  const predictedInBand = band.low - slack <= predicted && predicted <= band.high + slack;
  return { ...band, predicted, predictedInBand };
}

/** A band may be narrower than what a single batch can show: all seeds saturate nowhere, or all have rms 1. */
const RESOLUTION = 1e-4;

/**
 * Of one value a seed, in any order. Null where the figure has no meaning for some seed; one that is not a number
 * makes the band so.
 */
export function bandOver(values: readonly (number | null)[]): Band | null {
  const known: number[] = [];
  for (const value of values) {
    if (value === null) return null;
    known.push(value);
  }
  if (known.some(Number.isNaN)) return { median: NaN, low: NaN, high: NaN };
  known.sort((a, b) => a - b);
  const enough = known.length >= ENOUGH_SEEDS;
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
