// How a batch of activations lies in space: effective rank and mean cosine, from the first few hundred samples.
import { checkRange, checkThat } from "../memory/check";

// Products are summed in float32 over this many columns at most, then carried in float64.
const BLOCK: i32 = 128;

// @ts-ignore: decorator
@inline
function pad4(n: i32): i32 {
  return (n + 3) & ~3;
}

/** Bytes of scratch of effectiveRank. */
export function effectiveRankScratchBytes(rows: i32, cols: i32): i32 {
  return (cols << 3) + ((max(rows * pad4(cols), cols * pad4(rows)) + 16) << 2);
}

/**
 * Writes to out f64 [1] the participation ratio (tr C)^2 / tr(C^2) of the covariance C over the samples of h [rows, cols]
 * (leading dimension ld), by the smaller of Gram matrix and covariance, which have the same traces. Centred in float64,
 * scaled by the largest entry, so it depends on neither offset nor size; good to 1e-6. No variance, or
 * fewer than two rows: 0. A value that is not finite: NaN. scratch: effectiveRankScratchBytes(rows, cols).
 */
export function effectiveRank(out: usize, h: usize, rows: i32, cols: i32, ld: i32, scratch: usize): void {
  effectiveRankBy(out, h, rows, cols, ld, scratch, false);
}

/** The scalar twin; sums in float64 throughout, so it agrees to 1e-6, not bit for bit. */
export function effectiveRankNaive(out: usize, h: usize, rows: i32, cols: i32, ld: i32, scratch: usize): void {
  effectiveRankBy(out, h, rows, cols, ld, scratch, true);
}

function effectiveRankBy(
  out: usize, h: usize, rows: i32, cols: i32, ld: i32, scratch: usize, naive: bool,
): void {
  checkThat(rows >= 0 && cols >= 0 && ld >= cols, "effectiveRank: dimensions");
  checkRange(out, 8);
  checkRange(scratch, effectiveRankScratchBytes(rows, cols));
  if (rows > 0) checkRange(h, (<usize>((rows - 1) * ld) << 2) + (<usize>cols << 2));
  const means = scratch;
  const centred = (scratch + (<usize>cols << 3) + 15) & ~15;
  const largest = centre(means, h, rows, cols, ld);
  if (largest != largest || largest == 0.0 || rows < 2) {
    store<f64>(out, largest != largest ? <f64>NaN : 0.0);
    return;
  }
  // Vectors of the Gram matrix are samples, those of the covariance units; its own side is the smaller.
  const byUnits = cols < rows;
  const vectors = byUnits ? cols : rows;
  const length = byUnits ? rows : cols;
  const stride = pad4(length);
  memory.fill(centred, 0, <usize>(vectors * stride) << 2);
  const scale = 1.0 / largest;
  const rowStep = byUnits ? 1 : stride;
  const colStep = byUnits ? stride : 1;
  const blockRows = naive ? 0 : rows & ~3;
  const blockCols = naive ? 0 : cols & ~3;
  for (let row = 0; row < blockRows; row += 4)
    for (let j = 0; j < blockCols; j += 4)
      centreBlock(
        centred + (<usize>(row * rowStep + j * colStep) << 2), h + (<usize>(row * ld + j) << 2),
        means + (<usize>j << 3), scale, byUnits, <usize>stride << 2, <usize>ld << 2,
      );
  for (let row = 0; row < rows; ++row) {
    for (let j = row < blockRows ? blockCols : 0; j < cols; ++j) {
      const value = <f64>load<f32>(h + (<usize>(row * ld + j) << 2)) - load<f64>(means + (<usize>j << 3));
      store<f32>(centred + (<usize>(row * rowStep + j * colStep) << 2), <f32>(value * scale));
    }
  }
  if (naive) gramTracesNaive(out, centred, vectors, stride);
  else gramTraces(out, centred, vectors, stride);
}

/**
 * Means f64 [cols] of the columns, about the first sample, so that a constant column centres to exactly 0. Returns the
 * largest |h - mean|: 0 where every column is constant, NaN where a value is not finite.
 */
function centre(means: usize, h: usize, rows: i32, cols: i32, ld: i32): f64 {
  memory.fill(means, 0, <usize>cols << 3);
  const whole = <usize>(cols & ~3) << 2;
  const bytes = <usize>cols << 2;
  for (let row = 1; row < rows; ++row) {
    const p = h + (<usize>(row * ld) << 2);
    for (let i: usize = 0; i < whole; i += 16) {
      const at = means + 2 * i;
      v128.store(at, f64x2.add(v128.load(at), f64x2.sub(lower(p + i), lower(h + i))));
      v128.store(at, f64x2.add(v128.load(at, 16), f64x2.sub(lower(p + i + 8), lower(h + i + 8))), 16);
    }
    for (let i = whole; i < bytes; i += 4) {
      const at = means + 2 * i;
      store<f64>(at, load<f64>(at) + (<f64>load<f32>(p + i) - <f64>load<f32>(h + i)));
    }
  }
  for (let i: usize = 0; i < bytes && rows > 0; i += 4) {
    const at = means + 2 * i;
    store<f64>(at, <f64>load<f32>(h + i) + load<f64>(at) / <f64>rows);
  }
  let largest = f64x2.splat(0);
  let rest = 0.0;
  for (let row = 0; row < rows; ++row) {
    const p = h + (<usize>(row * ld) << 2);
    for (let i: usize = 0; i < whole; i += 16) {
      const d = f64x2.abs(f64x2.sub(lower(p + i), v128.load(means + 2 * i)));
      const e = f64x2.abs(f64x2.sub(lower(p + i + 8), v128.load(means + 2 * i, 16)));
      // Unlike pmax, max keeps a NaN.
      largest = f64x2.max(largest, f64x2.max(d, e));
    }
    for (let i = whole; i < bytes; i += 4)
      rest = max<f64>(rest, abs(<f64>load<f32>(p + i) - load<f64>(means + 2 * i)));
  }
  const most = max<f64>(max<f64>(f64x2.extract_lane(largest, 0), f64x2.extract_lane(largest, 1)), rest);
  return most < Infinity ? most : NaN;
}

/** Four values of a row less their columns' means, scaled, in float32. */
// @ts-ignore: decorator
@inline
function centreFour(p: usize, means: usize, scale: f64): v128 {
  const scales = f64x2.splat(scale);
  const a = f64x2.mul(f64x2.sub(lower(p), v128.load(means)), scales);
  const b = f64x2.mul(f64x2.sub(lower(p + 8), v128.load(means, 16)), scales);
  return v128.shuffle<u32>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 1, 4, 5);
}

/** Centres four rows by four columns of h, and writes them as they lie or transposed; steps in bytes. */
function centreBlock(
  out: usize, h: usize, means: usize, scale: f64, transposed: bool, outStep: usize, step: usize,
): void {
  let a = centreFour(h, means, scale);
  let b = centreFour(h + step, means, scale);
  let c = centreFour(h + 2 * step, means, scale);
  let d = centreFour(h + 3 * step, means, scale);
  if (transposed) {
    const ab = v128.shuffle<u32>(a, b, 0, 4, 1, 5);
    const cd = v128.shuffle<u32>(c, d, 0, 4, 1, 5);
    const abUpper = v128.shuffle<u32>(a, b, 2, 6, 3, 7);
    const cdUpper = v128.shuffle<u32>(c, d, 2, 6, 3, 7);
    a = v128.shuffle<u32>(ab, cd, 0, 1, 4, 5);
    b = v128.shuffle<u32>(ab, cd, 2, 3, 6, 7);
    c = v128.shuffle<u32>(abUpper, cdUpper, 0, 1, 4, 5);
    d = v128.shuffle<u32>(abUpper, cdUpper, 2, 3, 6, 7);
  }
  v128.store(out, a);
  v128.store(out + outStep, b);
  v128.store(out + 2 * outStep, c);
  v128.store(out + 3 * outStep, d);
}

/** Two floats at p in float64. */
// @ts-ignore: decorator
@inline
function lower(p: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(p));
}

/** out = (sum of g_ii)^2 / sum of g_ij^2, G the Gram matrix of `vectors` vectors, all arithmetic in float64. */
function gramTracesNaive(out: usize, x: usize, vectors: i32, stride: i32): void {
  let trace = 0.0;
  let squares = 0.0;
  for (let i = 0; i < vectors; ++i) {
    for (let j = 0; j <= i; ++j) {
      let g = 0.0;
      for (let k = 0; k < stride; ++k)
        g += <f64>load<f32>(x + (<usize>(i * stride + k) << 2)) * <f64>load<f32>(x + (<usize>(j * stride + k) << 2));
      if (i == j) trace += g;
      squares += i == j ? g * g : 2.0 * g * g;
    }
  }
  store<f64>(out, trace * trace / squares);
}

// @ts-ignore: decorator
@inline
function sumLanes(v: v128): f64 {
  const pair = f64x2.add(f64x2.promote_low_f32x4(v), f64x2.promote_low_f32x4(v128.shuffle<u32>(v, v, 2, 3, 2, 3)));
  return f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
}

/** The same, two vectors against four at a time; what a tile would count twice on the diagonal is left out. */
function gramTraces(out: usize, x: usize, vectors: i32, stride: i32): void {
  let trace = 0.0;
  let squares = 0.0;
  const bytes = <usize>stride << 2;
  for (let i = 0; i < vectors; i += 2) {
    const a = x + <usize>i * bytes;
    // An odd last vector is paired with itself and counted once.
    const pairStep = i + 1 < vectors ? bytes : 0;
    for (let j = 0; j <= i + 1 && j < vectors; j += 4) {
      const b0 = x + <usize>j * bytes;
      const b1 = j + 1 < vectors ? b0 + bytes : b0;
      const b2 = j + 2 < vectors ? b1 + bytes : b0;
      const b3 = j + 3 < vectors ? b2 + bytes : b0;
      let g00 = 0.0, g01 = 0.0, g02 = 0.0, g03 = 0.0;
      let g10 = 0.0, g11 = 0.0, g12 = 0.0, g13 = 0.0;
      for (let start = 0; start < stride; start += BLOCK) {
        const end = <usize>min(start + BLOCK, stride) << 2;
        const zero = f32x4.splat(0);
        let s00 = zero, s01 = zero, s02 = zero, s03 = zero;
        let s10 = zero, s11 = zero, s12 = zero, s13 = zero;
        for (let k = <usize>start << 2; k < end; k += 16) {
          const u = v128.load(a + k);
          const v = v128.load(a + pairStep + k);
          let w = v128.load(b0 + k);
          s00 = f32x4.add(s00, f32x4.mul(u, w));
          s10 = f32x4.add(s10, f32x4.mul(v, w));
          w = v128.load(b1 + k);
          s01 = f32x4.add(s01, f32x4.mul(u, w));
          s11 = f32x4.add(s11, f32x4.mul(v, w));
          w = v128.load(b2 + k);
          s02 = f32x4.add(s02, f32x4.mul(u, w));
          s12 = f32x4.add(s12, f32x4.mul(v, w));
          w = v128.load(b3 + k);
          s03 = f32x4.add(s03, f32x4.mul(u, w));
          s13 = f32x4.add(s13, f32x4.mul(v, w));
        }
        g00 += sumLanes(s00);
        g01 += sumLanes(s01);
        g02 += sumLanes(s02);
        g03 += sumLanes(s03);
        g10 += sumLanes(s10);
        g11 += sumLanes(s11);
        g12 += sumLanes(s12);
        g13 += sumLanes(s13);
      }
      squares += weight(i, j, vectors) * g00 * g00 + weight(i, j + 1, vectors) * g01 * g01;
      squares += weight(i, j + 2, vectors) * g02 * g02 + weight(i, j + 3, vectors) * g03 * g03;
      squares += weight(i + 1, j, vectors) * g10 * g10 + weight(i + 1, j + 1, vectors) * g11 * g11;
      squares += weight(i + 1, j + 2, vectors) * g12 * g12 + weight(i + 1, j + 3, vectors) * g13 * g13;
      if (j == (i & ~3)) {
        trace += i & 2 ? g02 : g00;
        if (i + 1 < vectors) trace += i & 2 ? g13 : g11;
      }
    }
  }
  store<f64>(out, trace * trace / squares);
}

/** How often entry (i, j) of the lower triangle counts in the sum over the whole matrix. */
// @ts-ignore: decorator
@inline
function weight(i: i32, j: i32, vectors: i32): f64 {
  return i >= vectors || j > i ? 0.0 : j == i ? 1.0 : 2.0;
}

/** Bytes of scratch of meanCosine. */
export function meanCosineScratchBytes(cols: i32): i32 {
  return cols << 3;
}

/**
 * Mean cosine over the pairs of distinct samples of h [rows, cols] (leading dimension ld): with s the sum of m unit
 * vectors, (|s|^2 - m) / (m (m - 1)). Rows of zeros have no direction and are left out; fewer than two others, or a value that
 * is not finite: NaN. scratch: meanCosineScratchBytes(cols).
 */
export function meanCosine(h: usize, rows: i32, cols: i32, ld: i32, scratch: usize): f64 {
  return meanCosineBy(h, rows, cols, ld, scratch, cols & ~3);
}

/** The scalar twin; it adds a row's squares in another order, so it agrees to 1e-12, not bit for bit. */
export function meanCosineNaive(h: usize, rows: i32, cols: i32, ld: i32, scratch: usize): f64 {
  return meanCosineBy(h, rows, cols, ld, scratch, 0);
}

/** The first `vectored` columns (a multiple of 4) in vectors, the others one by one. */
function meanCosineBy(h: usize, rows: i32, cols: i32, ld: i32, scratch: usize, vectored: i32): f64 {
  checkThat(rows >= 0 && cols >= 0 && ld >= cols, "meanCosine: dimensions");
  checkRange(scratch, <usize>cols << 3);
  if (rows > 0) checkRange(h, (<usize>((rows - 1) * ld) << 2) + (<usize>cols << 2));
  memory.fill(scratch, 0, <usize>cols << 3);
  const whole = <usize>vectored << 2;
  const bytes = <usize>cols << 2;
  let m = 0.0;
  for (let row = 0; row < rows; ++row) {
    const p = h + (<usize>(row * ld) << 2);
    let a = f64x2.splat(0);
    let b = f64x2.splat(0);
    for (let i: usize = 0; i < whole; i += 16) {
      const u = lower(p + i);
      const v = lower(p + i + 8);
      a = f64x2.add(a, f64x2.mul(u, u));
      b = f64x2.add(b, f64x2.mul(v, v));
    }
    a = f64x2.add(a, b);
    // Squares of float32 numbers neither overflow nor vanish in float64.
    let square = f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1);
    for (let i = whole; i < bytes; i += 4) {
      const value = <f64>load<f32>(p + i);
      square += value * value;
    }
    if (!(square < Infinity)) return NaN;
    if (square == 0.0) continue;
    m += 1.0;
    const scale = 1.0 / sqrt(square);
    const scales = f64x2.splat(scale);
    for (let i: usize = 0; i < whole; i += 16) {
      const at = scratch + 2 * i;
      v128.store(at, f64x2.add(v128.load(at), f64x2.mul(lower(p + i), scales)));
      v128.store(at, f64x2.add(v128.load(at, 16), f64x2.mul(lower(p + i + 8), scales)), 16);
    }
    for (let i = whole; i < bytes; i += 4) {
      const at = scratch + 2 * i;
      store<f64>(at, load<f64>(at) + <f64>load<f32>(p + i) * scale);
    }
  }
  if (m < 2.0) return NaN;
  let square = 0.0;
  for (let j = 0; j < cols; ++j) {
    const value = load<f64>(scratch + (<usize>j << 3));
    square += value * value;
  }
  return min<f64>(max<f64>((square - m) / (m * (m - 1.0)), -1.0), 1.0);
}
