// The scalar twins of activation.ts: the same float32 operations in the same order, one element at a time.
import { Activation } from "../../shared/activation";
import { activation64, activationDerivative64 } from "./activation64";
import { C_HALF, C_LARGE, C_MAX, C_ONE, C_SIX, C_SIXTH, C_TANH_SMALL, C_THIRD, C_THREE, C_TWO, c1, GELU_A, GELU_B, GELU_C, SELU_ALPHA, SELU_SCALE, TANH_P } from "./constants";
import { expm1Negative1, expNegative1, log1p1 } from "./exponential";
import { normalCdf1, normalDensity1 } from "./normalcdf";

// pmin and pmax as the vector instructions have them: the first argument where the comparison is false.
// @ts-ignore: decorator
@inline
function pmin(a: f32, b: f32): f32 {
  return b < a ? b : a;
}
// @ts-ignore: decorator
@inline
function pmax(a: f32, b: f32): f32 {
  return a < b ? b : a;
}

function sigmoid1(x: f32): f32 {
  const e = expNegative1(-abs(x));
  const q: f32 = c1(C_ONE) / (e + c1(C_ONE));
  return x < 0 ? e * q : q;
}

function sigmoidSlope1(x: f32): f32 {
  const e = expNegative1(-abs(x));
  const q: f32 = c1(C_ONE) / (e + c1(C_ONE));
  return e * q * q;
}

function tanh1(x: f32): f32 {
  const size = abs(x);
  if (size < c1(C_TANH_SMALL)) {
    const w: f32 = x * x;
    let p: f32 = c1(TANH_P) * w + c1(TANH_P + 1);
    p = p * w + c1(TANH_P + 2);
    p = p * w + c1(TANH_P + 3);
    p = p * w + c1(TANH_P + 4);
    return p * w * x + x;
  }
  const e = expNegative1(-(size + size));
  return copysign<f32>((c1(C_ONE) - e) / (c1(C_ONE) + e), x);
}

function tanhSlope1(x: f32): f32 {
  const s = sigmoidSlope1(abs(x) + abs(x));
  return (s + s) * c1(C_TWO);
}

function bounded1(x: f32): f32 {
  return pmax(pmin(x, c1(C_LARGE)), -c1(C_LARGE));
}

function geluArgument1(x: f32): f32 {
  return (x * x * c1(GELU_B) + c1(GELU_A)) * x;
}

function mishGate1(x: f32): f32 {
  const e = expNegative1(-abs(x));
  const square: f32 = e * e;
  const top: f32 = e + e + (x < 0 ? square : c1(C_ONE));
  return top / (top + (x < 0 ? c1(C_TWO) : square + square));
}

function mishSlope1(at: f32): f32 {
  const x = bounded1(at);
  const e = expNegative1(-abs(x));
  const square: f32 = e * e;
  const top: f32 = e + e + (x < 0 ? square : c1(C_ONE));
  const rest: f32 = x < 0 ? c1(C_TWO) : square + square;
  const inverse: f32 = c1(C_ONE) / (top + rest);
  const sech2: f32 = rest * inverse * ((top + top + rest) * inverse);
  const q: f32 = c1(C_ONE) / (e + c1(C_ONE));
  const s: f32 = x < 0 ? e * q : q;
  return top * inverse + x * s * sech2;
}

/** phi(x) in float32. */
export function phi1(kind: i32, x: f32, p: f32): f32 {
  switch (kind) {
    case Activation.sigmoid:
      return sigmoid1(x);
    case Activation.tanh:
      return tanh1(x);
    case Activation.relu:
      return pmax(x, 0) + 0;
    case Activation.leaky_relu:
    case Activation.prelu:
      return x < 0 ? x * p : x;
    case Activation.elu:
      return x < 0 ? expm1Negative1(x) * p : x;
    case Activation.selu:
      return (x < 0 ? expm1Negative1(x) * c1(SELU_ALPHA) : x) * c1(SELU_SCALE);
    case Activation.celu:
      return x < 0 ? expm1Negative1(pmin(x / p, 0)) * p : x;
    case Activation.gelu:
      return pmax(x, -c1(C_LARGE)) * normalCdf1(x);
    case Activation.gelu_tanh:
      return pmax(x, -c1(C_LARGE)) * sigmoid1(geluArgument1(x));
    case Activation.silu:
      return pmax(x, -c1(C_LARGE)) * sigmoid1(x);
    case Activation.mish:
      return pmax(x, -c1(C_LARGE)) * mishGate1(x);
    case Activation.softplus:
      return pmax(x, 0) + log1p1(expNegative1(-abs(x)));
    case Activation.softsign: {
      const y = pmax(pmin(x, c1(C_MAX)), -c1(C_MAX));
      return y / (abs(y) + c1(C_ONE));
    }
    case Activation.hardtanh:
      return pmax(pmin(x, c1(C_ONE)), -c1(C_ONE));
    case Activation.hard_sigmoid:
      return pmax(pmin(x * c1(C_SIXTH) + c1(C_HALF), c1(C_ONE)), 0) + 0;
    case Activation.hard_swish:
      return pmax(x, -c1(C_LARGE)) * pmax(pmin(x * c1(C_SIXTH) + c1(C_HALF), c1(C_ONE)), 0);
    case Activation.relu6:
      return pmax(pmin(x, c1(C_SIX)), 0) + 0;
    case Activation.sin:
      return <f32>activation64(kind, <f64>x, <f64>p);
    default:
      return x;
  }
}

/** phi'(x) in float32. */
export function dphi1(kind: i32, x: f32, p: f32): f32 {
  if (x != x) return x;
  switch (kind) {
    case Activation.sigmoid:
      return sigmoidSlope1(x);
    case Activation.tanh:
      return tanhSlope1(x);
    case Activation.relu:
      return x > 0 ? 1 : 0;
    case Activation.leaky_relu:
    case Activation.prelu:
      return x > 0 ? 1 : p;
    case Activation.elu:
      return x > 0 ? 1 : expNegative1(x) * p;
    case Activation.selu:
      return (x > 0 ? c1(C_ONE) : expNegative1(x) * c1(SELU_ALPHA)) * c1(SELU_SCALE);
    case Activation.celu:
      return x > 0 ? 1 : expNegative1(pmin(x / p, 0));
    case Activation.gelu: {
      const y = bounded1(x);
      return normalCdf1(y) + y * normalDensity1(y);
    }
    case Activation.gelu_tanh: {
      const y = bounded1(x);
      const u = geluArgument1(y);
      const slope: f32 = y * y * c1(GELU_C) + c1(GELU_A);
      return sigmoid1(u) + y * slope * sigmoidSlope1(u);
    }
    case Activation.silu: {
      const y = bounded1(x);
      const e = expNegative1(-abs(y));
      const q: f32 = c1(C_ONE) / (e + c1(C_ONE));
      const s: f32 = y < 0 ? e * q : q;
      const other: f32 = y < 0 ? q : e * q;
      return s * (y * other + c1(C_ONE));
    }
    case Activation.mish:
      return mishSlope1(x);
    case Activation.softplus:
      return sigmoid1(x);
    case Activation.softsign: {
      const q: f32 = c1(C_ONE) / (abs(x) + c1(C_ONE));
      return q * q;
    }
    case Activation.hardtanh:
      return abs(x) < c1(C_ONE) ? 1 : 0;
    case Activation.hard_sigmoid:
      return abs(x) < c1(C_THREE) ? c1(C_SIXTH) : 0;
    case Activation.hard_swish:
      return abs(x) > c1(C_THREE) ? (x > 0 ? 1 : 0) : x * c1(C_THIRD) + c1(C_HALF);
    case Activation.relu6:
      return x > 0 && x < c1(C_SIX) ? 1 : 0;
    case Activation.sin:
      return <f32>activationDerivative64(kind, <f64>x, <f64>p);
    default:
      return 1;
  }
}

/** Twin of activationForward. */
export function activationForwardNaive(kind: i32, out: usize, z: usize, count: i32, p: f64): void {
  for (let i: usize = 0; i < <usize>count << 2; i += 4) store<f32>(out + i, phi1(kind, load<f32>(z + i), <f32>p));
}

/** Twin of activationBackward. */
export function activationBackwardNaive(kind: i32, dz: usize, dh: usize, z: usize, count: i32, p: f64): void {
  for (let i: usize = 0; i < <usize>count << 2; i += 4)
    store<f32>(dz + i, load<f32>(dh + i) * dphi1(kind, load<f32>(z + i), <f32>p));
}
