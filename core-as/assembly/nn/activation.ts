// The activations of a layer, forward and backward, over flat float32 arrays: h = phi(z), dz = dh phi'(z).
// The codes are those of shared/activation.ts; `p` is negative_slope, alpha or omega, and ignored by the others.
// Refuses unknown codes in the checked build; `formula` runs elsewhere. celu needs alpha > 0.
// NaN in gives NaN out, of the slopes too, so that a broken unit cannot look healthy; infinities give the limit
// (the slope of sin and sin itself have none: NaN).
import { Activation } from "../../shared/activation";
import { checkRange, checkThat } from "../memory/check";
import {
  celuLanes, celuNaive, celuSlopeLanes, celuSlopeNaive, eluLanes, eluNaive, eluSlopeLanes, eluSlopeNaive,
  hardSigmoidLanes, hardSigmoidNaive, hardSigmoidSlopeLanes, hardSigmoidSlopeNaive,
  hardSwishLanes, hardSwishNaive, hardSwishSlopeLanes, hardSwishSlopeNaive,
  hardtanhLanes, hardtanhNaive, hardtanhSlopeLanes, hardtanhSlopeNaive,
  leakyReluLanes, leakyReluNaive, leakyReluSlopeLanes, leakyReluSlopeNaive,
  relu6Lanes, relu6Naive, relu6SlopeLanes, relu6SlopeNaive, reluLanes, reluNaive, reluSlopeLanes, reluSlopeNaive,
  seluLanes, seluNaive, seluSlopeLanes, seluSlopeNaive,
} from "./activationPiecewise";
import { sineLanes, sineNaive, sineSlopeLanes, sineSlopeNaive } from "./activationSine";
import {
  geluLanes, geluNaive, geluSlopeLanes, geluSlopeNaive,
  geluTanhLanes, geluTanhNaive, geluTanhSlopeLanes, geluTanhSlopeNaive,
  mishLanes, mishNaive, mishSlopeLanes, mishSlopeNaive, siluLanes, siluNaive, siluSlopeLanes, siluSlopeNaive,
} from "./activationGated";
import {
  sigmoidLanes, sigmoidNaive, sigmoidSlopeLanes, sigmoidSlopeNaive, softplusLanes, softplusNaive,
  softsignLanes, softsignNaive, softsignSlopeLanes, softsignSlopeNaive,
  tanhLanes, tanhNaive, tanhSlopeLanes, tanhSlopeNaive,
} from "./activationSmooth";

const ONES: usize = memory.data<f32>([1.0, 1.0, 1.0, 1.0]);

/** 1/alpha in float32, kept finite so that 0 times it is 0. */
// @ts-ignore: decorator
@inline
function inverseOf(p: f64): f32 {
  return f32(min(1.0 / p, <f64>f32.MAX_VALUE));
}

/** phi of four lanes. `kind` is constant where this is called, so that one branch is left. */
// @ts-ignore: decorator
@inline
function lanesOf(kind: i32, z: v128, p: f64, a: v128, inverse: v128): v128 {
  if (kind == Activation.sigmoid) return sigmoidLanes(z);
  if (kind == Activation.tanh) return tanhLanes(z);
  if (kind == Activation.relu) return reluLanes(z);
  if (kind == Activation.leaky_relu || kind == Activation.prelu) return leakyReluLanes(z, a);
  if (kind == Activation.elu) return eluLanes(z, a);
  if (kind == Activation.selu) return seluLanes(z);
  if (kind == Activation.celu) return celuLanes(z, a, inverse);
  if (kind == Activation.gelu) return geluLanes(z);
  if (kind == Activation.gelu_tanh) return geluTanhLanes(z);
  if (kind == Activation.silu) return siluLanes(z);
  if (kind == Activation.mish) return mishLanes(z);
  if (kind == Activation.softplus) return softplusLanes(z);
  if (kind == Activation.softsign) return softsignLanes(z);
  if (kind == Activation.hardtanh) return hardtanhLanes(z);
  if (kind == Activation.hard_sigmoid) return hardSigmoidLanes(z);
  if (kind == Activation.hard_swish) return hardSwishLanes(z);
  if (kind == Activation.relu6) return relu6Lanes(z);
  if (kind == Activation.sin) return sineLanes(z, p);
  return z;
}

function naiveOf(kind: i32, z: f32, p: f64): f32 {
  switch (kind) {
    case Activation.sigmoid: return sigmoidNaive(z);
    case Activation.tanh: return tanhNaive(z);
    case Activation.relu: return reluNaive(z);
    case Activation.leaky_relu:
    case Activation.prelu: return leakyReluNaive(z, f32(p));
    case Activation.elu: return eluNaive(z, f32(p));
    case Activation.selu: return seluNaive(z);
    case Activation.celu: return celuNaive(z, f32(p), inverseOf(p));
    case Activation.gelu: return geluNaive(z);
    case Activation.gelu_tanh: return geluTanhNaive(z);
    case Activation.silu: return siluNaive(z);
    case Activation.mish: return mishNaive(z);
    case Activation.softplus: return softplusNaive(z);
    case Activation.softsign: return softsignNaive(z);
    case Activation.hardtanh: return hardtanhNaive(z);
    case Activation.hard_sigmoid: return hardSigmoidNaive(z);
    case Activation.hard_swish: return hardSwishNaive(z);
    case Activation.relu6: return relu6Naive(z);
    case Activation.sin: return sineNaive(z, p);
    default: return z;
  }
}

/** phi' of four lanes, before NaN is looked after. */
// @ts-ignore: decorator
@inline
function slopeLanesOf(kind: i32, z: v128, p: f64, a: v128, inverse: v128): v128 {
  if (kind == Activation.sigmoid || kind == Activation.softplus) {
    return kind == Activation.sigmoid ? sigmoidSlopeLanes(z) : sigmoidLanes(z);
  }
  if (kind == Activation.tanh) return tanhSlopeLanes(z);
  if (kind == Activation.relu) return reluSlopeLanes(z);
  if (kind == Activation.leaky_relu || kind == Activation.prelu) return leakyReluSlopeLanes(z, a);
  if (kind == Activation.elu) return eluSlopeLanes(z, a);
  if (kind == Activation.selu) return seluSlopeLanes(z);
  if (kind == Activation.celu) return celuSlopeLanes(z, inverse);
  if (kind == Activation.gelu) return geluSlopeLanes(z);
  if (kind == Activation.gelu_tanh) return geluTanhSlopeLanes(z);
  if (kind == Activation.silu) return siluSlopeLanes(z);
  if (kind == Activation.mish) return mishSlopeLanes(z);
  if (kind == Activation.softsign) return softsignSlopeLanes(z);
  if (kind == Activation.hardtanh) return hardtanhSlopeLanes(z);
  if (kind == Activation.hard_sigmoid) return hardSigmoidSlopeLanes(z);
  if (kind == Activation.hard_swish) return hardSwishSlopeLanes(z);
  if (kind == Activation.relu6) return relu6SlopeLanes(z);
  if (kind == Activation.sin) return sineSlopeLanes(z, p);
  return v128.load(ONES);
}

function slopeNaiveOf(kind: i32, z: f32, p: f64): f32 {
  if (z != z) return z;
  switch (kind) {
    case Activation.sigmoid: return sigmoidSlopeNaive(z);
    case Activation.tanh: return tanhSlopeNaive(z);
    case Activation.relu: return reluSlopeNaive(z);
    case Activation.leaky_relu:
    case Activation.prelu: return leakyReluSlopeNaive(z, f32(p));
    case Activation.elu: return eluSlopeNaive(z, f32(p));
    case Activation.selu: return seluSlopeNaive(z);
    case Activation.celu: return celuSlopeNaive(z, inverseOf(p));
    case Activation.gelu: return geluSlopeNaive(z);
    case Activation.gelu_tanh: return geluTanhSlopeNaive(z);
    case Activation.silu: return siluSlopeNaive(z);
    case Activation.mish: return mishSlopeNaive(z);
    case Activation.softplus: return sigmoidNaive(z);
    case Activation.softsign: return softsignSlopeNaive(z);
    case Activation.hardtanh: return hardtanhSlopeNaive(z);
    case Activation.hard_sigmoid: return hardSigmoidSlopeNaive(z);
    case Activation.hard_swish: return hardSwishSlopeNaive(z);
    case Activation.relu6: return relu6SlopeNaive(z);
    case Activation.sin: return sineSlopeNaive(z, p);
    default: return 1;
  }
}

/** Whole vectors of `out = phi(z)`; the last count & 3 go through the twin. */
// @ts-ignore: decorator
@inline
function forwardLoop(kind: i32, out: usize, z: usize, count: i32, p: f64): void {
  const a = f32x4.splat(f32(p));
  const inverse = f32x4.splat(inverseOf(p));
  const shift = out - z;
  const end = z + (<usize>(count >> 2) << 4);
  for (let at = z; at < end; at += 16) v128.store(at + shift, lanesOf(kind, v128.load(at), p, a, inverse));
}

/** Whole vectors of `dz = dh phi'(z)`, or of `dz = phi'(z)` where `isBare`. All ones where z is NaN is a NaN. */
// @ts-ignore: decorator
@inline
function backwardLoop(kind: i32, isBare: bool, dz: usize, dh: usize, z: usize, count: i32, p: f64): void {
  const a = f32x4.splat(f32(p));
  const inverse = f32x4.splat(inverseOf(p));
  const shift = dz - z;
  const shiftIn = dh - z;
  const end = z + (<usize>(count >> 2) << 4);
  for (let at = z; at < end; at += 16) {
    const x = v128.load(at);
    const slope = v128.or(slopeLanesOf(kind, x, p, a, inverse), f32x4.ne(x, x));
    v128.store(at + shift, isBare ? slope : f32x4.mul(v128.load(at + shiftIn), slope));
  }
}

/** h = phi(z). `out`, `z` f32[count], may be the same; `p` the activation's parameter. */
export function activationForward(kind: i32, out: usize, z: usize, count: i32, p: f64): void {
  check(kind, count);
  checkRange(out, <usize>count << 2);
  checkRange(z, <usize>count << 2);
  switch (kind) {
    case Activation.identity: forwardLoop(Activation.identity, out, z, count, p); break;
    case Activation.sigmoid: forwardLoop(Activation.sigmoid, out, z, count, p); break;
    case Activation.tanh: forwardLoop(Activation.tanh, out, z, count, p); break;
    case Activation.relu: forwardLoop(Activation.relu, out, z, count, p); break;
    case Activation.leaky_relu:
    case Activation.prelu: forwardLoop(Activation.leaky_relu, out, z, count, p); break;
    case Activation.elu: forwardLoop(Activation.elu, out, z, count, p); break;
    case Activation.selu: forwardLoop(Activation.selu, out, z, count, p); break;
    case Activation.celu: forwardLoop(Activation.celu, out, z, count, p); break;
    case Activation.gelu: forwardLoop(Activation.gelu, out, z, count, p); break;
    case Activation.gelu_tanh: forwardLoop(Activation.gelu_tanh, out, z, count, p); break;
    case Activation.silu: forwardLoop(Activation.silu, out, z, count, p); break;
    case Activation.mish: forwardLoop(Activation.mish, out, z, count, p); break;
    case Activation.softplus: forwardLoop(Activation.softplus, out, z, count, p); break;
    case Activation.softsign: forwardLoop(Activation.softsign, out, z, count, p); break;
    case Activation.hardtanh: forwardLoop(Activation.hardtanh, out, z, count, p); break;
    case Activation.hard_sigmoid: forwardLoop(Activation.hard_sigmoid, out, z, count, p); break;
    case Activation.hard_swish: forwardLoop(Activation.hard_swish, out, z, count, p); break;
    case Activation.relu6: forwardLoop(Activation.relu6, out, z, count, p); break;
    case Activation.sin: forwardLoop(Activation.sin, out, z, count, p); break;
  }
  const done = <usize>(count & ~3) << 2;
  activationForwardNaive(kind, out + done, z + done, count & 3, p);
}

/** The scalar twin of activationForward: the same operations, equal bits. */
export function activationForwardNaive(kind: i32, out: usize, z: usize, count: i32, p: f64): void {
  check(kind, count);
  for (let i: usize = 0, end = <usize>count << 2; i < end; i += 4) store<f32>(out + i, naiveOf(kind, load<f32>(z + i), p));
}

/** dz = dh phi'(z), one product more than activationDerivative. `dz`, `dh`, `z` f32[count], any may be the same. */
export function activationBackward(kind: i32, dz: usize, dh: usize, z: usize, count: i32, p: f64): void {
  check(kind, count);
  checkRange(dz, <usize>count << 2);
  checkRange(dh, <usize>count << 2);
  checkRange(z, <usize>count << 2);
  backwardOf(false, kind, dz, dh, z, count, p);
  const done = <usize>(count & ~3) << 2;
  activationBackwardNaive(kind, dz + done, dh + done, z + done, count & 3, p);
}

/** The scalar twin of activationBackward: the same operations, equal bits. */
export function activationBackwardNaive(kind: i32, dz: usize, dh: usize, z: usize, count: i32, p: f64): void {
  check(kind, count);
  for (let i: usize = 0, end = <usize>count << 2; i < end; i += 4) {
    store<f32>(dz + i, load<f32>(dh + i) * slopeNaiveOf(kind, load<f32>(z + i), p));
  }
}

/** out = phi'(z). `out`, `z` f32[count], may be the same. */
export function activationDerivative(kind: i32, out: usize, z: usize, count: i32, p: f64): void {
  check(kind, count);
  checkRange(out, <usize>count << 2);
  checkRange(z, <usize>count << 2);
  backwardOf(true, kind, out, z, z, count, p);
  const done = <usize>(count & ~3) << 2;
  activationDerivativeNaive(kind, out + done, z + done, count & 3, p);
}

/** The scalar twin of activationDerivative: the same operations, equal bits. */
export function activationDerivativeNaive(kind: i32, out: usize, z: usize, count: i32, p: f64): void {
  check(kind, count);
  for (let i: usize = 0, end = <usize>count << 2; i < end; i += 4) {
    store<f32>(out + i, slopeNaiveOf(kind, load<f32>(z + i), p));
  }
}

// @ts-ignore: decorator
@inline
function backwardOf(isBare: bool, kind: i32, dz: usize, dh: usize, z: usize, count: i32, p: f64): void {
  switch (kind) {
    case Activation.identity: backwardLoop(Activation.identity, isBare, dz, dh, z, count, p); break;
    case Activation.sigmoid: backwardLoop(Activation.sigmoid, isBare, dz, dh, z, count, p); break;
    case Activation.tanh: backwardLoop(Activation.tanh, isBare, dz, dh, z, count, p); break;
    case Activation.relu: backwardLoop(Activation.relu, isBare, dz, dh, z, count, p); break;
    case Activation.leaky_relu:
    case Activation.prelu: backwardLoop(Activation.leaky_relu, isBare, dz, dh, z, count, p); break;
    case Activation.elu: backwardLoop(Activation.elu, isBare, dz, dh, z, count, p); break;
    case Activation.selu: backwardLoop(Activation.selu, isBare, dz, dh, z, count, p); break;
    case Activation.celu: backwardLoop(Activation.celu, isBare, dz, dh, z, count, p); break;
    case Activation.gelu: backwardLoop(Activation.gelu, isBare, dz, dh, z, count, p); break;
    case Activation.gelu_tanh: backwardLoop(Activation.gelu_tanh, isBare, dz, dh, z, count, p); break;
    case Activation.silu: backwardLoop(Activation.silu, isBare, dz, dh, z, count, p); break;
    case Activation.mish: backwardLoop(Activation.mish, isBare, dz, dh, z, count, p); break;
    case Activation.softplus: backwardLoop(Activation.softplus, isBare, dz, dh, z, count, p); break;
    case Activation.softsign: backwardLoop(Activation.softsign, isBare, dz, dh, z, count, p); break;
    case Activation.hardtanh: backwardLoop(Activation.hardtanh, isBare, dz, dh, z, count, p); break;
    case Activation.hard_sigmoid: backwardLoop(Activation.hard_sigmoid, isBare, dz, dh, z, count, p); break;
    case Activation.hard_swish: backwardLoop(Activation.hard_swish, isBare, dz, dh, z, count, p); break;
    case Activation.relu6: backwardLoop(Activation.relu6, isBare, dz, dh, z, count, p); break;
    case Activation.sin: backwardLoop(Activation.sin, isBare, dz, dh, z, count, p); break;
  }
}

// @ts-ignore: decorator
@inline
function check(kind: i32, count: i32): void {
  checkThat(kind >= 0 && kind <= Activation.sin, "unknown activation code");
  checkThat(count >= 0, "negative count");
}
