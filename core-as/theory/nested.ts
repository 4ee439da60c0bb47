// A pair's expectations where phi has kinks, or structure much finer than its argument's spread: an integral in an
// integral. u1 = m + t, u2 = m - t, with m ~ N(0, q - d/2) outside and t ~ N(0, d/2) inside. The inner panels end
// where m + t or m - t meets a border of the activation's own panels; the outer ones at those borders too, and around
// each kink at the scale of t, on which the inner integral turns there.
import type { ActivationFunctions } from "./functions";
import { fillPanel, ORDER } from "./legendre";
import type { PairMoments } from "./moments";
import type { Profile } from "./profile";

const INVERSE_SQRT_TWO_PI = 0.3989422804014327;
/** Borders in standard deviations: two panels of 16 nodes hold half a normal to 1e-14, 1e-17 of it lies beyond. */
export const GAUSSIAN_BORDERS = [3.5, 9] as const;
const REACH = 9;
/** Points gathered before phi is asked for. */
const BATCH = 4096;
/** Points of the plane that are affordable: some tenths of a second. */
const MOST_POINTS = 2 ** 22;
/** Beyond, what is left is some digits, for which these are enough. */
const THINNED_POINTS = 2 ** 20;
/** Widest panels, as a share of their distance from 0, tried in turn where all of the activation's own are too many. */
const THINNED = [1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1];

/** Borders within [-reach, reach]: all of `hard`, and of `soft` those that no hard one is near. */
export function joinBorders(hard: readonly number[], soft: readonly number[], reach: number): number[] {
  const inside = hard.filter((x) => Math.abs(x) < reach);
  const kept = soft.filter(
    (x) => Math.abs(x) <= reach && !inside.some((k) => Math.abs(x - k) <= 0.2 * Math.abs(x)),
  );
  return [-reach, ...inside, ...kept, reach].sort((p, q) => p - q);
}

/** Whether nestedPair follows the activation's own panels for these deviations. */
export function isFollowed(f: ActivationFunctions, profile: Profile, a: number, b: number): boolean {
  return pointsOf(profile.borders(REACH * (a + b)), f.kinks.length, a, b) <= MOST_POINTS;
}

/**
 * To about 1e-10 wherever that is affordable. An activation that waves on and on has too many panels for an integral
 * in an integral where u is large: far out they are joined, and the waves come in as samples of themselves, to some
 * digits only; the product of slopes, which such samples would miss altogether, then comes from phi.
 */
export function nestedPair(f: ActivationFunctions, profile: Profile, a: number, b: number): PairMoments {
  const all = profile.borders(REACH * (a + b));
  const points = (own: readonly number[]) => pointsOf(own, f.kinks.length, a, b);
  let own = all;
  if (points(all) > MOST_POINTS)
    for (let k = 0; k < THINNED.length && points(own) > THINNED_POINTS; k++)
      own = thinned(all, f.kinks, THINNED[k]!);
  const outer = outerNodes(f, own, a, b);
  const sums = new Sums(f, a, b, own === all || a === 0);
  const borders: number[] = [];
  for (let i = 0; i < outer.x.length; i++) {
    const m = outer.x[i]!;
    innerBorders(borders, own, m, b);
    for (let k = 1; k < borders.length; k++) sums.addPanel(m, outer.w[i]!, borders[k - 1]!, borders[k]!);
  }
  return sums.total();
}

/** At most: an outer panel for every border within the reach of m and every turn, an inner one for each that t meets. */
function pointsOf(own: readonly number[], kinks: number, a: number, b: number): number {
  const turns = 2.5 * kinks * (kinks + 1);
  const outer = a === 0 ? 1 : ORDER * (own.filter((x) => Math.abs(x) < REACH * a).length + turns + 5);
  let inner = 0;
  for (let first = 0, last = 0; last < own.length; last++) {
    while (own[last]! - own[first]! > 2 * REACH * b) first++;
    inner = Math.max(inner, last - first + 1);
  }
  return outer * ORDER * (inner + 2);
}

/** Outward from 0, each at least `share` of its distance (of 1 near 0) beyond the one before; and all kinks. */
function thinned(borders: readonly number[], kinks: readonly number[], share: number): number[] {
  const kept: number[] = [];
  for (const side of [-1, 1]) {
    let last = 0;
    for (const border of side < 0 ? borders.toReversed() : borders) {
      const distance = border * side;
      if (!(distance > 0)) continue;
      if (distance - last < share * Math.max(1, distance) && !kinks.includes(border)) continue;
      kept.push(border);
      last = distance;
    }
  }
  return [...kept, 0].sort((p, q) => p - q);
}

/** Nodes of m, weighted by its density. */
function outerNodes(f: ActivationFunctions, own: readonly number[], a: number, b: number) {
  if (a === 0) return { x: Float64Array.of(0), w: Float64Array.of(1) };
  const reach = REACH * a;
  // The inner integral turns where the lines u1 = k and u2 = k meet (m = k), and u1 = k and u2 = l (half-way).
  const meetings = f.kinks.flatMap((k) =>
    f.kinks.filter((l) => k <= l && l - k < 2 * REACH * b).map((l) => 0.5 * (k + l)),
  );
  const turns = meetings.flatMap((k) => [k, ...GAUSSIAN_BORDERS.flatMap((g) => [k - g * b, k + g * b])]);
  const soft = GAUSSIAN_BORDERS.flatMap((g) => [-g * a, g * a]);
  const near = turns.filter((x) => Math.abs(x) < reach);
  const borders = joinBorders([...new Set([...own, ...near])], soft, reach);
  const panels = borders.length - 1;
  const x = new Float64Array(panels * ORDER);
  const w = new Float64Array(x.length);
  for (let i = 0; i < panels; i++) fillPanel(x, w, i * ORDER, borders[i]!, borders[i + 1]!);
  const density = f.expBulk(x.map((m) => -0.5 * (m / a) * (m / a)));
  for (let i = 0; i < w.length; i++) w[i]! *= (INVERSE_SQRT_TWO_PI / a) * density[i]!;
  return { x, w };
}

/** Borders of t > 0 for this m, rising, into `out`. */
function innerBorders(out: number[], own: readonly number[], m: number, b: number): void {
  const reach = REACH * b;
  out.length = 0;
  out.push(0, reach);
  for (const border of own) {
    const t = Math.abs(border - m);
    if (t < reach && t > 0) out.push(t);
  }
  out.sort((p, q) => p - q);
  const bend = GAUSSIAN_BORDERS[0] * b;
  if (!out.some((t) => Math.abs(t - bend) < 0.2 * bend)) {
    out.push(bend);
    out.sort((p, q) => p - q);
  }
}

/** Gathers points of the plane, asks for phi at many together, and adds up. */
class Sums {
  readonly #f: ActivationFunctions;
  readonly #a: number;
  readonly #b: number;
  readonly #isResolved: boolean;
  readonly #t = new Float64Array(BATCH);
  readonly #w = new Float64Array(BATCH);
  /** u1 of every point, then u2 of every point. */
  readonly #u = new Float64Array(2 * BATCH);
  #count = 0;
  #difference = 0;
  #product = 0;
  #slopes = 0;
  #squares = 0;

  /** Unless `isResolved`, slopes are not asked for. */
  constructor(f: ActivationFunctions, a: number, b: number, isResolved: boolean) {
    this.#f = f;
    this.#a = a;
    this.#b = b;
    this.#isResolved = isResolved;
  }

  addPanel(m: number, weight: number, from: number, to: number): void {
    if (this.#count + ORDER > BATCH) this.#flush();
    const at = this.#count;
    fillPanel(this.#t, this.#w, at, from, to);
    for (let i = at; i < at + ORDER; i++) {
      this.#w[i]! *= weight;
      this.#u[i] = m + this.#t[i]!;
      this.#u[BATCH + i] = m - this.#t[i]!;
    }
    this.#count += ORDER;
  }

  total(): PairMoments {
    this.#flush();
    // Twice: t and -t are alike.
    const scale = (2 * INVERSE_SQRT_TWO_PI) / this.#b;
    return {
      halfDifference: 0.5 * scale * this.#difference,
      product: scale * this.#product,
      slopeProduct: scale * this.#slopes,
      squareProduct: scale * this.#squares,
    };
  }

  #flush(): void {
    const n = this.#count;
    const u = new Float64Array(2 * n);
    u.set(this.#u.subarray(0, n));
    u.set(this.#u.subarray(BATCH, BATCH + n), n);
    const exponent = new Float64Array(n);
    for (let i = 0; i < n; i++) exponent[i] = -0.5 * (this.#t[i]! / this.#b) * (this.#t[i]! / this.#b);
    const density = this.#f.expBulk(exponent);
    const phi = this.#f.phiBulk(u);
    const dphi = this.#isResolved ? this.#f.dphiBulk(u) : null;
    for (let i = 0; i < n; i++) {
      const w = this.#w[i]! * density[i]!;
      const p = phi[i]!;
      const r = phi[n + i]!;
      const difference = (p - r) * (p - r);
      this.#difference += w * difference;
      this.#product += w * (p * r);
      this.#squares += w * (p * r) * (p * r);
      this.#slopes += w * (dphi ? dphi[i]! * dphi[n + i]! : 0.5 * difference * this.#score(i));
    }
    this.#count = 0;
  }

  /**
   * d/dd of the logarithm of the density of m and t, whose variances are q - d/2 and d/2: times half the squared
   * difference its expectation is E[phi' phi'] (Price 1958).
   */
  #score(i: number): number {
    const [a2, b2] = [this.#a * this.#a, this.#b * this.#b];
    const t = this.#t[i]!;
    const m = this.#u[i]! - t;
    return 0.25 * ((t * t - b2) / (b2 * b2) - (m * m - a2) / (a2 * a2));
  }
}
