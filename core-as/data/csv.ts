// A table of numbers as text, perhaps with a label column and a row of names, -> batch.
// papaparse cuts the cells, at commas, tabs, semicolons or bars; which of them, the first line tells (its own guess
// fails on two columns). Numbers have decimal points.
//
// The first row is a header when
//   the label column is given by name, or
//   a cell outside the label column is text (not a number, not empty, not "nan" and its like), or
//   its label cell is text while the labels of all other rows are numbers.
// Blank lines are passed over. Nothing is guessed: what is no number is an error with its row and column.
import Papa from "papaparse/papaparse.min.js";
import { strFromU8 } from "fflate";
import { type Batch, MAX_ELEMENTS, MAX_FEATURES, MAX_SAMPLES, checkSize } from "./batch";
import { DataError, type Place, absentName, listed, shown } from "./error";
import { textClasses } from "./labels";
import { isMissing, parseNumber } from "./number";

/** Text is one string while it is cut, and V8's strings end at 2^29 - 24 characters. */
export const MAX_TEXT_BYTES = 500_000_000;

/** `label`: the column's name, or its index counted from 0; a negative one counts from the end. */
export function readCsv(bytes: Uint8Array, path: string, label?: string | number): Batch {
  const table = new Table(path, label);
  const text = decode(bytes, path);
  Papa.parse(text, {
    delimiter: delimiterOf(text),
    skipEmptyLines: false,
    step: ({ data, errors }) => table.take(data, errors[0]?.message),
  });
  return table.batch();
}

function decode(bytes: Uint8Array, path: string): string {
  if (bytes.length === 0) throw new DataError(path, "is empty; rows of numbers are needed");
  if (bytes.length > MAX_TEXT_BYTES)
    throw new DataError(
      path,
      `is ${bytes.length} bytes of text; at most ${MAX_TEXT_BYTES} are taken: save it as .npy`,
    );
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    throw new DataError(path, "is UTF-16 text; save it as UTF-8");
  if (bytes.subarray(0, 4096).includes(0)) throw new DataError(path, "is not text; a CSV file is needed");
  return strFromU8(bytes);
}

/**
 * The mark that stands most often in the first line outside quotes; a comma where none leads.
 * A comma between digits may be a decimal one, so it counts for nothing beside other marks: 1,5;2,5 is two cells.
 */
function delimiterOf(text: string): string {
  const line = (/^.*\S.*$/m.exec(text)?.[0] ?? "").replace(/"[^"]*"/g, "");
  let best = ",";
  let most = line.match(/(?<!\d),|,(?!\d)/g)?.length ?? 0;
  for (const mark of ["\t", ";", "|"]) {
    const count = line.split(mark).length - 1;
    if (count > most) [best, most] = [mark, count];
  }
  return best;
}

/** Takes rows one after another; no row is kept as text but its label. */
class Table {
  readonly #path: string;
  readonly #label: string | number | undefined;
  #row = 0;
  /** Cells a row; 0 before the first. */
  #width = 0;
  #firstRow = 0;
  #header: readonly string[] | null = null;
  #labelColumn = -1;
  #values = new Float32Array(0);
  #count = 0;
  readonly #labels: string[] = [];
  readonly #labelRows: number[] = [];

  constructor(path: string, label: string | number | undefined) {
    this.#path = path;
    this.#label = label;
  }

  take(cells: readonly string[], flaw: string | undefined): void {
    this.#row++;
    if (flaw !== undefined)
      throw new DataError(this.#path, `its quotes do not close (${flaw}); a quote inside quotes is doubled`, {
        row: this.#row,
      });
    if (cells.length === 1 && cells[0]!.trim() === "") return;
    if (this.#width === 0) {
      this.#begin(cells);
      if (this.#header !== null) return;
    }
    if (cells.length !== this.#width)
      throw new DataError(
        this.#path,
        `has ${cells.length} cells, where row ${this.#firstRow} has ${this.#width}; every row needs as many`,
        { row: this.#row },
      );
    this.#append(cells);
  }

  #begin(cells: readonly string[]): void {
    this.#width = cells.length;
    this.#firstRow = this.#row;
    this.#labelColumn = this.#findLabel(cells);
    const isHeader =
      typeof this.#label === "string" ||
      cells.some((cell, column) => column !== this.#labelColumn && isText(cell));
    if (isHeader) this.#header = cells.map((cell) => cell.trim());
    const features = this.#features;
    if (features === 0)
      throw new DataError(
        this.#path,
        "has no column but the label's; at least one column of numbers is needed",
      );
    if (features > MAX_FEATURES) checkSize(1, features, this.#path);
  }

  #findLabel(cells: readonly string[]): number {
    const label = this.#label;
    if (label === undefined) return -1;
    if (typeof label === "number") {
      const column = label < 0 ? cells.length + label : label;
      if (Number.isInteger(column) && column >= 0 && column < cells.length) return column;
      const named = cells.some(isText) ? ` (${listed(cells)})` : "";
      throw new DataError(
        this.#path,
        `there is no label column ${label}: the file has ${cells.length} columns${named}, counted from 0`,
      );
    }
    const names = cells.map((cell) => cell.trim());
    const column = names.indexOf(label);
    if (column < 0)
      throw new DataError(
        this.#path,
        cells.some(isText)
          ? absentName("column", label, names)
          : `there is no column ${shown(label)}: row ${this.#row} holds numbers and no names; give the label column by its index, 0 to ${cells.length - 1}`,
      );
    if (names.indexOf(label, column + 1) >= 0)
      throw new DataError(
        this.#path,
        `has two columns named ${shown(label)}; give the label column by its index`,
      );
    return column;
  }

  #append(cells: readonly string[]): void {
    if (this.#count + this.#features > this.#values.length) this.#grow();
    for (let column = 0; column < cells.length; column++) {
      const cell = cells[column]!;
      if (column === this.#labelColumn) {
        if (cell.trim() === "") throw this.#error("the label is empty; every row needs one", column);
        this.#labels.push(cell.trim());
        this.#labelRows.push(this.#row);
        continue;
      }
      const value = Math.fround(parseNumber(cell) ?? this.#refuse(cell, column));
      if (!Number.isFinite(value))
        throw this.#error(`${shown(cell)} is past the largest float32, 3.4e38`, column);
      this.#values[this.#count++] = value;
    }
  }

  #refuse(cell: string, column: number): never {
    if (cell.trim() === "") throw this.#error("the cell is empty; every cell needs a number", column);
    if (isMissing(cell))
      throw this.#error(`${shown(cell)} is no finite number; every cell needs one`, column);
    const comma = /^\s*[+-]?\d+,\d+\s*$/.test(cell) ? "; decimals are written with a point" : "";
    // Text in the last column of a file read without labels is most often the label.
    const isLast = this.#label === undefined && column === this.#width - 1;
    const hint = isLast ? `; if this is the label, give "label": ${column}` : "";
    throw this.#error(`${shown(cell)} is text, where a number belongs${comma}${hint}`, column);
  }

  batch(): Batch {
    if (this.#width === 0)
      throw new DataError(this.#path, "holds blank lines only; rows of numbers are needed");
    const features = this.#features;
    const start = this.#header === null && isOnlyFirstText(this.#labels) ? 1 : 0;
    const samples = this.#count / features - start;
    if (samples === 0)
      throw new DataError(this.#path, "holds a header and no rows; rows of numbers are needed");
    checkSize(samples, features, this.#path);
    const inputs = this.#values.slice(start * features, this.#count);
    if (this.#labelColumn < 0) return { samples, features, inputs, labels: null, classes: null };
    const place = (i: number): Place => this.#place(this.#labelColumn, this.#labelRows[i + start]!);
    return { samples, features, inputs, ...textClasses(this.#labels.slice(start), this.#path, place) };
  }

  /** Doubles the room, never past what may be taken. */
  #grow(): void {
    const rows = Math.floor(this.#count / this.#features) + 1;
    // One row more than the bound: the first may yet prove to be a header.
    if (rows > MAX_SAMPLES + 1 || rows * this.#features > MAX_ELEMENTS + this.#features)
      checkSize(rows, this.#features, this.#path);
    const room = Math.min(
      Math.max(256, rows * 2) * this.#features,
      (MAX_SAMPLES + 1) * this.#features,
      MAX_ELEMENTS + this.#features,
    );
    const larger = new Float32Array(room);
    larger.set(this.#values.subarray(0, this.#count));
    this.#values = larger;
  }

  get #features(): number {
    return this.#width - (this.#labelColumn < 0 ? 0 : 1);
  }

  #error(message: string, column: number): DataError {
    return new DataError(this.#path, message, this.#place(column, this.#row));
  }

  #place(column: number, row: number): Place {
    const columnName = this.#header?.[column];
    return { row, column: column + 1, ...(columnName === undefined ? {} : { columnName }) };
  }
}

function isOnlyFirstText(labels: readonly string[]): boolean {
  return labels.length > 1 && isText(labels[0]!) && !labels.slice(1).some(isText);
}

function isText(cell: string): boolean {
  return parseNumber(cell) === null && !isMissing(cell);
}
