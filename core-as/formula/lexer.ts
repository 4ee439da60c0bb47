// Text -> tokens, each with its column. Refuses characters that no formula has, and numbers beyond float32.
import { FormulaError, quoted } from "./error";
import { FORMULA_LIMITS } from "./limits";

export type Mark = "+" | "-" | "*" | "/" | "^" | "(" | ")" | "," | Comparison;
export type Comparison = "<" | "<=" | ">" | ">=" | "==" | "!=";

/** `column` counts code points from 1; `text` is what stands there. */
export type Token =
  | { readonly kind: "number"; readonly column: number; readonly text: string; readonly value: number }
  | { readonly kind: "name"; readonly column: number; readonly text: string }
  | { readonly kind: "mark"; readonly column: number; readonly text: Mark };

const BLANK = /^\s$/u;
const NUMBER = /^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*/;
const MARK = /^(?:<=|>=|==|!=|[-+*/^(),<>])/;

/** What was probably meant by a character that is none of ours. */
const MEANT: ReadonlyMap<string, string> = new Map([
  ["×", '"*"'],
  ["·", '"*"'],
  ["⋅", '"*"'],
  ["÷", '"/"'],
  ["−", '"-"'],
  ["–", '"-"'],
  ["²", '"^2"'],
  ["³", '"^3"'],
  ["π", '"pi"'],
  ["≤", '"<="'],
  ["≥", '">="'],
  ["≠", '"!="'],
  ["=", '"==" to compare'],
  ["!", '"!=" to compare'],
  ["&", "a product of comparisons, (a > 0) * (a < 1)"],
  ["|", "max of comparisons, max(a < 0, a > 1), or abs(a)"],
  ["?", "where(condition, a, b)"],
  [":", "where(condition, a, b)"],
  ["[", '"("'],
  ["]", '")"'],
  ["{", '"("'],
  ["}", '")"'],
  [".", "a number such as 0.5"],
]);

export function tokensOf(text: string): Token[] {
  const points = [...text];
  if (points.length > FORMULA_LIMITS.text)
    throw new FormulaError(
      { column: FORMULA_LIMITS.text + 1 },
      `the text has ${points.length} characters; write at most ${FORMULA_LIMITS.text}`,
    );
  const tokens: Token[] = [];
  for (let at = 0; at < points.length;) {
    if (BLANK.test(points[at]!)) {
      at++;
      continue;
    }
    const token = tokenAt(points, at);
    tokens.push(token);
    // Tokens are of ASCII alone: their length is that in code points.
    at += token.text.length;
  }
  return tokens;
}

function tokenAt(points: readonly string[], at: number): Token {
  const column = at + 1;
  const rest = points.slice(at).join("");
  const number = NUMBER.exec(rest)?.[0];
  if (number !== undefined) return { kind: "number", column, text: number, value: valueOf(number, column) };
  const name = NAME.exec(rest)?.[0];
  if (name !== undefined) return { kind: "name", column, text: name };
  const mark = MARK.exec(rest)?.[0];
  if (mark !== undefined) return { kind: "mark", column, text: mark as Mark };
  const stray = points[at]!;
  const meant = MEANT.get(stray);
  throw new FormulaError(
    { column },
    `${quoted(stray)} means nothing here; write ${meant ?? "names, numbers, + - * / ^, comparisons and parentheses"}`,
  );
}

function valueOf(text: string, column: number): number {
  const value = Number(text);
  const { smallest, largest } = FORMULA_LIMITS;
  // A number that is written as 0 has no digit but 0 before its exponent.
  const isZero = !/[1-9]/.test(text.split(/[eE]/)[0]!);
  if (!(value <= largest) || (!isZero && value < smallest))
    throw new FormulaError(
      { column },
      `${quoted(text)} is out of range; write 0, or a number from ${smallest} to ${largest}`,
    );
  return value;
}
