// --report FILE: what was run as a document. The suffix says the form; whether the file can be written is known before
// the run, and whether there is a browser for a PDF; it is written whole or not at all.
import { HostError } from "../contract/hostError";
import type { ReportFormat, ReportRequest } from "../contract/report";
import { REPORT_FORMATS, REPORT_SECTIONS } from "../contract/report";
import { sizeText } from "../../core-as/spec/number";
import { checkWritable, writeWhole } from "./atomic";
import { builtReports } from "./built";
import { CliError } from "./failure";

export interface ReportOptions {
  readonly report?: string;
}

export interface ReportTarget {
  readonly file: string;
  readonly format: ReportFormat;
}

/** Null where none was asked for. Fails with exit code 2 for an unknown suffix, 1 where it could not be written. */
export async function reportTarget({ report: file }: ReportOptions): Promise<ReportTarget | null> {
  if (file === undefined) return null;
  const suffix = /\.([^./\\]*)$/.exec(file)?.[1]?.toLowerCase();
  const format = REPORT_FORMATS.find((one) => one === suffix);
  if (!format)
    throw new CliError(
      2,
      "--report",
      `${file} has no known suffix; ${REPORT_FORMATS.map((one) => `.${one}`).join(", ")} would be right`,
    );
  await checkWritable(file);
  if (format === "pdf") await printing(async () => (await import("../pdf/printPdf")).checkBrowser());
  return { file, format };
}

export type ReportedWork = Pick<ReportRequest, "runs" | "comparison" | "claims">;

/** Does nothing without a target. Built in a thread of its own, so that Ctrl-C is heard meanwhile. */
export async function writeReport(
  target: ReportTarget | null,
  work: ReportedWork,
  signal: AbortSignal,
  script = builtReports(),
): Promise<void> {
  if (!target) return;
  const { file, format } = target;
  const { ReportThread } = await import("../host/reportThread");
  const thread = new ReportThread(script);
  try {
    const request = { title: "", author: "", notes: "", sections: REPORT_SECTIONS, ...work };
    const bytes =
      format === "pdf"
        ? await printed(await thread.build({ ...request, format: "html" }, signal), signal)
        : await thread.build({ ...request, format }, signal);
    await writeWhole(file, [bytes]);
    // Nobody's script reads it.
    if (process.stderr.isTTY) process.stderr.write(`Report: ${file}, ${sizeText(bytes.length)}\n`);
  } finally {
    await thread.close();
  }
}

async function printed(html: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
  const { printPdf } = await import("../pdf/printPdf");
  return printing(() => printPdf(html, { signal }));
}

/** A page that cannot be printed is a file that cannot be written, whatever the host calls it. */
async function printing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof HostError)) throw thrown;
    throw new CliError(1, "pdf", thrown.message, { cause: thrown });
  }
}
