// Labels as they stand in files -> classes 0 .. C-1, in the order of their sorted values.
// So the integers 0 .. C-1 stay what they are; a file that lacks some of them is renumbered, and classNames tells how.
import { DataError, type Place, shown } from "./error";
import { isMissing, parseNumber } from "./number";

export const MAX_CLASSES = 65_536;

export interface Classes {
  readonly labels: Int32Array;
  readonly classes: number;
  readonly classNames: readonly string[];
}

/**
 * Texts: as whole numbers where all of them are numbers, else as names, sorted by code unit.
 * Numbers with gaps ("nan", "?") are numbers with gaps, and an error.
 */
export function textClasses(texts: readonly string[], path: string, placeOf: (i: number) => Place): Classes {
  const numbers = texts.map(parseNumber);
  const gap = numbers.indexOf(null);
  if (gap < 0) return numberClasses(numbers as number[], path, placeOf);
  if (
    numbers.some((number) => number !== null) &&
    texts.every((text, i) => numbers[i] !== null || isMissing(text))
  )
    throw new DataError(path, `${shown(texts[gap]!)} is no class; every row needs a label`, placeOf(gap));
  return numbered(texts, [...new Set(texts)].sort(), path);
}

/** Numbers: each must be whole. */
export function numberClasses(
  values: ArrayLike<number>,
  path: string,
  placeOf: (i: number) => Place,
): Classes {
  const seen = new Set<number>();
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isSafeInteger(value))
      throw new DataError(
        path,
        `the label ${value} is no class; labels are whole numbers or names`,
        placeOf(i),
      );
    // -0 and 0 are one class.
    seen.add(value + 0);
  }
  return numbered(
    values,
    [...seen].sort((a, b) => a - b),
    path,
  );
}

function numbered<T extends string | number>(
  values: ArrayLike<T>,
  sorted: readonly T[],
  path: string,
): Classes {
  if (sorted.length > MAX_CLASSES)
    throw new DataError(
      path,
      `the labels have ${sorted.length} different values; at most ${MAX_CLASSES} classes are taken: is it the right column?`,
    );
  const codes = new Map(sorted.map((value, code) => [value, code]));
  const labels = new Int32Array(values.length);
  for (let i = 0; i < labels.length; i++) labels[i] = codes.get(values[i]!)!;
  return { labels, classes: sorted.length, classNames: sorted.map(String) };
}
