import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Readers, pathsOf, readFileData } from "../../data/read";
import { FormatError } from "../../formats/error";
import { readers } from "../../formats/readers";
import { writeNpy } from "../../formats/npy";
import { writeNpz } from "../../formats/npz";
import type { Tensor } from "../../formats/tensor";
import type { FileDataSpec } from "../../spec/experiment";
import { numpyBytes } from "../formats/numpyFiles";
import { said } from "./said";

type Fields = Omit<FileDataSpec, "source" | "samples">;

const handed: Readers = readers;
const read = (fields: Fields, files: Record<string, Uint8Array>) =>
  readFileData({ source: "file", samples: null, ...fields }, new Map(Object.entries(files)), handed);
const wrong = (fields: Fields, files: Record<string, Uint8Array> = {}) => said(() => read(fields, files));
const text = (content: string) => new Uint8Array(Buffer.from(content));
const gzip = (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes));
const f32 = (name: string, shape: number[], values: number[]): Tensor => ({
  name,
  shape,
  dtype: "float32",
  data: Float32Array.from(values),
});
const i32 = (name: string, shape: number[], values: number[]): Tensor => ({
  name,
  shape,
  dtype: "int32",
  data: Int32Array.from(values),
});

/** An IDX file of bytes. */
function idx(shape: readonly number[], values: ArrayLike<number>, type = 0x08): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + values.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0, 0, type, shape.length]);
  shape.forEach((size, i) => view.setUint32(4 + 4 * i, size));
  bytes.set(values, 4 + 4 * shape.length);
  return bytes;
}

const IMAGES = idx([2, 2, 2], [0, 1, 2, 3, 4, 5, 6, 255]);
const LABELS = idx([2], [7, 3]);
const PAIR = {
  samples: 2,
  features: 4,
  inputs: new Float32Array([0, 1, 2, 3, 4, 5, 6, 255]),
  labels: new Int32Array([1, 0]),
  classes: 2,
  classNames: ["3", "7"],
};

describe("which files, which reader", () => {
  test("paths", () => {
    const paths = (fields: Fields) => pathsOf({ source: "file", samples: null, ...fields });
    expect(paths({ path: "a/x.csv", label: "y" })).toEqual(["a/x.csv"]);
    expect(paths({ path: "x.npz", labels: "y" })).toEqual(["x.npz"]);
    expect(paths({ images: "i", labels: "l" })).toEqual(["i", "l"]);
    expect(paths({ images: "i" })).toEqual(["i"]);
  });

  test.each<[string, Fields, RegExp]>([
    ["no file", {}, /^data: names no file; give "path"/],
    ["an unknown suffix", { path: "x.xlsx" }, /^x\.xlsx: is of no known kind; \.csv/],
    ["a label for NPY", { path: "x.npy", label: 3 }, /"label" does not go with NPY data, which take "path"/],
    ["a label for NPZ", { path: "x.npz", label: 3 }, /which take "path" and "inputs" and "labels"/],
    ["labels for CSV", { path: "x.csv", labels: "y" }, /"labels" does not go with CSV data/],
    ["path and images", { path: "x.csv", images: "i" }, /"path" does not go with IDX data/],
    ["a file not handed in", { path: "x.csv" }, /^x\.csv: was not handed in/],
  ])("%s", (_, fields, message) => {
    expect(wrong(fields)).toMatch(message);
  });

  test("CSV, plain or gzip whatever its name", () => {
    const table = text("a,y\n1,0\n2,1\n");
    const batch = {
      samples: 2,
      features: 1,
      inputs: new Float32Array([1, 2]),
      labels: new Int32Array([0, 1]),
    };
    expect(read({ path: "x.csv", label: "y" }, { "x.csv": table })).toMatchObject(batch);
    expect(read({ path: "x.csv", label: "y" }, { "x.csv": gzip(table) })).toMatchObject(batch);
    expect(read({ path: "X.CSV.GZ", label: "y" }, { "X.CSV.GZ": gzip(table) })).toMatchObject(batch);
    const cut = gzip(table).subarray(0, 20);
    expect(() => read({ path: "x.csv" }, { "x.csv": cut })).toThrow(FormatError);
  });
});

test("what is packed is told how far it may go", () => {
  const bounds: number[] = [];
  const watched: Readers = {
    ...readers,
    gunzip: (bytes, where, maxBytes) => {
      bounds.push(maxBytes);
      return readers.gunzip(bytes, where, maxBytes);
    },
  };
  const files = new Map([
    ["x.csv", gzip(text("1\n"))],
    ["i", gzip(IMAGES)],
  ]);
  readFileData({ source: "file", samples: null, path: "x.csv" }, files, watched);
  readFileData({ source: "file", samples: null, images: "i" }, files, watched);
  expect(bounds).toEqual([500_000_000, 2 ** 30 + 1024]);
});

describe("NPY", () => {
  test("two dimensions, or more flattened, of any type", () => {
    expect(read({ path: "x.npy" }, { "x.npy": numpyBytes("i8 big") })).toEqual({
      samples: 2,
      features: 3,
      inputs: new Float32Array([1, -2, 0, 3, 4, -5]),
      labels: null,
      classes: null,
    });
    const cube = read({ path: "x.npy" }, { "x.npy": numpyBytes("cube fortran") });
    expect(cube).toMatchObject({ samples: 2, features: 12 });
    expect([...cube.inputs]).toEqual(Array.from({ length: 24 }, (_, i) => i));
  });

  test("refuses one dimension, no samples, and what is not finite", () => {
    expect(wrong({ path: "x.npy" }, { "x.npy": numpyBytes("b1") })).toMatch(
      /shape \(3\); inputs are \[samples, features\]/,
    );
    expect(wrong({ path: "x.npy" }, { "x.npy": numpyBytes("empty") })).toMatch(/holds no samples/);
    const narrow = writeNpy(f32("x", [2, 0], []));
    expect(wrong({ path: "x.npy" }, { "x.npy": narrow })).toMatch(/without features/);
    const values = writeNpy(f32("x", [2, 2], [0, 1, NaN, 3]));
    expect(wrong({ path: "x.npy" }, { "x.npy": values })).toBe(
      "x.npy, row 2, column 1: holds NaN (as float32); every input must be a finite number",
    );
    const cut = numpyBytes("f4").subarray(0, 140);
    expect(() => read({ path: "x.npy" }, { "x.npy": cut })).toThrow(/is cut short/);
  });
});

describe("NPZ", () => {
  const archive = writeNpz([
    f32("inputs", [2, 1], [5, 6]),
    i32("labels", [2], [1, 0]),
    i32("column", [2, 1], [9, 4]),
    i32("three", [3], [0, 1, 2]),
    f32("parts", [2], [0, 0.5]),
  ]);
  const npz = (fields: Fields) => read({ path: "x.npz", ...fields }, { "x.npz": archive });

  test("inputs and labels by their usual names or the given ones", () => {
    expect(npz({})).toMatchObject({
      inputs: new Float32Array([5, 6]),
      labels: new Int32Array([1, 0]),
      classes: 2,
    });
    expect(npz({ labels: "column" })).toMatchObject({
      labels: new Int32Array([1, 0]),
      classNames: ["4", "9"],
    });
    expect(npz({ inputs: "column" })).toMatchObject({ inputs: new Float32Array([9, 4]) });
    const alone = writeNpz([f32("inputs", [2, 1], [5, 6])]);
    expect(read({ path: "x.npz" }, { "x.npz": alone })).toMatchObject({ labels: null, classes: null });
  });

  test("refuses absent names and labels that do not fit", () => {
    expect(said(() => npz({ inputs: "input" }))).toMatch(
      /^x\.npz: there is no array "input"; did you mean "inputs"\?/,
    );
    expect(said(() => npz({ labels: "label" }))).toMatch(/did you mean "labels"\?/);
    expect(said(() => npz({ labels: "three" }))).toMatch(/^x\.npz:three: has the shape \(3\); for 2 samples/);
    expect(said(() => npz({ labels: "parts" }))).toMatch(/^x\.npz:parts, row 2: the label 0\.5 is no class/);
  });
});

describe("IDX", () => {
  test("a pair, plain or gzip; pixels stay 0 .. 255", () => {
    const spec = { images: "i", labels: "l" };
    expect(read(spec, { i: IMAGES, l: LABELS })).toEqual(PAIR);
    expect(read(spec, { i: gzip(IMAGES), l: gzip(LABELS) })).toEqual(PAIR);
    expect(read({ images: "i" }, { i: IMAGES })).toMatchObject({ inputs: PAIR.inputs, labels: null });
  });

  test("other types, big-endian", () => {
    const types: [number, number, (view: DataView, at: number, value: number) => void][] = [
      [0x09, 1, (view, at, value) => view.setInt8(at, value)],
      [0x0b, 2, (view, at, value) => view.setInt16(at, value)],
      [0x0c, 4, (view, at, value) => view.setInt32(at, value)],
      [0x0d, 4, (view, at, value) => view.setFloat32(at, value)],
      [0x0e, 8, (view, at, value) => view.setFloat64(at, value)],
    ];
    for (const [type, width, set] of types) {
      fc.assert(
        fc.property(
          fc.array(fc.integer({ min: -128, max: 127 }), { minLength: 1, maxLength: 9 }),
          (values) => {
            const view = new DataView(new ArrayBuffer(width * values.length));
            values.forEach((value, i) => set(view, i * width, value));
            const bytes = idx([values.length, 1], new Uint8Array(view.buffer), type);
            expect(read({ images: "i" }, { i: bytes }).inputs).toEqual(Float32Array.from(values));
          },
        ),
        { seed: 9, numRuns: 20 },
      );
    }
  });

  const nan = new DataView(new ArrayBuffer(4));
  nan.setFloat32(0, NaN);
  test.each<[string, Uint8Array, Uint8Array, RegExp]>([
    ["nothing", new Uint8Array(0), LABELS, /^i: is empty/],
    ["three bytes", IMAGES.subarray(0, 3), LABELS, /^i: is cut short: .* this has 3/],
    ["cut sizes", IMAGES.subarray(0, 15), LABELS, /^i: is cut short: 3 sizes need 16 bytes, the file has 15/],
    [
      "cut values",
      IMAGES.subarray(0, 23),
      LABELS,
      /^i: is cut short: 2 x 2 x 2 values of uint8 need 24 bytes, the file has 23/,
    ],
    [
      "cut labels",
      IMAGES,
      LABELS.subarray(0, 9),
      /^l: is cut short: 2 values of uint8 need 10 bytes, the file has 9/,
    ],
    ["bytes behind", idx([1, 1], [1, 2]), LABELS, /^i: is too long: 1 x 1 values of uint8 need 13 bytes/],
    ["another file", text("P5 2 2 255"), LABELS, /^i: is not an IDX file/],
    ["an unknown type", idx([1, 1], [1], 0x0a), LABELS, /^i: is not an IDX file/],
    ["swapped files", LABELS, IMAGES, /^i: has one dimension.*swapped\?/],
    ["images as labels", IMAGES, IMAGES, /^l: has 3 dimensions; labels have one/],
    ["other counts", IMAGES, idx([3], [1, 2, 3]), /^l: holds 3 labels for the 2 images of i/],
    [
      "sizes beyond all bounds",
      idx([2 ** 31, 2 ** 31, 2 ** 31], []),
      LABELS,
      /^i: has 4\d+ features a sample/,
    ],
    ["too many samples", idx([1_000_001, 1], []), LABELS, /^i: has 1000001 samples/],
    ["no samples", idx([0, 4], []), LABELS, /^i: holds no samples/],
    ["NaN", idx([1, 1], new Uint8Array(nan.buffer), 0x0d), LABELS, /^i, row 1, column 1: holds NaN/],
  ])("refuses %s", (_, images, labels, message) => {
    expect(wrong({ images: "i", labels: "l" }, { i: images, l: labels })).toMatch(message);
  });
});
