// Trainings side by side: the same network from several initialisations, each from the same seeds. Holds what is to be
// trained and what came of it so far; asks compute and nobody else, and keeps checkpoints where a reload finds them.
import type { HostApi, SavedExperiment } from "../../../app/contract/hostApi";
import type { TrainProgress } from "../../../core-as/runtime/train/options";
import { MAX_SEED } from "../../../core-as/spec/bounds";
import { SpecError, type SpecProblem } from "../../../core-as/spec/errors";
import type { Experiment, TrainSpec, WeightsSpec } from "../../../core-as/spec/experiment";
import { parseExperiment } from "../../../core-as/spec/parse";
import type { TrainCheckpoint, TrainRecord, TrainResult } from "../../../core-as/spec/training";
import { readTrainingText } from "../../../core-as/spec/trainingText";
import { type Compute, ComputeError, type TrainingUnderWay } from "../compute/compute";
import type { ComputeFailure, LeanCheckpoint, SpecFiles } from "../compute/messages";
import { filesByPath } from "./specFiles";
import { type KeptTraining, TrainKeep, type TrainPlan } from "./trainKeep";
import type { Trainable, TrainPicture, TrainVariant } from "./trainPicture";
import { saveTraining, type TrainSaving } from "./trainSave";
import { changedTrain, type Started, startName, weightsOfSpec, withStart } from "./trainStart";

export const MAX_VARIANTS = 8;
export const MAX_SEEDS = 10;
/** Records of layers in all runs together: beyond them neither the page nor a saved file could hold them. */
const MAX_LAYER_RECORDS = 120_000;
/** Records come far more often than they can be looked at. */
const SHOW_MILLIS = 120;
/** Over how long the rate is reckoned. */
const RATE_MILLIS = 4000;

export type TrainStatus =
  /** Nothing is under way; `isWhole`: every run has been trained to its end, or to where it was stopped. */
  | { readonly status: "idle"; readonly isWhole: boolean }
  | { readonly status: "running" | "paused" | "stopping"; readonly pace: Pace }
  | { readonly status: "failed"; readonly failure: ComputeFailure };

export interface Pace extends TrainProgress {
  /** Steps of all runs a second; null before it is known. */
  readonly rate: number | null;
}

const NOTHING_DONE: Pace = { stepsDone: 0, steps: 0, runsDone: 0, runs: 0, rate: null };

export class TrainRuns {
  name = $state("");
  variants: readonly TrainVariant[] = $state.raw([]);
  /** How many, counting up from the spec's own. */
  seeds = $state(1);
  /** Why the last change was refused. */
  problem: SpecProblem | null = $state.raw(null);
  /** What had to be changed in what was given. */
  notes: readonly string[] = $state.raw([]);
  picture: TrainPicture | null = $state.raw(null);
  status: TrainStatus = $state.raw({ status: "idle", isWhole: false });
  /** Trainings of windows that have ended, newest first. */
  offered: readonly KeptTraining[] = $state.raw([]);
  /** False where the training under way is too large to be kept for a reload. */
  isKept = $state(true);
  /** The saved experiment that this is; null: not saved. */
  savedId: string | null = $state(null);
  /** A save under way, while the untrained network is measured for it and while it is written; null while there is none. */
  saving: TrainSaving | null = $state.raw(null);
  #saved: TrainPicture | null = $state.raw(null);

  readonly #compute: Compute;
  readonly #keep: TrainKeep;
  #save = new AbortController();
  #nextKey = 1;
  #running: TrainingUnderWay | null = null;
  #id = 0;
  #paces: { readonly at: number; readonly steps: number }[] = [];
  #checkpoints = new Map<number, TrainCheckpoint>();

  constructor(compute: Compute, windowKey: string) {
    this.#compute = compute;
    this.#keep = new TrainKeep(windowKey);
  }

  /** The settings of all; null where there is nothing to train. */
  get train(): TrainSpec | null {
    return this.variants[0]?.spec.train ?? null;
  }

  get isBusy(): boolean {
    return this.#running !== null;
  }

  /** True while what is drawn is not what would be trained now. */
  get isStale(): boolean {
    if (!this.picture) return true;
    const now = this.variants.map(({ spec }) => spec);
    const drawn = this.picture.variants.map(({ spec }) => spec);
    return this.picture.seeds.length !== this.seeds || JSON.stringify(now) !== JSON.stringify(drawn);
  }

  /** Whole, and not saved yet. */
  get canSave(): boolean {
    return (
      this.saving === null &&
      this.status.status === "idle" &&
      this.status.isWhole &&
      this.picture !== null &&
      this.picture !== this.#saved
    );
  }

  get isSaved(): boolean {
    return this.picture !== null && this.picture === this.#saved;
  }

  /** Another network; what is under way ends. Throws a SpecError where it cannot be trained. */
  open({ name, specs, notes }: Started, files: SpecFiles = new Map()): void {
    const trainable = specs.map((spec) => trainableOf(spec));
    this.cancel();
    this.variants = [];
    for (const spec of trainable) this.#add(spec, files);
    Object.assign(this, { name, notes, problem: null, picture: null, savedId: null });
    this.status = { status: "idle", isWhole: false };
  }

  /** What was saved with an experiment. Throws a SpecError. */
  openSaved({ id, name, training, files }: SavedExperiment): void {
    if (training === undefined)
      throw new SpecError([{ path: name, message: "was saved without a training" }]);
    const results = readTrainingText(training);
    const groups = new Map<string, TrainResult[]>();
    for (const result of results) {
      const { seed: _seed, ...same } = result.spec;
      const key = JSON.stringify(same);
      groups.set(key, [...(groups.get(key) ?? []), result]);
    }
    const bySpec = [...groups.values()].slice(0, MAX_VARIANTS);
    const seeds = bySpec[0]!.map(({ seed }) => seed);
    this.open(
      {
        name,
        specs: bySpec.map(([first]) => ({ ...parseExperiment(first!.spec), seed: seeds[0]! })),
        notes: [],
      },
      filesByPath(files),
    );
    this.variants = this.variants.map((variant, i) => ({
      ...variant,
      name: bySpec[i]![0]!.spec.name || variant.name,
    }));
    this.seeds = Math.min(MAX_SEEDS, seeds.length);
    this.picture = {
      variants: this.variants,
      seeds,
      runs: this.variants.flatMap((variant, i) =>
        bySpec[i]!.map((result) => ({ variant, seed: result.seed, records: result.records, result })),
      ),
    };
    this.status = { status: "idle", isWhole: true };
    this.#saved = this.picture;
    this.savedId = id;
  }

  /** The same network, drawn otherwise. False where there are as many as there may be. */
  addVariant(weights: WeightsSpec): boolean {
    const [first] = this.variants;
    if (!first || this.variants.length >= MAX_VARIANTS) return false;
    return this.#attempt(() => this.#add(trainableOf(withStart(first.spec, weights)), first.files));
  }

  changeVariant(key: number, weights: WeightsSpec): boolean {
    return this.#attempt(() => {
      this.variants = this.variants.map((variant) => {
        if (variant.key !== key) return variant;
        const spec = trainableOf(withStart(variant.spec, weights));
        return { ...variant, spec, name: this.#freeName(startName(weights), key) };
      });
    });
  }

  removeVariant(key: number): void {
    if (this.variants.length > 1) this.variants = this.variants.filter((variant) => variant.key !== key);
  }

  /** Of all variants; false where it is refused, with the reason in `problem`. */
  changeTrain(change: Partial<TrainSpec>): boolean {
    return this.#changeAll((spec) => ({ ...spec, train: changedTrain(spec.train, change) }));
  }

  changeSeed(seed: number): boolean {
    return this.#changeAll((spec) => ({ ...spec, seed }));
  }

  start(): void {
    const { variants } = this;
    const [first] = variants;
    if (!first) return;
    const { seed } = first.spec;
    const seeds = Array.from({ length: this.seeds }, (_, i) => seed + i);
    this.problem = limitProblem(variants, seeds);
    if (this.problem) return;
    this.savedId = null;
    this.#begin(variants, seeds, new Map());
  }

  pause(): void {
    if (this.status.status !== "running") return;
    this.#running?.pause();
    this.status = { ...this.status, status: "paused" };
  }

  resume(): void {
    const { status, picture } = this;
    if (status.status === "paused" && this.#running) {
      this.#running.resume();
      this.#paces = [];
      this.status = { ...status, status: "running" };
    } else if (picture && this.canGoOn) this.#begin(picture.variants, picture.seeds, this.#checkpoints);
  }

  /** True where runs stand before their end and can go on from there: stopped, or cut off by a failure. */
  get canGoOn(): boolean {
    const { picture, status } = this;
    if (!picture || this.isBusy || this.isStale || this.#checkpoints.size === 0) return false;
    return (
      status.status === "failed" ||
      picture.runs.some(({ result }) => result === null || result.outcome === "stopped")
    );
  }

  /** In good order: what has come so far is a result. */
  stop(): void {
    if (this.status.status !== "running" && this.status.status !== "paused") return;
    this.#running?.stop();
    this.status = { ...this.status, status: "stopping" };
  }

  /** At once; what has come stays on the screen. */
  cancel(): void {
    this.#id++;
    this.#running?.cancel();
    this.#running = null;
    this.#checkpoints = new Map();
    if (this.status.status !== "idle") this.status = { status: "idle", isWhole: false };
    this.#keep.end();
  }

  async lookForLeft(): Promise<void> {
    this.offered = await this.#keep.left();
  }

  /** Goes on from the last checkpoints of a window that has ended. */
  async takeUp(kept: KeptTraining): Promise<void> {
    const { plan, checkpoints } = kept;
    this.open({ name: plan.name, specs: plan.variants.map(({ spec }) => spec), notes: [] });
    this.variants = this.variants.map((variant, i) => ({ ...variant, ...plan.variants[i]! }) as TrainVariant);
    this.seeds = plan.seeds.length;
    this.#begin(this.variants, plan.seeds, checkpoints);
    await this.forget(kept);
  }

  async forget({ key }: KeptTraining): Promise<void> {
    this.offered = this.offered.filter((kept) => kept.key !== key);
    await this.#keep.discard(key);
  }

  /** The first variant's spec, what was measured of it untrained, and all trainings beside. False: it was not saved. */
  async save(host: HostApi): Promise<boolean> {
    // Another training may be opened while this one is measured.
    const { picture, canSave, savedId } = this;
    if (!picture || !canSave) return false;
    this.#save = new AbortController();
    const { signal } = this.#save;
    try {
      const id = await saveTraining(
        { picture, name: this.name.trim() || "Untitled", id: savedId },
        { host, compute: this.#compute },
        signal,
        (saving) => (this.saving = saving),
      );
      if (this.picture !== picture) return true;
      this.savedId = id;
      this.#saved = picture;
      this.#keep.end();
      return true;
    } catch (error) {
      if (signal.aborted && this.saving?.fraction !== null) return false;
      throw error;
    } finally {
      this.saving = null;
    }
  }

  /** What is being written is written. */
  cancelSave(): void {
    this.#save.abort();
  }

  #attempt(change: () => void): boolean {
    try {
      change();
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      this.problem = error.errors[0] ?? { path: "spec", message: error.message };
      return false;
    }
    this.problem = null;
    return true;
  }

  #changeAll(change: (spec: Trainable) => object): boolean {
    return this.#attempt(() => {
      const changed = this.variants.map((variant) => ({
        ...variant,
        spec: trainableOf(parseExperiment(change(variant.spec))),
      }));
      this.variants = changed;
    });
  }

  #add(spec: Trainable, files: SpecFiles): void {
    const taken = new Set(this.variants.map(({ paint }) => paint));
    const paint = Array.from({ length: MAX_VARIANTS }, (_, i) => i).find((i) => !taken.has(i)) ?? 0;
    const name = this.#freeName(startName(weightsOfSpec(spec)), null);
    this.variants = [...this.variants, { key: this.#nextKey++, name, paint, spec, files }];
  }

  /** Two variants of one name could not be told apart in a table. */
  #freeName(name: string, own: number | null): string {
    const taken = new Set(this.variants.filter(({ key }) => key !== own).map((variant) => variant.name));
    if (!taken.has(name)) return name;
    for (let i = 2; ; i++) if (!taken.has(`${name} (${i})`)) return `${name} (${i})`;
  }

  #begin(
    variants: readonly TrainVariant[],
    seeds: readonly number[],
    resume: ReadonlyMap<number, TrainCheckpoint>,
  ): void {
    const id = ++this.#id;
    const isCurrent = () => this.#id === id;
    const runs = variants.flatMap((variant, v) =>
      seeds.map((seed, s) => ({
        variant,
        seed,
        records: [...(resume.get(v * seeds.length + s)?.records ?? [])],
        result: null as TrainResult | null,
      })),
    );
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = () => {
      clearTimeout(timer);
      timer = undefined;
      if (isCurrent()) this.picture = { variants, seeds, runs: runs.map((run) => ({ ...run })) };
    };
    const showSoon = () => (timer ??= setTimeout(show, SHOW_MILLIS));
    const plan: TrainPlan = {
      name: this.name,
      variants: variants.map(({ name, paint, spec, files }) => ({ name, paint, spec, files })),
      seeds,
    };
    this.#keep.begin(plan);
    this.isKept = true;
    this.#checkpoints = new Map(resume);
    for (const [run, checkpoint] of resume) this.#keep.keep(run, checkpoint);
    this.#paces = [];
    this.status = { status: "running", pace: NOTHING_DONE };
    show();
    this.#running = this.#compute.train(
      { specs: variants.map(namedSpec), files: variants.map(({ files }) => files), seeds, resume },
      {
        onRecord: (run, record) => {
          if (!isCurrent()) return;
          runs[run]!.records.push(record);
          showSoon();
        },
        onCheckpoint: (run, checkpoint) => isCurrent() && this.#take(run, checkpoint, runs[run]!.records),
        onResult: (run, result) => {
          if (!isCurrent()) return;
          runs[run]!.result = { ...result, records: runs[run]!.records };
          showSoon();
        },
        onTrainProgress: (progress) => isCurrent() && this.#tell(progress),
      },
    );
    this.#running.done.then(
      () => {
        if (!isCurrent()) return;
        this.#running = null;
        show();
        this.status = { status: "idle", isWhole: true };
      },
      (error: unknown) => {
        if (!isCurrent()) return;
        if (!(error instanceof ComputeError)) throw error;
        this.#running = null;
        show();
        this.status = error.isCancelled
          ? { status: "idle", isWhole: false }
          : { status: "failed", failure: error.failure };
      },
    );
  }

  #take(run: number, checkpoint: LeanCheckpoint, records: readonly TrainRecord[]): void {
    const whole = { ...checkpoint, records: records.filter(({ step }) => step <= checkpoint.step) };
    this.#checkpoints.set(run, whole);
    if (this.isKept && !this.#keep.keep(run, whole)) this.isKept = false;
  }

  #tell(progress: TrainProgress): void {
    const { status } = this;
    if (status.status !== "running" && status.status !== "paused" && status.status !== "stopping") return;
    const now = performance.now();
    this.#paces.push({ at: now, steps: progress.stepsDone });
    while (this.#paces.length > 2 && now - this.#paces[0]!.at > RATE_MILLIS) this.#paces.shift();
    const [first] = this.#paces;
    const millis = now - (first?.at ?? now);
    const rate = millis > 300 ? (1000 * (progress.stepsDone - first!.steps)) / millis : status.pace.rate;
    this.status = { ...status, pace: { ...progress, rate } };
  }
}

/** One seed a run is the training's business. */
function namedSpec({ name, spec }: TrainVariant): Experiment {
  return { ...spec, name, replicates: 1 };
}

function trainableOf(spec: Experiment): Trainable {
  const { train } = spec;
  if (!train)
    throw new SpecError([{ path: "train", message: "is missing: the experiment says nothing of training" }]);
  return { ...spec, train, replicates: 1 };
}

function limitProblem(variants: readonly TrainVariant[], seeds: readonly number[]): SpecProblem | null {
  const [{ spec }] = variants as readonly [TrainVariant];
  const { steps, recordEvery } = spec.train;
  if (seeds.at(-1)! > MAX_SEED)
    return { path: "seed", message: `leaves no room for ${seeds.length} seeds; write a smaller one` };
  const layers = spec.network.layers.length + (spec.network.output ? 1 : 0);
  const runs = variants.length * seeds.length;
  const most = Math.max(2, Math.floor(MAX_LAYER_RECORDS / (layers * runs)));
  if (Math.floor(steps / recordEvery) + 2 <= most) return null;
  return {
    path: "train.recordEvery",
    message: `makes more records than can be held; every ${Math.ceil(steps / (most - 2 || 1))} steps or more would be right`,
  };
}
