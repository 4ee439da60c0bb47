// How large the values of a tensor are, on a log scale: from the fine bins of its tally, which stand so close about
// zero that a decade has hundreds of them over the sizes that matter. Not of the digest: it follows from what is.
import type { SizeHistogram } from "../spec/result";

/** A piece of a fine histogram: `count` values from `low` to `high`, both of them perhaps. */
export interface Piece {
  readonly low: number;
  readonly high: number;
  readonly count: number;
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
export function sizeHistogram(pieces: readonly Piece[], unit: number): SizeHistogram | null {
  let unresolved = unit;
  let largest = 0;
  let total = 0;
  const sizes: Piece[] = [];
  let below = 0;
  for (const { low, high, count } of pieces) {
    if (!(count > 0) || (low === 0 && high === 0)) continue;
    total += count;
    const [a, b] = [Math.abs(low), Math.abs(high)];
    largest = Math.max(largest, a, b);
    if (Math.max(a, b) <= unit) below += count;
    else if (low <= 0 && high >= 0) {
      unresolved = Math.max(unresolved, a, b);
      below += count;
    } else sizes.push({ low: Math.min(a, b), high: Math.max(a, b), count });
  }
  if (total === 0) return null;
  const first = EDGES.findIndex((edge) => edge >= unresolved && sizes.some(({ high }) => high > edge));
  if (first < 0) return { edges: [largest], counts: [], below: total };
  const end = EDGES.findIndex((edge) => edge > largest);
  const edges = EDGES.slice(first, end < 0 ? undefined : end + 1);
  const counts = new Array<number>(edges.length - 1).fill(0);
  for (const piece of sizes) below += spread(piece, edges, counts);
  let skip = 0;
  while (skip < counts.length - 1 && below + counts[skip]! < SLIVER * total) below += counts[skip++]!;
  return { edges: edges.slice(skip), counts: counts.slice(skip), below };
}

/** Shares a piece out to the bins it lies in; what is left of it below the first edge. */
function spread({ low, high, count }: Piece, edges: readonly number[], counts: number[]): number {
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
