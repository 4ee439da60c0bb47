// The activations once more, from their textbook formulas in float64 and JavaScript's own Math:
// what the core is held against. Shares nothing with the core but the codes.
import { Activation } from "../../shared/activation";

/** erfc by the series with positive terms for |u| < 2.5 and by the continued fraction beyond. */
export function erfc(u: number): number {
  const a = Math.abs(u);
  let upper: number;
  if (Number.isNaN(u)) return NaN;
  if (a < 2.5) {
    let term = a;
    let sum = a;
    for (let n = 1; n < 200 && term > sum * 1e-18; n++) {
      term *= (2 * a * a) / (2 * n + 1);
      sum += term;
    }
    const erf = (2 / Math.sqrt(Math.PI)) * Math.exp(-a * a) * sum;
    return u < 0 ? 1 + erf : 1 - erf;
  }
  if (a > 30) upper = 0;
  else {
    let tail = 0;
    for (let n = 80; n >= 1; n--) tail = n / 2 / (a + tail);
    upper = Math.exp(-a * a) / Math.sqrt(Math.PI) / (a + tail);
  }
  return u < 0 ? 2 - upper : upper;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const sech2 = (x: number) => 1 / Math.cosh(x) ** 2;
const softplus = (x: number) => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)));
const clip = (x: number, low: number, high: number) => Math.min(Math.max(x, low), high);
const Phi = (x: number) => erfc(-x / Math.SQRT2) / 2;
const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;
const C = Math.sqrt(2 / Math.PI);

export interface Case {
  readonly kind: Activation;
  readonly p: number;
  readonly f: (x: number) => number;
  readonly slope: (x: number) => number;
  /** Limits of f and f' at -Infinity and +Infinity. */
  readonly ends: readonly [number, number, number, number];
  readonly kinks: readonly number[];
}

const row = (
  kind: Activation,
  p: number,
  f: Case["f"],
  slope: Case["slope"],
  ends: Case["ends"],
  kinks: readonly number[] = [],
): Case => ({ kind, p, f, slope, ends, kinks });

const leaky = (kind: Activation, s: number) =>
  row(
    kind,
    s,
    (x) => (x > 0 ? x : s * x),
    (x) => (x > 0 ? 1 : s),
    [s * -Infinity, Infinity, s, 1],
    [0],
  );
const elu = (a: number) =>
  row(
    Activation.elu,
    a,
    (x) => (x > 0 ? x : a * Math.expm1(x)),
    (x) => (x > 0 ? 1 : a * Math.exp(x)),
    [-a, Infinity, 0, 1],
    [0],
  );
const celu = (a: number) =>
  row(
    Activation.celu,
    a,
    (x) => (x > 0 ? x : a * Math.expm1(x / a)),
    (x) => (x > 0 ? 1 : Math.exp(x / a)),
    [-a, Infinity, 0, 1],
    [0],
  );
const sine = (w: number) =>
  row(
    Activation.sin,
    w,
    (x) => Math.sin(w * x),
    (x) => w * Math.cos(w * x),
    [NaN, NaN, NaN, NaN],
  );
/** x C(x) and its slope, written so that huge x of either sign reach the limit. */
const gate = (c: (x: number) => number) => (x: number) => (x < -200 ? 0 : x * c(x));
const gateSlope = (c: (x: number) => number, dc: (x: number) => number) => (x: number) =>
  x < -200 ? 0 : x > 200 ? 1 : c(x) + x * dc(x);
const tanhArgument = (x: number) => C * (x + 0.044715 * x ** 3);

export const CASES: readonly Case[] = [
  row(
    Activation.identity,
    0,
    (x) => x,
    () => 1,
    [-Infinity, Infinity, 1, 1],
  ),
  row(Activation.sigmoid, 0, sigmoid, (x) => sigmoid(x) * sigmoid(-x), [0, 1, 0, 0]),
  row(Activation.tanh, 0, Math.tanh, sech2, [-1, 1, 0, 0]),
  row(
    Activation.relu,
    0,
    (x) => Math.max(x, 0),
    (x) => (x > 0 ? 1 : 0),
    [0, Infinity, 0, 1],
    [0],
  ),
  leaky(Activation.leaky_relu, 0.01),
  leaky(Activation.leaky_relu, 1.5),
  leaky(Activation.prelu, 0.25),
  elu(1),
  elu(0.3),
  row(
    Activation.selu,
    0,
    (x) => SELU_SCALE * (x > 0 ? x : SELU_ALPHA * Math.expm1(x)),
    (x) => SELU_SCALE * (x > 0 ? 1 : SELU_ALPHA * Math.exp(x)),
    [-SELU_SCALE * SELU_ALPHA, Infinity, 0, SELU_SCALE],
    [0],
  ),
  celu(1),
  celu(2.7),
  celu(0.01),
  row(Activation.gelu, 0, gate(Phi), gateSlope(Phi, density), [0, Infinity, 0, 1]),
  row(
    Activation.gelu_tanh,
    0,
    gate((x) => sigmoid(2 * tanhArgument(x))),
    gateSlope(
      (x) => sigmoid(2 * tanhArgument(x)),
      (x) => (sech2(tanhArgument(x)) / 2) * C * (1 + 3 * 0.044715 * x * x),
    ),
    [0, Infinity, 0, 1],
  ),
  row(
    Activation.silu,
    0,
    gate(sigmoid),
    gateSlope(sigmoid, (x) => sigmoid(x) * sigmoid(-x)),
    [0, Infinity, 0, 1],
  ),
  row(
    Activation.mish,
    0,
    gate((x) => Math.tanh(softplus(x))),
    gateSlope(
      (x) => Math.tanh(softplus(x)),
      (x) => sech2(softplus(x)) * sigmoid(x),
    ),
    [0, Infinity, 0, 1],
  ),
  row(Activation.softplus, 0, softplus, sigmoid, [0, Infinity, 0, 1]),
  row(
    Activation.softsign,
    0,
    (x) => x / (1 + Math.abs(x)),
    (x) => 1 / (1 + Math.abs(x)) ** 2,
    [-1, 1, 0, 0],
  ),
  row(
    Activation.hardtanh,
    0,
    (x) => clip(x, -1, 1),
    (x) => (x > -1 && x < 1 ? 1 : 0),
    [-1, 1, 0, 0],
    [-1, 1],
  ),
  row(
    Activation.hard_sigmoid,
    0,
    (x) => clip(x / 6 + 0.5, 0, 1),
    (x) => (x > -3 && x < 3 ? 1 / 6 : 0),
    [0, 1, 0, 0],
    [-3, 3],
  ),
  row(
    Activation.hard_swish,
    0,
    (x) => (x <= -3 ? 0 : x * clip(x / 6 + 0.5, 0, 1)),
    (x) => (x < -3 ? 0 : x <= 3 ? x / 3 + 0.5 : 1),
    [0, Infinity, 0, 1],
    [-3, 3],
  ),
  row(
    Activation.relu6,
    0,
    (x) => clip(x, 0, 6),
    (x) => (x > 0 && x < 6 ? 1 : 0),
    [0, 6, 0, 0],
    [0, 6],
  ),
  sine(1),
  sine(30),
  sine(0.1),
];

/** A label for test titles. */
export const title = (c: Case) => `${Activation[c.kind]}${c.p === 0 ? "" : `(${c.p})`}`;

/** A small seeded generator (mulberry32), uniform on [0, 1). */
export function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A standard normal by Box and Muller. */
export function normals(seed: number): () => number {
  const u = uniforms(seed);
  return () => Math.sqrt(-2 * Math.log(1 - u())) * Math.cos(2 * Math.PI * u());
}

/** `count` float32 points: specials, kinks and their neighbours, half log-spread over both signs, half uniform on [-20, 20]. */
export function points(count: number, seed: number): Float32Array {
  const u = uniforms(seed);
  const specials = [
    0,
    -0,
    Infinity,
    -Infinity,
    NaN,
    1e-45,
    -1e-45,
    1e-40,
    -1e-40,
    1.17549435e-38,
    3.4028235e38,
    -3.4028235e38,
  ];
  for (const k of [
    0, 1, 3, 6, 7.9, 8.34, 14.5, 17, 80, 87.3, 87.7, 88, 88.8, 103.9, 104.1, 128, 200, 1e4, 1048576,
  ])
    for (const s of [1, -1])
      for (const d of [0, 1e-7, -1e-7, 1e-3, -1e-3]) specials.push(s * k * (1 + d), s * (k + d));
  return Float32Array.from({ length: count }, (_, i) => {
    if (i < specials.length) return specials[i]!;
    if (i % 2) return (u() < 0.5 ? -1 : 1) * 2 ** (u() * 277 - 149);
    return u() * 40 - 20;
  });
}

/** The first index at which two arrays differ in their bits (-0 is not 0; NaNs are equal), or -1. */
export function firstDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Math.min(a.length, b.length);
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return i;
  return -1;
}
