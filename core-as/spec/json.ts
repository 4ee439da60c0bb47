// JSON text -> value. JSON.parse makes the value; the walk beside it knows line and column, which the engine's own
// message does not always say, and refuses what JSON.parse lets pass in silence: a field that is given twice.
import { quoted, SpecError } from "./errors";

/** Deeper than any spec; keeps the walk's own stack shallow. */
const MAX_DEPTH = 100;

/** Throws SpecError with `line L, column C` as its path. */
export function readJson(text: string): unknown {
  const body = text.startsWith("\uFEFF") ? text.slice(1) : text;
  new Walk(body).document();
  return JSON.parse(body) as unknown;
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** What may follow a backslash. */
const ESCAPE = /["\\/bfnrt]|u[0-9a-fA-F]{4}/y;
const WORD = /true|false|null/y;
const SPACE = /[ \t\r\n]*/y;
const ALIEN_WORD = /[A-Za-z_$][\w$]{0,20}/y;

class Walk {
  private at = 0;

  constructor(private readonly text: string) {}

  document(): void {
    this.space();
    if (this.at === this.text.length) this.fail("the text is empty", "write an experiment: { ... }");
    this.value(0);
    this.space();
    if (this.at < this.text.length)
      this.fail(`${this.here()} after the end`, "nothing may follow the last }");
  }

  private value(depth: number): void {
    if (depth > MAX_DEPTH) this.fail(`nested more than ${MAX_DEPTH} deep`, "no experiment is");
    const first = this.text[this.at];
    if (first === "{") this.object(depth);
    else if (first === "[") this.list(depth);
    else if (first === '"') this.string("the text");
    else if (this.take(NUMBER) === null && this.take(WORD) === null) {
      this.fail(
        `${this.here()} is not a value`,
        "write a number, a text in double quotes, true, false, null, { or [",
      );
    }
  }

  private object(depth: number): void {
    const seen = new Set<string>();
    this.at++;
    this.space();
    if (this.skip("}")) return;
    for (;;) {
      const start = this.at;
      if (this.text[start] !== '"')
        this.fail(`${this.here()} is not a field name`, "write it in double quotes");
      const raw = this.string("the field name");
      const name = JSON.parse(raw) as string;
      if (seen.has(name)) {
        this.at = start;
        this.fail(`the field ${quoted(name)} is given twice`, "leave one of them out");
      }
      seen.add(name);
      this.space();
      if (!this.skip(":")) this.fail(`${this.here()} after ${quoted(name)}`, 'write ":" and the value');
      this.space();
      this.value(depth + 1);
      this.space();
      if (this.skip("}")) return;
      if (!this.skip(",")) this.fail(`${this.here()} after a value`, 'write "," or "}"');
      this.space();
      if (this.text[this.at] === "}") this.fail('"," before "}"', "leave the comma out");
    }
  }

  private list(depth: number): void {
    this.at++;
    this.space();
    if (this.skip("]")) return;
    for (;;) {
      this.value(depth + 1);
      this.space();
      if (this.skip("]")) return;
      if (!this.skip(",")) this.fail(`${this.here()} after a value`, 'write "," or "]"');
      this.space();
      if (this.text[this.at] === "]") this.fail('"," before "]"', "leave the comma out");
    }
  }

  /** Character by character: a pattern over a long text would need the engine's stack. */
  private string(what: string): string {
    const start = this.at;
    this.at++;
    for (;;) {
      const character = this.text[this.at];
      if (character === undefined) this.fail(`${what} is not closed`, `write the closing "`);
      if (character < " ")
        this.fail(`${what} has a line break or a control character in it`, 'close it with "');
      this.at++;
      if (character === '"') return this.text.slice(start, this.at);
      if (character === "\\" && this.take(ESCAPE) === null) {
        this.fail(`${what} has an unknown escape`, "write \\\\ for a backslash");
      }
    }
  }

  private take(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) return null;
    this.at = pattern.lastIndex;
    return found[0];
  }

  private space(): void {
    this.take(SPACE);
  }

  private skip(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  /** What stands here, in words. */
  private here(): string {
    const character = this.text.codePointAt(this.at);
    if (character === undefined) return "the end of the text";
    ALIEN_WORD.lastIndex = this.at;
    const word = ALIEN_WORD.exec(this.text)?.[0];
    return quoted(word ?? String.fromCodePoint(character));
  }

  private fail(wrong: string, right: string): never {
    const before = this.text.slice(0, this.at);
    const line = before.split("\n").length;
    const column = this.at - before.lastIndexOf("\n");
    throw new SpecError([
      { path: `line ${line}, column ${column}`, message: `not JSON: ${wrong}; ${right}` },
    ]);
  }
}
