// What was asked for, read: the texts of a request as results, trainings, a comparison and claims, each checked to be
// what it says it is. Refuses what is damaged with its place in the request. Takes from results what a report must not
// hold: when and where they were measured, and where their files lay.
import type { ReportRequest, ReportSection } from "../contract/report";
import { REPORT_SECTIONS } from "../contract/report";
import type { Comparison } from "../../core-as/spec/comparison";
import { COMPARISON_FORMAT } from "../../core-as/spec/comparison";
import { specDifferences } from "../../core-as/spec/differences";
import { SpecError, type SpecProblem } from "../../core-as/spec/errors";
import { parseExperiment } from "../../core-as/spec/parse";
import type { LayerResult, RunResult, Statistics } from "../../core-as/spec/result";
import { numbersOfText, readResultText } from "../../core-as/spec/resultText";
import type { TrainResult } from "../../core-as/spec/training";
import { readTrainingText } from "../../core-as/spec/trainingText";
import { type ReportedClaim, readClaims } from "./reportedClaims";
import { withoutPaths } from "./withoutPaths";

export interface Reported {
  /** May be empty. */
  readonly title: string;
  readonly author: string;
  readonly notes: string;
  /** Asked for, in a report's order. */
  readonly sections: readonly ReportSection[];
  readonly runs: readonly ReportedOne[];
  readonly comparison: Comparison | null;
  readonly claims: { readonly claims: readonly ReportedClaim[]; readonly seed: number } | null;
}

export interface ReportedOne {
  /** 1 to 8. */
  readonly number: number;
  readonly name: string;
  readonly notes: string;
  readonly result: RunResult | null;
  /** Spec by spec, seed by seed; empty where it was not trained. */
  readonly trainings: readonly TrainResult[];
  readonly created: string | null;
  readonly modified: string | null;
}

const MOST_RUNS = 8;
/** Of one training's text. A report of more would have no end. */
const MOST_TRAININGS = 1000;

/** Throws a SpecError whose path is that of the request: "runs[1].result". */
export function readRequest(request: Omit<ReportRequest, "format">): Reported {
  const { title, author, notes, sections, runs, comparison, claims } = request;
  if (runs.length === 0 && !claims) throw wrong("runs", "nothing to report; 1 to 8 runs, or claims");
  if (runs.length > MOST_RUNS) throw wrong("runs", `${runs.length} runs; at most ${MOST_RUNS} have colours`);
  const read = runs.map((run, i): ReportedOne => {
    const path = `runs[${i}]`;
    const result = run.result === null ? null : within(`${path}.result`, () => readResult(run.result!));
    const trainings =
      run.training === undefined ? [] : within(`${path}.training`, () => readTrainings(run.training!));
    if (!result && trainings.length === 0) throw wrong(path, "has neither a result nor a training");
    return {
      number: i + 1,
      name: run.name,
      notes: run.notes,
      result,
      trainings,
      created: dateOf(`${path}.created`, run.created),
      modified: dateOf(`${path}.modified`, run.modified),
    };
  });
  return {
    title,
    author,
    notes,
    sections: REPORT_SECTIONS.filter((name) => sections.includes(name)),
    runs: read,
    comparison:
      comparison === undefined ? null : within("comparison", () => readComparison(comparison, read)),
    claims: claims
      ? { seed: claims.seed, claims: within("claims.text", () => readClaims(claims.text)) }
      : null,
  };
}

function readResult(text: string): RunResult {
  const result = readResultText(text);
  const spec = within("spec", () => parseExperiment(result.spec));
  const layers = spec.network.layers.length + (spec.network.output ? 1 : 0);
  if (result.layers.length !== layers)
    throw wrong("layers", `${result.layers.length} of them, and its spec has ${layers}`);
  for (const [i, layer] of result.layers.entries())
    within(`layers[${i}]`, () => {
      if (layer.index !== i + 1) throw wrong("index", `is not ${i + 1}`);
      checkLayer(layer);
    });
  if (!Array.isArray(result.diagnosis) || !isObject(result.network) || !isObject(result.core))
    throw wrong("", "has no diagnosis, network or core; the file may be damaged");
  return {
    ...result,
    spec: withoutPaths(spec),
    core: { version: String(result.core.version), sha256: String(result.core.sha256) },
    nearestDefaults: result.nearestDefaults ?? [],
    timing: {},
    environment: {},
  };
}

/** That what the figures walk through is there; the numbers are taken as they stand. */
function checkLayer(layer: LayerResult): void {
  const { weights, bias, preactivations, activations, gradients } = layer;
  const all: Record<string, Statistics> = {
    weights,
    bias,
    preactivations,
    activations,
    ...(gradients ?? {}),
  };
  for (const [name, statistics] of Object.entries(all)) {
    const { histogram, quantiles } = (statistics ?? {}) as Partial<Statistics>;
    if (!isObject(quantiles) || !Array.isArray(histogram?.edges) || !Array.isArray(histogram.counts))
      throw wrong(name, "has no quantiles or no histogram; the file may be damaged");
  }
  if (!isObject(layer.activation)) throw wrong("activation", "is not there");
}

function readTrainings(text: string): readonly TrainResult[] {
  const trainings = readTrainingText(text);
  if (trainings.length > MOST_TRAININGS)
    throw wrong("", `${trainings.length} trainings; a report has at most ${MOST_TRAININGS}`);
  return trainings.map((training, i) =>
    within(`[${i}]`, () => {
      const spec = within("spec", () => parseExperiment(training.spec));
      for (const [r, record] of training.records.entries())
        if (!isObject(record) || !Array.isArray(record.layers) || typeof record.step !== "number")
          throw wrong(`records[${r}]`, "has no step or no layers; the file may be damaged");
      if (!isObject(training.core)) throw wrong("core", "is not there");
      return { ...training, spec: withoutPaths(spec), timing: {}, environment: {} };
    }),
  );
}

function readComparison(text: string, runs: readonly ReportedOne[]): Comparison {
  let value: unknown;
  try {
    value = numbersOfText(text);
  } catch {
    throw wrong("", "is not JSON");
  }
  const { format, runs: compared, rows } = (value ?? {}) as Partial<Comparison>;
  if (format !== COMPARISON_FORMAT || !isList(compared) || !isList(rows))
    throw wrong("", `its format is not "${COMPARISON_FORMAT}"`);
  if (compared.length !== runs.length)
    throw wrong("runs", `${compared.length} of them, and the report has ${runs.length}`);
  for (const [i, { result }] of runs.entries())
    if (!result || compared[i]?.digest !== result.digest)
      throw wrong(`runs[${i}].digest`, `is not that of run ${i + 1}`);
  const specs = (value as Comparison).runs.map(({ spec }, i) =>
    withoutPaths(within(`runs[${i}].spec`, () => parseExperiment(spec))),
  );
  return {
    ...(value as Comparison),
    runs: (value as Comparison).runs.map((one, i) => ({ ...one, name: runs[i]!.name, spec: specs[i]! })),
    specDifferences: specDifferences(specs),
  };
}

/** The day, as an experiment.json has it. */
function dateOf(path: string, text: string | undefined): string | null {
  if (text === undefined) return null;
  const day = /^(\d{4}-\d\d-\d\d)(T|$)/.exec(text)?.[1];
  if (day === undefined) throw wrong(path, "is not a date; ISO 8601 would be right, as 2026-03-14");
  return day;
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

function wrong(path: string, message: string): SpecError {
  return new SpecError([{ path, message }]);
}

/** Errors of `work` with `path` before their own; what is not understood at all is the text's fault. */
function within<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    if (!(thrown instanceof SpecError)) throw thrown;
    const [first, ...others] = thrown.errors.map((problem): SpecProblem => ({
      path: joined(path, problem.path),
      message: problem.message,
    }));
    throw new SpecError([first!, ...others]);
  }
}

/** What its readers call the whole says nothing more than the path before it. */
const WHOLE = new Set(["", "spec", "result", "training", "claims"]);

function joined(before: string, path: string): string {
  if (WHOLE.has(path)) return before;
  return path.startsWith("[") ? `${before}${path}` : `${before}.${path}`;
}
