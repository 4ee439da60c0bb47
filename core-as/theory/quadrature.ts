// Expectations over a standard normal: E[f(z)] = (2 pi)^(-1/2) int f(z) exp(-z^2/2) dz.
// Adaptive Gauss-Kronrod (7, 15) on panels that begin and end at the integrand's kinks, so that each panel
// is smooth. Only + - * / sqrt and the core's own exp decide the value: gains enter the weights' bits.
// Nodes and weights: Piessens et al., QUADPACK (1983), routine QK15.

const NODES = [
  0.9914553711208126, 0.9491079123427585, 0.8648644233597691, 0.7415311855993945, 0.5860872354676911,
  0.4058451513773972, 0.20778495500789848, 0,
];
const KRONROD = [
  0.022935322010529224, 0.06309209262997856, 0.10479001032225019, 0.14065325971552592, 0.1690047266392679,
  0.19035057806478542, 0.20443294007529889, 0.20948214108472782,
];
const GAUSS = [0.1294849661688697, 0.27970539148927664, 0.3818300505051189, 0.4179591836734694];

const INVERSE_SQRT_TWO_PI = 0.3989422804014327;
/** Beyond this the density is below 1e-42: what grows polynomially adds nothing there. */
const REACH = 14;
const MAX_PANELS = 4000;

export interface Expectation {
  readonly value: number;
  /** Estimate of the absolute error. */
  readonly error: number;
}

/**
 * E[f(z)], z ~ N(0, 1), to `tolerance` (absolute, and relative to the value).
 * `kinks` are the places where f or a derivative of it jumps. `exp` must be the core's.
 */
export function gaussianExpectation(
  f: (z: number) => number,
  exp: (x: number) => number,
  kinks: readonly number[] = [],
  tolerance = 1e-12,
): Expectation {
  const density = (z: number) => INVERSE_SQRT_TWO_PI * exp(-0.5 * z * z) * f(z);
  const borders = [-REACH, -6, -3, -1, 0, 1, 3, 6, REACH, ...kinks.filter((k) => Math.abs(k) < REACH)];
  borders.sort((a, b) => a - b);
  const panels: Panel[] = [];
  for (let i = 1; i < borders.length; i++)
    if (borders[i]! > borders[i - 1]!) panels.push(panel(density, borders[i - 1]!, borders[i]!));
  for (;;) {
    const value = total(panels, "value");
    const error = total(panels, "error");
    if (
      error <= tolerance * Math.max(1, Math.abs(value)) ||
      panels.length >= MAX_PANELS ||
      !(error < Infinity)
    )
      return { value, error };
    let worst = 0;
    for (let i = 1; i < panels.length; i++) if (panels[i]!.error > panels[worst]!.error) worst = i;
    const { from, to } = panels[worst]!;
    const middle = 0.5 * (from + to);
    if (!(middle > from && middle < to)) return { value, error };
    // In place of the old panel, so that the order of the sum stays that of the axis.
    panels.splice(worst, 1, panel(density, from, middle), panel(density, middle, to));
  }
}

interface Panel {
  readonly from: number;
  readonly to: number;
  readonly value: number;
  readonly error: number;
}

function panel(f: (x: number) => number, from: number, to: number): Panel {
  const centre = 0.5 * (from + to);
  const half = 0.5 * (to - from);
  const middle = f(centre);
  let kronrod = KRONROD[7]! * middle;
  let gauss = GAUSS[3]! * middle;
  for (let i = 0; i < 7; i++) {
    const offset = half * NODES[i]!;
    const pair = f(centre - offset) + f(centre + offset);
    kronrod += KRONROD[i]! * pair;
    if (i % 2 === 1) gauss += GAUSS[(i - 1) / 2]! * pair;
  }
  return { from, to, value: kronrod * half, error: Math.abs((kronrod - gauss) * half) };
}

function total(panels: readonly Panel[], field: "value" | "error"): number {
  let sum = 0;
  for (const p of panels) sum += p[field];
  return sum;
}
