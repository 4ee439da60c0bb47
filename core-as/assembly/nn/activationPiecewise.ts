// The activations made of straight pieces, and the elu family, on four float32 lanes, each with its scalar twin.
// Slopes at kinks: relu, hardtanh, hard_sigmoid and relu6 are 0 there; leaky_relu and prelu have the negative slope at 0,
// elu, selu and celu the left limit; hard_swish has (as torch) z/3 + 1/2 on the closed [-3, 3].
// The slope functions do not look after NaN; activation.ts does, for all at once.
import { expLanes, expNaive, expm1Lanes, expm1Naive, mulAdd } from "./exponential";

const TABLE: usize = memory.data<f32>([
  1.0, 1.0, 1.0, 1.0,
  -1.0, -1.0, -1.0, -1.0,
  3.0, 3.0, 3.0, 3.0,
  -3.0, -3.0, -3.0, -3.0,
  6.0, 6.0, 6.0, 6.0,
  0.16666666666666666, 0.16666666666666666, 0.16666666666666666, 0.16666666666666666,
  0.3333333333333333, 0.3333333333333333, 0.3333333333333333, 0.3333333333333333,
  0.5, 0.5, 0.5, 0.5,
  1.0507009873554805, 1.0507009873554805, 1.0507009873554805, 1.0507009873554805,
  1.7580993408473766, 1.7580993408473766, 1.7580993408473766, 1.7580993408473766,
]);
const ONE: usize = TABLE;
const MINUS_ONE: usize = TABLE + 16;
const THREE: usize = TABLE + 32;
const MINUS_THREE: usize = TABLE + 48;
const SIX: usize = TABLE + 64;
const SIXTH: usize = TABLE + 80;
const THIRD: usize = TABLE + 96;
const HALF: usize = TABLE + 112;
const SELU_SCALE: usize = TABLE + 128; // Klambauer et al. 2017
const SELU_SCALE_ALPHA: usize = TABLE + 144;

// @ts-ignore: decorator
@inline
function isPositive(x: v128): v128 {
  return f32x4.gt(x, i32x4.splat(0));
}

// @ts-ignore: decorator
@inline
export function reluLanes(x: v128): v128 {
  return f32x4.pmax(x, i32x4.splat(0));
}

export function reluNaive(x: f32): f32 {
  return x < 0 ? 0 : x;
}

// @ts-ignore: decorator
@inline
export function reluSlopeLanes(x: v128): v128 {
  return v128.and(isPositive(x), v128.load(ONE));
}

export function reluSlopeNaive(x: f32): f32 {
  return x > 0 ? 1 : 0;
}

/** leaky_relu and prelu: x where x > 0, else slope x. */
// @ts-ignore: decorator
@inline
export function leakyReluLanes(x: v128, slope: v128): v128 {
  return v128.bitselect(x, f32x4.mul(x, slope), isPositive(x));
}

export function leakyReluNaive(x: f32, slope: f32): f32 {
  return x > 0 ? x : x * slope;
}

// @ts-ignore: decorator
@inline
export function leakyReluSlopeLanes(x: v128, slope: v128): v128 {
  return v128.bitselect(v128.load(ONE), slope, isPositive(x));
}

export function leakyReluSlopeNaive(x: f32, slope: f32): f32 {
  return x > 0 ? 1 : slope;
}

/** elu(x) = x where x > 0, else alpha expm1(x) (Clevert et al. 2016). */
// @ts-ignore: decorator
@inline
export function eluLanes(x: v128, alpha: v128): v128 {
  const below = f32x4.mul(alpha, expm1Lanes(f32x4.pmin(x, i32x4.splat(0))));
  return v128.bitselect(x, below, isPositive(x));
}

export function eluNaive(x: f32, alpha: f32): f32 {
  return x > 0 ? x : alpha * expm1Naive(x);
}

// @ts-ignore: decorator
@inline
export function eluSlopeLanes(x: v128, alpha: v128): v128 {
  const below = f32x4.mul(alpha, expLanes(f32x4.pmin(x, i32x4.splat(0))));
  return v128.bitselect(v128.load(ONE), below, isPositive(x));
}

export function eluSlopeNaive(x: f32, alpha: f32): f32 {
  return x > 0 ? 1 : alpha * expNaive(x);
}

/** selu(x) = scale elu(x, alpha) with the constants of Klambauer et al. 2017. */
// @ts-ignore: decorator
@inline
export function seluLanes(x: v128): v128 {
  const below = f32x4.mul(v128.load(SELU_SCALE_ALPHA), expm1Lanes(f32x4.pmin(x, i32x4.splat(0))));
  return v128.bitselect(f32x4.mul(x, v128.load(SELU_SCALE)), below, isPositive(x));
}

export function seluNaive(x: f32): f32 {
  return x > 0 ? x * load<f32>(SELU_SCALE) : load<f32>(SELU_SCALE_ALPHA) * expm1Naive(x);
}

// @ts-ignore: decorator
@inline
export function seluSlopeLanes(x: v128): v128 {
  const below = f32x4.mul(v128.load(SELU_SCALE_ALPHA), expLanes(f32x4.pmin(x, i32x4.splat(0))));
  return v128.bitselect(v128.load(SELU_SCALE), below, isPositive(x));
}

export function seluSlopeNaive(x: f32): f32 {
  return x > 0 ? load<f32>(SELU_SCALE) : load<f32>(SELU_SCALE_ALPHA) * expNaive(x);
}

/** celu(x) = x where x > 0, else alpha expm1(x / alpha), alpha > 0 (Barron 2017); `inverse` is 1/alpha. */
// @ts-ignore: decorator
@inline
export function celuLanes(x: v128, alpha: v128, inverse: v128): v128 {
  const below = f32x4.mul(alpha, expm1Lanes(f32x4.mul(f32x4.pmin(x, i32x4.splat(0)), inverse)));
  return v128.bitselect(x, below, isPositive(x));
}

export function celuNaive(x: f32, alpha: f32, inverse: f32): f32 {
  return x > 0 ? x : alpha * expm1Naive(x * inverse);
}

// @ts-ignore: decorator
@inline
export function celuSlopeLanes(x: v128, inverse: v128): v128 {
  const below = expLanes(f32x4.mul(f32x4.pmin(x, i32x4.splat(0)), inverse));
  return v128.bitselect(v128.load(ONE), below, isPositive(x));
}

export function celuSlopeNaive(x: f32, inverse: f32): f32 {
  return x > 0 ? 1 : expNaive(x * inverse);
}

/** x cut to [low, high], given as addresses of constants; NaN stays. */
// @ts-ignore: decorator
@inline
function cut(x: v128, low: usize, high: usize): v128 {
  return f32x4.pmin(f32x4.pmax(x, v128.load(low)), v128.load(high));
}

// @ts-ignore: decorator
@inline
function cutNaive(x: f32, low: f32, high: f32): f32 {
  return x < low ? low : high < x ? high : x;
}

// @ts-ignore: decorator
@inline
function isInside(x: v128, low: v128, high: usize): v128 {
  return v128.and(f32x4.gt(x, low), f32x4.lt(x, v128.load(high)));
}

// @ts-ignore: decorator
@inline
export function hardtanhLanes(x: v128): v128 {
  return cut(x, MINUS_ONE, ONE);
}

export function hardtanhNaive(x: f32): f32 {
  return cutNaive(x, -1, 1);
}

// @ts-ignore: decorator
@inline
export function hardtanhSlopeLanes(x: v128): v128 {
  return v128.and(isInside(x, v128.load(MINUS_ONE), ONE), v128.load(ONE));
}

export function hardtanhSlopeNaive(x: f32): f32 {
  return x > -1 && x < 1 ? 1 : 0;
}

/** hard_sigmoid(x) = (x + 3)/6 cut to [0, 1]; cut first, because x + 3 is exact near -3. */
// @ts-ignore: decorator
@inline
export function hardSigmoidLanes(x: v128): v128 {
  return f32x4.mul(f32x4.add(cut(x, MINUS_THREE, THREE), v128.load(THREE)), v128.load(SIXTH));
}

export function hardSigmoidNaive(x: f32): f32 {
  return (cutNaive(x, -3, 3) + 3) * load<f32>(SIXTH);
}

// @ts-ignore: decorator
@inline
export function hardSigmoidSlopeLanes(x: v128): v128 {
  return v128.and(isInside(x, v128.load(MINUS_THREE), THREE), v128.load(SIXTH));
}

export function hardSigmoidSlopeNaive(x: f32): f32 {
  return x > -3 && x < 3 ? load<f32>(SIXTH) : 0;
}

/** hard_swish(x) = x hard_sigmoid(x) (Howard et al. 2019); x is cut at -3 first, so that -Infinity gives 0. */
// @ts-ignore: decorator
@inline
export function hardSwishLanes(x: v128): v128 {
  return f32x4.mul(f32x4.pmax(x, v128.load(MINUS_THREE)), hardSigmoidLanes(x));
}

export function hardSwishNaive(x: f32): f32 {
  return (x < -3 ? -3 : x) * hardSigmoidNaive(x);
}

// @ts-ignore: decorator
@inline
export function hardSwishSlopeLanes(x: v128): v128 {
  const middle = mulAdd(x, v128.load(THIRD), v128.load(HALF));
  const top = v128.bitselect(v128.load(ONE), middle, f32x4.gt(x, v128.load(THREE)));
  return v128.andnot(top, f32x4.lt(x, v128.load(MINUS_THREE)));
}

export function hardSwishSlopeNaive(x: f32): f32 {
  return x < -3 ? 0 : x > 3 ? 1 : x * load<f32>(THIRD) + load<f32>(HALF);
}

// @ts-ignore: decorator
@inline
export function relu6Lanes(x: v128): v128 {
  return f32x4.pmin(f32x4.pmax(x, i32x4.splat(0)), v128.load(SIX));
}

export function relu6Naive(x: f32): f32 {
  return cutNaive(x, 0, 6);
}

// @ts-ignore: decorator
@inline
export function relu6SlopeLanes(x: v128): v128 {
  return v128.and(isInside(x, i32x4.splat(0), SIX), v128.load(ONE));
}

export function relu6SlopeNaive(x: f32): f32 {
  return x > 0 && x < 6 ? 1 : 0;
}
