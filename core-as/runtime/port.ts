// What the pool asks of a worker, whatever it is made of: a worker thread in Node, a Web Worker in a page.

/** The pool's end of one worker. */
export interface WorkerPort {
  /** Buffers in `transfer` are handed over, not copied. */
  post(message: unknown, transfer: ArrayBuffer[]): void;
  onMessage(receive: (message: WorkerReply) => void): void;
  /** Called once if the worker ends by itself or throws outside a task; not after `terminate`. */
  onExit(notice: (reason: string) => void): void;
  /** Ends the worker at once, even inside a kernel. */
  terminate(): void;
}

/** The worker's end. */
export interface ServicePort {
  post(message: WorkerReply, transfer: ArrayBuffer[]): void;
  onMessage(receive: (message: WorkerRequest) => void): void;
}

/** A failure that crosses the worker's border: a plain object with a code. */
export interface TaskFailure {
  readonly code: string;
  readonly message: string;
  readonly where?: string;
  readonly stack?: string;
}

export type WorkerRequest =
  /** Loaded once per worker before the first task that names it; replaces the one before. */
  | { readonly type: "context"; readonly id: number; readonly part: unknown; readonly first: boolean }
  | { readonly type: "task"; readonly id: number; readonly kind: string; readonly payload: unknown };

export type WorkerReply =
  /** A part of a context has been taken in; the next may come. */
  | { readonly type: "loaded"; readonly id: number }
  | { readonly type: "done"; readonly id: number; readonly value: unknown }
  /** A piece of a task's result, sent ahead of the rest so that it need not be kept. */
  | { readonly type: "part"; readonly id: number; readonly value: unknown }
  /** How far a task has come; may be lost without harm. */
  | { readonly type: "progress"; readonly id: number; readonly value: number }
  | { readonly type: "failed"; readonly id: number; readonly failure: TaskFailure };

/** A failure of a task as the caller sees it. */
export class TaskError extends Error {
  readonly code: string;
  readonly where: string | undefined;
  constructor(failure: TaskFailure) {
    super(failure.message);
    this.name = "TaskError";
    this.code = failure.code;
    this.where = failure.where;
    if (failure.stack) this.stack = failure.stack;
  }
}

/** A worker ended with a task in its hands that could not be run again. */
export class WorkerDied extends Error {
  override readonly name = "WorkerDied";
}

/** The buffers of every typed array in a plain value, to be handed over and not copied. */
export function buffersOf(value: unknown, found = new Set<ArrayBuffer>()): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) found.add(value.buffer as ArrayBuffer);
  else if (Array.isArray(value)) {
    if (typeof value[0] === "object") for (const item of value) buffersOf(item, found);
  } else if (value instanceof Map) for (const item of value.values()) buffersOf(item, found);
  else if (typeof value === "object" && value !== null)
    for (const item of Object.values(value)) if (typeof item === "object") buffersOf(item, found);
  return [...found];
}
