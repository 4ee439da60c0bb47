// erf and erfc on four float32 lanes, over the whole line, each with its scalar twin (equal bits).
// Error against float64: <= 1e-6 |f| + 1e-7; erf keeps its digits near 0, erfc in its upper tail down to 1e-7.
//
// Method: erfc(a) = 2 exp(-a^2) M(a) for a >= 0, M the Mills' ratio of activationGated.ts at -sqrt(2) a;
// erf(x) = x E(x^2) for |x| < 1 with the series of functions64.ts, two terms short (1.3e-8), else from erfc.
import { mills, millsNaive } from "./activationGated";
import { expLanes, expNaive, mulAdd } from "./exponential";

const TABLE: usize = memory.data<f32>([
  1.0, 1.0, 1.0, 1.0,
  2.0, 2.0, 2.0, 2.0,
  -0.0, -0.0, -0.0, -0.0,
  -1.4142135623730951, -1.4142135623730951, -1.4142135623730951, -1.4142135623730951,
  1.1283791670955126, 1.1283791670955126, 1.1283791670955126, 1.1283791670955126,
  -0.37612638903183543, -0.37612638903183543, -0.37612638903183543, -0.37612638903183543,
  0.1128379167094513, 0.1128379167094513, 0.1128379167094513, 0.1128379167094513,
  -0.026866170643256995, -0.026866170643256995, -0.026866170643256995, -0.026866170643256995,
  0.005223977607269946, 0.005223977607269946, 0.005223977607269946, 0.005223977607269946,
  -0.0008548325982543225, -0.0008548325982543225, -0.0008548325982543225, -0.0008548325982543225,
  0.00012055295112667001, 0.00012055295112667001, 0.00012055295112667001, 0.00012055295112667001,
  -1.4924740785377576e-5, -1.4924740785377576e-5, -1.4924740785377576e-5, -1.4924740785377576e-5,
  1.6447471190594618e-6, 1.6447471190594618e-6, 1.6447471190594618e-6, 1.6447471190594618e-6,
  -1.6208829856810202e-7, -1.6208829856810202e-7, -1.6208829856810202e-7, -1.6208829856810202e-7,
]);
const ONE: usize = TABLE;
const TWO: usize = TABLE + 16;
const SIGN: usize = TABLE + 32;
const MINUS_ROOT_TWO: usize = TABLE + 48;
const E0: usize = TABLE + 64;
const E1: usize = TABLE + 80;
const E2: usize = TABLE + 96;
const E3: usize = TABLE + 112;
const E4: usize = TABLE + 128;
const E5: usize = TABLE + 144;
const E6: usize = TABLE + 160;
const E7: usize = TABLE + 176;
const E8: usize = TABLE + 192;
const E9: usize = TABLE + 208;

/** erfc(a), a >= 0. */
// @ts-ignore: decorator
@inline
function tail(a: v128): v128 {
  const e = expLanes(v128.xor(f32x4.mul(a, a), v128.load(SIGN)));
  return f32x4.mul(f32x4.mul(e, v128.load(TWO)), mills(f32x4.mul(a, v128.load(MINUS_ROOT_TWO))));
}

function tailNaive(a: f32): f32 {
  return expNaive(-(a * a)) * 2 * millsNaive(a * load<f32>(MINUS_ROOT_TWO));
}

/** erfc(x) = 1 - erf(x). */
// @ts-ignore: decorator
@inline
export function erfcLanes(x: v128): v128 {
  const upper = tail(f32x4.abs(x));
  return v128.bitselect(f32x4.sub(v128.load(TWO), upper), upper, f32x4.lt(x, i32x4.splat(0)));
}

export function erfcNaive(x: f32): f32 {
  const upper = tailNaive(abs(x));
  return x < 0 ? 2 - upper : upper;
}

/** erf(x). */
// @ts-ignore: decorator
@inline
export function erfLanes(x: v128): v128 {
  const a = f32x4.abs(x);
  const far = v128.or(f32x4.sub(v128.load(ONE), tail(a)), v128.and(x, v128.load(SIGN)));
  const s = f32x4.mul(x, x);
  let p = mulAdd(s, v128.load(E9), v128.load(E8));
  p = mulAdd(s, p, v128.load(E7));
  p = mulAdd(s, p, v128.load(E6));
  p = mulAdd(s, p, v128.load(E5));
  p = mulAdd(s, p, v128.load(E4));
  p = mulAdd(s, p, v128.load(E3));
  p = mulAdd(s, p, v128.load(E2));
  p = mulAdd(s, p, v128.load(E1));
  p = mulAdd(s, p, v128.load(E0));
  return v128.bitselect(f32x4.mul(x, p), far, f32x4.lt(a, v128.load(ONE)));
}

export function erfNaive(x: f32): f32 {
  const a = abs(x);
  if (!(a < 1)) {
    const far: f32 = 1 - tailNaive(a);
    return x < 0 ? -far : far;
  }
  const s = x * x;
  let p = load<f32>(E8) + s * load<f32>(E9);
  p = load<f32>(E7) + s * p;
  p = load<f32>(E6) + s * p;
  p = load<f32>(E5) + s * p;
  p = load<f32>(E4) + s * p;
  p = load<f32>(E3) + s * p;
  p = load<f32>(E2) + s * p;
  p = load<f32>(E1) + s * p;
  p = load<f32>(E0) + s * p;
  return x * p;
}
