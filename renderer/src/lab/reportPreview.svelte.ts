// The report's page as it would be exported now. Asked anew a moment after the last change; the newest wins, and the
// old page stays until the next is there. Shows nothing itself.
import type { HostApi } from "../../../app/contract/hostApi";
import { ComputeError } from "../compute/compute";
import { HostError } from "../../../app/contract/hostError";
import type { JobProgress } from "../../../app/contract/jobs";
import { hostJob, type JobHost } from "./hostJob";
import type { GatherProgress } from "./reportGathering";
import type { ReportRuns } from "./reportRuns.svelte";
import { saidOf } from "./said";

export type PreviewStatus =
  | { readonly status: "done" }
  | { readonly status: "waiting" }
  | { readonly status: "measuring"; readonly progress: GatherProgress }
  | { readonly status: "building"; readonly progress: JobProgress }
  | { readonly status: "cancelled" }
  | { readonly status: "failed"; readonly message: string };

/** Someone who types is not done with every letter. */
const PAUSE_MILLIS = 250;

type PreviewHost = Pick<HostApi, "buildReport"> & JobHost;

export class ReportPreview {
  /** HTML; null while there is none. */
  page: string | null = $state.raw(null);
  status: PreviewStatus = $state.raw({ status: "waiting" });

  readonly #host: PreviewHost;
  readonly #report: ReportRuns;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #abort: AbortController | null = null;
  #shown = "";

  constructor(host: PreviewHost, report: ReportRuns) {
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
      const tell = (progress: JobProgress) => {
        if (isCurrent()) this.status = { status: "building", progress };
      };
      tell({ stage: "building", fraction: null });
      const bytes = await hostJob(this.#host, signal, tell, (job) =>
        this.#host.buildReport({ ...gathered, format: "html" }, job),
      );
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
