// exp, expm1 and log1p on four float32 lanes, over the half lines that the activations need:
// every activation is written with exp of a number <= 0, so that nothing overflows and the far end is exactly 0.
// Refuses positive arguments to exp (no check: the results are then wrong).
//
// Method: n = round(x log2 e), r = x - n ln 2 in two parts, expm1(r) = r + r^2 q(r), and exp(x) = 2^n + 2^n expm1(r).
// q and the log1p polynomial are own minimax fits (relative error 1.4e-8 and 3.1e-8 before rounding).
// Every constant stands four times in a table, because V8 builds a splat anew in each round of a loop;
// the scalar twins read the first of the four.

const TABLE: usize = memory.data<f32>([
  -88.0, -88.0, -88.0, -88.0,
  1.4426950408889634, 1.4426950408889634, 1.4426950408889634, 1.4426950408889634,
  12582912.0, 12582912.0, 12582912.0, 12582912.0,
  0.693359375, 0.693359375, 0.693359375, 0.693359375,
  -0.00021219444005469057, -0.00021219444005469057, -0.00021219444005469057, -0.00021219444005469057,
  0.4999999814148811, 0.4999999814148811, 0.4999999814148811, 0.4999999814148811,
  0.16666543063233366, 0.16666543063233366, 0.16666543063233366, 0.16666543063233366,
  0.04166720227330631, 0.04166720227330631, 0.04166720227330631, 0.04166720227330631,
  0.008366595808370524, 0.008366595808370524, 0.008366595808370524, 0.008366595808370524,
  0.0013882507511307628, 0.0013882507511307628, 0.0013882507511307628, 0.0013882507511307628,
  1.0, 1.0, 1.0, 1.0,
  0.9999999698810353, 0.9999999698810353, 0.9999999698810353, 0.9999999698810353,
  -0.4999949314687307, -0.4999949314687307, -0.4999949314687307, -0.4999949314687307,
  0.3331909688783479, 0.3331909688783479, 0.3331909688783479, 0.3331909688783479,
  -0.24842982661212173, -0.24842982661212173, -0.24842982661212173, -0.24842982661212173,
  0.19106008063937738, 0.19106008063937738, 0.19106008063937738, 0.19106008063937738,
  -0.1366324790503133, -0.1366324790503133, -0.1366324790503133, -0.1366324790503133,
  0.07822597081302517, 0.07822597081302517, 0.07822597081302517, 0.07822597081302517,
  -0.029505247441244987, -0.029505247441244987, -0.029505247441244987, -0.029505247441244987,
  0.005232695797466842, 0.005232695797466842, 0.005232695797466842, 0.005232695797466842,
]);
const FLOOR: usize = TABLE; // below it 2^n is taken as 0
const LOG2_E: usize = TABLE + 16;
const ROUNDER: usize = TABLE + 32; // 1.5 * 2^23: adding it rounds to an integer, which then stands in the low bits
const LN2_HIGH: usize = TABLE + 48; // ten bits, so that n * LN2_HIGH is exact
const LN2_LOW: usize = TABLE + 64;
const Q0: usize = TABLE + 80;
const Q1: usize = TABLE + 96;
const Q2: usize = TABLE + 112;
const Q3: usize = TABLE + 128;
const Q4: usize = TABLE + 144;
const ONE: usize = TABLE + 160;
const L0: usize = TABLE + 176;
const L1: usize = TABLE + 192;
const L2: usize = TABLE + 208;
const L3: usize = TABLE + 224;
const L4: usize = TABLE + 240;
const L5: usize = TABLE + 256;
const L6: usize = TABLE + 272;
const L7: usize = TABLE + 288;
const L8: usize = TABLE + 304;
const EXPONENT_BIAS: usize = memory.data<i32>([127, 127, 127, 127]);

/** a + x * b in every lane, two roundings. */
// @ts-ignore: decorator
@inline
export function mulAdd(x: v128, b: v128, a: v128): v128 {
  return f32x4.add(f32x4.mul(x, b), a);
}

/** x log2 e rounded to an integer, plus ROUNDER. */
// @ts-ignore: decorator
@inline
export function shifted(x: v128): v128 {
  return f32x4.add(f32x4.mul(x, v128.load(LOG2_E)), v128.load(ROUNDER));
}

/** 2^n of the integer n in the low bits of `t`; 0 for n = -127. */
// @ts-ignore: decorator
@inline
function powerOfTwo(t: v128): v128 {
  return i32x4.shl(i32x4.add(t, v128.load(EXPONENT_BIAS)), 23);
}

/** expm1(x - n ln 2), n being the integer in `t`. */
// @ts-ignore: decorator
@inline
export function expm1Rest(x: v128, t: v128): v128 {
  const n = f32x4.sub(t, v128.load(ROUNDER));
  const r = f32x4.sub(f32x4.sub(x, f32x4.mul(n, v128.load(LN2_HIGH))), f32x4.mul(n, v128.load(LN2_LOW)));
  let q = mulAdd(r, v128.load(Q4), v128.load(Q3));
  q = mulAdd(r, q, v128.load(Q2));
  q = mulAdd(r, q, v128.load(Q1));
  q = mulAdd(r, q, v128.load(Q0));
  return mulAdd(f32x4.mul(r, r), q, r);
}

// @ts-ignore: decorator
@inline
export function expm1RestNaive(x: f32, t: f32): f32 {
  const n = t - load<f32>(ROUNDER);
  const r = x - n * load<f32>(LN2_HIGH) - n * load<f32>(LN2_LOW);
  const q = load<f32>(Q0) + r * (load<f32>(Q1) + r * (load<f32>(Q2) + r * (load<f32>(Q3) + r * load<f32>(Q4))));
  return r + r * r * q;
}

/** exp(x), x <= 0 or NaN; exactly 0 below -87.7. */
// @ts-ignore: decorator
@inline
export function expLanes(x: v128): v128 {
  const y = f32x4.pmax(x, v128.load(FLOOR));
  const t = shifted(y);
  const scale = powerOfTwo(t);
  return mulAdd(scale, expm1Rest(y, t), scale);
}

export function expNaive(x: f32): f32 {
  const y = x < load<f32>(FLOOR) ? load<f32>(FLOOR) : x;
  const t: f32 = y * load<f32>(LOG2_E) + load<f32>(ROUNDER);
  const scale = reinterpret<f32>((reinterpret<i32>(t) + 127) << 23);
  return scale * expm1RestNaive(y, t) + scale;
}

/** expm1(x), x <= 0 or NaN, without loss near 0; exactly -1 at the far end. */
// @ts-ignore: decorator
@inline
export function expm1Lanes(x: v128): v128 {
  const y = f32x4.pmax(x, v128.load(FLOOR));
  const t = shifted(y);
  const scale = powerOfTwo(t);
  return mulAdd(scale, expm1Rest(y, t), f32x4.sub(scale, v128.load(ONE)));
}

export function expm1Naive(x: f32): f32 {
  const y = x < load<f32>(FLOOR) ? load<f32>(FLOOR) : x;
  const t: f32 = y * load<f32>(LOG2_E) + load<f32>(ROUNDER);
  const scale = reinterpret<f32>((reinterpret<i32>(t) + 127) << 23);
  return scale * expm1RestNaive(y, t) + (scale - 1);
}

/** log1p(e), e in [0, 1]. */
// @ts-ignore: decorator
@inline
export function log1pLanes(e: v128): v128 {
  let s = mulAdd(e, v128.load(L8), v128.load(L7));
  s = mulAdd(e, s, v128.load(L6));
  s = mulAdd(e, s, v128.load(L5));
  s = mulAdd(e, s, v128.load(L4));
  s = mulAdd(e, s, v128.load(L3));
  s = mulAdd(e, s, v128.load(L2));
  s = mulAdd(e, s, v128.load(L1));
  s = mulAdd(e, s, v128.load(L0));
  return f32x4.mul(e, s);
}

export function log1pNaive(e: f32): f32 {
  let s = load<f32>(L7) + e * load<f32>(L8);
  s = load<f32>(L6) + e * s;
  s = load<f32>(L5) + e * s;
  s = load<f32>(L4) + e * s;
  s = load<f32>(L3) + e * s;
  s = load<f32>(L2) + e * s;
  s = load<f32>(L1) + e * s;
  s = load<f32>(L0) + e * s;
  return e * s;
}
