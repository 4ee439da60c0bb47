// What a reader meets before the question is answered: paragraphs and formulas, not what the notes' sayings are held
// against. None of the figures that the answer reveals may stand there.
import type { Chapter } from "../../src/lab/learn/chapter";

/** Decimal figures of what is revealed that the text tells as well; none is as it should be. */
export function toldFirst(
  { text }: Chapter,
  texts: Readonly<Record<string, string>>,
  measured: string,
): string[] {
  const open = text.map((block) =>
    block.kind === "paragraph" ? block.prose : block.kind === "formula" ? block.latex : block.notes,
  );
  const filled = open.join(" ").replace(/\{(\w+)\}/g, (whole, name: string) => texts[name] ?? whole);
  const figures = (of: string) => of.match(/\d+\.\d+/g) ?? [];
  const told = new Set(figures(filled));
  return figures(measured).filter((one) => told.has(one));
}
