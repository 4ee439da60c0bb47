// The norm of a flat float32 array, and clipping by it. Sums in float64: four interleaved partial sums, combined in
// one tree, so that the twin has equal bits. Counts are multiples of four.
import { checkRange, checkThat } from "../memory/check";
import { loadF, loadWide } from "../nn/wide";

/** Sum of squares of x f32[count]. */
export function sumOfSquares(x: usize, count: i32): f64 {
  check(x, x, count);
  let low = f64x2.splat(0);
  let high = low;
  for (const end = x + (<usize>count << 2); x < end; x += 16) {
    const a = loadWide(x);
    const b = loadWide(x + 8);
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  const sum = f64x2.add(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

export function sumOfSquaresNaive(x: usize, count: i32): f64 {
  return sumOfSquaredDifferencesNaive(x, 0, count);
}

/** Sum of squares of x - y, both f32[count]. */
export function sumOfSquaredDifferences(x: usize, y: usize, count: i32): f64 {
  check(x, y, count);
  let low = f64x2.splat(0);
  let high = low;
  for (const end = x + (<usize>count << 2); x < end; x += 16, y += 16) {
    const a = f64x2.sub(loadWide(x), loadWide(y));
    const b = f64x2.sub(loadWide(x + 8), loadWide(y + 8));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  const sum = f64x2.add(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** `y` 0: nothing is taken away. */
export function sumOfSquaredDifferencesNaive(x: usize, y: usize, count: i32): f64 {
  let s0 = 0.0;
  let s1 = 0.0;
  let s2 = 0.0;
  let s3 = 0.0;
  for (let i: usize = 0, end = <usize>count << 2; i < end; i += 4) {
    const d = loadF(x + i) - (y == 0 ? 0.0 : loadF(y + i));
    const lane = (i >> 2) & 3;
    if (lane == 0) s0 += d * d;
    else if (lane == 1) s1 += d * d;
    else if (lane == 2) s2 += d * d;
    else s3 += d * d;
  }
  return s0 + s2 + (s1 + s3);
}

/**
 * Scales g f32[count] down to the norm `limit` where it is longer, as torch.nn.utils.clip_grad_norm_ does:
 * g *= f32(limit / (norm + 1e-6)). Returns the norm before.
 */
export function clipToNorm(g: usize, count: i32, limit: f64): f64 {
  const norm = Math.sqrt(sumOfSquares(g, count));
  const scale = limit / (norm + 1e-6);
  if (!(scale < 1)) return norm;
  const s = f32x4.splat(<f32>scale);
  for (const end = g + (<usize>count << 2); g < end; g += 16) v128.store(g, f32x4.mul(v128.load(g), s));
  return norm;
}

export function clipToNormNaive(g: usize, count: i32, limit: f64): f64 {
  const norm = Math.sqrt(sumOfSquaresNaive(g, count));
  const scale = limit / (norm + 1e-6);
  if (!(scale < 1)) return norm;
  for (const end = g + (<usize>count << 2); g < end; g += 4) store<f32>(g, load<f32>(g) * <f32>scale);
  return norm;
}

function check(x: usize, y: usize, count: i32): void {
  checkThat(count >= 0 && (count & 3) == 0, "norm: count");
  checkRange(x, <usize>count << 2);
  checkRange(y, <usize>count << 2);
}
