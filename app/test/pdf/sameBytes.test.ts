// What makes two printings differ is taken out, and nothing else moves.
import { describe, expect, it } from "vitest";
import { withSameBytes } from "../../pdf/sameBytes";

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

  it("a person's text that looks like a date stays", () => {
    const text = "<</Title (/CreationDate \\(D:2026\\))>>";
    expect(scrubbed(text)).toBe(text);
  });
});
