// How one claim is judged: what it needs, and the judge. One record a chapter; together they cover every statement.
import type { Judgement, Measurements } from "./claim";
import type { RunName, TrainingName } from "./experiments";

export interface Judge<R extends RunName = RunName, T extends TrainingName = TrainingName> {
  readonly runs: readonly R[];
  readonly trainings: readonly T[];
  readonly judge: (measurements: Measurements<R, T>) => Judgement;
}

/** Keeps the names: a judge that asks for what it does not need does not compile. */
export function judging<const R extends RunName = never, const T extends TrainingName = never>(
  needs: { readonly runs?: readonly R[]; readonly trainings?: readonly T[] },
  judge: (measurements: Measurements<R, T>) => Judgement,
): Judge {
  const { runs = [], trainings = [] } = needs;
  return { runs, trainings, judge };
}
