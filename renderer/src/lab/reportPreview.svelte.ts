// The report's page as it would be exported now. Asked anew a moment after the last change; the newest wins, and the
// old page stays until the next is there. Shows nothing itself.
import type { HostApi } from "../../../app/contract/hostApi";
import { ComputeError } from "../compute/compute";
import { HostError } from "../../../app/contract/hostError";
import type { GatherProgress, ReportRuns } from "./reportRuns.svelte";
import { saidOf } from "./said";

export type PreviewStatus =
  | { readonly status: "done" }
  | { readonly status: "waiting" }
  | { readonly status: "measuring"; readonly progress: GatherProgress }
  | { readonly status: "building" }
  | { readonly status: "cancelled" }
  | { readonly status: "failed"; readonly message: string };

/** Someone who types is not done with every letter. */
const PAUSE_MILLIS = 250;

export class ReportPreview {
  /** HTML; null while there is none. */
  page: string | null = $state.raw(null);
  status: PreviewStatus = $state.raw({ status: "waiting" });

  readonly #host: Pick<HostApi, "buildReport">;
  readonly #report: ReportRuns;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #abort: AbortController | null = null;
  #shown = "";
  /** What the host builds still: it cannot be called back, and what waits behind it would be built for nobody. */
  #building: Promise<unknown> = Promise.resolve();

  constructor(host: Pick<HostApi, "buildReport">, report: ReportRuns) {
    this.#host = host;
    this.#report = report;
  }

  /** Of what the report is now; does nothing where that is shown. */
  ask(asked: string): void {
    clearTimeout(this.#timer);
    this.#abort?.abort();
    this.#abort = null;
    if (this.#report.isEmpty) {
      this.page = null;
      this.#shown = "";
      this.status = { status: "done" };
      return;
    }
    if (asked === this.#shown) {
      this.status = { status: "done" };
      return;
    }
    this.status = { status: "waiting" };
    this.#timer = setTimeout(() => void this.#build(asked), this.page === null ? 0 : PAUSE_MILLIS);
  }

  retry(): void {
    this.#shown = "";
    this.ask(this.#report.asked);
  }

  cancel(): void {
    if (this.status.status === "done") return;
    this.#stop();
    this.status = { status: "cancelled" };
  }

  /** The screen is left: nobody waits any more. */
  close(): void {
    this.#stop();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#abort?.abort();
    this.#abort = null;
  }

  async #build(asked: string): Promise<void> {
    const abort = (this.#abort = new AbortController());
    const { signal } = abort;
    const isCurrent = () => this.#abort === abort;
    try {
      const gathered = await this.#report.gather(signal, (progress) => {
        if (isCurrent()) this.status = { status: "measuring", progress };
      });
      if (!isCurrent()) return;
      this.status = { status: "building" };
      await this.#building;
      if (!isCurrent()) return;
      const building = this.#host.buildReport({ ...gathered, format: "html" });
      this.#building = building.catch(() => {});
      const bytes = await building;
      if (!isCurrent()) return;
      this.page = new TextDecoder().decode(bytes);
      this.#shown = asked;
      this.status = { status: "done" };
    } catch (error) {
      if (!isCurrent()) return;
      const isCancelled = error instanceof ComputeError && error.isCancelled;
      const said = saidOf(error);
      if (said?.details !== undefined && !(error instanceof HostError)) throw error;
      this.status =
        isCancelled || !said ? { status: "cancelled" } : { status: "failed", message: said.message };
    }
  }
}
