// One normal number in a given interval [a, b] in units of std, by rejection in float64, for intervals that plain
// normals meet too seldom. After Robert ("Simulation of truncated normal variables", Statistics and Computing 1995):
// a proposal under the density, uniform where the density hardly changes over the interval, exponential in a tail.
// Exact in every tail and for one-sided intervals: nothing here subtracts distribution functions.
import { FIRST_FREE_USE, philox, unitFromWords } from "./philox";

/** Candidates tried for one number. The least favourable interval accepts more than half of them. */
const ATTEMPTS: u32 = 1024;

// @ts-ignore: decorator
@inline
function square(x: f64): f64 {
  return x * x;
}

/** P(Z <= x), to 1e-6 absolute: good enough to choose a method (Abramowitz and Stegun 26.2.17). */
function distribution(x: f64): f64 {
  const t = 1 / (1 + 0.2316419 * abs(x));
  const poly = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const upper = 0.3989422804014327 * NativeMath.exp(-0.5 * x * x) * poly;
  return x > 0 ? 1 - upper : upper;
}

/** The share of standard normals that fall into [a, b]; the ends may be infinite. */
export function normalShare(a: f64, b: f64): f64 {
  const upTo = b == Infinity ? 1.0 : distribution(b);
  return upTo - (a == -Infinity ? 0.0 : distribution(a));
}

/**
 * A standard normal given that it lies in [a, b], a < b, drawn from the counters (block, use of element and attempt).
 * Element 0..4095 of the block; its draws depend on nothing else.
 */
export function normalBetween(
  a: f64, b: f64, block: u32, element: u32, keyLo: u32, keyHi: u32, seedLo: u32, seedHi: u32,
): f64 {
  // Mirrored so that the interval holds zero or lies above it.
  const mirrored = b < 0;
  const low = mirrored ? -b : a;
  const high = mirrored ? -a : b;
  // Where the density is highest; over a slowly changing density the proposal is uniform.
  const top = max(low, 0);
  const wide = high == Infinity || (low < 0 ? square(max(-low, high)) : (high - low) * (high + low)) > 2;
  const rate = 0.5 * (low + NativeMath.sqrt(low * low + 4));
  // The share of the exponential proposal below `high`.
  const mass = wide && high < Infinity ? -NativeMath.expm1(-rate * (high - low)) : 1.0;
  // The ratio of density and proposal is greatest at `rate`, or at `high` where that comes first.
  const peak = min(rate, high);
  let x = top;
  for (let attempt: u32 = 0; attempt < ATTEMPTS; attempt++) {
    const words = philox(block, FIRST_FREE_USE + (attempt << 12) + element, seedLo, seedHi, keyLo, keyHi);
    const place = unitFromWords(i32x4.extract_lane(words, 0), i32x4.extract_lane(words, 1));
    const test = unitFromWords(i32x4.extract_lane(words, 2), i32x4.extract_lane(words, 3));
    let exponent: f64;
    if (wide) {
      const step = -NativeMath.log1p(-place * mass) / rate;
      x = low + step;
      exponent = 0.5 * (square(peak - rate) - square(x - rate));
    } else {
      x = low + place * (high - low);
      exponent = 0.5 * (top - x) * (top + x);
    }
    if (test <= NativeMath.exp(exponent)) break;
  }
  return mirrored ? -x : x;
}
