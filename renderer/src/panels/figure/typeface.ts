// The page's own type, for what does not see it: a frame, which has fonts of its own, and a picture drawn from an SVG,
// which loads nothing. Reads the sheets of this page; a font is fetched where the page had it from.

const FAMILY = "Inter Variable";

export interface Face {
  readonly address: string;
  /** As CSS gives it: "U+0000-00FF, U+0131". */
  readonly range: string;
}

/** Every script's; none where the page has not got the type. */
export function pageFaces(page: Document = document): readonly Face[] {
  return [...page.styleSheets].flatMap((sheet) =>
    [...sheet.cssRules].flatMap((rule) => {
      if (!(rule instanceof CSSFontFaceRule)) return [];
      const { style } = rule;
      if (style.getPropertyValue("font-family").replaceAll(/["']/g, "") !== FAMILY) return [];
      const address = /url\(["']?([^"')]+)/.exec(style.getPropertyValue("src"))?.[1];
      if (address === undefined) return [];
      const { href } = new URL(address, sheet.href ?? page.baseURI);
      return [{ address: href, range: style.getPropertyValue("unicode-range") }];
    }),
  );
}

export const faceCss = ({ address, range }: Face): string =>
  `@font-face{font-family:"${FAMILY}";font-weight:100 900;src:url("${address}") format("woff2")` +
  `${range === "" ? "" : `;unicode-range:${range}`}}`;

/** Whether some letter of the text is set in this face. */
export function sets({ range }: Face, text: string): boolean {
  if (range === "") return true;
  const spans = range.split(",").map((span) => {
    const [first, last] = span.trim().slice(2).split("-");
    return [Number.parseInt(first!, 16), Number.parseInt(last ?? first!, 16)] as const;
  });
  for (const letter of new Set(text)) {
    const code = letter.codePointAt(0)!;
    if (spans.some(([first, last]) => first <= code && code <= last)) return true;
  }
  return false;
}

/** The face with its font in it. Rejects where the font cannot be had. */
export async function carried(face: Face): Promise<Face> {
  const answer = await fetch(face.address);
  if (!answer.ok) throw new Error(`${face.address} answers ${answer.status}`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return { ...face, address: `data:font/woff2;base64,${btoa(binary)}` };
}
