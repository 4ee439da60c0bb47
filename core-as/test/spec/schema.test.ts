import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SpecProblem } from "../../spec/errors";
import { parseExperiment } from "../../spec/parse";
import { PRESETS } from "../../spec/presets";
import { CROSS_FIELD_RULES, experimentJsonSchema } from "../../spec/schema";
import { problemsOf } from "./refusal";
import { written } from "./written";

const schema = experimentJsonSchema();
const validate = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false }).compile(schema);

/** `network.layers[3].weights.base.low` and `network.output.weights.low` are places of one rule. */
function place(path: string): string {
  return path
    .replace(/^network\.(?:hidden|output|layers\[\d+\])\.(?:bias|weights)(?:\.base)?\./, "entries.")
    .replace(/^network\.(?:hidden|output|layers\[\d+\])\.activation\.(?:formula|parameters).*$/, "formula")
    .replace(/^network\.(?:hidden\.)?residual\./, "residual.")
    .replace(/^data\.(?:high|images|inputs|labels|label|path)$/, "data.file")
    .replace(/^network\.output\.units$/, "classes")
    .replace(/^(?:backward\.kind|train\.loss)$/, "classes")
    .replace(/^train\.(?:momentum|beta1|beta2|epsilon)$/, "train.own")
    .replace(/^train\.schedule\.(?:stepEvery|factor|finalFraction)$/, "train.schedule.own");
}

const LISTED = new Set(CROSS_FIELD_RULES.map(({ path }) => place(path)));
const crossField = ({ path }: SpecProblem): boolean => LISTED.has(place(path));

test("the schema says what it is", () => {
  expect(schema).toMatchObject({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "initlab.experiment/1",
    type: "object",
    required: ["format", "data", "network"],
    additionalProperties: false,
  });
  expect(JSON.stringify(schema).length).toBeLessThan(40_000);
});

test("it takes every preset, as written and as resolved", () => {
  for (const { name, spec } of PRESETS) {
    expect(validate(spec), name).toBe(true);
    expect(validate(parseExperiment(spec)), name).toBe(true);
  }
});

test("what is within bounds it takes; the parser takes it too, but for the rules that are listed", () => {
  let taken = 0;
  const broken = new Set<string>();
  fc.assert(
    fc.property(written, (spec) => {
      expect(validate(spec), JSON.stringify(validate.errors)).toBe(true);
      const problems = problemsOf(spec);
      expect(problems.filter((problem) => !crossField(problem))).toEqual([]);
      for (const { path } of problems) broken.add(place(path));
      if (problems.length > 0) return;
      taken++;
      const resolved = parseExperiment(spec);
      expect(validate(resolved), JSON.stringify(validate.errors)).toBe(true);
      expect(JSON.stringify(parseExperiment(JSON.parse(JSON.stringify(resolved))))).toBe(
        JSON.stringify(resolved),
      );
    }),
    { seed: 4, numRuns: 1500 },
  );
  expect(taken).toBeGreaterThan(300);
  // Not every rule is broken by chance; that many are shows that the list is not idle.
  expect(broken.size).toBeGreaterThan(8);
});

const junk = fc.constantFrom<unknown>(
  null,
  true,
  -1,
  0,
  1,
  0.5,
  2,
  1e300,
  -0,
  "",
  "x",
  "zeros",
  "relu",
  "normal",
  [],
  {},
  [1],
  { name: "relu" },
  { scheme: "zeros" },
);

/** The same spec with one place changed: a value replaced, a field taken out, or one put in. */
function mutated(spec: Record<string, unknown>, at: number, kind: number, value: unknown): unknown {
  const copy = structuredClone(spec);
  const places: [container: Record<string, unknown>, key: string][] = [];
  const walk = (container: Record<string, unknown>) => {
    for (const [key, child] of Object.entries(container)) {
      places.push([container, key]);
      if (typeof child === "object" && child !== null) walk(child as Record<string, unknown>);
    }
  };
  walk(copy);
  const [container, key] = places[at % places.length]!;
  const inList = Array.isArray(container);
  if (kind === 0 || (inList && kind > 1)) container[key] = value;
  else if (kind === 1) {
    if (inList) container.splice(Number(key), 1);
    else Reflect.deleteProperty(container, key);
  } else if (kind === 2) container[`${key}s`] = value;
  else container[typeof value === "string" && value !== "" ? value : "std"] = 1;
  return copy;
}

describe("mutants", () => {
  test("schema and parser refuse the same, but for the rules that are listed", () => {
    let refused = 0;
    fc.assert(
      fc.property(written, fc.nat(), fc.integer({ min: 0, max: 3 }), junk, (spec, at, kind, value) => {
        const mutant = mutated(spec, at, kind, value);
        const problems = problemsOf(mutant);
        if (validate(mutant)) expect(problems.filter((problem) => !crossField(problem))).toEqual([]);
        else {
          refused++;
          expect(problems, JSON.stringify(mutant)).not.toEqual([]);
        }
      }),
      { seed: 5, numRuns: 4000 },
    );
    expect(refused).toBeGreaterThan(1000);
  });
});
