// Box and Muller's transform ("A note on the generation of random normal deviates", 1958) in float32, four pairs
// at a time: z1 = r cos(angle), z2 = r sin(angle), r = sqrt(-2 ln u). Two words make two normals.
//
// First word: its upper 31 bits, the last set to 1, are u in units of 2^-31, so |z| reaches sqrt(62 ln 2) = 6.55
// and u = 0 cannot occur; the logarithm is that of u (1 - 2^-23), so u = 1 (after rounding) gives no zero radius.
// Its lowest bit is the sign. Second word: signed, an angle in [-pi/4, pi/4]; its lowest bit swaps sine and
// cosine. Sign and swap carry the quarter circle round to the whole one, which spares the reduction.
// z is finite and never exactly zero (for mean 0).
//
// The polynomials are weighted minimax fits with coefficients rounded to float32; a normal so made is within
// 3.2e-7 of its exact value, relatively (measured over 8e6 draws). Only + - * / sqrt, integer operations and selections: equal bits everywhere.

// Every entry four times over: a vector load in the loop is cheaper than what V8 makes of a splat.
const FLOATS = memory.data<f32>([
  // 0: 2^31 + 2^8 (2^31 over 1 - 2^-23, rounded up), and 16: 2^31
  2147483904.0, 2147483904.0, 2147483904.0, 2147483904.0,
  2147483648.0, 2147483648.0, 2147483648.0, 2147483648.0,
  // 32: -2 ln 2 / 2^23
  -1.6525916589735634e-07, -1.6525916589735634e-07, -1.6525916589735634e-07, -1.6525916589735634e-07,
  // 48, 64, 80, 96: -2 ln m = s (L0 + q (L1 + q (L2 + q L3))), s = (m - 1) / (m + 1), q = s^2
  -4.0, -4.0, -4.0, -4.0,
  -1.333335518836975, -1.333335518836975, -1.333335518836975, -1.333335518836975,
  -0.7995514869689941, -0.7995514869689941, -0.7995514869689941, -0.7995514869689941,
  -0.5974186658859253, -0.5974186658859253, -0.5974186658859253, -0.5974186658859253,
  // 112: pi/4 / 2^31
  3.657295198167899e-10, 3.657295198167899e-10, 3.657295198167899e-10, 3.657295198167899e-10,
  // 128, 144, 160: sin x = x + x q (S1 + q (S2 + q S3)), q = x^2
  -0.16666655242443085, -0.16666655242443085, -0.16666655242443085, -0.16666655242443085,
  0.008332161232829094, 0.008332161232829094, 0.008332161232829094, 0.008332161232829094,
  -0.0001951528392964974, -0.0001951528392964974, -0.0001951528392964974, -0.0001951528392964974,
  // 176, 192, 208: cos x = 1 + q (C1 + q (C2 + q C3))
  -0.4999988377094269, -0.4999988377094269, -0.4999988377094269, -0.4999988377094269,
  0.041655778884887695, 0.041655778884887695, 0.041655778884887695, 0.041655778884887695,
  -0.0013591854367405176, -0.0013591854367405176, -0.0013591854367405176, -0.0013591854367405176,
  // 224
  1.0, 1.0, 1.0, 1.0,
]);

// The bits of sqrt(1/2) 2^31: an exponent taken relative to them puts m into [sqrt(1/2), sqrt(2)).
const ROOT_BITS: u32 = 0x3f3504f3 + (31 << 23);
const EXPONENT_BITS: u32 = 0xff800000;
const WORDS = memory.data<u32>([
  ROOT_BITS, ROOT_BITS, ROOT_BITS, ROOT_BITS,
  // 16
  EXPONENT_BITS, EXPONENT_BITS, EXPONENT_BITS, EXPONENT_BITS,
  // 32
  1, 1, 1, 1,
]);

// @ts-ignore: decorator
@inline
function float(offset: usize): v128 {
  return v128.load(FLOATS + offset);
}

/** sqrt(-2 ln u), with the sign, of four first words. */
// @ts-ignore: decorator
@inline
export function radius4(words: v128): v128 {
  const u = f32x4.convert_i32x4_s(v128.or(i32x4.shr_u(words, 1), v128.load(WORDS + 32)));
  const exponent = v128.and(i32x4.sub(u, v128.load(WORDS)), v128.load(WORDS + 16));
  // m scaled by 2^31, as u itself was: the quotient does not see the scale.
  const m = i32x4.sub(u, exponent);
  const s = f32x4.div(f32x4.sub(m, float(0)), f32x4.add(m, float(16)));
  const q = f32x4.mul(s, s);
  let log = f32x4.add(float(80), f32x4.mul(q, float(96)));
  log = f32x4.add(float(64), f32x4.mul(q, log));
  log = f32x4.add(float(48), f32x4.mul(q, log));
  log = f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(exponent), float(32)), f32x4.mul(s, log));
  return v128.xor(f32x4.sqrt(log), i32x4.shl(words, 31));
}

/** The angle in [-pi/4, pi/4] of four second words. */
// @ts-ignore: decorator
@inline
export function angle4(words: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(v128.or(words, v128.load(WORDS + 32))), float(112));
}

// @ts-ignore: decorator
@inline
export function sine4(x: v128): v128 {
  const q = f32x4.mul(x, x);
  let sum = f32x4.add(float(144), f32x4.mul(q, float(160)));
  sum = f32x4.add(float(128), f32x4.mul(q, sum));
  return f32x4.add(x, f32x4.mul(f32x4.mul(x, q), sum));
}

// @ts-ignore: decorator
@inline
export function cosine4(x: v128): v128 {
  const q = f32x4.mul(x, x);
  let sum = f32x4.add(float(192), f32x4.mul(q, float(208)));
  sum = f32x4.add(float(176), f32x4.mul(q, sum));
  return f32x4.add(float(224), f32x4.mul(q, sum));
}

/** Where sine and cosine change places: the bits that differ, or none. */
// @ts-ignore: decorator
@inline
export function swap4(sine: v128, cosine: v128, words: v128): v128 {
  return v128.and(v128.xor(sine, cosine), i32x4.shr_s(i32x4.shl(words, 31), 31));
}

// The naive twins: one pair, the same operations in the same order.

// @ts-ignore: decorator
@inline
function single(offset: usize): f32 {
  return load<f32>(FLOATS + offset);
}

export function radiusNaive(word: u32): f32 {
  const u = f32(i32((word >> 1) | 1));
  const bits = reinterpret<u32>(u);
  const exponent = (bits - ROOT_BITS) & EXPONENT_BITS;
  const m = reinterpret<f32>(bits - exponent);
  const s = (m - single(0)) / (m + single(16));
  const q = s * s;
  const log = single(48) + q * (single(64) + q * (single(80) + q * single(96)));
  const magnitude = sqrt<f32>(f32(i32(exponent)) * single(32) + s * log);
  return reinterpret<f32>(reinterpret<u32>(magnitude) ^ (word << 31));
}

function angleNaive(word: u32): f32 {
  return f32(i32(word | 1)) * single(112);
}

/** The factor of the first normal of a pair: the cosine, or the sine where the second word swaps them. */
export function firstFactorNaive(word: u32): f32 {
  return word & 1 ? sineOf(angleNaive(word)) : cosineOf(angleNaive(word));
}

/** The factor of the second normal of a pair. */
export function secondFactorNaive(word: u32): f32 {
  return word & 1 ? cosineOf(angleNaive(word)) : sineOf(angleNaive(word));
}

function sineOf(x: f32): f32 {
  const q = x * x;
  return x + x * q * (single(128) + q * (single(144) + q * single(160)));
}

function cosineOf(x: f32): f32 {
  const q = x * x;
  return single(224) + q * (single(176) + q * (single(192) + q * single(208)));
}
