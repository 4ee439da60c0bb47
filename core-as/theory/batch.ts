// A batch of inputs as mean-field theory sees it: how long its samples are, and at what angles they stand.

/** A value and the share of the samples, or pairs, that it stands for. */
export interface Weighted {
  readonly weight: number;
  readonly value: number;
}

/** Of inputs [samples, features]; "mean square" is over the features of a sample. */
export interface InputMoments {
  readonly samples: number;
  /** Over all entries. */
  readonly mean: number;
  readonly meanSquare: number;
  /** Mean squares of the samples, by groups of equal size. */
  readonly lengths: readonly Weighted[];
  /** 1 - c over pairs of samples, c their cosine, by groups of equal size. Kept so because c may be nearly 1. */
  readonly apart: readonly Weighted[];
  /** Variance of c over pairs. */
  readonly cosineVariance: number;
  /** Mean square of sample 0, at which the Jacobian is taken. */
  readonly firstMeanSquare: number;
}

/** Rows whose pairs are looked at one by one. */
const PAIRED_ROWS = 128;
/**
 * Lengths may scatter widely, and cost little; every pair is an integral in the plane. An even number, so that the
 * groups of inputs of one feature, whose cosines are -1 and 1, do not meet in the middle.
 */
const LENGTH_GROUPS = 5;
const ANGLE_GROUPS = 4;

/** Moments of inputs [samples, features], row-major. Sums run in float64, rows in rising order. */
export function inputMoments(inputs: Float32Array, samples: number, features: number): InputMoments {
  const squares = new Float64Array(samples);
  let sum = 0;
  let total = 0;
  for (let s = 0; s < samples; s++) {
    let square = 0;
    for (let i = s * features, end = i + features; i < end; i++) {
      const x = inputs[i]!;
      square += x * x;
      sum += x;
    }
    squares[s] = square / features;
    total += squares[s]!;
  }
  const apart = pairsApart(inputs, squares, features);
  return {
    samples,
    mean: sum / (samples * features),
    meanSquare: total / samples,
    lengths: grouped(Float64Array.from(squares), LENGTH_GROUPS),
    apart: grouped(apart, ANGLE_GROUPS),
    cosineVariance: varianceOf(apart),
    firstMeanSquare: squares[0]!,
  };
}

/** 1 - c of every pair of the first rows that have a direction: half the mean square of x_a/|x_a| - x_b/|x_b|. */
function pairsApart(inputs: Float32Array, squares: Float64Array, features: number): Float64Array {
  const rows: Float64Array[] = [];
  for (let s = 0; s < Math.min(squares.length, PAIRED_ROWS); s++) {
    const scale = 1 / Math.sqrt(squares[s]! * features);
    if (Number.isFinite(scale))
      rows.push(Float64Array.from(inputs.subarray(s * features, (s + 1) * features), (x) => x * scale));
  }
  const apart = new Float64Array((rows.length * (rows.length - 1)) / 2);
  let pair = 0;
  for (let a = 0; a < rows.length; a++)
    for (let b = 0; b < a; b++) {
      const [u, v] = [rows[a]!, rows[b]!];
      let half = 0;
      for (let f = 0; f < features; f++) {
        const d = u[f]! - v[f]!;
        half += d * d;
      }
      apart[pair++] = half / 2;
    }
  return apart;
}

/** Means of groups of neighbours, as equal in size as can be; one group where all values are alike. Sorts `values`. */
function grouped(values: Float64Array, most: number): Weighted[] {
  values.sort();
  const n = values.length;
  if (n === 0) return [];
  const isNarrow = values[n - 1]! - values[0]! <= 1e-6 * Math.abs(values[n - 1]!);
  const groups = isNarrow ? 1 : Math.min(most, n);
  return Array.from({ length: groups }, (_, g) => {
    const from = Math.floor((g * n) / groups);
    const to = Math.floor(((g + 1) * n) / groups);
    let sum = 0;
    for (let i = from; i < to; i++) sum += values[i]!;
    return { weight: (to - from) / n, value: sum / (to - from) };
  });
}

function varianceOf(values: Float64Array): number {
  if (values.length === 0) return 0;
  let mean = 0;
  for (const value of values) mean += value / values.length;
  let variance = 0;
  for (const value of values) variance += ((value - mean) * (value - mean)) / values.length;
  return variance;
}
