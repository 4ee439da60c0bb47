// A comparison as text: what the specs differ in, then the figures in groups, a column a run, beside the first.
import type { Compared, Comparison } from "../../core-as/spec/comparison";
import { joinedDifferences, specValueText } from "../../core-as/spec/differences";
import type { HeadlineFigure } from "../../core-as/spec/headline";
import { alignColumns, besideEachOther, type Column, LINE_WIDTH, widthOf } from "./columns";
import { figure } from "../../core-as/spec/number";

const LETTERS = "ABCDEFGH";

const GROUPS: Readonly<Record<HeadlineFigure["group"], string>> = {
  forward: "Forward",
  units: "Units",
  backward: "Backward",
  outcome: "Outcome",
};

/** Lines of at most 100 columns, but for names and values of specs that are longer. */
export function comparisonTable(comparison: Comparison): string {
  const lines = [...heading(comparison), "", ...specLines(comparison)];
  for (const group of Object.keys(GROUPS) as HeadlineFigure["group"][]) {
    const shown = groupLines(comparison, group);
    if (shown.length > 0) lines.push("", GROUPS[group], ...shown);
  }
  lines.push("", ...legend(comparison));
  return lines.map((text) => `${text}\n`).join("");
}

function heading({ paired, runs, replicates: { count } }: Comparison): string[] {
  const seedsOf = (seed: number) => (count === 1 ? `seed ${seed}` : `seeds ${seed} to ${seed + count - 1}`);
  return [
    paired
      ? `paired draws: ${seedsOf(runs[0]!.spec.seed)} for all; tensors of the same name and shape come from the same draws`
      : "unpaired: each with its own seed, so that differences hold chance too",
    "",
    ...runs.map(
      ({ name, digest, spec }, i) =>
        `${LETTERS[i]}  ${name}  (${paired ? "" : `${seedsOf(spec.seed)}, `}digest ${digest.slice(0, 12)}…)`,
    ),
  ];
}

function specLines({ runs, specDifferences }: Comparison): string[] {
  if (specDifferences.length === 0) return ["the specs are the same"];
  return joinedDifferences(specDifferences).flatMap(({ path, values }) => {
    const byText = new Map<string, string[]>();
    runs.forEach((_, i) => {
      const text = specValueText(values[i]);
      byText.set(text, [...(byText.get(text) ?? []), LETTERS[i]!]);
    });
    return [path, ...[...byText].map(([text, letters]) => `  ${letters.join(", ")}: ${text}`)];
  });
}

function groupLines(comparison: Comparison, group: HeadlineFigure["group"]): string[] {
  const { figures, rows, differences, networkDifferences } = comparison;
  const names = rows.map(({ name }) => name.replace(/^layer/, ""));
  const blocks: string[][] = [];
  const plain: string[] = [];
  for (const one of figures.filter((candidate) => candidate.group === group)) {
    const layers = differences[one.name];
    const table = layers ?? [networkDifferences[one.name]!];
    const values = table.flat().flatMap((beside) => (beside ? [beside] : []));
    if (values.length === 0) continue;
    if (layers && values.every(({ value }) => value === 0))
      plain.push(`${titleOf(one)}: 0 in every layer of all`);
    else blocks.push(...panelsOf(one, layers ? { head: "layer", left: true, cells: names } : null, table));
  }
  return [...besideEachOther(blocks, LINE_WIDTH), ...plain];
}

/** One figure: rows before, and the runs in as many panels as it takes, the first run in each. */
function panelsOf(
  one: HeadlineFigure,
  rows: Column | null,
  table: readonly (readonly (Compared | null)[])[],
): string[][] {
  const columnsOf = (i: number): Column[] => [
    { head: LETTERS[i]!, cells: table.map((row) => valueText(one, row[i]!)) },
    ...(i === 0
      ? []
      : [{ head: besideHead(one, i), cells: table.map((row) => besideText(one, row[0]!, row[i]!)) }]),
  ];
  const before = [...(rows ? [rows] : []), ...columnsOf(0)];
  const panels: string[][] = [];
  let columns = before;
  for (let i = 1; i < table[0]!.length; i++) {
    const more = [...columns, ...columnsOf(i)];
    const fits = widthOf(alignColumns(more)[0]!) <= LINE_WIDTH;
    if (!fits && columns.length > before.length) {
      panels.push(panel(one, columns));
      columns = [...before, ...columnsOf(i)];
    } else columns = more;
  }
  return [...panels, panel(one, columns)];
}

function panel(one: HeadlineFigure, columns: readonly Column[]): string[] {
  const lines = [titleOf(one), ...alignColumns(columns)];
  const width = Math.max(...lines.map(widthOf));
  return lines.map((line) => line + " ".repeat(width - widthOf(line)));
}

function titleOf({ title, unit }: HeadlineFigure): string {
  return unit === "" ? title : `${title} (${unit})`;
}

function besideHead({ scale }: HeadlineFigure, i: number): string {
  return scale === "log" ? `${LETTERS[i]}/A` : `${LETTERS[i]}−A`;
}

function valueText(one: HeadlineFigure, beside: Compared | null): string {
  return beside ? numberText(one, beside.value) : "–";
}

function besideText(one: HeadlineFigure, first: Compared | null, beside: Compared | null): string {
  const [value, band] =
    one.scale === "log"
      ? [beside?.ratio, beside?.bands?.ratio]
      : [beside?.difference, beside?.bands?.difference];
  if (value === undefined || value === null) return "–";
  const size = Math.max(Math.abs(first?.value ?? 0), Math.abs(beside?.value ?? 0));
  const text = one.scale === "log" ? `×${figure(value)}` : differenceText(one, value, size);
  if (!band) return text;
  const [low, high] = [band.low, band.high].map((end) =>
    one.scale === "log" ? figure(end) : differenceText(one, end, size),
  );
  return low === high ? text : `${text} (${low} to ${high})`;
}

/** What does not reach the last digit of the values beside it is said to be about nothing. */
function differenceText(one: HeadlineFigure, value: number, size: number): string {
  if (value !== 0 && Math.abs(value) < 5e-4 * size) return "≈0";
  return `${value > 0 ? "+" : ""}${numberText(one, value)}`;
}

function numberText({ unit }: HeadlineFigure, value: number): string {
  const whole = unit === "count" && Number.isInteger(value);
  return whole ? String(value).replace("-", "−") : figure(value);
}

function legend({ replicates: { count, range } }: Comparison): string[] {
  const beside =
    "×: as a ratio to A; + and −: as a difference from A; –: no such layer or figure, or A has 0";
  if (range === null) return [beside];
  return [
    beside,
    `medians over ${count} seeds; in brackets ${range} of the ratio or difference, seed by seed`,
  ];
}
