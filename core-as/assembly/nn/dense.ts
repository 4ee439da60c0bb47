// What a dense layer needs besides its product: bias, its gradient, the residual sum, scaled copies.
// Batches are f32 [rows, cols] of leading dimension ld; elements past cols are neither read into a result nor written,
// but for the flat kernels, which say so. Lanes run across outputs, so every twin has equal bits.
import { checkRange, checkThat } from "../memory/check";
import { batchBytes, loadF, loadWide } from "./wide";

/** z += bias, bias f32 [cols] added to every row of z f32 [rows, cols]. */
export function addBias(z: usize, bias: usize, rows: i32, cols: i32, ld: i32): void {
  checkBias(z, bias, rows, cols, ld);
  const stride = <usize>ld << 2;
  const end = <usize>cols << 2;
  const whole = end & ~15;
  for (let row = 0; row < rows; ++row) {
    let j: usize = 0;
    for (; j < whole; j += 16) v128.store(z + j, f32x4.add(v128.load(z + j), v128.load(bias + j)));
    for (; j < end; j += 4) store<f32>(z + j, load<f32>(z + j) + load<f32>(bias + j));
    z += stride;
  }
}

export function addBiasNaive(z: usize, bias: usize, rows: i32, cols: i32, ld: i32): void {
  checkBias(z, bias, rows, cols, ld);
  for (let row = 0; row < rows; ++row) {
    for (let j = 0; j < cols; ++j) {
      const at = z + ((<usize>row * <usize>ld + <usize>j) << 2);
      store<f32>(at, load<f32>(at) + load<f32>(bias + (<usize>j << 2)));
    }
  }
}

function checkBias(z: usize, bias: usize, rows: i32, cols: i32, ld: i32): void {
  checkThat(rows >= 0 && cols >= 0 && ld >= cols, "addBias: dimensions");
  checkRange(z, batchBytes(rows, cols, ld));
  checkRange(bias, <usize>cols << 2);
}

/**
 * Column sums of dz f32 [rows, cols] into out f64 [cols]: the gradient of the bias. Rows are added in rising order
 * in float64, to what out holds where `accumulate`, else to 0; so chunks of rows, added in order, give the bits of the whole.
 */
export function columnSums(out: usize, dz: usize, rows: i32, cols: i32, ld: i32, accumulate: bool): void {
  checkSums(out, dz, rows, cols, ld);
  const stride = <usize>ld << 2;
  // Eight columns a pass keep the sums in registers while the rows go by.
  let j = 0;
  for (; j + 8 <= cols; j += 8) {
    const sums = out + (<usize>j << 3);
    let s0 = f64x2.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    if (accumulate) {
      s0 = v128.load(sums);
      s1 = v128.load(sums, 16);
      s2 = v128.load(sums, 32);
      s3 = v128.load(sums, 48);
    }
    let at = dz + (<usize>j << 2);
    for (let row = 0; row < rows; ++row) {
      s0 = f64x2.add(s0, loadWide(at));
      s1 = f64x2.add(s1, loadWide(at + 8));
      s2 = f64x2.add(s2, loadWide(at + 16));
      s3 = f64x2.add(s3, loadWide(at + 24));
      at += stride;
    }
    v128.store(sums, s0);
    v128.store(sums, s1, 16);
    v128.store(sums, s2, 32);
    v128.store(sums, s3, 48);
  }
  sumColumnsFrom(j, out, dz, rows, cols, ld, accumulate);
}

export function columnSumsNaive(out: usize, dz: usize, rows: i32, cols: i32, ld: i32, accumulate: bool): void {
  checkSums(out, dz, rows, cols, ld);
  sumColumnsFrom(0, out, dz, rows, cols, ld, accumulate);
}

function sumColumnsFrom(
  first: i32, out: usize, dz: usize, rows: i32, cols: i32, ld: i32, accumulate: bool,
): void {
  for (let j = first; j < cols; ++j) {
    const at = out + (<usize>j << 3);
    let sum = accumulate ? load<f64>(at) : 0.0;
    for (let row = 0; row < rows; ++row) sum += loadF(dz + ((<usize>row * <usize>ld + <usize>j) << 2));
    store<f64>(at, sum);
  }
}

function checkSums(out: usize, dz: usize, rows: i32, cols: i32, ld: i32): void {
  checkThat(rows >= 0 && cols >= 0 && ld >= cols, "columnSums: dimensions");
  checkRange(out, <usize>cols << 3);
  checkRange(dz, batchBytes(rows, cols, ld));
}

/**
 * out = block + f32(scale) * phi: the residual sum (He et al. 2016). All three f32 [rows, ld], flat, padding included;
 * out may be any of the others.
 */
export function residualForward(out: usize, block: usize, phi: usize, scale: f64, rows: i32, ld: i32): void {
  const bytes = checkFlat(out, block, phi, rows * ld);
  const s = f32x4.splat(<f32>scale);
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) {
    v128.store(out + i, f32x4.add(v128.load(block + i), f32x4.mul(s, v128.load(phi + i))));
  }
  for (; i < bytes; i += 4) store<f32>(out + i, load<f32>(block + i) + <f32>scale * load<f32>(phi + i));
}

export function residualForwardNaive(out: usize, block: usize, phi: usize, scale: f64, rows: i32, ld: i32): void {
  const bytes = checkFlat(out, block, phi, rows * ld);
  for (let i: usize = 0; i < bytes; i += 4) {
    store<f32>(out + i, load<f32>(block + i) + <f32>scale * load<f32>(phi + i));
  }
}

/** out += f32(scale) * a; both f32 [count]. */
export function addScaled(out: usize, a: usize, scale: f64, count: i32): void {
  residualForward(out, out, a, scale, 1, count);
}

export function addScaledNaive(out: usize, a: usize, scale: f64, count: i32): void {
  residualForwardNaive(out, out, a, scale, 1, count);
}

/** out = f32(scale) * a; both f32 [count]; out may be a. */
export function scaleInto(out: usize, a: usize, scale: f64, count: i32): void {
  const bytes = checkFlat(out, a, a, count);
  const s = f32x4.splat(<f32>scale);
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) v128.store(out + i, f32x4.mul(s, v128.load(a + i)));
  for (; i < bytes; i += 4) store<f32>(out + i, <f32>scale * load<f32>(a + i));
}

export function scaleIntoNaive(out: usize, a: usize, scale: f64, count: i32): void {
  const bytes = checkFlat(out, a, a, count);
  for (let i: usize = 0; i < bytes; i += 4) store<f32>(out + i, <f32>scale * load<f32>(a + i));
}

function checkFlat(out: usize, a: usize, b: usize, count: i32): usize {
  checkThat(count >= 0, "dense: count");
  const bytes = <usize>count << 2;
  checkRange(out, bytes);
  checkRange(a, bytes);
  checkRange(b, bytes);
  return bytes;
}
