// Requests for reports, of results that the built command line has just measured.
import { mkdtempSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { REPORT_SECTIONS, type ReportedRun, type ReportRequest } from "../../contract/report";
import { buildReport } from "../../report/report";
import type { WrittenReport } from "../../report/reports";
import { lab } from "../lab";

export type Asked = Omit<ReportRequest, "format">;

export const asked = (runs: readonly ReportedRun[], change: Partial<Asked> = {}): Asked => ({
  title: "",
  author: "",
  notes: "",
  sections: REPORT_SECTIONS,
  runs,
  ...change,
});

export const reportText = (request: Asked, format: WrittenReport["format"]): string =>
  new TextDecoder("utf-8", { fatal: true }).decode(buildReport({ ...request, format }));

const results = new Map<string, Promise<string>>();

/** The text of its result.json, measured once. */
export function measured(preset: string): Promise<string> {
  const known = results.get(preset) ?? lab(["run", `preset:${preset}`, "--json"]).then(stdoutOf);
  results.set(preset, known);
  return known;
}

/** Of a spec of one's own. */
export const measuredSpec = async (spec: object): Promise<string> =>
  stdoutOf(await lab(["run", "-", "--json"], { stdin: JSON.stringify(spec) }));

export async function runOf(preset: string): Promise<ReportedRun> {
  const result = await measured(preset);
  return { name: (JSON.parse(result) as { spec: { name: string } }).spec.name, notes: "", result };
}

/** The text of a training.json. */
export async function trained(preset: string, args: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "initlab-test-"));
  const ended = await lab(["train", `preset:${preset}`, "--out", folder, ...args]);
  if (ended.code !== 0) throw new Error(ended.stderr);
  const seeds = Number(/--seeds (\d+)/.exec(args.join(" "))?.[1] ?? 1);
  const files = Array.from({ length: seeds }, (_, i) => readFile(join(folder, `run-${i}.json`), "utf8"));
  return `[${(await Promise.all(files)).join(",")}]`;
}

function stdoutOf({ code, stdout, stderr }: Awaited<ReturnType<typeof lab>>): string {
  if (code !== 0) throw new Error(stderr);
  return stdout;
}
