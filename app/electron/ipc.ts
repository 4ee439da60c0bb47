// The host behind Electron's IPC: one channel, `{ method, args }` in, a Reply out. Answers our own page's main frame
// and nobody else; arguments are parsed by the method table before the host sees them.
import type { IpcMain, IpcMainEvent, IpcMainInvokeEvent, WebContents } from "electron";
import type { Draft, HostApi, Settings } from "../contract/hostApi";
import { failureOf, HostError } from "../contract/hostError";
import { jobIn } from "../contract/jobs";
import { callMethod } from "../contract/methods";
import { ASK, type Reply } from "./channels";
import { fieldsOf } from "./keptFile";
import type { Log } from "./log";
import { isOurs } from "./protocol";

type Sender = IpcMainEvent | IpcMainInvokeEvent;

/** Whether a message is from the main frame of this window, and that frame still shows our page. */
export function isFromPage({ sender, senderFrame }: Sender, contents: WebContents | null): boolean {
  return (
    contents !== null &&
    sender === contents &&
    senderFrame !== null &&
    senderFrame === contents.mainFrame &&
    isOurs(senderFrame.url)
  );
}

const REFUSED = new HostError({ code: "unreachable", message: "only Init Lab's own page may ask this" });

/** Whatever `work` throws goes back as plain data. */
export async function replyOf(isTrusted: boolean, work: () => Promise<unknown>): Promise<Reply> {
  try {
    if (!isTrusted) throw REFUSED;
    return { ok: true, value: await work() };
  } catch (thrown) {
    return { ok: false, failure: failureOf(thrown) };
  }
}

export class HostChannel {
  /** Keys of the drafts that the page in the window has kept. */
  #drafts = new Set<string>();
  /** Ids of the long work that the page in the window waits for. */
  readonly #jobs = new Set<string>();
  readonly #open = new Set<Promise<unknown>>();
  onSettings: (settings: Settings) => void = () => {};

  constructor(
    ipc: IpcMain,
    private readonly host: Promise<HostApi>,
    contents: () => WebContents | null,
    private readonly log: Log,
  ) {
    ipc.handle(ASK.host, (event, call: unknown) =>
      this.#counted(replyOf(isFromPage(event, contents()), () => this.#call(fieldsOf(call)))),
    );
  }

  /** Resolves when nothing that was asked is still being done. */
  async settled(): Promise<void> {
    while (this.#open.size > 0) await Promise.allSettled(this.#open);
  }

  /** Those of the page in the window, what it has just asked for included. For when nothing in it is worth keeping. */
  discardDrafts(): Promise<void> {
    const before = [...this.#open];
    const drafts = this.#drafts;
    return this.#counted(
      (async () => {
        const host = await this.host;
        await Promise.allSettled(before);
        for (const key of drafts) await host.discardDraft(key);
        drafts.clear();
      })(),
    );
  }

  /** Another page is in the window: what the one before has kept is for the person to decide on. */
  leaveDrafts(): void {
    this.#drafts = new Set();
  }

  /** The page that asked for it is gone. */
  cancelJobs(): void {
    for (const job of this.#jobs)
      void this.host
        .then((host) => host.cancelJob(job))
        .catch((error: unknown) => this.log.error("job", error));
    this.#jobs.clear();
  }

  async #call({ method, args }: Readonly<Record<string, unknown>>): Promise<unknown> {
    const drafts = this.#drafts;
    const job = jobIn(method, args);
    if (job !== null) this.#jobs.add(job);
    try {
      const value = await callMethod(await this.host, method, args);
      const [first] = args as readonly unknown[];
      if (method === "keepDraft") drafts.add((first as Draft).key);
      if (method === "discardDraft") drafts.delete(first as string);
      if (method === "settings" || method === "changeSettings") this.onSettings(value as Settings);
      return value;
    } catch (thrown) {
      const failure = failureOf(thrown);
      // A fault of ours is worth a trace; what the person gave is not.
      if (failure.code === "internal") {
        const cause = thrown instanceof HostError ? (thrown.cause ?? thrown) : thrown;
        this.log.error(`host ${String(method)}`, cause);
      }
      throw thrown;
    } finally {
      if (job !== null) this.#jobs.delete(job);
    }
  }

  #counted<T>(work: Promise<T>): Promise<T> {
    const tracked = work.finally(() => this.#open.delete(tracked));
    this.#open.add(tracked);
    return tracked;
  }
}
