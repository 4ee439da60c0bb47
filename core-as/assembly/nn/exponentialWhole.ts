// exp and expm1 on four float32 lanes, over the whole line, each with its scalar twin (equal bits): for typed formulas,
// whose arguments may have any sign. Infinity beyond 88.7; below, exp goes through the subnormal numbers to 0.
// What the activations of their own need stands in exponential.ts, and is cheaper.
//
// Method: that of exponential.ts, the power of two in two factors, so that its ends are reached.
import { expm1Rest, expm1RestNaive, mulAdd, shifted } from "./exponential";

const TABLE: usize = memory.data<f32>([
  89.0, 89.0, 89.0, 89.0,
  -104.0, -104.0, -104.0, -104.0,
  -60.0, -60.0, -60.0, -60.0,
  0.5, 0.5, 0.5, 0.5,
]);
const TOP: usize = TABLE; // from here on exp is Infinity
const BOTTOM: usize = TABLE + 16; // up to here exp is 0
const EXPM1_BOTTOM: usize = TABLE + 32; // up to here expm1 is -1
const HALF: usize = TABLE + 48;
const ROUNDER: usize = memory.data<i32>([0x4b400000, 0x4b400000, 0x4b400000, 0x4b400000]); // bits of 1.5 * 2^23
const BIAS: usize = memory.data<i32>([127, 127, 127, 127]);
const BIAS_LESS_1: usize = memory.data<i32>([126, 126, 126, 126]);

/** exp(x). */
// @ts-ignore: decorator
@inline
export function expWholeLanes(x: v128): v128 {
  const y = f32x4.pmax(f32x4.pmin(x, v128.load(TOP)), v128.load(BOTTOM));
  const t = shifted(y);
  const n = i32x4.sub(t, v128.load(ROUNDER));
  const half = i32x4.shr_s(n, 1);
  const first = i32x4.shl(i32x4.add(half, v128.load(BIAS)), 23);
  const second = i32x4.shl(i32x4.add(i32x4.sub(n, half), v128.load(BIAS)), 23);
  return f32x4.mul(mulAdd(first, expm1Rest(y, t), first), second);
}

// @ts-ignore: decorator
@inline
function cut(x: f32, low: f32): f32 {
  const y = load<f32>(TOP) < x ? load<f32>(TOP) : x;
  return y < low ? low : y;
}

// @ts-ignore: decorator
@inline
function shiftedNaive(y: f32): f32 {
  return y * <f32>1.4426950408889634 + <f32>12582912.0;
}

export function expWholeNaive(x: f32): f32 {
  const y = cut(x, load<f32>(BOTTOM));
  const t = shiftedNaive(y);
  const n = reinterpret<i32>(t) - 0x4b400000;
  const half = n >> 1;
  const first = reinterpret<f32>((half + 127) << 23);
  const second = reinterpret<f32>((n - half + 127) << 23);
  return (first * expm1RestNaive(y, t) + first) * second;
}

/** expm1(x), without loss near 0. Half of it is formed, because 2^128 is none. */
// @ts-ignore: decorator
@inline
export function expm1WholeLanes(x: v128): v128 {
  const y = f32x4.pmax(f32x4.pmin(x, v128.load(TOP)), v128.load(EXPM1_BOTTOM));
  const t = shifted(y);
  const scale = i32x4.shl(i32x4.add(t, v128.load(BIAS_LESS_1)), 23);
  const half = mulAdd(scale, expm1Rest(y, t), f32x4.sub(scale, v128.load(HALF)));
  return f32x4.add(half, half);
}

export function expm1WholeNaive(x: f32): f32 {
  const y = cut(x, load<f32>(EXPM1_BOTTOM));
  const t = shiftedNaive(y);
  const scale = reinterpret<f32>((reinterpret<i32>(t) + 126) << 23);
  const half = scale * expm1RestNaive(y, t) + (scale - load<f32>(HALF));
  return half + half;
}
