// A root between two places of opposite sign, by Brent's method (1973, Algorithms for minimization without derivatives,
// chapter 4). Only + - * / decide the bits.

const EPSILON = 2.220446049250313e-16;
const MAX_STEPS = 200;

/** The zero of f in [low, high], to the last bits that f's own rounding leaves. */
export function rootBetween(
  f: (x: number) => number,
  low: number,
  high: number,
  atLow = f(low),
  atHigh = f(high),
): number {
  // b is the best so far, [b, c] holds the root, a is the b before.
  let [a, b, fa, fb] = [low, high, atLow, atHigh];
  let [c, fc] = [a, fa];
  let step = b - a;
  let stepBefore = step;
  for (let i = 0; i < MAX_STEPS; i++) {
    if (Math.abs(fc) < Math.abs(fb)) {
      [a, fa] = [b, fb];
      [b, fb] = [c, fc];
      [c, fc] = [a, fa];
    }
    const tolerance = EPSILON * Math.abs(b);
    const half = 0.5 * (c - b);
    if (Math.abs(half) <= tolerance || fb === 0) break;
    const guess = interpolated(a, b, c, fa, fb, fc);
    const isGood =
      Math.abs(fa) > Math.abs(fb) &&
      Math.abs(stepBefore) > tolerance &&
      guess * half > 0 &&
      Math.abs(guess) < Math.min(1.5 * Math.abs(half), 0.5 * Math.abs(stepBefore));
    stepBefore = isGood ? step : half;
    step = isGood ? guess : half;
    [a, fa] = [b, fb];
    b += Math.abs(step) > tolerance ? step : half > 0 ? tolerance : -tolerance;
    fb = f(b);
    if (fb > 0 === fc > 0) {
      [c, fc] = [a, fa];
      step = stepBefore = b - a;
    }
  }
  return b;
}

/** The step from b: by the inverse parabola through three points, by the secant where two are one. */
function interpolated(a: number, b: number, c: number, fa: number, fb: number, fc: number): number {
  const s = fb / fa;
  if (a === c) return ((b - a) * s) / (1 - s);
  const r = fb / fc;
  const t = fa / fc;
  const p = s * ((c - b) * t * (t - r) - (b - a) * (r - 1));
  return -p / ((t - 1) * (r - 1) * (s - 1));
}
