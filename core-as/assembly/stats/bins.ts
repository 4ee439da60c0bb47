// The fine histogram: 256 bins an octave of distance from the reference, 12 octaves a side, in rising order.
// Refuses values that are not finite; the caller keeps them away.
import {
  Calibration,
  FINE_BINS,
  FINE_OCTAVES,
  FINE_PER_OCTAVE,
  UNITS_PER_STEP,
} from "../../shared/statistics";
import { Header, HISTOGRAM_OFFSET } from "./block";
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
// @ts-ignore: decorator
@inline
export function binIndex(x: f64, binReference: f64, inverseUnit: f64): i32 {
  const t = (x - binReference) * inverseUnit;
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
  const binReference = slot(calibration, Calibration.binReference);
  const inverseUnit = slot(calibration, Calibration.inverseUnit);
  for (let i = 0; i < count; ++i) {
    const value = load<f32>(x + (<usize>i << 2));
    if (value - value == 0.0) increment(counts, binIndex(<f64>value, binReference, inverseUnit));
  }
}

// Offsets into the scratch of countBins. What the loop needs stands in memory: V8 makes splats anew in every turn.
const REFERENCES = 0;
const INVERSES = 16;
const MIDDLES = 32;
const COMMONS = 48;
const COMMON_ADDRESSES = 64;
const COMMON_COUNTS = 96;
const ADDRESSES = 128;
const SCRATCH_BYTES = 160;

/**
 * Adds x [count], all finite, to the fine histogram of the block. Equal to its twin: every lane does the same arithmetic.
 * Bin addresses go through memory, which is cheaper than lane by lane. Where the pilot showed a common
 * value, it is counted by lane and added at the end: increments of one counter would wait for each other.
 */
export function countBins(block: usize, calibration: usize, x: usize, count: i32): void {
  const counts = block + HISTOGRAM_OFFSET;
  const scratch = block + (<usize>Header.scratch << 3);
  const common = slot(calibration, Calibration.common);
  v128.store(scratch, f64x2.splat(slot(calibration, Calibration.binReference)), REFERENCES);
  v128.store(scratch, f64x2.splat(slot(calibration, Calibration.inverseUnit)), INVERSES);
  v128.store(scratch, i32x4.splat(<i32>counts + (HALF << 2)), MIDDLES);
  const whole = count & ~7;
  if (common == common) {
    v128.store(scratch, f32x4.splat(<f32>common), COMMONS);
    const lanes = i32x4.splat(<i32>scratch + COMMON_COUNTS);
    v128.store(scratch, i32x4.add(lanes, i32x4(0, 4, 8, 12)), COMMON_ADDRESSES);
    v128.store(scratch, i32x4.add(lanes, i32x4(16, 20, 24, 28)), COMMON_ADDRESSES + 16);
    countWithCommon(scratch, x, whole);
    let found: u32 = 0;
    for (let i: usize = 0; i < 32; i += 4) found += load<u32>(scratch + i, COMMON_COUNTS);
    const bin = binIndex(
      common, slot(calibration, Calibration.binReference), slot(calibration, Calibration.inverseUnit),
    );
    const p = counts + (<usize>bin << 2);
    store<u32>(p, load<u32>(p) + found);
  } else countEach(scratch, x, whole);
  memory.fill(scratch, 0, SCRATCH_BYTES);
  countBinsNaive(counts, calibration, x + (<usize>whole << 2), count & 7);
}

/** Addresses of the bins of four values. */
// @ts-ignore: decorator
@inline
function binAddresses(scratch: usize, p: usize): v128 {
  const references = v128.load(scratch, REFERENCES);
  const inverses = v128.load(scratch, INVERSES);
  const offsets = v128.load(CONSTANTS);
  const t0 = f64x2.mul(f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(p)), references), inverses);
  const t1 = f64x2.mul(f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(p, 8)), references), inverses);
  const size0 = f64x2.add(f64x2.abs(t0), offsets);
  const size1 = f64x2.add(f64x2.abs(t1), offsets);
  const sizes = i32x4.min_s(v128.shuffle<u32>(size0, size1, 1, 3, 5, 7), v128.load(CONSTANTS, 16));
  const signs = i32x4.shr_s(v128.shuffle<u32>(t0, t1, 1, 3, 5, 7), 31);
  // Four times the bin, with two more bits of mantissa below; they go once the sign has turned the order around.
  const bins = v128.xor(i32x4.sub(i32x4.shr_u(sizes, 10), v128.load(CONSTANTS, 32)), signs);
  return i32x4.add(v128.and(bins, v128.load(CONSTANTS, 48)), v128.load(scratch, MIDDLES));
}

// @ts-ignore: decorator
@inline
function incrementAt(scratch: usize, which: usize): void {
  const p = <usize>load<u32>(scratch + (which << 2), ADDRESSES);
  store<u32>(p, load<u32>(p) + 1);
}

// @ts-ignore: decorator
@inline
function incrementEight(scratch: usize): void {
  incrementAt(scratch, 0);
  incrementAt(scratch, 1);
  incrementAt(scratch, 2);
  incrementAt(scratch, 3);
  incrementAt(scratch, 4);
  incrementAt(scratch, 5);
  incrementAt(scratch, 6);
  incrementAt(scratch, 7);
}

function countEach(scratch: usize, x: usize, count: i32): void {
  for (const end = x + (<usize>count << 2); x < end; x += 32) {
    v128.store(scratch, binAddresses(scratch, x), ADDRESSES);
    v128.store(scratch, binAddresses(scratch, x + 16), ADDRESSES + 16);
    incrementEight(scratch);
  }
}

function countWithCommon(scratch: usize, x: usize, count: i32): void {
  for (const end = x + (<usize>count << 2); x < end; x += 32) {
    const commons = v128.load(scratch, COMMONS);
    const here = f32x4.eq(v128.load(x), commons);
    const there = f32x4.eq(v128.load(x, 16), commons);
    const low = v128.bitselect(v128.load(scratch, COMMON_ADDRESSES), binAddresses(scratch, x), here);
    const high = v128.bitselect(v128.load(scratch, COMMON_ADDRESSES + 16), binAddresses(scratch, x + 16), there);
    v128.store(scratch, low, ADDRESSES);
    v128.store(scratch, high, ADDRESSES + 16);
    incrementEight(scratch);
  }
}
