// What every framework's writer is given: the layers with their laws, names for their activations, and what the network has at all.
import { activationLabel, isFormula } from "../spec/activations";
import type { ActivationSpec, Experiment, ResidualSpec } from "../spec/experiment";
import { type AlikeLayers, alikeLayers, type GainsOf } from "./layers";

export interface CodeModel {
  readonly spec: Experiment;
  readonly features: number;
  readonly coreVersion: string;
  readonly layers: readonly AlikeLayers[];
  /** Python's name of every activation, in the order in which they are met. */
  readonly activations: readonly { readonly name: string; readonly activation: ActivationSpec }[];
  readonly hiddenDepth: number;
  readonly residual: ResidualSpec | null;
  readonly isNormalized: boolean;
  readonly isRescaled: boolean;
}

export function codeModel(
  spec: Experiment,
  features: number,
  coreVersion: string,
  gainsOf: GainsOf,
): CodeModel {
  const layers = alikeLayers(spec, features, gainsOf);
  return {
    spec,
    features,
    coreVersion,
    layers,
    activations: named(layers.map((layer) => layer.spec.activation)),
    hiddenDepth: spec.network.layers.length,
    residual: spec.network.residual ?? null,
    isNormalized: layers.some((layer) => layer.spec.normalization !== "none"),
    isRescaled: layers.some((layer) => layer.spec.weights.scheme === "lsuv"),
  };
}

function named(all: readonly ActivationSpec[]): { name: string; activation: ActivationSpec }[] {
  const known = new Map<string, { name: string; activation: ActivationSpec }>();
  const taken = new Map<string, number>();
  for (const activation of all) {
    const key = JSON.stringify(activation);
    if (known.has(key)) continue;
    const base = isFormula(activation) ? "formula" : activation.name;
    const count = (taken.get(base) ?? 0) + 1;
    taken.set(base, count);
    known.set(key, { name: count === 1 ? base : `${base}_${count}`, activation });
  }
  return [...known.values()];
}

export function activationName(model: CodeModel, activation: ActivationSpec): string {
  const key = JSON.stringify(activation);
  return model.activations.find((one) => JSON.stringify(one.activation) === key)!.name;
}

/** What a docstring or comment calls it: on one line, nothing left out. */
export function activationTitle(activation: ActivationSpec): string {
  if (!isFormula(activation)) return activationLabel(activation);
  const values = Object.entries(activation.parameters ?? {}).map(([name, value]) => `${name} = ${value}`);
  return [activation.formula.replaceAll(/\s+/gu, " ").trim(), ...values].join(", ");
}
