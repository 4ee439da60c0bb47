// The words right of a plot: ends of lines, thresholds, the axis' name; and words inside it where numbers end.
import type { Figure, Paint } from "../../../core-as/figures/figure";
import { spreadLabels } from "../../../core-as/figures/labels";
import { type Canvas, drawMarker, placesOf } from "./marks";
import { colourOf } from "./theme.svelte";

interface Words {
  /** In CSS pixels. */
  readonly y: number;
  readonly text: string;
  readonly colour: string;
  readonly run: Paint | null;
}

/** Middles of labels are at least this far apart. */
const GAP = 15;
/** From the plot's right end to the words. */
const AWAY = 8;
/** From so many layers on the last one's tick stands at the very end; from thousands on it is long. */
const LONG_AXIS = 30;
const LONG_TICK = 1000;
/** Length of the line and marker before a run's name. */
const SAMPLE = 22;

export function font(canvas: Pick<Canvas, "ratio" | "palette">): string {
  return `${11 * canvas.ratio}px ${canvas.palette.words}`;
}

export function drawMargin(figure: Figure, canvas: Canvas): void {
  const { ctx, ratio, left, top, width, height, palette } = canvas;
  const { y } = placesOf(figure, canvas);
  const words: Words[] = [];
  const add = (at: number, text: string, colour: string, run: Paint | null) => {
    // Zero has no place on a log axis: it is said at its foot.
    const place = at === 0 && figure.y.scale === "log" ? (top + height) / ratio : y(at) / ratio;
    if (!Number.isNaN(place)) words.push({ y: place, text, colour, run });
  };
  for (const one of figure.series) {
    if (one.endLabel === undefined || one.kind !== "line") continue;
    const end = one.values.findLast((value) => !Number.isNaN(value));
    const isRun = typeof one.paint !== "string" && "run" in one.paint;
    if (end !== undefined)
      add(end, one.endLabel, isRun ? palette.ink : colourOf(one.paint, palette), isRun ? one.paint : null);
  }
  for (const { axis, at, label } of figure.rules)
    if (axis === "y" && label) add(at, label, palette.ink3, null);
  ctx.font = font(canvas);
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  const x = left + width + AWAY * ratio;
  const room = spreadLabels(words, GAP, top / ratio + 4, (top + height) / ratio - 4);
  for (const [{ text, colour, run }, middle] of room) {
    const line = Math.round(middle * ratio);
    if (run) drawSample(canvas, x, line, run);
    ctx.fillStyle = colour;
    ctx.fillText(text, run ? x + (SAMPLE + 6) * ratio : x, line);
  }
  ctx.fillStyle = palette.ink3;
  // Clear of the last tick's label, which may be centred on the plot's end.
  const end = figure.x.domain[1];
  const clear = end >= LONG_TICK ? 2 * AWAY : end > LONG_AXIS ? AWAY : 0;
  ctx.fillText(figure.x.label, x + clear * ratio, top + height + 10 * ratio);
  drawMarks(figure, canvas);
}

function drawSample(canvas: Canvas, x: number, y: number, paint: Paint): void {
  const { ctx, ratio, palette } = canvas;
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x + SAMPLE * ratio, y);
  ctx.setLineDash([]);
  ctx.lineWidth = 2 * ratio;
  ctx.strokeStyle = colourOf(paint, palette);
  ctx.stroke();
  drawMarker(canvas, x + (SAMPLE / 2) * ratio, y, paint);
}

/** Words at upright rules, on the side that has room. */
function drawMarks(figure: Figure, canvas: Canvas): void {
  const { ctx, ratio, left, top, width, palette } = canvas;
  const { x } = placesOf(figure, canvas);
  for (const { axis, at, label } of figure.rules) {
    if (axis !== "x" || !label) continue;
    const place = x(at);
    const isLate = place > left + 0.7 * width;
    ctx.textAlign = isLate ? "right" : "left";
    ctx.fillStyle = palette.ink2;
    ctx.fillText(label, place + (isLate ? -6 : 6) * ratio, top + 8 * ratio);
  }
  ctx.textAlign = "left";
}
