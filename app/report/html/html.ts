// A report as one self-contained HTML file: no script, no address that is fetched, vector figures, real tables. Reads
// on a screen in light and dark, and on A4 paper, of which PDF is made.
import type { ReportDocument, Section } from "../document";
import { blocksHtml } from "./blocks";
import { FigureNames } from "./figureNames";
import { STYLE } from "./style";
import { attribute, lineHtml, titleHtml } from "./text";

/** `tell` hears how far it is, 0 to 1. */
export function htmlOf(document: ReportDocument, tell?: (fraction: number) => void): string {
  const { title, author, sections } = document;
  const figures = new FigureNames(document, tell);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Init Lab">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; font-src data:">
<title>${titleHtml(title)}</title>
<style>
${STYLE}
</style>
</head>
<body>
<header>
<h1>${lineHtml(title)}</h1>
${author === "" ? "" : `<p class="author">${lineHtml(author)}</p>\n`}</header>
${contents(sections)}<main>
${sections.map((section) => sectionHtml(section, figures)).join("\n")}
</main>
</body>
</html>
`;
}

/** Nothing to choose from, no contents. */
function contents(sections: readonly Section[]): string {
  if (sections.length < 2) return "";
  const items = sections.map(
    ({ id, heading }) => `<li><a href="#${attribute(id)}">${lineHtml(heading)}</a></li>`,
  );
  return `<nav aria-label="Contents">\n<ol>\n${items.join("\n")}\n</ol>\n</nav>\n`;
}

function sectionHtml({ id, heading, blocks }: Section, figures: FigureNames): string {
  return `<section id="${attribute(id)}" aria-labelledby="${attribute(id)}-heading">
<h2 id="${attribute(id)}-heading">${lineHtml(heading)}</h2>
${blocksHtml(blocks, figures)}
</section>`;
}
