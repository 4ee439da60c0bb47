// Gains of an activation by named criterion, and sigma_w on the critical line.
// The criteria differ and libraries ship one without saying which: each function here names its own.
import type { ActivationFunctions } from "./functions";
import { gaussianExpectation } from "./quadrature";

export type GainCriterion = "forward" | "variance" | "backward";

/** A gain or critical point that does not exist. */
export class NoGainError extends Error {
  override readonly name = "NoGainError";
  readonly code = "no_gain";
}

/**
 * `forward`: 1/sqrt(E[phi(z)^2]), unit second moment. `variance`: 1/sqrt(Var[phi(z)]).
 * `backward`: 1/sqrt(E[phi'(z)^2]), unit backward second moment; z ~ N(0, 1).
 */
export function gainOf(a: ActivationFunctions, criterion: GainCriterion): number {
  const mean = (f: (z: number) => number) => gaussianExpectation(f, a.exp, a.kinks).value;
  let moment: number;
  if (criterion === "forward") moment = mean((z) => a.phi(z) * a.phi(z));
  else if (criterion === "backward") moment = mean((z) => a.dphi(z) * a.dphi(z));
  else {
    const centre = mean((z) => a.phi(z));
    moment = mean((z) => (a.phi(z) - centre) * (a.phi(z) - centre));
  }
  if (!(moment > 0)) throw new NoGainError(`the ${criterion} gain does not exist: its moment is ${moment}`);
  return 1 / Math.sqrt(moment);
}

/** sigma_w and the fixed point q at which chi_1 = 1. */
export interface CriticalPoint {
  readonly sigmaW: number;
  readonly q: number;
}

/**
 * The critical sigma_w for a sigma_b (Poole et al. 2016, Schoenholz et al. 2017): q = sigma_w^2 E[phi^2] + sigma_b^2
 * and sigma_w^2 E[phi'^2] = 1 together, at sqrt(q) z. Eliminating sigma_w leaves one equation in q,
 * q - E[phi^2]/E[phi'^2] = sigma_b^2; its largest root is taken, and q = 0 where sigma_b = 0 leaves no other.
 */
export function criticalPoint(a: ActivationFunctions, sigmaB: number): CriticalPoint {
  const moments = (q: number) => {
    const s = Math.sqrt(q);
    const kinks = a.kinks.map((k) => k / s);
    const square = (f: (x: number) => number) =>
      gaussianExpectation(
        (z) => {
          const y = f(s * z);
          return y * y;
        },
        a.exp,
        kinks,
      ).value;
    return { phi: square(a.phi), dphi: square(a.dphi) };
  };
  const target = sigmaB * sigmaB;
  const excess = (q: number) => {
    const m = moments(q);
    return q - m.phi / m.dphi - target;
  };
  if (isScaleInvariant(a)) {
    if (sigmaB !== 0)
      throw new NoGainError(
        "no critical sigma_w: this activation is scale-invariant, and with sigma_b > 0 its q grows without bound; sigma_b must be 0",
      );
    return { sigmaW: 1 / Math.sqrt(moments(1).dphi), q: 1 };
  }
  const roots: number[] = [];
  let before = GRID[0]!;
  let excessBefore = excess(before);
  for (const q of GRID.slice(1)) {
    const here = excess(q);
    if (excessBefore < 0 !== here < 0 && Number.isFinite(here) && Number.isFinite(excessBefore))
      roots.push(bisect(excess, before, q, excessBefore));
    before = q;
    excessBefore = here;
  }
  const q = roots.at(-1);
  if (q !== undefined) return { sigmaW: 1 / Math.sqrt(moments(q).dphi), q };
  const slope = a.dphi(0);
  if (sigmaB === 0 && a.phi(0) === 0 && slope !== 0) return { sigmaW: 1 / Math.abs(slope), q: 0 };
  throw new NoGainError(
    `no critical sigma_w exists for sigma_b = ${sigmaB}; choose another sigma_b or activation`,
  );
}

/** q from 2^-14 to 2^14, four steps an octave: exact powers, no Math.pow. */
const GRID: readonly number[] = (() => {
  const fourth = Math.sqrt(Math.sqrt(2));
  const grid: number[] = [];
  let q = 1 / 16384;
  for (let octave = -14; octave < 14; octave++, q *= 2)
    for (let i = 0, step = q; i < 4; i++, step *= fourth) grid.push(step);
  return grid;
})();

/** phi(s x) = s phi(x) for s > 0: the ReLU family and the identity. */
function isScaleInvariant(a: ActivationFunctions): boolean {
  return [0.5, 1, 3].every((x) =>
    [x, -x].every((y) => Math.abs(a.phi(4 * y) - 4 * a.phi(y)) <= 1e-12 * Math.abs(a.phi(4 * y))),
  );
}

function bisect(f: (q: number) => number, low: number, high: number, atLow: number): number {
  for (let i = 0; i < 200; i++) {
    const middle = 0.5 * (low + high);
    if (!(middle > low && middle < high)) break;
    if (f(middle) < 0 === atLow < 0) low = middle;
    else high = middle;
  }
  return 0.5 * (low + high);
}
