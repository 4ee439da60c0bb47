// Copies blocks of a matrix into the panels that the tiles read: [k, lanes], one after the other, no gaps.
// Lanes are rows or columns of the matrix: `wide` a panel (4 or 8), or 4 in the last when four or fewer are left.
// Lanes past the edge hold values that no result uses; they are never read from outside the matrix.

/** Lanes of the panel that holds the first of `left` remaining rows or columns. */
// @ts-ignore: decorator
@inline
export function panelLanes(left: i32, wide: i32): i32 {
  return left <= 4 ? 4 : wide;
}

// panel[p, 0..3] = src[0..3, p]: four rows become four lanes, by 4 x 4 transpositions. `valid` of the four
// rows exist; the first stands in for the others. Rows of the panel are `stride` bytes apart.
function packFourRows(panel: usize, stride: usize, src: usize, ld: usize, valid: i32, k: i32): void {
  let s0 = src;
  let s1 = valid > 1 ? src + ld : src;
  let s2 = valid > 2 ? src + 2 * ld : src;
  let s3 = valid > 3 ? src + 3 * ld : src;
  while (k >= 4) {
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
    k -= 4;
  }
  while (k > 0) {
    store<f32>(panel, load<f32>(s0));
    store<f32>(panel, load<f32>(s1), 4);
    store<f32>(panel, load<f32>(s2), 8);
    store<f32>(panel, load<f32>(s3), 12);
    panel += stride;
    s0 += 4;
    s1 += 4;
    s2 += 4;
    s3 += 4;
    k--;
  }
}

/** Packs a block src[rows, k] so that its rows become lanes. `ld` in bytes. Writes k floats a lane. */
export function packRows(panels: usize, src: usize, ld: usize, rows: i32, k: i32, wide: i32): void {
  for (let left = rows; left > 0; ) {
    const lanes = panelLanes(left, wide);
    const stride = <usize>lanes << 2;
    packFourRows(panels, stride, src, ld, left, k);
    if (lanes == 8) packFourRows(panels + 16, stride, src + 4 * ld, ld, left - 4, k);
    panels += <usize>k * stride;
    src += <usize>lanes * ld;
    left -= lanes;
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

// `count` rows of one panel, of which `valid` lanes exist.
// @ts-ignore: decorator
@inline
function copyLanes(to: usize, from: usize, ld: usize, count: i32, lanes: i32, valid: i32): void {
  if (valid >= lanes) {
    for (; count > 0; count--) {
      v128.store(to, v128.load(from));
      if (lanes == 8) v128.store(to, v128.load(from, 16), 16);
      to += <usize>lanes << 2;
      from += ld;
    }
    return;
  }
  for (; count > 0; count--) {
    v128.store(to, loadUpTo4(from, valid));
    if (lanes == 8) v128.store(to, loadUpTo4(from + 16, valid - 4), 16);
    to += <usize>lanes << 2;
    from += ld;
  }
}

/**
 * Packs a block src[k, columns] so that its columns become lanes. `ld` in bytes. Four rows at a time fill whole cache
 * lines of every panel; a row at a time would visit all panels at strides that share cache sets.
 */
export function packColumns(panels: usize, src: usize, ld: usize, columns: i32, k: i32, wide: i32): void {
  for (let p = 0; p < k; p += 4) {
    const count = min(4, k - p);
    let panel = panels;
    let from = src + <usize>p * ld;
    for (let left = columns; left > 0; ) {
      const lanes = panelLanes(left, wide);
      const to = panel + (<usize>(p * lanes) << 2);
      if (lanes == 8) copyLanes(to, from, ld, count, 8, left);
      else copyLanes(to, from, ld, count, 4, left);
      panel += <usize>(k * lanes) << 2;
      from += <usize>lanes << 2;
      left -= lanes;
    }
  }
}
