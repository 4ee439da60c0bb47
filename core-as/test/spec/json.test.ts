import fc from "fast-check";
import { expect, test } from "vitest";
import { readJson } from "../../spec/json";
import { problemsIn } from "./refusal";

test.each([
  ["", "line 1, column 1", "the text is empty"],
  ["  \n ", "line 2, column 2", "the text is empty"],
  ["x", "line 1, column 1", '"x" is not a value'],
  ['{"a":}', "line 1, column 6", '"}" is not a value'],
  ['{"a":1', "line 1, column 7", 'the end of the text after a value; write "," or "}"'],
  ['{\n  "a": 1,\n}', "line 3, column 1", "leave the comma out"],
  ["[1,\n2,]", "line 2, column 3", "leave the comma out"],
  ["[1 2]", "line 1, column 4", 'write "," or "]"'],
  ["{a: 1}", "line 1, column 2", '"a" is not a field name; write it in double quotes'],
  ["{'a': 1}", "line 1, column 2", "double quotes"],
  ['{"a" 1}', "line 1, column 6", 'after "a"; write ":" and the value'],
  ['{"a": NaN}', "line 1, column 7", '"NaN" is not a value'],
  ['{"a": Infinity}', "line 1, column 7", '"Infinity" is not a value'],
  ['{"a": 01}', "line 1, column 8", '"1" after a value'],
  ['{"a": .5}', "line 1, column 7", '"." is not a value'],
  ['{"a": "b\n"}', "line 1, column 9", "line break"],
  ['{"a": "b', "line 1, column 9", "not closed"],
  ['{"a": "\\q"}', "line 1, column 9", "unknown escape"],
  ['{"a": 1} {', "line 1, column 10", '"{" after the end'],
  ['{"seed": 1, "seed": 2}', "line 1, column 13", 'the field "seed" is given twice'],
  ['{"a": {"b": 1,\r\n "\\u0062": 2}}', "line 2, column 2", 'the field "b" is given twice'],
  ["// no comments\n{}", "line 1, column 1", '"/" is not a value'],
])("%j: %s", (text, path, message) => {
  const [problem] = problemsIn(() => readJson(text));
  expect(problem?.path).toBe(path);
  expect(problem?.message).toContain(message);
  expect(problem?.message).toMatch(/^not JSON: .+; .+$/);
});

test("deep nesting and long texts are refused or read, not a crash", () => {
  expect(problemsIn(() => readJson("[".repeat(1_000_000)))[0]?.message).toContain(
    "nested more than 100 deep",
  );
  const long = "é".repeat(2_000_000);
  expect(readJson(JSON.stringify({ long }))).toEqual({ long });
  expect(problemsIn(() => readJson(`"${long}`))[0]?.message).toContain("not closed");
});

test("a byte order mark is skipped", () => {
  expect(readJson('\uFEFF{"a": 1}')).toEqual({ a: 1 });
});

test("whatever JSON.stringify writes is read", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(readJson(text)).toEqual(JSON.parse(text));
    }),
    { seed: 1, numRuns: 300 },
  );
});

test("it refuses just what JSON.parse refuses", () => {
  const piece = fc.constantFrom(
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    '"a"',
    '"b"',
    "1",
    "-",
    "1e",
    "2.5e3",
    "true",
    "nul",
    " ",
    "\n",
    '"',
    "\\",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const text = pieces.join("");
      let parsed = true;
      try {
        JSON.parse(text);
      } catch {
        parsed = false;
      }
      const twice = /given twice/.test(problemsIn(() => readJson(text))[0]?.message ?? "");
      expect(problemsIn(() => readJson(text)).length === 0 || twice).toBe(parsed || twice);
    }),
    { seed: 2, numRuns: 3000 },
  );
});
