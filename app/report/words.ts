// Parts of a spec in a reader's words: activations, initialisations, data. Whole numbers and bounds as they were given.
import { ACTIVATIONS, activationParameter, isFormula } from "../../core-as/spec/activations";
import { knownShape } from "../../core-as/spec/dimensions";
import type {
  ActivationSpec,
  BiasSpec,
  DataSpec,
  Experiment,
  WeightsSpec,
} from "../../core-as/spec/experiment";
import { percent, whole } from "../../core-as/spec/number";
import { OPTIMIZER_TITLES } from "../../core-as/spec/optimizers";
import { BIAS_SCHEMES, SCHEMES } from "../../core-as/spec/schemes";
import type { ReportedOne } from "./reported";

export const runTitle = ({ number, name }: Pick<ReportedOne, "number" | "name">): string =>
  `Run ${number}: ${name || "untitled"}`;

/** As it was given, with the true minus. */
export const given = (value: number): string => String(value).replaceAll("-", "−");

export function activationText(spec: ActivationSpec): string {
  if (isFormula(spec)) {
    const values = Object.entries(spec.parameters ?? {}).map(([name, value]) => `${name} = ${given(value)}`);
    return values.length === 0 ? spec.formula : `${spec.formula}, ${values.join(", ")}`;
  }
  const { title, parameter } = ACTIVATIONS[spec.name];
  return parameter === null
    ? title
    : `${title} (${parameter.title.toLowerCase()} ${given(activationParameter(spec))})`;
}

export const weightsText = (spec: WeightsSpec): string => schemeText(SCHEMES[spec.scheme].title, spec);

export const biasText = (spec: BiasSpec): string => schemeText(BIAS_SCHEMES[spec.scheme].title, spec);

function schemeText(title: string, spec: WeightsSpec | BiasSpec): string {
  const said = Object.entries(spec)
    .filter(([key, value]) => key !== "scheme" && !isSilent(key, value as unknown, spec))
    .map(([key, value]) => `${key.replaceAll("_", " ")} ${valueText(value as unknown)}`);
  return said.length === 0 ? title : `${title} (${said.join(", ")})`;
}

/** What says nothing that the title does not say. */
function isSilent(key: string, value: unknown, spec: object): boolean {
  if (value === null || (key === "gain" && value === 1)) return true;
  return (
    key === "negative_slope" && (spec as { readonly nonlinearity?: string }).nonlinearity !== "leaky_relu"
  );
}

function valueText(value: unknown): string {
  if (typeof value === "number") return given(value);
  if (typeof value === "string") return value.replaceAll("_", " ");
  return typeof value === "object" && value !== null && "scheme" in value
    ? weightsText(value as WeightsSpec)
    : JSON.stringify(value);
}

const SOURCES: Readonly<Record<Exclude<DataSpec["source"], "file">, (data: never) => string>> = {
  gaussian: ({ mean, std, correlation }: Extract<DataSpec, { source: "gaussian" }>) =>
    `Gaussian, mean ${given(mean)}, std ${given(std)}${correlation === 0 ? "" : `, correlation ${given(correlation)}`}`,
  uniform: ({ low, high }: Extract<DataSpec, { source: "uniform" }>) =>
    `uniform from ${given(low)} to ${given(high)}`,
  digits: () => "the bundled handwritten digits, 8 × 8 pixels",
  two_moons: ({ noise }: Extract<DataSpec, { source: "two_moons" }>) => `two moons, noise ${given(noise)}`,
  xor: ({ noise }: Extract<DataSpec, { source: "xor" }>) => `exclusive or, noise ${given(noise)}`,
  spirals: ({ noise, classes, turns }: Extract<DataSpec, { source: "spirals" }>) =>
    `${classes} spirals of ${given(turns)} turn${turns === 1 ? "" : "s"}, noise ${given(noise)}`,
};

export function dataText(data: DataSpec): string {
  const what =
    data.source === "file"
      ? `from ${[data.path, data.images, data.images === undefined ? undefined : data.labels].filter(Boolean).join(" and ")}`
      : (SOURCES[data.source] as (data: DataSpec) => string)(data);
  return data.standardize ? `${what}; standardized feature by feature` : what;
}

/** "1 000 samples of 100 features" */
export function sizeText(
  { data }: Experiment,
  measuredSamples: number | null,
  features: number | null,
): string {
  const shape = knownShape(data);
  const samples = measuredSamples ?? shape?.samples ?? data.samples;
  const width = features ?? shape?.features ?? null;
  return [
    samples === null ? "every sample" : `${whole(samples)} samples`,
    ...(width === null ? [] : [`${whole(width)} features`]),
  ].join(" of ");
}

export const BACKWARD: Readonly<Record<Experiment["backward"]["kind"], string>> = {
  none: "none taken",
  probe: "of a random probe of the outputs",
  cross_entropy: "of the cross-entropy of the labels",
};

export function trainText({ train }: Experiment): string {
  if (!train) return "none";
  const { optimizer, learningRate, batchSize, steps, loss, schedule, weightDecay, validationShare } = train;
  return [
    `${OPTIMIZER_TITLES[optimizer]}, learning rate ${given(learningRate)} (${schedule.kind})`,
    `batches of ${whole(batchSize)}`,
    `${whole(steps)} steps`,
    loss.replaceAll("_", " "),
    ...(weightDecay > 0 ? [`weight decay ${given(weightDecay)}`] : []),
    ...(validationShare > 0 ? [`${percent(validationShare)} held back for validation`] : []),
  ].join("; ");
}
