// Activations and their derivatives over float32 buffers. One row of `phi4` and `dphi4` a kind; the scalar twins
// with equal bits stand in activationScalar.ts, the float64 reference in activation64.ts.
// Errors at most 1e-6 |f| + 1e-7. NaN stays NaN, infinities give the limit.
import { Activation } from "../../shared/activation";
import { checkRange, checkThat } from "../memory/check";
import { dphi1, phi1 } from "./activationScalar";
import { activation64, activationDerivative64 } from "./activation64";
import { expm1Negative4, expNegative4, log1p4 } from "./exponential";
import { normalCdf4, normalDensity4 } from "./normalcdf";
import { C_HALF, C_LARGE, C_MAX, C_ONE, C_SIX, C_SIXTH, C_TANH_SMALL, C_THIRD, C_THREE, C_TWO, c4, GELU_A, GELU_B, GELU_C, SELU_ALPHA, SELU_SCALE, TANH_P } from "./constants";

// @ts-ignore: decorator
@inline
function zero(): v128 {
  return f32x4.splat(0);
}

/** 1/(1 + e^-x), from e^-|x| so that neither side overflows. */
// @ts-ignore: decorator
@inline
function sigmoid4(x: v128): v128 {
  const e = expNegative4(f32x4.neg(f32x4.abs(x)));
  const q = f32x4.div(c4(C_ONE), f32x4.add(e, c4(C_ONE)));
  return v128.bitselect(f32x4.mul(e, q), q, f32x4.lt(x, zero()));
}

/** s (1 - s) = e/(1 + e)^2. */
// @ts-ignore: decorator
@inline
function sigmoidSlope4(x: v128): v128 {
  const e = expNegative4(f32x4.neg(f32x4.abs(x)));
  const q = f32x4.div(c4(C_ONE), f32x4.add(e, c4(C_ONE)));
  return f32x4.mul(f32x4.mul(e, q), q);
}

/** Cephes tanhf (Moshier 1989): a polynomial below 0.625, (1 - e^-2|x|)/(1 + e^-2|x|) beyond. */
// @ts-ignore: decorator
@inline
function tanh4(x: v128): v128 {
  const w = f32x4.mul(x, x);
  let p = f32x4.add(f32x4.mul(c4(TANH_P), w), c4(TANH_P + 1));
  p = f32x4.add(f32x4.mul(p, w), c4(TANH_P + 2));
  p = f32x4.add(f32x4.mul(p, w), c4(TANH_P + 3));
  p = f32x4.add(f32x4.mul(p, w), c4(TANH_P + 4));
  const small = f32x4.add(f32x4.mul(f32x4.mul(p, w), x), x);
  const size = f32x4.abs(x);
  const e = expNegative4(f32x4.neg(f32x4.add(size, size)));
  const large = f32x4.div(f32x4.sub(c4(C_ONE), e), f32x4.add(c4(C_ONE), e));
  const signed = v128.or(large, v128.and(x, i32x4.splat(0x80000000)));
  return v128.bitselect(small, signed, f32x4.lt(size, c4(C_TANH_SMALL)));
}

/** sech^2 x = 4 e/(1 + e)^2, e = e^-2|x|. */
// @ts-ignore: decorator
@inline
function tanhSlope4(x: v128): v128 {
  const size = f32x4.abs(x);
  const s = sigmoidSlope4(f32x4.add(size, size));
  return f32x4.mul(f32x4.add(s, s), c4(C_TWO));
}

/** Keeps x within +-1000, where limits are long reached, so that inf times 0 does not arise. */
// @ts-ignore: decorator
@inline
function bounded4(x: v128): v128 {
  return f32x4.pmax(f32x4.pmin(x, c4(C_LARGE)), f32x4.neg(c4(C_LARGE)));
}

/** 2 sqrt(2/pi) (x + 0.044715 x^3): gelu_tanh is x sigmoid of it. */
// @ts-ignore: decorator
@inline
function geluArgument4(x: v128): v128 {
  return f32x4.mul(f32x4.add(f32x4.mul(f32x4.mul(x, x), c4(GELU_B)), c4(GELU_A)), x);
}

/** Mish (Misra 2019): tanh(softplus(x)) as a ratio in e = e^-|x|; returns numerator, the other is made from it. */
// @ts-ignore: decorator
@inline
function mishGate4(x: v128): v128 {
  const e = expNegative4(f32x4.neg(f32x4.abs(x)));
  const negative = f32x4.lt(x, zero());
  // x >= 0: (1 + 2e)/(1 + 2e + 2e^2); x < 0: (e^2 + 2e)/(e^2 + 2e + 2).
  const twoE = f32x4.add(e, e);
  const square = f32x4.mul(e, e);
  const top = f32x4.add(twoE, v128.bitselect(square, c4(C_ONE), negative));
  const rest = v128.bitselect(c4(C_TWO), f32x4.add(square, square), negative);
  return f32x4.div(top, f32x4.add(top, rest));
}

/** t + x (1 - t^2) sigmoid(x), with 1 - t^2 = rest (2 top + rest)/(top + rest)^2. */
// @ts-ignore: decorator
@inline
function mishSlope4(at: v128): v128 {
  const x = bounded4(at);
  const e = expNegative4(f32x4.neg(f32x4.abs(x)));
  const negative = f32x4.lt(x, zero());
  const twoE = f32x4.add(e, e);
  const square = f32x4.mul(e, e);
  const top = f32x4.add(twoE, v128.bitselect(square, c4(C_ONE), negative));
  const rest = v128.bitselect(c4(C_TWO), f32x4.add(square, square), negative);
  const inverse = f32x4.div(c4(C_ONE), f32x4.add(top, rest));
  const t = f32x4.mul(top, inverse);
  const sech2 = f32x4.mul(f32x4.mul(rest, inverse), f32x4.mul(f32x4.add(f32x4.add(top, top), rest), inverse));
  const q = f32x4.div(c4(C_ONE), f32x4.add(e, c4(C_ONE)));
  const s = v128.bitselect(f32x4.mul(e, q), q, negative);
  return f32x4.add(t, f32x4.mul(f32x4.mul(x, s), sech2));
}

/** phi(x); `p` the parameter in all lanes, `kind` a constant where this is inlined. */
// @ts-ignore: decorator
@inline
function phi4(kind: i32, x: v128, p: v128): v128 {
  if (kind == Activation.sigmoid) return sigmoid4(x);
  if (kind == Activation.tanh) return tanh4(x);
  // Adding 0 turns -0 into 0.
  if (kind == Activation.relu) return f32x4.add(f32x4.pmax(x, zero()), zero());
  if (kind == Activation.leaky_relu) return v128.bitselect(f32x4.mul(x, p), x, f32x4.lt(x, zero()));
  if (kind == Activation.elu)
    return v128.bitselect(f32x4.mul(expm1Negative4(f32x4.pmin(x, zero())), p), x, f32x4.lt(x, zero()));
  if (kind == Activation.selu)
    return f32x4.mul(
      v128.bitselect(f32x4.mul(expm1Negative4(f32x4.pmin(x, zero())), c4(SELU_ALPHA)), x, f32x4.lt(x, zero())),
      c4(SELU_SCALE),
    );
  if (kind == Activation.celu)
    return v128.bitselect(
      f32x4.mul(expm1Negative4(f32x4.pmin(f32x4.div(x, p), zero())), p), x, f32x4.lt(x, zero()),
    );
  if (kind == Activation.gelu) return f32x4.mul(f32x4.pmax(x, f32x4.neg(c4(C_LARGE))), normalCdf4(x));
  if (kind == Activation.gelu_tanh)
    return f32x4.mul(f32x4.pmax(x, f32x4.neg(c4(C_LARGE))), sigmoid4(geluArgument4(x)));
  if (kind == Activation.silu) return f32x4.mul(f32x4.pmax(x, f32x4.neg(c4(C_LARGE))), sigmoid4(x));
  if (kind == Activation.mish) return f32x4.mul(f32x4.pmax(x, f32x4.neg(c4(C_LARGE))), mishGate4(x));
  if (kind == Activation.softplus)
    return f32x4.add(f32x4.pmax(x, zero()), log1p4(expNegative4(f32x4.neg(f32x4.abs(x)))));
  if (kind == Activation.softsign) {
    const y = f32x4.pmax(f32x4.pmin(x, c4(C_MAX)), f32x4.neg(c4(C_MAX)));
    return f32x4.div(y, f32x4.add(f32x4.abs(y), c4(C_ONE)));
  }
  if (kind == Activation.hardtanh) return f32x4.pmax(f32x4.pmin(x, c4(C_ONE)), f32x4.neg(c4(C_ONE)));
  if (kind == Activation.hard_sigmoid)
    return f32x4.add(
      f32x4.pmax(f32x4.pmin(f32x4.add(f32x4.mul(x, c4(C_SIXTH)), c4(C_HALF)), c4(C_ONE)), zero()), zero(),
    );
  if (kind == Activation.hard_swish) {
    const gate = f32x4.pmax(f32x4.pmin(f32x4.add(f32x4.mul(x, c4(C_SIXTH)), c4(C_HALF)), c4(C_ONE)), zero());
    return f32x4.mul(f32x4.pmax(x, f32x4.neg(c4(C_LARGE))), gate);
  }
  if (kind == Activation.relu6) return f32x4.add(f32x4.pmax(f32x4.pmin(x, c4(C_SIX)), zero()), zero());
  return x;
}

/** phi'(x). NaN stays NaN: masks are made of comparisons that are false for it, and x - x is added where needed. */
// @ts-ignore: decorator
@inline
function dphi4(kind: i32, x: v128, p: v128): v128 {
  if (kind == Activation.sigmoid) return sigmoidSlope4(x);
  if (kind == Activation.tanh) return tanhSlope4(x);
  if (kind == Activation.relu) return keepNaN4(v128.and(f32x4.gt(x, zero()), c4(C_ONE)), x);
  if (kind == Activation.leaky_relu) return keepNaN4(v128.bitselect(c4(C_ONE), p, f32x4.gt(x, zero())), x);
  if (kind == Activation.elu)
    return keepNaN4(v128.bitselect(c4(C_ONE), f32x4.mul(expNegative4(f32x4.pmin(x, zero())), p), f32x4.gt(x, zero())), x);
  if (kind == Activation.selu)
    return keepNaN4(
      f32x4.mul(
        v128.bitselect(
          c4(C_ONE), f32x4.mul(expNegative4(f32x4.pmin(x, zero())), c4(SELU_ALPHA)), f32x4.gt(x, zero()),
        ),
        c4(SELU_SCALE),
      ), x,
    );
  if (kind == Activation.celu)
    return keepNaN4(v128.bitselect(c4(C_ONE), expNegative4(f32x4.pmin(f32x4.div(x, p), zero())), f32x4.gt(x, zero())), x);
  if (kind == Activation.gelu) {
    const y = bounded4(x);
    return f32x4.add(normalCdf4(y), f32x4.mul(y, normalDensity4(y)));
  }
  if (kind == Activation.gelu_tanh) {
    const y = bounded4(x);
    const u = geluArgument4(y);
    const slope = f32x4.add(f32x4.mul(f32x4.mul(y, y), c4(GELU_C)), c4(GELU_A));
    return f32x4.add(sigmoid4(u), f32x4.mul(f32x4.mul(y, slope), sigmoidSlope4(u)));
  }
  if (kind == Activation.silu) {
    const y = bounded4(x);
    const e = expNegative4(f32x4.neg(f32x4.abs(y)));
    const q = f32x4.div(c4(C_ONE), f32x4.add(e, c4(C_ONE)));
    const negative = f32x4.lt(y, zero());
    const s = v128.bitselect(f32x4.mul(e, q), q, negative);
    const other = v128.bitselect(q, f32x4.mul(e, q), negative);
    return f32x4.mul(s, f32x4.add(f32x4.mul(y, other), c4(C_ONE)));
  }
  if (kind == Activation.mish) return mishSlope4(x);
  if (kind == Activation.softplus) return sigmoid4(x);
  if (kind == Activation.softsign) {
    const q = f32x4.div(c4(C_ONE), f32x4.add(f32x4.abs(x), c4(C_ONE)));
    return f32x4.mul(q, q);
  }
  if (kind == Activation.hardtanh) return keepNaN4(v128.and(f32x4.lt(f32x4.abs(x), c4(C_ONE)), c4(C_ONE)), x);
  if (kind == Activation.hard_sigmoid)
    return keepNaN4(v128.and(f32x4.lt(f32x4.abs(x), c4(C_THREE)), c4(C_SIXTH)), x);
  if (kind == Activation.hard_swish) {
    const middle = f32x4.add(f32x4.mul(x, c4(C_THIRD)), c4(C_HALF));
    const outer = v128.and(f32x4.gt(x, zero()), c4(C_ONE));
    return v128.bitselect(outer, middle, f32x4.gt(f32x4.abs(x), c4(C_THREE)));
  }
  if (kind == Activation.relu6)
    return keepNaN4(v128.and(v128.and(f32x4.gt(x, zero()), f32x4.lt(x, c4(C_SIX))), c4(C_ONE)), x);
  return keepNaN4(c4(C_ONE), x);
}

/** `value`, but NaN where x is. */
// @ts-ignore: decorator
@inline
function keepNaN4(value: v128, x: v128): v128 {
  return v128.bitselect(value, x, f32x4.eq(x, x));
}

// The loops: `kind` is a constant at each call, so that each becomes a loop of its own.

// @ts-ignore: decorator
@inline
function forwardLoop(kind: i32, out: usize, z: usize, count: i32, p: f32): void {
  const p4 = f32x4.splat(p);
  const end = <usize>(count & ~3) << 2;
  for (let i: usize = 0; i < end; i += 16) v128.store(out + i, phi4(kind, v128.load(z + i), p4));
  for (let i = end; i < <usize>count << 2; i += 4) store<f32>(out + i, phi1(kind, load<f32>(z + i), p));
}

// @ts-ignore: decorator
@inline
function derivativeLoop(kind: i32, out: usize, z: usize, count: i32, p: f32): void {
  const p4 = f32x4.splat(p);
  const end = <usize>(count & ~3) << 2;
  for (let i: usize = 0; i < end; i += 16) v128.store(out + i, dphi4(kind, v128.load(z + i), p4));
  for (let i = end; i < <usize>count << 2; i += 4) store<f32>(out + i, dphi1(kind, load<f32>(z + i), p));
}

// @ts-ignore: decorator
@inline
function backwardLoop(kind: i32, dz: usize, dh: usize, z: usize, count: i32, p: f32): void {
  const p4 = f32x4.splat(p);
  const end = <usize>(count & ~3) << 2;
  for (let i: usize = 0; i < end; i += 16)
    v128.store(dz + i, f32x4.mul(v128.load(dh + i), dphi4(kind, v128.load(z + i), p4)));
  for (let i = end; i < <usize>count << 2; i += 4)
    store<f32>(dz + i, load<f32>(dh + i) * dphi1(kind, load<f32>(z + i), p));
}

/** out[i] = phi(z[i]), f32 [count]. `p`: the parameter of those that have one. out may be z. */
export function activationForward(kind: i32, out: usize, z: usize, count: i32, p: f64): void {
  check(kind, out, z, count);
  switch (kind) {
    case Activation.identity:
      forwardLoop(Activation.identity, out, z, count, <f32>p);
      break;
    case Activation.sigmoid:
      forwardLoop(Activation.sigmoid, out, z, count, <f32>p);
      break;
    case Activation.tanh:
      forwardLoop(Activation.tanh, out, z, count, <f32>p);
      break;
    case Activation.relu:
      forwardLoop(Activation.relu, out, z, count, <f32>p);
      break;
    case Activation.prelu: // the same function with another default slope
    case Activation.leaky_relu:
      forwardLoop(Activation.leaky_relu, out, z, count, <f32>p);
      break;
    case Activation.elu:
      forwardLoop(Activation.elu, out, z, count, <f32>p);
      break;
    case Activation.selu:
      forwardLoop(Activation.selu, out, z, count, <f32>p);
      break;
    case Activation.celu:
      forwardLoop(Activation.celu, out, z, count, <f32>p);
      break;
    case Activation.gelu:
      forwardLoop(Activation.gelu, out, z, count, <f32>p);
      break;
    case Activation.gelu_tanh:
      forwardLoop(Activation.gelu_tanh, out, z, count, <f32>p);
      break;
    case Activation.silu:
      forwardLoop(Activation.silu, out, z, count, <f32>p);
      break;
    case Activation.mish:
      forwardLoop(Activation.mish, out, z, count, <f32>p);
      break;
    case Activation.softplus:
      forwardLoop(Activation.softplus, out, z, count, <f32>p);
      break;
    case Activation.softsign:
      forwardLoop(Activation.softsign, out, z, count, <f32>p);
      break;
    case Activation.hardtanh:
      forwardLoop(Activation.hardtanh, out, z, count, <f32>p);
      break;
    case Activation.hard_sigmoid:
      forwardLoop(Activation.hard_sigmoid, out, z, count, <f32>p);
      break;
    case Activation.hard_swish:
      forwardLoop(Activation.hard_swish, out, z, count, <f32>p);
      break;
    case Activation.relu6:
      forwardLoop(Activation.relu6, out, z, count, <f32>p);
      break;
    case Activation.sin:
      for (let i = 0; i < count; ++i) {
        const at = <usize>i << 2;
        store<f32>(out + at, <f32>activation64(kind, <f64>load<f32>(z + at), p));
      }
      break;
    default:
      unreachable();
  }
}

/** out[i] = phi'(z[i]), f32 [count]. out may be z. */
export function activationDerivative(kind: i32, out: usize, z: usize, count: i32, p: f64): void {
  check(kind, out, z, count);
  switch (kind) {
    case Activation.identity:
      derivativeLoop(Activation.identity, out, z, count, <f32>p);
      break;
    case Activation.sigmoid:
      derivativeLoop(Activation.sigmoid, out, z, count, <f32>p);
      break;
    case Activation.tanh:
      derivativeLoop(Activation.tanh, out, z, count, <f32>p);
      break;
    case Activation.relu:
      derivativeLoop(Activation.relu, out, z, count, <f32>p);
      break;
    case Activation.prelu: // the same function with another default slope
    case Activation.leaky_relu:
      derivativeLoop(Activation.leaky_relu, out, z, count, <f32>p);
      break;
    case Activation.elu:
      derivativeLoop(Activation.elu, out, z, count, <f32>p);
      break;
    case Activation.selu:
      derivativeLoop(Activation.selu, out, z, count, <f32>p);
      break;
    case Activation.celu:
      derivativeLoop(Activation.celu, out, z, count, <f32>p);
      break;
    case Activation.gelu:
      derivativeLoop(Activation.gelu, out, z, count, <f32>p);
      break;
    case Activation.gelu_tanh:
      derivativeLoop(Activation.gelu_tanh, out, z, count, <f32>p);
      break;
    case Activation.silu:
      derivativeLoop(Activation.silu, out, z, count, <f32>p);
      break;
    case Activation.mish:
      derivativeLoop(Activation.mish, out, z, count, <f32>p);
      break;
    case Activation.softplus:
      derivativeLoop(Activation.softplus, out, z, count, <f32>p);
      break;
    case Activation.softsign:
      derivativeLoop(Activation.softsign, out, z, count, <f32>p);
      break;
    case Activation.hardtanh:
      derivativeLoop(Activation.hardtanh, out, z, count, <f32>p);
      break;
    case Activation.hard_sigmoid:
      derivativeLoop(Activation.hard_sigmoid, out, z, count, <f32>p);
      break;
    case Activation.hard_swish:
      derivativeLoop(Activation.hard_swish, out, z, count, <f32>p);
      break;
    case Activation.relu6:
      derivativeLoop(Activation.relu6, out, z, count, <f32>p);
      break;
    case Activation.sin:
      for (let i = 0; i < count; ++i) {
        const at = <usize>i << 2;
        store<f32>(out + at, <f32>activationDerivative64(kind, <f64>load<f32>(z + at), p));
      }
      break;
    default:
      unreachable();
  }
}

/** dz[i] = dh[i] phi'(z[i]), f32 [count]. dz may be dh. */
export function activationBackward(kind: i32, dz: usize, dh: usize, z: usize, count: i32, p: f64): void {
  check(kind, dz, z, count);
  checkRange(dh, <usize>count << 2);
  switch (kind) {
    case Activation.identity:
      backwardLoop(Activation.identity, dz, dh, z, count, <f32>p);
      break;
    case Activation.sigmoid:
      backwardLoop(Activation.sigmoid, dz, dh, z, count, <f32>p);
      break;
    case Activation.tanh:
      backwardLoop(Activation.tanh, dz, dh, z, count, <f32>p);
      break;
    case Activation.relu:
      backwardLoop(Activation.relu, dz, dh, z, count, <f32>p);
      break;
    case Activation.prelu: // the same function with another default slope
    case Activation.leaky_relu:
      backwardLoop(Activation.leaky_relu, dz, dh, z, count, <f32>p);
      break;
    case Activation.elu:
      backwardLoop(Activation.elu, dz, dh, z, count, <f32>p);
      break;
    case Activation.selu:
      backwardLoop(Activation.selu, dz, dh, z, count, <f32>p);
      break;
    case Activation.celu:
      backwardLoop(Activation.celu, dz, dh, z, count, <f32>p);
      break;
    case Activation.gelu:
      backwardLoop(Activation.gelu, dz, dh, z, count, <f32>p);
      break;
    case Activation.gelu_tanh:
      backwardLoop(Activation.gelu_tanh, dz, dh, z, count, <f32>p);
      break;
    case Activation.silu:
      backwardLoop(Activation.silu, dz, dh, z, count, <f32>p);
      break;
    case Activation.mish:
      backwardLoop(Activation.mish, dz, dh, z, count, <f32>p);
      break;
    case Activation.softplus:
      backwardLoop(Activation.softplus, dz, dh, z, count, <f32>p);
      break;
    case Activation.softsign:
      backwardLoop(Activation.softsign, dz, dh, z, count, <f32>p);
      break;
    case Activation.hardtanh:
      backwardLoop(Activation.hardtanh, dz, dh, z, count, <f32>p);
      break;
    case Activation.hard_sigmoid:
      backwardLoop(Activation.hard_sigmoid, dz, dh, z, count, <f32>p);
      break;
    case Activation.hard_swish:
      backwardLoop(Activation.hard_swish, dz, dh, z, count, <f32>p);
      break;
    case Activation.relu6:
      backwardLoop(Activation.relu6, dz, dh, z, count, <f32>p);
      break;
    case Activation.sin:
      for (let i = 0; i < count; ++i) {
        const at = <usize>i << 2;
        store<f32>(dz + at, load<f32>(dh + at) * <f32>activationDerivative64(kind, <f64>load<f32>(z + at), p));
      }
      break;
    default:
      unreachable();
  }
}

function check(kind: i32, out: usize, z: usize, count: i32): void {
  checkThat(kind >= 0 && kind <= <i32>Activation.sin, "activation: unknown kind");
  checkThat(count >= 0, "activation: count");
  checkRange(out, <usize>count << 2);
  checkRange(z, <usize>count << 2);
}
