// Work that is not saved yet, kept with the host every few seconds so that no end of the window costs more than them.
// One draft a window. It neither reads the experiment nor offers anything: it is told what to keep.
import type { Draft, HostApi } from "../../../app/contract/hostApi";

export type DraftContent = Omit<Draft, "key" | "written">;

const EVERY_MILLIS = 3_000;

export class Drafts {
  readonly key = crypto.randomUUID();
  readonly #host: HostApi;
  readonly #content: () => DraftContent | null;
  readonly #complain: (error: unknown) => void;
  #kept: DraftContent | null = null;
  #last: Promise<boolean> = Promise.resolve(true);
  #hasComplained = false;

  /** `content`: what there is to lose, the same object while nothing changed; null where all is saved. */
  constructor(host: HostApi, content: () => DraftContent | null, complain: (error: unknown) => void) {
    this.#host = host;
    this.#content = content;
    this.#complain = complain;
  }

  /** From now on; returns what ends it. */
  start(): () => void {
    void liveAs(this.key);
    const timer = setInterval(() => void this.keep(), EVERY_MILLIS);
    const hidden = () => void (document.visibilityState === "hidden" && this.keep());
    document.addEventListener("visibilitychange", hidden);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", hidden);
    };
  }

  /**
   * Brings the kept draft up to what there is now; false where that failed, which was complained of. One after the
   * other: a late write must not outlive a removal.
   */
  keep(): Promise<boolean> {
    this.#last = this.#last.then(async () => {
      const content = this.#content();
      if (content === this.#kept) return true;
      try {
        if (content)
          await this.#host.keepDraft({ ...content, key: this.key, written: new Date().toISOString() });
        else await this.#host.discardDraft(this.key);
        this.#kept = content;
        this.#hasComplained = false;
        return true;
      } catch (error) {
        // Once until it works again: the next try comes in seconds.
        if (!this.#hasComplained) this.#complain(error);
        this.#hasComplained = true;
        return false;
      }
    });
    return this.#last;
  }

  /** Drafts of windows that have ended, newest first. */
  async left(): Promise<Draft[]> {
    const [drafts, living] = await Promise.all([this.#host.listDrafts(), livingWindows()]);
    return drafts.filter(({ key }) => key !== this.key && !living.has(key)).reverse();
  }
}

const LOCK = "initlab.draft.";

/** Held as long as the page is there; another window then knows that the draft is not left over. */
async function liveAs(key: string): Promise<void> {
  await locks()?.request(LOCK + key, () => new Promise(() => {}));
}

/** Keys of the windows that have begun and not ended. */
export async function livingWindows(): Promise<ReadonlySet<string>> {
  const held = (await locks()?.query())?.held ?? [];
  return new Set(held.flatMap(({ name }) => (name?.startsWith(LOCK) ? [name.slice(LOCK.length)] : [])));
}

/** Absent where the page's origin is not trusted. */
function locks(): LockManager | undefined {
  return (globalThis.navigator as { locks?: LockManager } | undefined)?.locks;
}
