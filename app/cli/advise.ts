// initlab advise SPEC: which weights to choose, by which criterion, before and after over several seeds.
import { evidenceText, evidenceTitle } from "../../core-as/diagnosis/evidence";
import { type Advice, advise } from "../../core-as/runtime/advise";
import { wrapped } from "./findings";
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
  const rows = [
    ["", "now", ...(patch.length > 0 ? ["after"] : [])],
    ...names.map((name) => [
      evidenceTitle(name),
      cell(before.figures, name),
      ...(patch.length > 0 ? [cell(after.figures, name)] : []),
    ]),
  ];
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => [...row[i]!].length)));
  for (const row of rows)
    lines.push(
      row
        .map((text, i) => text + " ".repeat(widths[i]! - [...text].length))
        .join("  ")
        .trimEnd(),
    );
  if (patch.length > 0)
    lines.push(
      "",
      `${patch.length} change${patch.length === 1 ? "" : "s"} of the spec; --json has the patch and the new spec`,
    );
  return lines.map((line) => `${line}\n`).join("");
}
