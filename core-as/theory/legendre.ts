// Gauss-Legendre's rule of 16 nodes on panels, and whether a function is a polynomial to it there.
// Nodes and weights worked out to 40 digits.

const HALF_NODES = [
  0.09501250983763744, 0.2816035507792589, 0.45801677765722737, 0.6178762444026438, 0.755404408355003,
  0.8656312023878318, 0.9445750230732326, 0.9894009349916499,
];
const HALF_WEIGHTS = [
  0.1894506104550685, 0.18260341504492358, 0.16915651939500254, 0.14959598881657674, 0.12462897125553388,
  0.09515851168249279, 0.062253523938647894, 0.027152459411754096,
];

/** Nodes a panel. */
export const ORDER = 16;
/** On [-1, 1], rising. */
export const NODES: readonly number[] = [...HALF_NODES.map((x) => -x).reverse(), ...HALF_NODES];
export const WEIGHTS: readonly number[] = [...[...HALF_WEIGHTS].reverse(), ...HALF_WEIGHTS];

/** Rows: what the coefficients of P_13, P_14 and P_15 take of the values at the nodes. */
const TAIL: readonly (readonly number[])[] = [13, 14, 15].map((degree) =>
  NODES.map((x, i) => {
    let before = 1;
    let p = x;
    for (let k = 1; k < degree; k++) [before, p] = [p, ((2 * k + 1) * x * p - k * before) / (k + 1)];
    return (degree + 0.5) * WEIGHTS[i]! * p;
  }),
);

/** The largest of the last three Legendre coefficients of the values at the nodes of one panel, from `at` on. */
export function legendreTail(values: Float64Array, at: number): number {
  let largest = 0;
  for (const row of TAIL) {
    let sum = 0;
    for (let i = 0; i < ORDER; i++) sum += row[i]! * values[at + i]!;
    largest = Math.max(largest, Math.abs(sum));
  }
  return largest;
}

/** Writes the nodes of [from, to] into x, and their weights into w, from `at` on. */
export function fillPanel(x: Float64Array, w: Float64Array, at: number, from: number, to: number): void {
  const centre = 0.5 * (from + to);
  const half = 0.5 * (to - from);
  for (let i = 0; i < ORDER; i++) {
    x[at + i] = centre + half * NODES[i]!;
    w[at + i] = half * WEIGHTS[i]!;
  }
}
