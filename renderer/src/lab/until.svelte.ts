// Waits for what is reactive, outside of any component.

/** Resolves once `holds` is true; rejects with the signal's reason when that comes first. */
export function until(holds: () => boolean, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      signal.removeEventListener("abort", abort);
      // An effect cannot end itself while it runs.
      queueMicrotask(stop);
    };
    const abort = () => {
      end();
      reject(signal.reason as Error);
    };
    const stop = $effect.root(() => {
      $effect(() => {
        if (!holds()) return;
        end();
        resolve();
      });
    });
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}
