// A person's notes, read as Markdown once for every writer. No HTML passes, no image is loaded; a link is its text with
// its address, which is not to be followed from a report. Headings begin below the one that the notes stand under.
import MarkdownIt, { type Token } from "markdown-it";
import { plainText } from "./plainText";

export type { Token };

/** Tables would need captions; what looks like one stays text. */
const reader = new MarkdownIt({ html: false, linkify: false, typographer: false, breaks: false }).disable(
  "table",
);

/** `level`: of the first heading, 2 to 6. */
export function readNotes(markdown: string, level: number): readonly Token[] {
  const tokens = reader.parse(plainText(markdown), {});
  const seen: number[] = [];
  let opened = 0;
  for (const token of tokens) {
    if (token.type === "heading_open") {
      const asked = Number(token.tag.slice(1));
      while (seen.length > 0 && seen.at(-1)! >= asked) seen.pop();
      seen.push(asked);
      opened = Math.min(6, level + seen.length - 1);
    }
    if (token.type === "heading_open" || token.type === "heading_close") token.tag = `h${opened}`;
    if (token.children) token.children = withoutLinks(token.children);
  }
  return tokens;
}

/** Tokens of one line: a link becomes its text and " (address)", an image its description and the address. */
function withoutLinks(children: readonly Token[]): Token[] {
  const kept: Token[] = [];
  const addresses: string[] = [];
  const shown: string[] = [];
  for (const token of children) {
    if (token.type === "link_open") {
      addresses.push(attribute(token, "href"));
      shown.push("");
    } else if (token.type === "link_close") {
      const address = addresses.pop() ?? "";
      const text = shown.pop() ?? "";
      if (address !== "" && !isSame(text, address)) kept.push(textToken(token, ` (${address})`));
    } else if (token.type === "image")
      kept.push(textToken(token, `${token.content || "image"} (${attribute(token, "src")})`));
    else {
      if (shown.length > 0) shown[shown.length - 1] += token.content;
      kept.push(token);
    }
  }
  return kept;
}

const attribute = (token: Token, name: string): string => String(token.attrGet(name) ?? "");

const isSame = (text: string, address: string): boolean => text === address || `mailto:${text}` === address;

function textToken(like: Token, content: string): Token {
  const token = new (like.constructor as new (type: string, tag: string, nesting: 0) => Token)("text", "", 0);
  token.content = content;
  return token;
}

/** As HTML: escaped by markdown-it's own writer. */
export function notesHtml(markdown: string, level: number): string {
  return reader.renderer.render([...readNotes(markdown, level)], reader.options, {});
}
