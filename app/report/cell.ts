// Cells of a report's tables: the exact number, and the number as a person reads it.
import { figure, percent, whole } from "../../core-as/spec/number";
import type { Cell, Column, Table } from "./document";

type Maybe = number | null | undefined;

/** Where a figure has no meaning. */
export const NONE: Cell = { text: "–" };

export const textCell = (text: string): Cell => ({ text });
export const numberCell = (value: Maybe): Cell => cell(value, figure);
export const shareCell = (value: Maybe): Cell => cell(value, percent);
/** Whole numbers; medians of them may lie between two. */
export const countCell = (value: Maybe): Cell =>
  cell(value, (count) => (Number.isInteger(count) ? whole(count) : figure(count)));

function cell(value: Maybe, written: (value: number) => string): Cell {
  if (value === null || value === undefined) return NONE;
  return { text: Number.isFinite(value) ? written(value) : figure(value), value };
}

/** By the unit of a headline figure. */
export function cellIn(unit: string): (value: Maybe) => Cell {
  return unit === "share" ? shareCell : unit === "count" ? countCell : numberCell;
}

export const textColumn = (title: string, key: string): Column => ({ title, key, isNumber: false });
export const numberColumn = (title: string, key: string, group?: string): Column => ({
  title,
  key,
  isNumber: true,
  ...(group === undefined ? {} : { group }),
});

/** `run` 1 to 8, or null: of the whole report. */
export function table(
  name: string,
  run: number | null,
  caption: string,
  columns: readonly Column[],
  rows: Table["rows"],
): Table {
  return {
    id: run === null ? name : `${name}-${run}`,
    name,
    ...(run === null ? {} : { run }),
    caption,
    columns,
    rows,
  };
}
