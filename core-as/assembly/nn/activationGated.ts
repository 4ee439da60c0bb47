// The gated activations x C(x) and their slopes, on four float32 lanes, each with its scalar twin (equal bits).
// Error against float64: <= 1e-6 |f| + 1e-7, in the negative tail too.
//
// For silu, gelu and gelu_tanh C(x) + C(-x) = 1. With n = -|x| and T = C(n) they are max(x, 0) + n T,
// which keeps the negative tail free of cancellation; their slope is m = T + n T' for x < 0 and 1 - m else.
import { expLanes, expNaive, mulAdd } from "./exponential";

const TABLE: usize = memory.data<f32>([
  1.0, 1.0, 1.0, 1.0,
  -0.0, -0.0, -0.0, -0.0,
  2.0, 2.0, 2.0, 2.0,
  4.0, 4.0, 4.0, 4.0,
  -0.5, -0.5, -0.5, -0.5,
  128.0, 128.0, 128.0, 128.0,
  -128.0, -128.0, -128.0, -128.0,
  -14.5, -14.5, -14.5, -14.5,
  0.3989422804014327, 0.3989422804014327, 0.3989422804014327, 0.3989422804014327,
  1.5957691216057308, 1.5957691216057308, 1.5957691216057308, 1.5957691216057308,
  0.07135481627260025, 0.07135481627260025, 0.07135481627260025, 0.07135481627260025,
  0.21406444881780075, 0.21406444881780075, 0.21406444881780075, 0.21406444881780075,
]);
const ONE: usize = TABLE;
const SIGN: usize = TABLE + 16;
const TWO: usize = TABLE + 32;
const FOUR: usize = TABLE + 48;
const MINUS_HALF: usize = TABLE + 64;
const FAR: usize = TABLE + 80; // beyond +-128 exp(-|x|) is 0, and a finite factor keeps 0 * Infinity away
const MINUS_FAR: usize = TABLE + 96;
const GELU_FAR: usize = TABLE + 112; // exp(-x^2/2) is 0 there
const NORMAL_PEAK: usize = TABLE + 128; // 1/sqrt(2 pi)
const GELU_TANH_1: usize = TABLE + 144; // 2 sqrt(2/pi)
const GELU_TANH_3: usize = TABLE + 160; // 0.044715 times that
const GELU_TANH_9: usize = TABLE + 176; // three times that

/** -|x|, cut at `far` (an address of a constant). */
// @ts-ignore: decorator
@inline
function mirrored(x: v128, far: usize): v128 {
  return f32x4.pmax(v128.or(x, v128.load(SIGN)), v128.load(far));
}

// @ts-ignore: decorator
@inline
function mirroredNaive(x: f32, far: usize): f32 {
  const n = -abs(x);
  return n < load<f32>(far) ? load<f32>(far) : n;
}

// @ts-ignore: decorator
@inline
function isNegative(x: v128): v128 {
  return f32x4.lt(x, i32x4.splat(0));
}

/** 1 - m where x >= 0, m where x < 0; NaN stays. */
// @ts-ignore: decorator
@inline
function unfold(x: v128, m: v128): v128 {
  return v128.bitselect(m, f32x4.sub(v128.load(ONE), m), isNegative(x));
}

/** silu(x) = x sigmoid(x) (Elfwing et al. 2018). */
// @ts-ignore: decorator
@inline
export function siluLanes(x: v128): v128 {
  const n = mirrored(x, MINUS_FAR);
  const e = expLanes(n);
  const tail = f32x4.div(e, f32x4.add(e, v128.load(ONE)));
  return mulAdd(n, tail, f32x4.pmax(x, i32x4.splat(0)));
}

export function siluNaive(x: f32): f32 {
  const n = mirroredNaive(x, MINUS_FAR);
  const e = expNaive(n);
  const tail: f32 = e / (e + 1);
  return n * tail + (x < 0 ? 0 : x);
}

// @ts-ignore: decorator
@inline
export function siluSlopeLanes(x: v128): v128 {
  const n = mirrored(x, MINUS_FAR);
  const e = expLanes(n);
  const r = f32x4.div(v128.load(ONE), f32x4.add(e, v128.load(ONE)));
  return unfold(x, f32x4.mul(f32x4.mul(e, r), mulAdd(n, r, v128.load(ONE))));
}

export function siluSlopeNaive(x: f32): f32 {
  const n = mirroredNaive(x, MINUS_FAR);
  const e = expNaive(n);
  const r: f32 = 1 / (e + 1);
  const m = e * r * (n * r + 1);
  return x < 0 ? m : 1 - m;
}

// The lower tail of the normal law: Phi(n) = exp(-n^2/2) t M(t), t = 1/(1 - 0.35 n), n <= 0.
// M is an own relative minimax fit (3.2e-8 before rounding) of Mills' ratio in that variable.
const MILLS: usize = memory.data<f32>([
  -0.35, -0.35, -0.35, -0.35,
  0.13962130454710933, 0.13962130454710933, 0.13962130454710933, 0.13962130454710933,
  0.13986351147636153, 0.13986351147636153, 0.13986351147636153, 0.13986351147636153,
  0.11982129856581632, 0.11982129856581632, 0.11982129856581632, 0.11982129856581632,
  0.1055524503896508, 0.1055524503896508, 0.1055524503896508, 0.1055524503896508,
  -0.02321222063972217, -0.02321222063972217, -0.02321222063972217, -0.02321222063972217,
  0.15931949723469122, 0.15931949723469122, 0.15931949723469122, 0.15931949723469122,
  -0.25583880811431886, -0.25583880811431886, -0.25583880811431886, -0.25583880811431886,
  0.14403081173609233, 0.14403081173609233, 0.14403081173609233, 0.14403081173609233,
  -0.02915786118068068, -0.02915786118068068, -0.02915786118068068, -0.02915786118068068,
]);
const MILLS_SCALE: usize = MILLS;
const M0: usize = MILLS + 16;
const M1: usize = MILLS + 32;
const M2: usize = MILLS + 48;
const M3: usize = MILLS + 64;
const M4: usize = MILLS + 80;
const M5: usize = MILLS + 96;
const M6: usize = MILLS + 112;
const M7: usize = MILLS + 128;
const M8: usize = MILLS + 144;

/** exp(n^2/2) Phi(n), n <= 0. */
// @ts-ignore: decorator
@inline
export function mills(n: v128): v128 {
  const t = f32x4.div(v128.load(ONE), mulAdd(n, v128.load(MILLS_SCALE), v128.load(ONE)));
  let s = mulAdd(t, v128.load(M8), v128.load(M7));
  s = mulAdd(t, s, v128.load(M6));
  s = mulAdd(t, s, v128.load(M5));
  s = mulAdd(t, s, v128.load(M4));
  s = mulAdd(t, s, v128.load(M3));
  s = mulAdd(t, s, v128.load(M2));
  s = mulAdd(t, s, v128.load(M1));
  s = mulAdd(t, s, v128.load(M0));
  return f32x4.mul(t, s);
}

export function millsNaive(n: f32): f32 {
  const t: f32 = 1 / (n * load<f32>(MILLS_SCALE) + 1);
  let s = load<f32>(M7) + t * load<f32>(M8);
  s = load<f32>(M6) + t * s;
  s = load<f32>(M5) + t * s;
  s = load<f32>(M4) + t * s;
  s = load<f32>(M3) + t * s;
  s = load<f32>(M2) + t * s;
  s = load<f32>(M1) + t * s;
  s = load<f32>(M0) + t * s;
  return t * s;
}

/** gelu(x) = x Phi(x) (Hendrycks & Gimpel 2016), the form with erf. */
// @ts-ignore: decorator
@inline
export function geluLanes(x: v128): v128 {
  const n = mirrored(x, GELU_FAR);
  const e = expLanes(f32x4.mul(f32x4.mul(n, n), v128.load(MINUS_HALF)));
  return mulAdd(n, f32x4.mul(e, mills(n)), f32x4.pmax(x, i32x4.splat(0)));
}

export function geluNaive(x: f32): f32 {
  const n = mirroredNaive(x, GELU_FAR);
  const e = expNaive(n * n * load<f32>(MINUS_HALF));
  return n * (e * millsNaive(n)) + (x < 0 ? 0 : x);
}

// @ts-ignore: decorator
@inline
export function geluSlopeLanes(x: v128): v128 {
  const n = mirrored(x, GELU_FAR);
  const e = expLanes(f32x4.mul(f32x4.mul(n, n), v128.load(MINUS_HALF)));
  return unfold(x, f32x4.mul(e, mulAdd(n, v128.load(NORMAL_PEAK), mills(n))));
}

export function geluSlopeNaive(x: f32): f32 {
  const n = mirroredNaive(x, GELU_FAR);
  const e = expNaive(n * n * load<f32>(MINUS_HALF));
  const m = e * (n * load<f32>(NORMAL_PEAK) + millsNaive(n));
  return x < 0 ? m : 1 - m;
}

/** gelu_tanh(x) = x sigmoid(2 sqrt(2/pi) (x + 0.044715 x^3)), which is the published form with tanh. */
// @ts-ignore: decorator
@inline
export function geluTanhLanes(x: v128): v128 {
  const n = mirrored(x, GELU_FAR);
  const s = f32x4.mul(n, n);
  const e = expLanes(f32x4.mul(n, mulAdd(s, v128.load(GELU_TANH_3), v128.load(GELU_TANH_1))));
  const tail = f32x4.div(e, f32x4.add(e, v128.load(ONE)));
  return mulAdd(n, tail, f32x4.pmax(x, i32x4.splat(0)));
}

export function geluTanhNaive(x: f32): f32 {
  const n = mirroredNaive(x, GELU_FAR);
  const s = n * n;
  const e = expNaive(n * (s * load<f32>(GELU_TANH_3) + load<f32>(GELU_TANH_1)));
  const tail: f32 = e / (e + 1);
  return n * tail + (x < 0 ? 0 : x);
}

// @ts-ignore: decorator
@inline
export function geluTanhSlopeLanes(x: v128): v128 {
  const n = mirrored(x, GELU_FAR);
  const s = f32x4.mul(n, n);
  const e = expLanes(f32x4.mul(n, mulAdd(s, v128.load(GELU_TANH_3), v128.load(GELU_TANH_1))));
  const r = f32x4.div(v128.load(ONE), f32x4.add(e, v128.load(ONE)));
  const inner = f32x4.mul(n, mulAdd(s, v128.load(GELU_TANH_9), v128.load(GELU_TANH_1)));
  return unfold(x, f32x4.mul(f32x4.mul(e, r), mulAdd(inner, r, v128.load(ONE))));
}

export function geluTanhSlopeNaive(x: f32): f32 {
  const n = mirroredNaive(x, GELU_FAR);
  const s = n * n;
  const e = expNaive(n * (s * load<f32>(GELU_TANH_3) + load<f32>(GELU_TANH_1)));
  const r: f32 = 1 / (e + 1);
  const inner = n * (s * load<f32>(GELU_TANH_9) + load<f32>(GELU_TANH_1));
  const m = e * r * (inner * r + 1);
  return x < 0 ? m : 1 - m;
}

// mish(x) = x tanh(softplus(x)) = x N/D (Misra 2019). With e = exp(-|x|):
// x < 0: N = e^2 + 2e, D = N + 2; x >= 0: N = 1 + 2e, D = N + 2 e^2.
// Its slope is N/D + x 4e(1 + e)w/D^2 with w = 1 for x < 0 and e else.

// @ts-ignore: decorator
@inline
export function mishLanes(x: v128): v128 {
  const e = expLanes(v128.or(x, v128.load(SIGN)));
  const square = f32x4.mul(e, e);
  const below = isNegative(x);
  const n = mulAdd(e, v128.load(TWO), v128.bitselect(square, v128.load(ONE), below));
  const d = mulAdd(v128.load(TWO), v128.bitselect(v128.load(ONE), square, below), n);
  return f32x4.mul(f32x4.pmax(x, v128.load(MINUS_FAR)), f32x4.div(n, d));
}

export function mishNaive(x: f32): f32 {
  const e = expNaive(-abs(x));
  const square = e * e;
  const n: f32 = e * 2 + (x < 0 ? square : 1);
  const d: f32 = 2 * (x < 0 ? 1 : square) + n;
  return (x < load<f32>(MINUS_FAR) ? load<f32>(MINUS_FAR) : x) * (n / d);
}

// @ts-ignore: decorator
@inline
export function mishSlopeLanes(x: v128): v128 {
  const y = f32x4.pmin(f32x4.pmax(x, v128.load(MINUS_FAR)), v128.load(FAR));
  const e = expLanes(v128.or(x, v128.load(SIGN)));
  const square = f32x4.mul(e, e);
  const below = isNegative(x);
  const n = mulAdd(e, v128.load(TWO), v128.bitselect(square, v128.load(ONE), below));
  const d = mulAdd(v128.load(TWO), v128.bitselect(v128.load(ONE), square, below), n);
  const r = f32x4.div(v128.load(ONE), d);
  const w = f32x4.mul(v128.bitselect(e, square, below), v128.load(FOUR));
  const rise = f32x4.mul(f32x4.mul(mulAdd(w, e, w), r), r);
  return mulAdd(y, rise, f32x4.mul(n, r));
}

export function mishSlopeNaive(x: f32): f32 {
  const far = load<f32>(FAR);
  const y = x < -far ? -far : far < x ? far : x;
  const e = expNaive(-abs(x));
  const square = e * e;
  const n: f32 = e * 2 + (x < 0 ? square : 1);
  const d: f32 = 2 * (x < 0 ? 1 : square) + n;
  const r: f32 = 1 / d;
  const w: f32 = (x < 0 ? e : square) * 4;
  const rise = (w * e + w) * r * r;
  return y * rise + n * r;
}

