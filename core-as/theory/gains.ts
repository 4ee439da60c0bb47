// Gains of an activation by named criterion; the criterion chi_1 = 1 stands in critical.ts.
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
  if (!(moment > 0 && moment < Infinity))
    throw new NoGainError(`the ${criterion} gain does not exist: its moment is ${moment}`);
  return 1 / Math.sqrt(moment);
}
