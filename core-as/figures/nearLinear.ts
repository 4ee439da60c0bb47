// Where an activation that saturates at both ends is still nearly a straight line: its slope there is above three
// quarters of its greatest. The founding notes' reason why Xavier's weights suit the logistic.
import { isFormula } from "../spec/activations";
import type { ActivationName, ActivationSpec } from "../spec/experiment";

/** Solutions of phi'(z) = 3/4 max phi', z > 0. */
const REACH: Partial<Record<ActivationName, number>> = {
  /** ln 3: s (1 - s) = 3/16. */
  sigmoid: 1.0986122886681098,
  /** atanh(1/2). */
  tanh: 0.5493061443340549,
  /** 2 / sqrt(3) - 1. */
  softsign: 0.1547005383792515,
  hardtanh: 1,
  hard_sigmoid: 3,
};

/** |z| up to this; null for activations without two flat ends. */
export function nearLinearReach(activation: ActivationSpec): number | null {
  return isFormula(activation) ? null : (REACH[activation.name] ?? null);
}
