// Expectations in closed form where phi(s x) = s phi(x) for s > 0: the ReLU family and the identity.
// phi(u) = A u + B |u|. The pair's are the arc-cosine kernels of orders 0, 1 and 2 (Cho & Saul 2009) in the angle
// theta of the two, cos theta = c; written in d = q (1 - c), so that nothing cancels where the angle is small.
import type { ActivationFunctions } from "./functions";
import type { PairMoments, SingleMoments } from "./moments";

const PI = 3.141592653589793;
const TWO_OVER_PI = 0.6366197723675814;

/** Slopes above and below 0. */
export interface Slopes {
  readonly above: number;
  readonly below: number;
}

/** The slopes, or null where phi is not scale-invariant. */
export function scaleInvariantSlopes(a: ActivationFunctions): Slopes | null {
  const holds = [0.5, 1, 3].every((x) =>
    [x, -x].every((y) => Math.abs(a.phi(4 * y) - 4 * a.phi(y)) <= 1e-12 * Math.abs(a.phi(4 * y))),
  );
  return holds && a.phi(0) === 0 ? { above: a.phi(1), below: -a.phi(-1) } : null;
}

export function homogeneousSingle({ above, below }: Slopes, q: number): SingleMoments {
  const square = 0.5 * (above * above + below * below);
  const [aboveSquare, belowSquare] = [above * above, below * below];
  const fourth = 0.5 * (aboveSquare * aboveSquare + belowSquare * belowSquare);
  return {
    mean: 0.5 * (above - below) * Math.sqrt(TWO_OVER_PI * q),
    square: square * q,
    fourth: 3 * fourth * q * q,
    slopeSquare: square,
    slopeFourth: fourth,
    squareSlope: square,
  };
}

export function homogeneousPair(
  { above, below }: Slopes,
  q: number,
  d: number,
  atan: (x: number) => number,
): PairMoments {
  const r = q > 0 ? d / q : 0;
  const c = 1 - r;
  const sine = Math.sqrt(Math.max(0, r * (2 - r)));
  // tan(theta/2) = sqrt((1 - c)/(1 + c)).
  const theta = r < 2 ? 2 * atan(Math.sqrt(r / (2 - r))) : PI;
  const straight = squared(0.5 * (above + below));
  const bent = squared(0.5 * (above - below));
  const even = squared(0.5 * (above * above + below * below));
  const odd = squared(0.5 * (above * above - below * below));
  const complement = 0.5 * PI - theta;
  return {
    halfDifference: q * (straight * r + bent * (r - TWO_OVER_PI * sineLess(theta, sine, c))),
    product: q * (straight * c + bent * TWO_OVER_PI * (sine + complement * c)),
    slopeProduct: straight + bent * (1 - TWO_OVER_PI * theta),
    squareProduct:
      q * q * (even * (1 + 2 * c * c) + odd * TWO_OVER_PI * ((1 + 2 * c * c) * complement + 3 * c * sine)),
  };
}

function squared(x: number): number {
  return x * x;
}

/** sin t - t cos t: its series sum over k of (-1)^(k+1) 2k t^(2k+1)/(2k+1)! where the difference cancels. */
function sineLess(t: number, sine: number, cosine: number): number {
  if (t > 0.5) return sine - t * cosine;
  let term = t;
  let sum = 0;
  for (let k = 1; k < 10; k++) {
    term *= (-t * t) / (2 * k * (2 * k + 1));
    sum -= 2 * k * term;
  }
  return sum;
}
