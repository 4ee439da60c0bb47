// Specs in words: what an experiment is, and in what several differ. One line a thing, for people; the places of the
// lines are those of the spec, so that nothing that differs can be missed.
import { ACTIVATIONS } from "../../../../core-as/spec/activations";
import { type SpecDifference, specDifferences } from "../../../../core-as/spec/differences";
import type {
  ActivationSpec,
  BiasSpec,
  DataSpec,
  Experiment,
  WeightsSpec,
} from "../../../../core-as/spec/experiment";
import { figure, whole } from "../../../../core-as/spec/number";
import { BIAS_SCHEMES, type SchemeParameter, SCHEMES } from "../../../../core-as/spec/schemes";

export interface Fact {
  readonly label: string;
  readonly text: string;
}

export interface DifferingFact {
  readonly label: string;
  /** One a run. */
  readonly texts: readonly string[];
}

interface PlacedFact extends Fact {
  /** Places of the spec that it speaks of, as differences have them. */
  readonly places: readonly string[];
}

const SOURCES: Readonly<Record<DataSpec["source"], string>> = {
  gaussian: "Gaussian",
  uniform: "Uniform",
  digits: "Digits",
  two_moons: "Two moons",
  spirals: "Spirals",
  xor: "XOR",
  file: "File",
};

const GRADIENTS: Readonly<Record<Experiment["backward"]["kind"], string>> = {
  none: "None",
  probe: "Probe",
  cross_entropy: "Cross-entropy",
};

const FIELDS: Readonly<Record<string, string>> = {
  seed: "Seed",
  replicates: "Draws",
  data: "Inputs",
  "data.samples": "Samples",
  "data.features": "Features",
  "data.standardize": "Standardized",
  "data.mean": "Input mean",
  "data.std": "Input std",
  "data.correlation": "Input correlation",
  "data.noise": "Input noise",
  network: "Network",
  residual: "Residual",
  "residual.every": "Residual every",
  "residual.scale": "Residual scale",
  output: "Output",
  length: "Depth",
  units: "Width",
  activation: "Activation",
  weights: "Scheme",
  bias: "Bias",
  normalization: "Normalization",
  backward: "Gradients",
  "backward.kind": "Gradients",
};

export function factsOf(spec: Experiment): Fact[] {
  return placedFacts(spec);
}

/** What all of them have, in words of the first; without what they differ in. */
export function sharedFacts(specs: readonly Experiment[]): Fact[] {
  const [first] = specs;
  if (!first) return [];
  const differing = specDifferences(specs).map(({ path }) => path.replaceAll(/\[[\d*]+\]/g, ""));
  return placedFacts(first).filter(({ places }) => !places.some((place) => differing.some(isWithin(place))));
}

/** What is compared most comes first: a list may be cut. */
const FIRST_PLACES = [
  /weights/,
  /activation/,
  /layers\.length/,
  /units/,
  /bias/,
  /normalization|residual/,
  /^network/,
  /^data/,
];

/** How the network is drawn first, then its shape, then what is sent through it. */
export function differingFacts(specs: readonly Experiment[]): DifferingFact[] {
  const rank = ({ path }: SpecDifference) => {
    const place = path.startsWith("network.output")
      ? FIRST_PLACES.length - 2
      : FIRST_PLACES.findIndex((pattern) => pattern.test(path));
    return place < 0 ? FIRST_PLACES.length : place;
  };
  const differences = [...specDifferences(specs)].sort((a, b) => rank(a) - rank(b));
  return differences.map(({ path, values }) => ({
    label: labelOf({ path, values }),
    texts: values.map((value) => valueText(path, value)),
  }));
}

const isWithin = (place: string) => (path: string) =>
  path === place || path.startsWith(`${place}.`) || place.startsWith(`${path}.`);

function placedFacts(spec: Experiment): PlacedFact[] {
  const { data, network, backward, seed } = spec;
  const { layers, output, residual } = network;
  const alike = <T>(values: readonly T[], text: (value: T) => string): string =>
    new Set(values.map((value) => JSON.stringify(value))).size === 1 ? text(values[0]!) : "Mixed";
  const of = (field: string) => [`network.layers.${field}`];
  return [
    {
      label: "Inputs",
      text: dataText(data),
      places: [
        "data.mean",
        "data.std",
        "data.low",
        "data.high",
        "data.noise",
        "data.correlation",
        "data.source",
        "data.path",
        "data.standardize",
      ],
    },
    ...(data.samples === null
      ? []
      : [{ label: "Samples", text: exact(data.samples), places: ["data.samples"] }]),
    ...("features" in data
      ? [{ label: "Features", text: exact(data.features), places: ["data.features"] }]
      : []),
    {
      label: "Depth × width",
      text: `${layers.length} × ${alike(
        layers.map(({ units }) => units),
        String,
      ).toLowerCase()}`,
      places: ["network.layers.length", ...of("units")],
    },
    {
      label: "Activation",
      text: alike(
        layers.map(({ activation }) => activation),
        activationText,
      ),
      places: of("activation"),
    },
    {
      label: "Scheme",
      text: alike(
        layers.map(({ weights }) => weights),
        weightsText,
      ),
      places: of("weights"),
    },
    {
      label: "Bias",
      text: alike(
        layers.map(({ bias }) => bias),
        biasText,
      ),
      places: of("bias"),
    },
    {
      label: "Normalization",
      text: alike(
        layers.map(({ normalization }) => normalization),
        capital,
      ),
      places: of("normalization"),
    },
    ...(residual
      ? [
          {
            label: "Residual",
            text: `every ${residual.every}, scale ${exact(residual.scale)}`,
            places: ["network.residual"],
          },
        ]
      : []),
    ...(output
      ? [
          {
            label: "Output",
            text: `${output.units}, ${activationText(output.activation)}`,
            places: ["network.output"],
          },
        ]
      : []),
    { label: "Gradients", text: GRADIENTS[backward.kind], places: ["backward.kind"] },
    { label: "Seed", text: String(seed), places: ["seed"] },
  ];
}

/** "Gaussian N(0, 1)"; standardized inputs say so. */
export function dataText(data: DataSpec): string {
  const after = data.standardize ? ", standardized" : "";
  switch (data.source) {
    case "gaussian": {
      const correlated = data.correlation === 0 ? "" : `, correlation ${exact(data.correlation)}`;
      const variance = data.std === 1 ? "1" : `${exact(data.std)}²`;
      return `Gaussian N(${exact(data.mean)}, ${variance})${correlated}${after}`;
    }
    case "uniform":
      return `Uniform ${exact(data.low)} to ${exact(data.high)}${after}`;
    case "file":
      return `${data.path ?? data.images ?? "File"}${after}`;
    default:
      return `${SOURCES[data.source]}${after}`;
  }
}

export function activationText(activation: ActivationSpec): string {
  if ("formula" in activation) return activation.formula;
  const { title, parameter } = ACTIVATIONS[activation.name];
  const value = parameter && activation[parameter.name];
  return value === null || value === undefined || value === parameter?.default
    ? title
    : `${title} (${exact(value)})`;
}

/** "Normal, std 0.0100": the title, and what does not stand in the scheme's own default. */
export function weightsText(weights: WeightsSpec): string {
  const { title, parameters } = SCHEMES[weights.scheme];
  return withParameters(title, parameters, weights);
}

export function biasText(bias: BiasSpec): string {
  const { title, parameters } = BIAS_SCHEMES[bias.scheme];
  return withParameters(title, parameters, bias);
}

/** These are what the scheme is drawn by: said also where they are the default. */
const ALWAYS: ReadonlySet<string> = new Set(["std", "value", "low", "high", "path", "base"]);

function withParameters(
  title: string,
  parameters: Readonly<Record<string, SchemeParameter>>,
  spec: object,
): string {
  const said = Object.entries(parameters).flatMap(([name, parameter]) => {
    const value = (spec as Readonly<Record<string, unknown>>)[name];
    if (value === undefined || value === null || parameter.kind === "digest") return [];
    const isDefault = "default" in parameter && parameter.default === value;
    if (isDefault && !ALWAYS.has(name)) return [];
    if (typeof value === "number") return [`${plain(name)} ${exact(value)}`];
    return [typeof value === "string" ? plain(value) : weightsText(value as WeightsSpec)];
  });
  return [title, ...said].join(", ");
}

function labelOf({ path, values }: SpecDifference): string {
  const layer = /^network\.layers\[(\d+)\]\.?(.*)$/.exec(path);
  if (layer)
    return `Layer ${Number(layer[1]) + 1}${layer[2] ? `, ${lower(labelOf({ path: layer[2], values }))}` : ""}`;
  const place = path.replace(/^network\.layers(\[\*\])?\.?/, "").replace(/^network\./, "");
  if (place.startsWith("output.")) return `Output ${lower(labelOf({ path: place.slice(7), values }))}`;
  if (Object.hasOwn(FIELDS, place)) return FIELDS[place]!;
  const [whose, ...rest] = place.split(".");
  const name = rest.at(-1);
  if (name === undefined) return capital(plain(place));
  if (whose === "weights" || whose === "bias") return `${FIELDS[whose]!} ${plain(name)}`;
  return capital(plain(name));
}

function valueText(path: string, value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "number") return path.endsWith("seed") ? String(value) : exact(value);
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (typeof value === "string")
    return path === "backward.kind"
      ? (GRADIENTS[value as keyof typeof GRADIENTS] ?? value)
      : capital(plain(value));
  if (typeof value !== "object" || Array.isArray(value)) return JSON.stringify(value);
  if (path === "backward" && "kind" in value) return valueText("backward.kind", value.kind);
  if ("source" in value) return dataText(value as DataSpec);
  if ("formula" in value || "name" in value) return activationText(value as ActivationSpec);
  if ("scheme" in value)
    return path.endsWith("bias") ? biasText(value as BiasSpec) : weightsText(value as WeightsSpec);
  return Object.entries(value)
    .map(([name, item]) => `${plain(name)} ${valueText(name, item)}`)
    .join(", ");
}

/** What a person wrote: as short as they wrote it, three digits only where it was long. */
function exact(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return whole(value);
  const text = String(value);
  return text.length <= 7 && !text.includes("e") ? text.replace("-", "−") : figure(value);
}

const plain = (name: string) => name.replaceAll("_", " ");
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const lower = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
