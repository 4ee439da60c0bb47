import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_FEATURES, MAX_SAMPLES, checkSize } from "../../data/batch";
import { readCsv } from "../../data/csv";
import { said } from "./said";

const read = (text: string, label?: string | number) =>
  readCsv(new Uint8Array(Buffer.from(text)), "x.csv", label);
const wrong = (text: string, label?: string | number) => said(() => read(text, label));

describe("tables of numbers", () => {
  test("without header and label", () => {
    expect(read("1,2.5,-3e2\n4,.5,+6.\n")).toEqual({
      samples: 2,
      features: 3,
      inputs: new Float32Array([1, 2.5, -300, 4, 0.5, 6]),
      labels: null,
      classes: null,
    });
  });

  test.each([
    ["CRLF", "1,2\r\n3,4\r\n"],
    ["no last line end", "1,2\n3,4"],
    ["blank lines", "\n1,2\n\n3,4\n\n\n"],
    ["blanks around", " 1 , 2\n3 ,4 \n"],
    ["tabs", "1\t2\n3\t4\n"],
    ["semicolons", "1;2\n3;4\n"],
    ["bars", "a|b\n1|2\n3|4\n"],
    ["a header with another mark", "a,b (x|y)\n1,2\n3,4\n"],
    ["a header with a quoted comma", '"a,b"\tc\n1\t2\n3\t4\n'],
    ["a tab that is empty", "\tb\n1\t2\n3\t4\n"],
    ["quotes", '"1","2"\n"3","4"\n'],
    ["a byte order mark", "\ufeff1,2\n3,4\n"],
    ["a header", "a,b\n1,2\n3,4\n"],
    ["a header of one name", "1,b\n1,2\n3,4\n"],
    ["a header with an empty name", ",b\n1,2\n3,4\n"],
  ])("%s", (_, text) => {
    expect(read(text)).toMatchObject({ samples: 2, features: 2, inputs: new Float32Array([1, 2, 3, 4]) });
  });

  test("one column", () => {
    expect(read("1\n2\n3\n")).toMatchObject({ samples: 3, features: 1, inputs: new Float32Array([1, 2, 3]) });
  });

  test("any float32 comes back", () => {
    const row = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 400 }), (rows) => {
        const { inputs } = read(rows.map((cells) => cells.map(written).join(",")).join("\n"));
        expect(inputs).toEqual(Float32Array.from(rows.flat()));
      }),
      { seed: 8, numRuns: 50 },
    );
  });
});

describe("labels", () => {
  test("by name, wherever the column stands", () => {
    const batch = read("a,kind,b\n1,dog,2\n3,cat,4\n5,dog,6\n", "kind");
    expect(batch).toEqual({
      samples: 3,
      features: 2,
      inputs: new Float32Array([1, 2, 3, 4, 5, 6]),
      labels: new Int32Array([1, 0, 1]),
      classes: 2,
      classNames: ["cat", "dog"],
    });
  });

  test("by index, from the front and from the end", () => {
    expect(read("1,2,7\n3,4,5\n", 2)).toMatchObject({
      labels: new Int32Array([1, 0]),
      classNames: ["5", "7"],
    });
    expect(read("1,2,7\n3,4,5\n", -1)).toMatchObject({ labels: new Int32Array([1, 0]), features: 2 });
    expect(read("1,2,7\n3,4,5\n", 0)).toMatchObject({ labels: new Int32Array([0, 1]), features: 2 });
  });

  test("0 .. C-1 stay, numbers sort as numbers, names by code unit", () => {
    expect(read("0,2\n0,0\n0,1\n", 1)).toMatchObject({ labels: new Int32Array([2, 0, 1]), classes: 3 });
    expect(read("0,10\n0,9\n0,-1\n0,9.0\n", 1)).toMatchObject({
      labels: new Int32Array([2, 1, 0, 1]),
      classNames: ["-1", "9", "10"],
    });
    expect(read("0,b\n0,B\n0,a\n", 1)).toMatchObject({ labels: new Int32Array([2, 0, 1]) });
  });

  test("a header that shows in its label alone", () => {
    expect(read("0,1,target\n5,6,1\n7,8,0\n", 2)).toMatchObject({
      samples: 2,
      inputs: new Float32Array([5, 6, 7, 8]),
      labels: new Int32Array([1, 0]),
    });
    // Under a header by name the first row of values is never taken for another one.
    expect(read("a,kind\n1,x\n2,7\n", "kind")).toMatchObject({ samples: 2, classNames: ["7", "x"] });
  });

  test.each<[string, string, string | number, string]>([
    [
      "a missing column",
      "a,lable\n1,2\n",
      "label",
      'x.csv: there is no column "label"; did you mean "lable"? There are "a", "lable"',
    ],
    [
      "no names at all",
      "1,2\n3,4\n",
      "label",
      'x.csv: there is no column "label": row 1 holds numbers and no names; give the label column by its index, 0 to 1',
    ],
    [
      "an index past the end",
      "1,2\n3,4\n",
      2,
      "x.csv: there is no label column 2: the file has 2 columns, counted from 0",
    ],
    [
      "an index past the end of a header",
      "a,b\n3,4\n",
      -3,
      'x.csv: there is no label column -3: the file has 2 columns ("a", "b"), counted from 0',
    ],
    [
      "a broken index",
      "1,2\n3,4\n",
      0.5,
      "x.csv: there is no label column 0.5: the file has 2 columns, counted from 0",
    ],
    [
      "two columns of the name",
      "y,y\n1,2\n",
      "y",
      'x.csv: has two columns named "y"; give the label column by its index',
    ],
    [
      "an empty label",
      "a,y\n1,2\n3,\n",
      "y",
      'x.csv, row 3, column 2 ("y"): the label is empty; every row needs one',
    ],
    [
      "a gap among numbers",
      "a,y\n1,2\n3,nan\n",
      "y",
      'x.csv, row 3, column 2 ("y"): "nan" is no class; every row needs a label',
    ],
    [
      "a fraction",
      "a,y\n\n1,2\n3,0.5\n",
      "y",
      'x.csv, row 4, column 2 ("y"): the label 0.5 is no class; labels are whole numbers or names',
    ],
    [
      "nothing beside them",
      "y\n1\n",
      "y",
      "x.csv: has no column but the label's; at least one column of numbers is needed",
    ],
  ])("%s", (_, text, label, message) => {
    expect(wrong(text, label)).toBe(message);
  });
});

describe("refusing", () => {
  test.each([
    ["an empty file", "", /^x\.csv: is empty/],
    ["blank lines", "\n\n", /blank lines only/],
    ["a header alone", "a,b\n", /a header and no rows/],
    ["a short row", "1,2\n3\n", /^x\.csv, row 2: has 1 cells, where row 1 has 2/],
    ["a long row", "a,b\n1,2\n3,4,5\n", /^x\.csv, row 3: has 3 cells, where row 1 has 2/],
    [
      "text",
      "a,b\n1,2\nthree,4\n",
      /^x\.csv, row 3, column 1 \("a"\): "three" is text, where a number belongs$/,
    ],
    ["text without header", "1,2\n3,0x10\n", /^x\.csv, row 2, column 2: "0x10" is text/],
    [
      "a label not named",
      "1,2,cat\n3,4,cat\n",
      /"cat" is text, where a number belongs; if this is the label, give "label": 2/,
    ],
    [
      "a decimal comma",
      "1,5;2,5\n3,5;4,5\n",
      /"3,5" is text, where a number belongs; decimals are written with a point/,
    ],
    ["an empty cell", "1,2\n3,\n", /^x\.csv, row 2, column 2: the cell is empty/],
    ["NaN", "1,2\nNaN,4\n", /^x\.csv, row 2, column 1: "NaN" is no finite number/],
    ["NaN in the first row", "nan,2\n3,4\n", /^x\.csv, row 1, column 1: "nan" is no finite number/],
    ["infinity", "1,2\n3,-inf\n", /"-inf" is no finite number/],
    ["too large a number", "1,2\n3,1e39\n", /^x\.csv, row 2, column 2: "1e39" is past the largest float32/],
    ["an open quote", '1,2\n"3,4\n', /^x\.csv, row 2: its quotes do not close/],
    ["bytes", "1,2\u0000\n", /is not text/],
    ["UTF-16", Buffer.from("\ufeff1,2\n", "utf16le").toString("latin1"), /is not text/],
  ])("%s", (_, text, message) => {
    expect(wrong(text)).toMatch(message);
  });

  test("UTF-16 by its mark", () => {
    const bytes = new Uint8Array(Buffer.from("\ufeff1,2\n", "utf16le"));
    expect(said(() => readCsv(bytes, "x.csv"))).toMatch(/UTF-16/);
  });

  test("more columns or rows than may be, at the row where it shows", () => {
    expect(wrong("1,".repeat(MAX_FEATURES) + "1\n")).toBe(
      "x.csv: has 16385 features a sample; at most 16384 are taken",
    );
    expect(read("1\n".repeat(MAX_SAMPLES)).samples).toBe(MAX_SAMPLES);
    expect(wrong("1\n".repeat(MAX_SAMPLES + 1))).toMatch(/has 1000001 samples; at most 1000000/);
    expect(said(() => checkSize(300_000, 1000, "x"))).toMatch(
      /300000 x 1000 = 300000000 numbers; at most 268435456/,
    );
  });
});

/** As short as it reads back; -0 keeps its sign. */
function written(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
