// From a value of an axis to its share of the axis' length, and back.
import type { Axis } from "./figure";

/** 0 at the first end, 1 at the other; outside where the value is; NaN where a log axis has no place for it. */
export function placeOn({ scale, domain: [low, high] }: Axis): (value: number) => number {
  if (scale === "linear") return (value) => (value - low) / (high - low);
  const from = Math.log10(low);
  const length = Math.log10(high) - from;
  return (value) => (value > 0 ? (Math.log10(value) - from) / length : NaN);
}

export function valueAt({ scale, domain: [low, high] }: Axis, place: number): number {
  if (scale === "linear") return low + (high - low) * place;
  return 10 ** (Math.log10(low) + (Math.log10(high) - Math.log10(low)) * place);
}
