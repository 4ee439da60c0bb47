// initlab bench: this machine, the lab's kernels and its whole runs beside other tools, in one run.
import { readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { CORE_VERSION } from "../../core-as/runtime/version";
import { writeWhole } from "./atomic";
import { benchFormulas } from "./bench/formulas";
import { benchKernels } from "./bench/kernels";
import { benchQuality } from "./bench/quality";
import type { BenchContext, Row } from "./bench/row";
import { benchRuns } from "./bench/runs";
import { benchTheory } from "./bench/theory";
import { benchTraining } from "./bench/train";
import { builtFiles } from "./built";
import { CliError } from "./failure";
import { toJson } from "./json";

export interface BenchOptions {
  readonly json?: boolean;
  readonly write?: boolean;
  readonly quick?: boolean;
}

const RESULTS = "core-as/bench/results.json";

export async function benchCommand(options: BenchOptions, signal: AbortSignal): Promise<void> {
  const context: BenchContext = {
    rows: [],
    skipped: [],
    repeats: options.quick ? 5 : 15,
    quick: options.quick === true,
    signal,
    say: (what) => process.stderr.write(`measuring ${what}\n`),
  };
  const root = new URL("../../", builtFiles().core);
  const module = new WebAssembly.Module(await readFile(builtFiles().core));
  await benchKernels(context, module, root);
  await benchFormulas(context, module);
  await benchTheory(context, module);
  await benchRuns(context);
  await benchTraining(context, module, root);
  if (!options.quick) benchQuality(context, module);
  const results = {
    coreVersion: CORE_VERSION,
    date: new Date().toISOString().slice(0, 10),
    machine: {
      cpu: cpus()[0]?.model ?? "unknown",
      cores: cpus().length,
      platform: process.platform,
      arch: process.arch,
      node: process.versions.node,
      v8: process.versions.v8,
    },
    repeats: context.repeats,
    rows: context.rows,
    skipped: context.skipped,
  };
  process.stdout.write(options.json ? `${toJson(results)}\n` : table(results));
  if (!options.write) return;
  if (options.quick) throw new CliError(2, "--write", "a quick run is not recorded; leave --quick out");
  await writeWhole(new URL(RESULTS, root).pathname, [`${toJson(results)}\n`]);
}

function table({
  machine,
  date,
  coreVersion,
  rows,
  skipped,
}: {
  machine: Record<string, string | number>;
  date: string;
  coreVersion: string;
  rows: readonly Row[];
  skipped: BenchContext["skipped"];
}): string {
  const lines = [
    `core ${coreVersion}, ${date}, ${machine["cpu"]}, ${machine["cores"]} cores, Node ${machine["node"]}`,
  ];
  const width = Math.max(...rows.map((row) => row.name.length));
  let section = "";
  for (const row of rows) {
    if (row.section !== section) lines.push("", row.section);
    section = row.section;
    const range =
      row.low === undefined || row.high === undefined ? "" : ` (${short(row.low)} to ${short(row.high)})`;
    const verdict = row.target === undefined ? "" : `  ${row.met ? "met" : "MISSED"}: ${row.target}`;
    lines.push(
      `  ${row.name.padEnd(width)}  ${short(row.value).padStart(8)} ${row.unit}${range}${verdict}${row.note ? `  [${row.note}]` : ""}`,
    );
  }
  if (skipped.length > 0) lines.push("", "skipped");
  for (const { section: where, name, because } of skipped) lines.push(`  ${where}, ${name}: ${because}`);
  return lines.map((text) => `${text}\n`).join("");
}

function short(value: number): string {
  return Math.abs(value) >= 1e5 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
