// Expectations of phi(u) = sin(omega u) in closed form, from E[cos(k u)] = exp(-k^2 q/2) (Sitzmann et al. 2020 take the
// sine as an activation). For omega^2 q >= 1, where no quadrature would stay cheap and nothing cancels; refuses less.
import type { PairMoments, SingleMoments } from "./moments";

type Exp = (x: number) => number;

export function isSineFar(omega: number, q: number): boolean {
  return omega * omega * q >= 1;
}

export function sineSingle(omega: number, q: number, exp: Exp): SingleMoments {
  const w2 = omega * omega;
  const second = exp(-2 * w2 * q);
  const fourth = exp(-8 * w2 * q);
  return {
    mean: 0,
    square: 0.5 * (1 - second),
    fourth: 0.375 - 0.5 * second + 0.125 * fourth,
    slopeSquare: 0.5 * w2 * (1 + second),
    slopeFourth: w2 * w2 * (0.375 + 0.5 * second + 0.125 * fourth),
    squareSlope: w2 * second,
  };
}

export function sinePair(omega: number, q: number, d: number, exp: Exp): PairMoments {
  const w2 = omega * omega;
  // E[cos(u1 - u2)] and E[cos(u1 + u2)].
  const near = exp(-w2 * d);
  const far = exp(-w2 * (2 * q - d));
  const fourfold = (x: number) => x * x * (x * x);
  return {
    halfDifference: 0.5 * oneLessExp(w2 * d, exp) * (1 + far),
    product: 0.5 * (near - far),
    slopeProduct: 0.5 * w2 * (near + far),
    squareProduct: 0.25 * (1 - 2 * exp(-2 * w2 * q) + 0.5 * (fourfold(near) + fourfold(far))),
  };
}

/** 1 - exp(-x), x >= 0. */
function oneLessExp(x: number, exp: Exp): number {
  if (x > 0.5) return 1 - exp(-x);
  let term = x;
  let sum = x;
  for (let k = 2; k < 18; k++) {
    term *= -x / k;
    sum += term;
  }
  return sum;
}
