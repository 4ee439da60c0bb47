import { describe, expect, it } from "vitest";
import { BUILDS, TestCore } from "../harness";
import { chiSquareZ, kolmogorov, KOLMOGOROV_LIMIT, normalAbove } from "../random/statistics";
import { draw, streamOf } from "../random/stream";

/** Sylvester's Hadamard matrix of order 2^m, by doubling. */
function hadamard(m: number): number[][] {
  if (m === 0) return [[1]];
  const half = hadamard(m - 1);
  return [...half.map((row) => [...row, ...row]), ...half.map((row) => [...row, ...row.map((x) => -x)])];
}

describe.each(BUILDS)("initial weights, %s core", (build) => {
  const core = new TestCore(build);

  function fill(kernel: string, rows: number, cols: number, ...rest: number[]): number[][] {
    core.reset();
    const out = core.f32(new Float32Array(rows * cols + 8).fill(77));
    core.call[kernel]!(out.ptr, rows, cols, ...rest);
    const values = out.values();
    expect([...values.slice(rows * cols)]).toEqual(new Array(8).fill(77));
    return Array.from({ length: rows }, (_, i) => [...values.slice(i * cols, (i + 1) * cols)]);
  }

  it("one constant", () => {
    core.reset();
    const out = core.f32(11);
    core.call["fillConstant"]!(out.ptr, 10, 0.1);
    expect([...out.values()]).toEqual([...new Array<number>(10).fill(Math.fround(0.1)), 0]);
  });

  it.each([
    [3, 3, 1],
    [2, 5, 0.5],
    [7, 4, -2],
    [1, 1, 3],
  ])("identity of %d x %d, gain %d", (rows, cols, gain) => {
    fill("fillIdentity", rows, cols, gain).forEach((row, i) =>
      row.forEach((x, j) => expect(x).toBe(i === j ? gain : 0)),
    );
  });

  it.each([
    [4, 4],
    [3, 7],
    [1, 1],
  ])("ZerO of %d x %d is the partial identity", (rows, cols) => {
    expect(fill("fillZeroHadamard", rows, cols, 1)).toEqual(fill("fillIdentity", rows, cols, 1));
  });

  it.each([
    [2, 1],
    [3, 2],
    [8, 3],
    [9, 8],
    [100, 64],
    [128, 100],
  ])("ZerO of %d x %d is c I* H I*, H orthonormal with c = 1/sqrt(order)", (rows, cols) => {
    const m = Math.ceil(Math.log2(rows));
    const c = Math.fround(1 / Math.sqrt(2 ** m));
    const expected = hadamard(m)
      .map((row) => row.slice(0, cols).map((x) => x * c))
      .slice(0, rows);
    const found = fill("fillZeroHadamard", rows, cols, 1 / Math.sqrt(2 ** m));
    expect(found).toEqual(expected);
    // Columns are orthogonal where nothing of H was cut from them, each of length 1.
    if (rows === 2 ** m)
      for (let j = 0; j < cols; j++)
        for (let k = 0; k <= j; k++) {
          const product = found.reduce((sum, row) => sum + row[j]! * row[k]!, 0);
          expect(product).toBeCloseTo(j === k ? 1 : 0, 5);
        }
  });

  it.each([
    [50, 20, 0.1],
    [50, 20, 0.13],
    [33, 7, 0],
    [33, 7, 1],
    [10, 3, 0.999],
    [1, 5, 0.5],
  ])("sparse %d x %d at %d: ceil(sparsity rows) zeros in every column", (rows, cols, sparsity) => {
    const values = streamOf(core, "layer/1/weight", 3);
    const [maskLo, maskHi] = streamOf(core, "layer/1/weight/mask", 3);
    const [keyLo, keyHi, seedLo, seedHi] = values;
    const found = fill(
      "drawSparse",
      rows,
      cols,
      keyLo,
      keyHi,
      maskLo,
      maskHi,
      seedLo,
      seedHi,
      Math.ceil(sparsity * rows),
      0.01,
    );
    const dense = draw(core, "drawNormal", rows * cols, values, [0, 0.01]);
    for (let j = 0; j < cols; j++)
      expect(found.filter((row) => row[j] === 0).length).toBe(Math.ceil(sparsity * rows));
    found.forEach((row, i) => row.forEach((x, j) => expect([0, dense[i * cols + j]]).toContain(x)));
  });

  it("sparse: zeros fall on every row and pair of rows equally, the rest is normal", () => {
    const [rows, cols] = [20, 20_000];
    const [keyLo, keyHi, seedLo, seedHi] = streamOf(core, "layer/1/weight", 4);
    const [maskLo, maskHi] = streamOf(core, "layer/1/weight/mask", 4);
    const found = fill("drawSparse", rows, cols, keyLo, keyHi, maskLo, maskHi, seedLo, seedHi, 5, 2);
    const zeros = found.map((row) => row.reduce((n, x) => n + (x === 0 ? 1 : 0), 0));
    // Counts of a draw without replacement vary less than chi-square assumes, by (1 - 5/20) 20/19.
    expect(Math.abs(chiSquareZ(zeros, () => cols / 4))).toBeLessThan(4);
    for (const [a, b] of [
      [0, 1],
      [0, 19],
      [7, 12],
      [18, 19],
    ] as const) {
      const both = found[a]!.reduce((n, x, j) => n + (x === 0 && found[b]![j] === 0 ? 1 : 0), 0);
      const chance = (5 / 20) * (4 / 19);
      expect(Math.abs(both - cols * chance)).toBeLessThan(4 * Math.sqrt(cols * chance * (1 - chance)));
    }
    const rest = Float32Array.from(found.flat().filter((x) => x !== 0));
    expect(kolmogorov(rest, (x) => normalAbove(-x / 2))).toBeLessThan(KOLMOGOROV_LIMIT);
  });
});
