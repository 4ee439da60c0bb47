// A batch of inputs as mean-field theory sees it: how long its samples are and how far apart.

/** Of inputs [samples, features]; "mean square" is over the features of a sample. */
export interface InputMoments {
  readonly samples: number;
  /** Over all entries. */
  readonly mean: number;
  /** Mean over samples of a sample's mean square, and the variance of it over samples. */
  readonly meanSquare: number;
  readonly meanSquareVariance: number;
  /** Mean over pairs of samples of half their mean square difference, and its variance over pairs. */
  readonly halfDifference: number;
  readonly halfDifferenceVariance: number;
  /** Mean square of sample 0, at which the Jacobian is taken. */
  readonly firstMeanSquare: number;
}

/** Rows whose pairs are looked at one by one. */
const PAIRED_ROWS = 128;

/** Moments of inputs [samples, features], row-major. Sums run in float64, rows in rising order. */
export function inputMoments(inputs: Float32Array, samples: number, features: number): InputMoments {
  const first = Float64Array.from(inputs.subarray(0, features));
  const sums = new Float64Array(features);
  let squares = 0;
  let spread = 0;
  let mean = 0;
  let meanSquare = 0;
  let meanSquareVariance = 0;
  for (let s = 0; s < samples; s++) {
    let square = 0;
    for (let f = 0; f < features; f++) {
      const x = inputs[s * features + f]!;
      // About the first sample: inputs far from zero would lose their spread otherwise.
      const d = x - first[f]!;
      sums[f]! += d;
      spread += d * d;
      square += x * x;
      mean += x;
    }
    square /= features;
    squares += square;
    // Welford's recurrence for the variance over samples.
    const off = square - meanSquare;
    meanSquare += off / (s + 1);
    meanSquareVariance += off * (square - meanSquare);
  }
  let within = 0;
  for (const sum of sums) within += (sum / samples) * (sum / samples);
  const variance = Math.max(0, spread / samples - within) / features;
  return {
    samples,
    mean: mean / (samples * features),
    meanSquare: squares / samples,
    meanSquareVariance: meanSquareVariance / samples,
    halfDifference: samples > 1 ? (variance * samples) / (samples - 1) : 0,
    halfDifferenceVariance: pairVariance(inputs, Math.min(samples, PAIRED_ROWS), features),
    firstMeanSquare: first.reduce((sum, x) => sum + x * x, 0) / features,
  };
}

/** Variance over the pairs of the first rows of half their mean square difference. */
function pairVariance(inputs: Float32Array, rows: number, features: number): number {
  let pairs = 0;
  let mean = 0;
  let sum = 0;
  for (let a = 0; a < rows; a++)
    for (let b = 0; b < a; b++) {
      let half = 0;
      for (let f = 0; f < features; f++) {
        const d = inputs[a * features + f]! - inputs[b * features + f]!;
        half += d * d;
      }
      half /= 2 * features;
      pairs++;
      const off = half - mean;
      mean += off / pairs;
      sum += off * (half - mean);
    }
  return pairs > 0 ? sum / pairs : 0;
}
