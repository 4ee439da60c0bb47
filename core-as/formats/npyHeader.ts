// The header of an NPY file: a Python dict literal with three known keys, parsed by its grammar; nothing is evaluated.
import { FormatError } from "./error";

export interface NpyHeader {
  readonly descr: string;
  readonly fortran: boolean;
  readonly shape: readonly number[];
}

const MAX_AXES = 64;

/** `at` is the byte where the header begins, for errors. */
export function parseNpyHeader(text: string, where: string, at: number): NpyHeader {
  let pos = 0;
  const fail = (wanted: string): never => {
    throw new FormatError(
      where,
      `has a header that numpy would not write: byte ${at + pos} should be ${wanted}, as in {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`,
    );
  };
  /** Takes what the sticky pattern matches, after blanks. */
  const take = (pattern: RegExp): string | undefined => {
    while (text[pos] === " " || text[pos] === "\n" || text[pos] === "\t") pos++;
    pattern.lastIndex = pos;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) pos += found.length;
    return found;
  };
  const must = (pattern: RegExp, wanted: string): string => take(pattern) ?? fail(wanted);
  const quoted = (wanted: string): string => must(/'[^'\\\n]*'|"[^"\\\n]*"/y, wanted).slice(1, -1);

  const readShape = (): number[] => {
    const shape: number[] = [];
    must(/\(/y, "( of the shape");
    while (take(/\)/y) === undefined) {
      if (shape.length === MAX_AXES) fail(`the end of the shape: numpy has at most ${MAX_AXES} axes`);
      // Python 2 wrote long integers with an L.
      shape.push(Number(must(/\d+L?/y, "a size").replace("L", "")));
      if (take(/,/y) === undefined) {
        // (3) is a number, not a tuple.
        if (shape.length === 1) fail("a comma");
        must(/\)/y, "a comma or )");
        break;
      }
    }
    return shape;
  };

  let descr: string | undefined;
  let fortran: boolean | undefined;
  let shape: readonly number[] | undefined;
  must(/\{/y, "{");
  while (take(/\}/y) === undefined) {
    const key = quoted("one of the keys 'descr', 'fortran_order', 'shape'");
    must(/:/y, "a colon");
    if (key === "descr" && descr === undefined) {
      if (take(/\[/y) !== undefined)
        throw new FormatError(
          where,
          "holds records with fields (a structured array); save each field as an array of its own",
        );
      descr = quoted("a type in quotes");
    } else if (key === "fortran_order" && fortran === undefined) {
      fortran = must(/True\b|False\b/y, "True or False") === "True";
    } else if (key === "shape" && shape === undefined) {
      shape = readShape();
    } else fail("after a key that is known and stands once");
    if (take(/,/y) === undefined) {
      must(/\}/y, "a comma or }");
      break;
    }
  }
  take(/\s*/y);
  if (pos !== text.length) fail("the end");
  if (descr === undefined || fortran === undefined || shape === undefined)
    throw new FormatError(where, "has a header without all of 'descr', 'fortran_order' and 'shape'");
  if (descr.length < 2)
    throw new FormatError(where, `has the type ${JSON.stringify(descr)}; one like "<f4" is needed`);
  return { descr, fortran, shape };
}
