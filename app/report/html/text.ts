// Text into HTML, and nothing but text: no character of it is markup, and the direction it is written in ends with it.
import { balanced, isDirected, oneLine, plainText } from "../plainText";

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export const escapedHtml = (text: string): string =>
  plainText(text).replaceAll(/[&<>"']/g, (character) => ESCAPES[character]!);

/** Between the quotes of an attribute. */
export const attribute = (text: string): string => escapedHtml(oneLine(text));

/** A run of text within a line. */
export function lineHtml(text: string): string {
  const html = escapedHtml(oneLine(text));
  return isDirected(text) ? `<bdi>${html}</bdi>` : html;
}

/** Where no element may stand: directions are closed, not isolated. */
export const titleHtml = (text: string): string => escapedHtml(balanced(oneLine(text)));
