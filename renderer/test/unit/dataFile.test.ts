// Which fields a picked file gives a spec.
import { describe, expect, it } from "vitest";
import { fieldsOf, labelsOf } from "../../src/lab/dataFile";

const text = (content: string) => new TextEncoder().encode(content);
const none = new Map<string, Uint8Array>();
const idx = (dimensions: number) => Uint8Array.of(0, 0, 8, dimensions, 0, 0, 0, 1, 0);

describe("a picked file", () => {
  it("is a CSV, with its label column where a name says so", () => {
    expect(fieldsOf([{ name: "iris.csv", bytes: text("a,b,species\n1,2,x\n") }], none)).toMatchObject({
      fields: { path: "iris.csv", label: "species" },
    });
    expect(fieldsOf([{ name: "plain.csv", bytes: text("1,2\n3,4\n") }], none)).toMatchObject({
      fields: { path: "plain.csv" },
    });
  });

  it("takes labels later for IDX images that came alone", () => {
    const labels = { name: "t10k-labels-idx1-ubyte", bytes: idx(1) };
    const images = { name: "t10k-images-idx3-ubyte", bytes: idx(3) };
    expect(labelsOf([labels], new Map())).toEqual({
      fields: { labels: labels.name },
      files: new Map([[labels.name, labels.bytes]]),
    });
    expect(labelsOf([images], new Map())).toEqual({
      problem: expect.stringMatching(/^t10k-images-idx3-ubyte is no IDX file of labels/) as string,
    });
    expect(labelsOf([labels, images], new Map())).toHaveProperty("problem");
  });

  it("is an IDX pair in either order, and labels alone are refused", () => {
    const images = { name: "t10k-images-idx3-ubyte", bytes: idx(3) };
    const labels = { name: "t10k-labels-idx1-ubyte", bytes: idx(1) };
    for (const pair of [
      [images, labels],
      [labels, images],
    ])
      expect(fieldsOf(pair, none)).toMatchObject({ fields: { images: images.name, labels: labels.name } });
    expect(fieldsOf([labels], none)).toHaveProperty("problem");
  });

  it("gets a name of its own where another file has that name", () => {
    const known = new Map([["a.csv", text("1,2\n")]]);
    const named = (bytes: Uint8Array) => fieldsOf([{ name: "a.csv", bytes }], known);
    expect(named(text("1,2\n"))).toMatchObject({ fields: { path: "a.csv" } });
    expect(named(text("3,4\n"))).toMatchObject({ fields: { path: "a (2).csv" } });
  });

  it.each([
    ["nothing", []],
    ["an empty file", [{ name: "a.csv", bytes: text("") }]],
    [
      "two tables",
      [
        { name: "a.csv", bytes: text("1\n") },
        { name: "b.csv", bytes: text("1\n") },
      ],
    ],
    ["a picture", [{ name: "a.png", bytes: Uint8Array.of(0x89, 0x50, 0, 0) }]],
  ])("refuses %s", (_what, files) => expect(fieldsOf(files, none)).toHaveProperty("problem"));
});
