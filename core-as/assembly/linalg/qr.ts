// Random orthogonal matrices: the Q of a Gaussian matrix, made Haar distributed by the sign fix of
// F. Mezzadri, "How to generate random matrices from the classical compact groups", Notices AMS 54(5), 2007.
// Householder reflections in float64 (Golub & Van Loan, Matrix Computations, 4th ed., 5.2; LAPACK's dgeqr2 and
// dorg2r). Columns of the tall matrix are kept contiguous, so every step is a dot product and an update of a row.
import { checkRange, checkThat } from "../memory/check";
import { addMultiple64, addMultiple64Naive, dot64, dot64Naive, scale64 } from "./vector64";

/** Scratch for orthogonalFromGaussian of [rows, cols], in bytes. */
export function orthogonalScratchBytes(rows: i32, cols: i32): i32 {
  return (rows * cols + 2 * min(rows, cols)) << 3;
}

// Applies I - tau v v^T to `count` vectors of `length`, `stride` bytes apart. `plain` chooses the naive loops.
// @ts-ignore: decorator
@inline
function reflect(at: usize, stride: usize, count: i32, v: usize, tau: f64, length: i32, plain: bool): void {
  for (; count > 0; count--) {
    if (plain) addMultiple64Naive(at, -tau * dot64Naive(v, at, length), v, length);
    else addMultiple64(at, -tau * dot64(v, at, length), v, length);
    at += stride;
  }
}

// @ts-ignore: decorator
@inline
function orthogonal(out: usize, a: usize, rows: i32, cols: i32, gain: f64, scratch: usize, plain: bool): void {
  const wide = rows < cols;
  const tall = max(rows, cols);
  const count = min(rows, cols);
  const stride = <usize>tall << 3;
  const taus = scratch + <usize>count * stride;
  const factors = taus + (<usize>count << 3);

  // q[count, tall]: the columns of the tall matrix. A wide matrix has them as its rows.
  for (let j = 0; j < count; j++) {
    for (let i = 0; i < tall; i++) {
      const from = wide ? j * tall + i : i * count + j;
      store<f64>(scratch + <usize>j * stride + (<usize>i << 3), <f64>load<f32>(a + (<usize>from << 2)));
    }
  }

  // Reflections: v_j = (1, x / (alpha - beta)), beta = -sign(alpha) |column| = R[j, j], tau = (beta - alpha) / beta.
  for (let j = 0; j < count; j++) {
    const v = scratch + <usize>j * stride + (<usize>j << 3);
    const length = tall - j;
    const below = plain ? dot64Naive(v + 8, v + 8, length - 1) : dot64(v + 8, v + 8, length - 1);
    const alpha = load<f64>(v);
    let beta = alpha;
    let tau: f64 = 0;
    if (below != 0) {
      beta = -copysign<f64>(sqrt<f64>(alpha * alpha + below), alpha);
      tau = (beta - alpha) / beta;
      scale64(v + 8, 1 / (alpha - beta), length - 1);
    }
    store<f64>(v, 1);
    store<f64>(taus + (<usize>j << 3), tau);
    store<f64>(factors + (<usize>j << 3), beta < 0 ? -gain : gain);
    if (tau != 0) reflect(v + stride, stride, count - j - 1, v, tau, length, plain);
  }

  // Q = H_0 H_1 .. I, from the last backwards, in place: row j is v_j until its turn, then column j of Q.
  for (let j = count - 1; j >= 0; j--) {
    const column = scratch + <usize>j * stride;
    const v = column + (<usize>j << 3);
    const tau = load<f64>(taus + (<usize>j << 3));
    reflect(v + stride, stride, count - j - 1, v, tau, tall - j, plain);
    scale64(v + 8, -tau, tall - j - 1);
    store<f64>(v, 1 - tau);
    memory.fill(column, 0, <usize>j << 3);
  }

  for (let j = 0; j < count; j++) {
    const factor = load<f64>(factors + (<usize>j << 3));
    for (let i = 0; i < tall; i++) {
      const to = wide ? j * tall + i : i * count + j;
      store<f32>(out + (<usize>to << 2), <f32>(load<f64>(scratch + <usize>j * stride + (<usize>i << 3)) * factor));
    }
  }
}

/**
 * out[rows, cols] float32 = gain Q, Q semi-orthogonal and Haar distributed when a[rows, cols] is independent standard
 * normal: Q^T Q = I if rows >= cols, else Q Q^T = I. As torch's `orthogonal_`: a wide matrix is factored transposed.
 * `scratch` holds orthogonalScratchBytes(rows, cols), 8-byte aligned; out may be a.
 */
export function orthogonalFromGaussian(out: usize, a: usize, rows: i32, cols: i32, gain: f64, scratch: usize): void {
  checkThat(rows >= 1 && cols >= 1, "an orthogonal matrix of no rows or columns");
  checkRange(out, <usize>rows * <usize>cols << 2);
  checkRange(a, <usize>rows * <usize>cols << 2);
  checkRange(scratch, orthogonalScratchBytes(rows, cols));
  orthogonal(out, a, rows, cols, gain, scratch, false);
}

/** orthogonalFromGaussian in plain loops. Sums in another order: entries agree to 1e-6 gain for a well-conditioned a. */
export function orthogonalFromGaussianNaive(out: usize, a: usize, rows: i32, cols: i32, gain: f64, scratch: usize): void {
  orthogonal(out, a, rows, cols, gain, scratch, true);
}
