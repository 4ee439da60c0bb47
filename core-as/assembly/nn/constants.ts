// Constants of the activations, four lanes each: loaded, since V8 builds a splat anew in every turn of a loop.

const T: usize = memory.data<f32>([
  0.5, 0.5, 0.5, 0.5, // C_HALF
  1.0, 1.0, 1.0, 1.0, // C_ONE
  2.0, 2.0, 2.0, 2.0, // C_TWO
  3.0, 3.0, 3.0, 3.0, // C_THREE
  6.0, 6.0, 6.0, 6.0, // C_SIX
  0.16666667, 0.16666667, 0.16666667, 0.16666667, // C_SIXTH
  0.33333334, 0.33333334, 0.33333334, 0.33333334, // C_THIRD
  1000.0, 1000.0, 1000.0, 1000.0, // C_LARGE
  3.4028235e38, 3.4028235e38, 3.4028235e38, 3.4028235e38, // C_MAX
  0.625, 0.625, 0.625, 0.625, // C_TANH_SMALL
  1.0507009873554805, 1.0507009873554805, 1.0507009873554805, 1.0507009873554805, // SELU_SCALE
  1.6732632423543772, 1.6732632423543772, 1.6732632423543772, 1.6732632423543772, // SELU_ALPHA
  1.5957691216057308, 1.5957691216057308, 1.5957691216057308, 1.5957691216057308, // GELU_A
  0.0713548162726009, 0.0713548162726009, 0.0713548162726009, 0.0713548162726009, // GELU_B
  0.2140644488178027, 0.2140644488178027, 0.2140644488178027, 0.2140644488178027, // GELU_C
  -5.70498872745e-3, -5.70498872745e-3, -5.70498872745e-3, -5.70498872745e-3, // TANH_P
  2.06390887954e-2, 2.06390887954e-2, 2.06390887954e-2, 2.06390887954e-2,
  -5.37397155531e-2, -5.37397155531e-2, -5.37397155531e-2, -5.37397155531e-2,
  1.33314422036e-1, 1.33314422036e-1, 1.33314422036e-1, 1.33314422036e-1,
  -3.33332819422e-1, -3.33332819422e-1, -3.33332819422e-1, -3.33332819422e-1,
], 16);

// @ts-ignore: decorator
@inline
export const C_HALF: usize = 0;
// @ts-ignore: decorator
@inline
export const C_ONE: usize = 1;
// @ts-ignore: decorator
@inline
export const C_TWO: usize = 2;
// @ts-ignore: decorator
@inline
export const C_THREE: usize = 3;
// @ts-ignore: decorator
@inline
export const C_SIX: usize = 4;
// @ts-ignore: decorator
@inline
export const C_SIXTH: usize = 5;
// @ts-ignore: decorator
@inline
export const C_THIRD: usize = 6;
// @ts-ignore: decorator
@inline
export const C_LARGE: usize = 7;
// @ts-ignore: decorator
@inline
export const C_MAX: usize = 8;
// @ts-ignore: decorator
@inline
export const C_TANH_SMALL: usize = 9;
// @ts-ignore: decorator
@inline
export const SELU_SCALE: usize = 10;
// @ts-ignore: decorator
@inline
export const SELU_ALPHA: usize = 11;
// @ts-ignore: decorator
@inline
export const GELU_A: usize = 12;
// @ts-ignore: decorator
@inline
export const GELU_B: usize = 13;
// @ts-ignore: decorator
@inline
export const GELU_C: usize = 14;
// @ts-ignore: decorator
@inline
export const TANH_P: usize = 15;

/** Constant i in all four lanes. */
// @ts-ignore: decorator
@inline
export function c4(i: usize): v128 {
  return v128.load(T + (i << 4));
}

/** Constant i. */
// @ts-ignore: decorator
@inline
export function c1(i: usize): f32 {
  return load<f32>(T + (i << 4));
}
