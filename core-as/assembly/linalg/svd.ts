// Singular values of a float32 matrix, in float64: Householder bidiagonalisation (G. Golub & W. Kahan, "Calculating the
// singular values and pseudo-inverse of a matrix", SIAM J. Numer. Anal. 2(2), 1965), then bidiagonal.ts.
// No vectors: who needs them needs another algorithm.
import { checkRange, checkThat } from "../memory/check";
import { bidiagonalValues } from "./bidiagonal";
import { addMultiple64, dot64, scale64 } from "./vector64";

/** Scratch for singularValues and its twin of [rows, cols], in bytes. */
export function singularValuesScratchBytes(rows: i32, cols: i32): i32 {
  return (rows * cols + max(rows, cols) + 3 * min(rows, cols)) << 3;
}

// row += leftFactor left; returns row . right.
function updateThenDot(row: usize, leftFactor: f64, left: usize, right: usize, n: i32): f64 {
  const f = f64x2.splat(leftFactor);
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  while (n >= 4) {
    const r0 = f64x2.add(v128.load(row), f64x2.mul(f, v128.load(left)));
    const r1 = f64x2.add(v128.load(row, 16), f64x2.mul(f, v128.load(left, 16)));
    v128.store(row, r0);
    v128.store(row, r1, 16);
    s0 = f64x2.add(s0, f64x2.mul(r0, v128.load(right)));
    s1 = f64x2.add(s1, f64x2.mul(r1, v128.load(right, 16)));
    row += 32;
    left += 32;
    right += 32;
    n -= 4;
  }
  s0 = f64x2.add(s0, s1);
  let sum = f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1);
  while (n > 0) {
    const r = load<f64>(row) + leftFactor * load<f64>(left);
    store<f64>(row, r);
    sum += r * load<f64>(right);
    row += 8;
    left += 8;
    right += 8;
    n--;
  }
  return sum;
}

// row += rightFactor right; next += row[0] row.
function updateThenGather(row: usize, rightFactor: f64, right: usize, next: usize, n: i32): void {
  const first = load<f64>(row) + rightFactor * load<f64>(right);
  const f = f64x2.splat(rightFactor);
  const g = f64x2.splat(first);
  while (n >= 4) {
    const r0 = f64x2.add(v128.load(row), f64x2.mul(f, v128.load(right)));
    const r1 = f64x2.add(v128.load(row, 16), f64x2.mul(f, v128.load(right, 16)));
    v128.store(row, r0);
    v128.store(row, r1, 16);
    v128.store(next, f64x2.add(v128.load(next), f64x2.mul(g, r0)));
    v128.store(next, f64x2.add(v128.load(next, 16), f64x2.mul(g, r1)), 16);
    row += 32;
    right += 32;
    next += 32;
    n -= 4;
  }
  while (n > 0) {
    const r = load<f64>(row) + rightFactor * load<f64>(right);
    store<f64>(row, r);
    store<f64>(next, load<f64>(next) + first * r);
    row += 8;
    right += 8;
    next += 8;
    n--;
  }
}

// work[tall, count] = a or its transpose, whichever is tall.
function widen(work: usize, a: usize, rows: i32, cols: i32, lda: i32): void {
  const count = min(rows, cols);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      const to = rows >= cols ? i * count + j : j * count + i;
      store<f64>(work + (<usize>to << 3), <f64>load<f32>(a + (<usize>(i * lda + j) << 2)));
    }
  }
}

// work[tall, count] to bidiagonal form with diagonal d[count] and superdiagonal e[count - 1]. One pass over the
// matrix a step: a row takes the column reflection, then the row reflection, and at once adds its part
// to what the next column reflection must subtract. `gathered`[count] is sum_i x_i row_i, x the column's entries
// below the diagonal; `next`[count] gathers for the next column; `column`[tall] is the column itself.
function bidiagonalise(
  work: usize, tall: i32, count: i32, d: usize, e: usize, gathered: usize, next: usize, column: usize,
): void {
  const stride = <usize>count << 3;
  memory.fill(gathered, 0, stride);
  for (let i = 1; i < tall; i++) {
    const row = work + <usize>i * stride;
    addMultiple64(gathered, load<f64>(row), row, count);
  }
  for (let j = 0; j < count; j++) {
    const row = work + <usize>j * stride + (<usize>j << 3);
    const left = count - j - 1;
    const alpha = load<f64>(row);
    const below = load<f64>(gathered);
    let beta = alpha;
    let tau: f64 = 0;
    let inverse: f64 = 0;
    if (below != 0) {
      beta = -copysign<f64>(sqrt<f64>(alpha * alpha + below), alpha);
      tau = (beta - alpha) / beta;
      inverse = 1 / (alpha - beta);
    }
    store<f64>(d + (<usize>j << 3), beta);
    if (left == 0) break;

    // w = v^T A for v = (1, x inverse); this row is done with it first, for the row reflection comes from it.
    const w = gathered + 8;
    scale64(w, inverse, left);
    addMultiple64(w, 1, row + 8, left);
    for (let i = j + 1; i < tall; i++) store<f64>(column + (<usize>i << 3), load<f64>(work + <usize>i * stride + (<usize>j << 3)));
    addMultiple64(row + 8, -tau, w, left);

    // The row reflection u = (1, y / (alpha - beta)) of what is left of the row, kept in the row itself.
    const u = row + 8;
    const rowAlpha = load<f64>(u);
    const beyond = dot64(u + 8, u + 8, left - 1);
    let rowBeta = rowAlpha;
    let rowTau: f64 = 0;
    if (beyond != 0) {
      rowBeta = -copysign<f64>(sqrt<f64>(rowAlpha * rowAlpha + beyond), rowAlpha);
      rowTau = (rowBeta - rowAlpha) / rowBeta;
      scale64(u + 8, 1 / (rowAlpha - rowBeta), left - 1);
    }
    store<f64>(u, 1);
    store<f64>(e + (<usize>j << 3), rowBeta);

    // Every row below; the next diagonal row is not part of what the next reflection gathers.
    memory.fill(next, 0, <usize>left << 3);
    for (let i = j + 1; i < tall; i++) {
      const at = work + <usize>i * stride + (<usize>(j + 1) << 3);
      const leftFactor = -tau * inverse * load<f64>(column + (<usize>i << 3));
      const rightFactor = -rowTau * updateThenDot(at, leftFactor, w, u, left);
      if (i == j + 1) addMultiple64(at, rightFactor, u, left);
      else updateThenGather(at, rightFactor, u, next, left);
    }
    const used = gathered;
    gathered = next;
    next = used;
  }
}

/**
 * out[min(rows, cols)] float64, falling: the singular values of a[rows, cols] float32 with leading dimension lda.
 * Error at most about 1e-13 of the largest. Returns 0, or 1 (and NaN in out) when a holds a value that is not finite or the
 * iteration does not end. `scratch` holds singularValuesScratchBytes(rows, cols); it and out are 8-byte aligned.
 */
export function singularValues(out: usize, a: usize, rows: i32, cols: i32, lda: i32, scratch: usize): i32 {
  const count = min(rows, cols);
  checkThat(rows >= 1 && cols >= 1 && lda >= cols, "a matrix without entries, or a leading dimension below its columns");
  checkRange(out, <usize>count << 3);
  checkRange(a, (<usize>(rows - 1) * <usize>lda + <usize>cols) << 2);
  checkRange(scratch, singularValuesScratchBytes(rows, cols));
  const e = scratch + (<usize>rows * <usize>cols << 3);
  const gathered = e + (<usize>count << 3);
  const next = gathered + (<usize>count << 3);
  const column = next + (<usize>count << 3);
  widen(scratch, a, rows, cols, lda);
  bidiagonalise(scratch, max(rows, cols), count, out, e, gathered, next, column);
  const failed = bidiagonalValues(out, e, count);
  if (failed) for (let i = 0; i < count; i++) store<f64>(out + (<usize>i << 3), NaN);
  return failed;
}

// Rounds of the Jacobi method; six to ten are usual.
const JACOBI_ROUNDS: i32 = 60;

/**
 * singularValues by one-sided Jacobi rotations (M. Hestenes, "Inversion of matrices by biorthogonalization and related
 * results", J. SIAM 6(1), 1958): another algorithm altogether. Values agree to 1e-12 of the largest.
 */
export function singularValuesNaive(out: usize, a: usize, rows: i32, cols: i32, lda: i32, scratch: usize): i32 {
  const count = min(rows, cols);
  const tall = max(rows, cols);
  // Vectors to be made orthogonal stand as rows [count, tall].
  for (let j = 0; j < count; j++) {
    for (let i = 0; i < tall; i++) {
      const from = rows >= cols ? i * lda + j : j * lda + i;
      store<f64>(scratch + (<usize>(j * tall + i) << 3), <f64>load<f32>(a + (<usize>from << 2)));
    }
  }
  for (let round = 0; round < JACOBI_ROUNDS; round++) {
    let turned = false;
    for (let p = 0; p < count; p++) {
      for (let q = p + 1; q < count; q++) {
        const x = scratch + (<usize>(p * tall) << 3);
        const y = scratch + (<usize>(q * tall) << 3);
        let xx: f64 = 0;
        let yy: f64 = 0;
        let xy: f64 = 0;
        for (let i: usize = 0; i < <usize>tall; i++) {
          const xi = load<f64>(x + (i << 3));
          const yi = load<f64>(y + (i << 3));
          xx += xi * xi;
          yy += yi * yi;
          xy += xi * yi;
        }
        if (abs(xy) <= 1e-15 * sqrt<f64>(xx * yy) || xy == 0) continue;
        turned = true;
        const zeta = (yy - xx) / (2 * xy);
        const t = copysign<f64>(1, zeta) / (abs(zeta) + sqrt<f64>(1 + zeta * zeta));
        const c = 1 / sqrt<f64>(1 + t * t);
        const s = c * t;
        for (let i: usize = 0; i < <usize>tall; i++) {
          const xi = load<f64>(x + (i << 3));
          const yi = load<f64>(y + (i << 3));
          store<f64>(x + (i << 3), c * xi - s * yi);
          store<f64>(y + (i << 3), s * xi + c * yi);
        }
      }
    }
    if (!turned) break;
  }
  for (let j = 0; j < count; j++) {
    let sum: f64 = 0;
    for (let i = 0; i < tall; i++) {
      const value = load<f64>(scratch + (<usize>(j * tall + i) << 3));
      sum += value * value;
    }
    const value = sqrt<f64>(sum);
    let at = j;
    for (; at > 0 && load<f64>(out + (<usize>(at - 1) << 3)) < value; at--) {
      store<f64>(out + (<usize>at << 3), load<f64>(out + (<usize>(at - 1) << 3)));
    }
    store<f64>(out + (<usize>at << 3), value);
  }
  return 0;
}
