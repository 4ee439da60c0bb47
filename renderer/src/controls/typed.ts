// Numbers as people type them, held against their bounds; and the numbers a slider stops at. Draws nothing.
import type { Bounds } from "../../../core-as/spec/bounds";
import { whole } from "../../../core-as/spec/number";

export type Typed = { readonly value: number } | { readonly problem: string };

/** "1 000", "1e-3", "−0.5", "10^-2"; the problem says the bounds. */
export function typedNumber(text: string, bounds: Bounds): Typed {
  const plain = text
    .trim()
    .replaceAll(/[\s\u2009\u202f\u00a0]/g, "")
    .replaceAll("−", "-")
    .replace(/^([+-]?)10\^/, "$11e")
    .replace(/×10\^?/, "e");
  if (plain === "") return { problem: `write ${boundsText(bounds)}` };
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) {
    const comma = /^[+-]?\d+,\d+$/.test(plain) ? "; the decimal sign is a point" : "";
    return { problem: `“${cut(text)}” is not a number${comma}; write ${boundsText(bounds)}` };
  }
  const value = Number(plain);
  if (bounds.integer && !Number.isInteger(value))
    return { problem: `${cut(text)} is not whole; write ${boundsText(bounds)}` };
  if (value < bounds.min || value > bounds.max)
    return { problem: `${cut(text)} is out of range; write ${boundsText(bounds)}` };
  return { value: value === 0 ? 0 : value };
}

export function boundsText({ min, max, integer }: Bounds): string {
  return `${integer ? "a whole number" : "a number"} from ${bound(min)} to ${bound(max)}`;
}

function bound(value: number): string {
  return Number.isInteger(value) ? whole(value) : writable(value);
}

/** The number so that it can be typed back: all its digits. */
export function writable(value: number): string {
  return String(value).replace("-", "−").replace("e-", "e−").replace("e+", "e");
}

function cut(text: string): string {
  const trimmed = text.trim();
  return trimmed.length > 20 ? `${trimmed.slice(0, 20)}…` : trimmed;
}

export type Scale = "linear" | "log";

/** The part of the number line that a slider shows; typed values may lie beyond it. */
export interface Track {
  readonly low: number;
  readonly high: number;
  readonly scale: Scale;
  /** Distance of the stops of a linear track. */
  readonly step: number;
  readonly isWhole: boolean;
}

/** Place on the track, 0 to 1; what lies beyond stands at its end. */
export function placeOf(value: number, { low, high, scale }: Track): number {
  const place = scale === "log" ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  return Number.isNaN(place) ? 0 : Math.min(1, Math.max(0, place));
}

/** Powers of ten, and zero, draw the knob to them over this share of the track. */
const MAGNET = 0.008;

/** The number at a place, rounded to a stop: three digits on a log track. `isFine` leaves the magnets out. */
export function valueAt(place: number, track: Track, isFine = false): number {
  const { low, high, scale, step, isWhole } = track;
  const at = Math.min(1, Math.max(0, place));
  if (scale === "linear") {
    const value = low + (high - low) * at;
    if (!isFine && low < 0 && high > 0 && Math.abs(at - placeOf(0, track)) < MAGNET) return 0;
    return clamp(toStep(value, isFine && !isWhole ? step / 10 : step), low, high);
  }
  const value = low * (high / low) ** at;
  const power = 10 ** Math.round(Math.log10(value));
  if (!isFine && Math.abs(placeOf(power, track) - at) < MAGNET && power >= low && power <= high)
    return tidy(power);
  return clamp(isWhole ? Math.round(value) : Number(value.toPrecision(3)), low, high);
}

export type Stride = "fine" | "one" | "page";

/** The next stop up or down: by tenths of a decade's first digit on a log track. Stays between the bounds. */
export function stepped(value: number, up: boolean, stride: Stride, track: Track, bounds: Bounds): number {
  const sign = up ? 1 : -1;
  const within = (next: number) => clamp(tidy(next), bounds.min, bounds.max);
  if (track.scale === "linear") {
    const least = track.isWhole ? 1 : track.step / 10;
    const by = stride === "page" ? track.step * 10 : stride === "one" ? track.step : least;
    return within(nextStop(value, sign, by));
  }
  if (stride === "page") {
    const next = value * Math.sqrt(10) ** sign;
    return within(track.isWhole ? wholeStep(value, Math.round(next), sign) : Number(next.toPrecision(2)));
  }
  // Going down from a power of ten, the digits below it are the finer ones.
  const decade = 10 ** Math.floor(Math.log10(up ? value : value * (1 - 1e-9)) + 1e-12);
  const by = decade / (stride === "fine" ? 100 : 10);
  if (track.isWhole) return within(wholeStep(value, Math.round(value + sign * by), sign));
  return within(nextStop(value, sign, by));
}

/** The stops are the multiples of `by`. */
function nextStop(value: number, sign: number, by: number): number {
  const at = (sign * value) / by;
  return sign * (Math.floor(at + 1e-6) + 1) * by;
}

function wholeStep(from: number, to: number, sign: number): number {
  return to === from ? from + sign : to;
}

function toStep(value: number, step: number): number {
  return tidy(Math.round(value / step) * step);
}

/** Without the last digits that arithmetic in binary leaves. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
