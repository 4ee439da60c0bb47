// Uniform numbers: middle + half width * x, with x one of 2^31 odd multiples of 2^-31 in (-1, 1), rounded to
// float32. A symmetric interval so has a symmetric law, full precision near zero, and never exactly zero.
import { checkThat } from "../memory/check";
import { drawBitsNaive } from "./bits";
import { greatestBelow, leastFrom, nextTowardsZero } from "./interval";
import { LAW_UNIFORM, LAW_UNIFORM_CLAMPED, walk } from "./walk";

// 2^-32: half of the width, over 2^31.
const HALF_UNIT: f64 = 2.3283064365386963e-10;
const LARGEST_WORD: f32 = 2147483648;

/** Whether middle + scale * x stays in [least, greatest] for every x: its ends do, and rounding is monotone. */
function staysInside(middle: f32, scale: f32, least: f32, greatest: f32): bool {
  return middle + LARGEST_WORD * scale <= greatest && middle - LARGEST_WORD * scale >= least;
}

/** The half width over 2^31; if a few units in its last place less make clamping needless, that much less. */
function scaleOf(low: f64, high: f64, middle: f32, least: f32, greatest: f32): f32 {
  const scale = f32((high - low) * HALF_UNIT);
  let less = scale;
  for (let i = 0; i < 4; i++) {
    if (staysInside(middle, less, least, greatest)) return less;
    less = nextTowardsZero(less);
  }
  return scale;
}

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
  const least = empty ? middle : leastFrom(low);
  const greatest = empty ? middle : greatestBelow(high);
  const scale = empty ? <f32>0 : scaleOf(low, high, middle, least, greatest);
  if (staysInside(middle, scale, least, greatest)) {
    walk(LAW_UNIFORM, out, firstBlock, count, keyLo, keyHi, seedLo, seedHi, middle, scale, 0, 0);
  } else {
    walk(LAW_UNIFORM_CLAMPED, out, firstBlock, count, keyLo, keyHi, seedLo, seedHi, middle, scale, least, greatest);
  }
}

/** Naive twin of drawUniform, equal bits; scratch u32[16]. */
export function drawUniformNaive(
  out: usize, firstBlock: u32, count: i32, keyLo: u32, keyHi: u32, seedLo: u32, seedHi: u32, low: f64, high: f64,
  scratch: usize,
): void {
  drawBitsNaive(out, firstBlock, count, keyLo, keyHi, seedLo, seedHi, scratch);
  const empty = low >= high;
  const middle = f32(empty ? low : low * 0.5 + high * 0.5);
  const least = empty ? middle : leastFrom(low);
  const greatest = empty ? middle : greatestBelow(high);
  const scale = empty ? <f32>0 : scaleOf(low, high, middle, least, greatest);
  for (let i = 0; i < count; i++) {
    const at = out + (usize(i) << 2);
    let value = middle + f32(i32(load<u32>(at) | 1)) * scale;
    if (value < least) value = least;
    if (value > greatest) value = greatest;
    store<f32>(at, value);
  }
}
