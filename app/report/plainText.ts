// Texts of people as every writer may take them: valid Unicode without control characters, and with the directions of
// writing that they turn on turned off again at their end.

/** Line breaks and tabs stay. Halves of characters and control characters become the mark for what cannot be shown. */
export function plainText(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n").replaceAll(UNSHOWABLE, "\uFFFD");
}

/** Halves of surrogate pairs (with the flag u, whole pairs are no surrogates), controls, noncharacters. */
const UNSHOWABLE = /\p{Surrogate}|[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\uFFFE\uFFFF]/gu; // eslint-disable-line no-control-regex -- these are what is looked for

/** One line: where a heading, a title or a table's cell must not break. */
export const oneLine = (text: string): string => plainText(text).replaceAll(/[\n\t\u2028\u2029]+/g, " ");

const DIRECTED = /[\u0590-\u08FF\u200E\u200F\u202A-\u202E\u2066-\u2069\uFB1D-\uFDFF\uFE70-\uFEFF]/;
const FIRST_STRONG_ISOLATE = "\u2068";
const POP_ISOLATE = "\u2069";

/** For texts without markup: what the text does to its direction ends with it. */
export function isolated(text: string): string {
  if (!DIRECTED.test(text)) return text;
  return `${FIRST_STRONG_ISOLATE}${balanced(text)}${POP_ISOLATE}`;
}

/** Every embedding and isolate that is opened is closed, and none is closed that was not opened here. */
export function balanced(text: string): string {
  const open: string[] = [];
  let kept = "";
  for (const character of text) {
    const closing = CLOSING[character];
    if (closing !== undefined) open.push(closing);
    else if (character === POP_ISOLATE || character === "\u202C") {
      if (open.at(-1) !== character) continue;
      open.pop();
    }
    kept += character;
  }
  return kept + open.reverse().join("");
}

const CLOSING: Readonly<Record<string, string>> = {
  "\u202A": "\u202C",
  "\u202B": "\u202C",
  "\u202D": "\u202C",
  "\u202E": "\u202C",
  "\u2066": POP_ISOLATE,
  "\u2067": POP_ISOLATE,
  "\u2068": POP_ISOLATE,
};

/** It has letters that are written from right to left, or marks that turn a direction on. */
export const isDirected = (text: string): boolean => DIRECTED.test(text);
