// The core's float64 functions of an activation, for the theory's integrals. The host's own Math is kept out:
// gains enter the bits of weights.
import { compileFormula } from "../formula/formula";
import { activationParameter, ACTIVATIONS, isFormula } from "../spec/activations";
import type { ActivationSpec, FormulaActivation } from "../spec/experiment";
import { momentsOf } from "../theory/expectations";
import type { ActivationFunctions, Elementary } from "../theory/functions";
import type { ActivationMoments } from "../theory/moments";
import { formulaKinks } from "./kinks";
import type { MeasuringCore as Core } from "./tally";

export function activationFunctions(core: Core, activation: ActivationSpec): ActivationFunctions {
  if (isFormula(activation)) return formulaFunctions(core, activation);
  const row = ACTIVATIONS[activation.name];
  const parameter = activationParameter(activation);
  return {
    ...elementaryFunctions(core),
    phi: (x) => core.activation64(row.code, x, parameter),
    dphi: (x) => core.activationDerivative64(row.code, x, parameter),
    phiBulk: (xs) => core.activationBulk64(row.code, xs, parameter),
    dphiBulk: (xs) => core.activationDerivativeBulk64(row.code, xs, parameter),
    kinks: row.facts(parameter).kinks,
    ...(activation.name === "sin" ? { sine: parameter } : {}),
  };
}

function formulaFunctions(core: Core, activation: FormulaActivation): ActivationFunctions {
  const { value, slope } = compileFormula(activation);
  const at = (x: number) => Float64Array.of(x);
  return {
    ...elementaryFunctions(core),
    phi: (x) => core.formulaBulk64(value, at(x))[0]!,
    dphi: (x) => core.formulaBulk64(slope, at(x))[0]!,
    phiBulk: (xs) => core.formulaBulk64(value, xs),
    dphiBulk: (xs) => core.formulaBulk64(slope, xs),
    kinks: formulaKinks(core, activation),
  };
}

const MOMENTS = new WeakMap<Core, Map<string, ActivationMoments>>();

/**
 * Expectations of an activation; what one task has computed, the next finds. They do not depend on what was asked
 * before, so that they may decide the bits of weights.
 */
export function activationMoments(core: Core, activation: ActivationSpec): ActivationMoments {
  const known = MOMENTS.get(core) ?? new Map<string, ActivationMoments>();
  MOMENTS.set(core, known);
  const key = JSON.stringify(activation);
  const moments = known.get(key) ?? momentsOf(activationFunctions(core, activation));
  known.set(key, moments);
  return moments;
}

export function elementaryFunctions(core: Core): Elementary {
  return {
    exp: (x) => core.exp64(x),
    expBulk: (xs) => core.expBulk64(xs),
    log: (x) => core.log64(x),
    atan: (x) => core.atan64(x),
  };
}
