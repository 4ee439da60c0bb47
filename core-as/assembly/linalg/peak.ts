// The machine's own float32 speed with 128-bit multiplies and adds, against which matmul is judged.
// No memory in the loops; nothing here computes anything anyone wants.

// Loaded, not written out, so that no compiler learns that the factor is 1 and drops the products.
const ONE: usize = memory.data<f32>([1, 1, 1, 1], 16);

// Two steps of a pair of accumulators: m *= 1; c += m. The pairs are independent; the sums stay finite.

function peak8(iterations: i32): f32 {
  const one = v128.load(ONE);
  let m0 = f32x4.splat(1);
  let c0 = f32x4.splat(0);
  let m1 = f32x4.splat(2);
  let c1 = f32x4.splat(0);
  let m2 = f32x4.splat(3);
  let c2 = f32x4.splat(0);
  let m3 = f32x4.splat(4);
  let c3 = f32x4.splat(0);
  while (iterations > 0) {
    m0 = f32x4.mul(m0, one);
    c0 = f32x4.add(c0, m0);
    m1 = f32x4.mul(m1, one);
    c1 = f32x4.add(c1, m1);
    m2 = f32x4.mul(m2, one);
    c2 = f32x4.add(c2, m2);
    m3 = f32x4.mul(m3, one);
    c3 = f32x4.add(c3, m3);
    m0 = f32x4.mul(m0, one);
    c0 = f32x4.add(c0, m0);
    m1 = f32x4.mul(m1, one);
    c1 = f32x4.add(c1, m1);
    m2 = f32x4.mul(m2, one);
    c2 = f32x4.add(c2, m2);
    m3 = f32x4.mul(m3, one);
    c3 = f32x4.add(c3, m3);
    iterations--;
  }
  return f32x4.extract_lane(f32x4.add(f32x4.add(f32x4.add(c0, c1), c2), c3), 0);
}

function peak10(iterations: i32): f32 {
  const one = v128.load(ONE);
  let m0 = f32x4.splat(1);
  let c0 = f32x4.splat(0);
  let m1 = f32x4.splat(2);
  let c1 = f32x4.splat(0);
  let m2 = f32x4.splat(3);
  let c2 = f32x4.splat(0);
  let m3 = f32x4.splat(4);
  let c3 = f32x4.splat(0);
  let m4 = f32x4.splat(5);
  let c4 = f32x4.splat(0);
  while (iterations > 0) {
    m0 = f32x4.mul(m0, one);
    c0 = f32x4.add(c0, m0);
    m1 = f32x4.mul(m1, one);
    c1 = f32x4.add(c1, m1);
    m2 = f32x4.mul(m2, one);
    c2 = f32x4.add(c2, m2);
    m3 = f32x4.mul(m3, one);
    c3 = f32x4.add(c3, m3);
    m4 = f32x4.mul(m4, one);
    c4 = f32x4.add(c4, m4);
    m0 = f32x4.mul(m0, one);
    c0 = f32x4.add(c0, m0);
    m1 = f32x4.mul(m1, one);
    c1 = f32x4.add(c1, m1);
    m2 = f32x4.mul(m2, one);
    c2 = f32x4.add(c2, m2);
    m3 = f32x4.mul(m3, one);
    c3 = f32x4.add(c3, m3);
    m4 = f32x4.mul(m4, one);
    c4 = f32x4.add(c4, m4);
    iterations--;
  }
  return f32x4.extract_lane(f32x4.add(f32x4.add(f32x4.add(f32x4.add(c0, c1), c2), c3), c4), 0);
}

function peak12(iterations: i32): f32 {
  const one = v128.load(ONE);
  let m0 = f32x4.splat(1);
  let c0 = f32x4.splat(0);
  let m1 = f32x4.splat(2);
  let c1 = f32x4.splat(0);
  let m2 = f32x4.splat(3);
  let c2 = f32x4.splat(0);
  let m3 = f32x4.splat(4);
  let c3 = f32x4.splat(0);
  let m4 = f32x4.splat(5);
  let c4 = f32x4.splat(0);
  let m5 = f32x4.splat(6);
  let c5 = f32x4.splat(0);
  while (iterations > 0) {
    m0 = f32x4.mul(m0, one);
    c0 = f32x4.add(c0, m0);
    m1 = f32x4.mul(m1, one);
    c1 = f32x4.add(c1, m1);
    m2 = f32x4.mul(m2, one);
    c2 = f32x4.add(c2, m2);
    m3 = f32x4.mul(m3, one);
    c3 = f32x4.add(c3, m3);
    m4 = f32x4.mul(m4, one);
    c4 = f32x4.add(c4, m4);
    m5 = f32x4.mul(m5, one);
    c5 = f32x4.add(c5, m5);
    m0 = f32x4.mul(m0, one);
    c0 = f32x4.add(c0, m0);
    m1 = f32x4.mul(m1, one);
    c1 = f32x4.add(c1, m1);
    m2 = f32x4.mul(m2, one);
    c2 = f32x4.add(c2, m2);
    m3 = f32x4.mul(m3, one);
    c3 = f32x4.add(c3, m3);
    m4 = f32x4.mul(m4, one);
    c4 = f32x4.add(c4, m4);
    m5 = f32x4.mul(m5, one);
    c5 = f32x4.add(c5, m5);
    iterations--;
  }
  return f32x4.extract_lane(f32x4.add(f32x4.add(f32x4.add(f32x4.add(f32x4.add(c0, c1), c2), c3), c4), c5), 0);
}

function peak14(iterations: i32): f32 {
  const one = v128.load(ONE);
  let m0 = f32x4.splat(1);
  let c0 = f32x4.splat(0);
  let m1 = f32x4.splat(2);
  let c1 = f32x4.splat(0);
  let m2 = f32x4.splat(3);
  let c2 = f32x4.splat(0);
  let m3 = f32x4.splat(4);
  let c3 = f32x4.splat(0);
  let m4 = f32x4.splat(5);
  let c4 = f32x4.splat(0);
  let m5 = f32x4.splat(6);
  let c5 = f32x4.splat(0);
  let m6 = f32x4.splat(7);
  let c6 = f32x4.splat(0);
  while (iterations > 0) {
    m0 = f32x4.mul(m0, one);
    c0 = f32x4.add(c0, m0);
    m1 = f32x4.mul(m1, one);
    c1 = f32x4.add(c1, m1);
    m2 = f32x4.mul(m2, one);
    c2 = f32x4.add(c2, m2);
    m3 = f32x4.mul(m3, one);
    c3 = f32x4.add(c3, m3);
    m4 = f32x4.mul(m4, one);
    c4 = f32x4.add(c4, m4);
    m5 = f32x4.mul(m5, one);
    c5 = f32x4.add(c5, m5);
    m6 = f32x4.mul(m6, one);
    c6 = f32x4.add(c6, m6);
    m0 = f32x4.mul(m0, one);
    c0 = f32x4.add(c0, m0);
    m1 = f32x4.mul(m1, one);
    c1 = f32x4.add(c1, m1);
    m2 = f32x4.mul(m2, one);
    c2 = f32x4.add(c2, m2);
    m3 = f32x4.mul(m3, one);
    c3 = f32x4.add(c3, m3);
    m4 = f32x4.mul(m4, one);
    c4 = f32x4.add(c4, m4);
    m5 = f32x4.mul(m5, one);
    c5 = f32x4.add(c5, m5);
    m6 = f32x4.mul(m6, one);
    c6 = f32x4.add(c6, m6);
    iterations--;
  }
  return f32x4.extract_lane(f32x4.add(f32x4.add(f32x4.add(f32x4.add(f32x4.add(f32x4.add(c0, c1), c2), c3), c4), c5), c6), 0);
}

/**
 * Runs `iterations` steps of `accumulators` (8, 10, 12 or 14) multiplies and as many adds of f32x4 in registers:
 * accumulators * 4 * 2 floating-point operations an iteration. The peak is the best over the four counts and
 * several calls: the first calls run in the engine's baseline tier. Returns a figure that depends on all of them.
 */
export function peakMulAdd(accumulators: i32, iterations: i32): f32 {
  if (accumulators == 8) return peak8(iterations);
  if (accumulators == 10) return peak10(iterations);
  if (accumulators == 12) return peak12(iterations);
  return peak14(iterations);
}
