// Where chi_1 = 1 at a fixed point: the critical line in (sigma_w, sigma_b) (Poole et al. 2016; Schoenholz et al. 2017),
// and on it the special points where dq'/dq = 1 too (Roberts, Yaida & Hanin 2022, chapter 5).
// Solved in q, with sigma_w^2 = 1/E[phi'^2] and sigma_b^2 = q - E[phi^2]/E[phi'^2] eliminated: one equation each.
import { NoGainError } from "./gains";
import type { ActivationMoments } from "./moments";
import { rootBetween } from "./root";

/** sigma_w and the fixed point q at which chi_1 = 1. */
export interface CriticalPoint {
  readonly sigmaW: number;
  readonly q: number;
}

export interface SpecialPoint extends CriticalPoint {
  readonly sigmaB: number;
  readonly kind: "half_stable" | "zero" | "scale_invariant";
}

/** Of q: a difference below it is the expectations' own error. */
const NOISE = 1e-11;

/** q from 2^-14 to 2^36, four steps an octave: exact powers, no Math.pow. */
const GRID: readonly number[] = (() => {
  const fourth = Math.sqrt(Math.sqrt(2));
  const grid: number[] = [];
  let q = 1 / 16384;
  for (let octave = -14; octave < 36; octave++, q *= 2)
    for (let i = 0, step = q; i < 4; i++, step *= fourth) grid.push(step);
  return grid;
})();

/** sigma_b^2 of the critical point whose fixed point is q; negative where there is none. */
function biasSquare(m: ActivationMoments, q: number): number {
  const { square, slopeSquare } = m.single(q);
  return q - square / slopeSquare;
}

/** All critical points of this sigma_b, by rising q. */
export function criticalPoints(m: ActivationMoments, sigmaB: number): CriticalPoint[] {
  const at = (q: number): CriticalPoint => ({ sigmaW: 1 / Math.sqrt(m.single(q).slopeSquare), q });
  if (m.scaleInvariant) return sigmaB === 0 && m.single(1).slopeSquare > 0 ? [at(1)] : [];
  const excess = (q: number) => biasSquare(m, q) - sigmaB * sigmaB;
  const found: CriticalPoint[] = [];
  const isZeroFixed = m.atZero.phi === 0 && m.single(0).slopeSquare > 0;
  if (isZeroFixed && sigmaB === 0) found.push(at(0));
  let before = 0;
  let excessBefore = isZeroFixed ? -sigmaB * sigmaB : 0;
  for (const q of GRID) {
    const here = excess(q);
    if (!Number.isFinite(here) || Math.abs(here) <= NOISE * q) continue;
    if (excessBefore !== 0 && here < 0 !== excessBefore < 0)
      found.push(at(rootBetween(excess, before, q, excessBefore, here)));
    [before, excessBefore] = [q, here];
  }
  return found;
}

/** The critical point of a sigma_b whose q is largest. Throws NoGainError where there is none. */
export function criticalPoint(m: ActivationMoments, sigmaB: number): CriticalPoint {
  const point = criticalPoints(m, sigmaB).at(-1);
  if (point) return point;
  throw new NoGainError(
    m.scaleInvariant && sigmaB !== 0
      ? "no critical sigma_w: this activation is scale-invariant, and with sigma_b > 0 its q grows without bound; sigma_b must be 0"
      : `no critical sigma_w exists for sigma_b = ${sigmaB}; choose another sigma_b or activation`,
  );
}

/** All (sigma_w, sigma_b) with chi_1 = 1 and dq'/dq = 1 at one fixed point, by rising q. */
export function specialPoints(m: ActivationMoments): SpecialPoint[] {
  if (m.scaleInvariant)
    return criticalPoints(m, 0).map((point) => ({ ...point, sigmaB: 0, kind: "scale_invariant" as const }));
  const found: SpecialPoint[] = [];
  const zero = m.single(0).slopeSquare;
  if (m.atZero.phi === 0 && zero > 0)
    found.push({ sigmaW: 1 / Math.sqrt(zero), sigmaB: 0, q: 0, kind: "zero" });
  // Both slopes over sigma_w^2: their difference is E[phi phi''].
  const gap = (q: number) => m.single(q).squareSlope - m.single(q).slopeSquare;
  let before = 0;
  let gapBefore = 0;
  for (const q of GRID) {
    const here = gap(q);
    if (!Number.isFinite(here) || Math.abs(here) <= 1e-9 * m.single(q).slopeSquare) continue;
    if (gapBefore !== 0 && here < 0 !== gapBefore < 0) {
      const root = rootBetween(gap, before, q, gapBefore, here);
      const bias = biasSquare(m, root);
      if (bias >= 0)
        found.push({
          sigmaW: 1 / Math.sqrt(m.single(root).slopeSquare),
          sigmaB: Math.sqrt(bias),
          q: root,
          kind: "half_stable",
        });
    }
    [before, gapBefore] = [q, here];
  }
  return found;
}
