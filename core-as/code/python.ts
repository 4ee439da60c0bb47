// Python text: literals, comments and lines no longer than a reader of PEP 8 expects. What came from outside can
// neither end a comment nor a string, whatever it holds.

export const COLUMNS = 100;

/** Everything that some reader may take for the end of a line, or that shows as something else than it is. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The text in double quotes, as a Python literal that shows what is in it. */
export function quotedText(text: string): string {
  const safe = text
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll(UNSEEN, (mark) => escaped(mark.codePointAt(0)!));
  return `"${safe}"`;
}

function escaped(point: number): string {
  const hex = point.toString(16);
  return point > 0xffff ? `\\U${hex.padStart(8, "0")}` : `\\u${hex.padStart(4, "0")}`;
}

/** A float of Python with all its digits. */
export function float(value: number): string {
  if (Number.isNaN(value)) return "math.nan";
  if (!Number.isFinite(value)) return value < 0 ? "-math.inf" : "math.inf";
  const text = Object.is(value, -0) ? "-0.0" : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** Six significant digits, for comments. */
export function digits(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** Comment lines of this text; it is broken at blanks, and within a word that no line holds. */
export function comment(text: string, indent = ""): string[] {
  const head = `${indent}# `;
  return broken(text, COLUMNS - head.length).map((line) => `${head}${line}`.trimEnd());
}

function broken(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  // A number stays on the line of its equals sign.
  for (const word of text.replaceAll(UNSEEN, " ").split(/(?<!=)\s+/)) {
    if (line !== "" && lengthOf(line) + 1 + lengthOf(word) > width) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
    while (lengthOf(line) > width) {
      const points = [...line];
      lines.push(points.slice(0, width).join(""));
      line = points.slice(width).join("");
    }
  }
  lines.push(line);
  return lines;
}

const lengthOf = (text: string): number => [...text].length;

/**
 * `before expression`, in parentheses over several lines where one does not hold it. The expression has blanks
 * around its operators and holds no text: it may be broken at blanks and after opening parentheses.
 */
export function expressionLines(before: string, expression: string, indent: string): string[] {
  const whole = `${indent}${before} ${expression}`;
  if (whole.length <= COLUMNS) return [whole];
  const inner = `${indent}    `;
  const lines: string[] = [];
  let line = "";
  for (const piece of expression.split(/(?<=[ (])/)) {
    if (line !== "" && inner.length + line.length + piece.trimEnd().length > COLUMNS) {
      lines.push(`${inner}${line}`.trimEnd());
      line = "";
    }
    line += piece;
  }
  lines.push(`${inner}${line}`);
  return [`${indent}${before} (`, ...lines, `${indent})`];
}

/** What is called, and with what; arguments null: the name itself, not called. */
export interface Call {
  readonly name: string;
  readonly arguments: readonly Argument[] | null;
}
/** Python text, or a text to be quoted, with a keyword before it. */
export type Argument = string | { readonly keyword?: string; readonly text: string };

export const call = (name: string, ...given: readonly Argument[]): Call => ({ name, arguments: given });
export const uncalled = (name: string): Call => ({ name, arguments: null });

/** `before name(arguments),` on one line, or an argument a line. */
export function callLines(before: string, { name, arguments: given }: Call, indent: string): string[] {
  if (given === null) return [`${indent}${before}${name},`];
  const whole = `${indent}${before}${name}(${given.map(argumentText).join(", ")}),`;
  if (lengthOf(whole) <= COLUMNS) return [whole];
  const inner = `${indent}    `;
  return [`${indent}${before}${name}(`, ...given.flatMap((one) => argumentLines(one, inner)), `${indent}),`];
}

function argumentText(one: Argument): string {
  return typeof one === "string" ? one : `${keywordText(one)}${quotedText(one.text)}`;
}

const keywordText = ({ keyword }: { readonly keyword?: string }): string =>
  keyword === undefined ? "" : `${keyword}=`;

/** Characters of a text on one line; escaped, each of them may need ten columns. */
const PIECE = 60;

function argumentLines(one: Argument, indent: string): string[] {
  const line = `${indent}${argumentText(one)},`;
  if (typeof one === "string" || lengthOf(line) <= COLUMNS) return [line];
  const points = [...one.text];
  const pieces: string[] = [];
  for (let at = 0; at < points.length;) {
    let size = PIECE;
    while (size > 4 && lengthOf(quotedText(points.slice(at, at + size).join(""))) > COLUMNS - 30) size -= 4;
    pieces.push(quotedText(points.slice(at, at + size).join("")));
    at += size;
  }
  // Texts that stand side by side are one.
  return [`${indent}${keywordText(one)}(`, ...pieces.map((piece) => `${indent}    ${piece}`), `${indent}),`];
}
