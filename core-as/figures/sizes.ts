// Sizes of gradients on a log axis: from the log bins of the run, or, in results that have none, from the linear bins.
// Below the width of one bin those say nothing of the size, and the quartiles a little more. What lies below both is a
// share, and is not drawn.
import type { SizeHistogram, Statistics } from "../spec/result";

export interface Sizes {
  /** Rising edges, of |g|, all above 0. */
  readonly edges: Float64Array;
  /** Density over a decade, of all values that are not zero. */
  readonly perDecade: Float64Array;
  /** Share of the values that are not zero which is smaller than the first edge. */
  readonly below: number;
  readonly largest: number;
}

/** Bins of a log axis are not made narrower, so that the outer linear ones do not make a comb. */
const LEAST_DECADES = 0.06;
/** Quartiles on both sides count as one size within this factor. */
const ALIKE = 1.5;

/** No axis shows more decades below the largest. */
const MOST_DECADES = 7;

/** Null where nothing finite is left beside zeros. `measured`: the same values by their size, where the run has them. */
export function sizesOf(statistics: Statistics, measured: SizeHistogram | null = null): Sizes | null {
  return measured && measured.counts.length > 1 ? fromSizes(measured) : fromLinear(statistics);
}

function fromSizes({ edges, counts, below }: SizeHistogram): Sizes {
  const largest = edges.at(-1)!;
  const first = Math.max(
    0,
    edges.findIndex((edge) => edge * 10 ** MOST_DECADES >= largest),
  );
  const total = counts.reduce((sum, count) => sum + count, below);
  const from = Float64Array.from(edges.slice(first));
  const hidden = counts.slice(0, first).reduce((sum, count) => sum + count, below);
  return {
    edges: from,
    perDecade: Float64Array.from(counts.slice(first), (count, i) => count / total / decadesOf(from, i)),
    below: hidden / total,
    largest,
  };
}

function fromLinear(statistics: Statistics): Sizes | null {
  const { histogram, count, nonFinite, min, max } = statistics;
  const { edges, counts, zeros } = histogram;
  const total = count - nonFinite - zeros;
  const largest = Math.max(Math.abs(min), Math.abs(max));
  if (!(total > 0) || !(largest > 0) || !Number.isFinite(largest)) return null;
  if (min === max) {
    const single = Float64Array.of(largest * 0.9, largest * 1.1);
    return { edges: single, perDecade: Float64Array.of(1 / decadesOf(single, 0)), below: 0, largest };
  }
  const marks = marksOf(edges, largest, centreOf(statistics));
  const below = (x: number) => (countBelow(edges, counts, x) - countBelow(edges, counts, -x)) / total;
  const inner = smallestEdge(edges);
  const shares = marks.map((x) =>
    x < inner ? Math.min(centreShare(statistics, total), below(inner)) : Math.min(1, below(x)),
  );
  const from = Float64Array.from(marks);
  const perDecade = Float64Array.from(
    marks.slice(1),
    (_, i) => Math.max(0, shares[i + 1]! - shares[i]!) / decadesOf(from, i),
  );
  return { edges: from, perDecade, below: shares[0] ?? 1, largest };
}

const decadesOf = (edges: Float64Array, i: number): number => Math.log10(edges[i + 1]! / edges[i]!);

/** Edges of |g| that the linear bins have, thinned to what a log axis can show; `centre` before them. */
function marksOf(edges: readonly number[], largest: number, centre: number | null): number[] {
  const sides = [...new Set(edges.map(Math.abs))].filter((edge) => edge > 0).sort((a, b) => a - b);
  const marks: number[] = centre !== null && centre < sides[0]! ? [centre] : [];
  for (const edge of sides) {
    const last = marks.at(-1);
    if (last === undefined || Math.log10(edge / last) >= LEAST_DECADES) marks.push(edge);
    if (edge >= largest) break;
  }
  // The last bin ends where the values do, not at the outer edge of a wide bin.
  if (marks.at(-1)! < largest) marks.push(largest);
  else if (marks.length > 1) marks[marks.length - 1] = Math.max(largest, marks.at(-2)! * 1.05);
  return marks;
}

const smallestEdge = (edges: readonly number[]): number =>
  Math.min(...edges.map(Math.abs).filter((edge) => edge > 0));

/** Half of the values lie within the quartiles: their size where both sides agree on one and zeros do not rule. */
function centreOf({ quantiles, zeroFraction }: Statistics): number | null {
  const low = quantiles["0.25"];
  const high = quantiles["0.75"];
  if (low === undefined || high === undefined || !(low < 0 && high > 0) || zeroFraction > 0.25) return null;
  const ratio = high / -low;
  return ratio < ALIKE && ratio > 1 / ALIKE ? Math.sqrt(high * -low) : null;
}

/** Of the values that are not zero, the share within the quartiles: half of all, less the zeros among them. */
function centreShare({ count, nonFinite, histogram }: Statistics, total: number): number {
  return Math.max(0, 0.5 * (count - nonFinite) - histogram.zeros) / total;
}

/** Values below x, zeros and bounds left out; within a bin as if spread evenly. */
function countBelow(edges: readonly number[], counts: readonly number[], x: number): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) {
    const from = edges[i]!;
    const to = edges[i + 1]!;
    if (to <= x) sum += counts[i]!;
    else if (from < x) sum += (counts[i]! * (x - from)) / (to - from);
  }
  return sum;
}
