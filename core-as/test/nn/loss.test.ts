// Cross-entropy against float64 loops and central differences, and its conventions for ties, extremes and NaN.
import { describe, expect, it } from "vitest";
import { BUILDS, TestCore } from "../harness";
import { batchOf, distance, signed, valuesOf } from "./batches";

function crossEntropy(logits: readonly number[], label: number): number {
  const top = Math.max(...logits);
  return Math.log(logits.reduce((sum, v) => sum + Math.exp(v - top), 0)) - (logits[label]! - top);
}

describe.each(BUILDS)("softmaxCrossEntropy (%s)", (build) => {
  const core = new TestCore(build);

  const run = (
    rows: readonly (readonly number[])[],
    labels: readonly number[],
    scale = 1,
    inPlace = false,
  ) => {
    core.reset();
    const classes = rows[0]!.length;
    const logits = batchOf(core, rows.length, classes, (i) => rows[Math.floor(i / classes)]![i % classes]!);
    const d = inPlace ? logits : batchOf(core, rows.length, classes, () => 0);
    const out = core.f64([100, 10]);
    const label = core.i32(labels);
    core.call["softmaxCrossEntropy"]!(
      ...[d.ptr, logits.ptr, label.ptr, rows.length, classes, logits.ld, scale, out.ptr],
    );
    const [loss, correct] = out.values();
    return { loss: loss! - 100, correct: correct! - 10, d: valuesOf(d) };
  };

  it.each([1, 2, 3, 10, 17])("agrees with float64 and with central differences, %i classes", (classes) => {
    const next = signed(classes, 5);
    const rows = Array.from({ length: 9 }, () => Array.from({ length: classes }, () => Math.fround(next())));
    const labels = rows.map((_, i) => (i * 7) % classes);
    const scale = 1 / 9;
    const { loss, correct, d } = run(rows, labels, scale);
    expect(loss).toBeCloseTo(
      rows.reduce((sum, row, i) => sum + crossEntropy(row, labels[i]!), 0),
      10,
    );
    expect(correct).toBe(rows.filter((row, i) => row.indexOf(Math.max(...row)) === labels[i]).length);
    const step = 1e-5;
    const expected = rows.flatMap((row, i) =>
      row.map((_, j) => {
        const at = (by: number) =>
          crossEntropy(
            row.map((v, k) => (k === j ? v + by : v)),
            labels[i]!,
          );
        return (scale * (at(step) - at(-step))) / (2 * step);
      }),
    );
    if (classes > 1) expect(distance(d, expected)).toBeLessThan(1e-7);
    else expect(d.map(Math.abs)).toEqual(new Array(9).fill(0));
    expect(run(rows, labels, scale, true)).toEqual({ loss, correct, d });
  });

  it("takes the first of equal logits, and zeros give log n", () => {
    const zeros = new Array<number>(10).fill(0);
    expect(run([zeros, zeros, zeros], [0, 1, 8]).correct).toBe(1);
    expect(run([zeros], [3]).loss).toBeCloseTo(Math.LN10, 12);
  });

  it("does not overflow", () => {
    const { loss, d } = run([[3e38, -3e38, 0]], [1]);
    expect(loss / (2 * Math.fround(3e38))).toBeCloseTo(1, 6);
    expect(d).toEqual([1, -1, 0]);
    expect(run([[-1e4, -1e4]], [0]).loss).toBeCloseTo(Math.LN2, 10);
  });

  it.each([0, 1, 2])("NaN at place %i gives NaN and is not correct, the other rows stay", (place) => {
    const broken = [0, 1, 2].map((j) => (j === place ? NaN : j));
    for (const label of [0, 1, 2]) {
      const { loss, correct, d } = run([broken, [0, 0, 5]], [label, 2]);
      expect(loss).toBeNaN();
      expect(correct).toBe(1);
      expect(d.slice(0, 3).every(Number.isNaN)).toBe(true);
      expect(d.slice(3).every(Number.isFinite)).toBe(true);
    }
  });
});
