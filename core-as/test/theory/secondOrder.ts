// What finite width does to the mean of a kernel, at order 1/width: the allowance that tests of mean-field theory state
// instead of a guess. It knows equally wide layers without shortcut, and nothing of order 1/width^2.
//
// Given the kernel K of a layer, its n units are independent N(0, K) vectors over the samples, so that the next kernel
// sigma_w^2 (sum phi phi^T)/n + sigma_b^2 has the mean-field map F(K) for its mean and scatters by 1/n. Around the
// mean-field kernel k, with b/n the shift of the mean and S/n the covariance of K (Yaida 2020; Roberts, Yaida & Hanin 2022):
//   b' = J b + (F'' : S)/2,   S' = J S J^T + sigma_w^4 Cov(phi phi).
import { legendre, lineExpectation } from "./plane";

type Phi = (x: number) => number;

/** K_aa, K_bb, K_ab of a pair of samples. */
type Triple = readonly [number, number, number];

export interface Chain {
  readonly phi: Phi;
  readonly sigmaWSquare: number;
  readonly sigmaBSquare: number;
  readonly depth: number;
}

/**
 * n times the shift of the mean cosine of a pair's preactivations against mean field, a layer each. `meanSquare` of the
 * inputs, `cosine` of the pair's angle, strictly between -1 and 1.
 */
export function cosineShifts(chain: Chain, meanSquare: number, cosine: number): number[] {
  const { phi, sigmaWSquare: w, sigmaBSquare, depth } = chain;
  const first = w * meanSquare + sigmaBSquare;
  let k: Triple = [first, first, w * meanSquare * cosine + sigmaBSquare];
  // The first kernel is the inputs' own: no scatter.
  let shift = [0, 0, 0];
  let scatter = [
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ];
  const found: number[] = [];
  for (let l = 0; l < depth; l++) {
    const c = k[2] / Math.sqrt(k[0] * k[1]);
    const step = 0.01 * k[0] * (1 - c * c);
    const angle = expansion((at) => [at[2] / Math.sqrt(at[0] * at[1])], k, step);
    // The cosine over n units of a pair whose correlation is c (Fisher 1915).
    found.push(moved(angle[0]!, shift, scatter) - (c * (1 - c * c)) / 2);
    if (l + 1 === depth) break;
    const products = (at: Triple) => pairMeans(phi, at, PRODUCTS).map((x) => w * x);
    const map = expansion(products, k, step);
    const noise = sampled(
      phi,
      k,
      map.map(({ value }) => value / w),
    ).map((row) => row.map((x) => w * w * x));
    shift = map.map((row) => moved(row, shift, scatter));
    const carried = map.map((one) => map.map((other) => between(one.slope, scatter, other.slope)));
    scatter = carried.map((row, i) => row.map((x, j) => x + noise[i]![j]!));
    k = map.map(({ value }) => value + sigmaBSquare) as unknown as Triple;
  }
  return found;
}

type Product = (a: number, b: number) => number;

/** The entries of phi phi^T, in the order of a Triple. */
const PRODUCTS: readonly Product[] = [(a) => a * a, (_, b) => b * b, (a, b) => a * b];
const PRODUCTS_OF_TWO = PRODUCTS.flatMap((f) =>
  PRODUCTS.map(
    (g): Product =>
      (a, b) =>
        f(a, b) * g(a, b),
  ),
);

/** Covariance of phi_a^2, phi_b^2, phi_a phi_b of one unit, whose means are given. */
function sampled(phi: Phi, k: Triple, means: readonly number[]): number[][] {
  const squares = pairMeans(phi, k, PRODUCTS_OF_TWO);
  return means.map((x, i) => means.map((y, j) => squares[3 * i + j]! - x * y));
}

export interface SquareShift {
  /** Of the mean square of the preactivation, over what mean field says. */
  readonly preactivation: number;
  /** Of that of the activation. */
  readonly activation: number;
}

/**
 * n times the shifts of one sample's mean squares, a layer each. `sphere`: z has a length that is given, as orthogonal weights and
 * normalization leave it, and a direction at random. A coordinate then has the normal density times
 * 1 - He_4/(4 n), He_4 = z^4 - 6 z^2 + 3, and the sampling noise of phi^2 loses its second Hermite component.
 * `renewed`: normalization sets q to 1 at every layer anew.
 */
export function squareShifts(
  { phi, sigmaWSquare: w, sigmaBSquare, depth }: Chain,
  firstQ: number,
  { sphere, renewed }: { readonly sphere: boolean; readonly renewed: boolean },
): SquareShift[] {
  const square = (q: number) => lineExpectation((z) => phi(Math.sqrt(q) * z) ** 2, [0]);
  let q = firstQ;
  let [shift, variance] = [0, 0];
  return Array.from({ length: depth }, () => {
    const h = 0.01 * q;
    const [below, value, above] = [square(q - h), square(q), square(q + h)];
    const slope = (above - below) / (2 * h);
    const bend = (above - 2 * value + below) / (h * h);
    const fourth = lineExpectation((z) => phi(Math.sqrt(q) * z) ** 4, [0]);
    const he4 = lineExpectation((z) => (z ** 4 - 6 * z ** 2 + 3) * phi(Math.sqrt(q) * z) ** 2, [0]);
    const activation = slope * shift + (bend * variance) / 2 - (sphere ? he4 / 4 : 0);
    const found = { preactivation: shift / q, activation: activation / value };
    const kept = sphere ? 2 * (q * slope) ** 2 : 0;
    shift = w * activation;
    variance = w * w * (slope * slope * variance + fourth - value * value - kept);
    q = w * value + sigmaBSquare;
    if (renewed) [q, shift, variance] = [1, 0, 0];
    return found;
  });
}

/** A function of the kernel to second order. */
interface Expansion {
  readonly value: number;
  readonly slope: readonly number[];
  readonly bend: readonly (readonly number[])[];
}

/** By central differences. */
function expansion(f: (at: Triple) => number[], k: Triple, h: number): Expansion[] {
  const at = (...moves: [number, number][]) => {
    const moved = [...k];
    for (const [i, by] of moves) moved[i]! += by;
    return f(moved as unknown as Triple);
  };
  const axes = [0, 1, 2];
  const centre = f(k);
  const up = axes.map((i) => at([i, h]));
  const down = axes.map((i) => at([i, -h]));
  // Half of the mixed differences: the rest follows by symmetry.
  const mixed = new Map<string, number[]>();
  for (const i of axes)
    for (let j = 0; j < i; j++) {
      const [pp, pm, mp, mm] = [
        at([i, h], [j, h]),
        at([i, h], [j, -h]),
        at([i, -h], [j, h]),
        at([i, -h], [j, -h]),
      ];
      const bend = centre.map((_, o) => (pp[o]! - pm[o]! - mp[o]! + mm[o]!) / (4 * h * h));
      mixed.set(`${i}${j}`, bend).set(`${j}${i}`, bend);
    }
  return centre.map((value, o) => ({
    value,
    slope: axes.map((i) => (up[i]![o]! - down[i]![o]!) / (2 * h)),
    bend: axes.map((i) =>
      axes.map((j) =>
        i === j ? (up[i]![o]! - 2 * value + down[i]![o]!) / (h * h) : mixed.get(`${i}${j}`)![o]!,
      ),
    ),
  }));
}

/** Shift of the mean of what is expanded. */
function moved({ slope, bend }: Expansion, shift: readonly number[], scatter: readonly number[][]): number {
  let total = 0;
  for (let i = 0; i < 3; i++) {
    total += slope[i]! * shift[i]!;
    for (let j = 0; j < 3; j++) total += (bend[i]![j]! * scatter[i]![j]!) / 2;
  }
  return total;
}

function between(a: readonly number[], scatter: readonly number[][], b: readonly number[]): number {
  let total = 0;
  for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) total += a[i]! * scatter[i]![j]! * b[j]!;
  return total;
}

const ANGULAR = legendre(14);
const RADIAL = legendre(36).map(({ x, w }) => {
  const r = 4.75 * (x + 1);
  return { r, w: 4.75 * w * r * Math.exp(-0.5 * r * r) };
});

/**
 * E of each product of phi(u_a) and phi(u_b), in polar coordinates, in sectors between the rays on which u_a or u_b is
 * 0: kinks at 0 lie on them.
 */
function pairMeans(phi: Phi, [aa, bb, ab]: Triple, products: readonly Product[]): number[] {
  const [s, t] = [Math.sqrt(aa), Math.sqrt(bb)];
  const between = Math.acos(ab / (s * t));
  const half = Math.PI / 2;
  const rays = [-half, between - half, half, between + half, 1.5 * Math.PI];
  const totals = products.map(() => 0);
  for (let i = 1; i < rays.length; i++) {
    const reach = (rays[i]! - rays[i - 1]!) / 2;
    for (const { x, w } of ANGULAR) {
      const angle = rays[i - 1]! + reach * (x + 1);
      const [a, b] = [s * Math.cos(angle), t * Math.cos(angle - between)];
      for (const node of RADIAL) {
        const weight = (reach * w * node.w) / (2 * Math.PI);
        const [one, other] = [phi(node.r * a), phi(node.r * b)];
        for (let p = 0; p < totals.length; p++) totals[p]! += weight * products[p]!(one, other);
      }
    }
  }
  return totals;
}
