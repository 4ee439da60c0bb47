// Moments of a batch from sums about a shift: [sum d by unit..., sum d^2 by unit...], d = z - shift.
import { NORMALIZATION_EPSILON } from "../shared/normalization";
import type { BatchMoments } from "./network";

/** Mean and 1/sqrt(variance + epsilon) of each unit over `count` rows; population variance. */
export function batchMoments(sums: Float64Array, shift: Float32Array, count: number): BatchMoments {
  const units = shift.length;
  const mean = new Float64Array(units);
  const invStd = new Float64Array(units);
  for (let j = 0; j < units; j++) {
    const first = sums[j]! / count;
    mean[j] = shift[j]! + first;
    invStd[j] = 1 / Math.sqrt(Math.max(0, sums[units + j]! / count - first * first) + NORMALIZATION_EPSILON);
  }
  return { mean, invStd };
}

/** Population variance over all rows and units together. */
export function pooledVariance(sums: Float64Array, shift: Float32Array, count: number): number {
  const units = shift.length;
  let centre = 0;
  for (let j = 0; j < units; j++) centre += (shift[j]! + sums[j]! / count) / units;
  let variance = 0;
  for (let j = 0; j < units; j++) {
    const first = sums[j]! / count;
    const offset = shift[j]! + first - centre;
    variance += (sums[units + j]! / count - first * first + offset * offset) / units;
  }
  return variance;
}
