// The core's float64 functions of an activation, for the theory's integrals. The host's own Math is kept out:
// gains enter the bits of weights.
import { ACTIVATIONS } from "../spec/activations";
import type { ActivationSpec } from "../spec/experiment";
import type { ActivationFunctions, Elementary } from "../theory/functions";
import type { MeasuringCore as Core } from "./tally";

export function activationFunctions(core: Core, activation: ActivationSpec): ActivationFunctions {
  const row = ACTIVATIONS[activation.name];
  const parameter = parameterOf(activation);
  return {
    ...elementaryFunctions(core),
    phi: (x) => core.activation64(row.code, x, parameter),
    dphi: (x) => core.activationDerivative64(row.code, x, parameter),
    phiBulk: (xs) => core.activationBulk64(row.code, xs, parameter),
    dphiBulk: (xs) => core.activationDerivativeBulk64(row.code, xs, parameter),
    kinks: row.facts(parameter).kinks,
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

/** The number that goes with an activation's code; 0 where it has none. */
export function parameterOf(activation: ActivationSpec): number {
  const { parameter } = ACTIVATIONS[activation.name];
  return parameter ? (activation[parameter.name] ?? parameter.default) : 0;
}
