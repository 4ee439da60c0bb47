// log and log1p on four float32 lanes, over the whole line, each with its scalar twin (equal bits).
// Below the domain NaN, at its end -Infinity, and Infinity at Infinity. Error: about 1e-7 |f|, near the zero too.
//
// Method: x = m 2^k with m from sqrt(1/2) to sqrt(2), log(m) = f - f^2/2 + f^3 P(f) with f = m - 1; P is that of the
// Cephes library (Moshier 1992, logf). log1p corrects the rounding of 1 + x by x/((1 + x) - 1) (Kahan).
import { mulAdd } from "./exponential";

const TABLE: usize = memory.data<f32>([
  1.1754943508222875e-38, 1.1754943508222875e-38, 1.1754943508222875e-38, 1.1754943508222875e-38,
  8388608.0, 8388608.0, 8388608.0, 8388608.0,
  23.0, 23.0, 23.0, 23.0,
  1.0, 1.0, 1.0, 1.0,
  0.5, 0.5, 0.5, 0.5,
  0.693359375, 0.693359375, 0.693359375, 0.693359375,
  -0.00021219444005469057, -0.00021219444005469057, -0.00021219444005469057, -0.00021219444005469057,
  7.0376836292e-2, 7.0376836292e-2, 7.0376836292e-2, 7.0376836292e-2,
  -1.1514610310e-1, -1.1514610310e-1, -1.1514610310e-1, -1.1514610310e-1,
  1.1676998740e-1, 1.1676998740e-1, 1.1676998740e-1, 1.1676998740e-1,
  -1.2420140846e-1, -1.2420140846e-1, -1.2420140846e-1, -1.2420140846e-1,
  1.4249322787e-1, 1.4249322787e-1, 1.4249322787e-1, 1.4249322787e-1,
  -1.6668057665e-1, -1.6668057665e-1, -1.6668057665e-1, -1.6668057665e-1,
  2.0000714765e-1, 2.0000714765e-1, 2.0000714765e-1, 2.0000714765e-1,
  -2.4999993993e-1, -2.4999993993e-1, -2.4999993993e-1, -2.4999993993e-1,
  3.3333331174e-1, 3.3333331174e-1, 3.3333331174e-1, 3.3333331174e-1,
]);
const SMALLEST_NORMAL: usize = TABLE;
const TWO_23: usize = TABLE + 16;
const TWENTY_THREE: usize = TABLE + 32;
const ONE: usize = TABLE + 48;
const HALF: usize = TABLE + 64;
const LN2_HIGH: usize = TABLE + 80; // ten bits, so that a whole exponent times it is exact
const LN2_LOW: usize = TABLE + 96;
const P0: usize = TABLE + 112;
const P1: usize = TABLE + 128;
const P2: usize = TABLE + 144;
const P3: usize = TABLE + 160;
const P4: usize = TABLE + 176;
const P5: usize = TABLE + 192;
const P6: usize = TABLE + 208;
const P7: usize = TABLE + 224;
const P8: usize = TABLE + 240;
const INFINITE: usize = memory.data<i32>([0x7f800000, 0x7f800000, 0x7f800000, 0x7f800000]);
const MINUS_INFINITE: usize = memory.data<i32>([-8388608, -8388608, -8388608, -8388608]); // 0xff800000
const ROOT_HALF: usize = memory.data<i32>([0x3f3504f3, 0x3f3504f3, 0x3f3504f3, 0x3f3504f3]); // bits of sqrt(1/2)

/** log(x). */
// @ts-ignore: decorator
@inline
export function logLanes(x: v128): v128 {
  const isTiny = f32x4.lt(x, v128.load(SMALLEST_NORMAL));
  const y = v128.bitselect(f32x4.mul(x, v128.load(TWO_23)), x, isTiny);
  const exponent = i32x4.shr_s(i32x4.sub(y, v128.load(ROOT_HALF)), 23);
  const f = f32x4.sub(i32x4.sub(y, i32x4.shl(exponent, 23)), v128.load(ONE));
  const k = f32x4.sub(f32x4.convert_i32x4_s(exponent), v128.and(isTiny, v128.load(TWENTY_THREE)));
  const square = f32x4.mul(f, f);
  let p = mulAdd(f, v128.load(P0), v128.load(P1));
  p = mulAdd(f, p, v128.load(P2));
  p = mulAdd(f, p, v128.load(P3));
  p = mulAdd(f, p, v128.load(P4));
  p = mulAdd(f, p, v128.load(P5));
  p = mulAdd(f, p, v128.load(P6));
  p = mulAdd(f, p, v128.load(P7));
  p = mulAdd(f, p, v128.load(P8));
  let rest = mulAdd(k, v128.load(LN2_LOW), f32x4.mul(f32x4.mul(f, square), p));
  rest = f32x4.sub(rest, f32x4.mul(square, v128.load(HALF)));
  let result = mulAdd(k, v128.load(LN2_HIGH), f32x4.add(f, rest));
  result = v128.bitselect(v128.load(MINUS_INFINITE), result, f32x4.eq(x, i32x4.splat(0)));
  result = v128.bitselect(x, result, f32x4.eq(x, v128.load(INFINITE)));
  return v128.or(result, v128.not(f32x4.ge(x, i32x4.splat(0))));
}

export function logNaive(x: f32): f32 {
  if (!(x >= 0)) return NaN;
  if (x == 0) return -Infinity;
  if (x == Infinity) return x;
  const isTiny = x < load<f32>(SMALLEST_NORMAL);
  const y = reinterpret<i32>(isTiny ? x * load<f32>(TWO_23) : x);
  const exponent = (y - 0x3f3504f3) >> 23;
  const f: f32 = reinterpret<f32>(y - (exponent << 23)) - 1;
  const k: f32 = f32(exponent) - (isTiny ? 23 : 0);
  const square = f * f;
  let p = load<f32>(P1) + f * load<f32>(P0);
  p = load<f32>(P2) + f * p;
  p = load<f32>(P3) + f * p;
  p = load<f32>(P4) + f * p;
  p = load<f32>(P5) + f * p;
  p = load<f32>(P6) + f * p;
  p = load<f32>(P7) + f * p;
  p = load<f32>(P8) + f * p;
  let rest = k * load<f32>(LN2_LOW) + f * square * p;
  rest = rest - square * load<f32>(HALF);
  return k * load<f32>(LN2_HIGH) + (f + rest);
}

/** log(1 + x), without loss near 0. */
// @ts-ignore: decorator
@inline
export function log1pWholeLanes(x: v128): v128 {
  const u = f32x4.add(x, v128.load(ONE));
  const d = f32x4.sub(u, v128.load(ONE));
  const result = f32x4.mul(logLanes(u), f32x4.div(x, d));
  const isItself = v128.or(f32x4.eq(d, i32x4.splat(0)), f32x4.eq(x, v128.load(INFINITE)));
  return v128.bitselect(x, result, isItself);
}

export function log1pWholeNaive(x: f32): f32 {
  const u: f32 = x + 1;
  const d: f32 = u - 1;
  if (d == 0 || x == Infinity) return x;
  return logNaive(u) * (x / d);
}
