// Text in Markdown that says what it says: nothing in it is markup. And notes, from their tokens to Markdown again.
import { isolated } from "./plainText";
import { readNotes, type Token } from "./notes";

/** One line of text: what would be markup anywhere, and what would be at the line's beginning or end. */
export function escaped(text: string): string {
  return (
    text
      .replaceAll(/[\\`*[\]<>|~$]/g, "\\$&")
      .replaceAll(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, "\\_")
      .replaceAll(/&(?=[#A-Za-z])/g, "\\&")
      .replaceAll(/:(?=\/\/)/g, "\\:")
      .replaceAll(/\b(www)\./gi, "$1\\.")
      .replaceAll(/(?<=[A-Za-z0-9])@(?=[A-Za-z0-9])/g, "\\@")
      .replace(/^(\s*)([#+=-])/, "$1\\$2")
      // They would be taken for the end of a heading.
      .replace(/(?<=\s)#+(?=\s*$)/, (signs) => signs.replaceAll("#", "\\#"))
      .replace(/^(\s*\d+)([.)])(?=\s|$)/, "$1\\$2")
  );
}

/** `level`: of their first heading. */
export function notesMarkdown(markdown: string, level: number): string {
  const tokens = readNotes(markdown, level);
  return new Writer(tokens).blocks(null).join("\n\n");
}

class Writer {
  private at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  /** Up to the closing token, which is passed over; null: to the end. */
  blocks(closing: string | null): string[] {
    const found: string[] = [];
    while (this.at < this.tokens.length) {
      const token = this.tokens[this.at++]!;
      if (token.type === closing) break;
      const text = this.block(token);
      if (text !== "") found.push(text);
    }
    return found;
  }

  private block(token: Token): string {
    switch (token.type) {
      case "heading_open":
        return `${"#".repeat(Number(token.tag.slice(1)))} ${this.blocks("heading_close").join(" ").replaceAll("\n", " ")}`;
      case "paragraph_open":
        return this.blocks("paragraph_close").join("\n");
      case "inline":
        return inline(token.children ?? []);
      case "fence":
      case "code_block":
        return fenced(token.content);
      case "blockquote_open":
        return prefixed(this.blocks("blockquote_close").join("\n\n"), "> ", "> ");
      case "bullet_list_open":
        return this.items("bullet_list_close", () => "- ");
      case "ordered_list_open": {
        const start = Number(token.attrGet("start") ?? 1);
        return this.items("ordered_list_close", (i) => `${start + i}. `);
      }
      case "hr":
        return "---";
      default:
        return escaped(token.content);
    }
  }

  private items(closing: string, marker: (i: number) => string): string {
    const items: string[] = [];
    while (this.at < this.tokens.length) {
      const token = this.tokens[this.at++]!;
      if (token.type === closing) break;
      if (token.type !== "list_item_open") continue;
      const mark = marker(items.length);
      items.push(prefixed(this.blocks("list_item_close").join("\n\n"), mark, " ".repeat(mark.length)));
    }
    return items.join("\n");
  }
}

function prefixed(text: string, first: string, others: string): string {
  return text
    .split("\n")
    .map((line, i) => ((i === 0 ? first : others) + line).trimEnd())
    .join("\n");
}

function fenced(content: string): string {
  const longest = Math.max(2, ...[...content.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = "`".repeat(longest + 1);
  return `${ticks}text\n${content.replace(/\n$/, "")}\n${ticks}`;
}

function inline(children: readonly Token[]): string {
  const text = children.map((token) => {
    switch (token.type) {
      case "strong_open":
      case "strong_close":
        return "**";
      case "em_open":
      case "em_close":
        return "*";
      case "s_open":
      case "s_close":
        return "~~";
      case "code_inline":
        return codeSpan(token.content);
      case "softbreak":
        return "\n";
      case "hardbreak":
        return "\\\n";
      default:
        return escaped(token.content);
    }
  });
  // A new line of a paragraph must not begin like a heading or a list.
  return isolated(
    text
      .join("")
      .split("\n")
      .map((line) => line.replace(/^(\s*)([#+=-])/, "$1\\$2").replace(/^(\s*\d+)([.)])(?=\s|$)/, "$1\\$2"))
      .join("\n"),
  );
}

function codeSpan(content: string): string {
  const longest = Math.max(0, ...[...content.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = "`".repeat(longest + 1);
  const space = /^[`\s]|[`\s]$/.test(content) ? " " : "";
  return `${ticks}${space}${content}${space}${ticks}`;
}
