// The runs that Compare lays over each other: up to eight, the first is the baseline.
import type { Experiment } from "../../../core-as/spec/experiment";
import type { SpecFiles } from "../compute/messages";

export const MAX_RUNS = 8;

export interface ComparedSpec {
  readonly key: number;
  readonly name: string;
  readonly spec: Experiment;
  readonly files: SpecFiles;
}

export class CompareRuns {
  runs: readonly ComparedSpec[] = $state.raw([]);
  #nextKey = 1;

  /** False where there are as many as there may be. */
  add(name: string, spec: Experiment, files: SpecFiles): boolean {
    if (this.runs.length >= MAX_RUNS) return false;
    this.runs = [...this.runs, { key: this.#nextKey++, name, spec, files }];
    return true;
  }

  remove(key: number): void {
    this.runs = this.runs.filter((run) => run.key !== key);
  }
}
