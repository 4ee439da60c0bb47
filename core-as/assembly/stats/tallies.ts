// Extremes and counts of single values in a row: zeros, bounds, atoms, saturated.
// The vector kernels refuse values that are not finite; the caller sends such rows to the twin.
import { Header } from "./block";
import { setSlot, slot } from "./calibration";
import { loadTail } from "./moments";

const NAN_LANES = memory.data<u32>([0, 0, 0, 0, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff]);

// @ts-ignore: decorator
@inline
function addSlot(block: usize, index: i32, value: f64): void {
  setSlot(block, index, slot(block, index) + value);
}

/** The scalar twin: everything about x [count] but sums, bins and hashes; counts what is not finite. */
export function talliesNaive(
  block: usize, x: usize, count: i32, low: f32, high: f32, atomA: f32, atomB: f32,
  saturatedLow: f32, saturatedHigh: f32,
): void {
  for (let i = 0; i < count; ++i) {
    const value = load<f32>(x + (<usize>i << 2));
    if (value - value != 0.0) {
      addSlot(block, Header.nonFinite, 1.0);
      continue;
    }
    if (value == 0.0) addSlot(block, Header.zeros, 1.0);
    if (value == low) addSlot(block, Header.atLow, 1.0);
    if (value == high) addSlot(block, Header.atHigh, 1.0);
    if (value == atomA) addSlot(block, Header.atomA, 1.0);
    if (value == atomB) addSlot(block, Header.atomB, 1.0);
    if (value <= saturatedLow || value >= saturatedHigh) addSlot(block, Header.saturated, 1.0);
    if (<f64>value < slot(block, Header.min)) setSlot(block, Header.min, <f64>value + 0.0);
    if (<f64>value > slot(block, Header.max)) setSlot(block, Header.max, <f64>value + 0.0);
  }
}

// @ts-ignore: decorator
@inline
function sumLanes(v: v128): f64 {
  return <f64>(
    i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3)
  );
}

// @ts-ignore: decorator
@inline
function minLanes(v: v128): f64 {
  return <f64>min(
    min(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    min(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  );
}

/** Extremes and zeros of x [count], all finite. Zeros compare equal whatever their sign. */
export function extremes(block: usize, x: usize, count: i32): void {
  const zero = i32x4.splat(0);
  let zeros = zero;
  let least = f32x4.splat(<f32>slot(block, Header.min));
  let most = f32x4.splat(<f32>slot(block, Header.max));
  const end = x + (<usize>(count & ~3) << 2);
  let p = x;
  // Sixteen values meet before they meet the running extremes: those are a chain of waits.
  for (const whole = x + (<usize>(count & ~15) << 2); p < whole; p += 64) {
    const a = v128.load(p);
    const b = v128.load(p, 16);
    const c = v128.load(p, 32);
    const d = v128.load(p, 48);
    least = f32x4.pmin(least, f32x4.pmin(f32x4.pmin(a, b), f32x4.pmin(c, d)));
    most = f32x4.pmax(most, f32x4.pmax(f32x4.pmax(a, b), f32x4.pmax(c, d)));
    const zeros0 = i32x4.add(f32x4.eq(a, zero), f32x4.eq(b, zero));
    const zeros1 = i32x4.add(f32x4.eq(c, zero), f32x4.eq(d, zero));
    zeros = i32x4.sub(zeros, i32x4.add(zeros0, zeros1));
  }
  for (; p < end; p += 16) {
    const values = v128.load(p);
    least = f32x4.pmin(least, values);
    most = f32x4.pmax(most, values);
    zeros = i32x4.sub(zeros, f32x4.eq(values, zero));
  }
  if (count & 3) {
    // The lanes past the end become NaN, which no comparison takes.
    const values = v128.or(loadTail(p, count & 3), v128.load(NAN_LANES + 16 - (<usize>(count & 3) << 2)));
    least = f32x4.pmin(least, values);
    most = f32x4.pmax(most, values);
    zeros = i32x4.sub(zeros, f32x4.eq(values, zero));
  }
  // A zero among the extremes is +0, whichever came first.
  setSlot(block, Header.min, minLanes(least) + 0.0);
  setSlot(block, Header.max, 0.0 - minLanes(f32x4.neg(most)));
  addSlot(block, Header.zeros, sumLanes(zeros));
}

/** Adds to header slot `index` how many of x [count] equal `value`; a value of NaN costs nothing. */
export function countEqual(block: usize, index: i32, x: usize, count: i32, value: f32): void {
  if (value != value) return;
  const wanted = f32x4.splat(value);
  let found = i32x4.splat(0);
  const end = x + (<usize>(count & ~3) << 2);
  let p = x;
  for (const whole = x + (<usize>(count & ~15) << 2); p < whole; p += 64) {
    const ab = i32x4.add(f32x4.eq(v128.load(p), wanted), f32x4.eq(v128.load(p, 16), wanted));
    const cd = i32x4.add(f32x4.eq(v128.load(p, 32), wanted), f32x4.eq(v128.load(p, 48), wanted));
    found = i32x4.sub(found, i32x4.add(ab, cd));
  }
  for (; p < end; p += 16) found = i32x4.sub(found, f32x4.eq(v128.load(p), wanted));
  let sum = sumLanes(found);
  for (const last = x + (<usize>count << 2); p < last; p += 4) if (load<f32>(p) == value) sum += 1.0;
  addSlot(block, index, sum);
}

/** Adds how many of x [count] are <= low or >= high. */
export function countSaturated(block: usize, x: usize, count: i32, low: f32, high: f32): void {
  if (low == -Infinity && high == Infinity) return;
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  let found = i32x4.splat(0);
  const end = x + (<usize>(count & ~3) << 2);
  let p = x;
  for (const whole = x + (<usize>(count & ~7) << 2); p < whole; p += 32) {
    const a = v128.load(p);
    const b = v128.load(p, 16);
    const beyondA = v128.or(f32x4.le(a, lows), f32x4.ge(a, highs));
    found = i32x4.sub(found, i32x4.add(beyondA, v128.or(f32x4.le(b, lows), f32x4.ge(b, highs))));
  }
  for (; p < end; p += 16) {
    const values = v128.load(p);
    found = i32x4.sub(found, v128.or(f32x4.le(values, lows), f32x4.ge(values, highs)));
  }
  let sum = sumLanes(found);
  for (const last = x + (<usize>count << 2); p < last; p += 4) {
    const value = load<f32>(p);
    if (value <= low || value >= high) sum += 1.0;
  }
  addSlot(block, Header.saturated, sum);
}
