// Work in turns: one thing at a time, or at most so many. Starts nothing else.

/** Runs what it is given one after the other, whatever becomes of the ones before. */
export class Queue {
  private last: Promise<unknown> = Promise.resolve();

  /** `signal`: what waits still is left at once, and never begun; what has begun sees to it by itself. */
  run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const before = this.last;
    const next = before.then(() => {
      signal?.throwIfAborted();
      return work();
    });
    this.last = next.catch(() => {});
    if (signal === undefined) return next;
    return new Promise((resolve, reject) => {
      const leave = () => reject(signal.reason as Error);
      if (signal.aborted) leave();
      signal.addEventListener("abort", leave, { once: true });
      void before.then(() => signal.removeEventListener("abort", leave));
      next.then(resolve, reject);
    });
  }

  /** Resolves when all that was asked for until now is done. */
  async idle(): Promise<void> {
    await this.last;
  }
}

/** `work` for every item, at most `atOnce` at a time. Rejects with the first failure, after those under way. */
export async function forEachOf<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failure: { readonly error: unknown } | null = null;
  const lane = async () => {
    while (next < items.length && failure === null) {
      const item = items[next++]!;
      try {
        await work(item);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, lane));
  if (failure !== null) throw (failure as { readonly error: unknown }).error;
}

/** Lets everything else have its turn, in the midst of long work on the main thread. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
