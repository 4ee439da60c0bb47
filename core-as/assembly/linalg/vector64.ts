// Float64 vector steps of the factorisations (qr.ts, svd.ts). Contiguous, any alignment, any length >= 0.
// The order of each sum is fixed: eight interleaved partial sums, combined in one tree, then the tail in order.

/** sum of x[i] y[i]. The bits differ from a plain loop's by its other order: |error| <= (n/8 + 4) u sum |x y|. */
export function dot64(x: usize, y: usize, n: i32): f64 {
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  let s2 = f64x2.splat(0);
  let s3 = f64x2.splat(0);
  while (n >= 8) {
    s0 = f64x2.add(s0, f64x2.mul(v128.load(x), v128.load(y)));
    s1 = f64x2.add(s1, f64x2.mul(v128.load(x, 16), v128.load(y, 16)));
    s2 = f64x2.add(s2, f64x2.mul(v128.load(x, 32), v128.load(y, 32)));
    s3 = f64x2.add(s3, f64x2.mul(v128.load(x, 48), v128.load(y, 48)));
    x += 64;
    y += 64;
    n -= 8;
  }
  s0 = f64x2.add(f64x2.add(s0, s2), f64x2.add(s1, s3));
  let sum = f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1);
  while (n > 0) {
    sum += load<f64>(x) * load<f64>(y);
    x += 8;
    y += 8;
    n--;
  }
  return sum;
}

/** y[i] += factor x[i]; the bits of a plain loop. */
export function addMultiple64(y: usize, factor: f64, x: usize, n: i32): void {
  const f = f64x2.splat(factor);
  while (n >= 4) {
    v128.store(y, f64x2.add(v128.load(y), f64x2.mul(f, v128.load(x))));
    v128.store(y, f64x2.add(v128.load(y, 16), f64x2.mul(f, v128.load(x, 16))), 16);
    y += 32;
    x += 32;
    n -= 4;
  }
  while (n > 0) {
    store<f64>(y, load<f64>(y) + factor * load<f64>(x));
    y += 8;
    x += 8;
    n--;
  }
}

/** x[i] *= factor. */
export function scale64(x: usize, factor: f64, n: i32): void {
  for (const end = x + (<usize>n << 3); x < end; x += 8) store<f64>(x, load<f64>(x) * factor);
}

/** dot64 as a plain loop. */
export function dot64Naive(x: usize, y: usize, n: i32): f64 {
  let sum: f64 = 0;
  for (let i: usize = 0; i < <usize>n; i++) sum += load<f64>(x + (i << 3)) * load<f64>(y + (i << 3));
  return sum;
}

/** addMultiple64 as a plain loop; equal bits. */
export function addMultiple64Naive(y: usize, factor: f64, x: usize, n: i32): void {
  for (let i: usize = 0; i < <usize>n; i++) {
    store<f64>(y + (i << 3), load<f64>(y + (i << 3)) + factor * load<f64>(x + (i << 3)));
  }
}
