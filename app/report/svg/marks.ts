// A figure's series as marks of Observable Plot: bars, bands, lines, dots, rules, zones, as the screen strokes them
// (renderer/src/plots/marks.ts). Knows places and colours, no axes and no words but the shares beyond the axis.
import { areaY, dot, line, rect, ruleX, ruleY } from "@observablehq/plot";
import type { Paint, Series } from "../../../core-as/figures/figure";
import { placeOn, valueAt } from "../../../core-as/figures/place";
import { markerCorners, runMarker } from "../../../core-as/figures/ramp";
import { isRun } from "./room";
import { pixels, type Sheet } from "./sheet";

type Line = Extract<Series, { kind: "line" }>;
type Bars = Extract<Series, { kind: "bars" }>;
type Band = Extract<Series, { kind: "band" }>;

/** Runs over each other would hide what is beneath at a single histogram's opacity. */
const RUN_FILL = "0.14";
const OUTLINE = 1.25;
/** Width of an atom, and its least height. */
const ATOM = 3;
const ATOM_LEAST = 2;
/** Radius of a dot, and the rim of paper round it. */
const DOT = 4.5;
const RIM = 1.5;

export function addZones(sheet: Sheet): void {
  const { figure, colours, room } = sheet;
  const [low, high] = figure.x.domain;
  const zones = figure.zones.flatMap(({ from, to }) => {
    const [start, end] = [Math.max(low, from), Math.min(high, to)];
    return end > start ? [[sheet.x(start), sheet.x(end)] as const] : [];
  });
  if (zones.length === 0) return;
  sheet.add({ class: "zone", "fill-opacity": colours.band }, (className) =>
    rect(zones, {
      x1: pixels(zones.map(([from]) => from)),
      x2: pixels(zones.map(([, to]) => to)),
      y1: pixels(zones.map(() => room.top)),
      y2: pixels(zones.map(() => room.bottom)),
      fill: colours.ink,
      className,
    }),
  );
}

export function addSeries(sheet: Sheet): void {
  const { series } = sheet.figure;
  const hasRuns = series.some(({ paint }) => isRun(paint));
  for (const one of series) {
    if (one.kind === "bars") addBars(sheet, one, hasRuns);
    else if (one.kind === "band") addBand(sheet, one);
    else addLine(sheet, one, hasRuns);
  }
  // Dots lie over every line.
  for (const one of series) if (one.kind === "line" && one.dots) addDots(sheet, one, one.dots);
}

function addBars(sheet: Sheet, { values, at, atoms, paint }: Bars, hasRuns: boolean): void {
  const { figure, colours, room } = sheet;
  const edges = at ?? figure.columns;
  const colour = colours.of(paint);
  const { x, y } = figure;
  const across = sheet.held(x);
  const up = sheet.held(y);
  const base = y.scale === "log" ? y.domain[0] : up(0);
  const points: (readonly [number, number])[] = [];
  let isOutside = false;
  for (let i = 0; i < values.length; i++) {
    const [from, to, value] = [edges[i]!, edges[i + 1]!, values[i]!];
    if (to < x.domain[0] || from > x.domain[1] || Number.isNaN(value)) continue;
    const level = y.scale === "log" && !(value > 0) ? base : up(value);
    if (points.length === 0) points.push([across(from), base]);
    points.push([across(from), level], [across(to), level]);
    if (!sheet.holds(x, from) || !sheet.holds(x, to) || !sheet.holds(y, level)) isOutside = true;
  }
  if (points.length > 0) {
    points.push([points.at(-1)![0], base]);
    const opacity = hasRuns ? RUN_FILL : colours.fill;
    sheet.add(sheet.clipped({ class: "bars", "fill-opacity": opacity }, isOutside), (className) =>
      line(points, {
        x: ([place]: readonly number[]) => place,
        y: ([, level]: readonly number[]) => level,
        fill: colour,
        stroke: colour,
        strokeWidth: OUTLINE,
        strokeLinecap: "butt",
        className,
      }),
    );
  }
  const shown = atoms.filter((atom) => sheet.holds(x, atom.at));
  if (shown.length === 0) return;
  const foot = valueAt(y, placeOn(y)(base) + ATOM_LEAST / (room.bottom - room.top));
  sheet.add({ class: "atoms" }, (className) =>
    ruleX(shown, {
      x: ({ at: place }: (typeof atoms)[number]) => place,
      y1: base,
      y2: ({ height }: (typeof atoms)[number]) => Math.min(y.domain[1], Math.max(height, foot)),
      stroke: colour,
      strokeWidth: ATOM,
      className,
    }),
  );
}

function addBand(sheet: Sheet, { low, high, paint }: Band): void {
  const { figure, colours } = sheet;
  const up = sheet.held(figure.y);
  // A run's band is a tint of its line.
  const fill = isRun(paint) ? colours.of(paint) : colours.ink;
  const opacity = isRun(paint) ? RUN_FILL : colours.band;
  const points = Array.from(figure.columns, (x, i) => ({ x, low: up(low[i]!), high: up(high[i]!) }));
  const holds = (i: number) => points[i] !== undefined && !Number.isNaN(points[i].low + points[i].high);
  const isOutside = points.some(
    (point, i) => holds(i) && !(sheet.holds(figure.y, point.low) && sheet.holds(figure.y, point.high)),
  );
  const attributes = sheet.clipped({ class: "band", "fill-opacity": opacity }, isOutside);
  // One layer has no width: a bar as wide as its dot.
  const single = points.filter((_, i) => holds(i) && !holds(i - 1) && !holds(i + 1));
  if (points.some((_, i) => holds(i) && (holds(i - 1) || holds(i + 1))))
    sheet.add(attributes, (className) =>
      areaY(points, {
        x: ({ x }: (typeof points)[number]) => x,
        y1: (point: (typeof points)[number]) => (single.includes(point) ? NaN : point.low),
        y2: ({ high: level }: (typeof points)[number]) => level,
        fill,
        className,
      }),
    );
  if (single.length > 0)
    sheet.add(attributes, (className) =>
      rect(single, {
        x1: pixels(single.map(({ x }) => sheet.x(x) - 6)),
        x2: pixels(single.map(({ x }) => sheet.x(x) + 6)),
        y1: ({ low: level }: (typeof points)[number]) => level,
        y2: ({ high: level }: (typeof points)[number]) => level,
        fill,
        className,
      }),
    );
}

/** Of a line's stroke: width, and dashes or none. */
export function strokeOf(
  style: Line["style"],
  isCompact: boolean,
  hasRuns: boolean,
): { readonly strokeWidth: number; readonly strokeDasharray?: string } {
  if (style === "curve") return { strokeWidth: isCompact ? 1.25 : 1 };
  if (style === "measured") return { strokeWidth: hasRuns ? 3 : 2 };
  if (hasRuns) return { strokeWidth: 1.25, strokeDasharray: "3 6" };
  return isCompact
    ? { strokeWidth: 1.25, strokeDasharray: "3 3" }
    : { strokeWidth: 1.5, strokeDasharray: "5 4" };
}

function addLine(sheet: Sheet, one: Line, hasRuns: boolean): void {
  const { figure, colours, isCompact } = sheet;
  const at = one.at ?? figure.columns;
  const across = sheet.held(figure.x);
  const isRight = one.scale === "right" && figure.right !== undefined;
  const up = isRight ? sheet.heldRight(figure.right) : sheet.held(figure.y);
  const all = Array.from(one.values, (value, i) => [across(at[i]!), up(value)] as const);
  const points = withoutFar(all, figure.x.domain);
  if (!points.some(([, level]) => !Number.isNaN(level))) return;
  const isOutside = points.some(
    ([place, level]) =>
      !Number.isNaN(level) && !(sheet.holds(figure.x, place) && sheet.holds(figure.y, level)),
  );
  sheet.add(sheet.clipped({ class: one.style }, isOutside), (className) =>
    line(points, {
      x: ([place]: readonly number[]) => place,
      y: ([, level]: readonly number[]) => level,
      stroke: colours.of(one.paint),
      ...strokeOf(one.style, isCompact, hasRuns),
      strokeLinecap: "butt",
      className,
    }),
  );
}

/** Without what lies beyond the axis, but for one point on either side that the line runs to. */
function withoutFar(
  points: readonly (readonly [number, number])[],
  [low, high]: readonly [number, number],
): readonly (readonly [number, number])[] {
  let first = 0;
  while (first + 1 < points.length && points[first + 1]![0] < low) first++;
  let last = points.length - 1;
  while (last > first && points[last - 1]![0] > high) last--;
  return points.slice(first, last + 1);
}

function addDots(sheet: Sheet, { values, at }: Line, dots: readonly (Paint | null)[]): void {
  const { figure } = sheet;
  const places = at ?? figure.columns;
  const shown: { readonly x: number; readonly y: number; readonly paint: Paint }[] = [];
  for (let i = 0; i < values.length; i++) {
    const paint = dots[i];
    if (paint && sheet.holds(figure.y, values[i]!) && sheet.holds(figure.x, places[i]!))
      shown.push({ x: sheet.x(places[i]!), y: sheet.y(values[i]!), paint });
  }
  addMarkers(sheet, shown);
}

/** Dots with a rim of paper, or runs' own markers, at places in pixels. */
export function addMarkers(
  sheet: Sheet,
  all: readonly { readonly x: number; readonly y: number; readonly paint: Paint }[],
): void {
  const { colours } = sheet;
  const plain = all.filter(({ paint }) => !isRun(paint));
  if (plain.length > 0)
    sheet.add({ class: "dots" }, (className) =>
      dot(plain, {
        x: pixels(plain.map(({ x }) => x)),
        y: pixels(plain.map(({ y }) => y)),
        r: DOT,
        fill: { value: plain.map(({ paint }) => colours.of(paint)), scale: null },
        stroke: colours.paper,
        strokeWidth: RIM,
        sort: null,
        className,
      }),
    );
  const runs = new Map<number, { readonly x: number; readonly y: number }[]>();
  for (const { x, y, paint } of all)
    if (isRun(paint)) runs.set(paint.run, [...(runs.get(paint.run) ?? []), { x, y }]);
  for (const [run, places] of runs) addRunMarkers(sheet, run, places);
}

function addRunMarkers(
  sheet: Sheet,
  run: number,
  places: readonly { readonly x: number; readonly y: number }[],
): void {
  const { colours } = sheet;
  const colour = colours.of({ run });
  const marker = runMarker(run);
  const radius = DOT - RIM / 2;
  const corners = markerCorners(marker, DOT - 0.5);
  const symbol = {
    draw(context: {
      moveTo(x: number, y: number): void;
      lineTo(x: number, y: number): void;
      closePath(): void;
    }) {
      corners!.forEach(([x, y], i) => (i === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
      context.closePath();
    },
  };
  const layer = (fill: string, stroke: string, strokeWidth: number, name: string) =>
    sheet.add({ class: name }, (className) =>
      dot(places, {
        x: pixels(places.map(({ x }) => x)),
        y: pixels(places.map(({ y }) => y)),
        r: radius,
        ...(corners ? { symbol } : {}),
        fill,
        stroke,
        strokeWidth,
        sort: null,
        className,
      }),
    );
  layer(colours.paper, colours.paper, 2 * RIM, "rims");
  if (marker.isHollow) layer(colours.paper, colour, 1.5, "markers");
  else layer(colour, colours.outline(run) ?? "none", 1.5, "markers");
}

export function addRules(sheet: Sheet): void {
  const { figure, colours } = sheet;
  for (const { axis, at, style } of figure.rules) {
    if (!sheet.holds(figure[axis], at)) continue;
    const isThreshold = style === "threshold";
    const stroke = {
      stroke: isThreshold ? colours.ink3 : colours.ink2,
      strokeWidth: isThreshold ? 1.25 : 1,
      strokeDasharray: isThreshold ? "1 3" : "3 3",
    };
    sheet.add({ class: style }, (className) =>
      axis === "y" ? ruleY([at], { ...stroke, className }) : ruleX([at], { ...stroke, className }),
    );
  }
}

/** A smaller share is in the table, and no arrow. */
const LEAST_SHOWN = 0.0005;

export interface Arrow {
  readonly tip: number;
  readonly side: "left" | "right";
  readonly share: number;
}

/** A triangle at each end of the baseline that has something beyond it. Where they stand. */
export function addBeyond(sheet: Sheet): readonly Arrow[] {
  const { figure, room, colours } = sheet;
  // Sizes below the first bin of a log axis are nearer to it than to the axis' end.
  const [first] = figure.series;
  const edge = figure.series.length === 1 && first?.kind === "bars" && first.at?.[0];
  const starts =
    figure.x.scale === "log" && edge && edge > 0 ? Math.max(room.left, sheet.x(edge)) : room.left;
  const arrows = figure.beyond
    .filter(({ share }) => share >= LEAST_SHOWN)
    .map(({ side, share }) => ({ side, share, tip: side === "left" ? starts - 6 : room.right + 6 }));
  const base = room.bottom - 3;
  for (const { side, tip } of arrows) {
    const back = side === "left" ? tip + 4 : tip - 4;
    const corners = [
      [tip, base],
      [back, base - 3],
      [back, base + 3],
    ] as const;
    sheet.add({ class: "beyond" }, (className) =>
      line(corners, {
        x: pixels(corners.map(([x]) => x)),
        y: pixels(corners.map(([, y]) => y)),
        fill: colours.ink3,
        stroke: "none",
        className,
      }),
    );
  }
  return arrows;
}
