// A report as Markdown that GitHub shows: tables, formulas, code; figures as what they show in words. Every text is
// escaped; a person's notes are read and written anew, so that no HTML of theirs passes.
import type { Block, Cell, Column, DrawnFigure, ReportDocument, Table } from "./document";
import { escaped, notesMarkdown } from "./markdownText";
import { isolated, oneLine, plainText } from "./plainText";
import { severityWord } from "./severity";

/** Lines end in "\n". */
export function markdownOf({ title, author, sections }: ReportDocument): string {
  const parts = [`# ${line(title)}`, ...(author === "" ? [] : [line(author)])];
  for (const { heading, blocks } of sections) {
    parts.push(`## ${line(heading)}`);
    let level = 2;
    for (const block of blocks) {
      if (block.kind === "heading") level = 3;
      const text = blockText(block, level);
      if (text !== "") parts.push(text);
    }
  }
  return `${parts.join("\n\n")}\n`;
}

const line = (text: string): string => isolated(escaped(oneLine(text)));

function blockText(block: Block, level: number): string {
  switch (block.kind) {
    case "heading":
      return `### ${line(block.text)}`;
    case "paragraph":
      return line(block.text);
    case "markdown":
      return notesMarkdown(block.markdown, level + 1);
    case "quote":
      return `> ${line(block.text)}`;
    case "verdict":
      return `**${line(block.word ?? severityWord(block.severity))}:** ${line(block.text)}`;
    case "finding":
      return findingText(block, level);
    case "table":
      return tableText(block.table);
    case "figure":
      return figureText(block.figure);
    case "figures": {
      const drawn = block.figures.filter((one): one is DrawnFigure => "figure" in one);
      // Small multiples are read in the tables: in words they would fill pages.
      const isWorded = drawn.every(({ isCompact }) => !isCompact);
      const caption = `*${line(block.caption)}*`;
      return isWorded ? [caption, ...drawn.map(figureText)].join("\n\n") : caption;
    }
    case "formula":
      return `${fence("math", block.latex)}\n\n*${line(block.caption)}*`;
    case "code":
      return fence(block.language, block.text);
    case "terms":
      return block.terms.map(({ term, text }) => `- ${line(term)}: ${line(text)}`).join("\n");
    case "series":
    case "histogram":
      return "";
  }
}

type Finding = Extract<Block, { kind: "finding" }>;

function findingText(finding: Finding, level: number): string {
  const { severity, layers, title, message, evidence, source, remedy } = finding;
  const head = [severityWord(severity), layers].filter(Boolean).join(", ");
  const parts = [
    `${"#".repeat(level + 1)} ${line(title)}${head === title ? "" : ` (${line(head)})`}`,
    line(message),
    tableText(evidence),
    ...(source === "" ? [] : [`Source: ${line(source)}.`]),
    ...(remedy ? [`**Remedy: ${line(remedy.title)}.** ${line(remedy.text)}`, tableText(remedy.figures)] : []),
    ...(remedy === null && (severity === "warning" || severity === "broken") ? [NO_REMEDY] : []),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

export const NO_REMEDY = "No remedy: none was tried, or none of those tried removes it.";

const figureText = ({ figure, alternative }: DrawnFigure): string =>
  `*Figure: ${line(alternative)}*${figure.caption === "" ? "" : ` (${line(figure.caption)})`}`;

/** Empty for a table without rows. */
function tableText({ caption, columns, rows }: Table): string {
  if (rows.length === 0) return "";
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    `**${line(caption)}**`,
    "",
    row(columns.map(headText)),
    row(columns.map(({ isNumber }) => (isNumber ? "---:" : "---"))),
    ...rows.map((cells) => row(cells.map(cellText))),
  ].join("\n");
}

const headText = ({ title, group }: Column): string =>
  line(group === undefined ? title : `${group}, ${title}`);

const cellText = ({ text }: Cell): string => line(text);

/** Longer than any row of backticks within. */
function fence(language: string, text: string): string {
  const plain = plainText(text);
  const longest = Math.max(2, ...[...plain.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = "`".repeat(longest + 1);
  return `${ticks}${language}\n${plain}\n${ticks}`;
}
