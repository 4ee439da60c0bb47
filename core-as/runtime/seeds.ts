// The seeds of one experiment, side by side: each in a lane of its own where there are several, else over the
// whole pool. What a seed measures does not depend on which of the two it was.
import { knownShape } from "../spec/dimensions";
import type { Experiment } from "../spec/experiment";
import type { ExecuteHost, ExecuteOptions } from "./execute";
import { fitsMemory, lanesThatFit, refuseTooLarge } from "./estimate";
import { Follower } from "./follower";
import { Lane } from "./lane";
import type { OnceResult } from "./once";
import { prepareData, runOnce } from "./once";
import { planRun } from "./plan";
import type { TaskRunner } from "./pool";
import { WorkerDied } from "./port";
import { ProgressCounter } from "./progress";
import type { PreparedData } from "./tasks";

/** Results in the order of the seeds: spec.seed, spec.seed + 1, ... Rejects as `execute` does. */
export function runSeeds(
  spec: Experiment,
  host: ExecuteHost,
  options: ExecuteOptions,
): Promise<readonly OnceResult[]> {
  return new Seeds(spec, host, options).run();
}

/** Refuses an experiment that cannot fit, before any data is drawn, where its size is known beforehand. */
export function refuseBeforeRun(spec: Experiment, host: ExecuteHost, keepTensors = false): void {
  const shape = knownShape(spec.data);
  if (shape) shareOut(spec, shape, host, keepTensors);
}

interface Shares {
  /** Runs side by side; 1: one after another over the whole pool. */
  readonly lanes: number;
  /** The last seeds, too few to fill the lanes again, that go over the whole pool one by one. */
  readonly last: number;
}

/** Throws a TooLargeError where not even one run over the whole pool fits. */
function shareOut(
  spec: Experiment,
  { samples, features }: { readonly samples: number; readonly features: number },
  { pool, memoryLimitBytes }: ExecuteHost,
  keepTensors: boolean,
): Shares {
  const first = planRun(spec, samples, features, spec.seed, keepTensors);
  const others = planRun(spec, samples, features, spec.seed, false);
  const most = Math.min(pool.workers, spec.replicates);
  const lanes = most < 2 ? 1 : lanesThatFit(first, others, most, memoryLimitBytes);
  if (lanes < 2) {
    refuseTooLarge(first, pool.workers, memoryLimitBytes);
    return { lanes: 1, last: 0 };
  }
  // Where they would leave half of the workers or more without work.
  const left = spec.replicates % lanes;
  const together = 2 * left <= lanes && fitsMemory(others, pool.workers, memoryLimitBytes);
  return { lanes, last: together ? left : 0 };
}

class Seeds {
  readonly #spec: Experiment;
  readonly #host: ExecuteHost;
  readonly #keepTensors: boolean;
  readonly #progress: ProgressCounter;
  /** Ends every lane: with the caller's signal, or at the first error of one. */
  readonly #all: Follower;
  readonly #results: OnceResult[] = [];
  /** Drawn or read ahead where its size was not known before; the first seed's run takes it. */
  #firstData: PreparedData | null = null;

  constructor(spec: Experiment, host: ExecuteHost, options: ExecuteOptions) {
    this.#spec = spec;
    this.#host = host;
    this.#keepTensors = options.keepTensors === true;
    this.#progress = new ProgressCounter(options.onProgress, spec.replicates);
    this.#all = new Follower(options.signal);
  }

  async run(): Promise<readonly OnceResult[]> {
    try {
      const shape = knownShape(this.#spec.data) ?? (this.#firstData = await this.#dataAhead());
      const { lanes, last } = shareOut(this.#spec, shape, this.#host, this.#keepTensors);
      const { pool } = this.#host;
      const end = this.#spec.replicates - last;
      if (lanes === 1) await this.#oneByOne(pool, 0, end, 1);
      else {
        const running = Array.from({ length: lanes }, (_, k) =>
          this.#oneByOne(new Lane(pool, k), k, end, lanes),
        );
        await this.#together(running);
        await this.#oneByOne(pool, end, this.#spec.replicates, 1);
      }
      return withTheoryOfFirst(this.#results);
    } finally {
      this.#all.release();
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

  async #oneByOne(runner: TaskRunner, from: number, end: number, step: number): Promise<void> {
    for (let r = from; r < end; r += step)
      this.#results[r] = await this.#againOnce((signal) => this.#seed(r, runner, signal));
  }

  async #seed(r: number, runner: TaskRunner, signal: AbortSignal): Promise<OnceResult> {
    const spec = this.#spec;
    const { files, memoryLimitBytes } = this.#host;
    const seed = spec.seed + r;
    const data =
      (r === 0 && this.#firstData) || (await prepareData(spec, seed, r === 0, runner, files, signal));
    const layers = spec.network.layers.length + (spec.network.output ? 1 : 0);
    const progress = this.#progress.begin(r, data.samples, layers);
    const result = await runOnce(spec, seed, data, {
      pool: runner,
      files,
      memoryLimitBytes,
      keepTensors: r === 0 && this.#keepTensors,
      signal,
      progress,
    });
    if (r === 0) this.#firstData = null;
    progress.finished();
    return result;
  }

  #dataAhead(): Promise<PreparedData> {
    const { pool, files } = this.#host;
    return prepareData(this.#spec, this.#spec.seed, true, pool, files, this.#all.signal);
  }

  /**
   * A worker that ends in mid-run takes the state of its slabs along: the run is made once more. What the run
   * that failed had left in the pool ends with it, or it would be worked off first, for nobody.
   */
  async #againOnce<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await this.#attempt(work);
    } catch (thrown) {
      if (!(thrown instanceof WorkerDied) || this.#all.signal.aborted) throw thrown;
      return this.#attempt(work);
    }
  }

  async #attempt<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const attempt = new Follower(this.#all.signal);
    try {
      return await work(attempt.signal);
    } catch (thrown) {
      attempt.abort(thrown);
      throw thrown;
    } finally {
      attempt.release();
    }
  }
}

/** Theory is asked once: it looks at the spec, and at inputs that differ from seed to seed by chance alone. */
function withTheoryOfFirst(results: readonly OnceResult[]): OnceResult[] {
  const [first] = results;
  return results.map((result) => ({
    ...result,
    layers: result.layers.map((layer, i) => {
      const { theory, theoryAbsent } = first!.layers[i]!;
      return { ...layer, theory, ...(theoryAbsent === undefined ? {} : { theoryAbsent }) };
    }),
  }));
}
