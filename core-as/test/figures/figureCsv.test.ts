// Figures as CSV: every number once, in full, and text that stays text.
import { describe, expect, it } from "vitest";
import type { Figure } from "../../figures/figure";
import { figureCsv } from "../../figures/figureCsv";

const FIGURE: Figure = {
  name: "made",
  title: "Made",
  caption: "",
  x: { label: "layer", unit: "", scale: "linear", domain: [1, 3], whole: true },
  y: { label: "std", unit: "", scale: "linear", domain: [0, 1] },
  columns: Float64Array.of(1, 2, 3),
  series: [
    {
      kind: "line",
      name: '=1+"1",\r\n',
      paint: "ink",
      values: Float64Array.of(0.1, NaN, 1 / 3),
      style: "measured",
    },
    {
      kind: "band",
      name: "seeds",
      paint: "ink",
      low: Float64Array.of(0, 1, 2),
      high: Float64Array.of(3, 4, 5),
    },
    {
      kind: "bars",
      name: "density",
      paint: "ink",
      values: Float64Array.of(0.5, 1.5),
      atoms: [{ at: 0, share: 0.25, height: 2 }],
    },
  ],
  rules: [],
  zones: [],
  beyond: [{ side: "right", share: 0.01 }],
};

/** RFC 4180, read letter by letter. */
function rowsOf(text: string): string[][] {
  const rows: string[][] = [[""]];
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const row = rows.at(-1)!;
    const letter = text[i]!;
    if (isQuoted && letter === '"' && text[i + 1] === '"') row[row.length - 1] += text[++i]!;
    else if (letter === '"') isQuoted = !isQuoted;
    else if (!isQuoted && letter === ",") row.push("");
    else if (!isQuoted && letter === "\r" && text[i + 1] === "\n") {
      rows.push([""]);
      i++;
    } else row[row.length - 1] += letter;
  }
  return rows.slice(0, -1);
}

const [head, ...lines] = rowsOf(figureCsv(FIGURE));
const rows = lines.map(([series = "", part = "", x = "", to = "", value = ""]) => ({
  series,
  part,
  x,
  to,
  value,
}));
const of = (series: string) => rows.filter((row) => row.series === series);

describe("a figure as CSV", () => {
  it("has every number to its last bit", () => {
    expect(head).toEqual(["series", "part", "x", "x_to", "value"]);
    expect(rows).toHaveLength(3 + 6 + 3 + 1);
    expect(of(`'=1+"1",\r\n`).map(({ value }) => Number(value))).toEqual([0.1, NaN, 1 / 3]);
    expect(of("seeds").map(({ part, x, value }) => [part, Number(x), Number(value)])).toEqual([
      ["low", 1, 0],
      ["high", 1, 3],
      ["low", 2, 1],
      ["high", 2, 4],
      ["low", 3, 2],
      ["high", 3, 5],
    ]);
    expect(of("density").map((row) => [row.x, row.to, row.value])).toEqual([
      ["1", "2", "0.5"],
      ["2", "3", "1.5"],
      ["0", "", "0.25"],
    ]);
    expect(rows.at(-1)).toMatchObject({ part: "share beyond the right end", value: "0.01" });
  });

  it("has no text that a spreadsheet would reckon with", () => {
    for (const { series, part } of rows) {
      expect(series).not.toMatch(/^[=+\-@\t\r]/);
      expect(part).not.toMatch(/^[=+\-@\t\r]/);
    }
  });

  it.each([" =1", "\t=1", "\n-1", "\u200E=1", "\u0000@a", "\uFF1D1"])(
    "nor %j as the name of a line",
    (name) => {
      const [line] = FIGURE.series;
      const text = figureCsv({ ...FIGURE, series: [{ ...line!, name }] });
      expect(rowsOf(text)[1]![0]).toBe(`'${name}`);
    },
  );
});
