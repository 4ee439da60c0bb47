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
// High word of 256.0, less the 12 bits of mantissa that are dropped.
const BASE: i32 = 0x40700;
const HALF: i32 = FINE_BINS >> 1;

const OFFSETS = memory.data<f64>([256.0, 256.0]);
const LIMITS = memory.data<f64>([1048575.5, 1048575.5]);
const BASES = memory.data<i32>([0x40700, 0x40700, 0x40700, 0x40700]);

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

/** Adds x [count], all finite, to counts u32 [FINE_BINS]. Equal to its twin: every lane does the same arithmetic. */
export function countBins(counts: usize, calibration: usize, x: usize, count: i32): void {
  const binReference = f64x2.splat(slot(calibration, Calibration.binReference));
  const inverseUnit = f64x2.splat(slot(calibration, Calibration.inverseUnit));
  const middle = counts + (<usize>HALF << 2);
  const end = x + (<usize>(count & ~3) << 2);
  let p = x;
  for (; p < end; p += 16) {
    const values = v128.load(p);
    const t0 = f64x2.mul(f64x2.sub(f64x2.promote_low_f32x4(values), binReference), inverseUnit);
    const upper = v128.shuffle<u32>(values, values, 2, 3, 2, 3);
    const t1 = f64x2.mul(f64x2.sub(f64x2.promote_low_f32x4(upper), binReference), inverseUnit);
    const size0 = f64x2.pmin(f64x2.add(f64x2.abs(t0), v128.load(OFFSETS)), v128.load(LIMITS));
    const size1 = f64x2.pmin(f64x2.add(f64x2.abs(t1), v128.load(OFFSETS)), v128.load(LIMITS));
    const sizes = v128.shuffle<u32>(size0, size1, 1, 3, 5, 7);
    const signs = i32x4.shr_s(v128.shuffle<u32>(t0, t1, 1, 3, 5, 7), 31);
    const bins = v128.xor(i32x4.sub(i32x4.shr_u(sizes, 12), v128.load(BASES)), signs);
    increment(middle, i32x4.extract_lane(bins, 0));
    increment(middle, i32x4.extract_lane(bins, 1));
    increment(middle, i32x4.extract_lane(bins, 2));
    increment(middle, i32x4.extract_lane(bins, 3));
  }
  countBinsNaive(counts, calibration, p, count & 3);
}
