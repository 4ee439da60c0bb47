// One pass of a chunk of rows, or of a whole flat tensor, into an accumulator block.
// Refuses nothing: what is not finite is counted and left out of everything else but the hash.
import { Calibration, FLAG_HASH, FLAG_UNITS } from "../../shared/statistics";
import { checkRange, checkThat } from "../memory/check";
import { countBins, countBinsNaive } from "./bins";
import { accumulatorBytes, hashArray, Header, HISTOGRAM_OFFSET, unitArray } from "./block";
import { setSlot, slot } from "./calibration";
import { pooledSums, pooledSumsNaive, unitHashes, unitHashesNaive, unitSums, unitSumsNaive } from "./moments";
import { countEqual, countSaturated, extremes, talliesNaive } from "./tallies";

// Elements of a contiguous stretch taken at once, so that the passes over them find them in the first-level cache.
const STRETCH: i32 = 4096;

/**
 * Adds x [rows, cols] (leading dimension ld) to the block. x0 [cols] is the batch's first sample, the same for every
 * chunk (used with FLAG_UNITS; where it is not finite, sums are about 0); firstRow is the global index of the first row. low and high
 * are the activation's bounds, NaN where there is none; with saturatedLow and saturatedHigh -+Infinity nothing counts as
 * saturated. Chunks of a slab must come in row order; how rows are cut into chunks changes no bit.
 */
export function accumulate(
  block: usize, calibration: usize, x: usize, x0: usize, rows: i32, cols: i32, ld: i32, firstRow: u32,
  low: f32, high: f32, saturatedLow: f32, saturatedHigh: f32, flags: i32,
): void {
  begin(block, calibration, x, x0, rows, cols, ld, low, high, flags);
  if (flags & FLAG_HASH) unitHashes(hashArray(block, cols, flags), x, rows, cols, ld, firstRow);
  let finite = true;
  if (flags & FLAG_UNITS) finite = unitSums(block, x, rows, cols, ld);
  // Rows without padding between them are one long row; their width is a multiple of 4, as the pooled lanes need.
  const rowsAtOnce = ld == cols && cols > 0 && !(cols & 3) ? max<i32>(1, STRETCH / cols) : 1;
  for (let row = 0; row < rows; row += rowsAtOnce) {
    const p = x + (<usize>(row * ld) << 2);
    const count = min<i32>(rowsAtOnce, rows - row) * cols;
    let rowFinite = finite;
    if (!(flags & FLAG_UNITS)) {
      rowFinite = pooledSums(block, calibration, p, count);
      if (!rowFinite) pooledSumsNaive(block, calibration, p, count);
    }
    if (rowFinite) finiteRow(block, calibration, p, count, saturatedLow, saturatedHigh);
    else anyRow(block, calibration, p, count, saturatedLow, saturatedHigh);
  }
}

/** The scalar twin of `accumulate`; equal bits. */
export function accumulateNaive(
  block: usize, calibration: usize, x: usize, x0: usize, rows: i32, cols: i32, ld: i32, firstRow: u32,
  low: f32, high: f32, saturatedLow: f32, saturatedHigh: f32, flags: i32,
): void {
  begin(block, calibration, x, x0, rows, cols, ld, low, high, flags);
  if (flags & FLAG_HASH) unitHashesNaive(hashArray(block, cols, flags), x, rows, cols, ld, firstRow, 0);
  if (flags & FLAG_UNITS) unitSumsNaive(block, x, rows, cols, ld, 0, cols);
  for (let row = 0; row < rows; ++row) {
    const p = x + (<usize>(row * ld) << 2);
    if (!(flags & FLAG_UNITS)) pooledSumsNaive(block, calibration, p, cols);
    anyRow(block, calibration, p, cols, saturatedLow, saturatedHigh);
  }
}

/**
 * Adds a whole tensor x [count], contiguous, of any shape: pooled figures only (flags 0 throughout), sums about the
 * calibration's shift. Pieces of one tensor must come in order and hold a multiple of 4 elements, the last one excepted.
 */
export function accumulateFlat(block: usize, calibration: usize, x: usize, count: i32): void {
  begin(block, calibration, x, 0, 1, count, count, NaN, NaN, 0);
  for (let done = 0; done < count; done += STRETCH) {
    const p = x + (<usize>done << 2);
    const part = min<i32>(STRETCH, count - done);
    if (pooledSums(block, calibration, p, part)) finiteRow(block, calibration, p, part, -Infinity, Infinity);
    else {
      pooledSumsNaive(block, calibration, p, part);
      anyRow(block, calibration, p, part, -Infinity, Infinity);
    }
  }
}

/** The scalar twin of `accumulateFlat`; equal bits. */
export function accumulateFlatNaive(block: usize, calibration: usize, x: usize, count: i32): void {
  begin(block, calibration, x, 0, 1, count, count, NaN, NaN, 0);
  pooledSumsNaive(block, calibration, x, count);
  anyRow(block, calibration, x, count, -Infinity, Infinity);
}

function begin(
  block: usize, calibration: usize, x: usize, x0: usize, rows: i32, cols: i32, ld: i32, low: f32, high: f32, flags: i32,
): void {
  checkThat(rows >= 0 && cols >= 0 && ld >= cols, "accumulate: dimensions");
  checkRange(block, accumulatorBytes(flags ? cols : 0, flags));
  checkRange(calibration, <i32>Calibration.total << 3);
  if (rows > 0) checkRange(x, (<usize>((rows - 1) * ld) << 2) + (<usize>cols << 2));
  // A bound of 0 is left to the zeros.
  setSlot(block, Header.low, low == 0.0 ? <f64>NaN : <f64>low);
  setSlot(block, Header.high, high == 0.0 ? <f64>NaN : <f64>high);
  setSlot(block, Header.rows, slot(block, Header.rows) + <f64>rows);
  setSlot(block, Header.count, slot(block, Header.count) + <f64>rows * <f64>cols);
  if (flags & FLAG_UNITS) {
    checkRange(x0, <usize>cols << 2);
    const shifts = unitArray(block, cols, 0);
    for (let j = 0; j < cols; ++j) {
      const value = load<f32>(x0 + (<usize>j << 2));
      store<f64>(shifts + (<usize>j << 3), value - value == 0.0 ? <f64>value : 0.0);
    }
  }
}

function finiteRow(
  block: usize, calibration: usize, x: usize, count: i32, saturatedLow: f32, saturatedHigh: f32,
): void {
  extremes(block, x, count);
  countEqual(block, Header.atLow, x, count, <f32>slot(block, Header.low));
  countEqual(block, Header.atHigh, x, count, <f32>slot(block, Header.high));
  countEqual(block, Header.atomA, x, count, atom(block, calibration, Calibration.atomA));
  countEqual(block, Header.atomB, x, count, atom(block, calibration, Calibration.atomB));
  countSaturated(block, x, count, saturatedLow, saturatedHigh);
  countBins(block + HISTOGRAM_OFFSET, calibration, x, count);
}

/** An atom of the calibration, NaN where it is a bound, which is counted already. */
function atom(block: usize, calibration: usize, which: i32): f32 {
  const value = slot(calibration, which);
  return <f32>(value == slot(block, Header.low) || value == slot(block, Header.high) ? <f64>NaN : value);
}

function anyRow(
  block: usize, calibration: usize, x: usize, count: i32, saturatedLow: f32, saturatedHigh: f32,
): void {
  talliesNaive(
    block, x, count, <f32>slot(block, Header.low), <f32>slot(block, Header.high),
    atom(block, calibration, Calibration.atomA), atom(block, calibration, Calibration.atomB),
    saturatedLow, saturatedHigh,
  );
  countBinsNaive(block + HISTOGRAM_OFFSET, calibration, x, count);
}
