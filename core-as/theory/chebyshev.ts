// Chebyshev series through the extrema cos(k pi/n), n a power of two: nodes by half angles, so that sqrt is all they
// take. Series on [-1, 1]; whoever asks maps his interval there.

/** cos(k pi/n), k = 0 .. n, falling. */
export function chebyshevNodes(n: number): Float64Array {
  let cosines = Float64Array.of(1, -1);
  for (let size = 1; size < n; size *= 2) {
    const finer = new Float64Array(2 * size + 1);
    for (let k = 0; k < size; k++) {
      finer[k] = Math.sqrt(0.5 * (1 + cosines[k]!));
      finer[2 * size - k] = -finer[k]!;
    }
    cosines = finer;
  }
  return cosines;
}

/** Coefficients of T_0 .. T_n from values at the nodes; `nodes` has n + 1. */
export function chebyshevCoefficients(values: ArrayLike<number>, nodes: Float64Array): Float64Array {
  const n = nodes.length - 1;
  const cosine = (k: number) => {
    const turn = k % (2 * n);
    return nodes[turn <= n ? turn : 2 * n - turn]!;
  };
  return Float64Array.from({ length: n + 1 }, (_, degree) => {
    let sum = 0.5 * (values[0]! + values[n]! * cosine(degree * n));
    for (let k = 1; k < n; k++) sum += values[k]! * cosine(degree * k);
    return (sum * (degree === 0 || degree === n ? 1 : 2)) / n;
  });
}

/** The series at x, by Clenshaw's recurrence. */
export function chebyshevAt(series: Float64Array, x: number): number {
  const twice = 2 * x;
  let b = 0;
  let above = 0;
  for (let k = series.length - 1; k > 0; k--) {
    const next = twice * b - above + series[k]!;
    above = b;
    b = next;
  }
  return x * b - above + series[0]!;
}
