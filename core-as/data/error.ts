// The one error of this folder: data that cannot become a batch.
import { distance } from "fastest-levenshtein";

/** Where in a table something is wrong: rows and columns counted from 1, as a spreadsheet does. */
export interface Place {
  readonly row?: number;
  readonly column?: number;
  readonly columnName?: string;
}

/** `where` names the file and, if known, row and column; the message says what is wrong and what would be right. */
export class DataError extends Error {
  override readonly name = "DataError";
  readonly where: string;
  readonly place: Place;

  constructor(path: string, message: string, place: Place = {}) {
    super(message);
    const { row, column, columnName } = place;
    this.where = [
      path,
      ...(row === undefined ? [] : [`row ${row}`]),
      ...(column === undefined ? [] : [`column ${column}`]),
    ].join(", ");
    if (columnName !== undefined) this.where += ` (${shown(columnName)})`;
    this.place = place;
  }
}

/** `there is no column "lable"; did you mean "label"? There are "a", "label"`, with long lists cut. */
export function absentName(kind: string, wanted: string, names: readonly string[]): string {
  const nearest = names.reduce<string | null>(
    (best, name) => (best === null || distance(wanted, name) < distance(wanted, best) ? name : best),
    null,
  );
  if (nearest === null) return `there is no ${kind} ${shown(wanted)}, and no other`;
  const near = distance(wanted, nearest) <= Math.max(2, wanted.length / 3);
  return `there is no ${kind} ${shown(wanted)}; ${near ? `did you mean ${shown(nearest)}? There` : "there"} are ${listed(names)}`;
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
