// The words of a picture: ticks, ends of lines, thresholds, names of axes, shares beyond an end, title, key and source.
import { line, rect, ruleX, text } from "@observablehq/plot";
import type { Paint } from "../../../core-as/figures/figure";
import { spreadLabels } from "../../../core-as/figures/labels";
import { percent } from "../../../core-as/spec/number";
import type { PlacedEntry } from "./key";
import { addMarkers, type Arrow, strokeOf } from "./marks";
import {
  AWAY,
  COMPACT_SIZE,
  isRun,
  KEY_ROW,
  SAMPLE,
  SAMPLE_AWAY,
  SAMPLE_SPACE,
  SIZE,
  TITLE_SIZE,
  xTicks,
  Y_AWAY,
  yTicks,
} from "./room";
import { pixels, type Sheet } from "./sheet";
import { clean, elided, widthOf } from "./words";

interface Words {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/** Middles of labels are at least this far apart. */
const GAP = 15;
/** From the plot's foot to the middle of the words below it. */
const BELOW = 12;

interface WordStyle {
  readonly name: string;
  readonly colour: string;
  readonly anchor?: "start" | "middle" | "end";
  readonly size?: number;
  readonly weight?: string;
}

function addWords(sheet: Sheet, words: readonly Words[], style: WordStyle): void {
  const { name, colour, anchor = "start", size = SIZE, weight } = style;
  if (words.length === 0) return;
  sheet.add({ class: name }, (className) =>
    text(words, {
      x: pixels(words.map(({ x }) => x)),
      y: pixels(words.map(({ y }) => y)),
      text: ({ text: said }: Words) => said,
      fill: colour,
      ...(size === SIZE ? {} : { fontSize: size }),
      ...(weight ? { fontWeight: weight } : {}),
      textAnchor: anchor,
      lineAnchor: "middle",
      className,
    }),
  );
}

export function addTicks(sheet: Sheet): void {
  const { figure, room, colours, isCompact } = sheet;
  if (!room.hasXTicks) return;
  const { left, right, bottom, top } = room;
  const size = isCompact ? COMPACT_SIZE : SIZE;
  const across = xTicks(figure.x, right - left, size);
  const y = bottom + (isCompact ? 9 : BELOW);
  const marks = across.map(({ value, label }) => ({ x: sheet.x(value), y, text: label }));
  if (isCompact)
    sheet.add({ class: "tick-marks" }, (className) =>
      ruleX(marks, {
        x: pixels(marks.map(({ x }) => x)),
        y1: pixels(marks.map(() => bottom)),
        y2: pixels(marks.map(() => bottom + 3)),
        stroke: colours.edge,
        className,
      }),
    );
  addWords(sheet, marks, { name: "x-ticks", colour: colours.ink2, anchor: "middle", size });
  if (isCompact) return;
  const up = yTicks(figure, bottom - top);
  addWords(
    sheet,
    up.map(({ value, label }) => ({
      x: left - Y_AWAY,
      y: sheet.y(value),
      text: elided(label, left - Y_AWAY, SIZE),
    })),
    { name: "y-ticks", colour: colours.ink2, anchor: "end" },
  );
}

/** Right of the plot: ends of lines, thresholds, the axis' name. */
export function addMargin(sheet: Sheet): void {
  const { figure, room, colours } = sheet;
  const { left, right, top, bottom, width, air } = room;
  const words: { y: number; text: string; colour: string; run: Paint | null }[] = [];
  const add = (at: number, said: string, colour: string, run: Paint | null) => {
    // Zero has no place on a log axis: it is said at its foot.
    const y = at === 0 && figure.y.scale === "log" ? bottom : sheet.y(at);
    if (!Number.isNaN(y)) words.push({ y: Math.min(bottom, Math.max(top, y)), text: said, colour, run });
  };
  for (const one of figure.series) {
    if (one.endLabel === undefined || one.kind !== "line") continue;
    const end = one.values.findLast((value) => !Number.isNaN(value));
    if (end === undefined) continue;
    if (isRun(one.paint)) add(end, one.endLabel, colours.ink, one.paint);
    else add(end, one.endLabel, colours.of(one.paint), null);
  }
  for (const { axis, at, label } of figure.rules)
    if (axis === "y" && label && sheet.holds(figure.y, at)) add(at, label, colours.ink3, null);
  const x = right + AWAY;
  for (const [{ text: said, colour, run }, y] of spreadLabels(words, GAP, top + 4, bottom - 4)) {
    const start = run ? x + SAMPLE_AWAY + SAMPLE + SAMPLE_SPACE : x;
    if (run) addRunSample(sheet, x + SAMPLE_AWAY, y, run);
    addWords(sheet, [{ x: start, y, text: elided(said, width - air - start, SIZE) }], {
      name: "end",
      colour,
    });
  }
  // Clear of the last tick's label, which may be centred on the plot's end.
  const last = xTicks(figure.x, right - left, SIZE).at(-1);
  const clear = last ? sheet.x(last.value) + widthOf(last.label, SIZE) / 2 + AWAY : x;
  const start = Math.max(x, clear);
  const name = elided(figure.x.label, width - air - start, SIZE);
  addWords(sheet, [{ x: start, y: bottom + BELOW, text: name }], {
    name: "x-name",
    colour: colours.ink3,
  });
  addMarks(sheet);
}

/** Words at upright rules, on the side that has room. */
function addMarks(sheet: Sheet): void {
  const { figure, room, colours } = sheet;
  const { left, right, top, width, air } = room;
  for (const { axis, at, label } of figure.rules) {
    if (axis !== "x" || !label || !sheet.holds(figure.x, at)) continue;
    const place = sheet.x(at);
    const isLate = place > left + 0.7 * (right - left);
    const said = elided(label, isLate ? place - 6 - air : width - air - place - 6, SIZE);
    addWords(sheet, [{ x: place + (isLate ? -6 : 6), y: top + 8, text: said }], {
      name: "mark-name",
      colour: colours.ink2,
      anchor: isLate ? "end" : "start",
    });
  }
}

/** In a small multiple a smaller share is an arrow alone. */
const LEAST_SAID = 0.005;

/** What lies beyond an end: there, above the bars. */
export function addShares(sheet: Sheet, arrows: readonly Arrow[]): void {
  const { room, colours, isCompact } = sheet;
  for (const { side, share, tip } of arrows) {
    if (isCompact && share < LEAST_SAID) continue;
    const said = side === "left" ? `◂\u00a0${percent(share)}` : `${percent(share)}\u00a0▸`;
    const width = widthOf(said, COMPACT_SIZE);
    const isLeft = side === "left";
    const x = isLeft
      ? Math.max(1, Math.min(tip, room.right - width))
      : Math.min(room.width - 1, Math.max(tip, room.left + width));
    const clear = highestBetween(sheet, isLeft ? x : x - width, isLeft ? x + width : x) - 8;
    const y = Math.max(room.top + 5, Math.min(room.bottom - 13, clear));
    addWords(sheet, [{ x, y, text: said }], {
      name: "share",
      colour: colours.ink3,
      anchor: isLeft ? "start" : "end",
      size: COMPACT_SIZE,
    });
  }
}

/** Where the highest bar between two places ends, all in pixels. */
function highestBetween(sheet: Sheet, from: number, to: number): number {
  const { figure, room } = sheet;
  let level = room.bottom;
  for (const one of figure.series) {
    if (one.kind !== "bars") continue;
    const edges = one.at ?? figure.columns;
    one.values.forEach((value, i) => {
      if (sheet.x(edges[i + 1]!) > from && sheet.x(edges[i]!) < to && value > 0)
        level = Math.min(level, sheet.y(value));
    });
    for (const { at, height } of one.atoms)
      if (sheet.x(at) > from - 2 && sheet.x(at) < to + 2) level = Math.min(level, sheet.y(height));
  }
  return level;
}

export function addHeading(sheet: Sheet, title: string, caption: string): void {
  const { room, colours } = sheet;
  const most = room.width - 2 * room.air;
  if (room.title !== null)
    addWords(sheet, [{ x: room.air, y: room.title, text: elided(title, most, TITLE_SIZE) }], {
      name: "title",
      colour: colours.ink,
      size: TITLE_SIZE,
      weight: "600",
    });
  if (room.caption !== null)
    addWords(sheet, [{ x: room.air, y: room.caption, text: elided(caption, most, SIZE) }], {
      name: "caption",
      colour: colours.ink3,
    });
}

export function addYName(sheet: Sheet): void {
  const { figure, room, colours } = sheet;
  if (room.yName === null) return;
  const said = elided(figure.y.label, room.width - 2 * room.air, SIZE);
  addWords(sheet, [{ x: room.air, y: room.yName, text: said }], { name: "y-name", colour: colours.ink3 });
}

export function addSource(sheet: Sheet, source: string): void {
  const { room, colours } = sheet;
  if (room.source === null) return;
  const said = elided(clean(source), room.width - 2 * room.air, SIZE);
  addWords(sheet, [{ x: room.air, y: room.source, text: said }], { name: "source", colour: colours.ink3 });
}

export function addKey(sheet: Sheet, entries: readonly PlacedEntry[]): void {
  const { room, colours, figure } = sheet;
  if (room.key === null) return;
  const hasRuns = figure.series.some(({ paint }) => isRun(paint));
  for (const { sample, text: said, x: at, row } of entries) {
    const x = room.air + at;
    const y = room.key + row * KEY_ROW;
    const area = (opacity: string, colour: string, stroke: string) =>
      sheet.add({ class: "key-area", "fill-opacity": opacity }, (className) =>
        rect([0], {
          x1: pixels([x]),
          x2: pixels([x + SAMPLE]),
          y1: pixels([y - 4]),
          y2: pixels([y + 4]),
          fill: colour,
          stroke,
          strokeWidth: 1.25,
          className,
        }),
      );
    const colour = colours.of(sample.paint);
    if (sample.kind === "run") addRunSample(sheet, x, y, sample.paint);
    else if (sample.kind === "band") area(isRun(sample.paint) ? "0.14" : colours.band, colour, "none");
    else if (sample.kind === "area") area(colours.fill, colour, colour);
    else if (sample.kind === "atom")
      sheet.add({ class: "key-atom" }, (className) =>
        line([0, 1], {
          x: pixels([x + SAMPLE / 2, x + SAMPLE / 2]),
          y: pixels([y - 5, y + 5]),
          stroke: colour,
          strokeWidth: 3,
          strokeLinecap: "butt",
          className,
        }),
      );
    else
      sheet.add({ class: "key-line" }, (className) =>
        line([0, 1], {
          x: pixels([x, x + SAMPLE]),
          y: pixels([y, y]),
          stroke: hasRuns && isRun(sample.paint) ? colours.ink2 : colour,
          ...strokeOf(sample.style, false, hasRuns),
          strokeLinecap: "butt",
          className,
        }),
      );
    addWords(sheet, [{ x: x + SAMPLE + SAMPLE_SPACE, y, text: said }], { name: "key", colour: colours.ink2 });
  }
}

function addRunSample(sheet: Sheet, x: number, y: number, paint: Paint): void {
  sheet.add({ class: "key-line" }, (className) =>
    line([0, 1], {
      x: pixels([x, x + SAMPLE]),
      y: pixels([y, y]),
      stroke: sheet.colours.of(paint),
      strokeWidth: 2,
      strokeLinecap: "butt",
      className,
    }),
  );
  addMarkers(sheet, [{ x: x + SAMPLE / 2, y, paint }]);
}
