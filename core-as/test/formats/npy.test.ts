import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readNpy, writeNpy } from "../../formats/npy";
import { writeNpz } from "../../formats/npz";
import type { Dtype, Tensor } from "../../formats/tensor";
import { said } from "./said";
import { type NUMPY, numpyBytes } from "./numpyFiles";

type Key = keyof typeof NUMPY;

const FLOATS = [1.5, -2, 0, 3, 4, -5.25];
const INTS = [1, -2, 0, 3, 4, -5];
const UNSIGNED = [1, 200, 0, 3, 4, 5];

describe("reading what numpy wrote", () => {
  test.each<[Key, Dtype, number[]]>([
    ["f2", "float32", FLOATS],
    ["f2 big", "float32", FLOATS],
    ["f4", "float32", FLOATS],
    ["f4 big", "float32", FLOATS],
    ["f4 fortran", "float32", FLOATS],
    ["f4 v2", "float32", FLOATS],
    ["f4 v3", "float32", FLOATS],
    ["f8", "float64", FLOATS],
    ["f8 big", "float64", FLOATS],
    ["f8 big fortran", "float64", FLOATS],
    ["i1", "int8", INTS],
    ["i2", "int16", INTS],
    ["i2 big", "int16", INTS],
    ["i4", "int32", INTS],
    ["i4 big", "int32", INTS],
    ["i8", "int64", INTS],
    ["i8 big", "int64", INTS],
    ["u1", "uint8", UNSIGNED],
    ["u2", "uint16", UNSIGNED],
    ["u2 big", "uint16", UNSIGNED],
    ["u4", "uint32", UNSIGNED],
    ["u4 big", "uint32", UNSIGNED],
    ["u8", "uint64", UNSIGNED],
    ["u8 big", "uint64", UNSIGNED],
  ])("%s", (key, dtype, values) => {
    const tensor = readNpy(numpyBytes(key), "x.npy", "x");
    expect(tensor).toMatchObject({ name: "x", shape: [2, 3], dtype });
    expect(Array.from<number | bigint, number>(tensor.data, Number)).toEqual(values);
  });

  test("booleans, a scalar, an empty array", () => {
    expect(readNpy(numpyBytes("b1"), "x")).toMatchObject({
      shape: [3],
      dtype: "bool",
      data: new Uint8Array([1, 0, 1]),
    });
    expect(readNpy(numpyBytes("scalar"), "x")).toMatchObject({ shape: [], data: new Float32Array([7.5]) });
    expect(readNpy(numpyBytes("empty"), "x")).toMatchObject({ shape: [0, 3], data: new Float32Array(0) });
  });

  test("three dimensions in Fortran order", () => {
    const { shape, data } = readNpy(numpyBytes("cube fortran"), "x");
    expect(shape).toEqual([2, 3, 4]);
    expect([...data]).toEqual(Array.from({ length: 24 }, (_, i) => i));
  });

  test("half precision at its borders", () => {
    const halves = readNpy(numpyBytes("halves"), "x").data;
    const third = -1365 / 4096;
    expect([...halves]).toEqual([0, -0, 2 ** -24, 2 ** -14, 65504, third, Infinity, -Infinity, NaN]);
  });

  test("from the middle of a larger buffer", () => {
    const bytes = numpyBytes("f8");
    const larger = new Uint8Array(bytes.length + 7);
    larger.set(bytes, 3);
    expect([...readNpy(larger.subarray(3, 3 + bytes.length), "x").data]).toEqual(FLOATS);
  });
});

describe("refusing", () => {
  test.each<[Key, RegExp]>([
    ["complex", /"<c8"; booleans, integers and floats/],
    ["text", /"<U2"/],
    ["fields", /structured array/],
  ])("%s", (key, message) => {
    expect(said(() => readNpy(numpyBytes(key), "x.npy"))).toMatch(message);
  });

  test("every cut of a file", () => {
    const bytes = numpyBytes("f4");
    for (let end = 0; end < bytes.length; end++) {
      const message = said(() => readNpy(bytes.subarray(0, end), "x.npy"));
      expect(message).toMatch(/^x\.npy: is (empty|cut short|not an NPY file)/);
    }
    expect(said(() => readNpy(bytes.subarray(0, 140), "x.npy"))).toBe(
      "x.npy: is cut short: the shape (2, 3) of <f4 needs 152 bytes, the file has 140",
    );
  });

  test("bytes after the array", () => {
    const bytes = numpyBytes("f4");
    const longer = new Uint8Array(bytes.length + 5);
    longer.set(bytes);
    expect(said(() => readNpy(longer, "x.npy"))).toMatch(/goes on for 5 bytes after the array/);
  });

  test.each<[string, string, RegExp]>([
    [
      "another key",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (), 'x': 1, }",
      /after a key that is known/,
    ],
    ["a key twice", "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': ()}", /stands once/],
    ["a missing key", "{'descr': '<f4', 'shape': (), }", /without all of/],
    ["a number as shape", "{'descr': '<f4', 'fortran_order': False, 'shape': (3), }", /a comma/],
    ["a negative size", "{'descr': '<f4', 'fortran_order': False, 'shape': (-3,), }", /a size/],
    ["an expression", "{'descr': '<f4', 'fortran_order': False, 'shape': (2*2,), }", /a comma or \)|a comma/],
    ["a call", "{'descr': exit(), 'fortran_order': False, 'shape': (), }", /a type in quotes/],
    ["text behind", "{'descr': '<f4', 'fortran_order': False, 'shape': (), } + 1", /the end/],
    ["no end", "{'descr': '<f4', 'fortran_order': False, 'shape': (", /a size/],
    [
      "a huge array",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000, 1000000), }",
      /is cut short.*4000000000/,
    ],
    [
      "too many to count",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999, 99999999, 9), }",
      /can be counted/,
    ],
    [
      "a size too long",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }",
      /can be counted/,
    ],
    ["no byte order", "{'descr': '|f4', 'fortran_order': False, 'shape': (), }", /no byte order/],
    ["a strange order", "{'descr': '!f4', 'fortran_order': False, 'shape': (), }", /holds the type/],
    [
      "a name of Object",
      "{'descr': '<constructor', 'fortran_order': False, 'shape': (), }",
      /holds the type/,
    ],
  ])("a header with %s", (_, header, message) => {
    expect(said(() => readNpy(withHeader(header), "x.npy"))).toMatch(message);
  });

  test("a version not known and a header too long", () => {
    const bytes = numpyBytes("f4");
    bytes[6] = 4;
    expect(said(() => readNpy(bytes, "x.npy"))).toMatch(/NPY version 4\.0/);
    const long = numpyBytes("f4 v2");
    long.set([255, 255, 255, 127], 8);
    expect(said(() => readNpy(long, "x.npy"))).toMatch(/header of 2147483647 bytes/);
  });

  test("no bytes at all do anything but read or fail by FormatError", () => {
    const bytes = numpyBytes("f4");
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const changed = bytes.slice();
        changed[at] = value;
        said(() => readNpy(changed, "x.npy"), true);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe("writing", () => {
  test("the same bytes as numpy", () => {
    const data = Float32Array.from(FLOATS);
    expect(writeNpy({ name: "x", shape: [2, 3], dtype: "float32", data })).toEqual(numpyBytes("f4"));
    const ints = Int32Array.from(INTS);
    expect(writeNpy({ name: "x", shape: [2, 3], dtype: "int32", data: ints })).toEqual(numpyBytes("i4"));
    const scalar = new Float32Array([7.5]);
    expect(writeNpy({ name: "x", shape: [], dtype: "float32", data: scalar })).toEqual(numpyBytes("scalar"));
    const bytes = Uint8Array.from(UNSIGNED);
    expect(writeNpy({ name: "x", shape: [2, 3], dtype: "uint8", data: bytes })).toEqual(numpyBytes("u1"));
  });

  test("and back", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(4), { maxLength: 4 }), fc.infiniteStream(fc.float()), (shape, values) => {
        const count = shape.reduce((product, size) => product * size, 1);
        const tensor: Tensor = {
          name: "x",
          shape,
          dtype: "float32",
          data: Float32Array.from(values.take(count)),
        };
        const bytes = writeNpy(tensor);
        expect((bytes.length - 4 * count) % 64).toBe(0);
        expect(readNpy(bytes, "x.npy", "x")).toEqual(tensor);
      }),
      { seed: 2 },
    );
  });

  test("refuses a shape that the data do not fill, and types it does not write", () => {
    const data = new Float32Array(5);
    expect(said(() => writeNpy({ name: "w", shape: [2, 3], dtype: "float32", data }))).toMatch(/5 values/);
    expect(said(() => writeNpy({ name: "w", shape: [5], dtype: "int32", data }))).toMatch(/do not fill/);
    const halves = new Int16Array(5);
    expect(said(() => writeNpy({ name: "w", shape: [5], dtype: "int16", data: halves }))).toMatch(/int16/);
  });
});

const hasNumpy = spawnSync("python3", ["-c", "import numpy"]).status === 0;
if (!hasNumpy) console.log("skipped: numpy reads our .npz (no python3 with numpy here)");

test.skipIf(!hasNumpy)("numpy reads our .npz", () => {
  const folder = mkdtempSync(join(tmpdir(), "initlab-npz-"));
  try {
    const file = join(folder, "x.npz");
    const tensors: Tensor[] = [
      { name: "layer1.weight", shape: [2, 3], dtype: "float32", data: Float32Array.from(FLOATS) },
      { name: "labels", shape: [6], dtype: "int32", data: Int32Array.from(INTS) },
    ];
    writeFileSync(file, writeNpz(tensors));
    const script = `import numpy, sys, zipfile
assert zipfile.ZipFile(sys.argv[1]).testzip() is None
z = numpy.load(sys.argv[1])
print([(k, str(z[k].dtype), z[k].shape, z[k].tolist()) for k in z.files])`;
    expect(execFileSync("python3", ["-c", script, file], { encoding: "utf8" }).trim()).toBe(
      "[('layer1.weight', 'float32', (2, 3), [[1.5, -2.0, 0.0], [3.0, 4.0, -5.25]]), ('labels', 'int32', (6,), [1, -2, 0, 3, 4, -5])]",
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function withHeader(text: string): Uint8Array {
  const bytes = new Uint8Array(10 + text.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length & 255, text.length >> 8]);
  bytes.set(Buffer.from(text, "latin1"), 10);
  return bytes;
}
