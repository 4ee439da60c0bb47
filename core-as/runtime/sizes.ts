// How large the values of a tensor are, on a log scale: from the fine bins of its tally, which stand so close about
// zero that a decade has hundreds of them over the sizes that matter. Not of the digest: it follows from what is.
import type { SizeHistogram } from "../spec/result";

/** Pieces of a fine histogram, column by column: `counts[i]` values from `lows[i]` to `highs[i]`, both perhaps. */
export interface Pieces {
  readonly lows: Float64Array;
  readonly highs: Float64Array;
  readonly counts: Float64Array;
}

/** Tenfold in twelve steps, each about 1.21 times the one before. */
const STEPS = [
  "1",
  "1.211527658628589",
  "1.4677992676220695",
  "1.7782794100389228",
  "2.154434690031884",
  "2.6101572156825372",
  "3.1622776601683795",
  "3.831186849557288",
  "4.641588833612779",
  "5.623413251903491",
  "6.812920690579613",
  "8.254041852680183",
];
/** Of float32, subnormal ones too. */
const LEAST_EXPONENT = -46;
const MOST_EXPONENT = 39;
/** What is smaller than nearly all is one share, and stretches no axis. */
const SLIVER = 0.005;

const EDGES: readonly number[] = Array.from({ length: MOST_EXPONENT - LEAST_EXPONENT }, (_, i) =>
  STEPS.map((step) => Number(`${step}e${LEAST_EXPONENT + i}`)),
).flat();

/**
 * Null where no value is other than zero. A piece counts as spread evenly; one that reaches to zero, or lies within
 * `unit` of it (the narrowest fine bin: what divides it is a guess), says only what its values are smaller than.
 */
export function sizeHistogram({ lows, highs, counts: given }: Pieces, unit: number): SizeHistogram | null {
  let unresolved = unit;
  let largest = 0;
  let total = 0;
  let below = 0;
  for (let i = 0; i < given.length; i++) {
    const [low, high, count] = [lows[i]!, highs[i]!, given[i]!];
    if (!(count > 0) || (low === 0 && high === 0)) continue;
    total += count;
    const reach = Math.max(Math.abs(low), Math.abs(high));
    largest = Math.max(largest, reach);
    if (reach <= unit) below += count;
    else if (low <= 0 && high >= 0) {
      unresolved = Math.max(unresolved, reach);
      below += count;
    }
  }
  if (total === 0) return null;
  const first = EDGES.findIndex((edge) => edge >= unresolved);
  const end = upper(EDGES, largest);
  if (first < 0 || first >= end) return { edges: [largest], counts: [], below: total };
  const edges = EDGES.slice(first, end + 1);
  const counts = new Float64Array(edges.length - 1);
  for (let i = 0; i < given.length; i++) {
    const [low, high] = [lows[i]!, highs[i]!];
    if (low > 0 && high > unit) below += spread(low, high, given[i]!, edges, counts);
    else if (high < 0 && low < -unit) below += spread(-high, -low, given[i]!, edges, counts);
  }
  let skip = 0;
  while (skip < counts.length - 1 && below + counts[skip]! < SLIVER * total) below += counts[skip++]!;
  return { edges: edges.slice(skip), counts: [...counts.subarray(skip)], below };
}

/** Shares a piece out to the bins it lies in; what is left of it below the first edge. */
function spread(
  low: number,
  high: number,
  count: number,
  edges: readonly number[],
  counts: Float64Array,
): number {
  let bin = upper(edges, low) - 1;
  if (!(high > low)) {
    if (bin < 0) return count;
    counts[Math.min(bin, counts.length - 1)]! += count;
    return 0;
  }
  const density = count / (high - low);
  let left = 0;
  if (bin < 0) {
    left = density * (Math.min(high, edges[0]!) - low);
    bin = 0;
  }
  for (; bin < counts.length && edges[bin]! < high; bin++)
    counts[bin]! += density * Math.max(0, Math.min(high, edges[bin + 1]!) - Math.max(low, edges[bin]!));
  return left;
}

/** How many of the rising edges are at or below x. */
function upper(edges: readonly number[], x: number): number {
  let [from, to] = [0, edges.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (edges[middle]! <= x) from = middle + 1;
    else to = middle;
  }
  return from;
}
