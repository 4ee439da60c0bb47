// The map of a preactivation's mean square from layer to layer, q' = sigma_w^2 E[phi(sqrt(q) z)^2] + sigma_b^2, and its
// fixed points q* (Poole et al. 2016): all of them, not only the one that iteration happens to find.
import type { ActivationMoments } from "./moments";
import { rootBetween } from "./root";

/** sigma_w = sqrt(fan_in Var W), sigma_b the standard deviation of the biases. */
export interface Sigmas {
  readonly sigmaW: number;
  readonly sigmaB: number;
}

export interface VarianceFixedPoint {
  readonly q: number;
  /** dq'/dq there. */
  readonly slope: number;
  /** Neighbours on both sides run into it. Where the slope is 1 the next order decides. */
  readonly stable: boolean;
  /** Every q is a fixed point: a scale-invariant activation at its critical sigma_w, no bias. This one stands for all. */
  readonly any: boolean;
}

/** A slope this near 1 counts as 1. */
export const CRITICAL_TOLERANCE = 1e-7;
/** Of q: what the expectations' own error may feign. */
const NOISE = 1e-11;

/** q from 2^-30 to 2^40, two steps an octave. */
const GRID: readonly number[] = (() => {
  const grid: number[] = [];
  for (let octave = -30, q = 2 ** -30; octave < 40; octave++, q *= 2) grid.push(q, q * Math.SQRT2);
  return grid;
})();

export function nextQ(m: ActivationMoments, { sigmaW, sigmaB }: Sigmas, q: number): number {
  return sigmaW * sigmaW * m.single(q).square + sigmaB * sigmaB;
}

/** q' - q at one q, and its slope. */
interface Sample {
  readonly q: number;
  readonly excess: number;
  readonly slope: number;
}

/** All fixed points, rising. */
export function fixedPoints(m: ActivationMoments, sigmas: Sigmas): VarianceFixedPoint[] {
  if (m.scaleInvariant) return scaleInvariantPoints(m, sigmas);
  const w2 = sigmas.sigmaW * sigmas.sigmaW;
  const excess = (q: number) => nextQ(m, sigmas, q) - q;
  const slope = (q: number) => w2 * m.single(q).squareSlope - 1;
  const sample = (q: number): Sample => ({ q, excess: excess(q), slope: slope(q) });
  const found: VarianceFixedPoint[] = [];
  const add = (q: number) => found.push(pointAt(m, sigmas, q));
  const isZeroFixed = m.atZero.phi === 0 && sigmas.sigmaB === 0;
  if (isZeroFixed) add(0);
  let before: Sample = { q: 0, excess: excess(0), slope: slope(0) };
  // Beside the fixed point 0 the sign of q' - q is that of the slope less 1.
  if (isZeroFixed)
    before = { ...before, excess: Math.abs(before.slope) <= CRITICAL_TOLERANCE ? 0 : before.slope };
  for (const here of samples(sample)) {
    // Too near 0 to tell its sign: the neighbours will.
    if (Math.abs(here.excess) <= NOISE * here.q) continue;
    if (before.excess !== 0 && here.excess < 0 !== before.excess < 0) {
      const low = before.q > 0 || !isZeroFixed ? before.q : 1e-3 * here.q;
      add(rootIn(excess, low, here.q, before.excess));
    } else if (before.q > 0 && before.slope < 0 !== here.slope < 0 && here.excess < 0 === before.slope >= 0) {
      // It turns towards 0 and back: it may touch it, or cross it twice.
      const turn = rootBetween(slope, before.q, here.q, before.slope, here.slope);
      const value = excess(turn);
      if (Math.abs(value) <= 1e-10 * turn) add(turn);
      else if (value < 0 !== here.excess < 0) {
        add(rootBetween(excess, before.q, turn, before.excess, value));
        add(rootBetween(excess, turn, here.q, value, here.excess));
      }
    }
    before = here;
  }
  return found;
}

const MIN_HALVINGS = 2;
const MAX_HALVINGS = 12;

/** Samples at the grid, and between where q' - q may reach 0 without changing its sign from one to the next. */
function samples(at: (q: number) => Sample): Sample[] {
  const all: Sample[] = [];
  const between = (low: Sample, high: Sample, halvings: number): void => {
    if (halvings < MAX_HALVINGS && mayTurn(low, high, halvings)) {
      const middle = at(0.5 * (low.q + high.q));
      between(low, middle, halvings + 1);
      between(middle, high, halvings + 1);
    } else all.push(high);
  };
  let before: Sample | null = null;
  for (const q of GRID) {
    const here = at(q);
    if (!Number.isFinite(here.excess)) break;
    if (before) between(before, here, 0);
    else all.push(here);
    before = here;
  }
  return all;
}

function mayTurn(low: Sample, high: Sample, halvings: number): boolean {
  const width = high.q - low.q;
  const change = Math.abs(high.slope - low.slope);
  const steepest = Math.max(Math.abs(low.slope), Math.abs(high.slope));
  const least = Math.min(Math.abs(low.slope), Math.abs(high.slope));
  if (Math.min(Math.abs(low.excess), Math.abs(high.excess)) > width * (steepest + 2 * change)) return false;
  return halvings < MIN_HALVINGS || low.slope < 0 !== high.slope < 0 || change > 0.2 * least;
}

/** The lower end is brought nearer to 0 until the sign there is what it is beside 0. */
function rootIn(excess: (q: number) => number, low: number, high: number, signLow: number): number {
  let from = low;
  let atFrom = excess(from);
  for (let i = 0; i < 20 && atFrom < 0 !== signLow < 0; i++) {
    from *= 1e-3;
    atFrom = excess(from);
  }
  return rootBetween(excess, from, high, atFrom);
}

/**
 * The fixed point that iteration from q = 1 runs into, or null where q grows without bound. Where the map rises,
 * q moves one way and stops at the first fixed point; a map that falls somewhere is iterated.
 */
export function reachedFrom(
  m: ActivationMoments,
  sigmas: Sigmas,
  points: readonly VarianceFixedPoint[],
  start = 1,
): VarianceFixedPoint | null {
  if (m.scaleInvariant) return points.find((p) => p.stable || p.any) ?? null;
  let q = start;
  for (let i = 0; i < MAX_STEPS; i++) {
    const next = nextQ(m, sigmas, q);
    const at = points.find((p) => Math.abs(p.q - q) <= 1e-9 * p.q || p.q === q);
    if (at) return at;
    // Rising all the way to the next fixed point, so that none is jumped over.
    const goal = next > q ? points.find((p) => p.q > q) : points.findLast((p) => p.q < q);
    const from = Math.min(q, goal?.q ?? 2 ** 39);
    const to = Math.max(q, goal?.q ?? 2 ** 39);
    const rises = GRID.every((g) => g <= from || g >= to || m.single(g).squareSlope >= 0);
    if (rises) return goal ?? null;
    q = next;
    if (!(q < GRID.at(-1)!)) return null;
  }
  return points.find((p) => Math.abs(p.q - q) <= 1e-3 * p.q) ?? null;
}

const MAX_STEPS = 500;

function pointAt(m: ActivationMoments, sigmas: Sigmas, q: number): VarianceFixedPoint {
  const slope = sigmas.sigmaW * sigmas.sigmaW * m.single(q).squareSlope;
  let stable = Math.abs(slope) < 1;
  if (Math.abs(slope - 1) <= CRITICAL_TOLERANCE) {
    // The next order: whether q' - q points back from either side.
    const away = (x: number) => nextQ(m, sigmas, x) - x;
    // Some are level to every order beside 0 and turn farther out.
    const beside = [1e-3, 1e-2, 0.1, 1].find((x) => Math.abs(away(x)) > NOISE * x) ?? 1;
    stable = q === 0 ? away(beside) < 0 : away(1.01 * q) < 0 && away(0.99 * q) > 0;
  }
  return { q, slope, stable, any: false };
}

/** q' = k q + sigma_b^2. */
function scaleInvariantPoints(m: ActivationMoments, { sigmaW, sigmaB }: Sigmas): VarianceFixedPoint[] {
  const slope = sigmaW * sigmaW * m.single(1).square;
  if (Math.abs(slope - 1) <= CRITICAL_TOLERANCE)
    return sigmaB === 0 ? [{ q: 1, slope: 1, stable: false, any: true }] : [];
  if (slope < 1) return [{ q: (sigmaB * sigmaB) / (1 - slope), slope, stable: true, any: false }];
  return sigmaB === 0 ? [{ q: 0, slope, stable: false, any: false }] : [];
}
