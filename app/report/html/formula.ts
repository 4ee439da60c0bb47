// Formulas as MathML, which browsers set without a style sheet or fonts of ours. LaTeX that cannot be set is shown as it
// was written.
import katex from "katex";
import { escapedHtml, lineHtml } from "./text";

/** Longer LaTeX is not set: nobody writes such a formula. */
const MOST_CHARACTERS = 2000;

export function formulaHtml(latex: string, isDisplay: boolean): string {
  if (latex.length > MOST_CHARACTERS) return `<code>${escapedHtml(latex)}</code>`;
  try {
    const html = katex.renderToString(latex, {
      output: "mathml",
      displayMode: isDisplay,
      throwOnError: true,
      trust: false,
      strict: "ignore",
      maxExpand: 100,
      maxSize: 20,
    });
    return html.replace(/^<span class="katex">/, "").replace(/<\/span>$/, "");
  } catch {
    return `<code>${escapedHtml(latex)}</code>`;
  }
}

/** Formulas stand between dollar signs. A single dollar sign is one. */
export function quoteHtml(text: string): string {
  return text
    .split(/(\$[^$\n]+\$)/)
    .map((part) =>
      part.length > 2 && part.startsWith("$") && part.endsWith("$")
        ? formulaHtml(part.slice(1, -1), false)
        : part === ""
          ? ""
          : lineHtml(part),
    )
    .join("");
}
