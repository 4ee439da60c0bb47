// Register tiles of the matrix product: 4 rows by 8 or 4 columns, summed over one block of k.
// They read packed panels (pack.ts) and know nothing of matrices, edges or leading dimensions of the inputs.
//
// 4 x 8: eight accumulators cover the adder's latency and no register is spilled. 6 x 8 spills two in V8; on panels at
// hand it is a few per cent faster, in the whole product it was slower, and at times six times slower.
// The loop takes one term a turn: unrolled, Binaryen moves the two additions to an accumulator next to each other, and
// the adder's latency shows (a tenth slower). Every tile must keep two or more call sites: inlined into a driver
// that is called once, it would run for seconds in V8's baseline tier, which has no way out of a running loop.

/** Rows of a tile, and so the lanes of a packed panel of the left matrix. */
export const TILE_ROWS: i32 = 4;
/** Columns of the wide tile, and so the lanes of a full packed panel of the right matrix. */
export const TILE_COLUMNS: i32 = 8;

// One row of the result: stores the block's sum, or adds it to what is there.
// @ts-ignore: decorator
@inline
function put(c: usize, low: v128, high: v128, add: bool, columns: i32): void {
  v128.store(c, add ? f32x4.add(v128.load(c), low) : low);
  if (columns == 8) v128.store(c, add ? f32x4.add(v128.load(c, 16), high) : high, 16);
}

// The body of both, inlined with `columns` constant.
// @ts-ignore: decorator
@inline
function multiplyTile(c: usize, stride: usize, a: usize, b: usize, k: i32, add: bool, columns: i32): void {
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  while (k > 0) {
    const b0 = v128.load(b);
    const b1 = columns == 8 ? v128.load(b, 16) : b0;
    const a0 = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(a0, b0));
    if (columns == 8) c01 = f32x4.add(c01, f32x4.mul(a0, b1));
    const a1 = v128.load32_splat(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(a1, b0));
    if (columns == 8) c11 = f32x4.add(c11, f32x4.mul(a1, b1));
    const a2 = v128.load32_splat(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(a2, b0));
    if (columns == 8) c21 = f32x4.add(c21, f32x4.mul(a2, b1));
    const a3 = v128.load32_splat(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(a3, b0));
    if (columns == 8) c31 = f32x4.add(c31, f32x4.mul(a3, b1));
    a += 16;
    b += <usize>columns << 2;
    k--;
  }
  put(c, c00, c01, add, columns);
  c += stride;
  put(c, c10, c11, add, columns);
  c += stride;
  put(c, c20, c21, add, columns);
  c += stride;
  put(c, c30, c31, add, columns);
}

/**
 * c[4, 8] (+)= a^T b, with `a` a panel [k, 4], `b` a panel [k, 8], and rows of c `stride` bytes apart. The block's
 * sum starts at +0, rises in k, and is then stored or, with `add`, added to c.
 */
export function tile4x8(c: usize, stride: usize, a: usize, b: usize, k: i32, add: bool): void {
  multiplyTile(c, stride, a, b, k, add, 8);
}

/** c[4, 4] (+)= a[k, 4]^T b[k, 4]: the last columns, when four or fewer are left. */
export function tile4x4(c: usize, stride: usize, a: usize, b: usize, k: i32, add: bool): void {
  multiplyTile(c, stride, a, b, k, add, 4);
}
