// The core's float64 functions of an activation, for the theory's integrals. The host's own Math is kept out:
// gains enter the bits of weights.
import { compileFormula } from "../formula/formula";
import { activationParameter, ACTIVATIONS, isFormula } from "../spec/activations";
import type { ActivationSpec, FormulaActivation } from "../spec/experiment";
import type { ActivationFunctions, Elementary } from "../theory/functions";
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

export function elementaryFunctions(core: Core): Elementary {
  return {
    exp: (x) => core.exp64(x),
    expBulk: (xs) => core.expBulk64(xs),
    log: (x) => core.log64(x),
    atan: (x) => core.atan64(x),
  };
}
