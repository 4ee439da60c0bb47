// The accumulator block of one tensor: header, fine histogram, and (by flag) sums and hashes of every unit.
// Blocks of the same calibration, columns and flags are merged by addition.
//
//   header     32 f64: the slots of Header, then four lanes each of pooled S1 .. S4
//   histogram  FINE_BINS u32
//   units      FLAG_UNITS: x0, S1, S2, S3, S4, nonFinite, each f64 [cols rounded up to 4]
//   hashes     FLAG_HASH: two hashes, each u32 [cols rounded up to 4]
import { FINE_BINS, FLAG_HASH, FLAG_UNITS } from "../../shared/statistics";
import { checkRange, checkThat } from "../memory/check";
import { setSlot, slot } from "./calibration";

export enum Header {
  /** Elements seen, those that are not finite included. */
  count = 0,
  nonFinite = 1,
  zeros = 2,
  atLow = 3,
  atHigh = 4,
  saturated = 5,
  atomA = 6,
  atomB = 7,
  min = 8,
  max = 9,
  /** The activation's bounds; NaN where there is none, or where it is 0 and so counted among the zeros. */
  low = 10,
  high = 11,
  /** Samples seen. */
  rows = 12,
  /** First of 16: lanes of S1, of S2, of S3, of S4 about the calibration's shift. Unused with FLAG_UNITS. */
  pooled = 16,
  total = 32,
}

/** Number of f64 arrays of a unit: x0, S1 .. S4, nonFinite. */
export const UNIT_ARRAYS = 6;
export const HISTOGRAM_OFFSET: usize = <usize>Header.total << 3;
export const UNITS_OFFSET: usize = HISTOGRAM_OFFSET + (FINE_BINS << 2);

// @ts-ignore: decorator
@inline
export function paddedUnits(cols: i32): i32 {
  return (cols + 3) & ~3;
}

/** Address of array `which` (0 x0, 1..4 S1..S4, 5 nonFinite) of the units. */
// @ts-ignore: decorator
@inline
export function unitArray(block: usize, cols: i32, which: i32): usize {
  return block + UNITS_OFFSET + (<usize>(which * paddedUnits(cols)) << 3);
}

// @ts-ignore: decorator
@inline
export function hashArray(block: usize, cols: i32, flags: i32): usize {
  return unitArray(block, cols, flags & FLAG_UNITS ? UNIT_ARRAYS : 0);
}

/** Bytes of the accumulator of a tensor with `cols` units. A multiple of 16. */
export function accumulatorBytes(cols: i32, flags: i32): i32 {
  let bytes = <i32>UNITS_OFFSET;
  if (flags & FLAG_UNITS) bytes += (UNIT_ARRAYS * paddedUnits(cols)) << 3;
  if (flags & FLAG_HASH) bytes += paddedUnits(cols) << 3;
  return bytes;
}

/** Makes the block one that has seen nothing. */
export function clearAccumulator(block: usize, cols: i32, flags: i32): void {
  const bytes = accumulatorBytes(cols, flags);
  checkRange(block, bytes);
  memory.fill(block, 0, bytes);
  setSlot(block, Header.min, Infinity);
  setSlot(block, Header.max, -Infinity);
  setSlot(block, Header.low, NaN);
  setSlot(block, Header.high, NaN);
}

/**
 * Adds what `from` has seen to `into`: same calibration, cols and flags, and x0 of the same first sample.
 * Counts, extremes and hashes come out as if one block had seen everything; sums are added block by block, so
 * the order of the merges is part of their last bit: merge in slab order.
 */
export function mergeAccumulator(into: usize, from: usize, cols: i32, flags: i32): void {
  const bytes = accumulatorBytes(cols, flags);
  checkRange(into, bytes);
  checkRange(from, bytes);
  checkThat(into != from, "mergeAccumulator: a block into itself");
  if (slot(from, Header.count) == 0.0) return;
  setSlot(into, Header.min, min<f64>(slot(into, Header.min), slot(from, Header.min)));
  setSlot(into, Header.max, max<f64>(slot(into, Header.max), slot(from, Header.max)));
  setSlot(into, Header.low, slot(from, Header.low));
  setSlot(into, Header.high, slot(from, Header.high));
  addF64(into, from, Header.min);
  addF64(into + (<usize>Header.rows << 3), from + (<usize>Header.rows << 3), Header.total - Header.rows);
  for (let p: usize = HISTOGRAM_OFFSET; p < UNITS_OFFSET; p += 16)
    v128.store(into + p, i32x4.add(v128.load(into + p), v128.load(from + p)));
  const units = paddedUnits(cols);
  if (flags & FLAG_UNITS) {
    memory.copy(unitArray(into, cols, 0), unitArray(from, cols, 0), <usize>units << 3);
    addF64(unitArray(into, cols, 1), unitArray(from, cols, 1), (UNIT_ARRAYS - 1) * units);
  }
  if (flags & FLAG_HASH) {
    const hashes = hashArray(into, cols, flags);
    const others = hashArray(from, cols, flags);
    for (let i: usize = 0; i < <usize>units << 3; i += 16)
      v128.store(hashes + i, i32x4.add(v128.load(hashes + i), v128.load(others + i)));
  }
}

/** into += from, `count` (even) f64s. */
function addF64(into: usize, from: usize, count: i32): void {
  for (let i: usize = 0; i < <usize>count << 3; i += 16)
    v128.store(into + i, f64x2.add(v128.load(into + i), v128.load(from + i)));
}
