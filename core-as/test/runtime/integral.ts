// E[f(z)], z ~ N(0, 1), by Simpson's rule on a fine even grid between the kinks: another way than the theory's.

const REACH = 13;
const STEPS = 4000;

export function integrate(f: (z: number) => number, kinks: readonly number[] = []): number {
  const density = (z: number) => (Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI)) * f(z);
  const borders = [-REACH, -4, 0, 4, REACH, ...kinks.filter((k) => Math.abs(k) < REACH)].sort(
    (a, b) => a - b,
  );
  let sum = 0;
  for (let i = 1; i < borders.length; i++) {
    // A hair inside: at a kink the integrand takes the value of its own side.
    const gap = borders[i]! - borders[i - 1]!;
    if (gap === 0) continue;
    const from = borders[i - 1]! + 1e-13;
    const h = (gap - 2e-13) / STEPS;
    let panel = density(from) + density(from + gap - 2e-13);
    for (let k = 1; k < STEPS; k++) panel += (k % 2 === 1 ? 4 : 2) * density(from + k * h);
    sum += (panel * h) / 3;
  }
  return sum;
}
