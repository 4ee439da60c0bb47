// A small generator and dense algebra for Monte Carlo in the theory's tests: an account of its own, not the core's.

/** Normals and uniforms from a 32-bit seed: mulberry32, Box-Muller. */
export class Chance {
  #state: number;
  #spare: number | null = null;
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }
  /** In (0, 1). */
  uniform(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  }
  normal(): number {
    if (this.#spare !== null) {
      const spare = this.#spare;
      this.#spare = null;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
  /** [rows, columns] of independent N(0, std^2). */
  gaussian(rows: number, columns: number, std: number): number[][] {
    return Array.from({ length: rows }, () => Array.from({ length: columns }, () => std * this.normal()));
  }
  /** [rows, columns] semi-orthogonal, Haar, by Gram-Schmidt on Gaussians. */
  orthogonal(rows: number, columns: number): number[][] {
    const count = Math.min(rows, columns);
    const length = Math.max(rows, columns);
    const basis: number[][] = [];
    while (basis.length < count) {
      const v = Array.from({ length }, () => this.normal());
      for (let pass = 0; pass < 2; pass++)
        for (const u of basis) {
          const dot = sum(u.map((x, i) => x * v[i]!));
          for (let i = 0; i < length; i++) v[i]! -= dot * u[i]!;
        }
      const norm = Math.sqrt(sum(v.map((x) => x * x)));
      basis.push(v.map((x) => x / norm));
    }
    return rows <= columns ? basis : basis[0]!.map((_, i) => basis.map((u) => u[i]!));
  }
}

export const sum = (values: readonly number[]): number => values.reduce((total, x) => total + x, 0);

/** [n, k] times [k, m]. */
export function product(a: readonly number[][], b: readonly number[][]): number[][] {
  return a.map((row) => {
    const out = new Array<number>(b[0]!.length).fill(0);
    row.forEach((x, k) => {
      const other = b[k]!;
      for (let j = 0; j < out.length; j++) out[j]! += x * other[j]!;
    });
    return out;
  });
}

/** Mean and its standard error. */
export function estimate(values: readonly number[]): { mean: number; error: number } {
  const mean = sum(values) / values.length;
  const variance = sum(values.map((x) => (x - mean) ** 2)) / (values.length - 1);
  return { mean, error: Math.sqrt(variance / values.length) };
}
