// A lane of the pool: one worker, the same for every task, so that several runs go side by side without mixing
// what their workers keep. Starts and ends no worker itself.
import type { Pool, Task, TaskRunner } from "./pool";

export class Lane implements TaskRunner {
  readonly workers = 1;
  readonly #pool: Pool;
  readonly #seat: number;

  /** `seat` below `pool.workers`; lanes of different seats share nothing. */
  constructor(pool: Pool, seat: number) {
    this.#pool = pool;
    this.#seat = seat;
  }

  /** As Pool.run; a worker that ends with the task in hand rejects it with WorkerDied. */
  run<T>(task: Task, signal?: AbortSignal): Promise<T> {
    return this.#pool.run<T>({ ...task, slot: this.#seat }, signal);
  }
}
