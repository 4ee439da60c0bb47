// Power sums S1 .. S4 of d = x - shift in float64, and hashes of the units' bits.
// Every sum grows in row order, one addition an element, so cutting a batch into chunks changes no bit.
import { Calibration } from "../../shared/statistics";
import { Header, unitArray } from "./block";
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
    for (const end = p + <usize>rows * stride; p != end; p += stride) {
      const values = v128.load(p);
      const d = f64x2.sub(f64x2.promote_low_f32x4(values), shift0);
      const upper = v128.shuffle<u32>(values, values, 2, 3, 2, 3);
      const e = f64x2.sub(f64x2.promote_low_f32x4(upper), shift1);
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

/** Key of a global row index: the finaliser of MurmurHash3 (Appleby 2011) on row + golden ratio. */
// @ts-ignore: decorator
@inline
function rowKey(row: u32): u32 {
  let key = row + 0x9e3779b9;
  key ^= key >>> 16;
  key *= 0x85ebca6b;
  key ^= key >>> 13;
  key *= 0xc2b2ae35;
  return key ^ (key >>> 16);
}

/** hashes[j] += sum over rows of bits(x[row, j]) * key(firstRow + row) mod 2^64, units first .. cols-1. */
export function unitHashesNaive(
  hashes: usize, x: usize, rows: i32, cols: i32, ld: i32, firstRow: u32, first: i32,
): void {
  for (let row = 0; row < rows; ++row) {
    const key = <u64>rowKey(firstRow + row);
    for (let j = first; j < cols; ++j) {
      const p = hashes + (<usize>j << 3);
      store<u64>(p, load<u64>(p) + <u64>load<u32>(x + (<usize>(row * ld + j) << 2)) * key);
    }
  }
}

/** The same, eight columns at a time down the rows (multilinear hashing, Carter & Wegman 1979). */
export function unitHashes(hashes: usize, x: usize, rows: i32, cols: i32, ld: i32, firstRow: u32): void {
  const stride = <usize>ld << 2;
  let j = 0;
  for (; j + 8 <= cols; j += 8) {
    const at = hashes + (<usize>j << 3);
    let h0 = v128.load(at);
    let h1 = v128.load(at, 16);
    let h2 = v128.load(at, 32);
    let h3 = v128.load(at, 48);
    let p = x + (<usize>j << 2);
    for (let row = 0; row < rows; ++row) {
      const key = i32x4.splat(rowKey(firstRow + row));
      const a = v128.load(p);
      const b = v128.load(p, 16);
      h0 = i64x2.add(h0, i64x2.extmul_low_i32x4_u(a, key));
      h1 = i64x2.add(h1, i64x2.extmul_high_i32x4_u(a, key));
      h2 = i64x2.add(h2, i64x2.extmul_low_i32x4_u(b, key));
      h3 = i64x2.add(h3, i64x2.extmul_high_i32x4_u(b, key));
      p += stride;
    }
    v128.store(at, h0);
    v128.store(at, h1, 16);
    v128.store(at, h2, 32);
    v128.store(at, h3, 48);
  }
  if (j < cols) unitHashesNaive(hashes, x, rows, cols, ld, firstRow, j);
}
