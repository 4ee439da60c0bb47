// Training over the pool: several specs and seeds side by side. Each run lives in one worker and moves on in short
// slices, so that runs that share a worker grow together, a pause is heard, and a worker that ends costs what came
// since its last checkpoint. The order of work changes no bit of a result.
import { diagnoseTraining } from "../../diagnosis/training";
import type { Experiment } from "../../spec/experiment";
import type { TrainCheckpoint, TrainOutcome, TrainRecord, TrainResult, TrainRun } from "../../spec/training";
import { TRAINING_FORMAT } from "../../spec/training";
import { digestOfValue, sha256Hex } from "../digest";
import { ExperimentError, RunError } from "../errors";
import type { ExecuteHost } from "../execute";
import { Follower } from "../follower";
import { layerWeights } from "../layerWeights";
import type { SentWeights } from "../network";
import { planRun } from "../plan";
import { WorkerDied } from "../port";
import type { FileBytes, Tasks } from "../tasks";
import { CORE_VERSION } from "../version";
import { checkShares, refuseTooManyRecords, type Trainable } from "./limits";
import { openAtOnce, trainingBytes } from "./estimate";
import type { TrainAllOptions, TrainOptions } from "./options";
import { parameterCount } from "./parameters";
import type { AdvanceAnswer } from "./room";
import type { Shares } from "./share";

/** How long a run moves on before its worker turns to the next. */
const SLICE_MILLIS = 120;
/** Least time between two checkpoints of a run, but for those that are asked for. */
const CHECKPOINT_MILLIS = 2000;
/** A worker may end so often without a step in between. */
const MOST_DEATHS = 2;

/** Ids need only differ within the life of a pool's workers. */
let nextId = 1;

/** One run with the spec's own seed. Rejects as trainAll does, but with the error itself. */
export async function train(
  spec: Experiment,
  host: ExecuteHost,
  options: TrainOptions = {},
): Promise<TrainResult> {
  const { resume, onRecord, onCheckpoint, ...others } = options;
  try {
    const [result] = await trainAll([spec], [spec.seed], host, {
      ...others,
      ...(resume ? { resume: new Map([[0, resume]]) } : {}),
      ...(onRecord ? { onRecord: (record) => onRecord(record) } : {}),
      ...(onCheckpoint ? { onCheckpoint: (checkpoint) => onCheckpoint(checkpoint) } : {}),
    });
    return result!;
  } catch (thrown) {
    throw thrown instanceof ExperimentError ? thrown.cause : thrown;
  }
}

/**
 * Every spec with every seed, spec by spec: run = spec index · seeds + seed index. Runs of one seed see the same draws.
 * Rejects with the signal's reason, or an ExperimentError whose `index` is the spec's.
 */
export async function trainAll(
  specs: readonly Experiment[],
  seeds: readonly number[],
  host: ExecuteHost,
  options: TrainAllOptions = {},
): Promise<TrainResult[]> {
  return new Trainings(specs, seeds, host, options).run();
}

/** What a checkpoint belongs to. */
export function identityOf(spec: Experiment, seed: number): string {
  const { name: _, replicates: __, ...same } = spec;
  return sha256Hex(new TextEncoder().encode(JSON.stringify([CORE_VERSION, { ...same, seed }])));
}

interface Job extends TrainRun {
  readonly trainable: Trainable;
  readonly identity: string;
  readonly id: number;
  readonly files: FileBytes;
  readonly records: TrainRecord[];
  readonly millis: Record<string, number>;
  step: number;
  checkpoint: TrainCheckpoint | null;
  checkpointAt: number;
  isDone: boolean;
}

class Trainings {
  readonly #jobs: Job[];
  readonly #host: ExecuteHost;
  readonly #options: TrainAllOptions;
  readonly #all: Follower;
  readonly #shares = new Map<string, Promise<Shares>>();
  /** Runs open now, by seat of the pool. */
  readonly #seats: number[];

  constructor(
    specs: readonly Experiment[],
    seeds: readonly number[],
    host: ExecuteHost,
    options: TrainAllOptions,
  ) {
    this.#host = host;
    this.#options = options;
    this.#all = new Follower(options.signal);
    this.#seats = new Array<number>(host.pool.workers).fill(0);
    refuseTooManyRecords(specs, seeds.length);
    this.#jobs = specs.flatMap((spec, s) =>
      seeds.map((seed, i) => this.#job({ run: s * seeds.length + i, spec: s, seed }, spec)),
    );
  }

  async run(): Promise<TrainResult[]> {
    try {
      const results: TrainResult[] = [];
      const most = await this.#openAtOnce();
      let next = 0;
      const worker = async () => {
        while (next < this.#jobs.length) {
          const job = this.#jobs[next++]!;
          results[job.run] = await this.#named(job, () => this.#train(job));
        }
      };
      await this.#together(Array.from({ length: Math.min(most, this.#jobs.length) }, worker));
      return results;
    } finally {
      this.#all.release();
    }
  }

  #job(which: TrainRun, spec: Experiment): Job {
    if (!spec.train)
      throw new ExperimentError(
        which.spec,
        new RunError("train", 'is missing; a part "train" with optimizer and steps would be right'),
      );
    const trainable = { ...spec, seed: which.seed, train: spec.train };
    const identity = identityOf(spec, which.seed);
    const checkpoint = this.#options.resume?.get(which.run) ?? null;
    if (checkpoint && checkpoint.identity !== identity)
      throw new ExperimentError(
        which.spec,
        new RunError(
          "checkpoint",
          "belongs to another spec, seed or version; that of this run would be right",
        ),
      );
    return {
      ...which,
      trainable,
      identity,
      id: nextId++,
      files: new Map([...this.#host.files, ...(this.#options.files?.[which.spec] ?? [])]),
      records: checkpoint ? [...checkpoint.records] : [],
      millis: { totalMillis: 0, stepMillis: 0, recordMillis: 0 },
      step: checkpoint?.step ?? 0,
      checkpoint,
      checkpointAt: performance.now(),
      isDone: false,
    };
  }

  /** An error says of which spec it is; a cancelled run stays so. */
  async #named<T>(job: Job, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      if (this.#all.signal.aborted || thrown instanceof ExperimentError) throw thrown;
      throw new ExperimentError(job.spec, thrown);
    }
  }

  /** Waits for all. The first error ends the others at once, and is thrown when they have ended. */
  async #together(running: readonly Promise<void>[]): Promise<void> {
    try {
      await Promise.all(running);
    } catch (thrown) {
      this.#all.abort(thrown);
      await Promise.allSettled(running);
      throw thrown;
    }
  }

  /** Refuses what cannot be run, before the first step of any. */
  async #openAtOnce(): Promise<number> {
    let most = Infinity;
    let shared = 0;
    const counted = new Set<Shares>();
    let largest = 0;
    for (const job of this.#jobs)
      await this.#named(job, async () => {
        const shares = await this.#sharesOf(job);
        checkShares(job.trainable, shares);
        if (!counted.has(shares)) shared += bytesOf(shares);
        counted.add(shares);
        largest = Math.max(largest, trainingBytes(planOf(job, shares), job.trainable.train, shares));
        most = openAtOnce(largest, shared, this.#host.memoryLimitBytes);
      });
    return most;
  }

  /** Drawn or read once for all runs of the same data and seed. */
  #sharesOf({ trainable, files, spec: index }: Job): Promise<Shares> {
    const { data, seed } = trainable;
    const { validationShare, loss } = trainable.train;
    // A path alone does not say which bytes are meant: those of each spec are its own, unless it has their hash.
    const isOpen = data.source === "file" && data.sha256 === undefined;
    const key = JSON.stringify([data, seed, validationShare, loss, isOpen ? index : null]);
    const known = this.#shares.get(key);
    if (known) return known;
    const payload: Tasks["shares"][0] = { data, seed, files, validationShare, loss };
    const shares = this.#host.pool.run<Shares>({ kind: "shares", payload }, this.#all.signal);
    this.#shares.set(key, shares);
    return shares;
  }

  async #train(job: Job): Promise<TrainResult> {
    const started = performance.now();
    const shares = await this.#sharesOf(job);
    const seat = this.#seats.indexOf(Math.min(...this.#seats));
    this.#seats[seat]!++;
    try {
      const outcome = await this.#follow(job, seat, shares);
      job.millis["totalMillis"] = performance.now() - started;
      job.isDone = true;
      this.#progress();
      const result = this.#result(job, shares, outcome);
      this.#options.onResult?.(result, runOf(job));
      return result;
    } finally {
      this.#seats[seat]!--;
    }
  }

  async #follow(job: Job, seat: number, shares: Shares): Promise<TrainOutcome> {
    const { pause, stopSignal } = this.#options;
    let isOpen = false;
    let deaths = 0;
    for (;;) {
      try {
        if (!isOpen) await this.#open(job, seat, shares);
        isOpen = true;
        const isStopped = stopSignal?.aborted === true;
        const isPaused = !isStopped && pause?.isOn === true;
        const millis = isStopped || isPaused ? 0 : (this.#options.sliceMillis ?? SLICE_MILLIS);
        const answer = await this.#advance(job, seat, millis);
        if (answer.state === "lost") {
          isOpen = false;
          continue;
        }
        if (millis > 0) deaths = 0;
        if (answer.state !== "running" || isStopped) {
          await this.#ask("trainClose", { id: job.id }, seat);
          return answer.state === "running" ? "stopped" : answer.state;
        }
        if (isPaused) await this.#released();
      } catch (thrown) {
        if (!(thrown instanceof WorkerDied) || this.#all.signal.aborted || ++deaths > MOST_DEATHS)
          throw thrown;
        isOpen = false;
      }
    }
  }

  async #open(job: Job, seat: number, shares: Shares): Promise<void> {
    const { checkpoint, trainable } = job;
    const { layers } = planOf(job, shares);
    const sent = checkpoint
      ? []
      : layers.map((layer): SentWeights =>
          layer.weights.scheme === "file" ? layerWeights(layer, job.files) : null,
        );
    job.step = checkpoint?.step ?? 0;
    const from = checkpoint && { step: checkpoint.step, state: checkpoint.state };
    await this.#ask("trainOpen", { id: job.id, spec: trainable, shares, sent, checkpoint: from }, seat);
  }

  async #advance(job: Job, seat: number, millis: number): Promise<AdvanceAnswer> {
    const checkpoint = millis === 0 || performance.now() - job.checkpointAt > CHECKPOINT_MILLIS;
    const answer = await this.#ask("trainAdvance", { id: job.id, millis, checkpoint }, seat, (record) =>
      this.#take(job, record as TrainRecord),
    );
    if (answer.state === "lost") return answer;
    job.step = answer.step;
    job.millis["stepMillis"]! += answer.stepMillis;
    job.millis["recordMillis"]! += answer.recordMillis;
    if (answer.checkpoint) this.#keep(job, answer.checkpoint);
    else if (answer.state !== "running" && this.#options.onCheckpoint) await this.#advance(job, seat, 0);
    this.#progress();
    return answer;
  }

  /** After an accident some records come a second time. */
  #take(job: Job, record: TrainRecord): void {
    const last = job.records.at(-1);
    if (last && record.step <= last.step) return;
    job.records.push(record);
    this.#options.onRecord?.(record, runOf(job));
  }

  #keep(job: Job, state: Uint8Array<ArrayBuffer>): void {
    job.checkpointAt = performance.now();
    job.checkpoint = { identity: job.identity, step: job.step, state, records: [...job.records] };
    this.#options.onCheckpoint?.(job.checkpoint, runOf(job));
  }

  /** Waits until the pause is over, or everything is. */
  #released(): Promise<void> {
    const { pause, stopSignal } = this.#options;
    const { signal } = this.#all;
    return new Promise((resolve, reject) => {
      const end = () => {
        signal.removeEventListener("abort", fail);
        stopSignal?.removeEventListener("abort", end);
        resolve();
      };
      const fail = () => reject(signal.reason instanceof Error ? signal.reason : new Error("cancelled"));
      if (signal.aborted) return fail();
      if (stopSignal?.aborted) return end();
      signal.addEventListener("abort", fail, { once: true });
      stopSignal?.addEventListener("abort", end, { once: true });
      void pause!.passed().then(end);
    });
  }

  #progress(): void {
    this.#options.onProgress?.({
      stepsDone: this.#jobs.reduce(
        (sum, job) => sum + (job.isDone ? job.trainable.train.steps : job.step),
        0,
      ),
      steps: this.#jobs.reduce((sum, job) => sum + job.trainable.train.steps, 0),
      runsDone: this.#jobs.filter((job) => job.isDone).length,
      runs: this.#jobs.length,
    });
  }

  #ask<N extends "trainOpen" | "trainAdvance" | "trainClose">(
    kind: N,
    payload: Tasks[N][0],
    slot: number,
    onPart?: (value: unknown) => void,
  ): Promise<Tasks[N][1]> {
    const task = { kind, payload, slot, ...(onPart ? { onPart } : {}) };
    return this.#host.pool.run<Tasks[N][1]>(task, this.#all.signal);
  }

  #result(job: Job, shares: Shares, outcome: TrainOutcome): TrainResult {
    const { trainable, records, step, seed } = job;
    const { training, validation, features, classes, constantLoss } = shares;
    return {
      format: TRAINING_FORMAT,
      spec: trainable,
      seed,
      core: { version: CORE_VERSION, sha256: this.#host.coreSha256 },
      digest: digestOfValue(records),
      outcome,
      steps: step,
      trainingSamples: training.samples,
      validationSamples: validation?.samples ?? 0,
      features,
      classes,
      stepsPerEpoch: Math.floor(training.samples / trainable.train.batchSize),
      parameters: parameterCount(planOf(job, shares).layers),
      constantLoss,
      records,
      findings: diagnoseTraining({ outcome, steps: step, constantLoss, records }),
      timing: { ...job.millis, workers: this.#host.pool.workers },
      environment: this.#host.environment,
    };
  }
}

function runOf({ run, spec, seed }: Job): TrainRun {
  return { run, spec, seed };
}

function planOf({ trainable, seed }: Job, { training, features }: Shares) {
  return planRun(trainable, training.samples, features, seed, false);
}

function bytesOf({ training, validation }: Shares): number {
  const of = (part: Shares["training"] | null) =>
    part ? part.inputs.byteLength + part.labels.byteLength : 0;
  return of(training) + of(validation);
}
