// How a picture is divided: title above, plot with room for its words, key and source. What does not fit is left out,
// the plot last. Lengths in CSS pixels from the upper left corner.
import type { Axis, Figure } from "../../../core-as/figures/figure";
import { placeOn } from "../../../core-as/figures/place";
import { type Tick, ticks } from "../../../core-as/figures/ticks";
import { widthOf } from "./words";

export interface Room {
  readonly width: number;
  readonly height: number;
  /** The plot's box. */
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Middle of the title's line, of each row of the key, of the y axis' name, of the source; null: there is none. */
  readonly title: number | null;
  readonly caption: number | null;
  readonly key: number | null;
  readonly yName: number | null;
  readonly source: number | null;
  readonly hasXTicks: boolean;
  /** Free at all four edges of the picture. */
  readonly air: number;
}

export interface Wanted {
  readonly isCompact: boolean;
  readonly hasTitle: boolean;
  readonly hasCaption: boolean;
  readonly keyRows: number;
  readonly hasYName: boolean;
  readonly hasSource: boolean;
  readonly air: number;
}

export const SIZE = 11;
export const TITLE_SIZE = 13;
export const COMPACT_SIZE = 10;
export const KEY_ROW = 16;
/** From the plot's right end to the words beside it. */
export const AWAY = 8;
/** From the y axis to its labels: clear of a dot on it. */
export const Y_AWAY = 8;
/** Line and marker before a run's name, and the space after it. */
export const SAMPLE = 22;
export const SAMPLE_SPACE = 6;
/** Before it, so that it is not taken for the line's own end. */
export const SAMPLE_AWAY = 6;

const TITLE_LINE = 22;
const CAPTION_LINE = 16;
const Y_NAME_LINE = 16;
const SOURCE_LINE = 20;
const AXIS_HEIGHT = 22;
const COMPACT_AXIS = 15;
/** A small multiple that is lower has no ticks of its own. */
const COMPACT_LEAST = 48;
/** A plot is not made lower for what stands round it. */
const PLOT_LEAST = 56;
/** Pixels of an axis that a tick needs: as on the screen, and less where there would be hardly any. */
const TICK_ROOM = { x: 56, y: 40 };
const SHORT_AXIS = 320;
const SHORT_TICK_ROOM = 28;
/** Where there is room, plots above each other begin and end alike. */
const USUAL = [
  { from: 480, left: 48, right: 120 },
  { from: 300, left: 40, right: 96 },
  { from: 0, left: 16, right: 0 },
] as const;
const STEP = 8;
const MOST_LEFT = 0.3;
const MOST_RIGHT = 0.4;

export function roomOf(figure: Figure, width: number, height: number, wanted: Wanted): Room {
  const { air } = wanted;
  const nothing = { title: null, caption: null, key: null, yName: null, source: null, air };
  if (wanted.isCompact) {
    const hasXTicks = height >= COMPACT_LEAST;
    const bottom = height - (hasXTicks ? COMPACT_AXIS : 1);
    return { ...nothing, width, height, left: 8, top: 3, right: width - 8, bottom, hasXTicks };
  }
  // In the order in which they are given up.
  const lines = [
    { name: "key", height: wanted.keyRows * KEY_ROW + (wanted.keyRows > 0 ? 2 : 0) },
    { name: "caption", height: wanted.hasCaption ? CAPTION_LINE : 0 },
    { name: "yName", height: wanted.hasYName ? Y_NAME_LINE : 0 },
    { name: "source", height: wanted.hasSource ? SOURCE_LINE : 0 },
    { name: "title", height: wanted.hasTitle ? TITLE_LINE : 0 },
  ];
  const spare = () => height - 2 * air - AXIS_HEIGHT - 8 - lines.reduce((sum, line) => sum + line.height, 0);
  for (const line of lines) if (spare() < PLOT_LEAST) line.height = 0;
  const heightOf = (name: string) => lines.find((line) => line.name === name)!.height;
  let top = air;
  const take = (name: string, line: number): number | null => {
    const taken = heightOf(name);
    if (taken === 0) return null;
    top += taken;
    return top - taken + line / 2;
  };
  const title = take("title", TITLE_LINE - 4);
  const caption = take("caption", CAPTION_LINE);
  const key = take("key", KEY_ROW);
  const yName = take("yName", Y_NAME_LINE);
  top += 8;
  const source = heightOf("source") > 0 ? height - air - 6 : null;
  const bottom = height - air - heightOf("source") - AXIS_HEIGHT;
  const inner = width - 2 * air;
  const usual = USUAL.find(({ from }) => inner >= from) ?? USUAL[2];
  const labels = yTicks(figure, bottom - top).map(({ label }) => widthOf(label, SIZE) + Y_AWAY + 4);
  const left = air + Math.min(MOST_LEFT * width, stepped(Math.max(usual.left, ...labels)));
  const beside = besideOf(figure);
  const words = stepped(Math.max(beside > 0 ? usual.right : 0, beside, xNameWidth(figure)));
  const right = air + Math.min(MOST_RIGHT * width, words);
  return {
    width,
    height,
    left: Math.round(left),
    top,
    right: Math.round(width - right),
    bottom,
    title,
    caption,
    key,
    yName,
    source,
    hasXTicks: true,
    air,
  };
}

const stepped = (length: number): number => STEP * Math.ceil(length / STEP);

/** What the longest of the words at lines' ends and thresholds takes; 0 where there are none. */
function besideOf({ series, rules }: Figure): number {
  const words = [
    ...series.flatMap(({ kind, endLabel, paint }) =>
      kind === "line" && endLabel
        ? [widthOf(endLabel, SIZE) + (isRun(paint) ? SAMPLE_AWAY + SAMPLE + SAMPLE_SPACE : 0)]
        : [],
    ),
    ...rules.flatMap(({ axis, label }) => (axis === "y" && label ? [widthOf(label, SIZE)] : [])),
  ];
  return words.length > 0 ? Math.max(...words) + AWAY + 4 : 0;
}

/** The x axis' name, clear of half a tick's label. */
const xNameWidth = ({ x }: Figure): number => widthOf(x.label, SIZE) + 3 * AWAY + 4;

export const isRun = (paint: Figure["series"][number]["paint"]): paint is { readonly run: number } =>
  typeof paint !== "string" && "run" in paint;

export const yTicks = ({ y }: Figure, length: number): readonly Tick[] =>
  ticks(y, Math.max(2, length / TICK_ROOM.y));

/** Labels keep this far apart. */
const BETWEEN = 10;

/** As many as have room beside each other. */
export function xTicks(axis: Axis, length: number, size: number): readonly Tick[] {
  const place = placeOn(axis);
  const fit = (found: readonly Tick[]): boolean =>
    found.every((tick, i) => {
      const next = found[i + 1];
      if (!next) return true;
      const apart = length * (place(next.value) - place(tick.value));
      return apart >= (widthOf(tick.label, size) + widthOf(next.label, size)) / 2 + BETWEEN;
    });
  const room = length < SHORT_AXIS ? SHORT_TICK_ROOM : TICK_ROOM.x;
  for (let most = Math.max(2, Math.floor(length / room)); ; most--) {
    const found = ticks(axis, most);
    if (fit(found)) return found;
    const zero = Math.max(
      0,
      found.findIndex(({ value }) => value === 0),
    );
    const others = found.filter((_, i) => (i - zero) % 2 === 0);
    if (others.length > 1 && fit(others)) return others;
    if (most <= 1) return found.slice(0, 1);
  }
}
