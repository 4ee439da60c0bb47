// Moments of a normal law that is cut, by the core's erfc and exp.
import type { TruncatedMoments } from "../spec/laws";
import type { MeasuringCore as Core } from "./tally";

const INVERSE_SQRT_TWO_PI = 0.3989422804014327;
const SQRT_HALF = 0.7071067811865476;

/** P(u >= x), u ~ N(0, 1). */
export function normalTail(core: Core, x: number): number {
  return 0.5 * core.erfc64(x * SQRT_HALF);
}

/** Mean and std of N(0, 1) cut at [low, high] (Johnson, Kotz & Balakrishnan 1994, section 10.1). */
export function truncatedMoments(core: Core): TruncatedMoments {
  const density = (x: number) => (Number.isFinite(x) ? INVERSE_SQRT_TWO_PI * core.exp64(-0.5 * x * x) : 0);
  const weighted = (x: number) => (Number.isFinite(x) ? x * density(x) : 0);
  return (low, high) => {
    // From the nearer tail, so that a cut far out keeps its digits.
    const mass =
      low > 0
        ? normalTail(core, low) - normalTail(core, high)
        : normalTail(core, -high) - normalTail(core, -low);
    const mean = (density(low) - density(high)) / mass;
    const variance = 1 + (weighted(low) - weighted(high)) / mass - mean * mean;
    return { mean: low === -high ? 0 : mean, std: Math.sqrt(Math.max(0, variance)) };
  };
}
