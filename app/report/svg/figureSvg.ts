// A figure as vectors, by Observable Plot: the same data, ticks, colours and marks as on the screen, as a text of SVG.
// The same figure gives the same bytes on every machine: nothing is measured, named by chance or taken from a clock.
// No script, no style sheet, no outer reference; every word from outside is text.
import { line, plot, ruleY } from "@observablehq/plot";
import { parseHTML } from "linkedom";
import type { Axis, Figure } from "../../../core-as/figures/figure";
import { type ColourMode, coloursOf } from "./colours";
import { keyOf, placedKey } from "./key";
import { addHeading, addKey, addMargin, addShares, addSource, addTicks, addYName } from "./margin";
import { addBeyond, addRules, addSeries, addZones } from "./marks";
import { roomOf, yTicks } from "./room";
import { pixels, Sheet } from "./sheet";
import { wellFormed } from "./words";
import { element, escaped, type TreeNode, writtenChildren } from "./write";

export interface SvgOptions {
  /** CSS pixels of the whole picture. */
  readonly width: number;
  readonly height: number;
  /** "variables": those of `paletteCss`, in a page that has them. */
  readonly colours: ColourMode;
  /** A small multiple: no names, no key; the ticks of x where it is high enough. */
  readonly isCompact?: boolean;
  /** [a-z0-9-]+, unique in the page. */
  readonly id: string;
  /** What the figure shows, for those who do not see it. */
  readonly alternative: string;
  /** Drawn above. The caption below it is the figure's own. */
  readonly title?: string;
  /** Samples of lines and areas, with their names. */
  readonly legend?: boolean;
  /** One line below. */
  readonly source?: string;
  /** Free at all edges, on a ground of paper; absent: none, and no ground. */
  readonly air?: number;
}

export function figureSvg(figure: Figure, options: SvgOptions): string {
  const { id, width, height, isCompact = false, alternative, air = 0, title = "", source = "" } = options;
  const caption = title === "" ? "" : figure.caption;
  const key = options.legend && !isCompact ? placedKey(keyOf(figure), width - 2 * air, height) : [];
  const room = roomOf(figure, width, height, {
    isCompact,
    hasTitle: title !== "",
    hasCaption: caption !== "",
    keyRows: key.length > 0 ? key.at(-1)!.row + 1 : 0,
    hasYName: figure.y.label !== "" && !isSaid(figure.y.label, title || figure.title),
    hasSource: source !== "",
    air,
  });
  const colours = coloursOf(options.colours);
  const sheet = new Sheet(figure, room, colours, isCompact, id);
  addGround(sheet);
  addSeries(sheet);
  addRules(sheet);
  const arrows = addBeyond(sheet);
  addTicks(sheet);
  if (!isCompact) {
    addMargin(sheet);
    addHeading(sheet, title, caption);
    addKey(sheet, key);
    addYName(sheet);
    addSource(sheet, source);
  }
  addShares(sheet, arrows);
  const named = (name: string, text: string) =>
    element(name, { id: `${id}-${name}` }, escaped(wellFormed(text)));
  const ground = air > 0 ? element("rect", { width: "100%", height: "100%", fill: colours.paper }, "") : "";
  const inner = writtenChildren(plotted(sheet), sheet.attributes, isCompact ? 1 : 2);
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      id,
      width: String(width),
      height: String(height),
      viewBox: `0 0 ${width} ${height}`,
      role: "img",
      "aria-labelledby": `${id}-title`,
      "aria-describedby": `${id}-desc`,
      fill: "none",
      "font-family": colours.words,
      "font-size": "11",
      "text-anchor": "middle",
    },
    named("title", figure.title) + named("desc", alternative) + clipOf(sheet) + ground + inner,
  );
}

/** "gradient norm" by "Gradient norm, layer 1". */
const isSaid = (name: string, title: string): boolean => title.toLowerCase().startsWith(name.toLowerCase());

/** Zones, grid and baseline: beneath every mark. */
function addGround(sheet: Sheet): void {
  const { figure, room, colours, isCompact } = sheet;
  addZones(sheet);
  if (!isCompact)
    sheet.add({ class: "grid" }, (className) =>
      ruleY(
        yTicks(figure, room.bottom - room.top).map(({ value }) => value),
        { stroke: colours.grid, className },
      ),
    );
  // Where every axis begins at 0 the baseline is a line; elsewhere the grid is enough.
  if (isCompact || figure.y.domain[0] === 0)
    sheet.add({ class: "baseline" }, (className) =>
      line([0, 1], {
        x: pixels([room.left, room.right]),
        y: pixels([room.bottom, room.bottom]),
        stroke: colours.edge,
        strokeWidth: 1,
        strokeLinecap: "butt",
        className,
      }),
    );
}

function plotted({ figure, room, marks }: Sheet): TreeNode {
  const { width, height, left, right, top, bottom } = room;
  const scale = ({ scale: type, domain }: Axis, range: [number, number]) => ({
    type,
    domain: [...domain],
    range,
    axis: null,
  });
  const options = {
    document: page(),
    className: "plot",
    width,
    height,
    marginLeft: left,
    marginRight: width - right,
    marginTop: top,
    marginBottom: height - bottom,
    x: scale(figure.x, [left, right]),
    y: scale(figure.y, [bottom, top]),
    marks,
  };
  const drawn: unknown = plot(options);
  return drawn as TreeNode;
}

let made: unknown = null;

/** One document for all: Plot makes its elements in it and leaves nothing behind. */
function page(): unknown {
  made ??= (parseHTML("<!doctype html><html><head></head><body></body></html>") as { document: unknown })
    .document;
  return made;
}

function clipOf({ isClipped, clipId, room }: Sheet): string {
  if (!isClipped) return "";
  const box = {
    x: room.left - 1,
    y: room.top - 1,
    width: room.right - room.left + 2,
    height: room.bottom - room.top + 2,
  };
  const attributes = Object.fromEntries(Object.entries(box).map(([name, value]) => [name, String(value)]));
  return element("clipPath", { id: clipId }, element("rect", attributes, ""));
}
