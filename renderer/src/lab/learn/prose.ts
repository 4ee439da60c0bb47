// A chapter's prose taken apart: words, words to stress, formulas between dollar signs, figures to be filled in. Draws
// nothing; what is not closed is plain words.
import type { Prose } from "./chapter";

export type ProsePiece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "stress"; readonly text: string }
  | { readonly kind: "formula"; readonly latex: string }
  | { readonly kind: "fill"; readonly name: string };

const PIECE = /\$([^$]+)\$|\*([^*$]+)\*|\{([A-Za-z]\w*)\}/g;
const FILL_IN_LATEX = /\\fill\{(\w+)\}/g;

export function prosePieces(prose: Prose): readonly ProsePiece[] {
  const pieces: ProsePiece[] = [];
  let end = 0;
  for (const match of prose.matchAll(PIECE)) {
    const [whole, latex, stress, name] = match;
    if (match.index > end) pieces.push({ kind: "text", text: prose.slice(end, match.index) });
    end = match.index + whole.length;
    if (latex !== undefined) pieces.push({ kind: "formula", latex });
    else if (stress !== undefined) pieces.push({ kind: "stress", text: stress });
    else pieces.push({ kind: "fill", name: name! });
  }
  if (end < prose.length) pieces.push({ kind: "text", text: prose.slice(end) });
  return pieces;
}

/** As the rest of the page sets it: curved apostrophes, and per cent signs that stay with their number. */
export function typeset(text: string): string {
  return text.replaceAll(/(?<=\w)'/g, "’").replaceAll(/(?<=\d) %/g, "\u202f%");
}

/** Names of the figures that a prose or a formula asks for. */
export function fillNames(text: string): readonly string[] {
  const inLatex = [...text.matchAll(FILL_IN_LATEX)].map(([, name]) => name!);
  const inProse = prosePieces(text.replaceAll(FILL_IN_LATEX, "")).flatMap((piece) =>
    piece.kind === "fill" ? [piece.name] : [],
  );
  return [...inLatex, ...inProse];
}

/** LaTeX with its figures; a place that is not known yet is held by dots. */
export function filledLatex(latex: string, fills: Readonly<Record<string, string>> | null): string {
  return latex.replaceAll(FILL_IN_LATEX, (_, name: string) => {
    const text = fills?.[name];
    return text === undefined ? "{\\cdots}" : `{${latexOf(text)}}`;
  });
}

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻";

/** A figure as the number formatter writes it, in LaTeX. */
export function latexOf(text: string): string {
  return text
    .replaceAll(/[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+/g, (raised) => {
      const digits = [...raised].map((sign) => "0123456789-"[RAISED.indexOf(sign)]);
      return `^{${digits.join("")}}`;
    })
    .replaceAll(/[A-Za-z]{2,}/g, (word) => `\\text{${word}}`)
    .replaceAll("\u2212", "-")
    .replaceAll("×", "\\times ")
    .replaceAll("%", "\\%")
    .replaceAll("∞", "\\infty ")
    .replaceAll(/[\u202f\u00a0]/g, "\\,");
}

/** The words alone, for lists, exports and those who hear them: LaTeX as it is written. */
export function plainProse(prose: Prose, fills: Readonly<Record<string, string>> | null = null): string {
  return prosePieces(prose)
    .map((piece) => {
      if (piece.kind === "formula") return `$${piece.latex}$`;
      return piece.kind === "fill" ? (fills?.[piece.name] ?? "…") : piece.text;
    })
    .join("");
}
