// Hands tasks to workers. Knows nothing of what a task computes, and promises nothing about order:
// results must not depend on which worker ran what. A worker that ends with a task in hand costs that
// task one more run; cancelled work ends at once, by ending the worker.
import type { TaskFailure, WorkerPort, WorkerReply } from "./port";
import { buffersOf, TaskError, WorkerDied } from "./port";

export type SpawnWorker = () => WorkerPort;

/** State that tasks share; sent to a worker, part by part, before its first task that names it. */
export interface Context {
  readonly id: number;
  readonly parts: readonly unknown[];
}

export interface Task {
  readonly kind: string;
  readonly payload: unknown;
  readonly context?: Context;
  /** Tasks of one slot run on one worker (slot modulo the number of workers): for state kept between them. */
  readonly slot?: number;
  readonly onPart?: (value: unknown) => void;
  /** Hand the payload's buffers over: the task cannot be run again by the pool alone. */
  readonly handOver?: boolean;
  readonly onProgress?: (value: number) => void;
}

/** What runs tasks: a pool, or a lane of it. */
export interface TaskRunner {
  readonly workers: number;
  run<T>(task: Task, signal?: AbortSignal): Promise<T>;
}

export interface PoolOptions {
  readonly workers: number;
  /** Workers end after this long without work. */
  readonly idleMillis?: number;
}

interface Job extends Task {
  readonly id: number;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
  runs: number;
  partsSeen: boolean;
}

interface Seat {
  port: WorkerPort | null;
  job: Job | null;
  contextId: number | null;
  /** Parts of the job's context that the worker has not been sent. */
  unsent: { readonly part: unknown; readonly first: boolean }[];
}

export class Pool implements TaskRunner {
  readonly workers: number;
  readonly #spawn: SpawnWorker;
  readonly #seats: Seat[];
  readonly #idleMillis: number;
  readonly #watched = new WeakMap<AbortSignal, Set<Job>>();
  #queue: Job[] = [];
  #nextId = 1;
  #idleTimer: unknown = null;
  #closed = false;

  constructor(spawn: SpawnWorker, options: PoolOptions) {
    this.#spawn = spawn;
    this.workers = options.workers;
    this.#idleMillis = options.idleMillis ?? 20_000;
    this.#seats = Array.from({ length: options.workers }, () => ({
      port: null,
      job: null,
      contextId: null,
      unsent: [],
    }));
  }

  /** Starts up to `count` workers ahead of their first task, so that they load side by side. */
  warm(count: number): void {
    for (const seat of this.#seats.slice(0, count)) this.#open(seat);
  }

  /** Runs a task on the next free worker. Rejects with the signal's reason, a TaskError or WorkerDied. */
  run<T>(task: Task, signal?: AbortSignal): Promise<T> {
    return new Promise<unknown>((resolve, reject) => {
      if (this.#closed) return reject(new Error("the pool is closed"));
      if (signal?.aborted) return reject(asError(signal.reason));
      const job: Job = { ...task, id: this.#nextId++, signal, resolve, reject, runs: 0, partsSeen: false };
      if (signal) this.#watch(signal, job);
      this.#queue.push(job);
      this.#assign();
    }) as Promise<T>;
  }

  /** Ends every worker; tasks under way and waiting are rejected. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#idleTimer);
    const jobs = [...this.#queue, ...this.#seats.flatMap((seat) => (seat.job ? [seat.job] : []))];
    this.#queue = [];
    for (const seat of this.#seats) this.#end(seat);
    for (const job of jobs) this.#settle(job, () => job.reject(new Error("the pool was closed")));
  }

  /** Workers alive now. */
  get alive(): number {
    return this.#seats.filter((seat) => seat.port).length;
  }

  #assign(): void {
    clearTimeout(this.#idleTimer);
    for (let i = 0; i < this.#seats.length; i++) {
      const seat = this.#seats[i]!;
      if (seat.job) continue;
      const next = this.#queue.findIndex((job) => job.slot === undefined || job.slot % this.workers === i);
      if (next < 0) continue;
      const [job] = this.#queue.splice(next, 1);
      this.#startOrReject(seat, job!);
    }
    if (this.#queue.length === 0 && this.#seats.every((seat) => !seat.job)) this.#restLater();
  }

  /** A worker that cannot be made, or cannot take the message, costs its task and no other. */
  #startOrReject(seat: Seat, job: Job): void {
    try {
      this.#start(seat, job);
    } catch (error) {
      this.#end(seat);
      this.#settle(job, () => job.reject(asError(error)));
    }
  }

  #start(seat: Seat, job: Job): void {
    const port = this.#open(seat);
    seat.job = job;
    job.runs++;
    if (job.context && seat.contextId !== job.context.id) {
      seat.contextId = job.context.id;
      seat.unsent = job.context.parts.map((part, i) => ({ part, first: i === 0 }));
    }
    this.#send(port, seat, job);
  }

  /** The next part of the context, or the task. Parts go one by one: a queue of them would be copies of them all. */
  #send(port: WorkerPort, seat: Seat, job: Job): void {
    const next = seat.unsent.shift();
    if (next) port.post({ type: "context", id: job.context!.id, ...next }, []);
    else {
      const transfer = job.handOver ? buffersOf(job.payload) : [];
      port.post({ type: "task", id: job.id, kind: job.kind, payload: job.payload }, transfer);
    }
  }

  #open(seat: Seat): WorkerPort {
    if (seat.port) return seat.port;
    const port = this.#spawn();
    seat.port = port;
    seat.contextId = null;
    seat.unsent = [];
    port.onMessage((message) => seat.port === port && this.#receive(seat, message));
    port.onExit((reason) => seat.port === port && this.#lost(seat, reason));
    return port;
  }

  #receive(seat: Seat, message: WorkerReply): void {
    const job = seat.job;
    if (message.type === "loaded") {
      if (job && seat.port && job.context?.id === message.id) this.#send(seat.port, seat, job);
      return;
    }
    if (!job || job.id !== message.id) return;
    if (message.type === "part") {
      job.partsSeen = true;
      job.onPart?.(message.value);
      return;
    }
    if (message.type === "progress") {
      job.onProgress?.(message.value);
      return;
    }
    seat.job = null;
    if (message.type === "done") this.#settle(job, () => job.resolve(message.value));
    else this.#settle(job, () => job.reject(new TaskError(message.failure)));
    this.#assign();
  }

  #lost(seat: Seat, reason: string): void {
    const job = seat.job;
    seat.port = null;
    seat.job = null;
    seat.contextId = null;
    seat.unsent = [];
    if (job) {
      // What was kept in the worker, or already passed on, cannot be had again by running this task alone.
      if (job.runs < 2 && !job.partsSeen && !job.handOver && job.slot === undefined) this.#queue.unshift(job);
      else
        this.#settle(job, () => job.reject(new WorkerDied(`a worker ended during "${job.kind}": ${reason}`)));
    }
    this.#assign();
  }

  /** Ends all of them before anyone else's turn: none of those waiting is to start on its way out. */
  #abort(jobs: ReadonlySet<Job>): void {
    const ended = [...jobs];
    this.#queue = this.#queue.filter((waiting) => !jobs.has(waiting));
    for (const seat of this.#seats) if (seat.job && jobs.has(seat.job)) this.#end(seat);
    for (const job of ended) this.#settle(job, () => job.reject(asError(job.signal?.reason)));
    this.#assign();
  }

  #settle(job: Job, how: () => void): void {
    if (job.signal) this.#watched.get(job.signal)?.delete(job);
    how();
  }

  /** One listener a signal, however many tasks it ends. */
  #watch(signal: AbortSignal, job: Job): void {
    let jobs = this.#watched.get(signal);
    if (!jobs) {
      const all = new Set<Job>();
      jobs = all;
      this.#watched.set(signal, all);
      signal.addEventListener("abort", () => this.#abort(all), { once: true });
    }
    jobs.add(job);
  }

  #end(seat: Seat): void {
    const port = seat.port;
    seat.port = null;
    seat.contextId = null;
    seat.unsent = [];
    seat.job = null;
    port?.terminate();
  }

  #restLater(): void {
    if (this.alive === 0 || this.#closed) return;
    this.#idleTimer = setTimeout(() => {
      for (const seat of this.#seats) if (!seat.job) this.#end(seat);
    }, this.#idleMillis);
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new DOMException("The run was cancelled", "AbortError");
}

/** Turns anything thrown into what may cross a worker's border. */
export function failureOf(thrown: unknown): TaskFailure {
  if (!(thrown instanceof Error)) return { code: "internal", message: String(thrown) };
  const { code, where, path } = thrown as { code?: unknown; where?: unknown; path?: unknown };
  const place = typeof where === "string" ? where : typeof path === "string" ? path : undefined;
  return {
    code: typeof code === "string" ? code : thrown.name,
    message: thrown.message,
    ...(place === undefined ? {} : { where: place }),
    ...(thrown.stack === undefined ? {} : { stack: thrown.stack }),
  };
}
