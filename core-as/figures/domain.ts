// How far an axis reaches: round ends, both finite, the first below the second, whatever the values are.
import type { Axis } from "./figure";
import { niceStep } from "./ticks";

type Domain = Axis["domain"];

/** Float32's range and a little: what was measured never lies outside. */
const LEAST = 1e-46;
const MOST = 1e39;

/** From 0 or below to a round number at or above every value; [0, 1] where there is none. */
export function linearDomain(values: Iterable<number>): Domain {
  const { low, high } = rangeOf(values);
  if (low > high || (low === 0 && high === 0)) return [0, 1];
  const bottom = Math.min(low, 0);
  const top = Math.max(high, 0);
  const step = niceStep((top - bottom) * 1.02, 5);
  return [round(Math.floor(bottom / step) * step), round(Math.ceil((top * 1.02) / step - 1e-9) * step)];
}

/** At least one decade, ends at 1, 2 or 5 times a power of ten; of the values above 0. Null where there is none. */
export function logDomain(values: Iterable<number>): Domain | null {
  const { low, high } = rangeOf(values, (value) => value > 0);
  if (low > high) return null;
  let bottom = Math.max(low * 0.8, LEAST);
  let top = Math.min(high * 1.25, MOST);
  if (top / bottom < 10) {
    const stretch = Math.sqrt(10 / (top / bottom));
    bottom /= stretch;
    top *= stretch;
  }
  return [roundLog(bottom, Math.floor), roundLog(top, Math.ceil)];
}

/** Smallest and largest of the finite values that count; low above high where there is none. */
export function rangeOf(
  values: Iterable<number>,
  counts: (value: number) => boolean = () => true,
): { readonly low: number; readonly high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value) || !counts(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return { low, high };
}

const round = (value: number): number => Number(value.toPrecision(12)) + 0;

/** To 1, 2 or 5 times a power of ten, down or up; over many decades to a power of ten. */
function roundLog(value: number, way: (x: number) => number): number {
  const marks = [1, 2, 5, 10];
  const exponent = Math.floor(Math.log10(value));
  const mantissa = value / 10 ** exponent;
  const mark =
    way === Math.floor
      ? (marks.findLast((m) => m <= mantissa * (1 + 1e-9)) ?? 1)
      : (marks.find((m) => m >= mantissa * (1 - 1e-9)) ?? 10);
  return Number(`${mark}e${exponent}`);
}
