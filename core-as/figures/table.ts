// The numbers behind a figure, as a table: for those who do not see it, and for those who want to go on with them.
import { figure as written } from "../spec/number";
import type { Figure, Series } from "./figure";

export interface FigureTable {
  readonly title: string;
  readonly head: readonly string[];
  /** NaN where there is none. */
  readonly rows: readonly (readonly number[])[];
}

/** Lines that share their places on x stand side by side; bars, and what lies apart, in tables of their own. */
export function figureTables(figure: Figure): readonly FigureTable[] {
  const tables: FigureTable[] = [];
  const byPlaces = new Map<Float64Array, Series[]>();
  for (const one of figure.series) {
    if (one.kind === "bars") tables.push(...barTables(figure, one));
    else {
      const at = one.kind === "line" ? (one.at ?? figure.columns) : figure.columns;
      byPlaces.set(at, [...(byPlaces.get(at) ?? []), one]);
    }
  }
  for (const [at, lines] of byPlaces) {
    const columns = lines.flatMap((one) =>
      one.kind === "band"
        ? [
            { name: `${one.name}, low`, values: one.low },
            { name: `${one.name}, high`, values: one.high },
          ]
        : one.kind === "line"
          ? [{ name: one.name, values: one.values }]
          : [],
    );
    tables.push({
      title: figure.title,
      head: [figure.x.label, ...columns.map(({ name }) => name)],
      rows: Array.from(at, (x, i) => [x, ...columns.map(({ values }) => values[i] ?? NaN)]),
    });
  }
  return tables;
}

function barTables(figure: Figure, bars: Extract<Series, { kind: "bars" }>): FigureTable[] {
  const edges = bars.at ?? figure.columns;
  const name = `${figure.title}, ${bars.name}`;
  const tables: FigureTable[] = [];
  if (bars.values.length > 0)
    tables.push({
      title: name,
      head: [`${figure.x.label} from`, "to", figure.y.label],
      rows: Array.from(bars.values, (value, i) => [edges[i]!, edges[i + 1]!, value]),
    });
  if (bars.atoms.length > 0)
    tables.push({
      title: `${name}: single values`,
      head: [figure.x.label, "share"],
      rows: bars.atoms.map(({ at, share }) => [at, share]),
    });
  return tables;
}

/** Tab-separated, in full precision: what a spreadsheet takes. */
export function tabSeparated(figure: Figure): string {
  const apart = figure.beyond.map(({ side, share }) => `beyond the ${side} end\t${share}`);
  const blocks = figureTables(figure).map(({ title, head, rows }) =>
    [title, head.join("\t"), ...rows.map((row) => row.join("\t"))].join("\n"),
  );
  return [...blocks, ...apart].join("\n\n") + "\n";
}

/** All that is known at the place nearest to `x`: "layer 3: measured 0.439, predicted 0.441". */
export function readAt(figure: Figure, x: number): string {
  const parts: string[] = [];
  for (const one of figure.series) {
    if (one.kind === "bars") {
      const edges = one.at ?? figure.columns;
      const bin = one.values.findIndex((_, i) => x >= edges[i]! && x < edges[i + 1]!);
      if (bin >= 0) parts.push(`${one.name} ${written(one.values[bin]!)}`);
    } else if (one.kind === "line" && !one.at?.length) {
      const i = nearest(figure.columns, x);
      const value = one.values[i];
      if (value !== undefined && !Number.isNaN(value)) parts.push(`${one.name} ${shown(figure, value)}`);
    } else if (one.kind === "line" && one.at && one.style === "measured") {
      const value = one.values[nearest(one.at, x)];
      if (value !== undefined && !Number.isNaN(value)) parts.push(`${one.name} ${shown(figure, value)}`);
    } else if (one.kind === "band") {
      const i = nearest(figure.columns, x);
      const [low, high] = [one.low[i], one.high[i]];
      if (low !== undefined && high !== undefined && !Number.isNaN(low))
        parts.push(`${one.name} ${shown(figure, low)} to ${shown(figure, high)}`);
    }
  }
  // What was measured is drawn last, over the rest; said, it comes first.
  const place = figure.x.whole ? String(x) : written(x);
  return `${figure.x.label} ${place}: ${parts.reverse().join(", ") || "nothing finite"}`;
}

function shown({ y }: Figure, value: number): string {
  return y.unit === "share" ? `${written(value * 100)} %` : written(value);
}

/** Index of the value nearest to x; the first of an empty column. */
export function nearest(values: Float64Array, x: number): number {
  let best = 0;
  for (let i = 1; i < values.length; i++)
    if (Math.abs(values[i]! - x) < Math.abs(values[best]! - x)) best = i;
  return best;
}
