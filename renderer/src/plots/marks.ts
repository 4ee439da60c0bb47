// Strokes a figure's series onto a canvas: bars, bands, lines, dots, rules, zones. Knows places and colours, no axes.
import type { Figure, Paint, Series } from "../../../core-as/figures/figure";
import { placeOn } from "../../../core-as/figures/place";
import { markerCorners, needsOutline, runMarker } from "../../../core-as/figures/ramp";
import { colourOf, type Palette } from "./theme.svelte";

export interface Canvas {
  readonly ctx: CanvasRenderingContext2D;
  /** Device pixels of a CSS pixel. */
  readonly ratio: number;
  /** The plot's box, in device pixels. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly palette: Palette;
  /** Thinner lines, no dots, no words. */
  readonly isCompact: boolean;
}

type Place = (value: number) => number;

/** In device pixels. */
export interface Places {
  readonly x: Place;
  readonly y: Place;
  readonly right: Place;
}

/** A stroke is kept this far outside the box at most: canvas coordinates beyond it are lost on some machines. */
const FAR = 4;

export function placesOf(figure: Figure, { left, top, width, height }: Canvas): Places {
  const across = placeOn(figure.x);
  const down = (axis: Figure["y"]): Place => {
    const place = placeOn(axis);
    return (value) => top + height * (1 - clampFar(place(value)));
  };
  const y = down(figure.y);
  return {
    x: (value) => left + width * clampFar(across(value)),
    y,
    right: figure.right ? down(figure.right) : y,
  };
}

const clampFar = (place: number): number => Math.min(1 + FAR, Math.max(-FAR, place));

/** Zones and the marked stretch of the x axis: beneath everything. */
export function drawGround(figure: Figure, canvas: Canvas, pointed: readonly [number, number] | null): void {
  const { ctx, top, height, palette } = canvas;
  const { x } = placesOf(figure, canvas);
  clipped(canvas, () => {
    const stretch = (from: number, to: number, colour: string) => {
      ctx.fillStyle = colour;
      const start = x(from);
      ctx.fillRect(start, top, Math.max(canvas.ratio, x(to) - start), height);
    };
    if (pointed) stretch(pointed[0], pointed[1], palette.mark);
    for (const { from, to } of figure.zones) stretch(from, to, palette.band);
  });
}

export function drawSeries(figure: Figure, canvas: Canvas): void {
  const places = placesOf(figure, canvas);
  const hasRuns = figure.series.some(({ paint }) => typeof paint !== "string" && "run" in paint);
  for (const one of figure.series) {
    if (one.kind === "bars") clipped(canvas, () => drawBars(one, figure, canvas, places, hasRuns));
    else if (one.kind === "band") clipped(canvas, () => drawBand(one, figure, canvas, places));
    else drawLine(one, figure, canvas, places, hasRuns);
  }
  // Dots lie over every line.
  for (const one of figure.series)
    if (one.kind === "line" && one.dots) drawDots(one, one.dots, figure, canvas, places);
}

export function drawRules(figure: Figure, canvas: Canvas): void {
  const { ctx, left, top, width, height, palette } = canvas;
  const { x, y } = placesOf(figure, canvas);
  for (const { axis, at, style } of figure.rules) {
    ctx.beginPath();
    if (axis === "y") {
      const line = Math.round(y(at)) + 0.5;
      ctx.moveTo(left, line);
      ctx.lineTo(left + width, line);
    } else {
      const line = Math.round(x(at)) + 0.5;
      ctx.moveTo(line, top);
      ctx.lineTo(line, top + height);
    }
    const isThreshold = style === "threshold";
    stroke(canvas, {
      colour: isThreshold ? palette.ink3 : palette.ink2,
      width: isThreshold ? 1.25 : 1,
      dash: isThreshold ? [1, 3] : [3, 3],
    });
  }
  ctx.setLineDash([]);
}

/** A triangle at each end of the baseline that has something beyond it. */
export function drawBeyond(figure: Figure, canvas: Canvas): void {
  const { ctx, ratio, left, top, width, height, palette } = canvas;
  // Sizes below the first bin of a log axis are nearer to it than to the axis' end.
  const [first] = figure.series;
  const edge = figure.series.length === 1 && first?.kind === "bars" && first.at?.[0];
  const starts = figure.x.scale === "log" && edge ? Math.max(left, placesOf(figure, canvas).x(edge)) : left;
  for (const { side, share } of figure.beyond) {
    if (share < LEAST_SHOWN) continue;
    const tip = side === "left" ? starts - 6 * ratio : left + width + 6 * ratio;
    const back = side === "left" ? tip + 4 * ratio : tip - 4 * ratio;
    const base = top + height - 3 * ratio;
    ctx.beginPath();
    ctx.moveTo(tip, base);
    ctx.lineTo(back, base - 3 * ratio);
    ctx.lineTo(back, base + 3 * ratio);
    ctx.closePath();
    ctx.fillStyle = palette.ink3;
    ctx.fill();
  }
}

/** A smaller share is in the table, and no arrow. */
export const LEAST_SHOWN = 0.0005;

function clipped({ ctx, left, top, width, height, ratio }: Canvas, draw: () => void): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(left - ratio, top - ratio, width + 2 * ratio, height + 2 * ratio);
  ctx.clip();
  draw();
  ctx.restore();
}

interface Stroke {
  readonly colour: string;
  /** In CSS pixels. */
  readonly width: number;
  readonly dash?: readonly number[];
}

function stroke({ ctx, ratio }: Canvas, { colour, width, dash = [] }: Stroke): void {
  ctx.strokeStyle = colour;
  ctx.lineWidth = width * ratio;
  ctx.lineJoin = "round";
  ctx.lineCap = "butt";
  ctx.setLineDash(dash.map((length) => length * ratio));
  ctx.stroke();
}

/** Runs over each other would hide what is beneath at a single histogram's opacity. */
const RUN_FILL = 0.14;
const OUTLINE = 1.25;
/** Width of an atom, in CSS pixels. */
const ATOM = 3;

function drawBars(
  { values, at, atoms, paint }: Extract<Series, { kind: "bars" }>,
  figure: Figure,
  canvas: Canvas,
  { x, y }: Places,
  hasRuns: boolean,
): void {
  const { ctx, ratio, palette } = canvas;
  const edges = at ?? figure.columns;
  const colour = colourOf(paint, palette);
  const base = y(0);
  if (values.length > 0) {
    ctx.beginPath();
    ctx.moveTo(x(edges[0]!), base);
    for (let i = 0; i < values.length; i++) {
      const level = y(values[i]!);
      ctx.lineTo(x(edges[i]!), level);
      ctx.lineTo(x(edges[i + 1]!), level);
    }
    ctx.lineTo(x(edges[values.length]!), base);
    ctx.fillStyle = colour;
    ctx.globalAlpha = hasRuns ? RUN_FILL : palette.fill;
    ctx.fill();
    ctx.globalAlpha = 1;
    stroke(canvas, { colour, width: OUTLINE });
  }
  ctx.fillStyle = colour;
  for (const { at: place, height } of atoms) {
    const level = Math.min(y(height), base - 2 * ratio);
    ctx.fillRect(x(place) - (ATOM / 2) * ratio, level, ATOM * ratio, base - level);
  }
}

function drawBand(
  { low, high, paint }: Extract<Series, { kind: "band" }>,
  { columns }: Figure,
  { ctx, palette, ratio }: Canvas,
  { x, y }: Places,
): void {
  // A run's band is a tint of its line.
  const isRun = typeof paint !== "string" && "run" in paint;
  ctx.fillStyle = isRun ? colourOf(paint, palette) : palette.band;
  ctx.globalAlpha = isRun ? RUN_FILL : 1;
  for (const [from, to] of stretches(
    columns.length,
    (i) => !(Number.isNaN(y(low[i]!)) || Number.isNaN(y(high[i]!))),
  )) {
    ctx.beginPath();
    if (to - from === 1) {
      // One layer has no width: a bar as wide as its dot.
      const top = y(high[from]!);
      ctx.fillRect(x(columns[from]!) - 6 * ratio, top, 12 * ratio, y(low[from]!) - top);
      continue;
    }
    for (let i = from; i < to; i++) ctx.lineTo(x(columns[i]!), y(high[i]!));
    for (let i = to - 1; i >= from; i--) ctx.lineTo(x(columns[i]!), y(low[i]!));
    ctx.closePath();
    ctx.fill();
  }
  ctx.globalAlpha = 1;
}

/** Half-open ranges of indices that hold. */
function stretches(length: number, holds: (i: number) => boolean): (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  for (let i = 0; i < length; i++) {
    if (!holds(i)) continue;
    const from = i;
    while (i < length && holds(i)) i++;
    found.push([from, i]);
  }
  return found;
}

function lineStroke(
  { style, paint }: Extract<Series, { kind: "line" }>,
  { palette, isCompact }: Canvas,
  hasRuns: boolean,
): Stroke {
  const colour = colourOf(paint, palette);
  if (style === "predicted") {
    if (hasRuns) return { colour, width: 1.25, dash: [3, 6] };
    return isCompact ? { colour, width: 1.25, dash: [3, 3] } : { colour, width: 1.5, dash: [5, 4] };
  }
  if (style === "curve") return { colour, width: isCompact ? 1.25 : 1 };
  return { colour, width: hasRuns ? 3 : 2 };
}

function drawLine(
  line: Extract<Series, { kind: "line" }>,
  figure: Figure,
  canvas: Canvas,
  { x, y: leftY, right }: Places,
  hasRuns: boolean,
): void {
  const { ctx } = canvas;
  const at = line.at ?? figure.columns;
  const y = line.scale === "right" ? right : leftY;
  const { values } = line;
  clipped(canvas, () => {
    ctx.beginPath();
    for (const [from, to] of stretches(values.length, (i) => !Number.isNaN(y(values[i]!)))) {
      ctx.moveTo(x(at[from]!), y(values[from]!));
      for (let i = from + 1; i < to; i++) ctx.lineTo(x(at[i]!), y(values[i]!));
    }
    stroke(canvas, lineStroke(line, canvas, hasRuns));
    ctx.setLineDash([]);
  });
}

/** Radius of a dot and the rim round it, in CSS pixels. */
const DOT = 4.5;
const RIM = 1.5;

function drawDots(
  { values, at }: Extract<Series, { kind: "line" }>,
  dots: readonly (Paint | null)[],
  { columns }: Figure,
  canvas: Canvas,
  { x, y }: Places,
): void {
  for (let i = 0; i < values.length; i++) {
    const height = y(values[i]!);
    const dot = dots[i];
    if (dot && height >= canvas.top && height <= canvas.top + canvas.height)
      drawMarker(canvas, x((at ?? columns)[i]!), height, dot);
  }
}

/** At a place in device pixels: a dot with a rim of paper, or a run's own marker. */
export function drawMarker(canvas: Canvas, x: number, y: number, paint: Paint): void {
  const { ctx, ratio, palette } = canvas;
  const colour = colourOf(paint, palette);
  const run = typeof paint !== "string" && "run" in paint ? paint.run : null;
  const marker = run === null ? null : runMarker(run);
  const corners = marker && markerCorners(marker, (DOT - 0.5) * ratio);
  const outline = (radius: number) => {
    ctx.beginPath();
    if (corners) {
      for (const [dx, dy] of corners) ctx.lineTo(x + dx, y + dy);
      ctx.closePath();
    } else ctx.arc(x, y, radius * ratio, 0, 2 * Math.PI);
  };
  ctx.setLineDash([]);
  ctx.lineJoin = "miter";
  outline(DOT - RIM / 2);
  ctx.lineWidth = 2 * RIM * ratio;
  ctx.strokeStyle = palette.paper;
  ctx.stroke();
  outline(DOT - RIM / 2);
  ctx.fillStyle = marker?.isHollow ? palette.paper : colour;
  ctx.fill();
  if (marker?.isHollow || (run !== null && needsOutline(run, palette.name))) {
    ctx.lineWidth = 1.5 * ratio;
    ctx.strokeStyle = marker?.isHollow ? colour : palette.ink;
    ctx.stroke();
  }
}
