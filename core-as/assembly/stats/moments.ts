// Power sums S1 .. S4 of d = x - shift in float64, and hashes of the units' bits.
// Every sum grows in row order, one addition an element, so cutting a batch into chunks changes no bit.
import { Calibration } from "../../shared/statistics";
import { Header, paddedUnits, unitArray } from "./block";
import { slot } from "./calibration";

const ZEROS = memory.data<f64>([0.0, 0.0]);

// @ts-ignore: decorator
@inline
function add(p: usize, value: f64): void {
  store<f64>(p, load<f64>(p) + value);
}

/** First `count` (1..3) floats at p, the other lanes 0; never reads beyond them. */
// @ts-ignore: decorator
@inline
export function loadTail(p: usize, count: i32): v128 {
  let values = v128.load32_zero(p);
  if (count > 1) values = v128.load_lane<u32>(p + 4, values, 1);
  if (count > 2) values = v128.load_lane<u32>(p + 8, values, 2);
  return values;
}

/** Sums of units first .. first+count-1 over rows of x; values that are not finite are counted instead. */
export function unitSumsNaive(
  block: usize, x: usize, rows: i32, cols: i32, ld: i32, first: i32, count: i32,
): void {
  for (let j = first; j < first + count; ++j) {
    const at = <usize>j << 3;
    const shift = load<f64>(unitArray(block, cols, 0) + at);
    for (let row = 0; row < rows; ++row) {
      const value = load<f32>(x + (<usize>(row * ld + j) << 2));
      if (value - value == 0.0) {
        const d = <f64>value - shift;
        const d2 = d * d;
        add(unitArray(block, cols, 1) + at, d);
        add(unitArray(block, cols, 2) + at, d2);
        add(unitArray(block, cols, 3) + at, d2 * d);
        add(unitArray(block, cols, 4) + at, d2 * d2);
      } else add(unitArray(block, cols, 5) + at, 1.0);
    }
  }
}

/**
 * Per-unit sums over x [rows, cols]: four columns at a time, down the rows in registers. Returns whether everything
 * was finite; a group of columns where it was not is done by the twin. Equal bits: lanes are units.
 */
export function unitSums(block: usize, x: usize, rows: i32, cols: i32, ld: i32): bool {
  const x0 = unitArray(block, cols, 0);
  const s1 = unitArray(block, cols, 1);
  const s2 = unitArray(block, cols, 2);
  const s3 = unitArray(block, cols, 3);
  const s4 = unitArray(block, cols, 4);
  const stride = <usize>ld << 2;
  let finite = true;
  let j = 0;
  for (; j + 4 <= cols; j += 4) {
    const at = <usize>j << 3;
    const shift0 = v128.load(x0 + at);
    const shift1 = v128.load(x0 + at, 16);
    let a1 = v128.load(s1 + at);
    let b1 = v128.load(s1 + at, 16);
    let a2 = v128.load(s2 + at);
    let b2 = v128.load(s2 + at, 16);
    let a3 = v128.load(s3 + at);
    let b3 = v128.load(s3 + at, 16);
    let a4 = v128.load(s4 + at);
    let b4 = v128.load(s4 + at, 16);
    let p = x + (<usize>j << 2);
    const end = p + <usize>rows * stride;
    let values: v128, d: v128, e: v128, d2: v128, e2: v128;
    if (rows & 1) {
      values = v128.load(p);
      d = f64x2.sub(f64x2.promote_low_f32x4(values), shift0);
      e = f64x2.sub(f64x2.promote_low_f32x4(v128.shuffle<u32>(values, values, 2, 3, 2, 3)), shift1);
      d2 = f64x2.mul(d, d);
      e2 = f64x2.mul(e, e);
      a1 = f64x2.add(a1, d);
      b1 = f64x2.add(b1, e);
      a2 = f64x2.add(a2, d2);
      b2 = f64x2.add(b2, e2);
      a3 = f64x2.add(a3, f64x2.mul(d2, d));
      b3 = f64x2.add(b3, f64x2.mul(e2, e));
      a4 = f64x2.add(a4, f64x2.mul(d2, d2));
      b4 = f64x2.add(b4, f64x2.mul(e2, e2));
      p += stride;
    }
    // Two rows a turn, one after the other in every sum.
    for (; p != end; p += 2 * stride) {
      values = v128.load(p);
      d = f64x2.sub(f64x2.promote_low_f32x4(values), shift0);
      e = f64x2.sub(f64x2.promote_low_f32x4(v128.shuffle<u32>(values, values, 2, 3, 2, 3)), shift1);
      d2 = f64x2.mul(d, d);
      e2 = f64x2.mul(e, e);
      a1 = f64x2.add(a1, d);
      b1 = f64x2.add(b1, e);
      a2 = f64x2.add(a2, d2);
      b2 = f64x2.add(b2, e2);
      a3 = f64x2.add(a3, f64x2.mul(d2, d));
      b3 = f64x2.add(b3, f64x2.mul(e2, e));
      a4 = f64x2.add(a4, f64x2.mul(d2, d2));
      b4 = f64x2.add(b4, f64x2.mul(e2, e2));
      values = v128.load(p + stride);
      d = f64x2.sub(f64x2.promote_low_f32x4(values), shift0);
      e = f64x2.sub(f64x2.promote_low_f32x4(v128.shuffle<u32>(values, values, 2, 3, 2, 3)), shift1);
      d2 = f64x2.mul(d, d);
      e2 = f64x2.mul(e, e);
      a1 = f64x2.add(a1, d);
      b1 = f64x2.add(b1, e);
      a2 = f64x2.add(a2, d2);
      b2 = f64x2.add(b2, e2);
      a3 = f64x2.add(a3, f64x2.mul(d2, d));
      b3 = f64x2.add(b3, f64x2.mul(e2, e));
      a4 = f64x2.add(a4, f64x2.mul(d2, d2));
      b4 = f64x2.add(b4, f64x2.mul(e2, e2));
    }
    // Float32 values cannot overflow these sums: S2 is finite exactly when every value was.
    if (isFinitePair(a2) && isFinitePair(b2)) {
      v128.store(s1 + at, a1);
      v128.store(s1 + at, b1, 16);
      v128.store(s2 + at, a2);
      v128.store(s2 + at, b2, 16);
      v128.store(s3 + at, a3);
      v128.store(s3 + at, b3, 16);
      v128.store(s4 + at, a4);
      v128.store(s4 + at, b4, 16);
    } else {
      finite = false;
      unitSumsNaive(block, x, rows, cols, ld, j, 4);
    }
  }
  if (j < cols) {
    const before = nonFiniteOf(block, cols, j);
    unitSumsNaive(block, x, rows, cols, ld, j, cols - j);
    if (nonFiniteOf(block, cols, j) != before) finite = false;
  }
  return finite;
}

// @ts-ignore: decorator
@inline
function isFinitePair(sums: v128): bool {
  // The difference of a finite number with itself is +0; of any other, NaN.
  return !v128.any_true(f64x2.sub(sums, sums));
}

function nonFiniteOf(block: usize, cols: i32, first: i32): f64 {
  let sum = 0.0;
  for (let j = first; j < cols; ++j) sum += load<f64>(unitArray(block, cols, 5) + (<usize>j << 3));
  return sum;
}

/** Pooled sums of one row about the calibration's shift: lane c mod 4 takes column c. */
export function pooledSumsNaive(block: usize, calibration: usize, x: usize, count: i32): void {
  const shift = slot(calibration, Calibration.shift);
  const sums = block + (<usize>Header.pooled << 3);
  for (let i = 0; i < count; ++i) {
    const value = load<f32>(x + (<usize>i << 2));
    if (value - value != 0.0) continue;
    const p = sums + (<usize>(i & 3) << 3);
    const d = <f64>value - shift;
    const d2 = d * d;
    add(p, d);
    add(p + 32, d2);
    add(p + 64, d2 * d);
    add(p + 96, d2 * d2);
  }
}

/** Pooled sums of one row x [count]; returns whether all was finite, and if not leaves the block as it was. */
export function pooledSums(block: usize, calibration: usize, x: usize, count: i32): bool {
  const sums = block + (<usize>Header.pooled << 3);
  const shift = f64x2.splat(slot(calibration, Calibration.shift));
  let a1 = v128.load(sums);
  let b1 = v128.load(sums, 16);
  let a2 = v128.load(sums, 32);
  let b2 = v128.load(sums, 48);
  let a3 = v128.load(sums, 64);
  let b3 = v128.load(sums, 80);
  let a4 = v128.load(sums, 96);
  let b4 = v128.load(sums, 112);
  const end = x + (<usize>(count & ~3) << 2);
  let p = x;
  for (; p < end; p += 16) {
    const values = v128.load(p);
    const d = f64x2.sub(f64x2.promote_low_f32x4(values), shift);
    const upper = v128.shuffle<u32>(values, values, 2, 3, 2, 3);
    const e = f64x2.sub(f64x2.promote_low_f32x4(upper), shift);
    const d2 = f64x2.mul(d, d);
    const e2 = f64x2.mul(e, e);
    a1 = f64x2.add(a1, d);
    b1 = f64x2.add(b1, e);
    a2 = f64x2.add(a2, d2);
    b2 = f64x2.add(b2, e2);
    a3 = f64x2.add(a3, f64x2.mul(d2, d));
    b3 = f64x2.add(b3, f64x2.mul(e2, e));
    a4 = f64x2.add(a4, f64x2.mul(d2, d2));
    b4 = f64x2.add(b4, f64x2.mul(e2, e2));
  }
  const rest = count & 3;
  let tail = v128.load(ZEROS);
  if (rest) tail = loadTail(p, rest);
  if (!isFinitePair(a2) || !isFinitePair(b2) || v128.any_true(f32x4.sub(tail, tail))) return false;
  v128.store(sums, a1);
  v128.store(sums, b1, 16);
  v128.store(sums, a2, 32);
  v128.store(sums, b2, 48);
  v128.store(sums, a3, 64);
  v128.store(sums, b3, 80);
  v128.store(sums, a4, 96);
  v128.store(sums, b4, 112);
  pooledSumsNaive(block, calibration, p, rest);
  return true;
}

/**
 * Keys of a global row index, two pairs of odd 16-bit numbers: the finaliser of SplitMix64 (Steele, Lea & Flood 2014).
 * Odd, so that no difference in one half of one value vanishes.
 */
// @ts-ignore: decorator
@inline
function rowKeys(row: u32): u64 {
  let key = (<u64>row + 1) * 0x9e3779b97f4a7c15;
  key = (key ^ (key >>> 30)) * 0xbf58476d1ce4e5b9;
  key = (key ^ (key >>> 27)) * 0x94d049bb133111eb;
  return (key ^ (key >>> 31)) | 0x0001000100010001;
}

// @ts-ignore: decorator
@inline
function dot(bits: u32, keys: u32): u32 {
  return <u32>(<i32>(<i16>bits) * <i32>(<i16>keys)) + <u32>((<i32>bits >> 16) * (<i32>keys >> 16));
}

// Which NaN an operation gives differs between machines: all of them count as this one.
const CANONICAL_NAN: u32 = 0x7fc00000;
const NANS = memory.data<u32>([0x7fc00000, 0x7fc00000, 0x7fc00000, 0x7fc00000], 16);

// @ts-ignore: decorator
@inline
function canonical(values: v128): v128 {
  return v128.bitselect(values, v128.load(NANS), f32x4.eq(values, values));
}

/**
 * Of every unit j from `first` on two hashes: hashes u32 [2, padded units] += the dot product of the signed halves of
 * bits(x[row, j]) with the keys of row firstRow + row, mod 2^32, summed over the rows.
 */
export function unitHashesNaive(
  hashes: usize, x: usize, rows: i32, cols: i32, ld: i32, firstRow: u32, first: i32,
): void {
  const second = <usize>paddedUnits(cols) << 2;
  for (let row = 0; row < rows; ++row) {
    const keys = rowKeys(firstRow + row);
    for (let j = first; j < cols; ++j) {
      const at = x + (<usize>(row * ld + j) << 2);
      const value = load<f32>(at);
      const bits = value == value ? load<u32>(at) : CANONICAL_NAN;
      const p = hashes + (<usize>j << 2);
      store<u32>(p, load<u32>(p) + dot(bits, <u32>keys));
      store<u32>(p + second, load<u32>(p + second) + dot(bits, <u32>(keys >> 32)));
    }
  }
}

/** The same, sixteen columns at a time down the rows (multilinear hashing, Carter & Wegman 1979). */
export function unitHashes(hashes: usize, x: usize, rows: i32, cols: i32, ld: i32, firstRow: u32): void {
  const second = <usize>paddedUnits(cols) << 2;
  const stride = <usize>ld << 2;
  let j = 0;
  for (; j + 16 <= cols; j += 16) {
    const at = hashes + (<usize>j << 2);
    let a0 = v128.load(at);
    let a1 = v128.load(at, 16);
    let a2 = v128.load(at, 32);
    let a3 = v128.load(at, 48);
    let b0 = v128.load(at + second);
    let b1 = v128.load(at + second, 16);
    let b2 = v128.load(at + second, 32);
    let b3 = v128.load(at + second, 48);
    let p = x + (<usize>j << 2);
    for (let row = 0; row < rows; ++row) {
      const keys = rowKeys(firstRow + row);
      const k = i32x4.splat(<i32>keys);
      const l = i32x4.splat(<i32>(keys >> 32));
      let values = canonical(v128.load(p));
      a0 = i32x4.add(a0, i32x4.dot_i16x8_s(values, k));
      b0 = i32x4.add(b0, i32x4.dot_i16x8_s(values, l));
      values = canonical(v128.load(p, 16));
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(values, k));
      b1 = i32x4.add(b1, i32x4.dot_i16x8_s(values, l));
      values = canonical(v128.load(p, 32));
      a2 = i32x4.add(a2, i32x4.dot_i16x8_s(values, k));
      b2 = i32x4.add(b2, i32x4.dot_i16x8_s(values, l));
      values = canonical(v128.load(p, 48));
      a3 = i32x4.add(a3, i32x4.dot_i16x8_s(values, k));
      b3 = i32x4.add(b3, i32x4.dot_i16x8_s(values, l));
      p += stride;
    }
    v128.store(at, a0);
    v128.store(at, a1, 16);
    v128.store(at, a2, 32);
    v128.store(at, a3, 48);
    v128.store(at + second, b0);
    v128.store(at + second, b1, 16);
    v128.store(at + second, b2, 32);
    v128.store(at + second, b3, 48);
  }
  for (; j + 4 <= cols; j += 4) {
    const at = hashes + (<usize>j << 2);
    let a = v128.load(at);
    let b = v128.load(at + second);
    let p = x + (<usize>j << 2);
    for (let row = 0; row < rows; ++row) {
      const keys = rowKeys(firstRow + row);
      const values = canonical(v128.load(p));
      a = i32x4.add(a, i32x4.dot_i16x8_s(values, i32x4.splat(<i32>keys)));
      b = i32x4.add(b, i32x4.dot_i16x8_s(values, i32x4.splat(<i32>(keys >> 32))));
      p += stride;
    }
    v128.store(at, a);
    v128.store(at + second, b);
  }
  if (j < cols) unitHashesNaive(hashes, x, rows, cols, ld, firstRow, j);
}
