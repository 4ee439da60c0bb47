// What a figure shows in words and numbers, for those who do not see it.
import type { Figure, Series } from "../../core-as/figures/figure";
import { figure as written, percent, whole } from "../../core-as/spec/number";
import type { Statistics } from "../../core-as/spec/result";

/** Lines from their first to their last point, with their extremes where these lie between. */
export function linesText(figure: Figure): string {
  const said = figure.series.flatMap((one) => (one.kind === "line" ? lineText(figure, one) : []));
  const rules = figure.rules.flatMap(({ label, axis, at }) =>
    label === ""
      ? []
      : `${label} at ${axis === "x" ? `${figure.x.label} ` : ""}${valueText(figure[axis], at)}`,
  );
  return `${figure.title} against ${figure.x.label}. ${[...said, ...rules].join("; ") || "Nothing finite"}.`;
}

function lineText(figure: Figure, line: Extract<Series, { kind: "line" }>): string[] {
  const places = line.at ?? figure.columns;
  const points = Array.from(line.values, (value, i) => ({ value, at: places[i]! })).filter(({ value }) =>
    Number.isFinite(value),
  );
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return [];
  const place = (at: number) => `${figure.x.label} ${figure.x.whole ? whole(at) : written(at)}`;
  const said = (point: typeof first) => `${valueText(figure.y, point.value)} at ${place(point.at)}`;
  if (points.length === 1) return [`${line.name}: ${said(first)}`];
  const extremes = [least(points, 1), least(points, -1)].filter((one) => one !== first && one !== last);
  return [`${line.name}: ${[said(first), ...extremes.map(said), said(last)].join(", ")}`];
}

/** The smallest, or with sign −1 the largest; ends are preferred. */
function least<Point extends { readonly value: number }>(points: readonly Point[], sign: number): Point {
  const ends = [points[0]!, points.at(-1)!];
  return [...ends, ...points].reduce((best, one) => (sign * one.value < sign * best.value ? one : best));
}

function valueText({ unit, whole: isWhole }: Figure["y"], value: number): string {
  if (unit === "share") return percent(value);
  return isWhole || (unit === "count" && Number.isInteger(value)) ? whole(value) : written(value);
}

/** Of a histogram; `apart`: what stands over it. */
export function spreadText(title: string, statistics: Statistics, apart: string): string {
  const { mean, std, min, max, quantiles } = statistics;
  const [low, high] = [quantiles["0.05"], quantiles["0.95"]];
  const most =
    low === undefined || high === undefined ? "" : `; 90 % between ${written(low)} and ${written(high)}`;
  const said = `${title}: mean ${written(mean)}, std ${written(std)}, from ${written(min)} to ${written(max)}${most}`;
  return apart === "" ? `${said}.` : `${said}; ${apart}.`;
}
