// E[F(u1, u2)] for two normals of variance q and correlation c, by another way than the theory's: u1 outside, u2 given
// u1 inside, Gauss-Legendre of 24 nodes (found here by Newton's method) on panels around the places that are named.

/** Nodes and weights on [-1, 1]. */
export function legendre(count: number): { x: number; w: number }[] {
  return Array.from({ length: count }, (_, i) => {
    let x = Math.cos((Math.PI * (i + 0.75)) / (count + 0.5));
    let slope = 1;
    for (let step = 0; step < 8; step++) {
      let [before, p] = [1, x];
      for (let k = 1; k < count; k++) [before, p] = [p, ((2 * k + 1) * x * p - k * before) / (k + 1)];
      slope = (count * (x * p - before)) / (x * x - 1);
      x -= p / slope;
    }
    return { x, w: 2 / ((1 - x * x) * slope * slope) };
  });
}

const RULE = legendre(24);

const REACH = 9.5;
const GAUSSIAN = [-REACH, -5, -2.5, -1, 0, 1, 2.5, 5, REACH];

/** E[f(z)], z ~ N(0, 1), panels ending at `places` too. */
export function lineExpectation(f: (z: number) => number, places: readonly number[]): number {
  const borders = [...GAUSSIAN, ...places.filter((p) => Math.abs(p) < REACH)].sort((a, b) => a - b);
  let sum = 0;
  for (let i = 1; i < borders.length; i++) {
    const half = 0.5 * (borders[i]! - borders[i - 1]!);
    if (half === 0) continue;
    const centre = borders[i - 1]! + half;
    for (const { x, w } of RULE) {
      const z = centre + half * x;
      sum += half * w * Math.exp(-0.5 * z * z) * f(z);
    }
  }
  return sum / Math.sqrt(2 * Math.PI);
}

/** `kinks`: where F jumps in either argument; `bends`: about 0, where it has structure of width 1. 1 - c is `gap`. */
export function planeExpectation(
  F: (u1: number, u2: number) => number,
  q: number,
  gap: number,
  kinks: readonly number[],
): number {
  const s = Math.sqrt(q);
  const spread = Math.sqrt(gap * (2 - gap));
  const bends = [...kinks, -8, -3, -1, 1, 3, 8];
  const outer = bends.flatMap((k) =>
    kinks.includes(k) ? [-10, -4, -1, 0, 1, 4, 10].map((t) => (k + t * s * spread) / s) : [k / s],
  );
  // With c < 0 the two kinks of a pair meet on the other side.
  const meetings = kinks.flatMap((k) =>
    [-4, -1, 0, 1, 4].map((t) => (k + t * s * spread) / (s * (1 - gap || 1))),
  );
  return lineExpectation(
    (z) => {
      const u1 = s * z;
      // u2 = c u1 + sqrt(1 - c^2) s xi.
      const rest = -gap * u1;
      return lineExpectation(
        (xi) => F(u1, u1 + (rest + spread * s * xi)),
        bends.map((k) => (k - u1 - rest) / (spread * s)),
      );
    },
    [...outer, ...meetings],
  );
}
