// Where the bins of a tensor lie: a pure function of a pilot (its first rows), so that every worker that has seen
// the pilot uses the same bins and the same shift, and their counts and sums can be added.
import { Calibration, PILOT_VALUES, UNITS_PER_STEP } from "../../shared/statistics";
import { checkRange, checkThat } from "../memory/check";
import { decimal } from "./decimal";
import { sortF64 } from "./sort";

// The bulk, taken as the pilot's 1-99 % range, gets 20 to 48 bins: half of it over this, rounded up to 1, 2 or 5.
const STEPS_PER_HALF_RANGE: f64 = 24;
// A peak narrower than this share of the half-range draws the bins together around it, or they would not resolve it.
const MAX_RANGE_IN_QUARTILES: f64 = 256;
// Of PILOT_VALUES: from about a sixteenth on, one bin is hit so often that its increments wait for each other.
const COMMON_FROM: i32 = 32;
const MIN_EXPONENT: i32 = -44;
const MAX_EXPONENT: i32 = 37;

// @ts-ignore: decorator
@inline
export function slot(block: usize, index: i32): f64 {
  return load<f64>(block + (<usize>index << 3));
}

// @ts-ignore: decorator
@inline
export function setSlot(block: usize, index: i32, value: f64): void {
  store<f64>(block + (<usize>index << 3), value);
}

/** Bytes of one calibration. */
export function calibrationBytes(): i32 {
  return <i32>Calibration.total << 3;
}

/** Bytes of scratch that `calibrate` needs. */
export function calibrateScratchBytes(): i32 {
  return PILOT_VALUES << 3;
}

/** The display edge `k` steps from the reference: the float64 nearest to that decimal. */
export function displayEdge(calibration: usize, k: f64): f64 {
  const multiple = slot(calibration, Calibration.multiple) + k;
  const n = multiple * slot(calibration, Calibration.mantissa);
  return decimal(n, <i32>slot(calibration, Calibration.exponent));
}

/**
 * Calibrates the bins of a tensor from its pilot x [rows, cols] with leading dimension ld: up to 512 finite values
 * other than zero, evenly spread. A pilot of equal values gives bins of about a twentieth of the value, one of nothing but
 * zeros (or values that are not finite) bins of 0.1 about 0. `scratch`: calibrateScratchBytes().
 */
export function calibrate(calibration: usize, x: usize, rows: i32, cols: i32, ld: i32, scratch: usize): void {
  checkThat(rows >= 0 && cols >= 0 && ld >= cols, "calibrate: dimensions");
  checkRange(calibration, <i32>Calibration.total << 3);
  checkRange(scratch, PILOT_VALUES << 3);
  if (rows > 0) checkRange(x, ((<usize>(rows - 1) * ld) << 2) + (<usize>cols << 2));
  let n = gather(scratch, x, cols, ld, <i64>rows * cols, PILOT_VALUES);
  // Where so few are not zero that the spread missed them, every value is looked at.
  if (n < 16) n = gather(scratch, x, cols, ld, <i64>rows * cols, <i64>rows * cols);
  sortF64(scratch, n);

  const median = n > 0 ? at(scratch, n >>> 1) : 0.0;
  chooseStep(calibration, scratch, n, median);
  const step = slot(calibration, Calibration.step);
  const multiple = nearest(median / step);
  setSlot(calibration, Calibration.multiple, multiple);
  const reference = displayEdge(calibration, 0);
  setSlot(calibration, Calibration.reference, reference);
  // 2^-49 of the largest number met on the way to a display edge: more than the rounding of the subtraction and of the
  // scaling, far less than the distance of a float32 from an edge that it does not lie on.
  const nudge = (abs(reference) + 64.0 * step) * 1.7763568394002505e-15;
  setSlot(calibration, Calibration.binReference, reference - nudge);
  setSlot(calibration, Calibration.negativeFloor, <f64><f32>(-4.0 * nudge));
  setSlot(calibration, Calibration.inverseUnit, <f64>UNITS_PER_STEP / step);
  setSlot(calibration, Calibration.shift, median);
  const repeats = findAtoms(calibration, scratch, n);
  const zeros = countZeros(x, cols, ld, <i64>rows * cols);
  const most = max(zeros, repeats);
  const common = zeros > repeats ? 0.0 : slot(calibration, Calibration.atomA);
  setSlot(calibration, Calibration.common, most > COMMON_FROM ? common : <f64>NaN);
}

// @ts-ignore: decorator
@inline
function at(values: usize, i: i32): f64 {
  return load<f64>(values + (<usize>i << 3));
}

/** Copies the finite, non-zero ones of `picks` evenly spread values, at most PILOT_VALUES; returns their number. */
function gather(out: usize, x: usize, cols: i32, ld: i32, total: i64, picks: i64): i32 {
  let n = 0;
  if (picks > total) picks = total;
  for (let i: i64 = 0; i < picks && n < PILOT_VALUES; ++i) {
    const flat = (i * total) / picks;
    const value = <f64>load<f32>(x + (<usize>((flat / cols) * ld + (flat % cols)) << 2));
    // Only finite values have a difference of 0 with themselves.
    if (value != 0.0 && value - value == 0.0) {
      store<f64>(out + (<usize>n << 3), value);
      ++n;
    }
  }
  return n;
}

/** Zeros among PILOT_VALUES evenly spread values. */
function countZeros(x: usize, cols: i32, ld: i32, total: i64): i32 {
  let zeros = 0;
  for (let i: i64 = 0; i < PILOT_VALUES && total > 0; ++i) {
    const flat = (i * total) / PILOT_VALUES;
    if (load<f32>(x + (<usize>((flat / cols) * ld + (flat % cols)) << 2)) == 0.0) ++zeros;
  }
  return zeros;
}

function chooseStep(calibration: usize, sorted: usize, n: i32, median: f64): void {
  let half = 0.0;
  if (n > 0) {
    const low = at(sorted, n / 100);
    const high = at(sorted, n - 1 - n / 100);
    half = 0.5 * (high - low);
    const quartiles = at(sorted, n - 1 - n / 4) - at(sorted, n / 4);
    if (quartiles > 0.0) half = min<f64>(half, MAX_RANGE_IN_QUARTILES * quartiles);
    if (half == 0.0) half = 0.5 * (at(sorted, n - 1) - at(sorted, 0));
    if (half == 0.0) half = abs(median);
  }
  if (half == 0.0) half = 0.1 * STEPS_PER_HALF_RANGE;
  // Multiples of the step must stay far below 2^53.
  const wanted = max<f64>(half / STEPS_PER_HALF_RANGE, abs(median) * 9.094947017729282e-13);

  let exponent = MIN_EXPONENT;
  while (exponent < MAX_EXPONENT && decimal(1, exponent + 1) < wanted) ++exponent;
  let mantissa = 1.0;
  if (decimal(1, exponent) >= wanted) mantissa = 1.0;
  else if (decimal(2, exponent) >= wanted) mantissa = 2.0;
  else if (decimal(5, exponent) >= wanted) mantissa = 5.0;
  else ++exponent;
  setSlot(calibration, Calibration.mantissa, mantissa);
  setSlot(calibration, Calibration.exponent, <f64>exponent);
  setSlot(calibration, Calibration.step, decimal(mantissa, exponent));
}

/**
 * The two values that repeat most in the sorted pilot, if they make up more than about 1 % of it. Returns how often
 * the first of them was found.
 */
function findAtoms(calibration: usize, sorted: usize, n: i32): i32 {
  let valueA = <f64>NaN;
  let valueB = <f64>NaN;
  let lengthA = n / 100 + 1;
  let lengthB = lengthA;
  let start = 0;
  for (let i = 1; i <= n; ++i) {
    if (i < n && at(sorted, i) == at(sorted, start)) continue;
    const length = i - start;
    if (length > lengthA) {
      valueB = valueA;
      lengthB = lengthA;
      valueA = at(sorted, start);
      lengthA = length;
    } else if (length > lengthB) {
      valueB = at(sorted, start);
      lengthB = length;
    }
    start = i;
  }
  setSlot(calibration, Calibration.atomA, valueA);
  setSlot(calibration, Calibration.atomB, valueB);
  return valueA == valueA ? lengthA : 0;
}
