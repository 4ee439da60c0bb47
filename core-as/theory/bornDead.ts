// The probability that a ReLU network is born dead: constant, because every unit of some hidden layer is zero on all
// inputs (Lu, Shin, Su & Karniadakis 2019, arXiv:1903.06733). Zero biases; independent weights, symmetric about zero,
// never exactly zero. Bounds that are proven below, equal where it is known exactly; no simulation.
// Only + - * and powers by squaring: the same figures on every machine.
import type { BornDead } from "../spec/result";

/**
 * Which inputs it must be dead on. `ray`: one input, or positive multiples of it. `line`: multiples of one input, of
 * both signs: input dimension 1, the paper's own case. `any`: any set at all.
 */
export type DeadInputs = "ray" | "line" | "any";

/** `widths`: units of the hidden layers, in order; each at least 1. */
export function bornDead(widths: readonly number[], inputs: DeadInputs): BornDead {
  if (inputs === "ray") {
    const exact = diesOnRay(widths, 0, 0);
    return { low: exact, high: exact };
  }
  const few = diesWithFewUnits(widths);
  if (inputs === "any") return { low: few, high: diesOnRay(widths, 0, 0) };
  const line = diesOnLine(widths);
  return { low: Math.min(line.high, Math.max(line.low, few)), high: line.high };
}

/**
 * On one input a unit is dead with probability 1/2, independently: a hidden layer dies with 2^-N. Goes on from `dead`
 * before layer `from`. A sum of what dies, not 1 - prod(1 - 2^-N): that would lose all digits where layers are wide.
 * Whatever is dead on more inputs is dead on one, so that this is the paper's upper bound too.
 */
function diesOnRay(widths: readonly number[], from: number, dead: number): number {
  for (const width of widths.slice(from)) dead += (1 - dead) * power(0.5, width);
  return dead;
}

/**
 * On x > 0 and x < 0 at once. By homogeneity a layer is two vectors u, v >= 0, its values on the two rays; it is
 * `two` while both live and are not parallel, `one` while only one lives, or both are parallel.
 *
 * From `two`, each unit of the next layer is negative on both rays with some probability p, on either with 1/2. So, with
 * x = 2^-N and y = p^N: dead y; one ray 2 (x - y); one unit living, on both rays, which makes them parallel, N y;
 * the rest stays `two`. From `one`: dead x.
 *
 * In layer 1 a unit lives on exactly one ray: u and v have disjoint supports, and so p = 1/4 in layer 2, which makes two
 * hidden layers exact. Later p lies in [1/4, 1/2]: both events fall as weights rise, so that they are positively
 * correlated (Harris 1960). The chance to survive falls in y: its slope is (1 - N) S_two + (N - 2) S_one <= -S_one, for
 * S_two >= S_one. So p = 1/4 throughout gives a lower bound, which for equal widths is the paper's, and to count `two`
 * as `one` after layer 2 an upper bound. The lower is exact where nothing is left in `two` after layer 2.
 */
function diesOnLine(widths: readonly number[]): BornDead {
  let [two, one, dead] = [1, 0, 0];
  let high: number | null = null;
  for (const [i, width] of widths.entries()) {
    const x = power(0.5, width);
    if (i === 0) {
      one = 2 * x;
      two = 1 - one;
      continue;
    }
    if (i === 2 && two > 0) high = diesOnRay(widths, 2, dead);
    const y = power(0.25, width);
    dead += one * x + two * y;
    one = one * (1 - x) + two * (2 * (x - y) + width * y);
    two *= 1 - 2 * x + (1 - width) * y;
  }
  return { low: dead, high: Math.max(dead, high ?? dead) };
}

/** Beyond this many units a layer counts as living whole or not at all. */
const MOST_COUNTED = 64;

/**
 * A unit whose weights from the k living units below are all negative is dead on every input: each unit of the next layer
 * with probability at least 2^-k, independently. So no more units live than in the chain of binomials (N, 1 - 2^-k)
 * that begins with all of layer 1, and the chance that none does is a lower bound for any set of inputs.
 * To count more as living only lowers it.
 */
function diesWithFewUnits(widths: readonly number[]): number {
  // Number of living units -> probability.
  let living = new Map([[widths[0] ?? 0, 1]]);
  let dead = 0;
  for (const width of widths.slice(1)) {
    const next = new Map<number, number>();
    const add = (count: number, probability: number) =>
      probability > 0 && next.set(count, (next.get(count) ?? 0) + probability);
    for (const [count, share] of living) {
      const dies = power(0.5, count);
      const none = power(dies, width);
      dead += share * none;
      if (width > MOST_COUNTED) add(width, share * (1 - none));
      else for (let k = 1; k <= width; k++) add(k, share * binomial(width, k, dies));
    }
    living = next;
  }
  return Math.min(1, dead);
}

/** Probability of k living among n, each dead with probability `dies`. */
function binomial(n: number, k: number, dies: number): number {
  let choose = 1;
  for (let i = 1; i <= k; i++) choose = (choose * (n - k + i)) / i;
  return choose * power(1 - dies, k) * power(dies, n - k);
}

/** base^n, n a whole number >= 0; base in [0, 1]. */
function power(base: number, n: number): number {
  let result = 1;
  for (let square = base, rest = n; rest > 0; square *= square, rest = Math.floor(rest / 2))
    if (rest % 2 === 1) result *= square;
  return result;
}
