// A tensor's values as shares over bins, with the values that are met exactly set apart: what histograms are drawn
// from. Works on the result's own bins and makes none finer than they are.
import type { Statistics } from "../spec/result";
import type { Atom } from "./figure";

/** Shares are of the finite values; they sum to 1, bins and points together. */
export interface Spread {
  /** n+1 rising edges; n may be 0. */
  readonly edges: Float64Array;
  /** n shares. */
  readonly shares: Float64Array;
  readonly points: readonly { readonly at: number; readonly share: number }[];
  /** Width of the ordinary bins; 0 where there is none. */
  readonly step: number;
  /** Edges that hold all but a sliver at each end. Null without bins. */
  readonly core: readonly [number, number] | null;
}

/** Null where nothing is finite. */
export function spreadOf(
  {
    histogram,
    count,
    nonFinite,
    min,
    max,
  }: Pick<Statistics, "histogram" | "count" | "nonFinite" | "min" | "max">,
  bounds: { readonly low: number | null; readonly high: number | null } = { low: null, high: null },
): Spread | null {
  const finite = count - nonFinite;
  if (!(finite > 0) || !Number.isFinite(min) || !Number.isFinite(max)) return null;
  // All the same value: a bin would give it a width that it does not have.
  if (min === max) return { ...EMPTY, points: [{ at: min, share: 1 }] };
  const { edges, counts, zeros, atLow, atHigh } = histogram;
  const points = [
    { at: bounds.low ?? min, share: atLow / finite },
    { at: 0, share: zeros / finite },
    { at: bounds.high ?? max, share: atHigh / finite },
  ].filter(({ share }) => share > 0);
  if (!counts.some((n) => n > 0)) return { ...EMPTY, points };
  const step = Math.min(...widthsOf(edges));
  return {
    edges: Float64Array.from(edges),
    shares: Float64Array.from(counts, (n) => n / finite),
    points,
    step,
    core: coreOf(edges, counts, finite),
  };
}

/** Share of all values that may lie outside at each end: bars this low cannot be seen. */
const SLIVER = 0.0003;

function coreOf(
  edges: readonly number[],
  counts: readonly number[],
  finite: number,
): readonly [number, number] {
  let first = 0;
  for (let sum = counts[0]!; sum <= SLIVER * finite && first < counts.length - 1; sum += counts[first]!)
    first++;
  let last = counts.length - 1;
  for (let sum = counts[last]!; sum <= SLIVER * finite && last > first; sum += counts[last]!) last--;
  return [edges[first]!, edges[last + 1]!];
}

const EMPTY = { edges: new Float64Array(0), shares: new Float64Array(0), step: 0, core: null };

const widthsOf = (edges: readonly number[]): number[] => edges.slice(1).map((edge, i) => edge - edges[i]!);

/** The same in other units: every value less `origin`, divided by `unit`, which is above 0. */
export function inUnits(spread: Spread, unit: number, origin = 0): Spread {
  const moved = (value: number) => (value - origin) / unit;
  return {
    edges: spread.edges.map(moved),
    shares: spread.shares,
    points: spread.points.map(({ at, share }) => ({ at: moved(at), share })),
    step: spread.step / unit,
    core: spread.core && [moved(spread.core[0]), moved(spread.core[1])],
  };
}

/** Share below x; within a bin as if it were spread evenly. A point at x is not below it. */
export function shareBelow({ edges, shares, points }: Spread, x: number): number {
  let sum = 0;
  for (const { at, share } of points) if (at < x) sum += share;
  for (let i = 0; i < shares.length; i++) {
    const from = edges[i]!;
    const to = edges[i + 1]!;
    if (to <= x) sum += shares[i]!;
    else if (from < x) sum += (shares[i]! * (x - from)) / (to - from);
  }
  return sum;
}

/** Density of each bin. */
export function densities({ edges, shares }: Spread): Float64Array {
  return shares.map((share, i) => share / (edges[i + 1]! - edges[i]!));
}

/** Points as atoms: as high as if each filled one bin `width` wide. */
export function atomsOf({ points }: Spread, width: number): Atom[] {
  return points.map(({ at, share }) => ({ at, share, height: share / width }));
}
