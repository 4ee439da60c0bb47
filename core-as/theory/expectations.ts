// Gaussian expectations of an activation, of one preactivation and of a pair (moments.ts), by whichever way is exact for
// it: closed forms for the scale-invariant family and the sine; else for one preactivation panels of the activation's own
// profile, and for a pair the trapezoidal lattice where phi is smooth on the scale of its argument, nested panels where
// it is not. Relative error about 1e-10, but for waves too many to follow (nested.ts); tests hold it against quadrature.ts.
// Keeps what it has computed.
import type { ActivationFunctions } from "./functions";
import { homogeneousPair, homogeneousSingle, scaleInvariantSlopes } from "./homogeneous";
import { latticePair, latticePlan, latticeTerms, RELATIVE_STEP } from "./lattice";
import { fillPanel, ORDER } from "./legendre";
import type { ActivationMoments, PairMoments, SingleMoments } from "./moments";
import { isFollowed, joinBorders, nestedPair } from "./nested";
import { Profile } from "./profile";
import { isSineFar, sinePair, sineSingle } from "./sine";

const INVERSE_SQRT_TWO_PI = 0.3989422804014327;
/** In standard deviations: where phi grows polynomially, 1e-35 of the integral lies beyond. */
const REACH = 13;
const SINGLE_BORDERS = [-8.5, -3.5, 3.5, 8.5];
/** Computed moments kept; all are let go at once when there are more. */
const MAX_KEPT = 4096;
/** A lattice with more terms costs more than nested panels. */
const MAX_LATTICE_TERMS = 400_000;
/** d below this share of the finest scale: its half difference is taken from slopes, where phi's rounding would show. */
const TINY_PAIR = 1e-11;
/** The same for pairs whose panels are too many to follow. */
const CLOSE_PAIR = 1e-4;

export function momentsOf(a: ActivationFunctions): ActivationMoments {
  const slopes = scaleInvariantSlopes(a);
  const zero = { phi: a.phi(0), slope: a.dphi(0) };
  const way = slopes
    ? {
        single: (q: number) => homogeneousSingle(slopes, q),
        pair: (q: number, d: number) => homogeneousPair(slopes, q, d, a.atan),
      }
    : new Quadrature(a);
  const singles = new Map<number, SingleMoments>();
  const pairs = new Map<string, PairMoments>();
  return {
    scaleInvariant: slopes !== null,
    atZero: zero,
    single: (q) => {
      if (!(q >= 0)) throw new RangeError(`a variance of ${q}; it is at least 0`);
      return kept(singles, q, () => way.single(q));
    },
    pair: (q, d) => {
      if (!(d >= 0 && d <= 2 * q)) throw new RangeError(`d = ${d} with q = ${q}; it is from 0 to 2 q`);
      if (d > 0) return kept(pairs, `${q} ${d}`, () => way.pair(q, d));
      const { square, slopeSquare, fourth } = kept(singles, q, () => way.single(q));
      return { halfDifference: 0, product: square, slopeProduct: slopeSquare, squareProduct: fourth };
    },
  };
}

function kept<K, V>(known: Map<K, V>, key: K, compute: () => V): V {
  let value = known.get(key);
  if (value === undefined) {
    value = compute();
    if (known.size >= MAX_KEPT) known.clear();
    known.set(key, value);
  }
  return value;
}

class Quadrature {
  readonly #a: ActivationFunctions;
  readonly #profile: Profile;
  /** Step in u at which the trapezoidal rule is exact for phi; 0 where none is. */
  #step: number | null = null;

  constructor(a: ActivationFunctions) {
    this.#a = a;
    this.#profile = new Profile(a);
  }

  single(q: number): SingleMoments {
    if (q === 0) return this.#atZero();
    const { sine, exp } = this.#a;
    return sine !== undefined && isSineFar(sine, q) ? sineSingle(sine, q, exp) : this.#panels(q);
  }

  pair(q: number, d: number): PairMoments {
    const { sine, exp } = this.#a;
    if (sine !== undefined && isSineFar(sine, q)) return sinePair(sine, q, d, exp);
    const pair = this.#sums(q, d);
    const scale = Math.min(1, q, this.#profile.finest ** 2);
    if (d > TINY_PAIR * scale) return pair;
    // The half difference is the integral of E[phi' phi'] from 0 to d (Price 1958), which runs as s0 + s1 sqrt(t).
    const halfDifference = d * (this.single(q).slopeSquare / 3 + pair.slopeProduct * (2 / 3));
    return { ...pair, halfDifference };
  }

  #sums(q: number, d: number): PairMoments {
    const a = Math.sqrt(Math.max(0, q - 0.5 * d));
    const b = Math.sqrt(0.5 * d);
    this.#step ??= this.#findStep();
    if (this.#step > 0) {
      const plan = latticePlan(a, b, this.#step);
      if (latticeTerms(plan) <= MAX_LATTICE_TERMS) return latticePair(this.#a, a, b, plan);
    }
    // So near each other that no wave comes between them: what one preactivation says is closer than samples are.
    if (d < CLOSE_PAIR * this.#profile.finest ** 2 && !isFollowed(this.#a, this.#profile, a, b))
      return this.#close(q, d);
    return nestedPair(this.#a, this.#profile, a, b);
  }

  /** To the first order in d. */
  #close(q: number, d: number): PairMoments {
    const { square, fourth, slopeSquare } = this.single(q);
    const halfDifference = d * slopeSquare;
    return {
      halfDifference,
      product: square - halfDifference,
      slopeProduct: slopeSquare,
      squareProduct: fourth,
    };
  }

  #panels(q: number): SingleMoments {
    const s = Math.sqrt(q);
    const reach = REACH * s;
    const soft = SINGLE_BORDERS.map((g) => g * s);
    const borders = joinBorders(this.#profile.borders(reach), soft, reach);
    const panels = borders.length - 1;
    const u = new Float64Array(panels * ORDER);
    const w = new Float64Array(u.length);
    for (let i = 0; i < panels; i++) fillPanel(u, w, i * ORDER, borders[i]!, borders[i + 1]!);
    return momentSums(this.#a, u, w, s);
  }

  /** Limits for q -> 0. */
  #atZero(): SingleMoments {
    const { phi, dphi, kinks } = this.#a;
    const mean = phi(0);
    const square = mean * mean;
    const sides = kinks.includes(0) ? [dphi(1e-300), dphi(-1e-300)] : [dphi(0), dphi(0)];
    const squares = sides.map((s) => s * s);
    const slopeSquare = 0.5 * (squares[0]! + squares[1]!);
    const slopeFourth = 0.5 * (squares[0]! * squares[0]! + squares[1]! * squares[1]!);
    let squareSlope = slopeSquare;
    if (mean !== 0) {
      // phi'^2 + phi phi'': from two small q, free of the error that is linear in q.
      const q = 1e-6 * this.#profile.finest ** 2;
      squareSlope = 2 * this.#panels(0.5 * q).squareSlope - this.#panels(q).squareSlope;
    }
    return { mean, square, fourth: square * square, slopeSquare, slopeFourth, squareSlope };
  }

  /** The largest step at which lattice and panels agree at every trial variance. */
  #findStep(): number {
    // A kink's error falls with the step's square alone.
    if (this.#a.kinks.length > 0) return 0;
    for (let step = 0.5; step >= 1 / 128; step *= 0.5) if (this.#isExact(step)) return step;
    return 0;
  }

  #isExact(step: number): boolean {
    for (const s of [0.5, 1, 2, 5, 9]) {
      const h = Math.min(step, RELATIVE_STEP * s);
      const reach = Math.ceil((9 * s) / h);
      const exact = this.#panels(s * s);
      // dV/dq may vanish where V does not.
      const sizes = { ...exact, squareSlope: Math.max(Math.abs(exact.squareSlope), exact.square / (s * s)) };
      // On 0 and off it, so that symmetry hides no error.
      for (const offset of [0, 0.3]) {
        const u = Float64Array.from({ length: 2 * reach + 1 }, (_, k) => (k - reach + offset) * h);
        const lattice = momentSums(this.#a, u, new Float64Array(u.length).fill(h), s);
        for (const key of ["square", "fourth", "slopeSquare", "slopeFourth", "squareSlope"] as const)
          if (!(Math.abs(lattice[key] - exact[key]) <= 1e-11 * sizes[key])) return false;
      }
    }
    return true;
  }
}

/** Moments over N(0, s^2) from nodes u of weights w. */
function momentSums(a: ActivationFunctions, u: Float64Array, w: Float64Array, s: number): SingleMoments {
  const phi = a.phiBulk(u);
  const dphi = a.dphiBulk(u);
  const exponent = new Float64Array(u.length);
  for (let i = 0; i < u.length; i++) exponent[i] = -0.5 * (u[i]! / s) * (u[i]! / s);
  const density = a.expBulk(exponent);
  let [mean, square, fourth, slopeSquare, slopeFourth, squareSlope] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < u.length; i++) {
    const weight = w[i]! * density[i]!;
    // Where phi overflows the density is 0 long since.
    if (weight === 0) continue;
    const p = phi[i]!;
    const pp = p * p;
    const g = dphi[i]!;
    const gg = g * g;
    mean += weight * p;
    square += weight * pp;
    fourth += weight * pp * pp;
    slopeSquare += weight * gg;
    slopeFourth += weight * gg * gg;
    squareSlope += weight * p * g * u[i]!;
  }
  const scale = INVERSE_SQRT_TWO_PI / s;
  return {
    mean: scale * mean,
    square: scale * square,
    fourth: scale * fourth,
    slopeSquare: scale * slopeSquare,
    slopeFourth: scale * slopeFourth,
    squareSlope: (scale * squareSlope) / (s * s),
  };
}
