// The activations and their derivatives in float64, to about 1e-15: what theory integrates and what the float32 kernels
// are held against. Kinds: shared/activation.ts; p is negative_slope, alpha or omega, whichever the kind has.
//
// At a kink the derivative is the left one, but for hardtanh, hard_sigmoid and relu6, 0 at both ends. At +-Inf function and
// derivative take their limits (sin: NaN); NaN gives NaN in both.
import { checkRange, checkThat } from "../memory/check";
import { Activation } from "../../shared/activation";
import { cos64, erfc64, sin64 } from "./functions64";

// Klambauer et al. (2017), as torch ships them.
export const SELU_SCALE: f64 = 1.0507009873554804934193349852946;
export const SELU_ALPHA: f64 = 1.6732632423543772848170429916717;
const SQRT_HALF: f64 = 0.70710678118654752440;
const INV_SQRT_TWO_PI: f64 = 0.39894228040143267794;
// gelu_tanh is x sigmoid(x (C1 + C3 x^2)): 2 sqrt(2/pi), and 0.044715 times it (Hendrycks & Gimpel 2016).
export const GELU_C1: f64 = 1.5957691216057307117597842397375;
export const GELU_C3: f64 = 0.071354816272600248776;

/** phi(x). */
export function activation64(kind: i32, x: f64, p: f64): f64 {
  if (x != x) return x;
  switch (kind) {
    case Activation.identity: return x;
    case Activation.sigmoid: return sigmoid(x);
    case Activation.tanh: return Math.tanh(x);
    case Activation.relu: return x > 0.0 ? x : 0.0;
    case Activation.leaky_relu:
    case Activation.prelu: return x > 0.0 ? x : p == 0.0 ? 0.0 : p * x;
    case Activation.elu: return x > 0.0 ? x : p * Math.expm1(x);
    case Activation.selu: return SELU_SCALE * (x > 0.0 ? x : SELU_ALPHA * Math.expm1(x));
    case Activation.celu: return x > 0.0 ? x : p * Math.expm1(x / p);
    // The products below are Inf * 0 in the lower tail, whose limit is 0.
    case Activation.gelu: return x < -40.0 ? 0.0 : 0.5 * x * erfc64(-x * SQRT_HALF);
    case Activation.gelu_tanh: return x < -30.0 ? 0.0 : x * sigmoid(geluArgument(x));
    case Activation.silu: return x < -800.0 ? 0.0 : x * sigmoid(x);
    case Activation.mish: return x < -800.0 ? 0.0 : x * tanhSoftplus(x);
    case Activation.softplus: return Math.max(x, 0.0) + Math.log1p(Math.exp(-Math.abs(x)));
    case Activation.softsign: return Math.abs(x) == Infinity ? Math.sign(x) : x / (1.0 + Math.abs(x));
    case Activation.hardtanh: return Math.min(Math.max(x, -1.0), 1.0);
    case Activation.hard_sigmoid: return Math.min(Math.max(x / 6.0 + 0.5, 0.0), 1.0);
    case Activation.hard_swish: return x <= -3.0 ? 0.0 : x >= 3.0 ? x : (x * (x + 3.0)) / 6.0;
    case Activation.relu6: return Math.min(Math.max(x, 0.0), 6.0);
    case Activation.sin: return sin64(p * x);
    default: checkThat(false, "activation64: kind");
  }
  return NaN;
}

/** phi'(x). */
export function activationDerivative64(kind: i32, x: f64, p: f64): f64 {
  if (x != x) return x;
  switch (kind) {
    case Activation.identity: return 1.0;
    case Activation.sigmoid: return sigmoidSlope(x);
    case Activation.tanh: return 4.0 * sigmoidSlope(2.0 * x);
    case Activation.relu: return x > 0.0 ? 1.0 : 0.0;
    case Activation.leaky_relu:
    case Activation.prelu: return x > 0.0 ? 1.0 : p;
    case Activation.elu: return x > 0.0 ? 1.0 : p * Math.exp(x);
    case Activation.selu: return SELU_SCALE * (x > 0.0 ? 1.0 : SELU_ALPHA * Math.exp(x));
    case Activation.celu: return x > 0.0 ? 1.0 : Math.exp(x / p);
    case Activation.gelu:
      if (Math.abs(x) > 40.0) return x > 0.0 ? 1.0 : 0.0;
      return 0.5 * erfc64(-x * SQRT_HALF) + x * INV_SQRT_TWO_PI * Math.exp(-0.5 * x * x);
    case Activation.gelu_tanh: {
      if (Math.abs(x) > 30.0) return x > 0.0 ? 1.0 : 0.0;
      const y = geluArgument(x);
      return sigmoid(y) + x * sigmoidSlope(y) * (GELU_C1 + 3.0 * GELU_C3 * x * x);
    }
    case Activation.silu:
      if (Math.abs(x) > 800.0) return x > 0.0 ? 1.0 : 0.0;
      return sigmoid(x) + x * sigmoidSlope(x);
    case Activation.mish: {
      if (Math.abs(x) > 800.0) return x > 0.0 ? 1.0 : 0.0;
      // (1 - t^2) sigmoid(x) = 4 e (1 + e)/(n + 2)^2 with e = exp(x), n = e (e + 2); above 0 in e = exp(-x).
      const e = Math.exp(-Math.abs(x));
      const d = x > 0.0 ? 1.0 + 2.0 * e * (1.0 + e) : e * (e + 2.0) + 2.0;
      const n = 4.0 * e * (1.0 + e) * (x > 0.0 ? e : 1.0);
      return tanhSoftplus(x) + (x * n) / (d * d);
    }
    case Activation.softplus: return sigmoid(x);
    case Activation.softsign: {
      const g = 1.0 / (1.0 + Math.abs(x));
      return g * g;
    }
    case Activation.hardtanh: return x > -1.0 && x < 1.0 ? 1.0 : 0.0;
    case Activation.hard_sigmoid: return x > -3.0 && x < 3.0 ? 1.0 / 6.0 : 0.0;
    // torch's: -1/2 at -3, 3/2 at 3.
    case Activation.hard_swish: return x < -3.0 ? 0.0 : x <= 3.0 ? x / 3.0 + 0.5 : 1.0;
    case Activation.relu6: return x > 0.0 && x < 6.0 ? 1.0 : 0.0;
    case Activation.sin: return p * cos64(p * x);
    default: checkThat(false, "activationDerivative64: kind");
  }
  return NaN;
}

/** out = phi(x); both f64 [n]; out may be x. */
export function activationBulk64(kind: i32, out: usize, x: usize, n: i32, p: f64): void {
  checkBulk(out, x, n);
  for (let i = 0; i < n; ++i) {
    const at = <usize>i << 3;
    store<f64>(out + at, activation64(kind, load<f64>(x + at), p));
  }
}

/** out = phi'(x); both f64 [n]; out may be x. */
export function activationDerivativeBulk64(kind: i32, out: usize, x: usize, n: i32, p: f64): void {
  checkBulk(out, x, n);
  for (let i = 0; i < n; ++i) {
    const at = <usize>i << 3;
    store<f64>(out + at, activationDerivative64(kind, load<f64>(x + at), p));
  }
}

function checkBulk(out: usize, x: usize, n: i32): void {
  checkThat(n >= 0, "activation64: count");
  checkRange(out, <usize>n << 3);
  checkRange(x, <usize>n << 3);
}

/** 1/(1 + exp(-x)), the exponential never above 1. */
export function sigmoid(x: f64): f64 {
  const e = Math.exp(-Math.abs(x));
  return (x < 0.0 ? e : 1.0) / (1.0 + e);
}

export function sigmoidSlope(x: f64): f64 {
  const e = Math.exp(-Math.abs(x));
  return e / ((1.0 + e) * (1.0 + e));
}

function geluArgument(x: f64): f64 {
  return x * (GELU_C1 + GELU_C3 * x * x);
}

/** tanh(log(1 + exp x)) = n/(n + 2), n = e (e + 2), e = exp(x). */
function tanhSoftplus(x: f64): f64 {
  const e = Math.exp(-Math.abs(x));
  if (x > 0.0) return (1.0 + 2.0 * e) / (1.0 + 2.0 * e * (1.0 + e));
  const n = e * (e + 2.0);
  return n / (n + 2.0);
}
