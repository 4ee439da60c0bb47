// Quantiles of a tensor from its fine histogram: bins and exactly counted values as pieces [low, high] with a count.
// The host may map the pieces of the preactivations through phi to get the quantiles of the activations.
import {
  Calibration,
  FINE_BINS,
  PIECES_MAX,
  UNITS_PER_STEP,
} from "../../shared/statistics";
import { checkRange, checkThat } from "../memory/check";
import { binIndex, binLow } from "./bins";
import { Header, HISTOGRAM_OFFSET } from "./block";
import { slot } from "./calibration";
import { sortF64 } from "./sort";

const LEVELS = memory.data<f64>([0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]);
const LEVEL_COUNT = 7;
const HALF: i32 = FINE_BINS >> 1;

/** Number of values counted exactly: zero, low, high, atomA, atomB. */
export const ATOM_COUNT = 5;

/** Value of exactly counted value `which`, NaN where it is absent or the same as one before it. */
export function atomValue(block: usize, calibration: usize, which: i32): f64 {
  if (which == 0) return 0.0;
  const low = slot(block, Header.low);
  const high = slot(block, Header.high);
  if (which == 1) return low;
  if (which == 2) return high == low ? <f64>NaN : high;
  const value = slot(calibration, which == 3 ? Calibration.atomA : Calibration.atomB);
  return value == low || value == high ? <f64>NaN : value;
}

/** How many elements equal exactly counted value `which`. */
export function atomCount(block: usize, which: i32): f64 {
  if (which == 0) return slot(block, Header.zeros);
  if (which == 1) return slot(block, Header.atLow);
  if (which == 2) return slot(block, Header.atHigh);
  return slot(block, which == 3 ? Header.atomA : Header.atomB);
}

// @ts-ignore: decorator
@inline
function at(values: usize, i: i32): f64 {
  return load<f64>(values + (<usize>i << 3));
}

// @ts-ignore: decorator
@inline
function put(values: usize, i: i32, value: f64): void {
  store<f64>(values + (<usize>i << 3), value);
}

/** Bytes of each of the three arrays that exportFineBins fills, for that many parts a bin. */
export function pieceArrayBytes(parts: i32): i32 {
  return (PIECES_MAX * parts) << 3;
}

/**
 * Writes the finite elements as rising pieces: `counts[i]` elements between lows[i] and highs[i] (equal for a value
 * counted exactly), and returns their number. Edges never leave [min, max]; a bin around an exactly counted
 * value is split there, and every bin into `parts` equal parts, so counts may be fractions. One part will do unless the
 * pieces are to be mapped by a function that turns within a bin (4 for gelu and its like, 16 for sin).
 * Each array: pieceArrayBytes(parts).
 */
export function exportFineBins(
  lows: usize, highs: usize, counts: usize, block: usize, calibration: usize, parts: i32,
): i32 {
  checkRange(lows, <usize>pieceArrayBytes(parts));
  checkRange(highs, <usize>pieceArrayBytes(parts));
  checkRange(counts, <usize>pieceArrayBytes(parts));
  const least = slot(block, Header.min);
  const most = slot(block, Header.max);
  const reference = slot(calibration, Calibration.reference);
  const unit = slot(calibration, Calibration.step) / <f64>UNITS_PER_STEP;
  const histogram = block + HISTOGRAM_OFFSET;
  const zeroBin = atomBin(block, calibration, 0);
  const lowBin = atomBin(block, calibration, 1);
  const highBin = atomBin(block, calibration, 2);
  const binA = atomBin(block, calibration, 3);
  const binB = atomBin(block, calibration, 4);
  let n = 0;
  for (let bin = 0; bin < FINE_BINS; ++bin) {
    const count = <f64>load<u32>(histogram + (<usize>bin << 2));
    if (count == 0.0) continue;
    const above = bin == 0 ? least : max<f64>(reference + binLow(bin) * unit, least);
    const high = bin == FINE_BINS - 1 ? most : min<f64>(reference + binLow(bin + 1) * unit, most);
    const low = min<f64>(above, high);
    const hasZero = bin == zeroBin;
    const hasOther = bin == lowBin || bin == highBin || bin == binA || bin == binB;
    if (!hasOther && reference == 0.0 && (bin == HALF ? low == 0.0 && high > 0.0 : bin == HALF - 1 && high == 0.0)) {
      const zeros = hasZero ? slot(block, Header.zeros) : 0.0;
      if (isPeak(histogram, bin, count - zeros)) {
        if (zeros > 0.0) n = putParts(lows, highs, counts, n, 0.0, 0.0, zeros, 1);
        n = putPeak(lows, highs, counts, n, low, high, count - zeros, histogram, bin);
        continue;
      }
    }
    if (hasZero || hasOther) n = putCut(lows, highs, counts, n, low, high, count, block, calibration, bin, parts);
    else n = putParts(lows, highs, counts, n, low, high, count, parts);
  }
  return n;
}

/** Fine bin of exactly counted value `which`; -1 where there is none or no element has it. */
function atomBin(block: usize, calibration: usize, which: i32): i32 {
  const value = atomValue(block, calibration, which);
  return value == value && atomCount(block, which) > 0.0 ? binIndex(calibration, value) : -1;
}

/** Writes a bin with exactly counted values in it: those, in rising order, cut what is left of it. */
function putCut(
  lows: usize, highs: usize, counts: usize, n: i32, low: f64, high: f64, count: f64, block: usize, calibration: usize,
  bin: i32, parts: i32,
): i32 {
  for (let which = 0; which < ATOM_COUNT; ++which)
    if (atomBin(block, calibration, which) == bin) count -= atomCount(block, which);
  const width = high - low;
  const share = width > 0.0 ? count / width : 0.0;
  let before = -Infinity;
  while (true) {
    let next = <f64>Infinity;
    let mass = 0.0;
    for (let which = 0; which < ATOM_COUNT; ++which) {
      const value = atomValue(block, calibration, which);
      if (value > before && value < next && atomBin(block, calibration, which) == bin) {
        next = value;
        mass = atomCount(block, which);
      }
    }
    if (mass == 0.0) break;
    const cut = min<f64>(max<f64>(next, low), high);
    if (cut > low && share > 0.0) n = putParts(lows, highs, counts, n, low, cut, share * (cut - low), parts);
    n = putParts(lows, highs, counts, n, next, next, mass, 1);
    low = cut;
    before = next;
  }
  if (count <= 0.0) return n;
  if (width == 0.0) return putParts(lows, highs, counts, n, low, high, count, parts);
  return high > low ? putParts(lows, highs, counts, n, low, high, share * (high - low), parts) : n;
}

// Halvings of a bin that holds one side of a peak at 0.
const PEAK_PIECES = 24;

/** Elements of the `bins` fine bins next to 0 on the side of `bin`, `count` of them in the first. */
function besideZero(histogram: usize, bin: i32, count: f64, bins: i32): f64 {
  let sum = count;
  for (let i = 1; i < bins; ++i) sum += <f64>load<u32>(histogram + (<usize>(bin == HALF ? bin + i : bin - i) << 2));
  return sum;
}

/** Whether the bin next to 0 holds so much more than the one beside it that its elements must crowd at 0. */
function isPeak(histogram: usize, bin: i32, count: f64): bool {
  return count > 0.55 * besideZero(histogram, bin, count, 2);
}

/**
 * Writes the bin between 0 and its other end in halves, quarters, ...: about a peak the share that the inner half of
 * an interval holds changes slowly from halving to halving (not at all for a power law), so it is carried on from
 * the bins further out.
 */
function putPeak(
  lows: usize, highs: usize, counts: usize, n: i32, low: f64, high: f64, count: f64, histogram: usize, bin: i32,
): i32 {
  const two = besideZero(histogram, bin, count, 2);
  const first = count / two;
  const change = min<f64>(max<f64>(first / (two / besideZero(histogram, bin, count, 4)), 0.9), 1.0);
  const below = low < 0.0;
  for (let piece = 0; piece <= PEAK_PIECES; ++piece) {
    // The k-th halving, from the far end on the negative side, from 0 on the positive one.
    const k = below ? piece : PEAK_PIECES - piece;
    const outer = (below ? low : high) / <f64>(1 << k);
    const inner = k == PEAK_PIECES ? 0.0 : 0.5 * outer;
    let mass = count;
    let share = min<f64>(first, 0.97);
    for (let i = 0; i < k; ++i) {
      share = max<f64>(share * change, 0.5);
      mass *= share;
    }
    if (k < PEAK_PIECES) mass *= 1.0 - max<f64>(share * change, 0.5);
    n = putParts(lows, highs, counts, n, below ? outer : inner, below ? inner : outer, mass, 1);
  }
  return n;
}

/** Writes one bin, or what an exactly counted value left of it, in parts; returns the next free index. */
function putParts(
  lows: usize, highs: usize, counts: usize, n: i32, low: f64, high: f64, count: f64, parts: i32,
): i32 {
  if (parts == 1) {
    put(lows, n, low);
    put(highs, n, high);
    put(counts, n, count);
    return n + 1;
  }
  const width = (high - low) / <f64>parts;
  for (let part = 0; part < parts; ++part) {
    put(lows, n, low + <f64>part * width);
    put(highs, n, part == parts - 1 ? high : low + <f64>(part + 1) * width);
    put(counts, n++, count / <f64>parts);
  }
  return n;
}

/** Bytes of scratch of weightedQuantiles for n pieces. */
export function weightedQuantilesScratchBytes(n: i32): i32 {
  return 3 * (n << 3);
}

/**
 * Writes the seven quantiles (1, 5, 25, 50, 75, 95, 99 %) of n pieces; `lows` and `highs` may have been mapped by any
 * function, monotone or not: pieces are put in order of their middles (in place), and the rank is interpolated
 * linearly within a piece. Results are rounded to float32, as elements are, so that values a rounding
 * apart are met exactly. No pieces: NaN. scratch: weightedQuantilesScratchBytes(n).
 */
export function weightedQuantiles(
  out: usize, lows: usize, highs: usize, counts: usize, n: i32, scratch: usize,
): void {
  checkRange(out, LEVEL_COUNT << 3);
  checkThat(n >= 0, "weightedQuantiles: number of pieces");
  checkRange(scratch, <usize>weightedQuantilesScratchBytes(n));
  let total = 0.0;
  for (let i = 0; i < n; ++i) {
    total += at(counts, i);
    const low = at(lows, i);
    const high = at(highs, i);
    if (low > high) {
      put(lows, i, high);
      put(highs, i, low);
    }
  }
  orderPieces(lows, highs, counts, n, scratch);
  let i = 0;
  let below = 0.0;
  for (let level = 0; level < LEVEL_COUNT; ++level) {
    if (n == 0) {
      put(out, level, NaN);
      continue;
    }
    // The k-th smallest element stands at mass k + 1/2; p of the way from the first to the last is the quantile.
    const target = 0.5 + at(LEVELS, level) * (total - 1.0);
    while (i < n - 1 && below + at(counts, i) < target) below += at(counts, i++);
    const share = min<f64>(max<f64>((target - below) / at(counts, i), 0.0), 1.0);
    const low = at(lows, i);
    put(out, level, <f64><f32>(low + share * (at(highs, i) - low)));
  }
}

/** Orders pieces by low + high: a natural merge sort, since a mapped histogram is a few rising or falling runs. */
function orderPieces(lows: usize, highs: usize, counts: usize, n: i32, scratch: usize): void {
  // Falling runs first become rising ones.
  for (let start = 0; start < n; ) {
    let end = start + 1;
    while (end < n && middle(lows, highs, end) < middle(lows, highs, end - 1)) ++end;
    for (let a = start, b = end - 1; a < b; ++a, --b) {
      swap(lows, a, b);
      swap(highs, a, b);
      swap(counts, a, b);
    }
    start = end;
  }
  const lowsBelow = scratch;
  const highsBelow = scratch + (<usize>n << 3);
  const countsBelow = scratch + 2 * (<usize>n << 3);
  while (true) {
    let merges = 0;
    for (let start = 0; start < n; ) {
      const cut = runEnd(lows, highs, start, n);
      if (cut == n) break;
      const end = runEnd(lows, highs, cut, n);
      const size = cut - start;
      copy(lowsBelow, 0, lows, start, size);
      copy(highsBelow, 0, highs, start, size);
      copy(countsBelow, 0, counts, start, size);
      let a = 0;
      let b = cut;
      let to = start;
      while (a < size) {
        if (b < end && middle(lows, highs, b) < middle(lowsBelow, highsBelow, a)) {
          put(lows, to, at(lows, b));
          put(highs, to, at(highs, b));
          put(counts, to++, at(counts, b++));
        } else {
          put(lows, to, at(lowsBelow, a));
          put(highs, to, at(highsBelow, a));
          put(counts, to++, at(countsBelow, a++));
        }
      }
      ++merges;
      start = end;
    }
    if (merges == 0) return;
  }
}

// @ts-ignore: decorator
@inline
function middle(lows: usize, highs: usize, i: i32): f64 {
  return at(lows, i) + at(highs, i);
}

function runEnd(lows: usize, highs: usize, start: i32, n: i32): i32 {
  let end = start + 1;
  while (end < n && middle(lows, highs, end) >= middle(lows, highs, end - 1)) ++end;
  return end;
}

function swap(values: usize, a: i32, b: i32): void {
  const value = at(values, a);
  put(values, a, at(values, b));
  put(values, b, value);
}

function copy(to: usize, toIndex: i32, from: usize, fromIndex: i32, count: i32): void {
  memory.copy(to + (<usize>toIndex << 3), from + (<usize>fromIndex << 3), <usize>count << 3);
}

/**
 * The seven quantiles of the finite ones of x [count] by sorting, interpolated between neighbours (numpy's `linear`).
 * For small tensors. scratch: 8 * count bytes.
 */
export function sortedQuantiles(out: usize, x: usize, count: i32, scratch: usize): void {
  checkRange(out, LEVEL_COUNT << 3);
  checkRange(x, <usize>count << 2);
  checkRange(scratch, <usize>count << 3);
  let n = 0;
  for (let i = 0; i < count; ++i) {
    const value = load<f32>(x + (<usize>i << 2));
    if (value - value == 0.0) put(scratch, n++, <f64>value);
  }
  sortF64(scratch, n);
  for (let level = 0; level < LEVEL_COUNT; ++level) {
    if (n == 0) {
      put(out, level, NaN);
      continue;
    }
    const position = at(LEVELS, level) * <f64>(n - 1);
    const below = <i32>position;
    const low = at(scratch, below);
    const high = at(scratch, min<i32>(below + 1, n - 1));
    put(out, level, low + (position - <f64>below) * (high - low));
  }
}
