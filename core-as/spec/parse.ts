// The edge: what comes in is unknown, what goes out is an experiment to be trusted.
import * as v from "valibot";
import { type PathStep, pathText, SpecError, type SpecProblem } from "./errors";
import type { Experiment } from "./experiment";
import { readJson } from "./json";
import { resolveExperiment } from "./resolve";
import { brokenRules } from "./rules";
import { experiment } from "./shape/experiment";
import type { CheckedExperiment } from "./written";

/** The experiment with every default filled in, or a SpecError. The resolved spec parses to itself. */
export function parseExperiment(input: unknown): Experiment {
  const result = v.safeParse(experiment, input, { abortPipeEarly: true });
  refuse(result.success ? [] : result.issues.map(problemOf));
  // The shapes have just shown that it is one.
  const checked = result.output as CheckedExperiment;
  refuse(brokenRules(checked));
  return resolveExperiment(checked);
}

/** From JSON text; a slip in the JSON has `line L, column C` as its path. */
export function parseExperimentText(text: string): Experiment {
  return parseExperiment(readJson(text));
}

function refuse(problems: readonly SpecProblem[]): void {
  const [first, ...others] = problems;
  if (first !== undefined) throw new SpecError([first, ...others]);
}

function problemOf(issue: v.BaseIssue<unknown>): SpecProblem {
  const steps = (issue.path ?? []).map((item) => item.key as PathStep);
  return { path: pathText(steps), message: issue.message };
}
