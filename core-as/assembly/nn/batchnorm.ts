// Batch normalization (Ioffe & Szegedy 2015) without affine part, cut so that chunks of rows may lie with different workers:
// sums of a chunk, joined and finished by the caller, then applied to each chunk. Row and layer norms: normalization.ts.
// Batches are f32 [rows, cols] of leading dimension ld. Lanes run across units, so every twin has equal bits.
import { checkRange, checkThat } from "../memory/check";
import { batchBytes, loadF, loadWide, storeNarrow } from "./wide";

/**
 * sums f64 [2 * cols]: the column sums of d = z - shift, then those of d^2. shift f32 [cols] (the first sample, say) keeps
 * the variance free of cancellation. Rows in rising order, added to what sums holds where `accumulate`, else to 0.
 */
export function batchColumnSums(
  sums: usize, shift: usize, z: usize, rows: i32, cols: i32, ld: i32, accumulate: bool,
): void {
  checkBatch(sums, 2, z, z, rows, cols, ld);
  checkRange(shift, <usize>cols << 2);
  const squares = sums + (<usize>cols << 3);
  let j = 0;
  for (; j + 4 <= cols; j += 4) {
    const sum = sums + (<usize>j << 3);
    const square = squares + (<usize>j << 3);
    const c0 = loadWide(shift + (<usize>j << 2));
    const c1 = loadWide(shift + (<usize>j << 2) + 8);
    let s0 = f64x2.splat(0);
    let s1 = s0;
    let q0 = s0;
    let q1 = s0;
    if (accumulate) {
      s0 = v128.load(sum);
      s1 = v128.load(sum, 16);
      q0 = v128.load(square);
      q1 = v128.load(square, 16);
    }
    let at = z + (<usize>j << 2);
    for (let row = 0; row < rows; ++row) {
      const d0 = f64x2.sub(loadWide(at), c0);
      const d1 = f64x2.sub(loadWide(at + 8), c1);
      s0 = f64x2.add(s0, d0);
      s1 = f64x2.add(s1, d1);
      q0 = f64x2.add(q0, f64x2.mul(d0, d0));
      q1 = f64x2.add(q1, f64x2.mul(d1, d1));
      at += <usize>ld << 2;
    }
    v128.store(sum, s0);
    v128.store(sum, s1, 16);
    v128.store(square, q0);
    v128.store(square, q1, 16);
  }
  forwardSumsFrom(j, sums, shift, z, rows, cols, ld, accumulate);
}

export function batchColumnSumsNaive(
  sums: usize, shift: usize, z: usize, rows: i32, cols: i32, ld: i32, accumulate: bool,
): void {
  checkBatch(sums, 2, z, z, rows, cols, ld);
  checkRange(shift, <usize>cols << 2);
  forwardSumsFrom(0, sums, shift, z, rows, cols, ld, accumulate);
}

function forwardSumsFrom(
  first: i32, sums: usize, shift: usize, z: usize, rows: i32, cols: i32, ld: i32, accumulate: bool,
): void {
  for (let j = first; j < cols; ++j) {
    const sum = sums + (<usize>j << 3);
    const square = sum + (<usize>cols << 3);
    const c = loadF(shift + (<usize>j << 2));
    let s = accumulate ? load<f64>(sum) : 0.0;
    let q = accumulate ? load<f64>(square) : 0.0;
    for (let row = 0; row < rows; ++row) {
      const d = loadF(z + ((<usize>row * <usize>ld + <usize>j) << 2)) - c;
      s += d;
      q += d * d;
    }
    store<f64>(sum, s);
    store<f64>(square, q);
  }
}

/** z becomes zhat = (z - mean) * invStd; mean and invStd f64 [cols]. */
export function batchNormApply(z: usize, mean: usize, invStd: usize, rows: i32, cols: i32, ld: i32): void {
  checkBatch(mean, 1, z, z, rows, cols, ld);
  checkRange(invStd, <usize>cols << 3);
  for (let row = 0; row < rows; ++row, z += <usize>ld << 2) {
    let j = 0;
    for (; j + 2 <= cols; j += 2) {
      const at = z + (<usize>j << 2);
      const wide = <usize>j << 3;
      storeNarrow(at, f64x2.mul(f64x2.sub(loadWide(at), v128.load(mean + wide)), v128.load(invStd + wide)));
    }
    if (j < cols) applyFrom(j, z, mean, invStd, cols);
  }
}

export function batchNormApplyNaive(z: usize, mean: usize, invStd: usize, rows: i32, cols: i32, ld: i32): void {
  checkBatch(mean, 1, z, z, rows, cols, ld);
  checkRange(invStd, <usize>cols << 3);
  for (let row = 0; row < rows; ++row, z += <usize>ld << 2) applyFrom(0, z, mean, invStd, cols);
}

function applyFrom(first: i32, z: usize, mean: usize, invStd: usize, cols: i32): void {
  for (let j = first; j < cols; ++j) {
    const at = z + (<usize>j << 2);
    const wide = <usize>j << 3;
    store<f32>(at, <f32>((loadF(at) - load<f64>(mean + wide)) * load<f64>(invStd + wide)));
  }
}

/**
 * sums f64 [2 * cols]: the column sums of dz (the gradient in zhat), then those of dz * zhat. Rows in rising order,
 * added to what sums holds where `accumulate`, else to 0.
 */
export function batchNormBackwardSums(
  sums: usize, dz: usize, zhat: usize, rows: i32, cols: i32, ld: i32, accumulate: bool,
): void {
  checkBatch(sums, 2, dz, zhat, rows, cols, ld);
  const products = sums + (<usize>cols << 3);
  let j = 0;
  for (; j + 4 <= cols; j += 4) {
    const sum = sums + (<usize>j << 3);
    const product = products + (<usize>j << 3);
    let s0 = f64x2.splat(0);
    let s1 = s0;
    let q0 = s0;
    let q1 = s0;
    if (accumulate) {
      s0 = v128.load(sum);
      s1 = v128.load(sum, 16);
      q0 = v128.load(product);
      q1 = v128.load(product, 16);
    }
    let at = <usize>j << 2;
    for (let row = 0; row < rows; ++row) {
      const d0 = loadWide(dz + at);
      const d1 = loadWide(dz + at + 8);
      s0 = f64x2.add(s0, d0);
      s1 = f64x2.add(s1, d1);
      q0 = f64x2.add(q0, f64x2.mul(d0, loadWide(zhat + at)));
      q1 = f64x2.add(q1, f64x2.mul(d1, loadWide(zhat + at + 8)));
      at += <usize>ld << 2;
    }
    v128.store(sum, s0);
    v128.store(sum, s1, 16);
    v128.store(product, q0);
    v128.store(product, q1, 16);
  }
  backwardSumsFrom(j, sums, dz, zhat, rows, cols, ld, accumulate);
}

export function batchNormBackwardSumsNaive(
  sums: usize, dz: usize, zhat: usize, rows: i32, cols: i32, ld: i32, accumulate: bool,
): void {
  checkBatch(sums, 2, dz, zhat, rows, cols, ld);
  backwardSumsFrom(0, sums, dz, zhat, rows, cols, ld, accumulate);
}

function backwardSumsFrom(
  first: i32, sums: usize, dz: usize, zhat: usize, rows: i32, cols: i32, ld: i32, accumulate: bool,
): void {
  for (let j = first; j < cols; ++j) {
    const sum = sums + (<usize>j << 3);
    const product = sum + (<usize>cols << 3);
    let s = accumulate ? load<f64>(sum) : 0.0;
    let q = accumulate ? load<f64>(product) : 0.0;
    for (let row = 0; row < rows; ++row) {
      const at = (<usize>row * <usize>ld + <usize>j) << 2;
      const d = loadF(dz + at);
      s += d;
      q += d * loadF(zhat + at);
    }
    store<f64>(sum, s);
    store<f64>(product, q);
  }
}

/**
 * dz, on entry the gradient in zhat, becomes that in z: invStd * (dz - meanDz - zhat * meanDzZhat).
 * invStd, meanDz, meanDzZhat f64 [cols]; the means are over all samples of the batch.
 */
export function batchNormBackwardApply(
  dz: usize, zhat: usize, invStd: usize, meanDz: usize, meanDzZhat: usize, rows: i32, cols: i32, ld: i32,
): void {
  checkBackwardApply(dz, zhat, invStd, meanDz, meanDzZhat, rows, cols, ld);
  for (let row = 0; row < rows; ++row, dz += <usize>ld << 2, zhat += <usize>ld << 2) {
    let j = 0;
    for (; j + 2 <= cols; j += 2) {
      const at = <usize>j << 2;
      const wide = <usize>j << 3;
      const centred = f64x2.sub(loadWide(dz + at), v128.load(meanDz + wide));
      const slope = f64x2.mul(loadWide(zhat + at), v128.load(meanDzZhat + wide));
      storeNarrow(dz + at, f64x2.mul(v128.load(invStd + wide), f64x2.sub(centred, slope)));
    }
    if (j < cols) backwardApplyFrom(j, dz, zhat, invStd, meanDz, meanDzZhat, cols);
  }
}

export function batchNormBackwardApplyNaive(
  dz: usize, zhat: usize, invStd: usize, meanDz: usize, meanDzZhat: usize, rows: i32, cols: i32, ld: i32,
): void {
  checkBackwardApply(dz, zhat, invStd, meanDz, meanDzZhat, rows, cols, ld);
  for (let row = 0; row < rows; ++row, dz += <usize>ld << 2, zhat += <usize>ld << 2) {
    backwardApplyFrom(0, dz, zhat, invStd, meanDz, meanDzZhat, cols);
  }
}

function backwardApplyFrom(
  first: i32, dz: usize, zhat: usize, invStd: usize, meanDz: usize, meanDzZhat: usize, cols: i32,
): void {
  for (let j = first; j < cols; ++j) {
    const at = <usize>j << 2;
    const wide = <usize>j << 3;
    const centred = loadF(dz + at) - load<f64>(meanDz + wide);
    const slope = loadF(zhat + at) * load<f64>(meanDzZhat + wide);
    store<f32>(dz + at, <f32>(load<f64>(invStd + wide) * (centred - slope)));
  }
}

function checkBatch(doubles: usize, each: i32, a: usize, b: usize, rows: i32, cols: i32, ld: i32): void {
  checkThat(rows >= 0 && cols >= 0 && ld >= cols, "batch normalization: dimensions");
  checkRange(doubles, <usize>(each * cols) << 3);
  checkRange(a, batchBytes(rows, cols, ld));
  checkRange(b, batchBytes(rows, cols, ld));
}

function checkBackwardApply(
  dz: usize, zhat: usize, invStd: usize, meanDz: usize, meanDzZhat: usize, rows: i32, cols: i32, ld: i32,
): void {
  checkBatch(invStd, 1, dz, zhat, rows, cols, ld);
  checkRange(meanDz, <usize>cols << 3);
  checkRange(meanDzZhat, <usize>cols << 3);
}
