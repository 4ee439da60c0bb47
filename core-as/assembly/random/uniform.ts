// Uniform numbers: midpoint + half width * x, with x one of 2^31 odd multiples of 2^-31 in (-1, 1), rounded to
// float32. A symmetric interval so has a symmetric law, full precision near zero, and never exactly zero.
import { checkThat } from "../memory/check";
import { drawBitsNaive } from "./bits";
import { greatestBelow, leastFrom } from "./interval";
import { LAW_UNIFORM, walk } from "./walk";

// 2^-32: half of the width, over 2^31.
const HALF_UNIT: f64 = 2.3283064365386963e-10;

/**
 * out f32[count]: U[low, high). `high` is never returned, also where float32 rounding would reach it,
 * nor is a float32 below `low`. An empty interval (low >= high) gives `low` (rounded) everywhere.
 */
export function drawUniform(
  out: usize, firstBlock: u32, count: i32, keyLo: u32, keyHi: u32, seedLo: u32, seedHi: u32, low: f64, high: f64,
): void {
  checkThat(isFinite(low) && isFinite(high), "uniform: bounds must be finite");
  const empty = low >= high;
  const middle = f32(empty ? low : low * 0.5 + high * 0.5);
  const scale = f32(empty ? 0 : (high - low) * HALF_UNIT);
  const least = empty ? middle : leastFrom(low);
  const greatest = empty ? middle : greatestBelow(high);
  walk(LAW_UNIFORM, out, firstBlock, count, keyLo, keyHi, seedLo, seedHi, middle, scale, least, greatest);
}

/** Naive twin of drawUniform, equal bits; scratch u32[16]. */
export function drawUniformNaive(
  out: usize, firstBlock: u32, count: i32, keyLo: u32, keyHi: u32, seedLo: u32, seedHi: u32, low: f64, high: f64,
  scratch: usize,
): void {
  drawBitsNaive(out, firstBlock, count, keyLo, keyHi, seedLo, seedHi, scratch);
  const empty = low >= high;
  const middle = f32(empty ? low : low * 0.5 + high * 0.5);
  const scale = f32(empty ? 0 : (high - low) * HALF_UNIT);
  const least = empty ? middle : leastFrom(low);
  const greatest = empty ? middle : greatestBelow(high);
  for (let i = 0; i < count; i++) {
    const at = out + (usize(i) << 2);
    let value = middle + f32(i32(load<u32>(at) | 1)) * scale;
    if (value < least) value = least;
    if (value > greatest) value = greatest;
    store<f32>(at, value);
  }
}
