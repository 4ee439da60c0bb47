// Normalization of the preactivations, with epsilon 1e-5 and no affine part: `layer` (Ba et al. 2016) over the units of a
// sample, `rms` (Zhang & Sennrich 2019) the same without centring, `batch` (Ioffe & Szegedy 2015) over the samples.
// Batches are f32 [rows, cols] of leading dimension ld; statistics are float64. Sums over a row run in four partial sums,
// element j in sum j mod 4, joined as (s0 + s2) + (s1 + s3); the twins do the same, so their bits are equal.
import { NORMALIZATION_EPSILON } from "../../shared/normalization";
import { checkRange, checkThat } from "../memory/check";
import { batchBytes, loadF, loadWide, storeNarrow } from "./wide";


// @ts-ignore: decorator
@inline
function joined(even: v128, odd: v128): f64 {
  const s = f64x2.add(even, odd);
  return f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1);
}

/** Sum of (x - mean)^power over one row, power 1 or 2. */
// @ts-ignore: decorator
@inline
function rowSum(x: usize, mean: f64, cols: i32, power: i32): f64 {
  const m = f64x2.splat(mean);
  let low = f64x2.splat(0);
  let high = low;
  let j = 0;
  for (; j + 4 <= cols; j += 4) {
    const at = x + (<usize>j << 2);
    const a = f64x2.sub(loadWide(at), m);
    const b = f64x2.sub(loadWide(at + 8), m);
    low = f64x2.add(low, power == 2 ? f64x2.mul(a, a) : a);
    high = f64x2.add(high, power == 2 ? f64x2.mul(b, b) : b);
  }
  for (; j < cols; ++j) {
    const d = loadF(x + (<usize>j << 2)) - mean;
    const t = power == 2 ? d * d : d;
    // Lane j mod 4; the other lanes of the pair get +0, which changes no sum that began at +0.
    const pair = (j & 1) == 0 ? f64x2.replace_lane(f64x2.splat(0), 0, t) : f64x2.replace_lane(f64x2.splat(0), 1, t);
    if ((j & 2) == 0) low = f64x2.add(low, pair);
    else high = f64x2.add(high, pair);
  }
  return joined(low, high);
}

function rowSumNaive(x: usize, mean: f64, cols: i32, power: i32): f64 {
  let s0 = 0.0;
  let s1 = 0.0;
  let s2 = 0.0;
  let s3 = 0.0;
  for (let j = 0; j < cols; ++j) {
    const d = loadF(x + (<usize>j << 2)) - mean;
    const t = power == 2 ? d * d : d;
    if ((j & 3) == 0) s0 += t;
    else if ((j & 3) == 1) s1 += t;
    else if ((j & 3) == 2) s2 += t;
    else s3 += t;
  }
  return s0 + s2 + (s1 + s3);
}

/** Sum of a[j] * b[j] over one row. */
function rowDot(a: usize, b: usize, cols: i32): f64 {
  let low = f64x2.splat(0);
  let high = low;
  let j = 0;
  for (; j + 4 <= cols; j += 4) {
    const at = <usize>j << 2;
    low = f64x2.add(low, f64x2.mul(loadWide(a + at), loadWide(b + at)));
    high = f64x2.add(high, f64x2.mul(loadWide(a + at + 8), loadWide(b + at + 8)));
  }
  for (; j < cols; ++j) {
    const t = loadF(a + (<usize>j << 2)) * loadF(b + (<usize>j << 2));
    const pair = (j & 1) == 0 ? f64x2.replace_lane(f64x2.splat(0), 0, t) : f64x2.replace_lane(f64x2.splat(0), 1, t);
    if ((j & 2) == 0) low = f64x2.add(low, pair);
    else high = f64x2.add(high, pair);
  }
  return joined(low, high);
}

function rowDotNaive(a: usize, b: usize, cols: i32): f64 {
  let s0 = 0.0;
  let s1 = 0.0;
  let s2 = 0.0;
  let s3 = 0.0;
  for (let j = 0; j < cols; ++j) {
    const t = loadF(a + (<usize>j << 2)) * loadF(b + (<usize>j << 2));
    if ((j & 3) == 0) s0 += t;
    else if ((j & 3) == 1) s1 += t;
    else if ((j & 3) == 2) s2 += t;
    else s3 += t;
  }
  return s0 + s2 + (s1 + s3);
}

/** x = (x - mean) * invStd over one row. */
function scaleRow(x: usize, mean: f64, invStd: f64, cols: i32): void {
  const m = f64x2.splat(mean);
  const s = f64x2.splat(invStd);
  let j = 0;
  for (; j + 2 <= cols; j += 2) {
    const at = x + (<usize>j << 2);
    storeNarrow(at, f64x2.mul(f64x2.sub(loadWide(at), m), s));
  }
  if (j < cols) scaleRowFrom(j, x, mean, invStd, cols);
}

function scaleRowFrom(first: i32, x: usize, mean: f64, invStd: f64, cols: i32): void {
  for (let j = first; j < cols; ++j) {
    const at = x + (<usize>j << 2);
    store<f32>(at, <f32>((loadF(at) - mean) * invStd));
  }
}

/** dz = invStd * (dz - meanDz - zhat * meanDzZhat) over one row. */
function backRow(dz: usize, zhat: usize, invStd: f64, meanDz: f64, meanDzZhat: f64, cols: i32): void {
  const s = f64x2.splat(invStd);
  const m = f64x2.splat(meanDz);
  const c = f64x2.splat(meanDzZhat);
  let j = 0;
  for (; j + 2 <= cols; j += 2) {
    const at = <usize>j << 2;
    const centred = f64x2.sub(loadWide(dz + at), m);
    storeNarrow(dz + at, f64x2.mul(s, f64x2.sub(centred, f64x2.mul(loadWide(zhat + at), c))));
  }
  if (j < cols) backRowFrom(j, dz, zhat, invStd, meanDz, meanDzZhat, cols);
}

function backRowFrom(
  first: i32, dz: usize, zhat: usize, invStd: f64, meanDz: f64, meanDzZhat: f64, cols: i32,
): void {
  for (let j = first; j < cols; ++j) {
    const at = <usize>j << 2;
    store<f32>(dz + at, <f32>(invStd * (loadF(dz + at) - meanDz - loadF(zhat + at) * meanDzZhat)));
  }
}

/**
 * z becomes zhat = (z - mean) * invStd, invStd = 1/sqrt(var + 1e-5), mean and population variance over the cols units of
 * each row. invStd f32 [rows].
 */
export function layerNormForward(z: usize, invStd: usize, rows: i32, cols: i32, ld: i32): void {
  checkRows(z, z, invStd, rows, cols, ld);
  for (let row = 0; row < rows; ++row, z += <usize>ld << 2) {
    const mean = rowSum(z, 0, cols, 1) / <f64>cols;
    const inv = 1.0 / Math.sqrt(rowSum(z, mean, cols, 2) / <f64>cols + NORMALIZATION_EPSILON);
    scaleRow(z, mean, inv, cols);
    store<f32>(invStd + (<usize>row << 2), <f32>inv);
  }
}

export function layerNormForwardNaive(z: usize, invStd: usize, rows: i32, cols: i32, ld: i32): void {
  checkRows(z, z, invStd, rows, cols, ld);
  for (let row = 0; row < rows; ++row, z += <usize>ld << 2) {
    const mean = rowSumNaive(z, 0, cols, 1) / <f64>cols;
    const inv = 1.0 / Math.sqrt(rowSumNaive(z, mean, cols, 2) / <f64>cols + NORMALIZATION_EPSILON);
    scaleRowFrom(0, z, mean, inv, cols);
    store<f32>(invStd + (<usize>row << 2), <f32>inv);
  }
}

/**
 * dz, on entry the gradient in zhat, becomes that in z: invStd * (dz - mean(dz) - zhat * mean(dz * zhat)), means over
 * the units of the row. zhat and invStd as layerNormForward left them.
 */
export function layerNormBackward(dz: usize, zhat: usize, invStd: usize, rows: i32, cols: i32, ld: i32): void {
  checkRows(dz, zhat, invStd, rows, cols, ld);
  for (let row = 0; row < rows; ++row, dz += <usize>ld << 2, zhat += <usize>ld << 2) {
    const meanDz = rowSum(dz, 0, cols, 1) / <f64>cols;
    backRow(dz, zhat, loadF(invStd + (<usize>row << 2)), meanDz, rowDot(dz, zhat, cols) / <f64>cols, cols);
  }
}

export function layerNormBackwardNaive(dz: usize, zhat: usize, invStd: usize, rows: i32, cols: i32, ld: i32): void {
  checkRows(dz, zhat, invStd, rows, cols, ld);
  for (let row = 0; row < rows; ++row, dz += <usize>ld << 2, zhat += <usize>ld << 2) {
    const meanDz = rowSumNaive(dz, 0, cols, 1) / <f64>cols;
    const meanDzZhat = rowDotNaive(dz, zhat, cols) / <f64>cols;
    backRowFrom(0, dz, zhat, loadF(invStd + (<usize>row << 2)), meanDz, meanDzZhat, cols);
  }
}

/** z becomes zhat = z * invStd, invStd = 1/sqrt(mean(z^2) + 1e-5) over the units of each row. invStd f32 [rows]. */
export function rmsNormForward(z: usize, invStd: usize, rows: i32, cols: i32, ld: i32): void {
  checkRows(z, z, invStd, rows, cols, ld);
  for (let row = 0; row < rows; ++row, z += <usize>ld << 2) {
    const inv = 1.0 / Math.sqrt(rowSum(z, 0, cols, 2) / <f64>cols + NORMALIZATION_EPSILON);
    scaleRow(z, 0, inv, cols);
    store<f32>(invStd + (<usize>row << 2), <f32>inv);
  }
}

export function rmsNormForwardNaive(z: usize, invStd: usize, rows: i32, cols: i32, ld: i32): void {
  checkRows(z, z, invStd, rows, cols, ld);
  for (let row = 0; row < rows; ++row, z += <usize>ld << 2) {
    const inv = 1.0 / Math.sqrt(rowSumNaive(z, 0, cols, 2) / <f64>cols + NORMALIZATION_EPSILON);
    scaleRowFrom(0, z, 0, inv, cols);
    store<f32>(invStd + (<usize>row << 2), <f32>inv);
  }
}

/** dz, on entry the gradient in zhat, becomes that in z: invStd * (dz - zhat * mean(dz * zhat)). */
export function rmsNormBackward(dz: usize, zhat: usize, invStd: usize, rows: i32, cols: i32, ld: i32): void {
  checkRows(dz, zhat, invStd, rows, cols, ld);
  for (let row = 0; row < rows; ++row, dz += <usize>ld << 2, zhat += <usize>ld << 2) {
    backRow(dz, zhat, loadF(invStd + (<usize>row << 2)), 0, rowDot(dz, zhat, cols) / <f64>cols, cols);
  }
}

export function rmsNormBackwardNaive(dz: usize, zhat: usize, invStd: usize, rows: i32, cols: i32, ld: i32): void {
  checkRows(dz, zhat, invStd, rows, cols, ld);
  for (let row = 0; row < rows; ++row, dz += <usize>ld << 2, zhat += <usize>ld << 2) {
    const meanDzZhat = rowDotNaive(dz, zhat, cols) / <f64>cols;
    backRowFrom(0, dz, zhat, loadF(invStd + (<usize>row << 2)), 0, meanDzZhat, cols);
  }
}

function checkRows(a: usize, b: usize, invStd: usize, rows: i32, cols: i32, ld: i32): void {
  checkThat(rows >= 0 && cols > 0 && ld >= cols, "row normalization: dimensions");
  checkRange(a, batchBytes(rows, cols, ld));
  checkRange(b, batchBytes(rows, cols, ld));
  checkRange(invStd, <usize>rows << 2);
}
