// A scheme or an activation chosen anew: its defaults, and of the one before what both have. Judges nothing.
import { ACTIVATIONS } from "../../../core-as/spec/activations";
import { BOUNDS } from "../../../core-as/spec/bounds";
import type {
  ActivationName,
  ActivationSpec,
  BiasSpec,
  SchemeName,
  WeightsSpec,
} from "../../../core-as/spec/experiment";
import {
  BIAS_SCHEMES,
  type BiasSchemeName,
  SCHEMES,
  type SchemeParameter,
} from "../../../core-as/spec/schemes";

type Given = Readonly<Record<string, unknown>>;

/** The scheme with its defaults; parameters that the one before has too are carried over. */
export function weightsOf(scheme: Exclude<SchemeName, "file">, before: WeightsSpec): WeightsSpec {
  return cutAround(carried(scheme, SCHEMES[scheme].parameters, before), before) as unknown as WeightsSpec;
}

export function biasOf(scheme: BiasSchemeName, before: BiasSpec): BiasSpec {
  return cutAround(carried(scheme, BIAS_SCHEMES[scheme].parameters, before), before) as unknown as BiasSpec;
}

/** A parameter of the scheme; the slope of He's counts with leaky ReLU alone and goes back to its default. */
export function withParameter<S extends WeightsSpec | BiasSpec>(spec: S, name: string, value: unknown): S {
  const changed = { ...spec, [name]: value };
  if (name === "nonlinearity" && value !== "leaky_relu" && "negative_slope" in changed)
    return { ...changed, negative_slope: 0.01 };
  return changed;
}

/** The activation with its parameter; one of the same name is carried over. */
export function activationOf(name: ActivationName, before: ActivationSpec): ActivationSpec {
  const { parameter } = ACTIVATIONS[name];
  if (parameter === null) return { name };
  const given = "name" in before ? before[parameter.name] : undefined;
  const { min, max } = parameter.bounds;
  const value = given !== undefined && given >= min && given <= max ? given : parameter.default;
  return { name, [parameter.name]: value };
}

function carried(
  scheme: string,
  parameters: Readonly<Record<string, SchemeParameter>>,
  before: WeightsSpec | BiasSpec,
): Given {
  const given = before as unknown as Given;
  const made: Record<string, unknown> = { scheme };
  for (const [name, parameter] of Object.entries(parameters)) {
    if (parameter.kind === "digest") continue;
    made[name] =
      parameter.kind === "scheme"
        ? weightsOf(parameter.default.scheme as "orthogonal", before)
        : fits(parameter, given[name])
          ? given[name]
          : parameter.default;
  }
  return made;
}

function fits(parameter: SchemeParameter, value: unknown): boolean {
  if (parameter.kind === "number")
    return typeof value === "number" && value >= parameter.bounds.min && value <= parameter.bounds.max;
  return parameter.kind === "choice" && parameter.choices.includes(value as string);
}

/** A truncated normal that comes from a normal is cut at two of its std. */
function cutAround(made: Given, before: WeightsSpec | BiasSpec): Given {
  if (made["scheme"] !== "truncated_normal" || "low" in before || !("std" in before)) return made;
  const mean = made["mean"] as number;
  const std = made["std"] as number;
  const within = (value: number) => Math.min(BOUNDS.value.max, Math.max(BOUNDS.value.min, value));
  return { ...made, low: within(mean - 2 * std), high: within(mean + 2 * std) };
}
