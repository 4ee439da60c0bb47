// What a training begins from: built-in comparisons, or the Lab's network with what training needs of it. Each variant
// is a whole spec; all of them share everything but how weights and biases are drawn.
import type { Experiment, TrainSpec, WeightsSpec } from "../../../core-as/spec/experiment";
import { figure } from "../../../core-as/spec/number";
import { parseExperiment } from "../../../core-as/spec/parse";
import { findPreset } from "../../../core-as/spec/presets";
import { withSteps } from "../../../core-as/spec/resolve";
import { labelClasses } from "../../../core-as/spec/rules";
import { SCHEMES } from "../../../core-as/spec/schemes";
import { setBackward, setSource, setWeights, usual } from "./edits";

/** A built-in comparison: the first preset gives the network, each one its own start. */
export interface TrainSet {
  readonly name: string;
  readonly title: string;
  readonly presets: readonly string[];
}

export const TRAIN_SETS: readonly TrainSet[] = [
  {
    name: "book",
    title: "The book’s comparison",
    presets: ["train-book-std", "train-book-xavier", "train-book-he"],
  },
  { name: "deep", title: "30 layers by SGD", presets: ["train-deep-xavier", "train-deep-he"] },
  { name: "zeros", title: "Zeros", presets: ["train-zeros"] },
  { name: "constant", title: "One constant", presets: ["train-constant"] },
];

export interface Started {
  readonly name: string;
  readonly specs: readonly Experiment[];
  /** What had to be changed, in sentences. */
  readonly notes: readonly string[];
}

const LEARNS: WeightsSpec = { scheme: "xavier_normal", gain: 1 };

/** Zeros and constants stand beside a start that learns. */
export function fromSet({ title, presets }: TrainSet): Started {
  const specs = presets.map((preset) => parseExperiment(findPreset(preset).spec));
  const [first] = specs;
  const beside = specs.length === 1 && first ? [withStart(first, LEARNS)] : [];
  return { name: title, specs: [...specs, ...beside], notes: [] };
}

/** The Lab's network: with labels, an output for each class, and a train part. Throws a SpecError. */
export function fromLab(spec: Experiment): Started {
  const notes: string[] = [];
  let changed: Experiment = { ...spec, replicates: 1 };
  if (labelClasses(changed.data) === null) {
    changed = setSource(changed, "digits");
    notes.push("The Lab’s inputs have no labels: the digits take their place.");
  }
  const before = JSON.stringify(changed.network.output ?? null);
  changed = setBackward(changed, "cross_entropy");
  if (JSON.stringify(changed.network.output ?? null) !== before)
    notes.push("An output for each class was added.");
  const train = changed.train ?? {};
  return { name: spec.name, specs: [parseExperiment({ ...changed, train })], notes };
}

/** Another initialisation of the same network, all else the same. */
export function withStart(spec: Experiment, weights: WeightsSpec): Experiment {
  return setWeights(spec, "all", weights);
}

export const weightsOfSpec = ({ network }: Experiment): WeightsSpec => usual(network, "weights");

/** "He normal", "Normal, std 0.01". */
export function startName(weights: WeightsSpec): string {
  const { title } = SCHEMES[weights.scheme];
  if ("std" in weights) return `${title}, std ${short(weights.std)}`;
  return "value" in weights ? `${title} ${short(weights.value)}` : title;
}

/** Three digits without zeros at their end. */
function short(value: number): string {
  const text = figure(value);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** What followed from the optimizer, the number of steps or the schedule's kind follows from the new one. */
export function changedTrain(train: TrainSpec, change: Partial<TrainSpec>): object {
  let written: Partial<Record<keyof TrainSpec, unknown>> = { ...train, ...change };
  if (change.steps !== undefined) written = { ...withSteps(train, change.steps), ...change };
  if (change.optimizer !== undefined && change.optimizer !== train.optimizer)
    for (const own of ["learningRate", "momentum", "beta1", "beta2", "epsilon", "weightDecay"] as const)
      delete written[own];
  if (change.schedule !== undefined && change.schedule.kind !== train.schedule.kind)
    written.schedule = { kind: change.schedule.kind, warmupSteps: change.schedule.warmupSteps };
  for (const [name, value] of Object.entries(written))
    if (value === undefined) delete written[name as keyof TrainSpec];
  return written;
}
