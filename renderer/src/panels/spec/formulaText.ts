// The text of a typed formula, looked at while it is not yet one.
import { NAME_PATTERN } from "../../../../core-as/formula/limits";
import { TAKEN_NAMES } from "../../../../core-as/formula/names";

const NAME = /[A-Za-z_][A-Za-z0-9_]*/g;

/** The name that begins at this column (from 1, in code points), where it could be a parameter's. */
export function unknownName(text: string, column: number): string | null {
  const rest = [...text].slice(column - 1).join("");
  const name = /^[A-Za-z_][A-Za-z0-9_]*/.exec(rest)?.[0];
  if (name === undefined || !NAME_PATTERN.test(name) || TAKEN_NAMES.includes(name)) return null;
  // What is called is a function that is not known.
  return rest.slice(name.length).trimStart().startsWith("(") ? null : name;
}

export function withoutUnused(
  text: string,
  parameters: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const used = new Set(text.match(NAME) ?? []);
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => used.has(name)));
}
