// One plot on its canvas, by uPlot: canvas, pixel ratio, axes and grid are uPlot's; marks are drawn into its hooks.
// uPlot's own scales stay 0 to 1 for ever; a figure's axes are turned into shares of them, so that a change of data is
// a redraw and never a new plot, whatever the new axes are. The only importer of uPlot.
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Axis, Figure } from "../../../core-as/figures/figure";
import { ticks } from "../../../core-as/figures/ticks";
import { drawMargin, font } from "./margin";
import { type Canvas, drawBeyond, drawGround, drawRules, drawSeries } from "./marks";
import { placeOn, valueAt } from "../../../core-as/figures/place";
import type { Palette } from "./theme.svelte";

export interface PlotForm {
  /** Small multiples: no axes, no words. */
  readonly isCompact: boolean;
  /** Room beside the plot, in CSS pixels. */
  readonly left: number;
  readonly right: number;
  /** How much larger the page draws what it has: the canvas then has as many more pixels. */
  readonly zoom: number;
}

export interface PlotState {
  readonly figure: Figure;
  readonly palette: Palette;
  /** A stretch of the x axis that is pointed at. */
  readonly pointed: readonly [number, number] | null;
  /** Where the keyboard's cursor stands. */
  readonly cursor: number | null;
}

/** Below an axis there is room for its labels. */
const AXIS_HEIGHT = 22;
/** Pixels of an axis that a tick needs. */
const TICK_ROOM = { x: 56, y: 40 };
const COMPACT_TOP = 2;

export class Plot {
  #state: PlotState;
  readonly #form: PlotForm;
  readonly #u: uPlot;

  constructor(host: HTMLElement, state: PlotState, form: PlotForm, width: number, height: number) {
    this.#state = state;
    this.#form = form;
    this.#u = new uPlot(
      this.#options(width * form.zoom, height * form.zoom),
      [
        [0, 1],
        [0, 1],
      ],
      host,
    );
    // uPlot knows nothing of a zoom: it draws a larger plot, which the page makes as small again.
    if (form.zoom !== 1) this.#u.root.style.zoom = String(1 / form.zoom);
  }

  get zoom(): number {
    return this.#form.zoom;
  }

  show(state: PlotState): void {
    this.#state = state;
    this.#u.redraw(false, !this.#form.isCompact);
  }

  resize(cssWidth: number, cssHeight: number): void {
    const [width, height] = [cssWidth * this.#form.zoom, cssHeight * this.#form.zoom];
    if (width !== this.#u.width || height !== this.#u.height) this.#u.setSize({ width, height });
  }

  /** Value of x under a pixel of the element, or null outside the plot. */
  valueAt(pixel: number): number | null {
    const { left, width } = this.#box();
    const place = (pixel - left) / width;
    return place < 0 || place > 1 ? null : valueAt(this.#state.figure.x, place);
  }

  /** The canvas as it is, on paper. */
  picture(): Promise<Blob | null> {
    const { canvas } = this.#u.ctx;
    const sheet = document.createElement("canvas");
    sheet.width = canvas.width;
    sheet.height = canvas.height;
    const ctx = sheet.getContext("2d")!;
    ctx.fillStyle = this.#state.palette.paper;
    ctx.fillRect(0, 0, sheet.width, sheet.height);
    ctx.drawImage(canvas, 0, 0);
    return new Promise((resolve) => sheet.toBlob(resolve, "image/png"));
  }

  destroy(): void {
    this.#u.destroy();
  }

  /** In CSS pixels. */
  #box(): { readonly left: number; readonly width: number } {
    const ratio = this.#ratio;
    return { left: this.#u.bbox.left / ratio, width: this.#u.bbox.width / ratio };
  }

  /** Pixels of the canvas for one of CSS. */
  get #ratio(): number {
    return uPlot.pxRatio * this.#form.zoom;
  }

  #canvas(): Canvas {
    const { ctx, bbox } = this.#u;
    const { palette } = this.#state;
    return { ctx, ratio: this.#ratio, ...bbox, palette, isCompact: this.#form.isCompact };
  }

  #options(width: number, height: number): uPlot.Options {
    const { isCompact, left, right, zoom } = this.#form;
    const whole: uPlot.Scale = { time: false, auto: false, range: [0, 1] };
    return {
      width,
      height,
      scales: { x: whole, y: whole },
      series: [{}, { show: true, paths: () => null, points: { show: false } }],
      legend: { show: false },
      cursor: { show: false },
      padding: scaled(isCompact ? [COMPACT_TOP, right, 1, left] : [8, right, 0, 0], zoom),
      axes: isCompact ? [{ show: false }, { show: false }] : [this.#axis("x"), this.#axis("y")],
      hooks: {
        drawClear: [() => drawGround(this.#state.figure, this.#canvas(), this.#state.pointed)],
        draw: [() => this.#draw()],
      },
    };
  }

  #axis(which: "x" | "y"): uPlot.Axis {
    const axis = (): Axis => this.#state.figure[which];
    const isX = which === "x";
    const { left, zoom } = this.#form;
    const marks = (u: uPlot) =>
      ticks(axis(), Math.max(2, (isX ? u.bbox.width : u.bbox.height) / this.#ratio / TICK_ROOM[which]));
    return {
      scale: which,
      side: isX ? 2 : 3,
      size: (isX ? AXIS_HEIGHT : left) * zoom,
      gap: (isX ? 4 : 6) * zoom,
      font: `${Math.round(11 * zoom)}px ${this.#state.palette.words}`,
      stroke: () => this.#state.palette.ink2,
      ticks: { show: false },
      grid: isX ? { show: false } : { show: true, stroke: () => this.#state.palette.grid, width: zoom },
      splits: (u) => {
        const place = placeOn(axis());
        return marks(u).map(({ value }) => place(value));
      },
      values: (u) => marks(u).map(({ label }) => label),
      filter: (_u, splits) => splits,
    };
  }

  #draw(): void {
    const { figure, cursor } = this.#state;
    const canvas = this.#canvas();
    const { ctx, ratio, left, top, width, height, palette, isCompact } = canvas;
    ctx.save();
    // Where every axis begins at 0 the baseline is a line; elsewhere the grid is enough.
    if (isCompact || figure.y.domain[0] === 0) {
      ctx.fillStyle = palette.edge;
      ctx.fillRect(left, top + height - ratio / 2, width, Math.max(1, ratio));
    }
    drawSeries(figure, canvas);
    drawRules(figure, canvas);
    drawBeyond(figure, canvas);
    if (cursor !== null) {
      ctx.fillStyle = palette.ink;
      ctx.fillRect(left + width * placeOn(figure.x)(cursor), top, ratio, height);
    }
    if (!isCompact) {
      ctx.font = font(canvas);
      drawMargin(figure, canvas);
    }
    ctx.restore();
  }
}

function scaled([top, right, bottom, left]: [number, number, number, number], zoom: number): uPlot.Padding {
  return [top * zoom, right * zoom, bottom * zoom, left * zoom];
}
