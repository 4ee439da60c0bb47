// Long work under way: how far each is, by the id that it was asked for with, and its end when it is called back or the
// host is closed. Does none of it.
import { HostError } from "../contract/hostError";
import { cancelledJob, type JobProgress } from "../contract/jobs";

/** What the work itself is given. */
export interface Job {
  /** Aborted with a HostError. */
  readonly signal: AbortSignal;
  readonly tell: (progress: JobProgress) => void;
}

interface UnderWay {
  readonly abort: AbortController;
  /** Settles with the work, and does not reject. */
  readonly ended: Promise<unknown>;
  progress: JobProgress;
}

/** So many ids are remembered of what was called back before it had come. */
const MOST_CALLED_BACK = 200;

export class Jobs {
  readonly #underWay = new Map<string | symbol, UnderWay>();
  /** A call with much in it may arrive after the one that calls it back. */
  readonly #calledBack = new Set<string>();
  #isClosed = false;

  /** Without an id nobody can watch it; it ends with the host all the same. */
  async run<T>(id: string | undefined, work: (job: Job) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw closing();
    if (id !== undefined && this.#calledBack.delete(id)) throw cancelledJob();
    if (id !== undefined && this.#underWay.has(id))
      throw new HostError({
        code: "invalid",
        where: "job",
        message: `${id} is the id of something that is under way; a new one would be right`,
      });
    const key = id ?? Symbol("job");
    const abort = new AbortController();
    const { signal } = abort;
    const tell = (progress: JobProgress) => {
      const found = this.#underWay.get(key);
      if (found) found.progress = progress;
    };
    const working = Promise.resolve().then(() => work({ signal, tell }));
    const ended = working.then(
      () => {},
      () => {},
    );
    this.#underWay.set(key, { abort, ended, progress: { stage: "waiting", fraction: null } });
    try {
      return await working;
    } finally {
      this.#underWay.delete(key);
    }
  }

  progress(id: string): JobProgress | null {
    return this.#underWay.get(id)?.progress ?? null;
  }

  async cancel(id: string): Promise<void> {
    const found = this.#underWay.get(id);
    if (!found) {
      this.#calledBack.add(id);
      const [oldest] = this.#calledBack;
      if (this.#calledBack.size > MOST_CALLED_BACK) this.#calledBack.delete(oldest!);
      return;
    }
    found.abort.abort(cancelledJob());
    await found.ended;
  }

  /** Ends what is under way: nobody is left to wait for it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const all = [...this.#underWay.values()];
    for (const { abort } of all) abort.abort(closing());
    await Promise.all(all.map(({ ended }) => ended));
  }
}

function closing(): HostError {
  return new HostError({ code: "unreachable", message: "the lab is closing" });
}
