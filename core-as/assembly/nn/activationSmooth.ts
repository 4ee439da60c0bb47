// The smooth activations that are monotone, and their slopes (derivatives in z), on four float32 lanes, each with its
// scalar twin. Every lane does what the twin does, so the bits are equal. Error against float64: <= 1e-6 |f| + 1e-7.
// Refuses parameters; activations with one stand in activationPiecewise.ts and activationSine.ts.
import { expLanes, expNaive, log1pLanes, log1pNaive, mulAdd } from "./exponential";

const TABLE: usize = memory.data<f32>([
  1.0, 1.0, 1.0, 1.0,
  -0.0, -0.0, -0.0, -0.0,
  2.0, 2.0, 2.0, 2.0,
  -2.0, -2.0, -2.0, -2.0,
  3.4028234663852886e38, 3.4028234663852886e38, 3.4028234663852886e38, 3.4028234663852886e38,
  -3.4028234663852886e38, -3.4028234663852886e38, -3.4028234663852886e38, -3.4028234663852886e38,
  -1.0, -1.0, -1.0, -1.0,
]);
const ONE: usize = TABLE;
const SIGN: usize = TABLE + 16;
const TWO: usize = TABLE + 32;
const MINUS_TWO: usize = TABLE + 48;
const LARGEST: usize = TABLE + 64;
const MINUS_LARGEST: usize = TABLE + 80;
const MINUS_ONE: usize = TABLE + 96;

// @ts-ignore: decorator
@inline
function isNegative(x: v128): v128 {
  return f32x4.lt(x, i32x4.splat(0));
}

/** sigmoid(x) = 1/(1 + exp(-x)), from exp(-|x|) on either side. */
// @ts-ignore: decorator
@inline
export function sigmoidLanes(x: v128): v128 {
  const e = expLanes(v128.or(x, v128.load(SIGN)));
  const top = v128.bitselect(e, v128.load(ONE), isNegative(x));
  return f32x4.div(top, f32x4.add(e, v128.load(ONE)));
}

export function sigmoidNaive(x: f32): f32 {
  const e = expNaive(-abs(x));
  const top: f32 = x < 0 ? e : 1;
  return top / (e + 1);
}

/** sigmoid'(x) = e/(1 + e)^2, e = exp(-|x|): no 1 - s, which would cancel. */
// @ts-ignore: decorator
@inline
export function sigmoidSlopeLanes(x: v128): v128 {
  const e = expLanes(v128.or(x, v128.load(SIGN)));
  const r = f32x4.div(v128.load(ONE), f32x4.add(e, v128.load(ONE)));
  return f32x4.mul(f32x4.mul(e, r), r);
}

export function sigmoidSlopeNaive(x: f32): f32 {
  const e = expNaive(-abs(x));
  const r: f32 = 1 / (e + 1);
  return e * r * r;
}

// tanh(x) = x P(x^2)/Q(x^2), own relative minimax fit over |x| <= 7.91 (5.8e-9 before rounding), cut to [-1, 1].
const TANH: usize = memory.data<f32>([
  8.34, 8.34, 8.34, 8.34,
  -8.34, -8.34, -8.34, -8.34,
  0.9999999942750403, 0.9999999942750403, 0.9999999942750403, 0.9999999942750403,
  0.13450009469093174, 0.13450009469093174, 0.13450009469093174, 0.13450009469093174,
  0.0035782535433687545, 0.0035782535433687545, 0.0035782535433687545, 0.0035782535433687545,
  2.2010374573933473e-05, 2.2010374573933473e-05, 2.2010374573933473e-05, 2.2010374573933473e-05,
  1.5408115245043996e-08, 1.5408115245043996e-08, 1.5408115245043996e-08, 1.5408115245043996e-08,
  0.4678333740418918, 0.4678333740418918, 0.4678333740418918, 0.4678333740418918,
  0.026189463186613, 0.026189463186613, 0.026189463186613, 0.026189463186613,
  0.00034224151731138103, 0.00034224151731138103, 0.00034224151731138103, 0.00034224151731138103,
  8.591125354806242e-07, 8.591125354806242e-07, 8.591125354806242e-07, 8.591125354806242e-07,
]);
const TANH_FAR: usize = TANH; // the cut fit is exactly 1 from here on
const TANH_MINUS_FAR: usize = TANH + 16;
const P0: usize = TANH + 32;
const P1: usize = TANH + 48;
const P2: usize = TANH + 64;
const P3: usize = TANH + 80;
const P4: usize = TANH + 96;
const Q1: usize = TANH + 112;
const Q2: usize = TANH + 128;
const Q3: usize = TANH + 144;
const Q4: usize = TANH + 160;

/** tanh(x); relative accuracy down to the smallest x. */
// @ts-ignore: decorator
@inline
export function tanhLanes(x: v128): v128 {
  const y = f32x4.pmin(f32x4.pmax(x, v128.load(TANH_MINUS_FAR)), v128.load(TANH_FAR));
  const s = f32x4.mul(y, y);
  let p = mulAdd(s, v128.load(P4), v128.load(P3));
  let q = mulAdd(s, v128.load(Q4), v128.load(Q3));
  p = mulAdd(s, p, v128.load(P2));
  q = mulAdd(s, q, v128.load(Q2));
  p = mulAdd(s, p, v128.load(P1));
  q = mulAdd(s, q, v128.load(Q1));
  p = mulAdd(s, p, v128.load(P0));
  q = mulAdd(s, q, v128.load(ONE));
  const t = f32x4.mul(y, f32x4.div(p, q));
  return f32x4.pmin(f32x4.pmax(t, v128.load(MINUS_ONE)), v128.load(ONE));
}

export function tanhNaive(x: f32): f32 {
  const far = load<f32>(TANH_FAR);
  const y = x < -far ? -far : far < x ? far : x;
  const s = y * y;
  const p = load<f32>(P0) + s * (load<f32>(P1) + s * (load<f32>(P2) + s * (load<f32>(P3) + s * load<f32>(P4))));
  const q: f32 = 1 + s * (load<f32>(Q1) + s * (load<f32>(Q2) + s * (load<f32>(Q3) + s * load<f32>(Q4))));
  const t = y * (p / q);
  return t < -1 ? -1 : 1 < t ? 1 : t;
}

/** tanh'(x) = 4e/(1 + e)^2, e = exp(-2|x|): exact near saturation, where 1 - tanh^2 cancels. */
// @ts-ignore: decorator
@inline
export function tanhSlopeLanes(x: v128): v128 {
  const e = expLanes(f32x4.mul(f32x4.abs(x), v128.load(MINUS_TWO)));
  const r = f32x4.div(v128.load(TWO), f32x4.add(e, v128.load(ONE)));
  return f32x4.mul(f32x4.mul(e, r), r);
}

export function tanhSlopeNaive(x: f32): f32 {
  const e = expNaive(abs(x) * -2);
  const r: f32 = 2 / (e + 1);
  return e * r * r;
}

/** softplus(x) = max(x, 0) + log1p(exp(-|x|)); its slope is the sigmoid. */
// @ts-ignore: decorator
@inline
export function softplusLanes(x: v128): v128 {
  const e = expLanes(v128.or(x, v128.load(SIGN)));
  return f32x4.add(log1pLanes(e), f32x4.pmax(x, i32x4.splat(0)));
}

export function softplusNaive(x: f32): f32 {
  return log1pNaive(expNaive(-abs(x))) + (x < 0 ? 0 : x);
}

/** softsign(x) = x/(1 + |x|); infinities are first cut to the largest number. */
// @ts-ignore: decorator
@inline
export function softsignLanes(x: v128): v128 {
  const y = f32x4.pmin(f32x4.pmax(x, v128.load(MINUS_LARGEST)), v128.load(LARGEST));
  return f32x4.div(y, f32x4.add(f32x4.abs(y), v128.load(ONE)));
}

export function softsignNaive(x: f32): f32 {
  const largest = load<f32>(LARGEST);
  const y = x < -largest ? -largest : largest < x ? largest : x;
  return y / (abs(y) + 1);
}

// @ts-ignore: decorator
@inline
export function softsignSlopeLanes(x: v128): v128 {
  const r = f32x4.div(v128.load(ONE), f32x4.add(f32x4.abs(x), v128.load(ONE)));
  return f32x4.mul(r, r);
}

export function softsignSlopeNaive(x: f32): f32 {
  const r: f32 = 1 / (abs(x) + 1);
  return r * r;
}
