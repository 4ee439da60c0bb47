// The signal layer by layer, where every layer is as wide as the one before: no fixed point is assumed.
import type { Sigmas } from "./fixedPoints";
import type { ActivationMoments } from "./moments";

export interface TheoryLayer {
  /** Mean square of the preactivation z_l. */
  readonly q: number;
  /** Correlation of two samples' z_l. */
  readonly c: number;
  /** sigma_w^2 E[phi'(sqrt(q_l) z)^2]: mean square of dz_l over that of dz_(l+1). */
  readonly chi: number;
  /** rms of dz_l over that of dz_L. */
  readonly gradientScale: number;
}

/** Beyond these phi is what it is at the ends: straight, level, or out of a double's range. */
const LARGEST_Q = 1e30;
const SMALLEST_Q = 1e-30;

/**
 * Layers 1 .. depth for inputs of mean square 1 and correlation 0: q_1 = sigma_w^2 + sigma_b^2, c_1 = sigma_b^2/q_1
 * (Poole et al. 2016). gradientScale_l^2 = chi_l ... chi_(L-1) (Schoenholz et al. 2017).
 */
export function layersOf(m: ActivationMoments, { sigmaW, sigmaB }: Sigmas, depth: number): TheoryLayer[] {
  const w2 = sigmaW * sigmaW;
  const b2 = sigmaB * sigmaB;
  let q = w2 + b2;
  let d = w2;
  const forward: { q: number; c: number; chi: number }[] = [];
  let growth = 1;
  for (let l = 1; l <= depth; l++) {
    const before = forward.at(-1);
    if (before && !(q < LARGEST_Q && (q > SMALLEST_Q || q === 0))) {
      // Past the ends each layer repeats the last one's factor.
      forward.push({ ...before, q: before.q * growth });
      continue;
    }
    const { square, slopeSquare } = m.single(q);
    forward.push({ q, c: q > 0 ? 1 - d / q : 1, chi: w2 * slopeSquare });
    const nextD = Math.min(w2 * m.pair(q, Math.min(d, 2 * q)).halfDifference, 2 * (w2 * square + b2));
    const nextQ = w2 * square + b2;
    growth = q > 0 ? nextQ / q : 0;
    [q, d] = [nextQ, nextD];
  }
  const layers: TheoryLayer[] = [];
  let product = 1;
  for (let l = depth - 1; l >= 0; l--) {
    if (l < depth - 1) product *= forward[l]!.chi;
    layers.unshift({ ...forward[l]!, gradientScale: Math.sqrt(product) });
  }
  return layers;
}
