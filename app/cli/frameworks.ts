// initlab theory --frameworks: what the frameworks' initializers and layer defaults draw for given fans.
import { BOUNDS } from "../../core-as/spec/bounds";
import { type FrameworkRow, frameworkTable } from "../../core-as/theory/frameworks";
import { alignColumns } from "./columns";
import { CliError } from "./failure";
import { toJson } from "./json";
import { figure } from "../../core-as/spec/number";

export interface FrameworksOptions {
  readonly fanIn?: number | undefined;
  readonly fanOut?: number | undefined;
  readonly json?: boolean | undefined;
}

export function frameworksCommand(options: FrameworksOptions): void {
  const fanIn = given(options.fanIn, "--fan-in");
  const fanOut = given(options.fanOut, "--fan-out");
  process.stdout.write(
    options.json ? `${toJson(frameworkTable(fanIn, fanOut))}\n` : frameworksText(fanIn, fanOut),
  );
}

function given(fan: number | undefined, name: string): number {
  if (fan === undefined)
    throw new CliError(
      2,
      "theory",
      `--frameworks needs ${name}; a whole number from 1 to ${BOUNDS.units.max} would be right`,
    );
  return fan;
}

/** A block a framework, a line a row; lines ended by "\n". */
export function frameworksText(fanIn: number, fanOut: number): string {
  const table = frameworkTable(fanIn, fanOut);
  const cells = table.map(cellsOf);
  const [head, ...rows] = alignColumns(
    HEAD.map((title, i) => ({ head: title, left: true, cells: cells.map((row) => row[i]!) })),
  ).map((line) => line.trimEnd());
  const lines = [`fan_in ${fanIn}, fan_out ${fanOut}`, "", head!];
  table.forEach((row, i) => {
    if (row.framework !== table[i - 1]?.framework) lines.push("", row.framework);
    lines.push(rows[i]!);
    if (row.note !== "") lines.push(`    ${row.note}`);
  });
  lines.push(
    "",
    "std is that of the entries, after the cut where there is one. * what a layer draws by default.",
  );
  return lines.map((text) => `${text}\n`).join("");
}

const HEAD = ["  call", "tensor", "distribution", "std", "mean", "range"] as const;

function cellsOf(row: FrameworkRow): readonly string[] {
  return [
    `${row.isDefault ? "*" : " "} ${row.call}`,
    row.tensor,
    row.distribution.replaceAll("_", " "),
    figure(row.std),
    figure(row.mean),
    row.low === null || row.high === null ? "–" : `${figure(row.low)} to ${figure(row.high)}`,
  ];
}
