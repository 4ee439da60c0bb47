// Orthogonal matrices: orthogonality, the sign fix, Haar moments, and agreement with the naive twin.
import { describe, expect, it } from "vitest";
import { BUILDS, TestCore } from "../harness";
import { gaussians } from "./numbers";

const SHAPES: readonly (readonly [number, number])[] = [
  [1, 1],
  [1, 7],
  [7, 1],
  [2, 2],
  [3, 3],
  [5, 9],
  [9, 5],
  [17, 16],
  [33, 64],
  [100, 100],
  [128, 40],
];

function draw(
  core: TestCore,
  a: Float32Array,
  rows: number,
  cols: number,
  gain: number,
  suffix = "",
): Float32Array {
  core.reset();
  const [from, out] = [core.f32(a), core.f32(rows * cols)];
  const bytes = core.call["orthogonalScratchBytes"]!(rows, cols);
  const scratch = core.f64(new Float64Array(bytes / 8 + 2).fill(NaN));
  core.call[`orthogonalFromGaussian${suffix}`]!(out.ptr, from.ptr, rows, cols, gain, scratch.ptr);
  expect(scratch.values().subarray(bytes / 8)).toEqual(new Float64Array(2).fill(NaN));
  return out.values();
}

// Largest entry of |Q^T Q - I| or |Q Q^T - I|, whichever is the smaller matrix.
function defect(q: Float32Array, rows: number, cols: number): number {
  const [count, tall] = [Math.min(rows, cols), Math.max(rows, cols)];
  const entry = (i: number, j: number) => (rows >= cols ? q[i * cols + j]! : q[j * cols + i]!);
  let worst = 0;
  for (let p = 0; p < count; p++) {
    for (let r = p; r < count; r++) {
      let sum = p === r ? -1 : 0;
      for (let i = 0; i < tall; i++) sum += entry(i, p) * entry(i, r);
      worst = Math.max(worst, Math.abs(sum));
    }
  }
  return worst;
}

describe.each(BUILDS)("orthogonalFromGaussian (%s)", (build) => {
  const core = new TestCore(build);

  it.each(SHAPES)("%i x %i is orthogonal, agrees with its twin and scales with the gain", (rows, cols) => {
    const a = gaussians(rows * 1000 + cols, rows * cols);
    const q = draw(core, a, rows, cols, 1);
    expect(defect(q, rows, cols)).toBeLessThan(1e-6);
    const twin = draw(core, a, rows, cols, 1, "Naive");
    q.forEach((value, at) => expect(Math.abs(value - twin[at]!)).toBeLessThan(1e-6));
    const scaled = draw(core, a, rows, cols, 4);
    q.forEach((value, at) => expect(scaled[at]).toBe(4 * value));
  });

  it("makes the diagonal of R positive: Q^T A is upper triangular with positive diagonal", () => {
    const [rows, cols] = [12, 8];
    const a = gaussians(5, rows * cols);
    const q = draw(core, a, rows, cols, 1);
    for (let p = 0; p < cols; p++) {
      for (let r = 0; r < cols; r++) {
        let sum = 0;
        for (let i = 0; i < rows; i++) sum += q[i * cols + p]! * a[i * cols + r]!;
        if (p === r) expect(sum).toBeGreaterThan(0.01);
        if (p > r) expect(Math.abs(sum)).toBeLessThan(1e-5);
      }
    }
  });

  it("factors a wide matrix as the transpose of the tall one", () => {
    const [rows, cols] = [9, 14];
    const a = gaussians(6, rows * cols);
    const turned = Float32Array.from(a, (_, at) => a[(at % rows) * cols + Math.floor(at / rows)]!);
    const wide = draw(core, a, rows, cols, 1);
    const tall = draw(core, turned, cols, rows, 1);
    wide.forEach((value, at) => expect(value).toBe(tall[(at % cols) * rows + Math.floor(at / cols)]));
  });

  // 4000 draws of 3 x 3: under Haar every entry has mean 0, mean square 1/3 and mean fourth power 1/5, the trace has mean 0 and
  // mean square 1, and half the determinants are +1. Five standard errors each, from the law's own variances.
  it("draws by Haar measure", () => {
    const draws = 4000;
    const sums = { det: 0, trace: 0, traceSquare: 0 };
    const entries = Array.from({ length: 9 }, () => ({ mean: 0, square: 0, fourth: 0 }));
    for (let seed = 0; seed < draws; seed++) {
      const q = Array.from(draw(core, gaussians(seed * 7919 + 1, 9), 3, 3, 1));
      const [a, b, c, d, e, f, g, h, i] = q as [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      sums.det += Math.sign(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g));
      sums.trace += a + e + i;
      sums.traceSquare += (a + e + i) ** 2;
      entries.forEach((entry, at) => {
        entry.mean += q[at]!;
        entry.square += q[at]! ** 2;
        entry.fourth += q[at]! ** 4;
      });
    }
    const near = (sum: number, expected: number, variance: number) =>
      expect(Math.abs(sum / draws - expected)).toBeLessThan(5 * Math.sqrt(variance / draws));
    near(sums.det, 0, 1);
    near(sums.trace, 0, 1);
    near(sums.traceSquare, 1, 2);
    for (const entry of entries) {
      near(entry.mean, 0, 1 / 3);
      near(entry.square, 1 / 3, 1 / 5 - 1 / 9);
      near(entry.fourth, 1 / 5, 1 / 9 - 1 / 25);
    }
  });

  it("has dot products within their bound and updates with equal bits", () => {
    for (const n of [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 31, 100]) {
      core.reset();
      const [x, y] = [Float64Array.from(gaussians(n, n)), Float64Array.from(gaussians(n + 1, n))];
      const [px, py] = [core.f64(x), core.f64(y)];
      const size = x.reduce((sum, value, at) => sum + Math.abs(value * y[at]!), 0);
      const difference = core.call["dot64"]!(px.ptr, py.ptr, n) - core.call["dot64Naive"]!(px.ptr, py.ptr, n);
      expect(Math.abs(difference)).toBeLessThanOrEqual((n + n / 8 + 4) * 2 ** -53 * size);
      const again = core.f64(y);
      core.call["addMultiple64"]!(py.ptr, 0.3, px.ptr, n);
      core.call["addMultiple64Naive"]!(again.ptr, 0.3, px.ptr, n);
      expect(py.values()).toEqual(again.values());
    }
  });
});
