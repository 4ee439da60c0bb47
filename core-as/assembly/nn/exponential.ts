// exp, expm1 and log1p in float32 vectors, each with its scalar twin of equal bits.
// exp: Cephes expf (Moshier 1989): x = n ln 2 + r, |r| <= ln(2)/2, a polynomial in r, and 2^n by exponent bits.

// Vector constants stand in a table and are loaded: V8 builds a splat anew in every turn of a loop.
const T: usize = memory.data<f32>([
  -87.33654, -87.33654, -87.33654, -87.33654, // 0: below, exp is 0 (it would be subnormal)
  88.72283, 88.72283, 88.72283, 88.72283, // 1: above, exp is +Infinity
  1.44269504, 1.44269504, 1.44269504, 1.44269504, // 2: log2(e)
  0.693359375, 0.693359375, 0.693359375, 0.693359375, // 3: ln 2, upper part: exact times any n
  -2.12194440e-4, -2.12194440e-4, -2.12194440e-4, -2.12194440e-4, // 4: ln 2, the rest
  1.9875691500e-4, 1.9875691500e-4, 1.9875691500e-4, 1.9875691500e-4, // 5..10: the polynomial
  1.3981999507e-3, 1.3981999507e-3, 1.3981999507e-3, 1.3981999507e-3,
  8.3334519073e-3, 8.3334519073e-3, 8.3334519073e-3, 8.3334519073e-3,
  4.1665795894e-2, 4.1665795894e-2, 4.1665795894e-2, 4.1665795894e-2,
  1.6666665459e-1, 1.6666665459e-1, 1.6666665459e-1, 1.6666665459e-1,
  5.0000001201e-1, 5.0000001201e-1, 5.0000001201e-1, 5.0000001201e-1,
  1.0, 1.0, 1.0, 1.0, // 11
  2.0, 2.0, 2.0, 2.0, // 12
  // 13..21: 2/(2k+1), k = 8..0: log(1 + e) = 2 atanh(s), s = e/(2 + e)
  0.11764706, 0.11764706, 0.11764706, 0.11764706,
  0.13333333, 0.13333333, 0.13333333, 0.13333333,
  0.15384615, 0.15384615, 0.15384615, 0.15384615,
  0.18181819, 0.18181819, 0.18181819, 0.18181819,
  0.22222222, 0.22222222, 0.22222222, 0.22222222,
  0.2857143, 0.2857143, 0.2857143, 0.2857143,
  0.4, 0.4, 0.4, 0.4,
  0.6666667, 0.6666667, 0.6666667, 0.6666667,
  2.0, 2.0, 2.0, 2.0,
], 16);

// @ts-ignore: decorator
@inline
function c4(i: usize): v128 {
  return v128.load(T + (i << 4));
}

// @ts-ignore: decorator
@inline
function c1(i: usize): f32 {
  return load<f32>(T + (i << 4));
}

/** The polynomial of exp: q = e^r - 1. */
// @ts-ignore: decorator
@inline
function reduced4(r: v128): v128 {
  let p = f32x4.add(f32x4.mul(c4(5), r), c4(6));
  p = f32x4.add(f32x4.mul(p, r), c4(7));
  p = f32x4.add(f32x4.mul(p, r), c4(8));
  p = f32x4.add(f32x4.mul(p, r), c4(9));
  p = f32x4.add(f32x4.mul(p, r), c4(10));
  return f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r);
}

// @ts-ignore: decorator
@inline
function reduced1(r: f32): f32 {
  let p: f32 = c1(5) * r + c1(6);
  p = p * r + c1(7);
  p = p * r + c1(8);
  p = p * r + c1(9);
  p = p * r + c1(10);
  return p * (r * r) + r;
}

/** e^x for x <= 0; 0 below -87.34; NaN stays. Relative error 1.2e-7. */
// @ts-ignore: decorator
@inline
export function expNegative4(x: v128): v128 {
  const n = f32x4.nearest(f32x4.mul(f32x4.pmax(x, c4(0)), c4(2)));
  const r = f32x4.sub(f32x4.sub(f32x4.pmax(x, c4(0)), f32x4.mul(n, c4(3))), f32x4.mul(n, c4(4)));
  const scale = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  const e = f32x4.mul(f32x4.add(reduced4(r), c4(11)), scale);
  // x < limit is false for NaN, which therefore stays.
  return v128.andnot(e, f32x4.lt(x, c4(0)));
}

// @ts-ignore: decorator
@inline
export function expNegative1(x: f32): f32 {
  if (x < c1(0)) return 0;
  const n = nearest<f32>(x * c1(2));
  const r: f32 = x - n * c1(3) - n * c1(4);
  return (reduced1(r) + c1(11)) * reinterpret<f32>((i32(x == x ? n : <f32>0) + 127) << 23);
}

/** e^x - 1 for x <= 0, without cancellation: (2^n - 1) + 2^n q. */
// @ts-ignore: decorator
@inline
export function expm1Negative4(x: v128): v128 {
  const at = f32x4.pmax(x, c4(0));
  const n = f32x4.nearest(f32x4.mul(at, c4(2)));
  const r = f32x4.sub(f32x4.sub(at, f32x4.mul(n, c4(3))), f32x4.mul(n, c4(4)));
  const scale = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.add(f32x4.sub(scale, c4(11)), f32x4.mul(scale, reduced4(r)));
}

// @ts-ignore: decorator
@inline
export function expm1Negative1(x: f32): f32 {
  const at = x < c1(0) ? c1(0) : x;
  const n = nearest<f32>(at * c1(2));
  const r: f32 = at - n * c1(3) - n * c1(4);
  const scale = reinterpret<f32>((i32(x == x ? n : <f32>0) + 127) << 23);
  return scale - c1(11) + scale * reduced1(r);
}

/** log(1 + e) for 0 <= e <= 1. Relative error 2e-7. */
// @ts-ignore: decorator
@inline
export function log1p4(e: v128): v128 {
  const s = f32x4.div(e, f32x4.add(e, c4(12)));
  const w = f32x4.mul(s, s);
  let p = f32x4.add(f32x4.mul(c4(13), w), c4(14));
  p = f32x4.add(f32x4.mul(p, w), c4(15));
  p = f32x4.add(f32x4.mul(p, w), c4(16));
  p = f32x4.add(f32x4.mul(p, w), c4(17));
  p = f32x4.add(f32x4.mul(p, w), c4(18));
  p = f32x4.add(f32x4.mul(p, w), c4(19));
  p = f32x4.add(f32x4.mul(p, w), c4(20));
  p = f32x4.add(f32x4.mul(p, w), c4(21));
  return f32x4.mul(p, s);
}

// @ts-ignore: decorator
@inline
export function log1p1(e: f32): f32 {
  const s: f32 = e / (e + c1(12));
  const w: f32 = s * s;
  let p: f32 = c1(13) * w + c1(14);
  p = p * w + c1(15);
  p = p * w + c1(16);
  p = p * w + c1(17);
  p = p * w + c1(18);
  p = p * w + c1(19);
  p = p * w + c1(20);
  p = p * w + c1(21);
  return p * s;
}
