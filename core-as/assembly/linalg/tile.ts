// Register tiles of the matrix product: 4 rows by 8 or 4 columns, summed over one block of k.
// Both read packed panels (pack.ts) and know nothing of matrices, edges or leading dimensions of the inputs.
//
// 4 x 8 was the best of sixteen shapes measured in V8: eight accumulators cover the adder's latency, and
// with the two vectors of b, the splat of a and the product they leave three of the fifteen usable
// registers free. 6 x 8 spills there. Each must keep two or more call sites: inlined into a driver that
// is called once, it would run for seconds in V8's baseline tier, which has no way out of a running loop.

/** Rows of a tile, and so the lanes of a packed panel of the left matrix. */
export const TILE_ROWS: i32 = 4;
/** Columns of the wide tile, and so the lanes of a wide packed panel of the right matrix. */
export const TILE_COLUMNS: i32 = 8;
/** The tiles take k in steps of this; panels are padded with zeros to a multiple of it. */
export const K_STEP: i32 = 2;

// @ts-ignore: decorator
@inline
function put(c: usize, sum: v128, add: bool): void {
  v128.store(c, add ? f32x4.add(v128.load(c), sum) : sum);
}

/**
 * c[4, 8] (+)= a^T b, with `a` a panel [k, 4], `b` a panel [k, 8], k a multiple of K_STEP, and rows of c
 * `stride` bytes apart. The block's sum starts at +0, rises in k, and is then stored or added.
 */
export function tile4x8(c: usize, stride: usize, a: usize, b: usize, k: i32, add: bool): void {
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
    const b1 = v128.load(b, 16);
    const a0 = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(a0, b0));
    c01 = f32x4.add(c01, f32x4.mul(a0, b1));
    const a1 = v128.load32_splat(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(a1, b0));
    c11 = f32x4.add(c11, f32x4.mul(a1, b1));
    const a2 = v128.load32_splat(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(a2, b0));
    c21 = f32x4.add(c21, f32x4.mul(a2, b1));
    const a3 = v128.load32_splat(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(a3, b0));
    c31 = f32x4.add(c31, f32x4.mul(a3, b1));
    const b2 = v128.load(b, 32);
    const b3 = v128.load(b, 48);
    const a4 = v128.load32_splat(a, 16);
    c00 = f32x4.add(c00, f32x4.mul(a4, b2));
    c01 = f32x4.add(c01, f32x4.mul(a4, b3));
    const a5 = v128.load32_splat(a, 20);
    c10 = f32x4.add(c10, f32x4.mul(a5, b2));
    c11 = f32x4.add(c11, f32x4.mul(a5, b3));
    const a6 = v128.load32_splat(a, 24);
    c20 = f32x4.add(c20, f32x4.mul(a6, b2));
    c21 = f32x4.add(c21, f32x4.mul(a6, b3));
    const a7 = v128.load32_splat(a, 28);
    c30 = f32x4.add(c30, f32x4.mul(a7, b2));
    c31 = f32x4.add(c31, f32x4.mul(a7, b3));
    a += 32;
    b += 64;
    k -= K_STEP;
  }
  put(c, c00, add);
  put(c + 16, c01, add);
  c += stride;
  put(c, c10, add);
  put(c + 16, c11, add);
  c += stride;
  put(c, c20, add);
  put(c + 16, c21, add);
  c += stride;
  put(c, c30, add);
  put(c + 16, c31, add);
}

/** c[4, 4] (+)= a^T b, as tile4x8 but with `b` a panel [k, 4]: the last columns, when four or fewer are left. */
export function tile4x4(c: usize, stride: usize, a: usize, b: usize, k: i32, add: bool): void {
  let c0 = f32x4.splat(0);
  let c1 = f32x4.splat(0);
  let c2 = f32x4.splat(0);
  let c3 = f32x4.splat(0);
  while (k > 0) {
    const b0 = v128.load(b);
    c0 = f32x4.add(c0, f32x4.mul(v128.load32_splat(a), b0));
    c1 = f32x4.add(c1, f32x4.mul(v128.load32_splat(a, 4), b0));
    c2 = f32x4.add(c2, f32x4.mul(v128.load32_splat(a, 8), b0));
    c3 = f32x4.add(c3, f32x4.mul(v128.load32_splat(a, 12), b0));
    const b1 = v128.load(b, 16);
    c0 = f32x4.add(c0, f32x4.mul(v128.load32_splat(a, 16), b1));
    c1 = f32x4.add(c1, f32x4.mul(v128.load32_splat(a, 20), b1));
    c2 = f32x4.add(c2, f32x4.mul(v128.load32_splat(a, 24), b1));
    c3 = f32x4.add(c3, f32x4.mul(v128.load32_splat(a, 28), b1));
    a += 32;
    b += 32;
    k -= K_STEP;
  }
  put(c, c0, add);
  put(c + stride, c1, add);
  put(c + 2 * stride, c2, add);
  put(c + 3 * stride, c3, add);
}
