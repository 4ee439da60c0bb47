// The page's end of the conductor: orders out, results in. Computes nothing itself. A conductor that has ended fails
// the orders that it had; the next order is another one's.
import type { CodeFramework, CodeSource } from "../../../core-as/code/source";
import type { ClaimChapter, MeasuredClaim } from "../../../core-as/claims/claim";
import type { ClaimsProgress } from "../../../core-as/claims/measure";
import type { TrainProgress } from "../../../core-as/runtime/train/options";
import type { Progress } from "../../../core-as/runtime/progress";
import type { Comparison } from "../../../core-as/spec/comparison";
import type { ActivationSpec, Experiment } from "../../../core-as/spec/experiment";
import type { RunResult } from "../../../core-as/spec/result";
import type { TrainCheckpoint, TrainRecord, TrainResult } from "../../../core-as/spec/training";
import type { Theory, TheoryOptions } from "../../../core-as/theory/theory";
import type {
  ComputeFailure,
  Curve,
  FromConductor,
  LeanCheckpoint,
  LeanTrainResult,
  LivePart,
  NamedSpec,
  Order,
  SpecFiles,
  TensorFormat,
  ToConductor,
} from "./messages";

/** What an order rejects with. `code` "cancelled" is no error. */
export class ComputeError extends Error {
  override readonly name = "ComputeError";
  constructor(readonly failure: ComputeFailure) {
    super(failure.message);
  }

  get isCancelled(): boolean {
    return this.failure.code === "cancelled";
  }
}

export interface Listener {
  readonly onProgress?: (progress: Progress) => void;
  readonly onPart?: (part: LivePart) => void;
  readonly onTrial?: (title: string, made: number) => void;
  readonly onRun?: (index: number, result: RunResult) => void;
  readonly onTried?: (index: number, result: RunResult, curves: ReadonlyMap<string, Curve>) => void;
  /** Claims come in their order. */
  readonly onClaim?: (claim: MeasuredClaim, index: number) => void;
  readonly onClaimsProgress?: (progress: ClaimsProgress) => void;
}

/** Runs count spec by spec, seed by seed. */
export interface TrainListener {
  readonly onRecord: (run: number, record: TrainRecord) => void;
  readonly onCheckpoint: (run: number, checkpoint: LeanCheckpoint) => void;
  readonly onResult: (run: number, result: LeanTrainResult) => void;
  readonly onTrainProgress: (progress: TrainProgress) => void;
}

export interface TrainingToRun {
  readonly specs: readonly Experiment[];
  /** By spec. */
  readonly files: readonly SpecFiles[];
  readonly seeds: readonly number[];
  /** By run: where to go on. */
  readonly resume: ReadonlyMap<number, TrainCheckpoint>;
}

/** A training under way. Paused or stopped runs tell a checkpoint; stopped ones a result too. */
export interface TrainingUnderWay {
  /** Resolves when every run has told its result. */
  readonly done: Promise<void>;
  pause(): void;
  resume(): void;
  stop(): void;
  /** At once, without results. */
  cancel(): void;
}

export interface CompareChoice {
  readonly paired: boolean;
  readonly seed?: number;
  readonly seeds?: number;
}

interface Waiting extends Listener, Partial<TrainListener> {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: ComputeError) => void;
}

/** Share of the device's memory that a run may take; browsers tell at most 8 GiB of it. */
const MEMORY_SHARE = 0.75;
const MAX_WORKERS = 64;

export class Compute {
  /** Worker threads that a run is shared between. */
  workers: number;
  /** Resolves with the core's version once the core is compiled. */
  readonly ready: Promise<{ readonly coreVersion: string; readonly coreSha256: string }>;
  #conductor: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #broken: ComputeFailure | null = null;
  #isClosed = false;
  #tellReady: (core: { coreVersion: string; coreSha256: string }) => void = () => {};
  #nextId = 1;

  /** `workers` null: as many as the machine runs side by side. */
  constructor(workers: number | null) {
    this.workers = workersFor(workers);
    this.ready = new Promise((resolve) => (this.#tellReady = resolve));
    this.#conductor = this.#started();
  }

  /** Replaces the live run before it; resolves when the last stage has come. */
  live(spec: Experiment, files: SpecFiles, listener: Listener): { done: Promise<void>; cancel: () => void } {
    const { id, value } = this.#order({ kind: "live", spec, files }, listener);
    return { done: value as Promise<void>, cancel: () => this.#post({ type: "cancel", id }) };
  }

  /** One whole run of all seeds, without remedies: what its digest is of. */
  measure(
    spec: Experiment,
    files: SpecFiles,
    signal: AbortSignal,
    onProgress: (progress: Progress) => void = () => {},
  ): Promise<RunResult> {
    return this.#measured(spec, files, false, signal, { onProgress });
  }

  /** The same, and the remedies of what is found: as the command line prints a run. */
  remedied(
    spec: Experiment,
    files: SpecFiles,
    signal: AbortSignal,
    listener: Pick<Listener, "onProgress" | "onTrial"> = {},
  ): Promise<RunResult> {
    return this.#measured(spec, files, true, signal, listener);
  }

  #measured(
    spec: Experiment,
    files: SpecFiles,
    remedies: boolean,
    signal: AbortSignal,
    listener: Listener,
  ): Promise<RunResult> {
    return this.#until(signal, { kind: "measure", spec, files, remedies }, listener) as Promise<RunResult>;
  }

  /** The bytes of a file with every tensor of the first seed's run. */
  tensors(
    spec: Experiment,
    files: SpecFiles,
    format: TensorFormat,
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<Uint8Array> {
    return this.#until(
      signal,
      { kind: "tensors", spec, files, format },
      { onProgress },
    ) as Promise<Uint8Array>;
  }

  /** The network and its initialisation, for this framework. */
  source(spec: Experiment, files: SpecFiles, framework: CodeFramework): Promise<CodeSource> {
    return this.#order({ kind: "source", spec, files, framework }, {}).value as Promise<CodeSource>;
  }

  compare(
    runs: readonly NamedSpec[],
    options: CompareChoice,
    signal: AbortSignal,
    listener: Pick<Listener, "onProgress" | "onRun">,
  ): Promise<Comparison> {
    return this.#until(signal, { kind: "compare", runs, options }, listener) as Promise<Comparison>;
  }

  /** Replaces the training before it. */
  train(training: TrainingToRun, listener: TrainListener): TrainingUnderWay {
    const { id, value } = this.#order({ kind: "train", ...training }, listener);
    const guide = (act: "pause" | "resume" | "stop") => () => this.#post({ type: "train", id, act });
    return {
      done: value as Promise<void>,
      pause: guide("pause"),
      resume: guide("resume"),
      stop: guide("stop"),
      cancel: () => this.#post({ type: "cancel", id }),
    };
  }

  /** Replaces the trial before it; resolves when all its specs have been told. */
  trial(
    specs: readonly Experiment[],
    signal: AbortSignal,
    onTried: NonNullable<Listener["onTried"]>,
  ): Promise<void> {
    return this.#until(signal, { kind: "trial", specs }, { onTried }) as Promise<void>;
  }

  /** Whole trainings, each with its spec's own seed, beside the one of the Train screen. */
  trainings(
    specs: readonly Experiment[],
    signal: AbortSignal,
    listener: Partial<Pick<TrainListener, "onRecord" | "onTrainProgress">> = {},
  ): Promise<readonly TrainResult[]> {
    return this.#until(signal, { kind: "trainings", specs }, listener) as Promise<readonly TrainResult[]>;
  }

  /** Each claim of the chapter as soon as it is judged. */
  claims(
    chapter: ClaimChapter,
    seed: number,
    signal: AbortSignal,
    listener: Pick<Listener, "onClaim" | "onClaimsProgress">,
  ): Promise<readonly MeasuredClaim[]> {
    return this.#until(signal, { kind: "claims", chapter, seed }, listener) as Promise<
      readonly MeasuredClaim[]
    >;
  }

  theory(activation: ActivationSpec, options: TheoryOptions): Promise<Theory> {
    return this.#order({ kind: "theory", activation, options }, {}).value as Promise<Theory>;
  }

  /** phi(z) by the core. */
  curve(activation: ActivationSpec, z: Float64Array): Promise<Float64Array> {
    return this.#order({ kind: "curve", activation, z }, {}).value as Promise<Float64Array>;
  }

  /** Null: as many as the machine runs side by side. What is under way ends as cancelled where the number changes. */
  useWorkers(wanted: number | null): void {
    const workers = workersFor(wanted);
    if (workers === this.workers) return;
    this.workers = workers;
    this.#post({ type: "workers", workers });
  }

  close(): void {
    this.#isClosed = true;
    this.#break("it was closed");
  }

  #started(): Worker {
    const conductor = new Worker(new URL("./conductor.js", import.meta.url), { type: "module" });
    conductor.onmessage = ({ data }: MessageEvent<FromConductor>) => {
      if (data.type === "ready") this.#tellReady(data);
      else this.#receive(data);
    };
    conductor.onerror = (event) => this.#break(event.message || "its script could not be loaded");
    const gibibytes = (navigator as { deviceMemory?: number }).deviceMemory ?? 4;
    conductor.postMessage({
      type: "start",
      workers: this.workers,
      memoryLimitBytes: gibibytes * 2 ** 30 * MEMORY_SHARE,
    } satisfies ToConductor);
    return conductor;
  }

  #until(signal: AbortSignal, order: Order, listener: Listener | Partial<TrainListener>): Promise<unknown> {
    const { id, value } = this.#order(order, listener);
    const cancel = () => this.#post({ type: "cancel", id });
    if (signal.aborted) cancel();
    else signal.addEventListener("abort", cancel, { once: true });
    return value.finally(() => signal.removeEventListener("abort", cancel));
  }

  #order(order: Order, listener: Listener | Partial<TrainListener>): { id: number; value: Promise<unknown> } {
    const id = this.#nextId++;
    const value = new Promise<unknown>((resolve, reject) => {
      if (this.#broken && this.#isClosed) return reject(new ComputeError(this.#broken));
      if (this.#broken) this.#conductor = this.#started();
      this.#broken = null;
      this.#waiting.set(id, { ...listener, resolve, reject });
      this.#post({ type: "order", id, order });
    });
    return { id, value };
  }

  #post(message: ToConductor): void {
    this.#conductor.postMessage(message);
  }

  #receive(message: Exclude<FromConductor, { type: "ready" }>): void {
    if (message.type === "broken") return this.#break(message.reason);
    const waiting = this.#waiting.get(message.id);
    if (!waiting) return;
    switch (message.type) {
      case "part":
        return waiting.onPart?.(message.part);
      case "run":
        return waiting.onRun?.(message.index, message.result);
      case "tried":
        return waiting.onTried?.(message.index, message.result, message.curves);
      case "claim":
        return waiting.onClaim?.(message.claim, message.index);
      case "claimsProgress":
        return waiting.onClaimsProgress?.(message.progress);
      case "progress":
        return waiting.onProgress?.(message.progress);
      case "trial":
        return waiting.onTrial?.(message.title, message.made);
      case "trainRecord":
        return waiting.onRecord?.(message.run, message.record);
      case "trainCheckpoint":
        return waiting.onCheckpoint?.(message.run, message.checkpoint);
      case "trainResult":
        return waiting.onResult?.(message.run, message.result);
      case "trainProgress":
        return waiting.onTrainProgress?.(message.progress);
      case "done":
        this.#waiting.delete(message.id);
        return waiting.resolve(message.value);
      case "failed":
        this.#waiting.delete(message.id);
        return waiting.reject(new ComputeError(message.failure));
    }
  }

  #break(reason: string): void {
    this.#broken = { code: "broken", message: `The computing worker has ended: ${reason}` };
    for (const { reject } of this.#waiting.values()) reject(new ComputeError(this.#broken));
    this.#waiting.clear();
    // With the workers that it has started.
    this.#conductor.terminate();
  }
}

function workersFor(wanted: number | null): number {
  return Math.min(wanted ?? navigator.hardwareConcurrency ?? 2, MAX_WORKERS);
}
