import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Batch } from "../../data/batch";
import { readDigits } from "../../data/digits";
import { selectRows } from "../../data/select";
import { featureMoments, standardize } from "../../data/standardize";
import { readers } from "../../formats/readers";
import { said } from "./said";

const batchOf = (features: number, values: readonly number[]): Batch => ({
  samples: values.length / features,
  features,
  inputs: Float32Array.from(values),
  labels: null,
  classes: null,
});

describe("the digits", () => {
  const digits = readDigits(
    new Uint8Array(readFileSync(join(import.meta.dirname, "../../data/digits.csv.gz"))),
    readers,
  );

  test("1,797 images of 64 pixels 0 .. 16 in ten classes", () => {
    expect(digits).toMatchObject({ samples: 1797, features: 64, classes: 10 });
    expect(digits.classNames).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    const counts = Array<number>(10).fill(0);
    for (const label of digits.labels!) counts[label]!++;
    expect(counts).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
    expect(digits.inputs.every((pixel) => Number.isInteger(pixel) && pixel >= 0 && pixel <= 16)).toBe(true);
    expect(digits.inputs.some((pixel) => pixel === 16)).toBe(true);
  });

  test("the first row and the sum of all", () => {
    expect([...digits.inputs.subarray(0, 8)]).toEqual([0, 0, 5, 13, 9, 1, 0, 0]);
    expect([...digits.labels!.subarray(0, 10)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(digits.inputs.reduce((sum, pixel) => sum + pixel, 0)).toBe(561718);
  });

  test("standardized: mean 0, std 1, and 0 where a pixel never changes", () => {
    const moments = featureMoments(standardize(digits));
    const constant = [...featureMoments(digits).std].map((std) => std === 0);
    expect(constant.filter(Boolean).length).toBe(3);
    constant.forEach((isConstant, k) => {
      expect(moments.mean[k]).toBeCloseTo(0, 6);
      if (isConstant) expect(moments.std[k]).toBe(0);
      else expect(moments.std[k]).toBeCloseTo(1, 6);
    });
  });

  test("other bytes under their name", () => {
    const other = new Uint8Array(gzipSync(Array(65).fill(1).join(",")));
    expect(said(() => readDigits(other, readers))).toMatch(/the bundled digits are 1797 x 64 of 10/);
  });
});

describe("selectRows", () => {
  const batch: Batch = {
    ...batchOf(2, [0, 1, 10, 11, 20, 21]),
    labels: new Int32Array([5, 6, 7]),
    classes: 8,
  };

  test("takes rows and labels in the order given, and leaves the batch alone", () => {
    const taken = selectRows(batch, new Uint32Array([2, 0, 1]), 2, "x");
    expect(taken).toEqual({
      samples: 2,
      features: 2,
      inputs: new Float32Array([20, 21, 0, 1]),
      labels: new Int32Array([7, 5]),
      classes: 8,
    });
    expect(batch.inputs[0]).toBe(0);
  });

  test("refuses more than there are", () => {
    const order = new Uint32Array([0, 1, 2]);
    expect(said(() => selectRows(batch, order, 4, "x"))).toBe("x: 4 samples are asked for; the data have 3");
    expect(said(() => selectRows(batch, order, 0, "x"))).toMatch(/^x: 0 samples/);
    expect(() => selectRows(batch, new Uint32Array([0]), 2, "x")).toThrow(RangeError);
    expect(() => selectRows(batch, new Uint32Array([3]), 1, "x")).toThrow(RangeError);
  });
});

describe("standardize", () => {
  test("by hand", () => {
    const batch = batchOf(2, [1, 5, 3, 5]);
    expect(featureMoments(batch)).toEqual({ mean: new Float64Array([2, 5]), std: new Float64Array([1, 0]) });
    expect([...standardize(batch).inputs]).toEqual([-1, 0, 1, 0]);
    expect([...batch.inputs]).toEqual([1, 5, 3, 5]);
  });

  test("by the moments of the first rows", () => {
    const batch = batchOf(1, [1, 3, 7]);
    expect([...standardize(batch, featureMoments(batch, 2)).inputs]).toEqual([-1, 1, 5]);
    expect(() => featureMoments(batch, 0)).toThrow(RangeError);
    expect(() => featureMoments(batch, 4)).toThrow(RangeError);
  });

  test("a large offset does not spoil the std, as one pass in float32 would", () => {
    const { std } = featureMoments(batchOf(1, [1e6 + 1, 1e6 + 3, 1e6 + 1, 1e6 + 3]));
    expect(std[0]).toBe(1);
  });

  test("any constant feature becomes exactly 0", () => {
    fc.assert(
      fc.property(
        fc.float({ noNaN: true, noDefaultInfinity: true }),
        fc.integer({ min: 1, max: 500 }),
        (value, rows) => {
          const { inputs } = standardize(batchOf(1, Array<number>(rows).fill(value)));
          expect(inputs.every((x) => x === 0)).toBe(true);
        },
      ),
      { seed: 10 },
    );
  });
});
