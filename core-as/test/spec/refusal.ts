import { SpecError, type SpecProblem } from "../../spec/errors";
import { parseExperiment } from "../../spec/parse";

/** The problems that the parser has with this; none where it takes it. */
export function problemsOf(input: unknown): readonly SpecProblem[] {
  return problemsIn(() => parseExperiment(input));
}

export function problemsIn(run: () => unknown): readonly SpecProblem[] {
  try {
    run();
    return [];
  } catch (error) {
    if (error instanceof SpecError) return error.errors;
    throw error;
  }
}
