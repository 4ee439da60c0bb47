// Singular values: matrices whose values are known, and the Jacobi twin.
import { describe, expect, it } from "vitest";
import { BUILDS, TestCore } from "../harness";
import { gaussians } from "./numbers";

interface Answer {
  readonly values: Float64Array;
  readonly failed: number;
}

function values(
  core: TestCore,
  a: Float32Array,
  rows: number,
  cols: number,
  lda = cols,
  suffix = "",
): Answer {
  core.reset();
  const [from, out] = [core.f32(a), core.f64(Math.min(rows, cols))];
  const bytes = core.call["singularValuesScratchBytes"]!(rows, cols);
  const scratch = core.f64(new Float64Array(bytes / 8 + 2).fill(NaN));
  const failed = core.call[`singularValues${suffix}`]!(out.ptr, from.ptr, rows, cols, lda, scratch.ptr);
  expect(scratch.values().subarray(bytes / 8)).toEqual(new Float64Array(2).fill(NaN));
  return { values: out.values(), failed };
}

function expectNear(actual: ArrayLike<number>, expected: ArrayLike<number>, relative = 1e-12): void {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(...Array.from(expected), Number.MIN_VALUE);
  for (let i = 0; i < expected.length; i++) {
    expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThanOrEqual(relative * scale);
    if (i > 0) expect(actual[i]).toBeLessThanOrEqual(actual[i - 1]!);
  }
}

const diagonal = (entries: readonly number[]): Float32Array =>
  Float32Array.from({ length: entries.length ** 2 }, (_, at) =>
    at % (entries.length + 1) === 0 ? entries[at / (entries.length + 1)]! : 0,
  );

describe.each(BUILDS)("singularValues (%s)", (build) => {
  const core = new TestCore(build);

  it.each([
    [1, 1],
    [1, 6],
    [6, 1],
    [2, 2],
    [2, 3],
    [3, 3],
    [4, 5],
    [7, 7],
    [10, 30],
    [40, 17],
    [64, 64],
    [65, 66],
    [120, 90],
  ])("%i x %i agrees with one-sided Jacobi", (rows, cols) => {
    for (const slack of [0, 3]) {
      const a = gaussians(rows * 100 + cols, (rows - 1) * (cols + slack) + cols);
      const fast = values(core, a, rows, cols, cols + slack);
      expect(fast.failed).toBe(0);
      expectNear(fast.values, values(core, a, rows, cols, cols + slack, "Naive").values);
    }
  });

  it("knows diagonal, zero and constant matrices", () => {
    expectNear(values(core, diagonal([3, -7, 0, 2]), 4, 4).values, [7, 3, 2, 0]);
    expectNear(values(core, new Float32Array(35), 5, 7).values, [0, 0, 0, 0, 0]);
    const ones = values(core, new Float32Array(60 * 40).fill(0.5), 60, 40);
    expect(ones.failed).toBe(0);
    expectNear(ones.values, [0.5 * Math.sqrt(2400), ...Array<number>(39).fill(0)]);
    expectNear(values(core, Float32Array.of(-4), 1, 1).values, [4]);
    expectNear(values(core, Float32Array.of(3, 4, 12), 1, 3).values, [13]);
  });

  it("knows the closed form of a difference matrix", () => {
    // Bidiagonal, 1 on the diagonal and -1 above: its values are 2 cos(pi j / (2n + 1)), j = 1 .. n.
    const n = 200;
    const a = diagonal(Array<number>(n).fill(1));
    for (let i = 0; i + 1 < n; i++) a[i * n + i + 1] = -1;
    const expected = Array.from({ length: n }, (_, j) => 2 * Math.cos((Math.PI * (j + 1)) / (2 * n + 1)));
    expectNear(values(core, a, n, n).values, expected);
  });

  it("gives the trace and ranks of products of thin factors", () => {
    const [rows, cols, rank] = [70, 50, 6];
    const [left, right] = [gaussians(1, rows * rank), gaussians(2, rank * cols)];
    const a = new Float32Array(rows * cols);
    for (let at = 0; at < a.length; at++) {
      // Few bits in each factor, so that the product is exact in float32 and the rank is really 6.
      for (let p = 0; p < rank; p++) {
        const [x, y] = [left[Math.floor(at / cols) * rank + p]!, right[p * cols + (at % cols)]!];
        a[at]! += (Math.round(x * 64) / 64) * (Math.round(y * 64) / 64);
      }
    }
    const { values: found, failed } = values(core, a, rows, cols);
    expect(failed).toBe(0);
    expect(found[rank - 1]).toBeGreaterThan(1);
    for (let i = rank; i < cols; i++) expect(found[i]).toBeLessThan(1e-12 * found[0]!);
    const square = a.reduce((sum, value) => sum + value * value, 0);
    expect(found.reduce((sum, value) => sum + value * value, 0) / square).toBeCloseTo(1, 12);
  });

  it("keeps the small values of a graded matrix, either way up", () => {
    const grades = Array.from({ length: 24 }, (_, i) => 2 ** -i);
    expectNear(values(core, diagonal(grades), 24, 24).values, grades, 1e-15);
    expectNear(values(core, diagonal([...grades].reverse()), 24, 24).values, grades, 1e-15);
    const noisy = gaussians(9, 24 * 24).map(
      (value, at) => value * 2 ** -(at % 24) * 2 ** -Math.floor(at / 24),
    );
    for (const a of [noisy, noisy.slice().reverse()]) {
      const fast = values(core, a, 24, 24);
      expect(fast.failed).toBe(0);
      expectNear(fast.values, values(core, a, 24, 24, 24, "Naive").values);
    }
  });

  it("is one for an orthogonal matrix, 512 wide", () => {
    const n = build === "fast" ? 512 : 128;
    core.reset();
    const [a, q] = [core.f32(gaussians(3, n * n)), core.f32(n * n)];
    const scratch = core.alloc(core.call["orthogonalScratchBytes"]!(n, n));
    core.call["orthogonalFromGaussian"]!(q.ptr, a.ptr, n, n, 2, scratch);
    const { values: found, failed } = values(core, q.values(), n, n);
    expect(failed).toBe(0);
    for (const value of found) expect(Math.abs(value - 2)).toBeLessThan(1e-5);
  });

  it("says so, and gives NaN, where an entry is not finite", () => {
    for (const bad of [NaN, Infinity, -Infinity]) {
      for (const [rows, cols, at] of [
        [1, 1, 0],
        [5, 4, 0],
        [5, 4, 19],
        [3, 8, 10],
        [9, 1, 5],
        [1, 9, 5],
      ] as const) {
        const a = gaussians(4, rows * cols);
        a[at] = bad;
        const answer = values(core, a, rows, cols);
        expect(answer.failed).toBe(1);
        expect(answer.values.every(Number.isNaN)).toBe(true);
      }
    }
  });

  it("takes the ends of the float32 range", () => {
    for (const scale of [2 ** 127, 2 ** -140]) {
      const a = Float32Array.of(1, 0.5, 0.25, 1, -1, 0.5).map((value) => value * scale);
      expectNear(values(core, a, 2, 3).values, values(core, a, 2, 3, 3, "Naive").values);
    }
  });
});
