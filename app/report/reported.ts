// What was asked for, read: the texts of a request as results, trainings, a comparison and claims, each checked to be
// what it says it is. Refuses what is damaged with its place in the request. Takes from results what a report must not
// hold: when and where they were measured, and where their files lay.
import type { ReportRequest, ReportSection } from "../contract/report";
import { REPORT_SECTIONS } from "../contract/report";
import type { Comparison } from "../../core-as/spec/comparison";
import { specDifferences } from "../../core-as/spec/differences";
import { SpecError, type SpecProblem } from "../../core-as/spec/errors";
import { parseExperiment } from "../../core-as/spec/parse";
import type { RunResult } from "../../core-as/spec/result";
import { numbersOfText, readResultText } from "../../core-as/spec/resultText";
import type { TrainResult } from "../../core-as/spec/training";
import { readTrainingText } from "../../core-as/spec/trainingText";
import { type ReportedClaim, readClaims } from "./reportedClaims";
import { COMPARISON_SHAPE, requireShape, RESULT_SHAPE, TRAINING_SHAPE } from "./shapes";
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

/** Throws a SpecError whose path is that of the request: "runs[1].result". `tell` hears the share of the runs read. */
export function readRequest(
  request: Omit<ReportRequest, "format">,
  tell: (fraction: number) => void = () => {},
): Reported {
  const { title, author, notes, sections, runs, comparison, claims } = request;
  if (runs.length === 0 && !claims) throw wrong("runs", "nothing to report; 1 to 8 runs, or claims");
  if (runs.length > MOST_RUNS) throw wrong("runs", `${runs.length} runs; at most ${MOST_RUNS} have colours`);
  const read = runs.map((run, i): ReportedOne => {
    const path = `runs[${i}]`;
    const result = run.result === null ? null : within(`${path}.result`, () => readResult(run.result!));
    const trainings =
      run.training === undefined ? [] : within(`${path}.training`, () => readTrainings(run.training!));
    if (!result && trainings.length === 0) throw wrong(path, "has neither a result nor a training");
    tell((i + 1) / runs.length);
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
  requireShape(RESULT_SHAPE, result);
  const spec = within("spec", () => parseExperiment(result.spec));
  const all = spec.network.output ? [...spec.network.layers, spec.network.output] : spec.network.layers;
  if (result.layers.length !== all.length)
    throw wrong("layers", `${result.layers.length} of them, and its spec has ${all.length}`);
  return {
    ...result,
    spec: withoutPaths(spec),
    layers: result.layers.map((layer, i) => {
      if (layer.index !== i + 1) throw wrong(`layers[${i}].index`, `is not ${i + 1}`);
      return { ...layer, activation: all[i]!.activation };
    }),
    timing: {},
    environment: {},
  };
}

function readTrainings(text: string): readonly TrainResult[] {
  const trainings = readTrainingText(text);
  if (trainings.length > MOST_TRAININGS)
    throw wrong("", `${trainings.length} trainings; a report has at most ${MOST_TRAININGS}`);
  return trainings.map((training, i) =>
    within(`[${i}]`, () => {
      requireShape(TRAINING_SHAPE, training);
      const spec = within("spec", () => parseExperiment(training.spec));
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
  requireShape(COMPARISON_SHAPE, value);
  const { runs: compared } = value as Comparison;
  if (compared.length !== runs.length)
    throw wrong("runs", `${compared.length} of them, and the report has ${runs.length}`);
  for (const [i, { result }] of runs.entries())
    if (!result || compared[i]?.digest !== result.digest)
      throw wrong(`runs[${i}].digest`, `is not that of run ${i + 1}`);
  const specs = compared.map(({ spec }, i) =>
    withoutPaths(within(`runs[${i}].spec`, () => parseExperiment(spec))),
  );
  return {
    ...(value as Comparison),
    runs: compared.map((one, i) => ({ ...one, name: runs[i]!.name, spec: specs[i]! })),
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
