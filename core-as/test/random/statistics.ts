// Yardsticks for tests of chance: distribution functions and the distances that the tests hold against a level.

/** Complementary error function, relative error below 1.2e-7 everywhere (Numerical Recipes, erfcc). */
export function erfc(x: number): number {
  const z = Math.abs(x);
  const t = 1 / (1 + 0.5 * z);
  const coefficients = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
    -0.82215223, 0.17087277,
  ];
  const sum = coefficients.reduceRight((rest, c) => c + t * rest, 0);
  const upper = t * Math.exp(-z * z + sum);
  return x >= 0 ? upper : 2 - upper;
}

/** P(Z > x) of the standard normal. */
export function normalAbove(x: number): number {
  return 0.5 * erfc(x / Math.SQRT2);
}

/** P(Z <= x given low <= Z <= high), without cancellation in a tail. */
export function truncatedBelow(x: number, low: number, high: number): number {
  if (low > 0) {
    const [l, h] = [normalAbove(low), normalAbove(high)];
    return (l - normalAbove(x)) / (l - h);
  }
  const [l, h] = [normalAbove(-low), normalAbove(-high)];
  return (normalAbove(-x) - l) / (h - l);
}

/** Kolmogorov and Smirnov's sqrt(n) D. Its 99.9 % point is 1.95. */
export function kolmogorov(values: Float32Array | Float64Array, below: (x: number) => number): number {
  const sorted = values.slice().sort();
  const n = sorted.length;
  let distance = 0;
  sorted.forEach((x, i) => {
    const p = below(x);
    distance = Math.max(distance, p - i / n, (i + 1) / n - p);
  });
  return distance * Math.sqrt(n);
}
/** The 99.9 % point of Kolmogorov's distribution. */
export const KOLMOGOROV_LIMIT = 1.95;

/** Chi-square of observed counts against expected ones, as a standard normal (Wilson and Hilferty). */
export function chiSquareZ(counts: ArrayLike<number>, expected: (cell: number) => number): number {
  let chi = 0;
  for (let i = 0; i < counts.length; i++) chi += (counts[i]! - expected(i)) ** 2 / expected(i);
  const freedom = counts.length - 1;
  const spread = 2 / (9 * freedom);
  return (Math.cbrt(chi / freedom) - (1 - spread)) / Math.sqrt(spread);
}

export interface Moments {
  readonly mean: number;
  readonly variance: number;
  readonly third: number;
  readonly fourth: number;
}

/** Mean and central moments. */
export function momentsOf(values: ArrayLike<number>): Moments {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i]!;
  const mean = sum / n;
  let [second, third, fourth] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const d = values[i]! - mean;
    second += d * d;
    third += d * d * d;
    fourth += d * d * d * d;
  }
  return { mean, variance: second / n, third: third / n, fourth: fourth / n };
}

/** Float32 values or words as bits, for comparisons that tell -0 from 0 and NaN from NaN. */
export function bitsOf(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}
