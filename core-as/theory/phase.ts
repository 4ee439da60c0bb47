// What a fixed point says of depth: the phase, and over how many layers a difference or a gradient changes e-fold
// (Poole et al. 2016; Schoenholz et al. 2017; Hayou et al. 2019).
import { CRITICAL_TOLERANCE } from "./fixedPoints";

/**
 * By chi_1, the slope of the correlation map at c = 1: below 1 differences and gradients shrink, above 1 they grow;
 * within 1e-7 of 1 it is critical.
 */
export type Phase = "ordered" | "critical" | "chaotic";

export function phaseOf(chi1: number): Phase {
  if (Math.abs(chi1 - 1) <= CRITICAL_TOLERANCE) return "critical";
  return chi1 < 1 ? "ordered" : "chaotic";
}

/** -1/log |slope|; `log` must be the core's. */
export function depthScale(slope: number, log: (x: number) => number): number {
  const size = Math.abs(slope);
  if (Math.abs(size - 1) <= CRITICAL_TOLERANCE) return Infinity;
  return size === 0 ? 0 : -1 / log(size);
}
