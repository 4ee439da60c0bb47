// Mean 0 and population standard deviation 1 for each feature. Two passes in float64, row after row, so the bits are
// the same everywhere; a feature that never changes becomes 0.
import type { Batch } from "./batch";

export interface FeatureMoments {
  /** [features] */
  readonly mean: Float64Array;
  /** [features], population (divided by the number of rows). */
  readonly std: Float64Array;
}

/** Of the first `rows` samples: all of them, or the training share. */
export function featureMoments(batch: Batch, rows = batch.samples): FeatureMoments {
  const { features, inputs } = batch;
  if (!Number.isInteger(rows) || rows < 1 || rows > batch.samples)
    throw new RangeError(`moments of ${rows} rows, of ${batch.samples}`);
  const mean = new Float64Array(features);
  const std = new Float64Array(features);
  for (let row = 0, i = 0; row < rows; row++) {
    for (let k = 0; k < features; k++) mean[k]! += inputs[i++]!;
  }
  // A constant feature's sum is exact for up to 2^29 rows (24 bits of value, 53 of sum), so its mean is its value
  // and its std exactly 0.
  for (let k = 0; k < features; k++) mean[k]! /= rows;
  for (let row = 0, i = 0; row < rows; row++) {
    for (let k = 0; k < features; k++) std[k]! += (inputs[i++]! - mean[k]!) ** 2;
  }
  for (let k = 0; k < features; k++) std[k] = Math.sqrt(std[k]! / rows);
  return { mean, std };
}

/** A new batch, (x - mean) / std in float64, rounded once. */
export function standardize(batch: Batch, moments: FeatureMoments = featureMoments(batch)): Batch {
  const { features } = batch;
  const { mean, std } = moments;
  const inputs = new Float32Array(batch.inputs.length);
  for (let row = 0, i = 0; row < batch.samples; row++) {
    for (let k = 0; k < features; k++, i++) {
      inputs[i] = std[k] === 0 ? 0 : (batch.inputs[i]! - mean[k]!) / std[k]!;
    }
  }
  return { ...batch, inputs };
}
