// One row times a matrix, for the products of matmul.ts with m = 1: packing would cost more than the product.
// Same order of summation, so the same bits: one block of k a call, each output summed in rising k from +0.

// @ts-ignore: decorator
@inline
function put(c: usize, sum: v128, add: bool): void {
  v128.store(c, add ? f32x4.add(v128.load(c), sum) : sum);
}

// One output at a time, for the last few.
// @ts-ignore: decorator
@inline
function finish(out: usize, a: usize, aStep: usize, b: usize, bOutput: usize, bTerm: usize, n: i32, k: i32, add: bool): void {
  for (; n > 0; n--) {
    let sum: f32 = 0;
    let x = a;
    let y = b;
    for (let p = k; p > 0; p--) {
      sum += load<f32>(x) * load<f32>(y);
      x += aStep;
      y += bTerm;
    }
    store<f32>(out, add ? load<f32>(out) + sum : sum);
    out += 4;
    b += bOutput;
  }
}

/** out[n] (+)= a[k] b[k, n]; entries of a are `aStep` bytes apart, rows of b `ld` bytes. */
export function rowTimesColumns(out: usize, a: usize, aStep: usize, b: usize, ld: usize, n: i32, k: i32, add: bool): void {
  while (n >= 16) {
    let c0 = f32x4.splat(0);
    let c1 = f32x4.splat(0);
    let c2 = f32x4.splat(0);
    let c3 = f32x4.splat(0);
    let x = a;
    let y = b;
    for (let p = k; p > 0; p--) {
      const s = v128.load32_splat(x);
      c0 = f32x4.add(c0, f32x4.mul(s, v128.load(y)));
      c1 = f32x4.add(c1, f32x4.mul(s, v128.load(y, 16)));
      c2 = f32x4.add(c2, f32x4.mul(s, v128.load(y, 32)));
      c3 = f32x4.add(c3, f32x4.mul(s, v128.load(y, 48)));
      x += aStep;
      y += ld;
    }
    put(out, c0, add);
    put(out + 16, c1, add);
    put(out + 32, c2, add);
    put(out + 48, c3, add);
    out += 64;
    b += 64;
    n -= 16;
  }
  while (n >= 4) {
    let c0 = f32x4.splat(0);
    let x = a;
    let y = b;
    for (let p = k; p > 0; p--) {
      c0 = f32x4.add(c0, f32x4.mul(v128.load32_splat(x), v128.load(y)));
      x += aStep;
      y += ld;
    }
    put(out, c0, add);
    out += 16;
    b += 16;
    n -= 4;
  }
  finish(out, a, aStep, b, 4, ld, n, k, add);
}

// sum + a[0..3] times the columns of the 4 x 4 block at y, its rows `ld` bytes apart: four terms of four outputs.
// @ts-ignore: decorator
@inline
function fourTerms(sum: v128, a: usize, y: usize, ld: usize): v128 {
  const r0 = v128.load(y);
  const r1 = v128.load(y + ld);
  const r2 = v128.load(y + 2 * ld);
  const r3 = v128.load(y + 3 * ld);
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(a), v128.shuffle<f64>(low01, low23, 0, 2)));
  sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(a, 4), v128.shuffle<f64>(low01, low23, 1, 3)));
  sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(a, 8), v128.shuffle<f64>(high01, high23, 0, 2)));
  return f32x4.add(sum, f32x4.mul(v128.load32_splat(a, 12), v128.shuffle<f64>(high01, high23, 1, 3)));
}

// sum + a[0] times one column of four rows: a term left over by the blocks of four.
// @ts-ignore: decorator
@inline
function oneTerm(sum: v128, a: usize, y: usize, ld: usize): v128 {
  let column = v128.load32_zero(y);
  column = v128.load32_lane(y + ld, column, 1);
  column = v128.load32_lane(y + 2 * ld, column, 2);
  column = v128.load32_lane(y + 3 * ld, column, 3);
  return f32x4.add(sum, f32x4.mul(v128.load32_splat(a), column));
}

/** out[n] (+)= a[k] b[n, k]^T; rows of b are `ld` bytes apart. Transposes 4 x 4 blocks on the way. */
export function rowTimesRows(out: usize, a: usize, b: usize, ld: usize, n: i32, k: i32, add: bool): void {
  while (n >= 8) {
    let c0 = f32x4.splat(0);
    let c1 = f32x4.splat(0);
    let x = a;
    let y = b;
    let z = b + 4 * ld;
    let p = k;
    for (; p >= 4; p -= 4) {
      c0 = fourTerms(c0, x, y, ld);
      c1 = fourTerms(c1, x, z, ld);
      x += 16;
      y += 16;
      z += 16;
    }
    for (; p > 0; p--) {
      c0 = oneTerm(c0, x, y, ld);
      c1 = oneTerm(c1, x, z, ld);
      x += 4;
      y += 4;
      z += 4;
    }
    put(out, c0, add);
    put(out + 16, c1, add);
    out += 32;
    b += 8 * ld;
    n -= 8;
  }
  finish(out, a, 4, b, ld, 4, n, k, add);
}
