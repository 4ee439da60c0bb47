// The theory's expectations by plain sums on an even grid, over functions of the host's Math: another account than the
// theory's own.
import type { NamedActivation } from "../../spec/experiment";
import type { ActivationMoments, PairMoments, SingleMoments } from "../../theory/moments";
import { function64 } from "../runtime/activations64";

/** Half a step off zero, so that no point falls on a kink there. */
const STEP = 0.05;
const GRID = Array.from({ length: 340 }, (_, i) => (i - 169.5) * STEP);
const WEIGHT = GRID.map((z) => (STEP * Math.exp(-0.5 * z * z)) / Math.sqrt(2 * Math.PI));

export function moments64(spec: NamedActivation): ActivationMoments {
  const { phi, dphi } = function64(spec);
  const mean = (f: (z: number) => number) => GRID.reduce((total, z, i) => total + WEIGHT[i]! * f(z), 0);
  const pairs = new Map<string, PairMoments>();
  return {
    scaleInvariant: ["relu", "leaky_relu", "prelu", "identity"].includes(spec.name),
    atZero: { phi: phi(0), slope: dphi(0) },
    single(q): SingleMoments {
      const s = Math.sqrt(q);
      return {
        mean: mean((z) => phi(s * z)),
        square: mean((z) => phi(s * z) ** 2),
        fourth: mean((z) => phi(s * z) ** 4),
        slopeSquare: mean((z) => dphi(s * z) ** 2),
        slopeFourth: mean((z) => dphi(s * z) ** 4),
        squareSlope: mean((z) => phi(s * z) * dphi(s * z) * s * z) / q,
      };
    },
    pair(q, d): PairMoments {
      const key = `${q} ${d}`;
      const kept = pairs.get(key);
      if (kept) return kept;
      // u1 = s + t, u2 = s - t.
      const common = Math.sqrt(q - d / 2);
      const apart = Math.sqrt(d / 2);
      const [halfDifference, product, slopeProduct, squareProduct] = [0, 0, 0, 0];
      const sums = { halfDifference, product, slopeProduct, squareProduct };
      for (let i = 0; i < GRID.length; i++)
        for (let j = 0; j < GRID.length; j++) {
          const u1 = common * GRID[i]! + apart * GRID[j]!;
          const u2 = common * GRID[i]! - apart * GRID[j]!;
          const weight = WEIGHT[i]! * WEIGHT[j]!;
          const [a, b] = [phi(u1), phi(u2)];
          sums.halfDifference += (weight * (a - b) ** 2) / 2;
          sums.product += weight * a * b;
          sums.slopeProduct += weight * dphi(u1) * dphi(u2);
          sums.squareProduct += weight * (a * b) ** 2;
        }
      pairs.set(key, sums);
      return sums;
    },
  };
}
