// The runs that Compare lays over each other: up to eight, the first is the baseline. Measures them all again whenever
// one changes; the last picture stays until the next is whole. One that cannot be run is told apart, the others go on.
import type { Progress } from "../../../core-as/runtime/progress";
import type { Comparison } from "../../../core-as/spec/comparison";
import type { Experiment } from "../../../core-as/spec/experiment";
import type { RunResult } from "../../../core-as/spec/result";
import { type Compute, ComputeError } from "../compute/compute";
import type { ComputeFailure, SpecFiles } from "../compute/messages";

export const MAX_RUNS = 8;

export interface ComparedSpec {
  readonly key: number;
  readonly name: string;
  readonly spec: Experiment;
  readonly files: SpecFiles;
  /** Place in the palette of runs, 0 to 7: stays the run's own, whatever comes before it. */
  readonly paint: number;
}

/** What is drawn: these very runs, measured together. */
export interface ComparisonPicture {
  readonly runs: readonly ComparedSpec[];
  readonly results: readonly RunResult[];
  /** Null while the first ones of a first comparison have come. */
  readonly comparison: Comparison | null;
}

export type ComparisonStatus =
  | { readonly status: "done" }
  /** `since`: performance.now() at its start. */
  | { readonly status: "running"; readonly since: number; readonly progress: Progress | null }
  | { readonly status: "cancelled" }
  /** Not one run's fault: those stand in `failures`. */
  | { readonly status: "failed"; readonly failure: ComputeFailure };

export class CompareRuns {
  runs: readonly ComparedSpec[] = $state.raw([]);
  /** One seed for all: what differs is what the specs differ in, not chance. */
  paired = $state(true);
  /** Seeds of every run; null: as many as an experiment opens with. */
  draws: number | null = $state(null);
  picture: ComparisonPicture | null = $state.raw(null);
  status: ComparisonStatus = $state.raw({ status: "done" });
  /** By key of the run that could not be run. */
  failures: ReadonlyMap<number, ComputeFailure> = $state.raw(new Map());

  #nextKey = 1;
  #asked = "";
  #abort: AbortController | null = null;

  /** False where there are as many as there may be. */
  add(name: string, spec: Experiment, files: SpecFiles): boolean {
    if (this.runs.length >= MAX_RUNS) return false;
    const taken = new Set(this.runs.map(({ paint }) => paint));
    const paint = Array.from({ length: MAX_RUNS }, (_, i) => i).find((i) => !taken.has(i)) ?? 0;
    this.runs = [...this.runs, { key: this.#nextKey++, name: this.#freeName(name), spec, files, paint }];
    return true;
  }

  remove(key: number): void {
    this.runs = this.runs.filter((run) => run.key !== key);
  }

  /** Takes the place it had, under the same key and paint. */
  putBack(run: ComparedSpec, index: number): void {
    if (this.runs.length >= MAX_RUNS || this.runs.some(({ key }) => key === run.key)) return;
    const isTaken = this.runs.some(({ paint }) => paint === run.paint);
    if (isTaken) this.add(run.name, run.spec, run.files);
    else this.runs = this.runs.toSpliced(index, 0, run);
  }

  rename(key: number, name: string): void {
    this.runs = this.runs.map((run) => (run.key === key ? { ...run, name } : run));
  }

  /** The others are held against it. */
  setBaseline(key: number): void {
    const baseline = this.runs.find((run) => run.key === key);
    if (baseline) this.runs = [baseline, ...this.runs.filter((run) => run !== baseline)];
  }

  clear(): void {
    this.runs = [];
  }

  /** `draws`: seeds of every run. Does nothing where these runs are measured, or are being measured. */
  measure(compute: Compute, draws: number): void {
    const { runs, paired } = this;
    const asked = JSON.stringify([paired, draws, runs.map(({ key }) => key)]);
    if (asked === this.#asked) return this.#showNames();
    this.#asked = asked;
    this.#abort?.abort();
    this.failures = new Map();
    if (runs.length === 0) {
      this.#abort = null;
      this.picture = null;
      this.status = { status: "done" };
      return;
    }
    const abort = (this.#abort = new AbortController());
    this.status = { status: "running", since: performance.now(), progress: null };
    void this.#measure(compute, runs, { paired, seeds: draws }, abort.signal);
  }

  /** Measures again what was cancelled or failed. */
  retry(compute: Compute, draws: number): void {
    this.#asked = "";
    this.measure(compute, draws);
  }

  cancel(): void {
    this.#abort?.abort();
  }

  async #measure(
    compute: Compute,
    runs: readonly ComparedSpec[],
    choice: { readonly paired: boolean; readonly seeds: number },
    signal: AbortSignal,
  ): Promise<void> {
    const isCurrent = () => this.#abort?.signal === signal;
    const results: RunResult[] = [];
    try {
      const comparison = await compute.compare(
        runs.map(({ name, spec, files }) => ({ name, spec, files })),
        choice,
        signal,
        {
          onProgress: (progress) => {
            if (isCurrent() && this.status.status === "running") this.status = { ...this.status, progress };
          },
          onRun: (index, result) => {
            results[index] = result;
            // Better the first ones than nothing; never the first ones in place of a whole picture.
            if (isCurrent() && !this.picture?.comparison)
              this.picture = { runs: runs.slice(0, index + 1), results: [...results], comparison: null };
          },
        },
      );
      if (!isCurrent()) return;
      this.picture = { runs, results, comparison };
      this.status = { status: "done" };
      this.#showNames();
    } catch (error) {
      if (!(error instanceof ComputeError)) throw error;
      if (!isCurrent()) return;
      if (error.isCancelled) this.status = { status: "cancelled" };
      else await this.#without(error.failure, compute, runs, choice, signal);
    }
  }

  /** One that fails costs the others nothing but the time. */
  async #without(
    failure: ComputeFailure,
    compute: Compute,
    runs: readonly ComparedSpec[],
    choice: { readonly paired: boolean; readonly seeds: number },
    signal: AbortSignal,
  ): Promise<void> {
    const failed = failure.run === undefined ? undefined : runs[failure.run];
    if (!failed) {
      this.status = { status: "failed", failure };
      return;
    }
    this.failures = new Map([...this.failures, [failed.key, failure]]);
    const others = runs.filter((run) => run !== failed);
    if (others.length > 0) return this.#measure(compute, others, choice, signal);
    this.picture = null;
    this.status = { status: "done" };
  }

  /** Names are no part of what is measured. */
  #showNames(): void {
    if (!this.picture) return;
    const names = new Map(this.runs.map(({ key, name }) => [key, name]));
    const { runs } = this.picture;
    if (runs.every(({ key, name }) => names.get(key) === name)) return;
    this.picture = {
      ...this.picture,
      runs: runs.map((run) => ({ ...run, name: names.get(run.key) ?? run.name })),
    };
  }

  /** Two runs of one name could not be told apart in a table. */
  #freeName(name: string): string {
    const taken = new Set(this.runs.map((run) => run.name));
    if (!taken.has(name)) return name;
    for (let i = 2; ; i++) if (!taken.has(`${name} (${i})`)) return `${name} (${i})`;
  }
}
