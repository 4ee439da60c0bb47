import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { crc32 } from "../../formats/crc";
import { gunzip } from "../../formats/gzip";
import { npzParts, openNpz, readNpz, writeNpz } from "../../formats/npz";
import { writeNpy } from "../../formats/npy";
import type { Tensor } from "../../formats/tensor";
import { numpyBytes } from "./numpyFiles";
import { said } from "./said";

const TENSORS: readonly Tensor[] = [
  { name: "inputs", shape: [2, 2], dtype: "float32", data: new Float32Array([1, 2, 3, 4]) },
  { name: "labels", shape: [2], dtype: "int32", data: new Int32Array([1, 0]) },
];

describe("reading", () => {
  test("what numpy.savez wrote", () => {
    const [inputs, labels] = readNpz(numpyBytes("npz stored"), "x.npz");
    expect(inputs).toMatchObject({ name: "inputs", shape: [2, 3], dtype: "float32" });
    expect([...inputs!.data]).toEqual([1.5, -2, 0, 3, 4, -5.25]);
    expect(labels).toMatchObject({
      name: "labels",
      shape: [2],
      dtype: "int64",
      data: new BigInt64Array([1n, 0n]),
    });
  });

  test("what numpy.savez_compressed wrote", () => {
    const archive = openNpz(numpyBytes("npz deflated"), "x.npz");
    expect(archive.names).toEqual(["inputs", "labels"]);
    expect([...archive.read("inputs").data]).toEqual(Array<number>(120).fill(1));
    expect([...archive.read("labels").data].map(Number)).toEqual(Array.from({ length: 40 }, (_, i) => i % 4));
  });

  test("a name that is a path is only a name; other entries are passed over", () => {
    const bytes = zipSync({ "../../etc/x.npy": writeNpy(TENSORS[0]!), "readme.txt": new Uint8Array([65]) });
    expect(readNpz(bytes, "x.npz").map((tensor) => tensor.name)).toEqual(["../../etc/x"]);
  });

  test("an absent array names the nearest", () => {
    expect(said(() => openNpz(writeNpz(TENSORS), "x.npz").read("input"))).toBe(
      'x.npz: there is no array "input"; did you mean "inputs"? The file holds "inputs", "labels"',
    );
  });
});

describe("refusing", () => {
  test("empty, something else, and every cut", () => {
    expect(said(() => readNpz(new Uint8Array(0), "x.npz"))).toMatch(/is empty/);
    expect(said(() => readNpz(numpyBytes("f4"), "x.npz"))).toMatch(/is not a zip/);
    const bytes = numpyBytes("npz deflated");
    for (let end = 4; end < bytes.length; end++) {
      expect(said(() => readNpz(bytes.subarray(0, end), "x.npz"))).toMatch(/cut short/);
    }
  });

  test.each(["npz stored", "npz deflated"] as const)("any changed byte of the values of %s", (key) => {
    const bytes = numpyBytes(key);
    const at = 120;
    bytes[at]! ^= 1;
    expect(said(() => readNpz(bytes, "x.npz"))).toMatch(/x\.npz:inputs\.npy: is damaged/);
  });

  test("random changes: read or FormatError, nothing else", () => {
    for (const bytes of [numpyBytes("npz stored"), numpyBytes("npz deflated"), writeNpz(TENSORS)]) {
      fc.assert(
        fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
          const changed = bytes.slice();
          changed[at] = value;
          said(() => readNpz(changed, "x.npz"), true);
        }),
        { seed: 3, numRuns: 400 },
      );
    }
  });

  test("a size declared beyond what its packed bytes can hold, before it is allocated", () => {
    const bytes = zipSync({ "a.npy": new Uint8Array(1000) });
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const directory = view.getUint32(bytes.length - 6, true);
    view.setUint32(directory + 24, 0xf0000000, true);
    expect(said(() => readNpz(bytes, "x.npz"))).toMatch(
      /declares 4026531840 bytes, more than \d+ packed bytes/,
    );
  });

  test("a packed array past 2 GiB, before it is allocated", () => {
    const noise = Uint8Array.from({ length: 4_000_000 }, (_, i) => Math.imul(i * i, 2654435761) >>> 24);
    const bytes = zipSync({ "a.npy": noise }, { level: 0 });
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const directory = view.getUint32(bytes.length - 6, true);
    view.setUint16(directory + 10, 8, true);
    view.setUint32(directory + 24, 0xf0000000, true);
    expect(said(() => readNpz(bytes, "x.npz"))).toMatch(
      /declares 4026531840 bytes; packed arrays up to 2 GiB/,
    );
  });

  test("more entries declared than there are, split archives, zip64, encryption, other methods", () => {
    const damaged = (change: (view: DataView, end: number, directory: number) => void): string => {
      const bytes = writeNpz(TENSORS);
      const view = new DataView(bytes.buffer);
      const end = bytes.length - 22;
      change(view, end, view.getUint32(end + 16, true));
      return said(() => readNpz(bytes, "x.npz"));
    };
    const count = (value: number) => (view: DataView, end: number) => {
      view.setUint16(end + 8, value, true);
      view.setUint16(end + 10, value, true);
    };
    expect(damaged(count(60000))).toMatch(/directory of 60000 entries/);
    expect(damaged(count(0xffff))).toMatch(/zip64/);
    expect(damaged((view, end) => view.setUint16(end + 4, 1, true))).toMatch(/split/);
    expect(damaged((view, end) => view.setUint32(end + 16, 0x7fffffff, true))).toMatch(/does not fit before/);
    expect(damaged((view, _, at) => view.setUint16(at + 8, 1, true))).toMatch(/encrypted/);
    expect(damaged((view, _, at) => view.setUint16(at + 10, 12, true))).toMatch(/method 12/);
    expect(damaged((view, _, at) => view.setUint32(at + 42, 0x7fffffff, true))).toMatch(
      /should begin at byte/,
    );
    expect(damaged((view, _, at) => view.setUint32(at + 20, 0x7fffffff, true))).toMatch(/cut short/);
    expect(damaged((view, _, at) => view.setUint16(at + 28, 0xffff, true))).toMatch(/runs past its end/);
  });

  test("two entries of one name", () => {
    const bytes = zipSync({ "a.npy": writeNpy(TENSORS[0]!), "b.npy": writeNpy(TENSORS[0]!) }, { level: 0 });
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const second = view.getUint32(bytes.length - 6, true) + 46 + 5;
    bytes[second + 46] = 0x61;
    expect(said(() => readNpz(bytes, "x.npz"))).toMatch(/two entries named "a\.npy"/);
  });
});

describe("writing", () => {
  test("and back, the same bytes each time", () => {
    const bytes = writeNpz(TENSORS);
    expect(readNpz(bytes, "x.npz")).toEqual(TENSORS);
    expect(writeNpz(TENSORS)).toEqual(bytes);
    expect(readNpz(writeNpz([]), "x.npz")).toEqual([]);
  });

  test("any names and shapes", () => {
    const tensor = fc.record({
      name: fc.string({ minLength: 1, unit: "grapheme" }),
      values: fc.array(fc.float()),
    });
    fc.assert(
      fc.property(fc.uniqueArray(tensor, { selector: ({ name }) => name }), (list) => {
        const tensors = list.map(({ name, values }): Tensor => {
          return { name, shape: [values.length], dtype: "float32", data: Float32Array.from(values) };
        });
        expect(readNpz(writeNpz(tensors), "x.npz")).toEqual(tensors);
      }),
      { seed: 4 },
    );
  });

  test("refuses a name given twice and more than 2 GiB", () => {
    expect(said(() => writeNpz([TENSORS[0]!, TENSORS[0]!]))).toMatch(/name of its own/);
    // The same 256 MiB, never touched, eight times.
    const data = new Float32Array(2 ** 26);
    const tensors = Array.from({ length: 8 }, (_, i): Tensor => {
      return { name: `w${i}`, shape: [2 ** 26], dtype: "float32", data };
    });
    expect(said(() => npzParts(tensors, "out.npz"))).toMatch(
      /^out\.npz: would take 21474\d+ bytes; an \.npz holds up to 2 GiB: write \.safetensors/,
    );
  });
});

describe("gzip and its checksum", () => {
  test("CRC-32 of the standard's check text, whole and in two", () => {
    const text = new TextEncoder().encode("123456789");
    expect(crc32(text)).toBe(0xcbf43926);
    expect(crc32(text.subarray(5), crc32(text.subarray(0, 5)))).toBe(0xcbf43926);
  });

  test("what zlib wrote, one member and several", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 3000 }), { minLength: 1, maxLength: 3 }), (members) => {
        const packed = new Uint8Array(Buffer.concat(members.map((member) => gzipSync(member))));
        expect(gunzip(packed, "x.gz")).toEqual(new Uint8Array(Buffer.concat(members)));
      }),
      { seed: 5 },
    );
  });

  test("larger than its pieces", () => {
    const bytes = Uint8Array.from({ length: 700_000 }, (_, i) => (i * i * 2654435761) >>> 13);
    const twice = new Uint8Array(Buffer.concat([gzipSync(bytes), gzipSync(bytes)]));
    expect(Buffer.compare(gunzip(twice, "x.gz"), Buffer.concat([bytes, bytes]))).toBe(0);
  });

  test("every cut and every changed byte of the content", () => {
    const content = "0,1,2\n3,4,5\n".repeat(9);
    const packed = new Uint8Array(gzipSync(content));
    for (let end = 2; end < packed.length; end++) {
      expect(said(() => gunzip(packed.subarray(0, end), "x.gz"))).toMatch(/^x\.gz: is damaged or cut short/);
    }
    for (let at = 10; at < packed.length; at++) {
      const changed = packed.slice();
      changed[at]! ^= 0x10;
      // The bits that fill up the last byte before the trailer mean nothing: there the content stays whole.
      let unpacked = "";
      const message = said(() => (unpacked = Buffer.from(gunzip(changed, "x.gz")).toString()), true);
      if (at === packed.length - 9 && message === "") expect(unpacked).toBe(content);
      else expect(message).toMatch(/is damaged or cut short/);
    }
    expect(said(() => gunzip(new Uint8Array(0), "x.gz"))).toMatch(/is not gzip/);
  });

  test("stops at the bound, whatever the last bytes claim", () => {
    const packed = new Uint8Array(gzipSync(new Uint8Array(1_000_000)));
    expect(said(() => gunzip(packed, "x.gz", 1000))).toMatch(/more than 1000 bytes/);
    packed.set([255, 255, 255, 255], packed.length - 4);
    expect(said(() => gunzip(packed, "x.gz"))).toMatch(/checksum/);
  });
});
