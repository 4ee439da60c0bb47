// A figure's numbers as a CSV file in long form: one number a line, in full precision, with what it is of. Text that a
// spreadsheet would take for a formula gets an apostrophe before it.
import { csvCell } from "./csvCell";
import type { Figure, Series } from "./figure";

const HEAD = ["series", "part", "x", "x_to", "value"] as const;

type Line = readonly [series: string, part: string, x: number | "", to: number | "", value: number];

/** RFC 4180: lines end in CR LF. NaN where there is none. */
export function figureCsv(figure: Figure): string {
  const lines = [
    ...figure.series.flatMap((series) => linesOf(figure, series)),
    ...figure.beyond.map(({ side, share }): Line => ["", `share beyond the ${side} end`, "", "", share]),
  ];
  return [HEAD, ...lines].map((line) => `${line.map(csvCell).join(",")}\r\n`).join("");
}

function linesOf({ columns, y }: Figure, series: Series): Line[] {
  const { name } = series;
  switch (series.kind) {
    case "line": {
      const at = series.at ?? columns;
      return Array.from(series.values, (value, i): Line => [name, y.label, at[i] ?? NaN, "", value]);
    }
    case "band":
      return Array.from(columns, (x, i) => [
        [name, "low", x, "", series.low[i] ?? NaN] as const,
        [name, "high", x, "", series.high[i] ?? NaN] as const,
      ]).flat();
    case "bars": {
      const edges = series.at ?? columns;
      return [
        ...Array.from(series.values, (value, i): Line => [
          name,
          y.label,
          edges[i] ?? NaN,
          edges[i + 1] ?? NaN,
          value,
        ]),
        ...series.atoms.map(({ at, share }): Line => [name, "share at a single value", at, "", share]),
      ];
    }
  }
}
