// What must hold between fields, once each of them is within its bounds. JSON Schema cannot say these;
// schema.ts lists them beside it.
import { FormulaError } from "../formula/error";
import { compileFormula } from "../formula/formula";
import { isFormula } from "./activations";
import { BOUNDS, DIGITS, MAX_SEED } from "./bounds";
import { type PathStep, pathText, quoted, type SpecProblem } from "./errors";
import type { BiasSpec, FormulaActivation, WeightsSpec } from "./experiment";
import { fileForm, knownSamples, OPTIMIZER_DEFAULTS, pathForm, trainingSamples } from "./resolve";
import type { CheckedExperiment, CheckedLayer, CheckedNetwork, CheckedTrain, WrittenData } from "./written";

type Path = readonly PathStep[];
type Report = (path: Path, message: string) => void;

/** In the order of the spec. */
export function brokenRules(spec: CheckedExperiment): readonly SpecProblem[] {
  const problems: SpecProblem[] = [];
  const report: Report = (path, message) => problems.push({ path: pathText(path), message });
  if (spec.replicates - 1 > MAX_SEED - spec.seed) {
    report(
      ["seed"],
      `${spec.seed} leaves no room for ${spec.replicates} replicates; the last seed is at most ${MAX_SEED}`,
    );
  }
  dataRules(spec.data, report);
  networkRules(spec.network, report);
  if (spec.backward.kind === "cross_entropy") {
    classRules(spec, ["backward", "kind"], "cross_entropy", report);
  }
  if (spec.train !== undefined) trainRules(spec, spec.train, report);
  return problems;
}

function dataRules(data: WrittenData, report: Report): void {
  const { source, features = 1, correlation = 0, low, high } = data;
  if (low !== undefined && high !== undefined) intervalRules(low, high, ["data"], report);
  if (source === "gaussian" && features > 1 && correlation < -1 / (features - 1)) {
    report(
      ["data", "correlation"],
      `${correlation} is impossible among ${features} features; write at least -1/${features - 1} = ${-1 / (features - 1)}`,
    );
  }
  if (source === "file") fileRules(data, report);
}

function fileRules(data: WrittenData, report: Report): void {
  const { path, images, label, labels, inputs } = data;
  if (path === undefined && images === undefined) {
    report(
      ["data", "path"],
      'is missing; write the path of a .csv, .npy or .npz, or "images" for an IDX file',
    );
    return;
  }
  if (path !== undefined && images !== undefined) {
    report(
      ["data", "images"],
      '"path" and "images" both stand here; an IDX file has "images" and "labels" alone',
    );
    return;
  }
  const form = fileForm(data);
  const wrong = (field: string, right: string) =>
    report(
      ["data", field],
      `${quoted(field)} does not go with ${form === "idx" ? "IDX files" : `a .${form}`}; ${right}`,
    );
  if (label !== undefined && form !== "csv")
    wrong("label", 'it names a column of a CSV; write "labels" for an array');
  if (inputs !== undefined && form === "idx")
    wrong("inputs", 'it names an array of an NPZ; an IDX file has "images"');
  const byPath = pathForm(path ?? "");
  if (byPath === null || byPath === form) return;
  const fields = [inputs === undefined ? null : "inputs", labels === undefined ? null : "labels"];
  const culprit = form === "npz" ? (fields.find((field) => field !== null) ?? "inputs") : "label";
  const right =
    byPath === "csv"
      ? 'a CSV has "label"'
      : byPath === "npz"
        ? 'an NPZ has "inputs" and "labels"'
        : "it holds one array and has no labels";
  report(["data", culprit], `${quoted(culprit)} does not go with a .${byPath}; ${right}`);
}

/** Between them there must be room for float32, in which everything is drawn. */
function intervalRules(low: number, high: number, path: Path, report: Report): boolean {
  if (!(low < high)) report([...path, "low"], `${low} is not below "high" = ${high}; write low < high`);
  else if (Math.fround(low) === Math.fround(high)) {
    report(
      [...path, "low"],
      `${low} and "high" = ${high} are the same number in float32; write them further apart`,
    );
  } else return true;
  return false;
}

function networkRules(network: CheckedNetwork, report: Report): void {
  const { hidden, layers, residual, output } = network;
  const at: PathStep[] = ["network"];
  if (hidden !== undefined && layers !== undefined) {
    report([...at, "layers"], '"hidden" and "layers" both stand here; write one of them');
  } else if (hidden !== undefined) {
    layerRules(hidden, [...at, "hidden"], report);
    if (residual !== undefined)
      report([...at, "residual"], 'stands beside "hidden"; write it inside "hidden"');
    residualRules(hidden.residual?.every, hidden.layers, [...at, "hidden", "residual", "every"], report);
  } else if (layers !== undefined) {
    layers.forEach((layer, index) => layerRules(layer, [...at, "layers", index], report));
    residualRules(residual?.every, layers.length, [...at, "residual", "every"], report);
  } else {
    report(
      [...at, "hidden"],
      'is missing; write "hidden": { layers, units, activation, weights } or "layers": [...]',
    );
  }
  if (output !== undefined) layerRules(output, [...at, "output"], report);
}

function residualRules(every: number | undefined, layers: number, path: Path, report: Report): void {
  if (every !== undefined && every > layers) {
    report(
      path,
      `a block of ${every} layers does not fit into ${layers}; write a whole number from 1 to ${layers}`,
    );
  }
}

function layerRules(layer: CheckedLayer, path: Path, report: Report): void {
  if (typeof layer.activation !== "string" && isFormula(layer.activation))
    formulaRules(layer.activation, [...path, "activation"], report);
  weightsRules(layer.weights, [...path, "weights"], report);
  if (layer.bias !== undefined) distributionRules(layer.bias, [...path, "bias"], report);
}

/** Of a formula the first slip is told: what follows it would be guesswork. */
function formulaRules(activation: FormulaActivation, path: Path, report: Report): void {
  try {
    compileFormula(activation);
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    const { place } = error;
    if ("column" in place) report([...path, "formula"], error.message);
    else report([...path, "parameters", place.parameter], error.what);
  }
}

function weightsRules(weights: WeightsSpec, path: Path, report: Report): void {
  distributionRules(weights, path, report);
  if (weights.scheme === "he_normal" || weights.scheme === "he_uniform") {
    if (weights.nonlinearity !== "leaky_relu" && weights.negative_slope !== 0.01) {
      report(
        [...path, "negative_slope"],
        `counts only with nonlinearity "leaky_relu", here it is ${quoted(weights.nonlinearity)}; leave it out or change the nonlinearity`,
      );
    }
  }
  if (weights.scheme === "critical" && weights.sigma_b > 0 && weights.sigma_b < BOUNDS.std.min) {
    report(
      [...path, "sigma_b"],
      `${weights.sigma_b} is out of range; write 0, or at least ${BOUNDS.std.min}`,
    );
  }
  if (weights.scheme === "lsuv") {
    if (weights.base.scheme === "zeros") {
      report(
        [...path, "base", "scheme"],
        '"zeros" cannot be scaled to variance 1; write a scheme that draws something',
      );
    }
    weightsRules(weights.base, [...path, "base"], report);
  }
}

/** How many std the cut may lie away from the mean: beyond it a normal has no draws to cut. */
const FARTHEST_CUT = 4;

function distributionRules(spec: WeightsSpec | BiasSpec, path: Path, report: Report): void {
  if (spec.scheme !== "uniform" && spec.scheme !== "truncated_normal") return;
  if (!intervalRules(spec.low, spec.high, path, report) || spec.scheme === "uniform") return;
  const { mean, std, low, high } = spec;
  const least = mean - FARTHEST_CUT * std;
  const most = mean + FARTHEST_CUT * std;
  if (low > most)
    report(
      [...path, "low"],
      `${low} lies more than ${FARTHEST_CUT} std above the mean; write at most ${most}`,
    );
  if (high < least)
    report(
      [...path, "high"],
      `${high} lies more than ${FARTHEST_CUT} std below the mean; write at least ${least}`,
    );
}

/** Classes of the labels: a number, "unknown" before the file is read, or null where there are no labels. */
export function labelClasses(data: WrittenData): number | "unknown" | null {
  switch (data.source) {
    case "gaussian":
    case "uniform":
      return null;
    case "digits":
      return DIGITS.classes;
    case "two_moons":
    case "xor":
      return 2;
    case "spirals":
      return data.classes ?? 2;
    case "file":
      return data.label === undefined && data.labels === undefined ? null : "unknown";
  }
}

function classRules(spec: CheckedExperiment, path: Path, need: string, report: Report): void {
  const { data, network } = spec;
  const classes = labelClasses(data);
  if (classes === null) {
    const right =
      data.source === "file"
        ? 'name them ("label" or "labels")'
        : 'take a source with labels, such as "digits"';
    report(path, `${quoted(need)} needs labels, and the source ${quoted(data.source)} has none; ${right}`);
    return;
  }
  if (classes === "unknown") return; // The run compares them, once the file is read.
  const last = network.output ?? network.hidden ?? network.layers?.at(-1);
  if (last === undefined || last.units === classes) return;
  if (need === "mean_squared_error" && last.units === 1) return;
  if (network.output === undefined) {
    report(
      path,
      `${quoted(need)} needs an output for each of the ${classes} classes, and the last layer has ${last.units}; write network.output with ${classes} units`,
    );
  } else {
    report(
      ["network", "output", "units"],
      `${last.units} outputs, but ${quoted(data.source)} has ${classes} classes; write ${classes}`,
    );
  }
}

const OPTIMIZER_FIELDS = ["momentum", "beta1", "beta2", "epsilon"] as const;

function trainRules(spec: CheckedExperiment, train: CheckedTrain, report: Report): void {
  const { optimizer, schedule } = train;
  const own = OPTIMIZER_DEFAULTS[optimizer];
  for (const field of OPTIMIZER_FIELDS) {
    if (train[field] === undefined || field in own) continue;
    const users = Object.entries(OPTIMIZER_DEFAULTS).filter(([, defaults]) => field in defaults);
    report(
      ["train", field],
      `is no parameter of ${quoted(optimizer)}; leave it out, or choose ${users.map(([name]) => name).join(", ")}`,
    );
  }
  const scheduleFields = { stepEvery: "step", factor: "step", finalFraction: "cosine" } as const;
  for (const [field, kind] of Object.entries(scheduleFields)) {
    if (schedule[field as keyof typeof scheduleFields] === undefined || schedule.kind === kind) continue;
    report(
      ["train", "schedule", field],
      `belongs to the schedule "${kind}", here it is ${quoted(schedule.kind)}; leave it out`,
    );
  }
  if (schedule.warmupSteps > train.steps) {
    report(
      ["train", "schedule", "warmupSteps"],
      `${schedule.warmupSteps} is more than the ${train.steps} steps; write at most ${train.steps}`,
    );
  }
  classRules(spec, ["train", "loss"], train.loss, report);
  const available = trainingSamples(knownSamples(spec.data), train.validationShare);
  if (available !== null && (train.batchSize ?? 1) > available) {
    report(
      ["train", "batchSize"],
      `${train.batchSize} is more than the ${available} training samples; write at most ${available}`,
    );
  }
}
