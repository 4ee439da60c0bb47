// The fine histogram: 256 bins an octave of distance from the reference, 12 octaves a side, in rising order.
// Refuses values that are not finite; the caller keeps them away.
import {
  Calibration,
  FINE_BINS,
  FINE_OCTAVES,
  FINE_PER_OCTAVE,
  UNITS_PER_STEP,
} from "../../shared/statistics";
import { slot } from "./calibration";

// With t = (x - reference) / unit, |t| + 256 lies in [256, 2^20): the exponent and 8 bits of mantissa of that float64
// are the bin. Octave j covers |t| from 256 (2^j - 1) in bins of 2^j, so multiples of 2048 are edges while j <= 8.
const OFFSET: f64 = 256;
const LIMIT: f64 = 1048575.5;

const CONSTANTS = memory.data<u64>([
  0x4070000000000000, 0x4070000000000000, // 256.0
  0x412fffff412fffff, 0x412fffff412fffff, // high word of the last bin
  0x00101c0000101c00, 0x00101c0000101c00, // BASE << 2
  0xfffffffcfffffffc, 0xfffffffcfffffffc, // multiples of 4
]);
// High word of 256.0, less the 12 bits of mantissa that are dropped.
const BASE: i32 = 0x40700;
const HALF: i32 = FINE_BINS >> 1;

/** Fine bin 0 .. FINE_BINS-1 of a finite x; values beyond the last octave go to the end bins. */
export function binIndex(calibration: usize, x: f64): i32 {
  const floor = slot(calibration, Calibration.negativeFloor);
  if (x < 0.0 && x > floor) x = floor;
  const t = (x - slot(calibration, Calibration.binReference)) * slot(calibration, Calibration.inverseUnit);
  let size = abs(t) + OFFSET;
  size = LIMIT < size ? LIMIT : size;
  const bin = <i32>(reinterpret<u64>(size) >> 44) - BASE;
  // The bins below the reference run downwards: complement.
  const sign = <i32>(reinterpret<i64>(t) >> 63);
  return (bin ^ sign) + HALF;
}

/** Lower edge of fine bin `index` in units from the reference; index FINE_BINS gives the upper end. */
export function binLow(index: i32): f64 {
  const above = index >= HALF;
  const bin = above ? index - HALF : HALF - index;
  // Bin `bin` of a side begins where bin - 1 ends; bin = 3072 is the end of the last octave.
  const octave = bin >> 8;
  const edge = octave < FINE_OCTAVES
    ? <f64>((FINE_PER_OCTAVE + (bin & 255)) << octave) - OFFSET
    : LIMIT + 0.5 - OFFSET;
  return above ? edge : -edge;
}

/** First fine bin of display bin k (from k to k+1 steps), -DISPLAY_REACH <= k <= DISPLAY_REACH. */
export function firstBinOfStep(k: i32): i32 {
  const size = (k < 0 ? -k : k) * UNITS_PER_STEP + FINE_PER_OCTAVE;
  const octave = 23 - clz<i32>(size);
  const bin = (octave << 8) + (size >> octave) - FINE_PER_OCTAVE;
  return k < 0 ? HALF - bin : HALF + bin;
}

// @ts-ignore: decorator
@inline
function increment(counts: usize, bin: i32): void {
  const p = counts + (<usize>bin << 2);
  store<u32>(p, load<u32>(p) + 1);
}

/** Adds the finite ones of x [count] to counts u32 [FINE_BINS]; the scalar twin of countBins. */
export function countBinsNaive(counts: usize, calibration: usize, x: usize, count: i32): void {
  for (let i = 0; i < count; ++i) {
    const value = load<f32>(x + (<usize>i << 2));
    if (value - value == 0.0) increment(counts, binIndex(calibration, <f64>value));
  }
}

// Room for countBins, of no meaning between calls. What its loops need stands in memory: V8 makes splats anew in every turn.
const ROOM = memory.data(192 + 1024, 16);
const REFERENCES = 0;
const INVERSES = 16;
const MIDDLES = 32;
const COMMONS = 48;
const COMMON_ADDRESSES = 64;
const COMMON_COUNTS = 96;
const FLOORS = 128;
const ADDRESSES = 192;
/** Bytes of values, and of addresses, that are taken at once. */
const TURN = 1024;

/**
 * Adds x [count], all finite, to counts u32 [FINE_BINS]. Equal to its twin: every lane does the same arithmetic.
 * The addresses of 256 bins are found first, then counted: each loop alone runs faster than both in one. Where the pilot
 * showed a common value, it is counted by lane and added at the end: increments of one counter wait for each other.
 */
export function countBins(counts: usize, calibration: usize, x: usize, count: i32): void {
  const common = slot(calibration, Calibration.common);
  v128.store(ROOM, f64x2.splat(slot(calibration, Calibration.binReference)), REFERENCES);
  v128.store(ROOM, f64x2.splat(slot(calibration, Calibration.inverseUnit)), INVERSES);
  v128.store(ROOM, f32x4.splat(<f32>slot(calibration, Calibration.negativeFloor)), FLOORS);
  v128.store(ROOM, i32x4.splat(<i32>counts + (HALF << 2)), MIDDLES);
  const end = x + (<usize>(count & ~7) << 2);
  if (common == common) {
    v128.store(ROOM, f32x4.splat(<f32>common), COMMONS);
    const lanes = i32x4.splat(<i32>ROOM + COMMON_COUNTS);
    v128.store(ROOM, i32x4.add(lanes, i32x4(0, 4, 8, 12)), COMMON_ADDRESSES);
    v128.store(ROOM, i32x4.add(lanes, i32x4(16, 20, 24, 28)), COMMON_ADDRESSES + 16);
    memory.fill(ROOM + COMMON_COUNTS, 0, 32);
    for (let p = x; p < end; p += TURN) {
      const bytes = min<usize>(TURN, end - p);
      findOtherBins(p, bytes);
      countFound(bytes);
    }
    let found: u32 = 0;
    for (let i: usize = 0; i < 32; i += 4) found += load<u32>(ROOM + i, COMMON_COUNTS);
    const p = counts + (<usize>binIndex(calibration, common) << 2);
    store<u32>(p, load<u32>(p) + found);
  } else {
    for (let p = x; p < end; p += TURN) {
      const bytes = min<usize>(TURN, end - p);
      findBins(p, bytes);
      countFound(bytes);
    }
  }
  countBinsNaive(counts, calibration, end, count & 7);
}

/** Addresses of the bins of four values. */
// @ts-ignore: decorator
@inline
function binAddresses(p: usize): v128 {
  const references = v128.load(ROOM, REFERENCES);
  const inverses = v128.load(ROOM, INVERSES);
  const offsets = v128.load(CONSTANTS);
  // As integers, negative floats rise with their size, below all positive ones; adding 0 makes -0 a positive one.
  const values = i32x4.max_s(f32x4.add(v128.load(p), i32x4.splat(0)), v128.load(ROOM, FLOORS));
  const upper = v128.shuffle<u32>(values, values, 2, 3, 2, 3);
  const t0 = f64x2.mul(f64x2.sub(f64x2.promote_low_f32x4(values), references), inverses);
  const t1 = f64x2.mul(f64x2.sub(f64x2.promote_low_f32x4(upper), references), inverses);
  const size0 = f64x2.add(f64x2.abs(t0), offsets);
  const size1 = f64x2.add(f64x2.abs(t1), offsets);
  const sizes = i32x4.min_s(v128.shuffle<u32>(size0, size1, 1, 3, 5, 7), v128.load(CONSTANTS, 16));
  const signs = i32x4.shr_s(v128.shuffle<u32>(t0, t1, 1, 3, 5, 7), 31);
  // Four times the bin, with two more bits of mantissa below; they go once the sign has turned the order around.
  const bins = v128.xor(i32x4.sub(i32x4.shr_u(sizes, 10), v128.load(CONSTANTS, 32)), signs);
  return i32x4.add(v128.and(bins, v128.load(CONSTANTS, 48)), v128.load(ROOM, MIDDLES));
}

function findBins(x: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 32) {
    v128.store(ROOM + i, binAddresses(x + i), ADDRESSES);
    v128.store(ROOM + i, binAddresses(x + i + 16), ADDRESSES + 16);
  }
}

/** The same, with the common value sent to counters of its own. */
function findOtherBins(x: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 32) {
    const commons = v128.load(ROOM, COMMONS);
    const here = f32x4.eq(v128.load(x + i), commons);
    const there = f32x4.eq(v128.load(x + i, 16), commons);
    const low = v128.bitselect(v128.load(ROOM, COMMON_ADDRESSES), binAddresses(x + i), here);
    const high = v128.bitselect(v128.load(ROOM, COMMON_ADDRESSES + 16), binAddresses(x + i + 16), there);
    v128.store(ROOM + i, low, ADDRESSES);
    v128.store(ROOM + i, high, ADDRESSES + 16);
  }
}

// @ts-ignore: decorator
@inline
function incrementFound(p: usize, which: usize): void {
  const counter = <usize>load<u32>(p + (which << 2), ADDRESSES);
  store<u32>(counter, load<u32>(counter) + 1);
}

function countFound(bytes: usize): void {
  for (let p = ROOM, end = ROOM + bytes; p < end; p += 32) {
    incrementFound(p, 0);
    incrementFound(p, 1);
    incrementFound(p, 2);
    incrementFound(p, 3);
    incrementFound(p, 4);
    incrementFound(p, 5);
    incrementFound(p, 6);
    incrementFound(p, 7);
  }
}
