import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openSafetensors, readSafetensors, writeSafetensors } from "../../formats/safetensors";
import type { Tensor } from "../../formats/tensor";
import { said } from "./said";

/** A file of this header and so many bytes of data. */
function file(header: unknown, data: Uint8Array | number = 0): Uint8Array {
  const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return new Uint8Array(
    Buffer.concat([length, text, typeof data === "number" ? new Uint8Array(data) : data]),
  );
}

const slot = (dtype: string, shape: unknown, begin: unknown, end: unknown) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe("reading", () => {
  test("a file as the reference library writes it", () => {
    // safetensors.numpy.save({"b": float32 [[1, 2]], "a": int64 [3]}, {"format": "pt"})
    const bytes = file(
      `{"__metadata__":{"format":"pt"},"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1,2],"data_offsets":[8,16]}}  `,
      new Uint8Array([3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128, 63, 0, 0, 0, 64]),
    );
    const archive = openSafetensors(bytes, "x");
    expect(archive.metadata).toEqual({ format: "pt" });
    expect(archive.shape("b")).toEqual([1, 2]);
    expect(archive.read("a")).toEqual({
      name: "a",
      shape: [1],
      dtype: "int64",
      data: new BigInt64Array([3n]),
    });
    expect(archive.read("b").data).toEqual(new Float32Array([1, 2]));
  });

  test("half precisions as float32", () => {
    const header = { h: slot("F16", [2], 0, 4), b: slot("BF16", [2], 4, 8) };
    const bytes = file(header, new Uint8Array([0, 0x3c, 0, 0xc0, 0x80, 0x3f, 0x40, 0xc0]));
    const [h, b] = readSafetensors(bytes, "x");
    expect(h).toEqual({ name: "h", shape: [2], dtype: "float32", data: new Float32Array([1, -2]) });
    expect(b).toEqual({ name: "b", shape: [2], dtype: "float32", data: new Float32Array([1, -3]) });
  });

  test("scalars and empty tensors", () => {
    const tensors = readSafetensors(file({ s: slot("F32", [], 0, 4), e: slot("F32", [0, 5], 4, 4) }, 4), "x");
    expect(tensors.map(({ shape, data }) => [shape, data.length])).toEqual([
      [[], 1],
      [[0, 5], 0],
    ]);
  });
});

describe("refusing", () => {
  const one = { w: slot("F32", [2], 0, 8) };
  test.each<[string, Uint8Array, RegExp]>([
    ["nothing", new Uint8Array(0), /^x: is empty/],
    ["half a length", new Uint8Array(5), /is cut short.*has 5/],
    ["a length past the bound", new Uint8Array(8).fill(255), /18446744073709551615 bytes, where 100000000/],
    ["a cut header", file(one).subarray(0, 20), /is cut short: the header needs/],
    ["no header", file(""), /should begin with \{/],
    ["a blank before it", file(` ${JSON.stringify(one)}`, 8), /should begin with \{/],
    ["broken JSON", file('{"w":'), /is not JSON/],
    ["a tensor of another kind", file({ w: [1] }), /^x:w: should be an object/],
    ["an unknown key", file({ w: { ...one.w, stride: 1 } }, 8), /unknown key "stride"/],
    ["an unknown dtype", file({ w: slot("F8_E4M3", [8], 0, 8) }, 8), /dtype "F8_E4M3"; read are F32/],
    ["no dtype", file({ w: { shape: [2], data_offsets: [0, 8] } }, 8), /dtype of no name/],
    ["a negative size", file({ w: slot("F32", [-2], 0, 8) }, 8), /whole numbers/],
    ["a broken size", file({ w: slot("F32", [0.5], 0, 2) }, 2), /whole numbers/],
    ["a shape too large", file({ w: slot("F32", [2 ** 40, 2 ** 40], 0, 8) }, 8), /can be counted/],
    ["a shape that needs more", file({ w: slot("F32", [3], 0, 8) }, 8), /has 8 bytes .* needs 12/],
    ["end before begin", file({ w: slot("F32", [2], 8, 0) }, 8), /has -8 bytes/],
    ["one offset", file({ w: { dtype: "F32", shape: [2], data_offsets: [8] } }, 8), /two whole numbers/],
    ["cut data", file(one, 7), /is cut short: its tensors need 8 bytes of data, the file has 7/],
    ["data of no tensor", file(one, 9), /holds bytes of no tensor/],
    ["a gap", file({ w: slot("F32", [2], 4, 12) }, 12), /begins at data byte 4, where 0 follows/],
    [
      "an overlap",
      file({ v: slot("F32", [2], 0, 8), w: slot("F32", [2], 4, 12) }, 12),
      /^x:w: begins at data byte 4/,
    ],
    ["metadata of numbers", file({ __metadata__: { step: 3 }, ...one }, 8), /"step" should be a string/],
    ["metadata of another kind", file({ __metadata__: "a", ...one }, 8), /object of strings/],
  ])("%s", (_, bytes, message) => {
    expect(said(() => readSafetensors(bytes, "x"))).toMatch(message);
  });

  test("an absent name, with the nearest", () => {
    const archive = openSafetensors(file({ "layer1.weight": slot("F32", [2], 0, 8) }, 8), "x");
    expect(said(() => archive.read("layer1.wieght"))).toMatch(/did you mean "layer1\.weight"\?/);
  });

  test("random changes: read or FormatError, nothing else", () => {
    const bytes = writeSafetensors([{ name: "w", shape: [2], dtype: "float32", data: new Float32Array(2) }], {
      a: "b",
    });
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const changed = bytes.slice();
        changed[at] = value;
        said(() => readSafetensors(changed, "x"), true);
      }),
      { seed: 6, numRuns: 500 },
    );
  });
});

describe("writing", () => {
  test("the bytes of the format", () => {
    const data = new Float32Array([1, 2]);
    const bytes = writeSafetensors([{ name: "w", shape: [2], dtype: "float32", data }]);
    const header = '{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'.padEnd(56);
    expect(Buffer.from(bytes).toString("latin1", 8, 64)).toBe(header);
    expect([...bytes.subarray(0, 8)]).toEqual([56, 0, 0, 0, 0, 0, 0, 0]);
    expect(bytes.length).toBe(72);
  });

  test("and back, any names, wide elements first", () => {
    const dtype = fc.constantFrom("float32", "float64", "int32", "int64", "uint8", "bool", "int16");
    const item = fc.record({ name: fc.string({ minLength: 1, unit: "grapheme" }), dtype, count: fc.nat(5) });
    fc.assert(
      fc.property(
        fc.uniqueArray(item, { selector: ({ name }) => name }),
        fc.dictionary(fc.string(), fc.string()),
        (items, metadata) => {
          const tensors = items.filter(({ name }) => name !== "__metadata__").map(makeTensor);
          const archive = openSafetensors(writeSafetensors(tensors, metadata), "x");
          expect(Object.entries(archive.metadata)).toEqual(Object.entries(metadata));
          for (const tensor of tensors) expect(archive.read(tensor.name)).toEqual(tensor);
          expect(archive.names.length).toBe(tensors.length);
        },
      ),
      { seed: 7 },
    );
  });

  test("refuses names it cannot hold and data that do not fill their shape", () => {
    const tensor: Tensor = { name: "w", shape: [1], dtype: "float32", data: new Float32Array(1) };
    expect(said(() => writeSafetensors([tensor, tensor]))).toMatch(/name of its own/);
    expect(said(() => writeSafetensors([{ ...tensor, name: "__metadata__" }]))).toMatch(/other than/);
    expect(said(() => writeSafetensors([{ ...tensor, shape: [2] }]))).toMatch(/1 values, which do not fill/);
  });
});

function makeTensor(item: { name: string; dtype: string; count: number }): Tensor {
  const { name, count } = item;
  const values = Array.from({ length: count }, (_, i) => (i * 7) % 2);
  switch (item.dtype) {
    case "float64":
      return { name, shape: [count], dtype: "float64", data: Float64Array.from(values) };
    case "int32":
      return { name, shape: [1, count], dtype: "int32", data: Int32Array.from(values) };
    case "int64":
      return { name, shape: [count], dtype: "int64", data: BigInt64Array.from(values.map(BigInt)) };
    case "uint8":
      return { name, shape: [count, 1], dtype: "uint8", data: Uint8Array.from(values) };
    case "bool":
      return { name, shape: [count], dtype: "bool", data: Uint8Array.from(values) };
    case "int16":
      return { name, shape: [count], dtype: "int16", data: Int16Array.from(values) };
    default:
      return { name, shape: [count], dtype: "float32", data: Float32Array.from(values) };
  }
}
