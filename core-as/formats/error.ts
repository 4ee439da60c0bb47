// The one error of this folder: bytes that are not what they should be, or tensors that a format cannot hold.
import { distance } from "fastest-levenshtein";

/** `where` names the file and, after a colon, the entry; the message says what is wrong and what would be right. */
export class FormatError extends Error {
  override readonly name = "FormatError";
  readonly where: string;

  constructor(where: string, message: string) {
    super(message);
    this.where = where;
  }
}

/** `there is no array "wieght"; did you mean "weight"? The file holds: ...`, with long lists cut. */
export function absentName(kind: string, wanted: string, names: readonly string[]): string {
  if (names.length === 0) return `there is no ${kind} ${shown(wanted)}: the file holds none`;
  const nearest = names.reduce((best, name) =>
    distance(wanted, name) < distance(wanted, best) ? name : best,
  );
  const near = distance(wanted, nearest) <= Math.max(2, wanted.length / 3);
  const hint = near ? `did you mean ${shown(nearest)}? The` : "the";
  return `there is no ${kind} ${shown(wanted)}; ${hint} file holds ${listed(names)}`;
}

/** Names in quotes, a dozen at most. */
export function listed(names: readonly string[]): string {
  const head = names.slice(0, 12).map(shown).join(", ");
  return names.length > 12 ? `${head} and ${names.length - 12} more` : head;
}

/** Foreign text, quoted, on one line and short, so that an error stays one line. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}
