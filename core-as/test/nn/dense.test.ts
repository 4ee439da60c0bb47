// Bias, bias gradient, residual sum and scaling against plain loops, and each against its twin.
import { describe, expect, it } from "vitest";
import { BUILDS, TestCore } from "../harness";
import { SHAPES, batchOf, bitsOf, signed, valuesOf } from "./batches";

const f = Math.fround;

describe.each(BUILDS)("dense (%s)", (build) => {
  const core = new TestCore(build);

  it.each(SHAPES)("addBias of %i x %i", (rows, cols) => {
    core.reset();
    const next = signed(rows * 100 + cols, 2);
    const values = Array.from({ length: rows * cols }, () => f(next()));
    const bias = core.f32(Array.from({ length: cols }, next));
    const z = batchOf(core, rows, cols, (i) => values[i]!);
    const twin = batchOf(core, rows, cols, (i) => values[i]!);
    core.call["addBias"]!(z.ptr, bias.ptr, rows, cols, z.ld);
    core.call["addBiasNaive"]!(twin.ptr, bias.ptr, rows, cols, z.ld);
    expect(valuesOf(z)).toEqual(values.map((v, i) => f(v + bias.values()[i % cols]!)));
    expect(valuesOf(z)).toEqual(valuesOf(twin));
  });

  it.each(SHAPES)("columnSums of %i x %i, whole and in two chunks", (rows, cols) => {
    core.reset();
    const next = signed(rows * 100 + cols, 1e3);
    const dz = batchOf(core, rows, cols, next);
    const values = valuesOf(dz);
    const expected = Array.from({ length: cols }, (_, j) => {
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += values[i * cols + j]!;
      return sum;
    });
    for (const name of ["columnSums", "columnSumsNaive"]) {
      const out = core.f64(new Array<number>(cols).fill(77));
      core.call[name]!(out.ptr, dz.ptr, rows, cols, dz.ld, 0);
      expect(Array.from(out.values())).toEqual(expected);
      const head = Math.ceil(rows / 2);
      const parts = core.f64(cols);
      core.call[name]!(parts.ptr, dz.ptr, head, cols, dz.ld, 0);
      core.call[name]!(parts.ptr, dz.ptr + head * dz.ld * 4, rows - head, cols, dz.ld, 1);
      expect(bitsOf(parts.values())).toEqual(bitsOf(out.values()));
    }
  });

  it("no rows leave sums 0, or as they were", () => {
    core.reset();
    const out = core.f64([3, 4, 5, 6, 7, 8, 9, 10, 11]);
    core.call["columnSums"]!(out.ptr, out.ptr, 0, 9, 12, 1);
    expect(Array.from(out.values())).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11]);
    core.call["columnSums"]!(out.ptr, out.ptr, 0, 9, 12, 0);
    expect(Array.from(out.values())).toEqual(new Array(9).fill(0));
  });

  it.each([1, 3, 4, 7, 8, 64, 65])("flat kernels of %i elements", (count) => {
    core.reset();
    const next = signed(count, 3);
    const a = Array.from({ length: count }, () => f(next()));
    const b = Array.from({ length: count }, () => f(next()));
    const scale = 0.3;
    const run = (
      name: string,
      call: (kernel: (...args: number[]) => number, out: number, x: number) => void,
    ) => {
      const [fast, naive] = [name, `${name}Naive`].map((kernel) => {
        // Room for one more, to see that nothing past the end is written.
        const out = core.f32([...a, 99]);
        const x = core.f32(b);
        call(core.call[kernel]!, out.ptr, x.ptr);
        return out.values();
      });
      expect(bitsOf(fast!)).toEqual(bitsOf(naive!));
      expect(fast![count]).toBe(99);
      return Array.from(fast!.slice(0, count));
    };
    const sum = a.map((v, i) => f(v + f(f(scale) * b[i]!)));
    expect(run("residualForward", (k, out, x) => k(out, out, x, scale, 1, count))).toEqual(sum);
    expect(run("addScaled", (k, out, x) => k(out, x, scale, count))).toEqual(sum);
    expect(run("scaleInto", (k, out, x) => k(out, x, scale, count))).toEqual(b.map((v) => f(f(scale) * v)));
    expect(run("scaleInto", (k, out) => k(out, out, scale, count))).toEqual(a.map((v) => f(f(scale) * v)));
  });
});

describe("the checked build", () => {
  it("refuses a leading dimension below the columns", () => {
    const core = new TestCore("checked");
    const z = batchOf(core, 2, 5, () => 0);
    expect(() => core.call["addBias"]!(z.ptr, z.ptr, 2, 5, 4)).toThrow(/dimensions/);
  });
});
