// Expectations over a standard normal: E[f(z)] = (2 pi)^(-1/2) int f(z) exp(-z^2/2) dz.
// Adaptive Gauss-Kronrod (7, 15) on panels that begin and end at the integrand's kinks, so that each panel
// is smooth. Only + - * / sqrt and the core's own exp decide the value: gains enter the weights' bits.
// Nodes and weights: Piessens et al., QUADPACK (1983), routine QK15.

const NODES = [
  0.991455371120812639206854697526329, 0.949107912342758524526189684047851,
  0.864864423359769072789712788640926, 0.741531185599394439863864773280788,
  0.58608723546769113029414469325687, 0.405845151377397166906606412076961,
  0.207784955007898467600689403773245, 0,
];
const KRONROD = [
  0.02293532201052922496373200805897, 0.063092092629978553290700663189204,
  0.104790010322250183839876322541518, 0.140653259715525918745189590510238,
  0.16900472663926790282829543641542, 0.190350578064785409913256402421014,
  0.204432940075298892414161999234649, 0.209482141084727828012999174891714,
];
const GAUSS = [
  0.129484966168869693270611432679082, 0.27970539148927666790146777142378,
  0.381830050505118944950369775488975, 0.417959183673469387755102040816327,
];

const INVERSE_SQRT_TWO_PI = 0.3989422804014326779399460599343819;
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
