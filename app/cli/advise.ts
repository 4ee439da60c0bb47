// initlab advise SPEC: which weights to choose, by which criterion, before and after over several seeds.
import { evidenceText, evidenceTitle } from "../../core-as/diagnosis/evidence";
import { type Advice, advise } from "../../core-as/runtime/advise";
import { alignColumns, type Column } from "./columns";
import { changesText, wrapped } from "./findings";
import { toJson } from "./json";
import { type SessionOptions, withWorkers } from "./session";
import { loadFiles, readSpec } from "./specs";

export interface AdviseOptions extends SessionOptions {
  readonly json?: boolean;
}

export async function adviseCommand(
  argument: string,
  options: AdviseOptions,
  signal: AbortSignal,
): Promise<void> {
  const { spec, files } = await loadFiles(await readSpec(argument, signal));
  const says = options.progress === true || process.stderr.isTTY;
  const advice = await withWorkers([spec], files, options, (host) =>
    advise(spec, host, {
      signal,
      onTrial: (title, made, of) => {
        if (says) process.stderr.write(`${made + 1}/${of} running ${title}\n`);
      },
    }),
  );
  process.stdout.write(options.json ? `${toJson(advice)}\n` : adviceText(advice));
}

function adviceText({ criterion, title, patch, before, after, reasons }: Advice): string {
  const lines = [`${title}.`, ...wrapped(`Criterion: ${criterion}.`, ""), ""];
  for (const reason of reasons) lines.push(...wrapped(reason, "  "));
  lines.push("", `median (${before.range}) over ${before.seeds} seeds`);
  const names = Object.keys(before.figures);
  const cell = (figures: typeof before.figures, name: string) => {
    const band = figures[name];
    if (!band) return "–";
    return `${evidenceText(name, band.median)} (${evidenceText(name, band.low)} to ${evidenceText(name, band.high)})`;
  };
  const column = (head: string, figures: typeof before.figures): Column => ({
    head,
    left: true,
    cells: names.map((name) => cell(figures, name)),
  });
  const columns: Column[] = [
    { head: "", left: true, cells: names.map(evidenceTitle) },
    column("now", before.figures),
    ...(patch.length > 0 ? [column("after", after.figures)] : []),
  ];
  lines.push(...alignColumns(columns).map((line) => line.trimEnd()));
  if (patch.length > 0) lines.push("", `${changesText(patch)}; --json has the patch and the new spec`);
  return lines.map((line) => `${line}\n`).join("");
}
