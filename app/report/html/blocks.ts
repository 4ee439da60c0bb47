// Blocks of a document as HTML. Headings count on from the section's: a run's is the third, a finding's the one below.
import type { AbsentFigure, Block, Cell, Column, DrawnFigure, Table } from "../document";
import { NO_REMEDY } from "../markdown";
import { notesHtml } from "../notes";
import { severityWord } from "../severity";
import { drawnSvg } from "./drawn";
import type { FigureNames } from "./figureNames";
import { formulaHtml, quoteHtml } from "./formula";
import { severityMark } from "./mark";
import { attribute, escapedHtml, lineHtml } from "./text";

/** `figures`: of the whole document. */
export function blocksHtml(blocks: readonly Block[], figures: FigureNames): string {
  let level = 2;
  const parts: string[] = [];
  for (let i = 0; i < blocks.length; i++) {
    const block = blocks[i]!;
    if (block.kind === "heading") level = 3;
    const narrow = narrowTables(blocks, i);
    if (narrow.length > 1) {
      parts.push(`<div class="tables">\n${narrow.map(tableHtml).join("\n")}\n</div>`);
      i += narrow.length - 1;
      continue;
    }
    const html = blockHtml(block, level, figures);
    if (html !== "") parts.push(html);
  }
  return parts.join("\n");
}

/** Of short tables so narrow two stand beside each other: so few columns that words may wrap, or so few letters. */
const FEW_COLUMNS = 4;
const NARROW_PIXELS = 300;
const LETTER_PIXELS = 6.5;
const GAP_PIXELS = 16;

function isNarrow({ columns, rows }: Table): boolean {
  if (columns.length <= FEW_COLUMNS) return true;
  const widths = columns.map(({ title, group }, c) => {
    const texts = [title, group ?? "", ...rows.map((row) => row[c]?.text ?? "")];
    return GAP_PIXELS + LETTER_PIXELS * Math.max(...texts.map(({ length }) => length));
  });
  return widths.reduce((sum, width) => sum + width, -GAP_PIXELS) <= NARROW_PIXELS;
}

/** Those that follow each other from `i` on. */
function narrowTables(blocks: readonly Block[], i: number): readonly Table[] {
  const found: Table[] = [];
  for (let block = blocks[i]; block?.kind === "table"; block = blocks[i + found.length]) {
    if (block.table.rows.length > SHORT || !isNarrow(block.table)) break;
    found.push(block.table);
  }
  return found;
}

function blockHtml(block: Block, level: number, figures: FigureNames): string {
  switch (block.kind) {
    case "heading":
      return `<h3 id="${attribute(block.id)}">${lineHtml(block.text)}</h3>`;
    case "paragraph":
      return `<p>${lineHtml(block.text)}</p>`;
    case "markdown":
      return `<div class="notes" dir="auto">\n${notesHtml(block.markdown, level + 1).trimEnd()}\n</div>`;
    case "quote":
      return `<blockquote><p>${quoteHtml(block.text)}</p></blockquote>`;
    case "verdict": {
      const { severity, word, text } = block;
      return `<p class="verdict">${severityMark(severity, word ?? severityWord(severity))} ${lineHtml(text)}</p>`;
    }
    case "finding":
      return findingHtml(block, level);
    case "table":
      return tableHtml(block.table);
    case "figure":
      return figureHtml(block.figure, figures);
    case "figures":
      return figuresHtml(block, figures);
    case "formula":
      return `<figure class="formula">\n<figcaption>${lineHtml(block.caption)}</figcaption>\n${formulaHtml(block.latex, true)}\n</figure>`;
    case "code":
      return `<pre${block.text.split("\n").length <= SHORT_CODE ? ' class="short"' : ""} tabindex="0"><code>${escapedHtml(block.text)}</code></pre>`;
    case "terms": {
      const terms = block.terms.map(
        ({ term, text }) => `<dt>${lineHtml(term)}</dt><dd>${lineHtml(text)}</dd>`,
      );
      return `<dl>\n${terms.join("\n")}\n</dl>`;
    }
    case "series":
    case "histogram":
      return "";
  }
}

type Finding = Extract<Block, { kind: "finding" }>;

function findingHtml(finding: Finding, level: number): string {
  const { severity, layers, title, message, evidence, source, remedy } = finding;
  const word = severityWord(severity);
  const heading = `h${level + 1}`;
  const parts = [
    // "Healthy" twice over would say no more.
    ...(title === word
      ? [`<${heading}>${severityMark(severity, word)}</${heading}>`]
      : [
          `<p class="found">${severityMark(severity, word)}${layers === "" ? "" : ` <span>${lineHtml(layers)}</span>`}</p>`,
          `<${heading}>${lineHtml(title)}</${heading}>`,
        ]),
    `<p>${lineHtml(message)}</p>`,
    `<div class="evidence">\n${[
      keptHtml([
        tableHtml(evidence),
        ...(source === "" ? [] : [`<p class="source">Source: ${lineHtml(source)}.</p>`]),
        ...(remedy === null && (severity === "warning" || severity === "broken")
          ? [`<p class="source">${NO_REMEDY}</p>`]
          : []),
      ]),
      ...(remedy
        ? [
            keptHtml([
              `<p class="remedy"><strong>Remedy: ${lineHtml(remedy.title)}.</strong> ${lineHtml(remedy.text)}</p>`,
              tableHtml(remedy.figures),
            ]),
          ]
        : []),
    ].join("\n")}\n</div>`,
  ];
  return `<div class="finding">\n${parts.join("\n")}\n</div>`;
}

/** What no page's end parts: a table and its source, a remedy and what it does. */
const keptHtml = (parts: readonly string[]): string =>
  `<div>\n${parts.filter((part) => part !== "").join("\n")}\n</div>`;

/** More columns scroll on a narrow screen. */
const MOST_COLUMNS = 6;
/** So many rows are kept on one page. */
const SHORT = 14;

/** So many lines are kept on one page. */
const SHORT_CODE = 24;

/** Empty for a table without rows. */
function tableHtml({ id, caption, columns, rows }: Table): string {
  if (rows.length === 0) return "";
  const classes = [
    ...(rows.length <= SHORT ? ["short"] : []),
    ...(columns.length > MOST_COLUMNS ? ["wide"] : []),
    ...(columns.length > 10 ? ["widest"] : []),
  ];
  const table = `<table id="t-${attribute(id)}"${classes.length > 0 ? ` class="${classes.join(" ")}"` : ""}>
<caption id="c-${attribute(id)}">${lineHtml(caption)}</caption>
<thead>
${headHtml(columns)}
</thead>
<tbody>
${rows.map((row) => rowHtml(row, columns)).join("\n")}
</tbody>
</table>`;
  return columns.length > MOST_COLUMNS
    ? `<div class="scrolls" role="group" aria-labelledby="c-${attribute(id)}" tabindex="0">\n${table}\n</div>`
    : table;
}

function headHtml(columns: readonly Column[]): string {
  const isNumber = (column: Column) => (column.isNumber ? ' class="number"' : "");
  if (columns.every(({ group }) => group === undefined))
    return `<tr>${columns.map((column) => `<th scope="col"${isNumber(column)}>${lineHtml(column.title)}</th>`).join("")}</tr>`;
  const above: string[] = [];
  const below: string[] = [];
  for (let i = 0; i < columns.length;) {
    const column = columns[i]!;
    const { group } = column;
    if (group === undefined) {
      above.push(`<th scope="col" rowspan="2"${isNumber(column)}>${lineHtml(column.title)}</th>`);
      i++;
      continue;
    }
    let span = 0;
    for (; columns[i + span]?.group === group; span++) {
      const part = columns[i + span]!;
      below.push(`<th scope="col"${isNumber(part)}>${lineHtml(part.title)}</th>`);
    }
    above.push(`<th scope="colgroup" colspan="${span}" class="group">${lineHtml(group)}</th>`);
    i += span;
  }
  return `<tr>${above.join("")}</tr>\n<tr>${below.join("")}</tr>`;
}

/** May break anywhere, lest it widens its table beyond the page; shorter words stay whole. */
const LONG_WORD = /\S{14}/;

function rowHtml(row: readonly Cell[], columns: readonly Column[]): string {
  const cells = row.map(({ text }, c) => {
    const classes = [
      ...(c > 0 && columns[c]?.isNumber ? ["number"] : []),
      // Numbers are never parted, a number and its range may be.
      ...(c > 0 && columns[c]?.isNumber && text.includes(" (") ? ["banded"] : []),
      ...(LONG_WORD.test(text) ? ["long"] : []),
    ];
    const kind = classes.length === 0 ? "" : ` class="${classes.join(" ")}"`;
    if (c === 0) return `<th scope="row"${kind}>${breakable(lineHtml(text))}</th>`;
    return `<td${kind}>${lineHtml(text)}</td>`;
  });
  return `<tr>${cells.join("")}</tr>`;
}

/** Names of fields may break behind their dots. */
const breakable = (html: string): string => html.replaceAll(/(?<=[a-z\]]\.)(?=[a-z])/gi, "<wbr>");

function figureHtml(drawn: DrawnFigure, figures: FigureNames): string {
  const { figure, isCompact } = drawn;
  const svg = drawnSvg(drawn, figures.next());
  const caption = figure.caption === "" ? "" : ` <span>${lineHtml(figure.caption)}</span>`;
  return `<figure${isCompact ? ' class="compact"' : ""}>\n<figcaption><strong>${lineHtml(figure.title)}</strong>${caption}</figcaption>\n${svg}\n</figure>`;
}

const absentHtml = ({ title, absent }: AbsentFigure): string =>
  `<div class="absent"><p><strong>${lineHtml(title)}</strong></p><p>${lineHtml(absent)}</p></div>`;

function figuresHtml(block: Extract<Block, { kind: "figures" }>, figures: FigureNames): string {
  const { across, caption } = block;
  const parts = block.figures.map((one) => ("figure" in one ? figureHtml(one, figures) : absentHtml(one)));
  return `<figure class="group">
<figcaption>${lineHtml(caption)}</figcaption>
<div class="across-${Math.min(4, Math.max(1, across))}">
${parts.join("\n")}
</div>
</figure>`;
}
