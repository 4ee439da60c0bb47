// A truncated normal law in its own units, and by which way it can be drawn.
import type { Draw } from "../spec/laws";

export type Truncated = Extract<Draw, { kind: "truncated_normal" }>;

/** Bounds in units of std from the mean. */
export function unitBounds({ mean, std, low, high }: Truncated): readonly [number, number] {
  return [(low - mean) / std, (high - mean) / std];
}

/** Whether at least a sixth of the normals lies between the bounds, so that redrawing is quick. */
export function isMostlyKept(draw: Truncated): boolean {
  const [low, high] = unitBounds(draw);
  return low <= 0.6 && high >= -0.6 && high - low >= 0.8;
}

/**
 * Whether a framework that inverts the normal law in float32 draws it well: exact enough between four standard
 * deviations, coarse further out, down to giving the bounds themselves.
 */
export function isWithinInverse(draw: Truncated): boolean {
  const [low, high] = unitBounds(draw);
  return isMostlyKept(draw) && low >= -4 && high <= 4;
}
