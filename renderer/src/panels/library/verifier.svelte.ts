// Runs saved experiments again, one after another, and holds their digests against the saved ones.
import { SpecError } from "../../../../core-as/spec/errors";
import { readResultText } from "../../../../core-as/spec/resultText";
import { readTrainingText } from "../../../../core-as/spec/trainingText";
import type { ExperimentSummary, SavedExperiment } from "../../../../app/contract/hostApi";
import { failureOf, HostError } from "../../../../app/contract/hostError";
import { type Compute, ComputeError } from "../../compute/compute";
import { trainingVerdict, type TrainingVerdict, type Verdict, verdictOn, whyUnchecked } from "./verify";

export interface Verifying {
  readonly id: string;
  readonly name: string;
  /** From 1. */
  readonly place: number;
  readonly of: number;
  /** What is run: the experiment, then the trainings kept with it, as one bar each. */
  readonly what: "experiment" | "training";
  readonly fraction: number | null;
}

type Tell = (what: Verifying["what"], fraction: number) => void;

export class Verifier {
  now: Verifying | null = $state.raw(null);
  /** By id, with the digest that was held against. */
  verdicts: ReadonlyMap<string, Verdict> = $state.raw(new Map());

  readonly #compute: Compute;
  readonly #open: (id: string) => Promise<SavedExperiment>;
  #abort: AbortController | null = null;

  constructor(compute: Compute, open: (id: string) => Promise<SavedExperiment>) {
    this.#compute = compute;
    this.#open = open;
  }

  /** Replaces what is under way. Resolves with what was said of each; fewer where it was cancelled. */
  async verify(experiments: readonly ExperimentSummary[]): Promise<ReadonlyMap<string, Verdict>> {
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    const said = new Map<string, Verdict>();
    for (const [i, { id, name }] of experiments.entries()) {
      const at = { id, name, place: i + 1, of: experiments.length };
      this.now = { ...at, what: "experiment", fraction: null };
      const verdict = await this.#verdictOn(id, abort.signal, (what, fraction) => {
        if (this.#abort === abort) this.now = { ...at, what, fraction };
      });
      if (verdict === null) break;
      said.set(id, verdict);
      this.verdicts = new Map([...this.verdicts, [id, verdict]]);
    }
    if (this.#abort === abort) this.now = null;
    return said;
  }

  cancel(): void {
    this.#abort?.abort();
  }

  async #verdictOn(id: string, signal: AbortSignal, tell: Tell): Promise<Verdict | null> {
    try {
      const saved = await this.#open(id);
      if (saved.spec === null)
        return { kind: "failed", reason: saved.readOnly ?? "its spec cannot be understood" };
      const before = readResultText(saved.result);
      const files = new Map(saved.files.map(({ path, bytes }) => [path, bytes]));
      if (signal.aborted) return null;
      const now = await this.#compute.measure(saved.spec, files, signal, ({ fraction }) =>
        tell("experiment", fraction),
      );
      const isSame = now.digest === before.digest;
      return verdictOn(before, now, isSame ? await this.#trainingOf(saved, signal, tell) : null);
    } catch (error) {
      if (signal.aborted || (error instanceof ComputeError && error.isCancelled)) return null;
      if (error instanceof ComputeError) return { kind: "failed", reason: error.failure.message };
      if (error instanceof HostError) return { kind: "failed", reason: failureOf(error).message };
      if (error instanceof SpecError) return { kind: "failed", reason: `its ${error.path} ${error.message}` };
      throw error;
    }
  }

  /** Of the trainings kept with it, each with its own seed. */
  async #trainingOf(
    { training }: SavedExperiment,
    signal: AbortSignal,
    tell: Tell,
  ): Promise<TrainingVerdict | null> {
    if (training === undefined) return null;
    const before = readTrainingText(training);
    const reason = whyUnchecked(before);
    if (reason !== null) return { kind: "unchecked", reason };
    tell("training", 0);
    const specs = before.map(({ spec, seed }) => ({ ...spec, seed }));
    return trainingVerdict(
      before,
      await this.#compute.trainings(specs, signal, {
        onTrainProgress: ({ stepsDone, steps }) => tell("training", stepsDone / steps),
      }),
    );
  }
}
