// Elementary functions of float64, for theory, data and gains: the host's own differ between engines, these do not.
// Scalar: nothing here runs once a weight.
import { checkRange, checkThat } from "../memory/check";

export function exp64(x: f64): f64 {
  return Math.exp(x);
}

/** out = exp(x); both f64 [n]; out may be x. */
export function expBulk64(out: usize, x: usize, n: i32): void {
  checkThat(n >= 0, "expBulk64: count");
  checkRange(out, <usize>n << 3);
  checkRange(x, <usize>n << 3);
  for (let i = 0; i < n; ++i) {
    const at = <usize>i << 3;
    store<f64>(out + at, Math.exp(load<f64>(x + at)));
  }
}

/** Natural logarithm. */
export function log64(x: f64): f64 {
  return Math.log(x);
}

// pi/2 in parts: whole multiples up to 2^22 of the first two are exact.
const PI2_HIGH: f64 = 1.570796325802803;
const PI2_MIDDLE: f64 = 9.920935791635221e-10;
const PI2_LOW: f64 = 5.170182981794105e-19;
const TWO_OVER_PI: f64 = 0.6366197723675814;

/**
 * Whether AssemblyScript's reduction (0.28) must not be used: from 2^20 pi/2 on it looks the bits of 1/pi up in a table
 * that begins at 2^22, and below that reads the word before the table, so that the answer depends on what stands there.
 */
// @ts-ignore: decorator
@inline
function isMisreduced(x: f64): bool {
  const a = Math.abs(x);
  return a >= 1048576.0 && a < 4194304.0;
}

/** sin(x + turn pi/2) where isMisreduced, by Cody and Waite's reduction (1980). */
function sinOfMiddle(x: f64, turn: i32): f64 {
  const k = nearest(x * TWO_OVER_PI);
  const t = x - k * PI2_HIGH;
  const w = k * PI2_MIDDLE;
  const r = t - w;
  const reduced = r + (t - r - w - k * PI2_LOW);
  const quadrant = <i32>k + turn;
  const value = (quadrant & 1) != 0 ? Math.cos(reduced) : Math.sin(reduced);
  return (quadrant & 2) != 0 ? -value : value;
}

export function sin64(x: f64): f64 {
  return isMisreduced(x) ? sinOfMiddle(x, 0) : Math.sin(x);
}

export function cos64(x: f64): f64 {
  return isMisreduced(x) ? sinOfMiddle(x, 1) : Math.cos(x);
}

export function tanh64(x: f64): f64 {
  return Math.tanh(x);
}

export function pow64(x: f64, y: f64): f64 {
  return Math.pow(x, y);
}

export function atan64(x: f64): f64 {
  return Math.atan(x);
}

// erf(x)/x in rising powers of x^2 on [0, 1]: Chebyshev interpolation worked out to 50 digits, relative error 2e-17.
const ERF: usize = memory.data<f64>([
  1.1283791670955126, -0.37612638903183543, 0.1128379167094513, -0.026866170643256995, 0.005223977607269946,
  -0.0008548325982543225, 0.00012055295112667001, -1.4924740785377576e-5, 1.6447471190594618e-6,
  -1.6208829856810202e-7, 1.3721520406351094e-8, -7.798543850549947e-10,
]);

// (x + 3) exp(x^2) erfc(x) on [1, inf) as a Chebyshev series in y = (x - 5)/(x + 3), the form of Schonfelder (1978),
// Math. Comp. 32, 1232; coefficients worked out to 50 digits, the last below 3e-18.
const ERFC: usize = memory.data<f64>([
  1.0079562350049418, -0.5490126768722887, 0.12580111227947868, -0.02371106682114769, 0.0034938267093962277,
  -0.00035185619584724635, 1.1298923957331285e-5, 3.2408778922441323e-6, -5.385726065139512e-7,
  -8.461490822043964e-10, 9.90400760773998e-9, -7.036403525235503e-10, -1.6664490530532747e-10,
  2.4118929080791676e-11, 3.026091701393405e-12, -6.931601732993519e-13, -6.602568076647204e-14,
  1.975284085022598e-14, 1.8539919229571627e-15, -5.758904861609661e-16, -6.544929238677393e-17,
  1.6928971240939904e-17, 2.6517167838633164e-18,
]);
const ERFC_TERMS: i32 = 23;

/** The error function. */
export function erf64(x: f64): f64 {
  const a = Math.abs(x);
  if (a < 1.0) return x * erfOverX(x * x);
  const rest = a > 6.0 ? 0.0 : upperErfc(a);
  return x < 0.0 ? rest - 1.0 : x != x ? x : 1.0 - rest;
}

/** 1 - erf(x), without cancellation in the upper tail. */
export function erfc64(x: f64): f64 {
  if (x < 1.0) return x > -1.0 ? 1.0 - x * erfOverX(x * x) : 1.0 - erf64(x);
  return x > 27.5 ? 0.0 : upperErfc(x);
}

function erfOverX(square: f64): f64 {
  let sum = load<f64>(ERF, 88);
  for (let k = 10; k >= 0; --k) sum = sum * square + load<f64>(ERF + (<usize>k << 3));
  return sum;
}

/** erfc for 1 <= x, by Clenshaw's recurrence. */
function upperErfc(x: f64): f64 {
  const twice = 2.0 * ((x - 5.0) / (x + 3.0));
  let b = 0.0;
  let above = 0.0;
  for (let k = ERFC_TERMS - 1; k > 0; --k) {
    const next = twice * b - above + load<f64>(ERFC + (<usize>k << 3));
    above = b;
    b = next;
  }
  const scaled = 0.5 * twice * b - above + load<f64>(ERFC);
  // exp(-x^2) from a head of x whose square is exact, so that the rounding of x^2 does not become a relative error.
  const head = <f64>(<f32>x);
  const square = Math.exp(-head * head) * Math.exp(-(x - head) * (x + head));
  return (square * scaled) / (x + 3.0);
}
