// Reports built in a thread of their own, so that whoever serves a window is never held up by one: started with the
// first, ended when none has been asked for in a while. One report at a time. A report that crashes its thread, hangs
// or takes all its memory costs itself and no other.
import { Worker } from "node:worker_threads";
import { HostError } from "../contract/hostError";
import type { FigureRequest } from "../contract/report";
import type { Reports, WrittenReport } from "../report/reports";
import type { ReportAnswer, ReportNews, ReportTask } from "../report/task";
import { codeOf } from "./disk";
import { Queue } from "./turns";

export interface ReportThreadOptions {
  /** A report that takes longer hangs. */
  readonly limitMillis?: number;
  readonly idleMillis?: number;
  /** MiB of the thread's heap: less than what would take the whole process along. */
  readonly heapMiB?: number;
}

/** Eight runs of the largest results are read in a minute. */
const LIMIT_MILLIS = 5 * 60_000;
const IDLE_MILLIS = 60_000;
const HEAP_MIB = 3072;

interface Waiting {
  readonly resolve: (answer: ReportAnswer) => void;
  readonly reject: (error: Error) => void;
  readonly tell: ((fraction: number) => void) | undefined;
}

export class ReportThread implements Reports {
  readonly #turns = new Queue();
  readonly #closing = new AbortController();
  readonly #limitMillis: number;
  readonly #idleMillis: number;
  readonly #heapMiB: number;
  #worker: Worker | null = null;
  /** Who waits for the thread's next answer. */
  #asked: Waiting | null = null;
  #idle: NodeJS.Timeout | undefined;

  /** `script`: worker.ts as it was built. */
  constructor(
    private readonly script: URL,
    { limitMillis = LIMIT_MILLIS, idleMillis = IDLE_MILLIS, heapMiB = HEAP_MIB }: ReportThreadOptions = {},
  ) {
    this.#limitMillis = limitMillis;
    this.#idleMillis = idleMillis;
    this.#heapMiB = heapMiB;
  }

  async build(
    request: WrittenReport,
    signal?: AbortSignal,
    tell?: (fraction: number) => void,
  ): Promise<Uint8Array> {
    return (await this.#done({ kind: "report", request }, signal, tell)) as Uint8Array;
  }

  async figure(request: FigureRequest): Promise<string> {
    return (await this.#done({ kind: "figure", request })) as string;
  }

  /** What is under way, or waits, is rejected. */
  async close(): Promise<void> {
    this.#closing.abort(new HostError({ code: "unreachable", message: "the lab is closing" }));
    await this.#turns.idle();
    await this.#end();
  }

  #done(
    task: ReportTask,
    given?: AbortSignal,
    tell?: (fraction: number) => void,
  ): Promise<Uint8Array | string> {
    const closing = this.#closing.signal;
    const signal = given === undefined ? closing : AbortSignal.any([closing, given]);
    return this.#turns.run(async () => {
      clearTimeout(this.#idle);
      tell?.(0);
      const answer = await this.#answer(task, signal, tell);
      this.#idle = setTimeout(() => void this.#end(), this.#idleMillis).unref();
      if (answer.ok) return answer.value;
      throw new HostError(answer.failure);
    }, signal);
  }

  /** Rejects where there is none to wait for; the thread is then ended. */
  async #answer(
    task: ReportTask,
    signal: AbortSignal,
    tell: ((fraction: number) => void) | undefined,
  ): Promise<ReportAnswer> {
    const worker = (this.#worker ??= this.#start());
    const answer = new Promise<ReportAnswer>((resolve, reject) => (this.#asked = { resolve, reject, tell }));
    const cancel = () => this.#asked?.reject(signal.reason as Error);
    signal.addEventListener("abort", cancel, { once: true });
    const late = setTimeout(() => this.#asked?.reject(hangs(this.#limitMillis)), this.#limitMillis);
    // A report under way keeps the process; a thread that only waits does not.
    worker.ref();
    try {
      worker.postMessage(task);
      return await answer;
    } catch (thrown) {
      await this.#end();
      throw thrown;
    } finally {
      worker.unref();
      clearTimeout(late);
      signal.removeEventListener("abort", cancel);
      this.#asked = null;
    }
  }

  #start(): Worker {
    const worker = new Worker(this.script, { resourceLimits: { maxOldGenerationSizeMb: this.#heapMiB } });
    const lost = (thrown: unknown) => {
      if (this.#worker !== worker) return;
      this.#worker = null;
      this.#asked?.reject(lostBy(thrown));
    };
    worker.on("message", (message: ReportAnswer | ReportNews) => {
      // What one that is being ended still says is not for whoever asks next.
      if (this.#worker !== worker) return;
      if ("fraction" in message) this.#asked?.tell?.(message.fraction);
      else this.#asked?.resolve(message);
    });
    worker.on("messageerror", lost).on("error", lost).on("exit", lost);
    return worker;
  }

  async #end(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }
}

function lostBy(thrown: unknown): HostError {
  if (codeOf(thrown) === "ERR_WORKER_OUT_OF_MEMORY")
    return new HostError(
      { code: "too_large", message: "this needs more memory than a report may take; choose fewer runs" },
      { cause: thrown },
    );
  const message = "what builds reports has broken down over this one; choose other runs or sections";
  return new HostError({ code: "internal", message }, { cause: thrown });
}

function hangs(limitMillis: number): HostError {
  const message = `this was not done within ${limitMillis / 1000} s, and was stopped; choose fewer runs or sections`;
  return new HostError({ code: "internal", message });
}
