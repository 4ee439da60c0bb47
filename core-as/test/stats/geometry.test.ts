// Effective rank, mean cosine and pair correlation against float64 computations.
import { describe, expect, it } from "vitest";
import { BUILDS, TestCore } from "../harness";
import { batch, normals } from "./measure";
import type { Batch } from "./measure";

const normal = normals(21);

function rankOf(x: Batch): number {
  const { rows, cols, values } = x;
  const at = (row: number, col: number) => values[row * cols + col]!;
  const means = Array.from({ length: cols }, (_, j) => {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += at(row, j) - at(0, j);
    return at(0, j) + sum / rows;
  });
  let trace = 0;
  let squares = 0;
  for (let i = 0; i < cols; i++) {
    for (let j = 0; j < cols; j++) {
      let c = 0;
      for (let row = 0; row < rows; row++) c += (at(row, i) - means[i]!) * (at(row, j) - means[j]!);
      if (i === j) trace += c;
      squares += c * c;
    }
  }
  return trace ** 2 / squares;
}

function cosineOf(x: Batch): number {
  const rows = Array.from({ length: x.rows }, (_, row) =>
    Array.from(x.values.subarray(row * x.cols, (row + 1) * x.cols)),
  );
  const norms = rows.map((row) => Math.hypot(...row));
  let sum = 0;
  let pairs = 0;
  for (let a = 0; a < rows.length; a++) {
    for (let b = 0; b < a; b++) {
      if (norms[a] === 0 || norms[b] === 0) continue;
      sum += rows[a]!.reduce((s, v, j) => s + (v / norms[a]!) * (rows[b]![j]! / norms[b]!), 0);
      pairs++;
    }
  }
  return sum / pairs;
}

const lowRank = (rank: number, noise: number) => {
  const left = Array.from({ length: 300 }, () => Array.from({ length: rank }, () => normal()));
  const right = Array.from({ length: 300 }, () => Array.from({ length: rank }, () => normal()));
  return (row: number, col: number) =>
    left[row]!.reduce((s, v, k) => s + v * right[col]![k]!, 0) + noise * normal();
};

const BATCHES: Record<string, Batch> = {
  "more samples than units": batch(256, 40, () => normal()),
  "more units than samples": batch(50, 129, () => normal()),
  "odd sizes": batch(37, 37, () => normal()),
  "rank 1": batch(64, 50, lowRank(1, 0)),
  "rank 3 with noise": batch(100, 61, lowRank(3, 0.01)),
  "large mean, tiny signal": batch(80, 30, (_row, col) => 0.5 + 0.01 * col + 1e-6 * normal()),
  "one unit": batch(50, 1, () => normal()),
  "two samples": batch(2, 9, () => normal()),
  "three samples": batch(3, 6, () => normal()),
  huge: batch(40, 20, () => 1e37 * normal()),
  tiny: batch(40, 20, () => 1e-38 * normal()),
  relu: batch(100, 30, () => Math.max(0, normal())),
  "some rows zero": batch(60, 10, (row) => (row % 5 === 2 ? 0 : 1 + normal())),
};

describe.each(BUILDS)("geometry (%s)", (build) => {
  const core = new TestCore(build);
  const rank = (x: Batch, kernel = "effectiveRank") => {
    core.reset();
    const out = core.f64(1);
    const scratch = core.alloc(core.call["effectiveRankScratchBytes"]!(x.rows, x.cols));
    core.call[kernel]!(out.ptr, core.f32(x.padded).ptr, x.rows, x.cols, x.ld, scratch);
    return out.values()[0]!;
  };
  const cosine = (x: Batch, kernel = "meanCosine") => {
    core.reset();
    const scratch = core.alloc(core.call["meanCosineScratchBytes"]!(x.cols));
    return core.call[kernel]!(core.f32(x.padded).ptr, x.rows, x.cols, x.ld, scratch);
  };

  it.each(Object.entries(BATCHES))("effective rank and mean cosine: %s", (_name, x) => {
    const wanted = rankOf(x);
    expect(Math.abs(rank(x) / wanted - 1)).toBeLessThan(1e-6);
    expect(Math.abs(rank(x, "effectiveRankNaive") / wanted - 1)).toBeLessThan(1e-6);
    expect(cosine(x)).toBeCloseTo(cosineOf(x), 12);
    expect(cosine(x, "meanCosineNaive")).toBeCloseTo(cosineOf(x), 12);
  });

  it("has rank 0 without variance, NaN with what is not finite", () => {
    expect(rank(batch(20, 7, (_row, col) => 0.1 * col))).toBe(0);
    expect(rank(batch(1, 7, () => normal()))).toBe(0);
    for (const odd of [NaN, Infinity, -Infinity]) {
      const x = batch(20, 7, (row, col) => (row === 3 && col === 6 ? odd : normal()));
      expect(rank(x)).toBeNaN();
      expect(cosine(x)).toBeNaN();
    }
  });

  it("comes near n d / (n + d) for independent units", () => {
    expect(Math.abs(rank(batch(256, 100, () => normal())) / ((256 * 100) / 356) - 1)).toBeLessThan(0.03);
  });

  it("has no mean cosine with fewer than two samples that point somewhere, and 1 for equal ones", () => {
    expect(cosine(batch(5, 4, (row) => (row === 2 ? 1 : 0)))).toBeNaN();
    expect(cosine(batch(5, 4, (_row, col) => col + 1))).toBeCloseTo(1, 14);
  });

  it("correlates pairs of rows", () => {
    const c = (z: Batch) => {
      core.reset();
      const out = core.f64(2);
      core.call["pairCorrelation"]!(out.ptr, core.f32(z.padded).ptr, z.rows / 2, z.cols, z.ld);
      return Array.from(out.values());
    };
    // Pairs: (1, 0) and (1, 1); a zero row; opposite rows; not a number.
    const rows = [[1, 0], [1, 1], [0, 0], [1, 2], [3, 4], [-3, -4], [NaN, 1], [1, 1]]; // prettier-ignore
    const [mean, valid] = c(batch(8, 2, (row, col) => rows[row]![col]!));
    expect(mean).toBeCloseTo((Math.SQRT1_2 - 1) / 2, 14);
    expect(valid).toBe(2);
    expect(c(batch(2, 3, () => 0))).toEqual([NaN, 0]);
    expect(c(batch(6, 3, () => 1e-45))[0]).toBe(1);
    expect(c(batch(6, 3, () => 3e38))[0]).toBeCloseTo(1, 14);
  });
});
