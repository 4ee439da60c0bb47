// A worker that conducts the others: the page gives it orders and draws what comes back, and never computes.
// It compiles the core once, and keeps a pool for each kind of work. A pool has one run at a time: a run keeps its
// state in the pool's workers, which are started when they are needed and ended when they are idle.
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { FOUNDING_CLAIMS } from "../../../core-as/claims/founding";
import { measureClaims } from "../../../core-as/claims/measure";
import { compareExperiments } from "../../../core-as/runtime/compare";
import { BUNDLED_DIGITS } from "../../../core-as/runtime/data";
import { withRemedies } from "../../../core-as/runtime/remedy";
import { execute, type ExecuteHost } from "../../../core-as/runtime/execute";
import { activationFunctions } from "../../../core-as/runtime/functions";
import { Pause } from "../../../core-as/runtime/train/options";
import { trainAll } from "../../../core-as/runtime/train/train";
import { failureOf, Pool } from "../../../core-as/runtime/pool";
import { MeasuringCore } from "../../../core-as/runtime/tally";
import { CORE_VERSION } from "../../../core-as/runtime/version";
import type { Experiment } from "../../../core-as/spec/experiment";
import type { TrainResult } from "../../../core-as/spec/training";
import { theoryOf } from "../../../core-as/theory/theory";
import { curvesOf, phiAt } from "./curves";
import { liveRun } from "./live";
import type { ComputeFailure, FromConductor, LiveStage, Order, SpecFiles, ToConductor } from "./messages";
import { ownScope } from "./scope";
import { sourceText } from "./sourceText";
import { tensorsFile } from "./tensorsFile";
import { TrialLane } from "./trialLane";
import { webWorkerPort } from "./webWorkerPort";

const scope = ownScope<ToConductor>();
const say = (message: FromConductor) => scope.postMessage(message);

/**
 * A run this young is let finish its first seed when the next comes: the picture moves while something is dragged, and
 * to end it would cost as much, since its workers must be made anew. One that has shown its first layers is long, and
 * ends sooner.
 */
const LET_FINISH_MILLIS = 500;
const LONG_LET_FINISH_MILLIS = 120;
const PROGRESS_MILLIS = 60;
/** Workers that a person waits for stay alive while one thinks. */
const FRONT_IDLE_MILLIS = 120_000;

/** What pools are for. */
const POOLS = [
  /** What a person waits for in the Lab. */
  "front",
  /** What may be thrown away at any time. */
  "back",
  /** Whole runs and trainings beside the Lab's. */
  "beside",
  /** The Train screen's. */
  "training",
  /** What follows a slider of a chapter. */
  "trial",
  /** Claims take long: nothing else waits behind them. */
  "claims",
] as const;
type PoolName = (typeof POOLS)[number];

type LiveOrder = Extract<Order, { kind: "live" }>;
type TrainOrder = Extract<Order, { kind: "train" }>;
type TrialOrder = Extract<Order, { kind: "trial" }>;
type OtherOrder = Exclude<Order, LiveOrder | TrainOrder | TrialOrder>;

interface Training {
  readonly id: number;
  readonly abort: AbortController;
  readonly stop: AbortController;
  readonly pause: Pause;
}

interface Live {
  readonly id: number;
  readonly abort: AbortController;
  readonly begun: number;
  /** From its beginning, while another waits for it. */
  patienceMillis: number;
}

class Conductor {
  readonly #module: WebAssembly.Module;
  readonly #coreSha256: string;
  readonly #core: MeasuringCore;
  #pools: Readonly<Record<PoolName, Pool>>;
  #trained: Training | null = null;
  /** The last of those that wait for a pool. */
  readonly #turns = new Map<PoolName, Promise<unknown>>();
  readonly #trials = new TrialLane({
    run: async (spec, signal) =>
      (await execute(spec, this.#host("trial", await this.#filesFor(spec, new Map())), { signal })).result,
    tell: (id, index, result) =>
      say({ type: "tried", id, index, result, curves: curvesOf(this.#core, result.layers) }),
    done: (id) => say({ type: "done", id, value: null }),
    fail: (id, thrown, signal) => this.#fail(id, thrown, signal),
  });
  readonly #memoryLimitBytes: number;
  readonly #others = new Map<number, AbortController>();
  #digits: Promise<Uint8Array> | null = null;
  #live: Live | null = null;
  #hurryTimer: ReturnType<typeof setTimeout> | undefined;
  #next: { readonly id: number; readonly order: LiveOrder } | null = null;

  constructor(core: Uint8Array<ArrayBuffer>, workers: number, memoryLimitBytes: number) {
    this.#module = new WebAssembly.Module(core);
    this.#coreSha256 = bytesToHex(sha256(core));
    this.#pools = this.#newPools(workers);
    this.#pools.front.warm(workers);
    this.#core = new MeasuringCore(this.#module);
    this.#memoryLimitBytes = memoryLimitBytes;
    say({ type: "ready", coreVersion: CORE_VERSION, coreSha256: this.#coreSha256 });
  }

  take(message: Exclude<ToConductor, { type: "start" }>): void {
    if (message.type === "cancel") this.#cancel(message.id);
    else if (message.type === "workers") this.#resize(message.workers);
    else if (message.type === "train") this.#guide(message.id, message.act);
    else if (message.order.kind === "live") this.#takeLive(message.id, message.order);
    else if (message.order.kind === "train") void this.#train(message.id, message.order);
    else if (message.order.kind === "trial") this.#trials.take(message.id, message.order.specs);
    else void this.#other(message.id, message.order);
  }

  #newPools(workers: number): Readonly<Record<PoolName, Pool>> {
    const pools = POOLS.map((name) => [
      name,
      this.#pool(workers, name === "front" ? FRONT_IDLE_MILLIS : undefined),
    ]);
    return Object.fromEntries(pools) as Record<PoolName, Pool>;
  }

  #pool(workers: number, idleMillis?: number): Pool {
    const script = new URL("./worker.js", import.meta.url);
    const spawn = () => webWorkerPort(script, this.#module);
    return new Pool(spawn, { workers, ...(idleMillis === undefined ? {} : { idleMillis }) });
  }

  #resize(workers: number): void {
    this.#live?.abort.abort();
    this.#trained?.abort.abort();
    for (const abort of this.#others.values()) abort.abort();
    this.#trials.cancelAll();
    for (const pool of Object.values(this.#pools)) pool.close();
    this.#pools = this.#newPools(workers);
  }

  #cancel(id: number): void {
    this.#others.get(id)?.abort();
    this.#trials.cancel(id);
    if (this.#next?.id === id) {
      this.#next = null;
      this.#fail(id, new DOMException("cancelled", "AbortError"));
    }
    if (this.#live?.id === id) this.#live.abort.abort();
    if (this.#trained?.id === id) this.#trained.abort.abort();
  }

  /** The newest wins. One that waits already is forgotten; one that runs and is young may finish its first seed. */
  #takeLive(id: number, order: LiveOrder): void {
    if (this.#next) this.#fail(this.#next.id, new DOMException("replaced", "AbortError"));
    this.#next = { id, order };
    const running = this.#live;
    if (!running) return void this.#startNext();
    this.#hurry(running);
  }

  /** Ends a run that another waits for: at once, or when it has had its time. */
  #hurry(running: Live): void {
    if (!this.#next || this.#live !== running) return;
    const left = running.begun + running.patienceMillis - performance.now();
    clearTimeout(this.#hurryTimer);
    if (left <= 0) running.abort.abort();
    else this.#hurryTimer = setTimeout(() => this.#hurry(running), left);
  }

  async #startNext(): Promise<void> {
    const next = this.#next;
    if (!next) return;
    this.#next = null;
    const { id, order } = next;
    const abort = new AbortController();
    const live: Live = { id, abort, begun: performance.now(), patienceMillis: LET_FINISH_MILLIS };
    this.#live = live;
    try {
      const files = await this.#filesFor(order.spec, order.files);
      await liveRun(
        order.spec,
        { front: this.#host("front", files), back: this.#host("back", files) },
        abort.signal,
        {
          stage: (stage) => {
            this.#part(id, stage);
            // What follows the first seed is thrown away at any time.
            live.patienceMillis = stage.stage === "layers" ? LONG_LET_FINISH_MILLIS : 0;
            this.#hurry(live);
          },
          progress: this.#teller(id),
          trial: (title, made) => say({ type: "trial", id, title, made }),
        },
      );
      say({ type: "done", id, value: null });
    } catch (thrown) {
      this.#fail(id, thrown, abort.signal);
    }
    this.#live = null;
    void this.#startNext();
  }

  #part(id: number, stage: LiveStage): void {
    const layers = stage.stage === "layers" ? stage.layers : stage.result.layers;
    say({ type: "part", id, part: { ...stage, curves: curvesOf(this.#core, layers) } });
  }

  /** The newest wins: the one before ends as cancelled. */
  async #train(id: number, { specs, files, seeds, resume }: TrainOrder): Promise<void> {
    this.#trained?.abort.abort();
    const training: Training = {
      id,
      abort: new AbortController(),
      stop: new AbortController(),
      pause: new Pause(),
    };
    this.#trained = training;
    const { signal } = training.abort;
    try {
      const all = await Promise.all(specs.map((spec, i) => this.#filesFor(spec, files[i] ?? new Map())));
      signal.throwIfAborted();
      let last = 0;
      await trainAll(specs, seeds, this.#host("training", new Map()), {
        signal,
        stopSignal: training.stop.signal,
        pause: training.pause,
        files: all,
        resume,
        onRecord: (record, { run }) => say({ type: "trainRecord", id, run, record }),
        onCheckpoint: ({ records: _, ...checkpoint }, { run }) =>
          say({ type: "trainCheckpoint", id, run, checkpoint }),
        onResult: ({ records: _, ...result }, { run }) => say({ type: "trainResult", id, run, result }),
        onProgress: (progress) => {
          const now = performance.now();
          if (now - last < PROGRESS_MILLIS && progress.runsDone < progress.runs) return;
          last = now;
          say({ type: "trainProgress", id, progress });
        },
      });
      say({ type: "done", id, value: null });
    } catch (thrown) {
      this.#fail(id, thrown, signal);
    }
    if (this.#trained === training) this.#trained = null;
  }

  #guide(id: number, act: "pause" | "resume" | "stop"): void {
    if (this.#trained?.id !== id) return;
    const { pause, stop } = this.#trained;
    if (act === "pause") pause.on();
    else if (act === "resume") pause.off();
    else stop.abort();
  }

  async #other(id: number, order: OtherOrder): Promise<void> {
    const abort = new AbortController();
    const { signal } = abort;
    this.#others.set(id, abort);
    try {
      const value = await this.#valueOf(id, order, signal);
      // What is as large as a file of tensors is handed over, not copied.
      const transfer = value instanceof Uint8Array ? [value.buffer as ArrayBuffer] : [];
      scope.postMessage({ type: "done", id, value } satisfies FromConductor, transfer);
    } catch (thrown) {
      this.#fail(id, thrown, signal);
    } finally {
      this.#others.delete(id);
    }
  }

  #valueOf(id: number, order: OtherOrder, signal: AbortSignal) {
    switch (order.kind) {
      case "curve":
        return phiAt(this.#core, order.activation, order.z);
      case "theory":
        return this.#core.scoped(() =>
          theoryOf(activationFunctions(this.#core, order.activation), order.options),
        );
      case "source":
        return this.#core.scoped(() => sourceText(this.#core, order));
      case "claims":
        return this.#inTurn("claims", signal, () => this.#judge(id, order, signal));
      default:
        return this.#inTurn("beside", signal, () => this.#work(id, order, signal));
    }
  }

  /** One after the other, in the order in which they came. One that is cancelled while it waits ends at once. */
  #inTurn<T>(pool: PoolName, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const done = (this.#turns.get(pool) ?? Promise.resolve()).then(() => {
      signal.throwIfAborted();
      return work();
    });
    this.#turns.set(
      pool,
      done.catch(() => {}),
    );
    const cancelled = new Promise<never>((_, reject) =>
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true }),
    );
    return Promise.race([done, cancelled]);
  }

  async #work(
    id: number,
    order: Extract<Order, { kind: "measure" | "compare" | "tensors" | "trainings" }>,
    signal: AbortSignal,
  ) {
    const onProgress = this.#teller(id);
    if (order.kind === "tensors") {
      const host = this.#host("beside", await this.#filesFor(order.spec, order.files));
      return tensorsFile(order, host, { signal, onProgress });
    }
    if (order.kind === "measure") {
      const host = this.#host("beside", await this.#filesFor(order.spec, order.files));
      const { result } = await execute(order.spec, host, { signal, onProgress });
      if (!order.remedies) return result;
      const onTrial = (title: string, made: number) => say({ type: "trial", id, title, made });
      return withRemedies(result, host, { signal, onTrial });
    }
    if (order.kind === "trainings") return this.#trainBeside(id, order.specs, signal);
    const runs = await Promise.all(
      order.runs.map(async (run) => ({ ...run, files: await this.#filesFor(run.spec, run.files) })),
    );
    return compareExperiments(runs, this.#host("beside", new Map()), {
      ...order.options,
      signal,
      onProgress,
      onRun: (index, result) => say({ type: "run", id, index, result }),
    });
  }

  /** Specs of one seed side by side, one seed after the other. */
  async #trainBeside(id: number, specs: readonly Experiment[], signal: AbortSignal) {
    const files = await Promise.all(specs.map((spec) => this.#filesFor(spec, new Map())));
    const seeds = new Set(specs.map(({ seed }) => seed));
    const results = new Array<TrainResult>(specs.length);
    const steps = specs.reduce((sum, { train }) => sum + (train?.steps ?? 0), 0);
    let [stepsBefore, runsBefore] = [0, 0];
    let last = 0;
    for (const seed of seeds) {
      const places = specs.flatMap((spec, place) => (spec.seed === seed ? [place] : []));
      const found = await trainAll(
        places.map((place) => specs[place]!),
        [seed],
        this.#host("beside", new Map()),
        {
          signal,
          files: places.map((place) => files[place]!),
          onRecord: (record, { run }) => say({ type: "trainRecord", id, run: places[run]!, record }),
          onProgress: ({ stepsDone, runsDone }) => {
            const now = performance.now();
            if (now - last < PROGRESS_MILLIS) return;
            last = now;
            const progress = {
              stepsDone: stepsBefore + stepsDone,
              steps,
              runsDone: runsBefore + runsDone,
              runs: specs.length,
            };
            say({ type: "trainProgress", id, progress });
          },
        },
      );
      places.forEach((place, i) => (results[place] = found[i]!));
      stepsBefore += places.reduce((sum, place) => sum + (specs[place]!.train?.steps ?? 0), 0);
      runsBefore += places.length;
    }
    return results;
  }

  async #judge(id: number, { chapter, seed }: Extract<Order, { kind: "claims" }>, signal: AbortSignal) {
    const claims = FOUNDING_CLAIMS.filter((claim) => claim.chapter === chapter);
    const host = this.#host("claims", new Map([[BUNDLED_DIGITS, await this.#digitsBytes()]]));
    let last = 0;
    return measureClaims(claims, host, {
      seed,
      signal,
      onClaim: (claim, index) => say({ type: "claim", id, index, claim }),
      onProgress: (progress) => {
        const now = performance.now();
        if (now - last < PROGRESS_MILLIS) return;
        last = now;
        say({ type: "claimsProgress", id, progress });
      },
    });
  }

  #host(pool: PoolName, files: SpecFiles): ExecuteHost {
    return {
      pool: this.#pools[pool],
      coreSha256: this.#coreSha256,
      files,
      memoryLimitBytes: this.#memoryLimitBytes,
      environment: { platform: navigator.platform, browser: browserName() },
    };
  }

  async #filesFor(spec: Experiment, files: SpecFiles): Promise<SpecFiles> {
    if (spec.data.source !== "digits") return files;
    return new Map([...files, [BUNDLED_DIGITS, await this.#digitsBytes()]]);
  }

  #digitsBytes(): Promise<Uint8Array> {
    return (this.#digits ??= fetched("./digits.csv.gz"));
  }

  #teller(id: number) {
    let last = 0;
    return (progress: Extract<FromConductor, { type: "progress" }>["progress"]) => {
      const now = performance.now();
      if (now - last < PROGRESS_MILLIS) return;
      last = now;
      say({ type: "progress", id, progress });
    };
  }

  #fail(id: number, thrown: unknown, signal?: AbortSignal): void {
    const isCancelled =
      signal?.aborted === true || (thrown instanceof DOMException && thrown.name === "AbortError");
    say({
      type: "failed",
      id,
      failure: isCancelled ? { code: "cancelled", message: "The run was cancelled" } : computeFailure(thrown),
    });
  }
}

function computeFailure(thrown: unknown): ComputeFailure {
  const { index } = thrown as { index?: unknown };
  if (typeof index === "number" && thrown instanceof Error)
    return { ...computeFailure(thrown.cause), run: index };
  const { stack: _stack, ...failure } = failureOf(thrown);
  return failure;
}

function browserName(): string {
  return /(?:Electron|Edg|Firefox|Chrome|Safari)\/[\d.]+/.exec(navigator.userAgent)?.[0] ?? "unknown";
}

async function fetched(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(new URL(path, import.meta.url));
  if (!response.ok)
    throw new Error(`${path} could not be loaded (${response.status}); install the app again`);
  return new Uint8Array(await response.arrayBuffer());
}

// Fetched before the first message comes: nothing of the page is needed for it.
const core = fetched("./core.wasm");
const early: Exclude<ToConductor, { type: "start" }>[] = [];
scope.onmessage = ({ data }) => {
  if (data.type !== "start") return void early.push(data);
  const { workers, memoryLimitBytes } = data;
  core.then(
    (bytes) => {
      const conductor = new Conductor(bytes, workers, memoryLimitBytes);
      scope.onmessage = (event) => conductor.take(event.data as Exclude<ToConductor, { type: "start" }>);
      for (const message of early) conductor.take(message);
    },
    (error: unknown) =>
      say({ type: "broken", reason: error instanceof Error ? error.message : String(error) }),
  );
};
