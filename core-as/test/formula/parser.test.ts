// What the text means, and what is said where it means nothing.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FormulaError } from "../../formula/error";
import { ExpressionGraph } from "../../formula/expression";
import { compileFormula, formulaSwitches } from "../../formula/formula";
import { FORMULA_LIMITS } from "../../formula/limits";
import { FUNCTIONS } from "../../formula/names";
import { parseFormula } from "../../formula/parser";
import { programOf } from "../../formula/program";
import type { Tree } from "../../formula/tree";
import { FORMULA_WORDS } from "../../shared/formula";
import { plain } from "./reference";
import { formulas, parametersOf } from "./written";

/** A tree with every parenthesis. */
function spelled(tree: Tree): string {
  switch (tree.kind) {
    case "number":
      return String(tree.value);
    case "variable":
      return "x";
    case "constant":
      return tree.name;
    case "negation":
      return `(-${spelled(tree.of)})`;
    case "arithmetic":
    case "comparison":
      return `(${spelled(tree.left)}${tree.sign}${spelled(tree.right)})`;
    case "call":
      return `${tree.name}(${tree.given.map(spelled).join(",")})`;
  }
}

const at = (text: string, x: number, parameters = {}) => plain(parseFormula(text, parameters)).phi(x);

describe("precedence", () => {
  test.each([
    ["1+2*3", "(1+(2*3))"],
    ["1-2-3", "((1-2)-3)"],
    ["8/4/2", "((8/4)/2)"],
    ["8/4*2", "((8/4)*2)"],
    ["-x^2", "(-(x^2))"],
    ["2^-x", "(2^(-x))"],
    ["2^-x^2", "(2^(-(x^2)))"],
    ["2^3^2", "(2^(3^2))"],
    ["(2^3)^2", "((2^3)^2)"],
    ["-x*2", "((-x)*2)"],
    ["2*-x", "(2*(-x))"],
    ["x--x", "(x-(-x))"],
    ["--x", "(-(-x))"],
    ["2-x^2*3", "(2-((x^2)*3))"],
    ["x+1<2*x", "((x+1)<(2*x))"],
    ["-x>=1", "((-x)>=1)"],
    ["(x<1)*2", "((x<1)*2)"],
    ["where(x>0,x,-x)", "where((x>0),x,(-x))"],
    ["max(1,2,x)+1", "(max(1,2,x)+1)"],
    [" sin ( x )\t+\n1e-3 ", "(sin(x)+0.001)"],
    ["exp(-x^2)", "exp((-(x^2)))"],
    ["pi*e", "(pi*e)"],
    [".5+2.+1E+2", "((0.5+2)+100)"],
  ])("%s is %s", (text, expected) => {
    expect(spelled(parseFormula(text))).toBe(expected);
    // What is spelled out means the same.
    expect(spelled(parseFormula(expected))).toBe(expected);
  });

  test.each([
    ["-x^2", 3, -9],
    ["2^-x", 1, 0.5],
    ["2^3^x", 2, 512],
    ["x^0", 0, 1],
    ["(x<1)+(x<=1)+(x>1)+(x>=1)+(x==1)+(x!=1)", 1, 3],
    ["where(x, 2, 3)", 0, 3],
    ["where(x, 2, 3)", -1, 2],
    ["pow(x, 3)", -2, -8],
    ["1 - 2 - x", 3, -4],
  ])("%s at %d is %d", (text, x, expected) => expect(at(text, x)).toBeCloseTo(expected, 10));

  test("every function is the one of its name", () => {
    const own: Record<string, (x: number) => number> = {
      sigmoid: (x) => 1 / (1 + Math.exp(-x)),
      relu: (x) => Math.max(x, 0),
      softplus: (x) => Math.log(1 + Math.exp(x)),
      erf: () => 0.5204998778130465,
      erfc: () => 1 - 0.5204998778130465,
    };
    for (const [name, { most }] of FUNCTIONS) {
      if (most !== 1) continue;
      const f = own[name] ?? (Math as unknown as Record<string, (x: number) => number>)[name]!;
      expect(at(`${name}(x)`, 0.5), name).toBeCloseTo(f(0.5), 13);
    }
  });

  test("parameters have their values", () => {
    expect(at("x*a+b_1", 2, { a: 3, b_1: -0.5 })).toBe(5.5);
    expect(at("1e-3*E", 0, { E: 2 })).toBe(0.002);
  });
});

const refused = (text: string, parameters?: Record<string, number>): FormulaError => {
  try {
    compileFormula(parameters === undefined ? { formula: text } : { formula: text, parameters });
  } catch (error) {
    if (error instanceof FormulaError) return error;
    throw error;
  }
  throw new Error(`${text} was taken`);
};

describe("what is wrong is said, with its column", () => {
  test.each([
    ["x * sigmod(x)", 'formula, column 5: unknown function "sigmod"; did you mean "sigmoid"?'],
    ["x * sigmod", 'column 5: unknown name "sigmod"; did you mean "sigmoid"?'],
    ["x + 2 * y", 'column 9: unknown name "y"; did you mean "x"?'],
    ["x + banana", 'column 5: unknown name "banana"; the names here are: x, pi, e, where,'],
    ["ln(x)", 'column 1: unknown function "ln"; did you mean "log"?'],
    ["z^2", 'column 1: unknown name "z"; did you mean "x"?'],
    ["", "column 1: nothing is written; write a formula of x"],
    ["  \t ", "column 1: nothing is written"],
    ["(x + 1", 'column 1: this "(" is not closed; write ")"'],
    ["2*(x + (1 - x)", 'column 3: this "(" is not closed'],
    ["max(x, 1", 'column 4: this "(" is not closed'],
    ["sin(", 'column 4: this "(" is not closed; write what it holds and ")"'],
    ["x + ", 'column 3: nothing stands after "+"'],
    ["x * / 2", 'column 3: nothing stands after "*"'],
    ["* x", 'column 1: nothing stands before "*"'],
    ["()", 'column 1: nothing stands after "("'],
    ["x)", 'column 2: this ")" closes nothing'],
    ["x ** 2", 'column 4: "**" is written "^" here'],
    ["2 x", 'column 3: "x" follows without a sign; write * or another before it'],
    ["2x", 'column 2: "x" follows without a sign'],
    ["x(2)", 'column 1: "x" is no function; write * before the parenthesis'],
    ["pi(x)", 'column 1: "pi" is no function'],
    ["(x)(x)", 'column 4: "(" follows without a sign'],
    ["sin x", 'column 1: "sin" is a function and stands without its arguments; write sin(a)'],
    ["sin(x, 1)", 'column 1: "sin" was given 2 arguments and takes 1; write sin(a)'],
    ["sin()", 'column 1: "sin" was given 0 arguments and takes 1'],
    ["1 + max(x)", 'column 5: "max" was given 1 argument and takes 2 or more; write max(a, b)'],
    ["where(x > 0, x)", 'column 1: "where" was given 2 arguments and takes 3; write where(condition, a, b)'],
    ["x, 1", 'column 2: a "," stands between arguments'],
    ["(x, 1)", 'column 3: a "," stands between arguments'],
    ["0 < x < 1", 'column 7: a second comparison, "<"; comparisons do not chain: write (a < b) * (b < c)'],
    ["x = 1", 'column 3: "=" means nothing here; write "==" to compare'],
    ["x × 2", 'column 3: "×" means nothing here; write "*"'],
    ["x − 2", 'column 3: "−" means nothing here; write "-"'],
    ["x² + 1", 'column 2: "²" means nothing here; write "^2"'],
    ["𝑥 + 1", 'column 1: "𝑥" means nothing here'],
    ["x + 🙂", 'column 5: "🙂" means nothing here'],
    ["x + \ud800", 'column 5: "\\ud800" means nothing here'],
    ["x + \u0000", 'column 5: "\\u0000" means nothing here'],
    ["x[0]", 'column 2: "[" means nothing here; write "("'],
    ["x; 1", 'column 2: ";" means nothing here'],
    ["x && 1", 'column 3: "&" means nothing here; write a product of comparisons'],
    ["x.constructor", 'column 2: "." means nothing here'],
    ["constructor", 'column 1: unknown name "constructor"'],
    ["__proto__(x)", 'column 1: unknown function "__proto__"'],
    ["toString(x)", 'column 1: unknown function "toString"'],
    ["1e400*x", 'column 1: "1e400" is out of range; write 0, or a number from 1.2e-38 to 3.4e+38'],
    ["x + 1e-300", 'column 5: "1e-300" is out of range'],
    ["1.2.3", 'column 4: ".3" follows without a sign'],
    ["2e", 'column 2: "e" follows without a sign'],
  ])("%s", (text, message) => {
    const error = refused(text);
    expect(error.message).toContain(message);
    expect(error.message).toMatch(/^formula, column \d+: /);
  });

  test("columns count code points", () => {
    expect(refused("x + 1 + ×").place).toEqual({ column: 9 });
    expect(refused(`${"🙂"}x`).place).toEqual({ column: 1 });
  });

  test.each<[string, Record<string, number>, string]>([
    [
      "x*beta",
      { beta: 1, gamma: 2 },
      'parameter "gamma": is not used by the formula; leave it out, or use it',
    ],
    ["x", { x: 1 }, 'parameter "x": the name is taken; write another'],
    ["pi*x", { pi: 3 }, 'parameter "pi": the name is taken'],
    ["sin(x)", { sin: 3 }, 'parameter "sin": the name is taken by a function'],
    ["x", { "a b": 1 }, 'parameter "a b": is no name; write letters'],
    ["x", { "": 1 }, 'parameter "": is no name'],
    ["x*a", { a: Infinity }, 'parameter "a": Infinity is no finite number'],
    [
      "x",
      Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`a${i}`, 1])),
      'parameter "a20": is one of 21',
    ],
    ["beta(x)", { beta: 1 }, 'column 1: "beta" is no function'],
    ["x*bta", { beta: 1 }, 'column 3: unknown name "bta"; did you mean "beta"?'],
  ])("%s with %o", (text, parameters, message) => {
    expect(refused(text, parameters).message).toContain(`formula, ${message}`);
  });
});

describe("bounds", () => {
  const nested = (n: number) => `${"(".repeat(n)}x${")".repeat(n)}`;

  test("of the text", () => {
    expect(() => parseFormula(`x${" ".repeat(499)}`)).not.toThrow();
    expect(refused(`x${" ".repeat(500)}`).message).toContain(
      "the text has 501 characters; write at most 500",
    );
    expect(refused("🙂".repeat(501)).message).toContain("501 characters");
  });

  test("of the nesting", () => {
    const deepest = FORMULA_LIMITS.nesting;
    expect(() => compileFormula({ formula: nested(deepest) })).not.toThrow();
    const forms = [nested(deepest + 1), `${"-".repeat(60)}x`, `x${"^x".repeat(60)}`, `2^${"-".repeat(60)}x`];
    for (const text of [...forms, `${"sin(".repeat(60)}x${")".repeat(60)}`, "(".repeat(500)])
      expect(refused(text).message).toContain("more than 50 parentheses, signs and powers");
  });

  test("long chains and deep nests are computed with few registers", () => {
    for (const sign of "+-*/") {
      const { value, slope } = compileFormula({ formula: Array(250).fill("x").join(sign) });
      expect(value.registers, sign).toBeLessThanOrEqual(2);
      expect(slope.registers, sign).toBeLessThanOrEqual(4);
    }
    const { slope } = compileFormula({ formula: `${"sin(".repeat(50)}x${")".repeat(50)}` });
    expect(slope.registers).toBeLessThanOrEqual(3);
    const towers = compileFormula({ formula: `x${"^x".repeat(50)}` });
    expect(towers.slope.registers).toBeLessThanOrEqual(FORMULA_LIMITS.registers);
  });

  test("what needs more registers or instructions than there are is refused, not cut", () => {
    const kept = (n: number) => {
      const g = new ExpressionGraph();
      const parts = Array.from({ length: n }, (_, k) => g.sin(g.add(g.x, g.constant(k))));
      // The sum needs every part, and afterwards each is read once more.
      const sum = parts.reduce((a, b) => g.add(a, b));
      return parts.reduce((a, b) => g.sin(g.add(a, b)), sum);
    };
    expect(programOf(kept(FORMULA_LIMITS.registers - 1)).registers).toBe(FORMULA_LIMITS.registers);
    expect(() => programOf(kept(FORMULA_LIMITS.registers))).toThrow(
      "64 intermediate values are needed at once",
    );
    const g = new ExpressionGraph();
    let deep = g.x;
    for (let i = 0; i < FORMULA_LIMITS.instructions; i++) deep = g.sin(deep);
    expect(programOf(deep).code.length).toBe(FORMULA_LIMITS.instructions * FORMULA_WORDS);
    expect(() => programOf(g.sin(deep))).toThrow("comes to 4001 operations; write one of at most 4000");
  });
});

describe("whatever is typed", () => {
  /** It is taken, or refused with a place within the text. */
  function survives(text: string, parameters: Record<string, number> = {}): boolean {
    try {
      compileFormula({ formula: text, parameters });
      formulaSwitches({ formula: text, parameters });
      return true;
    } catch (error) {
      if (!(error instanceof FormulaError)) throw error;
      const { place } = error;
      if ("parameter" in place) expect(Object.keys(parameters)).toContain(place.parameter);
      else {
        expect(Number.isInteger(place.column)).toBe(true);
        expect(place.column).toBeGreaterThanOrEqual(1);
        expect(place.column).toBeLessThanOrEqual(Math.max(1, Math.min([...text].length, 501)));
      }
      expect(error.message).not.toMatch(/\p{Cc}/u);
      expect(error.what.length).toBeLessThan(400);
      return false;
    }
  }

  test("any string", () => {
    const symbols = fc.constantFrom(..."x0123456789.eE+-*/^(),<>=! \t_pisnohtabcdm");
    const strings = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.string({ unit: "binary", maxLength: 40 }),
      fc.string({ unit: symbols, maxLength: 40 }),
    );
    fc.assert(
      fc.property(strings, (text) => void survives(text)),
      { seed: 21, numRuns: 20_000 },
    );
  });

  test("formulas with a slip of the pen", () => {
    let taken = 0;
    let all = 0;
    fc.assert(
      fc.property(
        formulas,
        fc.nat(),
        fc.nat(3),
        fc.constantFrom(..."x)(,*+-^<=.e1 ²×🙂", "sin", "__proto__", "1e999"),
        (text, where, kind, put) => {
          const points = [...text];
          const at = where % points.length;
          if (kind === 0) points.splice(at, 1);
          else if (kind === 1) points.splice(at, 0, put);
          else if (kind === 2) points[at] = put;
          else points.splice(at);
          const slip = points.join("");
          all++;
          if (survives(slip, parametersOf(slip))) taken++;
        },
      ),
      { seed: 22, numRuns: 10_000 },
    );
    // Some slips make another formula; most do not.
    expect(taken / all).toBeGreaterThan(0.05);
    expect(taken / all).toBeLessThan(0.7);
  });

  test("nothing is evaluated", () => {
    const global = globalThis as { touched?: boolean };
    for (const text of [
      "globalThis.touched=1",
      "constructor.constructor('globalThis.touched=1')()",
      "touched=1",
      "(()=>touched=1)()",
      "${globalThis.touched=1}",
      "`x`",
      "eval(x)",
      "import(x)",
      "x;globalThis.touched=1",
    ])
      expect(survives(text), text).toBe(false);
    expect(global.touched).toBeUndefined();
    expect({}).not.toHaveProperty("x");
  });
});
