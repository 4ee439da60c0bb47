// A report's numbers in one long table, a number a row, in full precision: pandas reads it with read_csv and pivots it.
// Columns: run, table, row, column, low, high, value, text. A bin of a histogram has its edges in low and high and its
// count in value; a value that is met exactly has low and high alike. Texts that a spreadsheet would take for a formula
// have an apostrophe before them.
import { csvCell } from "../../core-as/figures/csvCell";
import { severityWord } from "./severity";
import type { Block, CountedHistogram, ReportDocument, Table } from "./document";
import { plainText } from "./plainText";

const CSV_HEAD = ["run", "table", "row", "column", "low", "high", "value", "text"] as const;

/** Lines end in "\n". */
export function csvOf({ title, author, sections }: ReportDocument): string {
  const lines = [CSV_HEAD.join(",")];
  const said = (table: string, row: string, column: string, text: string) => {
    if (text !== "") lines.push(line(["", table, row, column, "", "", "", text]));
  };
  said("report", "report", "title", title);
  said("report", "report", "author", author);
  for (const { name, blocks } of sections)
    for (const [i, block] of blocks.entries()) {
      for (const table of tablesOf(block)) pushTable(lines, table);
      if (block.kind === "histogram") pushHistogram(lines, block.histogram);
      for (const [column, text] of Object.entries(textsOf(block))) said(name, String(i + 1), column, text);
    }
  return `${lines.join("\n")}\n`;
}

function tablesOf(block: Block): readonly Table[] {
  switch (block.kind) {
    case "table":
    case "series":
      return [block.table];
    case "finding":
      return [block.evidence, ...(block.remedy ? [block.remedy.figures] : [])];
    default:
      return [];
  }
}

/** What has no table, under its place in its section. */
function textsOf(block: Block): Readonly<Record<string, string>> {
  switch (block.kind) {
    case "heading":
    case "paragraph":
    case "quote":
      return { [block.kind]: block.text };
    case "markdown":
      return { notes: block.markdown };
    case "verdict":
      return { severity: block.word ?? severityWord(block.severity), verdict: block.text };
    case "formula":
      return { formula: block.latex, caption: block.caption };
    case "terms":
      return Object.fromEntries(block.terms.map(({ term, text }) => [term, text]));
    case "finding": {
      const { severity, layers, title, message, source, remedy } = block;
      return {
        severity: severityWord(severity),
        layers,
        finding: title,
        message,
        source,
        ...(remedy ? { remedy: remedy.title, reason: remedy.text } : {}),
      };
    }
    default:
      return {};
  }
}

function pushTable(lines: string[], { name, run, columns, rows }: Table): void {
  for (const [r, row] of rows.entries()) {
    const place = row[0]?.value === undefined ? (row[0]?.text ?? "") : String(r + 1);
    for (const [c, { text, value }] of row.entries()) {
      if (c === 0 && value === undefined) continue;
      const isAbsent = value === undefined && (text === "" || text === "–");
      if (isAbsent) continue;
      lines.push(
        line([
          run === undefined ? "" : String(run),
          name,
          place,
          columns[c]!.key,
          "",
          "",
          value ?? "",
          value === undefined ? text : "",
        ]),
      );
    }
  }
}

function pushHistogram(
  lines: string[],
  { run, layer, tensor, edges, counts, points }: CountedHistogram,
): void {
  const before = [String(run), "histogram", layer, tensor] as const;
  for (const { at, count } of points) lines.push(line([...before, at, at, count, ""]));
  for (const [i, count] of counts.entries())
    lines.push(line([...before, edges[i] ?? NaN, edges[i + 1] ?? NaN, count, ""]));
}

const line = (cells: readonly (string | number)[]): string =>
  cells.map((cell) => csvCell(typeof cell === "string" ? plainText(cell) : cell)).join(",");
