// One thing changed: the fields of a spec that a run is duplicated with, each with what it can be and the spec that
// it gives. What is given may still be refused by the parser, which says why.
import { ACTIVATION_NAMES, ACTIVATIONS } from "../../../../core-as/spec/activations";
import { BOUNDS, type Bounds, TEXT_LENGTHS } from "../../../../core-as/spec/bounds";
import type {
  ActivationName,
  BiasSpec,
  Experiment,
  Normalization,
  WeightsSpec,
} from "../../../../core-as/spec/experiment";
import { parseExperiment } from "../../../../core-as/spec/parse";
import {
  BIAS_SCHEME_NAMES,
  BIAS_SCHEMES,
  SCHEME_NAMES,
  SCHEMES,
  type SchemeParameter,
} from "../../../../core-as/spec/schemes";
import {
  setActivation,
  setBias,
  setData,
  setDepth,
  setNormalization,
  setUnits,
  setWeights,
} from "../../lab/edits";

interface Common {
  readonly label: string;
  /** Groups the fields for the eye. */
  readonly group: "Initialisation" | "Network" | "Data";
}

export type Change = Common &
  (
    | {
        readonly kind: "number";
        readonly bounds: Bounds;
        /** As it is; null where the layers differ in it. */
        readonly value: number | null;
        readonly apply: (value: number) => Experiment;
      }
    | {
        readonly kind: "choice";
        readonly choices: readonly { readonly value: string; readonly label: string }[];
        readonly value: string | null;
        readonly apply: (value: string) => Experiment;
      }
  );

/** Weights from a file need the file: they are chosen in the Lab. */
const DRAWN = SCHEME_NAMES.filter((name) => name !== "file");
const NORMALIZATIONS: readonly Normalization[] = ["none", "layer", "batch", "rms"];

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

export function changesOf(spec: Experiment): Change[] {
  const { layers } = spec.network;
  const same = <T>(values: readonly T[]): T | null =>
    values.every((value) => JSON.stringify(value) === JSON.stringify(values[0])) ? values[0]! : null;
  const weights = same(layers.map((layer) => layer.weights));
  const activation = same(layers.map((layer) => layer.activation));
  const named = activation && "name" in activation ? activation : null;
  return [
    {
      kind: "choice",
      group: "Initialisation",
      label: "Scheme",
      choices: DRAWN.map((name) => ({ value: name, label: SCHEMES[name].title })),
      value: same(layers.map((layer) => layer.weights.scheme)),
      // The parser fills in what the scheme has besides.
      apply: (scheme) => parseExperiment(setWeights(spec, "all", { scheme } as unknown as WeightsSpec)),
    },
    ...(weights ? parameterChanges(spec, weights) : []),
    {
      kind: "choice",
      group: "Initialisation",
      label: "Bias",
      choices: BIAS_SCHEME_NAMES.map((name) => ({ value: name, label: BIAS_SCHEMES[name].title })),
      value: same(layers.map((layer) => layer.bias.scheme)),
      apply: (scheme) => parseExperiment(setBias(spec, "all", { scheme } as unknown as BiasSpec)),
    },
    {
      kind: "choice",
      group: "Network",
      label: "Activation",
      choices: ACTIVATION_NAMES.map((name) => ({ value: name, label: ACTIVATIONS[name].title })),
      value: named?.name ?? null,
      apply: (name) => parseExperiment(setActivation(spec, "all", { name: name as ActivationName })),
    },
    {
      kind: "number",
      group: "Network",
      label: "Depth",
      bounds: BOUNDS.layers,
      value: layers.length,
      apply: (depth) => parseExperiment(setDepth(spec, depth)),
    },
    {
      kind: "number",
      group: "Network",
      label: "Width",
      bounds: BOUNDS.units,
      value: same(layers.map(({ units }) => units)),
      apply: (units) => parseExperiment(setUnits(spec, "all", units)),
    },
    {
      kind: "choice",
      group: "Network",
      label: "Normalization",
      choices: NORMALIZATIONS.map((name) => ({ value: name, label: capital(name) })),
      value: same(layers.map(({ normalization }) => normalization)),
      apply: (name) => parseExperiment(setNormalization(spec, "all", name as Normalization)),
    },
    ...dataChanges(spec),
  ];
}

function parameterChanges(spec: Experiment, weights: WeightsSpec): Change[] {
  const parameters: Readonly<Record<string, SchemeParameter>> = SCHEMES[weights.scheme].parameters;
  const values = weights as unknown as Readonly<Record<string, number | string>>;
  const apply = (name: string) => (value: number | string) =>
    parseExperiment(setWeights(spec, "all", { ...weights, [name]: value }));
  return Object.entries(parameters).flatMap(([name, parameter]): Change[] => {
    const common = { group: "Initialisation", label: parameter.title } as const;
    if (parameter.kind === "number")
      return [
        {
          kind: "number",
          ...common,
          bounds: parameter.bounds,
          value: values[name] as number,
          apply: apply(name),
        },
      ];
    if (parameter.kind !== "choice") return [];
    const choices = parameter.choices.map((value) => ({ value, label: value.replaceAll("_", " ") }));
    return [{ kind: "choice", ...common, choices, value: values[name] as string, apply: apply(name) }];
  });
}

const DATA_FIELDS: readonly (readonly [name: string, label: string, bounds: Bounds])[] = [
  ["samples", "Samples", BOUNDS.samples],
  ["features", "Features", BOUNDS.features],
  ["mean", "Input mean", BOUNDS.value],
  ["std", "Input std", BOUNDS.std],
  ["correlation", "Input correlation", BOUNDS.correlation],
  ["noise", "Input noise", BOUNDS.noise],
];

function dataChanges(spec: Experiment): Change[] {
  const values = spec.data as unknown as Readonly<Record<string, unknown>>;
  return DATA_FIELDS.flatMap(([name, label, bounds]): Change[] => {
    const value = values[name];
    if (typeof value !== "number") return [];
    const apply = (changed: number) => parseExperiment(setData(spec, { [name]: changed }));
    return [{ kind: "number", group: "Data", label, bounds, value, apply }];
  });
}

/** "N(0, 0.01) with tanh → Xavier normal": what it came from, and what is other. */
export function changedName(
  name: string,
  { label, kind }: Pick<Change, "label" | "kind">,
  text: string,
): string {
  const what =
    kind === "choice" && (label === "Scheme" || label === "Activation")
      ? text
      : `${label.toLowerCase()} ${text}`;
  return `${name} → ${what}`.slice(-TEXT_LENGTHS.name);
}
