// The statistics of a kept tensor counted and summed exactly: in float64, about the mean, by sorting.
import type { Statistics } from "../../spec/result";
import { QUANTILES } from "../../spec/result";
import { rankError, sum } from "../stats/reference";

export interface Bounds {
  readonly low: number | null;
  readonly high: number | null;
}

export const NO_BOUNDS: Bounds = { low: null, high: null };

/** Of a quantile from a fine histogram (numerics.md). */
const RANK_TOLERANCE = 0.002;

interface Moments {
  readonly mean: number;
  readonly std: number;
  readonly rms: number;
  readonly skewness: number;
  readonly kurtosis: number;
}

export function exactMoments(values: ArrayLike<number>): Moments {
  const n = values.length;
  const first = values[0]!;
  const offsets = Float64Array.from(values, (v) => v - first);
  const offset = sum(offsets) / n;
  const central = (power: number) => {
    let total = 0;
    for (const v of offsets) total += (v - offset) ** power;
    return total / n;
  };
  const variance = central(2);
  const mean = first + offset;
  return {
    mean,
    std: Math.sqrt(variance),
    rms: Math.sqrt(mean * mean + variance),
    skewness: central(3) / variance ** 1.5,
    kurtosis: central(4) / variance ** 2 - 3,
  };
}

/** Width of an inner bin: the outer two may be wider. */
function smallestStep(edges: readonly number[]): number {
  let step = Infinity;
  for (let i = 1; i < edges.length; i++) step = Math.min(step, edges[i]! - edges[i - 1]!);
  return Number.isFinite(step) ? step : 0;
}

/**
 * What is wrong with these statistics of these values, in words; nothing where all is right. `strict`: quantiles are
 * held to their rank alone.
 */
export function faults(
  s: Statistics,
  all: Float32Array,
  bounds: Bounds = NO_BOUNDS,
  strict = false,
): string[] {
  const found: string[] = [];
  const wrong = (what: string, got: unknown, expected: unknown) =>
    found.push(`${what}: ${String(got)}, and exactly ${String(expected)}`);
  const equal = (what: string, got: number, expected: number) =>
    Object.is(got, expected) || got === expected || wrong(what, got, expected);
  const near = (what: string, got: number, expected: number, tolerance: number) =>
    Math.abs(got - expected) <= tolerance || wrong(what, got, expected);

  const values = all.filter(Number.isFinite);
  equal("count", s.count, all.length);
  equal("nonFinite", s.nonFinite, all.length - values.length);
  const zeros = values.filter((v) => v === 0).length;
  near("zeroFraction", s.zeroFraction, zeros / all.length, 1e-15);
  if (values.length === 0) {
    for (const figure of ["mean", "std", "rms", "min", "max"] as const) equal(figure, s[figure], NaN);
    return found;
  }

  const exact = exactMoments(values);
  near("mean", s.mean, exact.mean, 1e-10 * exact.rms);
  near("std", s.std, exact.std, 1e-9 * exact.std + 1e-12 * exact.rms);
  near("rms", s.rms, exact.rms, 1e-10 * exact.rms);
  equal(
    "min",
    s.min,
    values.reduce((a, b) => Math.min(a, b)),
  );
  equal(
    "max",
    s.max,
    values.reduce((a, b) => Math.max(a, b)),
  );
  if (exact.std === 0) {
    equal("skewness", s.skewness, NaN);
    equal("kurtosis", s.kurtosis, NaN);
  } else if (exact.std > 1e-6 * exact.rms) {
    near("skewness", s.skewness, exact.skewness, 1e-7 * (1 + Math.abs(exact.skewness)));
    near("kurtosis", s.kurtosis, exact.kurtosis, 1e-7 * (1 + Math.abs(exact.kurtosis)));
  }

  const { edges, counts, atLow, atHigh } = s.histogram;
  const low = bounds.low === null ? NaN : Math.fround(bounds.low);
  const high = bounds.high === null ? NaN : Math.fround(bounds.high);
  const at = (bound: number) => (bound === 0 ? 0 : values.filter((v) => v === bound).length);
  equal("histogram.zeros", s.histogram.zeros, zeros);
  equal("histogram.atLow", atLow, at(low));
  equal("histogram.atHigh", atHigh, at(high));
  equal("histogram's sum", sum(counts) + s.histogram.zeros + atLow + atHigh, values.length);
  if (edges.length > 0 && edges.length !== counts.length + 1) wrong("edges", edges.length, counts.length + 1);
  if (edges.some((e, i) => i > 0 && !(e > edges[i - 1]!))) wrong("edges", edges, "rising ones");
  if (edges.length > 0) checkCounts();

  const sorted = values.slice().sort();
  const step = smallestStep(edges);
  for (const p of QUANTILES) {
    const q = s.quantiles[String(p)]!;
    const error = Math.min(rankError(sorted, q, p), rankError(sorted, Math.fround(q), p));
    if (error <= RANK_TOLERANCE) continue;
    // Few values, ties, or a peak narrower than a fine bin: right to the width of that bin, and to a rank.
    const width = step / 1024 + Math.abs(q - sorted[sorted.length >> 1]!) / 128;
    const rank = Math.min(Math.max(Math.round(p * sorted.length), 1), sorted.length - 1);
    const below = sorted[Math.max(rank - 2, 0)]!;
    const above = sorted[Math.min(rank + 1, sorted.length - 1)]!;
    if (!(q >= below - width && q <= above + width)) wrong(`quantile ${p}`, q, `a rank ${error} away`);
    else if (strict) wrong(`quantile ${p}`, q, `a rank ${error} away, though a narrow bin`);
  }

  /** A value closer to an edge than the rounding of the way to its bin may lie on either side. */
  function checkCounts(): void {
    const slack = (Math.max(...edges.map(Math.abs)) + 128 * smallestStep(edges)) * 2 ** -48;
    const apart = values.filter((v) => v !== 0 && v !== low && v !== high);
    const within = (from: number, to: number) => apart.filter((v) => v >= from && v < to).length;
    const end = edges.at(-1)!;
    if (apart.some((v) => v < edges[0]! - slack || v > end + slack))
      wrong("edges", `${edges[0]} to ${end}`, "wider");
    counts.forEach((n, i) => {
      const closed = i === counts.length - 1 ? Infinity : edges[i + 1]!;
      const least = within(edges[i]! + slack, closed - slack);
      const most = within(edges[i]! - slack, closed + slack);
      if (n < least || n > most) wrong(`histogram.counts[${i}]`, n, `${least} to ${most}`);
    });
  }
  return found;
}

/** Columns of values [rows, cols]. */
export function columns(values: ArrayLike<number>, cols: number): Float64Array[] {
  const rows = values.length / cols;
  return Array.from({ length: cols }, (_, j) =>
    Float64Array.from({ length: rows }, (_, r) => values[r * cols + j]!),
  );
}

/** acrossSampleStd, acrossUnitStd, and each unit's std. */
export function exactSplit(values: ArrayLike<number>, cols: number) {
  const units = columns(values, cols).map(exactMoments);
  return {
    acrossSample: Math.sqrt(sum(units.map((u) => u.std ** 2)) / cols),
    acrossUnit: exactMoments(units.map((u) => u.mean)).std,
    stds: units.map((u) => u.std),
  };
}

/** (tr C)^2 / tr(C^2) of the centred covariance over the rows. */
export function exactRank(values: ArrayLike<number>, cols: number): number {
  const centred = columns(values, cols).map((unit) => {
    const mean = sum(unit) / unit.length;
    return unit.map((v) => v - mean);
  });
  let trace = 0;
  let square = 0;
  centred.forEach((a, i) =>
    centred.forEach((b, j) => {
      let dot = 0;
      for (let r = 0; r < a.length; r++) dot += a[r]! * b[r]!;
      square += dot * dot;
      if (i === j) trace += dot;
    }),
  );
  return square === 0 ? 0 : (trace * trace) / square;
}

/** Mean cosine over the pairs of rows that have a direction. */
export function exactCosine(values: ArrayLike<number>, cols: number): number {
  const rows = Array.from({ length: values.length / cols }, (_, r) =>
    Float64Array.from({ length: cols }, (_, j) => values[r * cols + j]!),
  );
  const unit = rows
    .map((row) => ({ row, norm: Math.sqrt(row.reduce((s, v) => s + v * v, 0)) }))
    .filter(({ norm }) => norm > 0)
    .map(({ row, norm }) => row.map((v) => v / norm));
  let total = 0;
  let pairs = 0;
  for (let i = 0; i < unit.length; i++)
    for (let j = 0; j < i; j++, pairs++) for (let k = 0; k < cols; k++) total += unit[i]![k]! * unit[j]![k]!;
  return pairs === 0 ? NaN : total / pairs;
}
