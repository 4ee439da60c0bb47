// What makes two printings differ is taken out, and nothing else moves.
import { describe, expect, it } from "vitest";
import { withSameBytes } from "../../pdf/sameBytes";

/** Of a printing whose first cell is node 46. */
const named = new Map([46, 49, 926].map((id, i) => [id, `0000000${i + 1}`]));

const scrubbed = (text: string) => Buffer.from(withSameBytes(Buffer.from(text, "latin1"))).toString("latin1");

describe("a PDF's own words about itself", () => {
  it.each([
    ["/CreationDate (D:20260131120000+00'00')"],
    ["/ModDate (D:20260131120000Z)"],
    ["/CreationDate(D:2026)"],
  ])("%s becomes blanks", (date) => {
    const [before, after] = [`<</Title (a)\n${date}\n`, ">>\n123 0 obj"];
    expect(scrubbed(before + date + after)).toBe(
      before.replace(date, " ".repeat(date.length)) + " ".repeat(date.length) + after,
    );
  });

  it("the system that printed gives way to the app, and every offset stays", () => {
    const text = "<</Creator (Mozilla/5.0 \\(X11; Linux\\) \\\\ Chrome/1)\n/Producer (Skia/PDF m1)>>";
    const same = scrubbed(text);
    expect(same).toHaveLength(text.length);
    expect(same).toMatch(/^<<\/Creator \(Init Lab\) +\n\/Producer \(Skia\/PDF m1\)>>$/);
  });

  it("cells of tables are numbered anew, wherever they are named, and in the same order", () => {
    const printing = (first: number) => {
      const [a, b, c] = [first, first + 3, first + 880].map((n) => `(node${String(n).padStart(8, "0")})`);
      return [
        `<</S /TH\n/ID ${c}>>\n<</S /TH\n/ID ${a}>>\n<</S /TH\n/ID ${b}>>`,
        `<</O /Table\n/Headers [${a} ${b}]>>\n<</O /Table\n/Headers [${c}]>>`,
        `<</Limits [${a} ${c}]\n/Names [${a} 60 0 R ${b} 63 0 R ${c} 68 0 R]>>`,
      ].join("\n");
    };
    expect(scrubbed(printing(46))).toBe(printing(46).replaceAll(/\d{8}/g, (id) => named.get(Number(id))!));
    expect(scrubbed(printing(99_999))).toBe(scrubbed(printing(46)));
  });

  it("a person's text that looks like a cell's name stays", () => {
    const text = "<</Title (node00000046)\n/Alt (/ID \\(node00000046\\))>>\n<</S /TH\n/ID (node00000045)>>";
    expect(scrubbed(text)).toBe(text.replace("00000045", "00000001"));
  });

  it("a person's text that looks like a date stays", () => {
    const text = "<</Title (/CreationDate \\(D:2026\\))>>";
    expect(scrubbed(text)).toBe(text);
  });
});
