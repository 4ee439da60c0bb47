// The map of two samples' correlation at a fixed q (Poole et al. 2016; Schoenholz et al. 2017), in d = q (1 - c):
// d' = sigma_w^2 E[(phi(u1) - phi(u2))^2]/2. It is 0 at 0, and its slope is sigma_w^2 E[phi'(u1) phi'(u2)] (Price 1958);
// chi_1 is the slope at 0. On c >= 0 it is concave, so that besides c = 1 there is one fixed point more, or none.
import { CRITICAL_TOLERANCE } from "./fixedPoints";
import type { ActivationMoments } from "./moments";

export interface CorrelationFixedPoint {
  /** d* = q (1 - c*). */
  readonly d: number;
  readonly c: number;
  /** dc'/dc there. */
  readonly slope: number;
}

/** chi_1 = sigma_w^2 E[phi'(sqrt(q) z)^2]. */
export function chi1At(m: ActivationMoments, sigmaW: number, q: number): number {
  return sigmaW * sigmaW * m.single(q).slopeSquare;
}

/**
 * The fixed point that c = 0 runs into. Where q = 0 both samples end at 0, d* = 0: c* is what it is for small sigma_b, 1.
 */
export function correlationFixedPoint(
  m: ActivationMoments,
  sigmaW: number,
  q: number,
): CorrelationFixedPoint {
  const chi = chi1At(m, sigmaW, q);
  if (chi <= 1 + CRITICAL_TOLERANCE || q === 0) return { d: 0, c: 1, slope: chi };
  return concaveFixedPoint(q, (d) => {
    const { halfDifference, slopeProduct } = m.pair(q, d);
    return { value: sigmaW * sigmaW * halfDifference, slope: sigmaW * sigmaW * slopeProduct };
  });
}

/** The map at d, and its slope. */
export type DifferenceMap = (d: number) => { readonly value: number; readonly slope: number };

/** d* > 0 of a concave map whose slope at 0 is above 1: Newton's steps from c = 0 fall towards it and never pass it. */
export function concaveFixedPoint(q: number, map: DifferenceMap): CorrelationFixedPoint {
  let d = q;
  let at = map(d);
  for (let i = 0; i < 60; i++) {
    const step = (at.value - d) / (1 - at.slope);
    // Rounding is all that is left.
    if (!(step < 0) || -step <= 1e-15 * d) break;
    const next = d + step;
    if (!(next > 0)) break;
    const isLast = -step <= 1e-9 * d;
    d = next;
    at = map(d);
    if (isLast) break;
  }
  return { d, c: 1 - d / q, slope: at.slope };
}
