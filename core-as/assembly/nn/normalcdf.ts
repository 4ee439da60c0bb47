// The normal distribution function and density in float32 vectors, each with its scalar twin of equal bits.
// |x| < sqrt 2: erf by the polynomial of Cephes erff (Moshier 1989); beyond: erfc of Press et al., Numerical
// Recipes (1992), section 6.2, whose fractional error is 1.2e-7 everywhere, so that tails stay right.
import { expNegative1, expNegative4 } from "./exponential";

const T: usize = memory.data<f32>([
  0.70710678, 0.70710678, 0.70710678, 0.70710678, // 0: 1/sqrt 2
  0.5, 0.5, 0.5, 0.5, // 1
  1.0, 1.0, 1.0, 1.0, // 2
  7.853861353153693e-5, 7.853861353153693e-5, 7.853861353153693e-5, 7.853861353153693e-5, // 3..9: erf(y)/y in y^2
  -8.010193625184903e-4, -8.010193625184903e-4, -8.010193625184903e-4, -8.010193625184903e-4,
  5.188327685732524e-3, 5.188327685732524e-3, 5.188327685732524e-3, 5.188327685732524e-3,
  -2.685381193529856e-2, -2.685381193529856e-2, -2.685381193529856e-2, -2.685381193529856e-2,
  1.128358514861418e-1, 1.128358514861418e-1, 1.128358514861418e-1, 1.128358514861418e-1,
  -3.761262582423300e-1, -3.761262582423300e-1, -3.761262582423300e-1, -3.761262582423300e-1,
  1.128379165726710, 1.128379165726710, 1.128379165726710, 1.128379165726710,
  0.17087277, 0.17087277, 0.17087277, 0.17087277, // 10..19: log(erfc(y)/t) + y^2 in t = 1/(1 + y/2)
  -0.82215223, -0.82215223, -0.82215223, -0.82215223,
  1.48851587, 1.48851587, 1.48851587, 1.48851587,
  -1.13520398, -1.13520398, -1.13520398, -1.13520398,
  0.27886807, 0.27886807, 0.27886807, 0.27886807,
  -0.18628806, -0.18628806, -0.18628806, -0.18628806,
  0.09678418, 0.09678418, 0.09678418, 0.09678418,
  0.37409196, 0.37409196, 0.37409196, 0.37409196,
  1.00002368, 1.00002368, 1.00002368, 1.00002368,
  -1.26551223, -1.26551223, -1.26551223, -1.26551223,
  0.39894228, 0.39894228, 0.39894228, 0.39894228, // 20: 1/sqrt(2 pi)
  -0.5, -0.5, -0.5, -0.5, // 21
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

/** P(Z <= x). */
// @ts-ignore: decorator
@inline
export function normalCdf4(x: v128): v128 {
  const y = f32x4.mul(f32x4.abs(x), c4(0));
  const w = f32x4.mul(y, y);
  let p = f32x4.add(f32x4.mul(c4(3), w), c4(4));
  for (let i: usize = 5; i <= 9; i++) p = f32x4.add(f32x4.mul(p, w), c4(i));
  const half = f32x4.mul(f32x4.mul(p, f32x4.mul(x, c4(0))), c4(1));
  const centre = f32x4.add(half, c4(1));

  const t = f32x4.div(c4(2), f32x4.add(f32x4.mul(y, c4(1)), c4(2)));
  let q = f32x4.add(f32x4.mul(c4(10), t), c4(11));
  for (let i: usize = 12; i <= 19; i++) q = f32x4.add(f32x4.mul(q, t), c4(i));
  const tail = f32x4.mul(f32x4.mul(t, expNegative4(f32x4.sub(q, w))), c4(1));
  const outer = v128.bitselect(tail, f32x4.sub(c4(2), tail), f32x4.lt(x, f32x4.splat(0)));
  // y < 1 is false for NaN, and the outer form keeps NaN.
  return v128.bitselect(centre, outer, f32x4.lt(y, c4(2)));
}

// @ts-ignore: decorator
@inline
export function normalCdf1(x: f32): f32 {
  const y: f32 = abs(x) * c1(0);
  const w: f32 = y * y;
  if (y < c1(2)) {
    let p: f32 = c1(3) * w + c1(4);
    for (let i: usize = 5; i <= 9; i++) p = p * w + c1(i);
    return p * (x * c1(0)) * c1(1) + c1(1);
  }
  const t: f32 = c1(2) / (y * c1(1) + c1(2));
  let q: f32 = c1(10) * t + c1(11);
  for (let i: usize = 12; i <= 19; i++) q = q * t + c1(i);
  const tail: f32 = t * expNegative1(q - w) * c1(1);
  return x < 0 ? tail : c1(2) - tail;
}

/** Density of N(0, 1). */
// @ts-ignore: decorator
@inline
export function normalDensity4(x: v128): v128 {
  return f32x4.mul(expNegative4(f32x4.mul(f32x4.mul(x, x), c4(21))), c4(20));
}

// @ts-ignore: decorator
@inline
export function normalDensity1(x: f32): f32 {
  return expNegative1(x * x * c1(21)) * c1(20);
}
