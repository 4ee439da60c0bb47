// Layer, rms and batch normalization against float64 loops, their gradients against central differences, and each against its twin.
import { describe, expect, it } from "vitest";
import { BUILDS, TestCore } from "../harness";
import { SHAPES, batchOf, bitsOf, distance, signed, valuesOf } from "./batches";

const EPSILON = 1e-5;
const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;

/** zhat of one vector in float64. */
function normalized(kind: "layer" | "rms", z: readonly number[]): number[] {
  const centre = kind === "layer" ? mean(z) : 0;
  const inv = 1 / Math.sqrt(mean(z.map((v) => (v - centre) ** 2)) + EPSILON);
  return z.map((v) => (v - centre) * inv);
}

/** Gradient of sum(cotangent * normalized(z)) by central differences in float64. */
function differences(kind: "layer" | "rms", z: readonly number[], cotangent: readonly number[]): number[] {
  const step = 1e-5;
  const value = (at: number, by: number) =>
    normalized(
      kind,
      z.map((v, i) => (i === at ? v + by : v)),
    ).reduce((sum, v, i) => sum + v * cotangent[i]!, 0);
  return z.map((_, i) => (value(i, step) - value(i, -step)) / (2 * step));
}

const rowsOf = (values: readonly number[], cols: number) =>
  Array.from({ length: values.length / cols }, (_, i) => values.slice(i * cols, (i + 1) * cols));

describe.each(BUILDS)("row normalization (%s)", (build) => {
  const core = new TestCore(build);

  describe.each(["layer", "rms"] as const)("%s", (kind) => {
    it.each(SHAPES)("of %i x %i: forward, backward, twins", (rows, cols) => {
      core.reset();
      const next = signed(rows * 100 + cols);
      const zValues = Array.from({ length: rows * cols }, () => Math.fround(0.3 + 2 * next()));
      const dValues = Array.from({ length: rows * cols }, () => Math.fround(next()));
      const results = ["", "Naive"].map((suffix) => {
        const z = batchOf(core, rows, cols, (i) => zValues[i]!);
        const dz = batchOf(core, rows, cols, (i) => dValues[i]!);
        const invStd = core.f32(rows);
        core.call[`${kind}NormForward${suffix}`]!(z.ptr, invStd.ptr, rows, cols, z.ld);
        core.call[`${kind}NormBackward${suffix}`]!(dz.ptr, z.ptr, invStd.ptr, rows, cols, z.ld);
        return { zhat: valuesOf(z), dz: valuesOf(dz), invStd: bitsOf(invStd.values()) };
      });
      expect(results[0]).toEqual(results[1]);
      const { zhat, dz } = results[0]!;
      const z = rowsOf(zValues, cols);
      expect(
        distance(
          zhat,
          z.flatMap((row) => normalized(kind, row)),
        ),
      ).toBeLessThan(2e-7);
      // One unit normalizes to almost nothing: its gradient is a difference of equals, known to float32 of invStd alone.
      if (kind === "layer" && cols === 1) return;
      // Where units are few a row may be nearly flat and invStd large: measured against invStd times the cotangent.
      z.forEach((row, i) => {
        const expected = differences(kind, row, dValues.slice(i * cols, (i + 1) * cols));
        const centre = kind === "layer" ? mean(row) : 0;
        const inv = 1 / Math.sqrt(mean(row.map((v) => (v - centre) ** 2)) + EPSILON);
        expected.forEach((value, j) => expect(Math.abs(dz[i * cols + j]! - value)).toBeLessThan(2e-6 * inv));
      });
    });
  });

  it("a constant row becomes zeros, an offset is exact, NaN stays in its row", () => {
    core.reset();
    const z = batchOf(core, 3, 5, (i) => (i < 5 ? 7.25 : i < 10 ? 1e6 + (i % 2) : i === 12 ? NaN : i));
    const invStd = core.f32(3);
    core.call["layerNormForward"]!(z.ptr, invStd.ptr, 3, 5, z.ld);
    const rows = rowsOf(valuesOf(z), 5);
    expect(rows[0]!.map(Math.abs)).toEqual([0, 0, 0, 0, 0]);
    const second = normalized("layer", [1, 0, 1, 0, 1]);
    expect(distance(rows[1]!, second)).toBeLessThan(1e-6);
    expect(rows[2]!.every(Number.isNaN)).toBe(true);
  });
});

describe.each(BUILDS)("batch normalization (%s)", (build) => {
  const core = new TestCore(build);

  it.each(SHAPES)("of %i x %i, in two chunks of rows", (few, cols) => {
    core.reset();
    const rows = few + 3;
    const head = 2;
    const next = signed(rows * 100 + cols);
    const zValues = Array.from({ length: rows * cols }, (_, i) => Math.fround(50 + (i % cols) + next()));
    const dValues = Array.from({ length: rows * cols }, () => Math.fround(next()));
    const columns = (values: readonly number[]) =>
      Array.from({ length: cols }, (_, j) => rowsOf(values, cols).map((row) => row[j]!));

    const results = ["", "Naive"].map((suffix) => {
      const z = batchOf(core, rows, cols, (i) => zValues[i]!);
      const dz = batchOf(core, rows, cols, (i) => dValues[i]!);
      const tail = head * z.ld * 4;
      const shift = core.f32(zValues.slice(0, cols));
      const sums = core.f64(new Array<number>(2 * cols).fill(5));
      const add = core.call[`batchColumnSums${suffix}`]!;
      add(sums.ptr, shift.ptr, z.ptr, head, cols, z.ld, 0);
      add(sums.ptr, shift.ptr, z.ptr + tail, rows - head, cols, z.ld, 1);
      const forward = Array.from(sums.values());
      const mu = forward.slice(0, cols).map((s) => s / rows);
      const variance = forward.slice(cols).map((q, j) => q / rows - mu[j]! ** 2);
      const means = core.f64(mu.map((m, j) => m + zValues[j]!));
      const invStd = core.f64(variance.map((v) => 1 / Math.sqrt(v + EPSILON)));
      core.call[`batchNormApply${suffix}`]!(z.ptr, means.ptr, invStd.ptr, rows, cols, z.ld);
      const addBack = core.call[`batchNormBackwardSums${suffix}`]!;
      addBack(sums.ptr, dz.ptr, z.ptr, head, cols, z.ld, 0);
      addBack(sums.ptr, dz.ptr + tail, z.ptr + tail, rows - head, cols, z.ld, 1);
      const backward = Array.from(sums.values());
      const meanDz = core.f64(backward.slice(0, cols).map((s) => s / rows));
      const meanDzZhat = core.f64(backward.slice(cols).map((s) => s / rows));
      core.call[`batchNormBackwardApply${suffix}`]!(
        ...[dz.ptr, z.ptr, invStd.ptr, meanDz.ptr, meanDzZhat.ptr, rows, cols, z.ld],
      );
      return { forward, backward, zhat: valuesOf(z), dz: valuesOf(dz) };
    });
    expect(results[0]).toEqual(results[1]);
    const { zhat, dz } = results[0]!;
    const zhatColumns = columns(zhat);
    const dzColumns = columns(dz);
    const cotangents = columns(dValues);
    columns(zValues).forEach((column, j) => {
      expect(distance(zhatColumns[j]!, normalized("layer", column))).toBeLessThan(2e-7);
      const expected = differences("layer", column, cotangents[j]!);
      const inv = 1 / Math.sqrt(mean(column.map((v) => (v - mean(column)) ** 2)) + EPSILON);
      expected.forEach((value, i) => expect(Math.abs(dzColumns[j]![i]! - value)).toBeLessThan(2e-6 * inv));
    });
  });
});
