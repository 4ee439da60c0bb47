// Checked spec -> experiment: short forms spelled out, defaults that depend on other fields filled in.
// It judges nothing; rules.ts has done that.
import { ACTIVATIONS, isFormula } from "./activations";
import { DIGITS } from "./bounds";
import type {
  ActivationName,
  ActivationSpec,
  DataSpec,
  Experiment,
  FileDataSpec,
  FormulaActivation,
  LayerSpec,
  NetworkSpec,
  OptimizerName,
  TrainSpec,
} from "./experiment";
import { defaultBias } from "./schemes";
import type { CheckedExperiment, CheckedLayer, CheckedNetwork, CheckedTrain, WrittenData } from "./written";

export function resolveExperiment(checked: CheckedExperiment): Experiment {
  const { format, name, seed, data, network, backward, measure, replicates, train } = checked;
  return {
    format,
    name,
    seed,
    data: resolveData(data),
    network: resolveNetwork(network),
    backward,
    measure,
    replicates,
    ...(train === undefined ? {} : { train: resolveTrain(train, knownSamples(data)) }),
  };
}

function resolveNetwork(network: CheckedNetwork): NetworkSpec {
  const { hidden, layers = [], output } = network;
  const residual = hidden?.residual ?? network.residual;
  return {
    layers:
      hidden === undefined
        ? layers.map(resolveLayer)
        : Array.from({ length: hidden.layers }, () => resolveLayer(hidden)),
    ...(residual === undefined ? {} : { residual }),
    ...(output === undefined ? {} : { output: resolveLayer(output) }),
  };
}

function resolveLayer(layer: CheckedLayer): LayerSpec {
  const { units, activation, weights, bias = defaultBias(weights), normalization } = layer;
  return { units, activation: resolveActivation(activation), weights, bias, normalization };
}

export function resolveActivation(activation: ActivationName | ActivationSpec): ActivationSpec {
  if (typeof activation !== "string") return isFormula(activation) ? sortedFormula(activation) : activation;
  const { parameter } = ACTIVATIONS[activation];
  return parameter === null
    ? { name: activation }
    : { name: activation, [parameter.name]: parameter.default };
}

/** Equal formulas print alike. */
function sortedFormula({ formula, parameters = {} }: FormulaActivation): FormulaActivation {
  const sorted = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.length === 0 ? { formula } : { formula, parameters: Object.fromEntries(sorted) };
}

function resolveData(data: CheckedExperiment["data"]): DataSpec {
  if (data.source !== "file") return data as DataSpec;
  const named = fileForm(data) === "npz" && data.inputs === undefined ? { inputs: "inputs" } : {};
  return inOrder(FILE_FIELDS, { ...data, ...named });
}

export type FileForm = "csv" | "npy" | "npz" | "idx";

/** What kind of file the fields speak of; where they leave it open, the end of the path. */
export function fileForm(
  data: Pick<FileDataSpec, "path" | "label" | "images" | "labels" | "inputs">,
): FileForm {
  if (data.images !== undefined) return "idx";
  if (data.inputs !== undefined || data.labels !== undefined) return "npz";
  if (data.label !== undefined) return "csv";
  return pathForm(data.path ?? "") ?? "csv";
}

/** By the end of a path, `.gz` aside; null where it says nothing. */
export function pathForm(path: string): FileForm | null {
  const end = /\.(csv|npy|npz)(?:\.gz)?$/i.exec(path)?.[1]?.toLowerCase();
  return end === "csv" || end === "npy" || end === "npz" ? end : null;
}

/** Samples of the run; null where only the file knows. */
export function knownSamples(data: WrittenData): number | null {
  return data.samples ?? (data.source === "digits" ? DIGITS.samples : null);
}

/** Defaults of the optimizers, by torch.optim; `learningRate` of sgd ours. */
export const OPTIMIZER_DEFAULTS: Readonly<
  Record<OptimizerName, Partial<TrainSpec> & { learningRate: number }>
> = {
  sgd: { learningRate: 0.01 },
  momentum: { learningRate: 0.01, momentum: 0.9 },
  nesterov: { learningRate: 0.01, momentum: 0.9 },
  adam: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  adamw: { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 },
  rmsprop: { learningRate: 0.01, momentum: 0, beta2: 0.99, epsilon: 1e-8 },
};

/** Samples that are left for training; null where only the file knows. */
export function trainingSamples(samples: number | null, validationShare: number): number | null {
  return samples === null ? null : samples - Math.floor(samples * validationShare);
}

function resolveTrain(train: CheckedTrain, samples: number | null): TrainSpec {
  const { schedule, steps, validationShare } = train;
  const available = trainingSamples(samples, validationShare);
  const defaults: Partial<TrainSpec> = {
    weightDecay: 0,
    batchSize: Math.min(64, available ?? 64),
    recordEvery: defaultRecordEvery(steps),
    ...OPTIMIZER_DEFAULTS[train.optimizer],
  };
  const scheduleDefaults = {
    constant: {},
    step: { stepEvery: defaultStepEvery(steps), factor: 0.1 },
    cosine: { finalFraction: 0 },
  }[schedule.kind];
  return inOrder(TRAIN_FIELDS, {
    ...defaults,
    ...train,
    schedule: inOrder(SCHEDULE_FIELDS, { ...scheduleDefaults, ...schedule }),
  });
}

/** The same training over another number of steps: what followed from the number follows from the new one. */
export function withSteps(train: TrainSpec, steps: number): CheckedTrain {
  const { recordEvery, schedule, ...same } = train;
  const { stepEvery, ...kept } = schedule;
  return {
    ...same,
    steps,
    ...(recordEvery === defaultRecordEvery(train.steps) ? {} : { recordEvery }),
    schedule: {
      ...kept,
      ...(stepEvery === undefined || stepEvery === defaultStepEvery(train.steps) ? {} : { stepEvery }),
    },
  };
}

const defaultRecordEvery = (steps: number): number => Math.max(1, Math.floor(steps / 100));
const defaultStepEvery = (steps: number): number => Math.max(1, Math.floor(steps / 3));

const SCHEDULE_FIELDS = ["kind", "warmupSteps", "stepEvery", "factor", "finalFraction"];
const TRAIN_FIELDS = [
  ...["optimizer", "learningRate", "momentum", "beta1", "beta2", "epsilon", "weightDecay", "clipNorm"],
  ...["schedule", "loss", "batchSize", "steps", "recordEvery", "validationShare"],
];
const FILE_FIELDS = [
  "source",
  "samples",
  "path",
  "label",
  "images",
  "labels",
  "inputs",
  "sha256",
  "standardize",
];

/** The fields that are there, in this order: equal experiments print alike. */
function inOrder<Result>(names: readonly string[], fields: Readonly<Record<string, unknown>>): Result {
  const present = names.filter((name) => fields[name] !== undefined);
  return Object.fromEntries(present.map((name) => [name, fields[name]])) as Result;
}
