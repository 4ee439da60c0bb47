// The phase diagram: q*, c*, chi_1 and xi_c on a grid of (sigma_w, sigma_b). The expectations depend on q and on the
// pair's angle alone, never on the sigmas: they are tabled once as Chebyshev series in log q (and in sin(theta/2), in
// which kinked and saturated activations stay smooth), and each point is solved on the table. A point that leaves the
// table, or comes too near q = 0 or a turn for it, is solved without it.
import { chebyshevAt, chebyshevCoefficients, chebyshevNodes } from "./chebyshev";
import { chi1At, concaveFixedPoint, correlationFixedPoint } from "./correlation";
import { CRITICAL_TOLERANCE, fixedPoints, reachedFrom } from "./fixedPoints";
import type { Elementary } from "./functions";
import type { ActivationMoments } from "./moments";
import { depthScale } from "./phase";

/** Row-major [sigma_b][sigma_w]. */
export interface PhaseGrid {
  /** The q* that q = 1 runs into; Infinity where q grows without bound. */
  readonly q: Float64Array;
  /** The c* that c = 0 runs into; NaN where there is no q*. */
  readonly c: Float64Array;
  /** Where there is no q*, the limit along the way. */
  readonly chi1: Float64Array;
  /** -1/log(dc'/dc at c*), in layers; NaN where there is no q*. */
  readonly xiC: Float64Array;
}

type Point = readonly [q: number, c: number, chi1: number, slope: number];

/** Where q grows without bound, chi_1 is read off here. */
const FAR_Q = 2 ** 80;

export function phaseGrid(
  m: ActivationMoments,
  sigmaWs: ArrayLike<number>,
  sigmaBs: ArrayLike<number>,
  core: Pick<Elementary, "exp" | "log">,
): PhaseGrid {
  const size = sigmaWs.length * sigmaBs.length;
  const grid = {
    q: new Float64Array(size),
    c: new Float64Array(size),
    chi1: new Float64Array(size),
    xiC: new Float64Array(size),
  };
  const put = (at: number, [q, c, chi1, slope]: Point) => {
    grid.q[at] = q;
    grid.c[at] = c;
    grid.chi1[at] = chi1;
    grid.xiC[at] = depthScale(slope, core.log);
  };
  const table = m.scaleInvariant ? null : new SingleTable(m, core);
  /** Points with c* < 1, whose pairs are still to be solved. */
  const chaotic: { at: number; sigmaW: number; q: number; chi1: number }[] = [];
  for (let i = 0, at = 0; i < sigmaBs.length; i++)
    for (let j = 0; j < sigmaWs.length; j++, at++) {
      const [sigmaW, sigmaB] = [sigmaWs[j]!, sigmaBs[i]!];
      const q = table?.fixedPoint(sigmaW, sigmaB) ?? null;
      if (!table || q === null) {
        put(at, exactPoint(m, sigmaW, sigmaB));
        continue;
      }
      const chi1 = sigmaW * sigmaW * table.slopeSquare(q);
      if (chi1 <= 1 + CRITICAL_TOLERANCE) put(at, [q, 1, chi1, chi1]);
      else chaotic.push({ at, sigmaW, q, chi1 });
    }
  if (chaotic.length > 0) {
    const low = chaotic.reduce((least, { q }) => Math.min(least, q), Infinity);
    const high = chaotic.reduce((most, { q }) => Math.max(most, q), 0);
    const pairs = chaotic.length > MIN_TABLED ? pairTable(m, low, high, core) : null;
    for (const { at, sigmaW, q, chi1 } of chaotic) {
      const { c, slope } = pairs ? pairs(sigmaW, q) : correlationFixedPoint(m, sigmaW, q);
      put(at, [q, c, chi1, slope]);
    }
  }
  return grid;
}

/** Fewer points than these are solved one by one. */
const MIN_TABLED = 40;

function exactPoint(m: ActivationMoments, sigmaW: number, sigmaB: number): Point {
  const sigmas = { sigmaW, sigmaB };
  const reached = reachedFrom(m, sigmas, fixedPoints(m, sigmas));
  if (!reached) return [Infinity, NaN, chi1At(m, sigmaW, FAR_Q), NaN];
  const { c, slope } = correlationFixedPoint(m, sigmaW, reached.q);
  return [reached.q, c, chi1At(m, sigmaW, reached.q), slope];
}

const PANEL_DEGREE = 16;
const PANEL_NODES = chebyshevNodes(PANEL_DEGREE);
/** Panels of a factor 4 in q, from 4^-15 to 4^20, one of them beginning at q = 1. */
const PANELS = 35;
const PANEL_OF_ONE = 15;
/** Where the panels begin. */
const PANEL_Q: readonly number[] = (() => {
  const starts = [1];
  for (let k = 0; k < PANEL_OF_ONE; k++) starts.unshift(starts[0]! / 4);
  while (starts.length < PANELS) starts.push(4 * starts.at(-1)!);
  return starts;
})();

/** E[phi^2], its slope and E[phi'^2] as series in log q, a panel at a time as they are asked for. */
class SingleTable {
  readonly #m: ActivationMoments;
  readonly #core: Pick<Elementary, "exp" | "log">;
  readonly #logFour: number;
  readonly #panels: (Panel | undefined)[] = [];

  constructor(m: ActivationMoments, core: Pick<Elementary, "exp" | "log">) {
    this.#m = m;
    this.#core = core;
    this.#logFour = core.log(4);
  }

  slopeSquare(q: number): number {
    const place = this.#place(q);
    return chebyshevAt(this.#panel(Math.floor(place)).slopeSquare, 2 * (place - Math.floor(place)) - 1);
  }

  /** q*, or null where the table does not decide. */
  fixedPoint(sigmaW: number, sigmaB: number): number | null {
    const [w2, b2] = [sigmaW * sigmaW, sigmaB * sigmaB];
    const excess = (q: number, square: number) => w2 * square + b2 - q;
    const rises = excess(1, this.#m.single(1).square) > 0;
    for (let k = rises ? PANEL_OF_ONE : PANEL_OF_ONE - 1; k >= 0 && k < PANELS; k += rises ? 1 : -1) {
      const { ends, isRising, square, slopeEnds } = this.#panel(k);
      if (!isRising) return null;
      const [atLow, atHigh] = [excess(ends[0], square.low), excess(ends[1], square.high)];
      if (atLow > 0 && atHigh <= 0) return this.#solve(k, w2, b2);
      // A turn inside the panel may hide two more: not for the table.
      if (w2 * slopeEnds[0] < 1 && w2 * slopeEnds[1] > 1) return null;
    }
    return null;
  }

  /** Newton's steps in log q, kept inside the bracket. */
  #solve(k: number, w2: number, b2: number): number | null {
    const panel = this.#panel(k);
    let [low, high] = [-1, 1];
    let x = 0;
    for (let i = 0; i < 60; i++) {
      const q = this.#q(k, x);
      const value = w2 * chebyshevAt(panel.square.series, x) + b2 - q;
      if (value > 0) low = x;
      else high = x;
      const slope = (w2 * chebyshevAt(panel.squareSlope, x) - 1) * q * 0.5 * this.#logFour;
      let next = x - value / slope;
      if (!(next > low && next < high)) next = 0.5 * (low + high);
      const step = Math.abs(next - x);
      x = next;
      if (step <= 4e-16) break;
      // The steps are quadratic: this one was the last that counts.
      if (step <= 1e-9) {
        // A slope of 1 loses half the digits.
        if (Math.abs(w2 * chebyshevAt(panel.squareSlope, x) - 1) < 1e-4) return null;
        break;
      }
    }
    return this.#q(k, x);
  }

  #q(k: number, x: number): number {
    return PANEL_Q[k]! * this.#core.exp(0.5 * (x + 1) * this.#logFour);
  }

  /** q's panel, and how far through it, in its logarithm. */
  #place(q: number): number {
    return Math.max(0, Math.min(PANELS - 1e-9, this.#core.log(q / PANEL_Q[0]!) / this.#logFour));
  }

  #panel(k: number): Panel {
    return (this.#panels[k] ??= this.#built(k));
  }

  #built(k: number): Panel {
    const singles = Array.from(PANEL_NODES, (x) => this.#m.single(this.#q(k, x)));
    const series = (values: number[]) => chebyshevCoefficients(values, PANEL_NODES);
    const squares = singles.map((s) => s.square);
    const slopes = singles.map((s) => s.squareSlope);
    return {
      ends: [this.#q(k, -1), this.#q(k, 1)],
      square: { series: series(squares), low: squares.at(-1)!, high: squares[0]! },
      squareSlope: series(slopes),
      slopeSquare: series(singles.map((s) => s.slopeSquare)),
      slopeEnds: [slopes.at(-1)!, slopes[0]!],
      isRising: slopes.every((slope) => slope >= 0),
    };
  }
}

interface Panel {
  readonly ends: readonly [number, number];
  readonly square: { readonly series: Float64Array; readonly low: number; readonly high: number };
  readonly squareSlope: Float64Array;
  readonly slopeSquare: Float64Array;
  readonly slopeEnds: readonly [number, number];
  /** V never falls: q then stops at the first fixed point on its way. */
  readonly isRising: boolean;
}

/** Degrees tried, in log q and in sin(theta/2). */
const MAX_DEGREE = 64;
const PAIR_TOLERANCE = 1e-11;
const SQRT_HALF = Math.SQRT1_2;

/**
 * E[(phi(u1) - phi(u2))^2]/(2 d) and E[phi'(u1) phi'(u2)] on q from low to high and c from 0 to 1, d = 2 q y^2 with
 * y = sin(theta/2); and c* solved on them.
 */
function pairTable(
  m: ActivationMoments,
  low: number,
  high: number,
  core: Pick<Elementary, "exp" | "log">,
): (sigmaW: number, q: number) => { c: number; slope: number } {
  const from = core.log(low);
  const width = Math.max(core.log(high) - from, 1e-6);
  let [degreeQ, degreeY] = [16, 16];
  for (;;) {
    const [nodesQ, nodesY] = [chebyshevNodes(degreeQ), chebyshevNodes(degreeY)];
    const rows = Array.from(nodesQ, (x) => {
      const q = core.exp(from + 0.5 * (x + 1) * width);
      return pairRow(m, q, nodesY);
    });
    // By columns: for each degree in y, a series in log q.
    const columns = (of: "difference" | "slope") =>
      Array.from(nodesY, (_, k) =>
        chebyshevCoefficients(
          rows.map((row) => row[of][k]!),
          nodesQ,
        ),
      );
    const difference = columns("difference");
    const slope = columns("slope");
    const roughQ = Math.max(tailOf(difference, "each"), tailOf(slope, "each"));
    const roughY = Math.max(tailOf(difference, "last"), tailOf(slope, "last"));
    const [isShortQ, isShortY] = [
      roughQ > PAIR_TOLERANCE && degreeQ < MAX_DEGREE,
      roughY > PAIR_TOLERANCE && degreeY < MAX_DEGREE,
    ];
    if (isShortQ) degreeQ *= 2;
    if (isShortY) degreeY *= 2;
    if (isShortQ || isShortY) continue;
    return (sigmaW, q) => {
      const x = (2 * (core.log(q) - from)) / width - 1;
      const differenceAt = Float64Array.from(difference, (series) => chebyshevAt(series, x));
      const slopeAt = Float64Array.from(slope, (series) => chebyshevAt(series, x));
      const w2 = sigmaW * sigmaW;
      return concaveFixedPoint(q, (d) => {
        const y = (2 * Math.sqrt(d / (2 * q))) / SQRT_HALF - 1;
        return { value: w2 * chebyshevAt(differenceAt, y) * d, slope: w2 * chebyshevAt(slopeAt, y) };
      });
    };
  }
}

/** Series in y at one q. */
function pairRow(m: ActivationMoments, q: number, nodesY: Float64Array) {
  const difference: number[] = [];
  const slope: number[] = [];
  for (const x of nodesY) {
    const y = 0.5 * (x + 1) * SQRT_HALF;
    const d = 2 * q * y * y;
    const pair = d > 0 ? m.pair(q, d) : null;
    difference.push(pair ? pair.halfDifference / d : m.single(q).slopeSquare);
    slope.push(pair ? pair.slopeProduct : m.single(q).slopeSquare);
  }
  return {
    difference: chebyshevCoefficients(difference, nodesY),
    slope: chebyshevCoefficients(slope, nodesY),
  };
}

/** Share of the last two coefficients, in log q (`each` series) or in y (the `last` series). */
function tailOf(series: readonly Float64Array[], which: "each" | "last"): number {
  let size = 0;
  let tail = 0;
  series.forEach((coefficients, k) =>
    coefficients.forEach((value, i) => {
      size = Math.max(size, Math.abs(value));
      const isTail = which === "last" ? k >= series.length - 2 : i >= coefficients.length - 2;
      if (isTail) tail = Math.max(tail, Math.abs(value));
    }),
  );
  return tail / size;
}
