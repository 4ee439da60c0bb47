// "Try it": the reader's settings, the live run of them, and what the one chart needs. The newest settings win; what a
// sweep or a training came to is kept for when one comes back to its settings.
import { SpecError } from "../../../../core-as/spec/errors";
import type { Experiment } from "../../../../core-as/spec/experiment";
import { parseExperiment } from "../../../../core-as/spec/parse";
import type { RunResult } from "../../../../core-as/spec/result";
import type { TrainRecord, TrainResult } from "../../../../core-as/spec/training";
import type { Theory } from "../../../../core-as/theory/theory";
import type { WrittenExperiment } from "../../../../core-as/spec/written";
import { type Compute, ComputeError } from "../../compute/compute";
import type { Curve } from "../../compute/messages";
import type { Chapter, Swept, Values } from "./chapter";
import type { EvidenceRoom } from "./evidence";

export interface TrialPicture {
  /** Of the settings that it was made with; may be older than those in hand. */
  readonly values: Values;
  readonly spec: Experiment;
  readonly result: RunResult;
  readonly curves: ReadonlyMap<string, Curve>;
}

export interface TrialRun {
  readonly name: string;
  readonly spec: Experiment;
  readonly records: readonly TrainRecord[];
  readonly result: TrainResult | null;
}

export interface TrialTraining {
  /** Of the specs, to be told from those of other settings. */
  readonly key: string;
  readonly runs: readonly TrialRun[];
  readonly status: "running" | "done" | "stopped";
  readonly fraction: number;
}

/** Records come far more often than they can be looked at. */
const SHOW_MILLIS = 120;

export class Trial {
  readonly chapter: Chapter;
  values: Values = $state.raw({});
  picture: TrialPicture | null = $state.raw(null);
  isRunning = $state(false);
  /** Why there is no picture of these settings. */
  problem: string | null = $state.raw(null);
  /** Of the places of a sweep at these settings: those that are known. */
  swept: ReadonlyMap<number, Swept> = $state.raw(new Map());
  theories: Readonly<Record<string, Theory>> | null = $state.raw(null);
  training: TrialTraining | null = $state.raw(null);

  readonly #compute: Pick<Compute, "trial" | "trainings">;
  readonly #room: EvidenceRoom;
  /** By spec: sweeps over one thing are often independent of the slider of that thing. */
  readonly #sweptBySpec = new Map<string, Swept>();
  readonly #trained = new Map<string, TrialTraining>();
  #abort: AbortController | null = null;
  #trainAbort: AbortController | null = null;

  constructor(chapter: Chapter, compute: Pick<Compute, "trial" | "trainings">, room: EvidenceRoom) {
    this.chapter = chapter;
    this.#compute = compute;
    this.#room = room;
    this.values = Object.fromEntries(chapter.trial.controls.map(({ id, initial }) => [id, initial]));
  }

  get isChanged(): boolean {
    return this.chapter.trial.controls.some(({ id, initial }) => this.values[id] !== initial);
  }

  /** True while what is drawn is not yet of the settings in hand. */
  get isStale(): boolean {
    return this.picture?.values !== this.values;
  }

  set(id: string, value: number): void {
    this.values = { ...this.values, [id]: value };
    void this.run();
  }

  reset(): void {
    this.values = Object.fromEntries(this.chapter.trial.controls.map(({ id, initial }) => [id, initial]));
    void this.run();
  }

  leave(): void {
    this.#abort?.abort();
    this.#trainAbort?.abort();
  }

  /** The network at the settings in hand; throws a SpecError. */
  spec(): Experiment {
    return this.#parsed(this.chapter.trial.spec(this.values));
  }

  async run(): Promise<void> {
    const { values } = this;
    const { chart } = this.chapter.trial;
    this.#abort?.abort();
    const { signal } = (this.#abort = new AbortController());
    const isCurrent = () => this.values === values && !signal.aborted;
    this.problem = null;
    this.isRunning = true;
    try {
      const spec = this.spec();
      if (chart.kind === "training") this.training = this.#trained.get(this.#trainingKey()) ?? this.training;
      if (chart.kind === "theory") void this.#think(values, isCurrent);
      const places = this.#placesToMeasure(values);
      await this.#compute.trial(
        [spec, ...places.map((place) => place.spec)],
        signal,
        (index, result, curves) => {
          const place = places[index - 1];
          // An older run that is let finish while something is dragged still moves the picture.
          if (!place) this.picture = { values, spec, result, curves };
          else this.#keepSwept(place.key, result);
          if (place && isCurrent()) this.#showSwept(values);
        },
      );
      if (isCurrent()) this.isRunning = false;
    } catch (thrown) {
      if (!isCurrent() || (thrown instanceof ComputeError && thrown.isCancelled)) return;
      this.isRunning = false;
      if (!(thrown instanceof ComputeError || thrown instanceof SpecError)) throw thrown;
      this.problem = thrown instanceof SpecError ? `${thrown.path} ${thrown.message}` : thrown.message;
    }
  }

  async train(): Promise<void> {
    const { chart } = this.chapter.trial;
    if (chart.kind !== "training") return;
    this.#trainAbort?.abort();
    const { signal } = (this.#trainAbort = new AbortController());
    const key = this.#trainingKey();
    const runs = chart
      .specs(this.values)
      .map(({ name, spec }) => ({ name, spec: this.#parsed(spec), records: [] as TrainRecord[] }));
    let fraction = 0;
    let results: readonly TrainResult[] = [];
    let last = 0;
    const show = (status: TrialTraining["status"]) => {
      const training = {
        key,
        status,
        fraction,
        runs: runs.map((run, i) => ({ ...run, records: [...run.records], result: results[i] ?? null })),
      };
      if (status === "done") this.#trained.set(key, training);
      this.training = training;
    };
    const showNowAndThen = () => {
      if (signal.aborted || performance.now() - last < SHOW_MILLIS) return;
      last = performance.now();
      show("running");
    };
    show("running");
    try {
      results = await this.#compute.trainings(
        runs.map(({ spec }) => spec),
        signal,
        {
          onRecord: (run, record) => {
            runs[run]!.records.push(record);
            showNowAndThen();
          },
          onTrainProgress: ({ stepsDone, steps }) => {
            fraction = stepsDone / Math.max(1, steps);
            showNowAndThen();
          },
        },
      );
      show("done");
    } catch (thrown) {
      if (this.#trainAbort.signal === signal) show("stopped");
      if (thrown instanceof ComputeError && thrown.isCancelled) return;
      throw thrown;
    }
  }

  stopTraining(): void {
    this.#trainAbort?.abort();
  }

  /** False where the training on the screen is of other settings, or there is none. */
  get isTrained(): boolean {
    return this.training?.status === "done" && this.training.key === this.#trainingKey();
  }

  #trainingKey(): string {
    const { chart } = this.chapter.trial;
    return chart.kind === "training" ? JSON.stringify(chart.specs(this.values)) : "";
  }

  async #think(values: Values, isCurrent: () => boolean): Promise<void> {
    const { chart } = this.chapter.trial;
    if (chart.kind !== "theory") return;
    const queries = Object.entries(chart.queries(values));
    const found = await Promise.all(
      queries.map(async ([name, query]) => [name, await this.#room.theory(query)] as const),
    );
    if (isCurrent()) this.theories = Object.fromEntries(found);
  }

  #placesToMeasure(values: Values): readonly { readonly key: string; readonly spec: Experiment }[] {
    const { chart } = this.chapter.trial;
    if (chart.kind !== "sweep") return [];
    this.#showSwept(values);
    return chart
      .places(values)
      .map((place) => this.#parsed(chart.spec(values, place)))
      .map((spec) => ({ key: JSON.stringify(spec), spec }))
      .filter(({ key }) => !this.#sweptBySpec.has(key));
  }

  #keepSwept(key: string, result: RunResult): void {
    const { chart } = this.chapter.trial;
    if (chart.kind === "sweep") this.#sweptBySpec.set(key, chart.read(result));
  }

  #showSwept(values: Values): void {
    const { chart } = this.chapter.trial;
    if (chart.kind !== "sweep") return;
    const swept = new Map<number, Swept>();
    for (const place of chart.places(values)) {
      const known = this.#sweptBySpec.get(JSON.stringify(this.#parsed(chart.spec(values, place))));
      if (known) swept.set(place, known);
    }
    this.swept = swept;
  }

  #parsed(written: WrittenExperiment): Experiment {
    const spec = parseExperiment(written);
    return spec.name === "" ? { ...spec, name: this.chapter.short } : spec;
  }
}
