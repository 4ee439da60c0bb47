// A figure that becomes a file: what it can become, how large a picture is at first, and the line below it.
import type { Figure } from "../../../core-as/figures/figure";
import { whole } from "../../../core-as/spec/number";

export type FigureFile = "svg" | "png" | "csv";

/** A picture whose size is asked for. */
export interface FigureToSave {
  readonly figure: Figure;
  readonly as: "svg" | "png";
  readonly source: string;
}

/** CSS pixels: a column of a page, with room for the key. */
export const FIRST_SIZE = { width: 720, height: 420 } as const;
/** A PNG has this many pixels for each of CSS: sharp on paper. */
export const PNG_SCALE = 2;

/** "Case 4, seed 42, Init Lab core 1.2.0"; `seed` null: it is of several. */
export function figureSource(name: string, seed: number | null, coreVersion: string | null): string {
  return [
    name.slice(0, LONGEST_NAME) || "Untitled",
    ...(seed === null ? [] : [`seed ${whole(seed)}`]),
    coreVersion === null ? "Init Lab" : `Init Lab core ${coreVersion}`,
  ].join(", ");
}

const LONGEST_NAME = 400;
