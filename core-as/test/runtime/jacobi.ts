// Singular values in float64 by one-sided Jacobi (Hestenes 1958): slow, plain, and accurate.

/** Of a [rows, cols], falling; min(rows, cols) of them. */
export function singularValues64(a: ArrayLike<number>, rows: number, cols: number): number[] {
  const tall = rows >= cols;
  const n = tall ? cols : rows;
  const m = tall ? rows : cols;
  const vectors = Array.from({ length: n }, (_, j) =>
    Float64Array.from({ length: m }, (_, i) => (tall ? a[i * cols + j]! : a[j * cols + i]!)),
  );
  for (let sweep = 0, turned = true; turned && sweep < 60; sweep++) {
    turned = false;
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) if (rotate(vectors[p]!, vectors[q]!)) turned = true;
  }
  return vectors.map((v) => Math.sqrt(v.reduce((s, x) => s + x * x, 0))).sort((x, y) => y - x);
}

/** Makes two vectors orthogonal; false where they are already. */
function rotate(u: Float64Array, v: Float64Array): boolean {
  let uu = 0;
  let vv = 0;
  let uv = 0;
  for (let i = 0; i < u.length; i++) {
    uu += u[i]! * u[i]!;
    vv += v[i]! * v[i]!;
    uv += u[i]! * v[i]!;
  }
  if (Math.abs(uv) <= 1e-15 * Math.sqrt(uu * vv)) return false;
  const zeta = (vv - uu) / (2 * uv);
  const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
  const c = 1 / Math.sqrt(1 + t * t);
  for (let i = 0; i < u.length; i++) {
    const x = u[i]!;
    u[i] = c * (x - t * v[i]!);
    v[i] = c * (t * x + v[i]!);
  }
  return true;
}
