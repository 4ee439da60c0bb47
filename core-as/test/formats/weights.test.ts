import { describe, expect, test } from "vitest";
import { writeNpy } from "../../formats/npy";
import { writeNpz } from "../../formats/npz";
import { writeSafetensors } from "../../formats/safetensors";
import type { Tensor } from "../../formats/tensor";
import { readWeights } from "../../formats/weights";
import { numpyBytes } from "./numpyFiles";
import { said } from "./said";

const WEIGHT: Tensor = { name: "weight", shape: [2, 1], dtype: "float32", data: new Float32Array([1, 2]) };
const BIAS: Tensor = { name: "bias", shape: [2], dtype: "float32", data: new Float32Array([3, 4]) };
const READ = { shape: [2, 1], data: WEIGHT.data };

describe.each([
  ["w.npz", writeNpz],
  ["w.safetensors", writeSafetensors],
] as const)("%s", (path, write) => {
  const file = (...tensors: Tensor[]): Uint8Array => write(tensors);

  test("the only matrix needs no name", () => {
    expect(readWeights(path, null, file(BIAS, WEIGHT))).toEqual(READ);
  });
  test("by name", () => {
    const other = { ...WEIGHT, name: "other", data: new Float32Array(2) };
    expect(readWeights(path, "weight", file(other, WEIGHT))).toEqual(READ);
    expect(said(() => readWeights(path, null, file(other, WEIGHT)))).toBe(
      `${path}: holds 2 arrays of two dimensions; name one of them as "tensor": "other", "weight"`,
    );
    expect(said(() => readWeights(path, "wieght", file(BIAS, WEIGHT)))).toMatch(/did you mean "weight"/);
  });
  test("no matrix", () => {
    expect(said(() => readWeights(path, null, file(BIAS)))).toMatch(
      /no array of two dimensions, only "bias"/,
    );
    expect(said(() => readWeights(path, null, file()))).toMatch(/no array of two dimensions;/);
    expect(said(() => readWeights(path, "w", file()))).toMatch(/the file holds none/);
  });
});

describe("w.npy", () => {
  test("its one array, of any type, as float32", () => {
    expect(readWeights("w.NPY", null, writeNpy(WEIGHT))).toEqual(READ);
    const values = new Float32Array([1, -2, 0, 3, 4, -5]);
    expect(readWeights("w.npy", null, numpyBytes("i8 big"))).toEqual({ shape: [2, 3], data: values });
  });
  test("takes no name", () => {
    expect(said(() => readWeights("w.npy", "weight", writeNpy(WEIGHT)))).toMatch(/"tensor" must be left out/);
  });
});

test("another kind of file", () => {
  expect(said(() => readWeights("w.pt", null, new Uint8Array(4)))).toMatch(
    /\.npy, \.npz and \.safetensors are/,
  );
});
