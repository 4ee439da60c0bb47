// Copies blocks of a matrix into the panels that the tiles read: [k, lanes], one after the other, no gaps.
// Lanes are rows or columns of the matrix, 4 or 8 a panel. k is padded with zeros to a multiple of K_STEP:
// a sum that starts at +0 is never -0, so the products 0 * 0 that this adds change no bit.
// Lanes past the edge hold values that no result uses; they are never read from outside the matrix.
import { K_STEP } from "./tile";

/** `count` rounded up to a multiple of `step`. */
// @ts-ignore: decorator
@inline
export function roundUp(count: i32, step: i32): i32 {
  return ((count + step - 1) / step) * step;
}

// Clears the rows k .. padded k of a panel whose rows are `stride` bytes (16 or 32) apart, 16 bytes of each.
// @ts-ignore: decorator
@inline
function clearTail(panel: usize, stride: usize, k: i32): void {
  for (let p = k; p < roundUp(k, K_STEP); p++) v128.store(panel + <usize>p * stride, f32x4.splat(0));
}

// panel[p, 0..3] = src[0..3, p]: four rows become four lanes, by 4 x 4 transpositions. `valid` of the four
// rows exist; the first stands in for the others. Rows of the panel are `stride` bytes apart.
function packRowStrip(panel: usize, stride: usize, src: usize, ld: usize, valid: i32, k: i32): void {
  let s0 = src;
  let s1 = valid > 1 ? src + ld : src;
  let s2 = valid > 2 ? src + 2 * ld : src;
  let s3 = valid > 3 ? src + 3 * ld : src;
  clearTail(panel, stride, k);
  let left = k;
  while (left >= 4) {
    const r0 = v128.load(s0);
    const r1 = v128.load(s1);
    const r2 = v128.load(s2);
    const r3 = v128.load(s3);
    const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
    const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
    const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
    const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    v128.store(panel, v128.shuffle<f64>(low01, low23, 0, 2));
    v128.store(panel + stride, v128.shuffle<f64>(low01, low23, 1, 3));
    v128.store(panel + 2 * stride, v128.shuffle<f64>(high01, high23, 0, 2));
    v128.store(panel + 3 * stride, v128.shuffle<f64>(high01, high23, 1, 3));
    panel += 4 * stride;
    s0 += 16;
    s1 += 16;
    s2 += 16;
    s3 += 16;
    left -= 4;
  }
  while (left > 0) {
    store<f32>(panel, load<f32>(s0));
    store<f32>(panel, load<f32>(s1), 4);
    store<f32>(panel, load<f32>(s2), 8);
    store<f32>(panel, load<f32>(s3), 12);
    panel += stride;
    s0 += 4;
    s1 += 4;
    s2 += 4;
    s3 += 4;
    left--;
  }
}

// Lanes of the panel that begins at lane `first` of `count`: `wide`, but 4 when four or fewer are left.
// @ts-ignore: decorator
@inline
function lanesAt(first: i32, count: i32, wide: i32): i32 {
  return count - first <= 4 ? 4 : wide;
}

/**
 * Packs a block src[rows, k] so that its rows become lanes: panels [k, wide], `wide` 4 or 8, the last one
 * [k, 4] when it holds four rows or fewer. `ld` in bytes. Writes roundUp(rows, 4) * roundUp(k, 2) floats,
 * or with `wide` 8 roundUp(rows, 8) * roundUp(k, 2) at most.
 */
export function packRows(panels: usize, src: usize, ld: usize, rows: i32, k: i32, wide: i32): void {
  const depth = <usize>roundUp(k, K_STEP);
  for (let first = 0; first < rows; ) {
    const lanes = lanesAt(first, rows, wide);
    const stride = <usize>lanes << 2;
    for (let lane = 0; lane < lanes; lane += 4) {
      packRowStrip(panels + (<usize>lane << 2), stride, src + <usize>(first + lane) * ld, ld, rows - first - lane, k);
    }
    panels += depth * stride;
    first += lanes;
  }
}

// Four floats from `src` of which only `valid` exist; the others are 0.
// @ts-ignore: decorator
@inline
function loadUpTo4(src: usize, valid: i32): v128 {
  if (valid >= 4) return v128.load(src);
  if (valid <= 0) return f32x4.splat(0);
  if (valid == 1) return v128.load32_zero(src);
  const pair = v128.load64_zero(src);
  return valid == 2 ? pair : v128.load32_lane(src, pair, 2, 8);
}

// Rows p .. p + count - 1 of src[k, columns] go to the same rows of every panel. Four rows at a time fill whole
// cache lines of each panel; a row at a time would touch every panel, at strides that share cache sets.
function packColumnRows(panels: usize, src: usize, ld: usize, p: i32, count: i32, columns: i32, depth: usize, wide: i32): void {
  for (let first = 0; first < columns; ) {
    const lanes = lanesAt(first, columns, wide);
    const stride = <usize>lanes << 2;
    const left = columns - first;
    let to = panels + <usize>p * stride;
    let from = src + (<usize>first << 2);
    if (left >= lanes && lanes == 8) {
      for (let i = count; i > 0; i--) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
        to += 32;
        from += ld;
      }
    } else {
      for (let i = count; i > 0; i--) {
        v128.store(to, loadUpTo4(from, left));
        if (lanes == 8) v128.store(to, loadUpTo4(from + 16, left - 4), 16);
        to += stride;
        from += ld;
      }
    }
    panels += depth * stride;
    first += lanes;
  }
}

/** Packs a block src[k, columns] so that its columns become lanes; panels as for packRows. `ld` in bytes. */
export function packColumns(panels: usize, src: usize, ld: usize, columns: i32, k: i32, wide: i32): void {
  const depth = <usize>roundUp(k, K_STEP);
  for (let p = 0; p < k; p += 4) {
    packColumnRows(panels, src + <usize>p * ld, ld, p, min(4, k - p), columns, depth, wide);
  }
  if (<usize>k == depth) return;
  for (let first = 0; first < columns; ) {
    const lanes = lanesAt(first, columns, wide);
    const stride = <usize>lanes << 2;
    for (let at: usize = 0; at < stride; at += 16) clearTail(panels + at, stride, k);
    panels += depth * stride;
    first += lanes;
  }
}
