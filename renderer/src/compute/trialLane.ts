// Runs that follow a dragged slider: the newest order wins. An order is a few specs, one after the other, each told
// when it is done. Knows nothing of pools and messages; who owns it gives it what runs and what tells.
import type { Experiment } from "../../../core-as/spec/experiment";
import type { RunResult } from "../../../core-as/spec/result";

export interface TrialPorts {
  /** Rejects with the signal's reason. */
  readonly run: (spec: Experiment, signal: AbortSignal) => Promise<RunResult>;
  readonly tell: (id: number, index: number, result: RunResult) => void;
  readonly done: (id: number) => void;
  /** `signal` aborted, or an AbortError: the order was replaced or cancelled. */
  readonly fail: (id: number, thrown: unknown, signal?: AbortSignal) => void;
}

interface Order {
  readonly id: number;
  readonly specs: readonly Experiment[];
}

interface Running {
  readonly id: number;
  readonly abort: AbortController;
  /** performance.now() at the start of the spec that is being run. */
  begun: number;
}

/** A run this young is let finish when the next order comes: the picture moves while something is dragged. */
const LET_FINISH_MILLIS = 500;

export class TrialLane {
  readonly #ports: TrialPorts;
  #next: Order | null = null;
  #running: Running | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ports: TrialPorts) {
    this.#ports = ports;
  }

  take(id: number, specs: readonly Experiment[]): void {
    this.#forget();
    this.#next = { id, specs };
    if (this.#running) this.#hurry(this.#running);
    else void this.#work();
  }

  cancel(id: number): void {
    if (this.#next?.id === id) this.#forget();
    if (this.#running?.id === id) this.#running.abort.abort();
  }

  cancelAll(): void {
    this.#forget();
    this.#running?.abort.abort();
  }

  #forget(): void {
    if (this.#next) this.#ports.fail(this.#next.id, replaced());
    this.#next = null;
  }

  #hurry(running: Running): void {
    const left = running.begun + LET_FINISH_MILLIS - performance.now();
    clearTimeout(this.#timer);
    if (left <= 0) running.abort.abort();
    else this.#timer = setTimeout(() => running.abort.abort(), left);
  }

  async #work(): Promise<void> {
    for (let order = this.#next; order; order = this.#next) {
      this.#next = null;
      await this.#run(order);
    }
  }

  async #run({ id, specs }: Order): Promise<void> {
    const running: Running = { id, abort: new AbortController(), begun: 0 };
    const { signal } = running.abort;
    this.#running = running;
    try {
      for (const [index, spec] of specs.entries()) {
        // Between two runs nothing is lost by ending.
        if (this.#next) throw replaced();
        running.begun = performance.now();
        this.#ports.tell(id, index, await this.#ports.run(spec, signal));
        signal.throwIfAborted();
      }
      this.#ports.done(id);
    } catch (thrown) {
      this.#ports.fail(id, thrown, signal);
    }
    clearTimeout(this.#timer);
    this.#running = null;
  }
}

const replaced = () => new DOMException("replaced", "AbortError");
