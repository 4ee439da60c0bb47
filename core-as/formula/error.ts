// What is wrong with a typed formula, where, and what would be right.
import { distance } from "fastest-levenshtein";

/** Where: a column of the text, from 1, in code points; or the name of a parameter. */
export type FormulaPlace = { readonly column: number } | { readonly parameter: string };

/** The message carries the place: `formula, column 9: unknown name "sigmod"; did you mean "sigmoid"?` */
export class FormulaError extends Error {
  override readonly name = "FormulaError";
  readonly place: FormulaPlace;
  /** The message without the place. */
  readonly what: string;

  constructor(place: FormulaPlace, what: string) {
    const where = "column" in place ? `column ${place.column}` : `parameter ${quoted(place.parameter)}`;
    super(`formula, ${where}: ${what}`);
    this.place = place;
    this.what = what;
  }
}

/** In double quotes, control characters escaped, cut where it is long. */
export function quoted(text: string): string {
  const points = [...text];
  const cut = JSON.stringify(points.length > 40 ? `${points.slice(0, 40).join("")}…` : text);
  // JSON leaves DEL and the C1 controls as they are.
  return cut.replaceAll(/[\u007f-\u009f]/g, (control) => `\\u00${control.charCodeAt(0).toString(16)}`);
}

/** Names that others have for what stands here under another. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ["ln", "log"],
  ["logistic", "sigmoid"],
  ["fabs", "abs"],
  ["if", "where"],
  ["select", "where"],
  ["maximum", "max"],
  ["minimum", "min"],
  ["heaviside", "where"],
  ["z", "x"],
]);

/** `did you mean "sigmoid"?`, or the whole list where nothing is near. */
export function suggestion(name: string, known: readonly string[]): string {
  const wanted = name.toLowerCase();
  const other = OTHER_NAMES.get(wanted);
  let best = other !== undefined && known.includes(other) ? other : null;
  let nearest = Math.max(1, Math.round(wanted.length / 2.5)) + 1;
  if (best === null && wanted.length <= 64)
    for (const candidate of known) {
      const far = distance(wanted, candidate.toLowerCase());
      // Of two as near, the one that begins alike: "sigmd" is a shortened sigmoid, no lengthened sign.
      const isLonger = best !== null && commonPrefix(candidate, wanted) > commonPrefix(best, wanted);
      if (far < nearest || (far === nearest && isLonger)) [best, nearest] = [candidate, far];
    }
  return best === null ? `the names here are: ${known.join(", ")}` : `did you mean ${quoted(best)}?`;
}

function commonPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
