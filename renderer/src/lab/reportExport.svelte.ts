// Exports of a report, of a run's tensors and of its source text: one at a time, with what is being done, and where
// the last ones went. The shell asks where a file goes; the host builds reports, the core the tensors.
import type { HostApi } from "../../../app/contract/hostApi";
import { HostError } from "../../../app/contract/hostError";
import type { ReportFormat } from "../../../app/contract/report";
import type { ShellApi } from "../../../app/contract/shell";
import type { JobProgress } from "../../../app/contract/jobs";
import type { Compute } from "../compute/compute";
import type { TensorFormat } from "../compute/messages";
import { fileName } from "./exportName";
import { hostJob, type JobHost, jobWords } from "./hostJob";
import { recentExports, rememberExport } from "./reportMemory";
import type { ReportEntry } from "./reportEntry";
import { gatherWords } from "./reportGathering";
import type { ReportRuns } from "./reportRuns.svelte";
import { saidOf } from "./said";

export interface ExportUnderWay {
  readonly what: string;
  /** Null where nobody knows how far it is. */
  readonly fraction: number | null;
}

export interface ExportFailure {
  readonly message: string;
  /** PDF needs a browser to print with: HTML does not. */
  readonly offersHtml: boolean;
}

export interface ExportPorts {
  readonly host: Pick<HostApi, "buildReport"> & JobHost;
  readonly shell: Pick<ShellApi, "saveFile">;
  readonly compute: Pick<Compute, "tensors">;
}

export class ReportExport {
  underWay: ExportUnderWay | null = $state.raw(null);
  failure: ExportFailure | null = $state.raw(null);
  /** Of the last one. */
  isCancelled = $state(false);
  /** Where the last one went; null until one has. */
  exportedTo: string | null = $state(null);
  recent: readonly string[] = $state.raw(recentExports());

  readonly #ports: ExportPorts;
  #abort: AbortController | null = null;

  constructor(ports: ExportPorts) {
    this.#ports = ports;
  }

  cancel(): void {
    this.#abort?.abort();
  }

  async report(report: ReportRuns, format: ReportFormat): Promise<void> {
    await this.#doing(format === "pdf", async (signal, tell) => {
      const name = fileName(report.fileTitle, `.${format}`, "report");
      const gathered = await report.gather(signal, (progress) =>
        tell({ what: gatherWords(progress), fraction: progress.fraction }),
      );
      signal.throwIfAborted();
      const { host } = this.#ports;
      const hear = (progress: JobProgress) =>
        tell({ what: jobWords(progress, "report"), fraction: progress.fraction });
      hear({ stage: "building", fraction: null });
      return [
        name,
        await hostJob(host, signal, hear, (job) => host.buildReport({ ...gathered, format }, job)),
      ];
    });
  }

  async tensors({ name, spec, files }: ReportEntry, format: TensorFormat): Promise<void> {
    await this.#doing(false, async (signal, tell) => {
      tell({ what: `Running ${name}`, fraction: 0 });
      const bytes = await this.#ports.compute.tensors(spec, files, format, signal, ({ fraction }) =>
        tell({ what: `Running ${name}`, fraction }),
      );
      return [fileName(name, `.${format}`), bytes];
    });
  }

  /** What is there already: source text, a figure. */
  async file(name: string, bytes: Uint8Array): Promise<void> {
    await this.#doing(false, () => Promise.resolve([name, bytes]));
  }

  async #doing(
    isPdf: boolean,
    make: (
      signal: AbortSignal,
      tell: (underWay: ExportUnderWay) => void,
    ) => Promise<readonly [name: string, bytes: Uint8Array]>,
  ): Promise<void> {
    if (this.underWay) return;
    const abort = (this.#abort = new AbortController());
    const { signal } = abort;
    this.failure = null;
    this.isCancelled = false;
    this.exportedTo = null;
    this.underWay = { what: "Beginning", fraction: null };
    try {
      const made = make(signal, (underWay) => {
        if (!signal.aborted) this.underWay = underWay;
      });
      const [name, bytes] = await Promise.race([made, cancelled(signal)]);
      this.underWay = { what: "Writing", fraction: null };
      const where = await this.#ports.shell.saveFile(name, bytes);
      if (where === null) return;
      this.exportedTo = where;
      this.recent = rememberExport(where, this.recent);
    } catch (error) {
      // Cancelled here, or by whoever did it.
      const said = signal.aborted ? null : saidOf(error);
      this.isCancelled = said === null;
      if (said) this.failure = { message: said.message, offersHtml: isPdf && error instanceof HostError };
    } finally {
      this.underWay = null;
      this.#abort = null;
    }
  }
}

/** Whatever is still on its way is let go. */
function cancelled(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true }),
  );
}
