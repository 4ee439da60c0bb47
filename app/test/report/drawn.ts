// A picture read back: a strict reader of XML, and of what a figure's SVG says by its marks and ticks. Knows nothing of
// how it was made.

export interface Tag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (Tag | string)[];
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
};

function plain(text: string): string {
  if (/[<]|&(?!amp;|lt;|gt;|quot;)/.test(text)) throw new Error(`not escaped: ${text.slice(0, 80)}`);
  if (/[\p{Surrogate}\ufffe\uffff]|(?![\t\n\r\u007f-\u009f])\p{Cc}/u.test(text))
    throw new Error("a character that XML does not have");
  return text.replaceAll(/&\w+;/g, (found) => ENTITIES[found]!);
}

/** Throws where the text is no well-formed XML (of the kind that we write: no comments, no CDATA). */
export function readXml(text: string): Tag {
  const rest = text.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, "").trimEnd();
  const open: { name: string; attributes: Record<string, string>; children: (Tag | string)[] }[] = [
    { name: "", attributes: {}, children: [] },
  ];
  const token = /<(\/?)([a-zA-Z]+)((?:\s+[a-zA-Z][\w:-]*="[^"<]*")*)\s*(\/?)>|([^<]+)/y;
  for (let at = 0; at < rest.length; at = token.lastIndex) {
    token.lastIndex = at;
    const found = token.exec(rest);
    if (!found) throw new Error(`no XML at ${at}: ${rest.slice(at, at + 80)}`);
    const [, closing, name = "", said = "", alone, words] = found;
    const parent = open.at(-1)!;
    if (words !== undefined) parent.children.push(plain(words));
    else if (closing) {
      if (open.pop()!.name !== name || open.length === 0) throw new Error(`</${name}> closes nothing`);
    } else {
      const attributes: Record<string, string> = {};
      for (const [, key, value] of said.matchAll(/([a-zA-Z][\w:-]*)="([^"]*)"/g)) {
        if (Object.hasOwn(attributes, key!)) throw new Error(`${key} twice`);
        attributes[key!] = plain(value!);
      }
      const tag = { name, attributes, children: [] };
      parent.children.push(tag);
      if (!alone) open.push(tag);
    }
  }
  const [root] = open;
  if (open.length !== 1 || root!.children.length !== 1 || typeof root!.children[0] === "string")
    throw new Error("not one closed element");
  return root!.children[0]!;
}

export function allTags(tag: Tag): readonly Tag[] {
  return [tag, ...tag.children.flatMap((child) => (typeof child === "string" ? [] : allTags(child)))];
}

export const textOf = (tag: Tag): string =>
  tag.children.map((child) => (typeof child === "string" ? child : textOf(child))).join("");

/** What stands in groups of this class, in order. */
export function marksOf(svg: Tag, name: string): readonly Tag[] {
  return allTags(svg)
    .filter(({ attributes }) => attributes["class"] === `f-${name}`)
    .flatMap((group) => group.children.filter((child): child is Tag => typeof child !== "string"));
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Corners of each stretch of a path. */
export function cornersOf({ attributes }: Tag): readonly (readonly Point[])[] {
  const stretches: Point[][] = [];
  let [x, y] = [0, 0];
  for (const [, command, numbers] of attributes["d"]!.matchAll(/([MhvlzZ])([^MhvlzZ]*)/g)) {
    const [a = 0, b = 0] = (numbers!.match(/-?(?:\d+\.?\d*|\.\d+)/g) ?? []).map(Number);
    if (command === "z") continue;
    if (command === "M") {
      [x, y] = [a, b];
      stretches.push([]);
    } else if (command === "h") x += a;
    else if (command === "v") y += a;
    else [x, y] = [x + a, y + b];
    stretches.at(-1)!.push({ x, y });
  }
  return stretches;
}

export function placeOf({ attributes }: Tag): Point {
  const found = /^translate\((-?[\d.]+),(-?[\d.]+)\)$/.exec(attributes["transform"] ?? "");
  if (!found) throw new Error(`no place: ${attributes["transform"]}`);
  return { x: Number(found[1]), y: Number(found[2]) };
}

/** "−0.5", "25 %", "10⁻⁴", "1.5×10³", "1 000" as numbers. */
export function numberOf(label: string): number {
  const [, sign = "", body = "", share] = /^(−?)(.*?)(\s*%)?$/u.exec(
    label.replaceAll(/[\u202f\u2009]/g, ""),
  )!;
  const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  const power = /^(?:([\d.]+)×)?10(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)$/.exec(body);
  const size = power
    ? Number(power[1] ?? 1) *
      10 ** ((power[2] ? -1 : 1) * Number([...power[3]!].map((digit) => digits.indexOf(digit)).join("")))
    : Number(body);
  if (body === "" || Number.isNaN(size)) throw new Error(`no number: ${label}`);
  return ((sign ? -1 : 1) * size) / (share === undefined ? 1 : 100);
}

/** From a value to its pixel, by the outermost of the picture's own ticks; throws where ticks in between disagree. */
export function scaleOf(svg: Tag, which: "x" | "y", scale: "linear" | "log"): (value: number) => number {
  const turned = (value: number) => (scale === "log" ? Math.log10(value) : value);
  const ticks = marksOf(svg, `${which}-ticks`).map((tag) => ({
    at: turned(numberOf(textOf(tag))),
    pixel: placeOf(tag)[which],
  }));
  const [first, last] = [ticks[0], ticks.at(-1)];
  if (!first || !last || first === last) throw new Error(`${ticks.length} ticks of ${which} are no scale`);
  const slope = (last.pixel - first.pixel) / (last.at - first.at);
  const pixelOf = (at: number) => first.pixel + slope * (at - first.at);
  for (const { at, pixel } of ticks)
    if (Math.abs(pixelOf(at) - pixel) > 0.05) throw new Error(`tick at ${at} lies at ${pixel}`);
  return (value) => pixelOf(turned(value));
}
