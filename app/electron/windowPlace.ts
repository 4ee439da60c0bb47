// Where the window stood, and where it may stand now: a screen that is gone must not swallow it. Pixels are the
// system's, independent of scale.
import { fieldsOf } from "./keptFile";

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What the shell remembers of its window. */
export interface WindowMemory {
  readonly place: Rectangle | null;
  readonly isMaximized: boolean;
  /** Of the settings, as last seen: the window has its colour before the settings are read. */
  readonly theme: "system" | "light" | "dark";
}

export const SMALLEST = { width: 1024, height: 700 };
const FIRST = { width: 1440, height: 900 };
/** No display is as large; a damaged file might say it is. */
const FARTHEST = 100_000;
/** So much of the title bar must be in reach to move the window by it. */
const GRIP = { width: 160, height: 40 };

export function parseMemory(given: unknown): WindowMemory {
  const { place, isMaximized, theme } = fieldsOf(given);
  const sides = fieldsOf(place);
  const [x, y, width, height] = ["x", "y", "width", "height"].map((side) => {
    const value = sides[side];
    return typeof value === "number" && Math.abs(value) <= FARTHEST ? Math.round(value) : null;
  });
  const isWhole = x != null && y != null && width != null && height != null;
  return {
    place: isWhole ? { x, y, width, height } : null,
    isMaximized: isMaximized === true,
    theme: theme === "light" || theme === "dark" ? theme : "system",
  };
}

/**
 * A place inside one display's work area, the first being the primary. Kept where its title bar can be reached; no
 * smaller than the smallest, even on a smaller display.
 */
export function placeOn(workAreas: readonly [Rectangle, ...Rectangle[]], kept: Rectangle | null): Rectangle {
  const area = (kept && workAreas.find((each) => canReach(each, kept))) ?? workAreas[0];
  const wanted = kept ?? FIRST;
  const width = Math.max(SMALLEST.width, Math.min(wanted.width, area.width));
  const height = Math.max(SMALLEST.height, Math.min(wanted.height, area.height));
  const isReached = kept !== null && canReach(area, kept);
  const x = isReached ? kept.x : area.x + Math.round((area.width - width) / 2);
  const y = isReached ? kept.y : area.y + Math.round((area.height - height) / 2);
  return {
    x: clamp(x, area.x, area.x + area.width - width),
    y: clamp(y, area.y, area.y + area.height - height),
    width,
    height,
  };
}

function canReach(area: Rectangle, { x, y, width }: Rectangle): boolean {
  const overlap = Math.min(x + width, area.x + area.width) - Math.max(x, area.x);
  return overlap >= GRIP.width && y >= area.y && y <= area.y + area.height - GRIP.height;
}

/** The low end wins where a display is smaller than the window. */
const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(value, high));
