// Long work at the host, as a screen has it: an id of its own, news of how far it is, and its end at once when the
// signal says so. The host is told to stop; nobody waits until it has.
import type { HostApi } from "../../../app/contract/hostApi";
import type { JobProgress } from "../../../app/contract/jobs";

export type JobHost = Pick<HostApi, "jobProgress" | "cancelJob">;

/** What is over by then says nothing of itself. */
const NEWS_MILLIS = 200;

/** `begin`: a call that takes this id. Rejects with what the call rejects with, or with the signal's reason. */
export async function hostJob<T>(
  host: JobHost,
  signal: AbortSignal,
  tell: (progress: JobProgress) => void,
  begin: (job: string) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const job = crypto.randomUUID();
  const over = new AbortController();
  const leaving = new Promise<never>((_, reject) => {
    const leave = () => {
      // Where the host is gone, so is what it did.
      void host.cancelJob(job).catch(() => {});
      reject(signal.reason as Error);
    };
    signal.addEventListener("abort", leave, { once: true, signal: over.signal });
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listen = () => {
    timer = setTimeout(() => {
      void host
        .jobProgress(job)
        .then((progress) => {
          if (progress !== null && !over.signal.aborted && !signal.aborted) tell(progress);
        })
        // The call itself says what is wrong.
        .catch(() => {})
        .finally(() => {
          if (!over.signal.aborted) listen();
        });
    }, NEWS_MILLIS);
  };
  listen();
  try {
    return await Promise.race([begin(job), leaving]);
  } finally {
    over.abort();
    clearTimeout(timer);
  }
}

/** What is being done, in words; `noun`: what it makes. */
export function jobWords({ stage }: JobProgress, noun: string): string {
  switch (stage) {
    case "waiting":
      return "Waiting for another report";
    case "building":
      return `Building the ${noun}`;
    case "printing":
      return "Printing";
  }
}
