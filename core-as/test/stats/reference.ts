// The figures of a batch computed slowly: two passes in float64, corrected for rounding, and by sorting.
import type { Batch } from "./measure";

/** Sum with Neumaier's correction. */
export function sum(values: Iterable<number>): number {
  let total = 0;
  let lost = 0;
  for (const value of values) {
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + lost;
}

export function momentsOf(values: readonly number[]) {
  // The mean itself may not fit a float64 as well as its distance from a value does.
  const first = values[0]!;
  const offset = sum(values.map((v) => v - first)) / values.length;
  const mean = first + offset;
  const central = (power: number) => sum(values.map((v) => (v - first - offset) ** power)) / values.length;
  const variance = central(2);
  return {
    mean,
    std: Math.sqrt(variance),
    rms: Math.sqrt(mean * mean + variance),
    skewness: central(3) / variance ** 1.5,
    kurtosis: central(4) / variance ** 2 - 3,
  };
}

/** acrossSampleStd and acrossUnitStd of a batch of finite values. */
export function splitStd(x: Batch): { readonly acrossSample: number; readonly acrossUnit: number } {
  const base = x.values[0]!;
  const units = Array.from({ length: x.cols }, (_, col) =>
    momentsOf(Array.from({ length: x.rows }, (_, row) => x.values[row * x.cols + col]! - base)),
  );
  return {
    acrossSample: Math.sqrt(sum(units.map((u) => u.std ** 2)) / x.cols),
    acrossUnit: momentsOf(units.map((u) => u.mean)).std,
  };
}

export const LEVELS = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];

/** How far level p is from the ranks that q may claim: the shares of values below q and not above it. */
export function rankError(sorted: ArrayLike<number>, q: number, p: number): number {
  let below = 0;
  let upTo = 0;
  for (let i = 0; i < sorted.length; i++) {
    if (sorted[i]! < q) below++;
    if (sorted[i]! <= q) upTo++;
  }
  return Math.max(below / sorted.length - p, p - upTo / sorted.length, 0);
}

/** Counts per bin [a, b) over the edges, the last one closed, of the values not counted apart. */
export function recount(
  values: Iterable<number>,
  edges: readonly number[],
  apart: readonly number[],
): number[] {
  const counts = new Array<number>(edges.length - 1).fill(0);
  for (const value of values) {
    if (!Number.isFinite(value) || value === 0 || apart.includes(value)) continue;
    let bin = edges.findIndex((edge) => value < edge) - 1;
    if (bin === -2 && value === edges.at(-1)) bin = counts.length - 1;
    if (bin < 0) throw new Error(`${value} lies outside [${edges[0]}, ${edges.at(-1)}]`);
    counts[bin]!++;
  }
  return counts;
}
