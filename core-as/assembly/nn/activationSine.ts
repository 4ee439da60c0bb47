// sin(omega z) (Sitzmann et al. 2020) and its slope omega cos(omega z): the product, the reduction and the polynomial in
// float64, two lanes at a time; the result is rounded once to float32.
// Refuses nothing: beyond 2^22 the lanes go one by one through the full (Payne-Hanek) reduction of Math.sin.
// (Below 2^22, AssemblyScript's Math.sin reads one word before its table: see sin64 in functions64.ts.)
//
// Method: k = round(y 2/pi), r = y - k pi/2 in two parts (30 bits and the rest, so that k times the first is exact),
// Taylor sums of sin to r^11 and cos to r^10: at |r| <= pi/4 the first term left out is below 1.2e-10.
const TABLE: usize = memory.data<f64>([
  0.6366197723675814, 0.6366197723675814,
  6755399441055744.0, 6755399441055744.0,
  1.570796325802803, 1.570796325802803,
  9.920935796805404e-10, 9.920935796805404e-10,
  -0.16666666666666666, -0.16666666666666666,
  0.008333333333333333, 0.008333333333333333,
  -0.0001984126984126984, -0.0001984126984126984,
  2.7557319223985893e-06, 2.7557319223985893e-06,
  -2.505210838544172e-08, -2.505210838544172e-08,
  -0.5, -0.5,
  0.041666666666666664, 0.041666666666666664,
  -0.001388888888888889, -0.001388888888888889,
  2.48015873015873e-05, 2.48015873015873e-05,
  -2.755731922398589e-07, -2.755731922398589e-07,
  1.0, 1.0,
  4194304.0, 4194304.0,
]);
const TWO_OVER_PI: usize = TABLE;
const ROUNDER: usize = TABLE + 16; // 1.5 * 2^52: adding it rounds to an integer, which then stands in the low bits
const HALF_PI_HIGH: usize = TABLE + 32;
const HALF_PI_LOW: usize = TABLE + 48;
const S1: usize = TABLE + 64;
const S2: usize = TABLE + 80;
const S3: usize = TABLE + 96;
const S4: usize = TABLE + 112;
const S5: usize = TABLE + 128;
const C1: usize = TABLE + 144;
const C2: usize = TABLE + 160;
const C3: usize = TABLE + 176;
const C4: usize = TABLE + 192;
const C5: usize = TABLE + 208;
const ONE: usize = TABLE + 224;
const NEAR: usize = TABLE + 240;
const QUADRANTS: usize = memory.data<i64>([1, 1, 2, 2]);

// @ts-ignore: decorator
@inline
function mulAdd64(x: v128, b: v128, a: v128): v128 {
  return f64x2.add(f64x2.mul(x, b), a);
}

/** sin(y), or cos(y) where `isCosine`, of two lanes with |y| <= 2^22. */
// @ts-ignore: decorator
@inline
function sinePair(y: v128, isCosine: bool): v128 {
  const t = mulAdd64(y, v128.load(TWO_OVER_PI), v128.load(ROUNDER));
  const k = f64x2.sub(t, v128.load(ROUNDER));
  const r = f64x2.sub(f64x2.sub(y, f64x2.mul(k, v128.load(HALF_PI_HIGH))), f64x2.mul(k, v128.load(HALF_PI_LOW)));
  const z = f64x2.mul(r, r);
  let s = mulAdd64(z, v128.load(S5), v128.load(S4));
  s = mulAdd64(z, s, v128.load(S3));
  s = mulAdd64(z, s, v128.load(S2));
  s = mulAdd64(z, s, v128.load(S1));
  s = mulAdd64(f64x2.mul(r, z), s, r);
  let c = mulAdd64(z, v128.load(C5), v128.load(C4));
  c = mulAdd64(z, c, v128.load(C3));
  c = mulAdd64(z, c, v128.load(C2));
  c = mulAdd64(z, c, v128.load(C1));
  c = mulAdd64(z, c, v128.load(ONE));
  const quadrant = isCosine ? i64x2.add(t, v128.load(QUADRANTS)) : t;
  const isOdd = i64x2.neg(v128.and(quadrant, v128.load(QUADRANTS)));
  const sign = i64x2.shl(v128.and(quadrant, v128.load(QUADRANTS + 16)), 62);
  return v128.xor(v128.bitselect(c, s, isOdd), sign);
}

/** sin(omega x), or omega cos(omega x) where `isSlope`, of four lanes. */
// @ts-ignore: decorator
@inline
function sineLanesOf(x: v128, omega: f64, isSlope: bool): v128 {
  const factor = f64x2.splat(omega);
  const low = f64x2.mul(f64x2.promote_low_f32x4(x), factor);
  const high = f64x2.mul(f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 0)), factor);
  const near = v128.and(f64x2.le(f64x2.abs(low), v128.load(NEAR)), f64x2.le(f64x2.abs(high), v128.load(NEAR)));
  let result: v128;
  if (i64x2.all_true(near)) {
    let first = sinePair(low, isSlope);
    let second = sinePair(high, isSlope);
    if (isSlope) {
      first = f64x2.mul(first, factor);
      second = f64x2.mul(second, factor);
    }
    result = i64x2.shuffle(f32x4.demote_f64x2_zero(first), f32x4.demote_f64x2_zero(second), 0, 2);
  } else {
    result = f32x4.splat(sineNaiveOf(f32x4.extract_lane(x, 0), omega, isSlope));
    result = f32x4.replace_lane(result, 1, sineNaiveOf(f32x4.extract_lane(x, 1), omega, isSlope));
    result = f32x4.replace_lane(result, 2, sineNaiveOf(f32x4.extract_lane(x, 2), omega, isSlope));
    result = f32x4.replace_lane(result, 3, sineNaiveOf(f32x4.extract_lane(x, 3), omega, isSlope));
  }
  return result;
}

function sineNaiveOf(x: f32, omega: f64, isSlope: bool): f32 {
  const y = f64(x) * omega;
  if (!(abs(y) <= load<f64>(NEAR))) return f32(isSlope ? Math.cos(y) * omega : Math.sin(y));
  const t = y * load<f64>(TWO_OVER_PI) + load<f64>(ROUNDER);
  const k = t - load<f64>(ROUNDER);
  const r = y - k * load<f64>(HALF_PI_HIGH) - k * load<f64>(HALF_PI_LOW);
  const z = r * r;
  const quadrant = i32(reinterpret<i64>(t)) + i32(isSlope);
  let value: f64;
  if (quadrant & 1) {
    value = load<f64>(C4) + z * load<f64>(C5);
    value = load<f64>(C3) + z * value;
    value = load<f64>(C2) + z * value;
    value = load<f64>(C1) + z * value;
    value = 1 + z * value;
  } else {
    value = load<f64>(S4) + z * load<f64>(S5);
    value = load<f64>(S3) + z * value;
    value = load<f64>(S2) + z * value;
    value = load<f64>(S1) + z * value;
    value = r + r * z * value;
  }
  if (quadrant & 2) value = -value;
  return f32(isSlope ? value * omega : value);
}

// @ts-ignore: decorator
@inline
export function sineLanes(x: v128, omega: f64): v128 {
  return sineLanesOf(x, omega, false);
}

export function sineNaive(x: f32, omega: f64): f32 {
  return sineNaiveOf(x, omega, false);
}

// @ts-ignore: decorator
@inline
export function sineSlopeLanes(x: v128, omega: f64): v128 {
  return sineLanesOf(x, omega, true);
}

export function sineSlopeNaive(x: f32, omega: f64): f32 {
  return sineNaiveOf(x, omega, true);
}
