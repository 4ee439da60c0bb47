// The interpreters of formulas on both builds: every operation over the whole of float32, the built-in activations
// written as formulas, equal bits of the scalar twins, NaN and infinities.
import { describe, expect, it } from "vitest";
import { CONSTANTS } from "../../formula/names";
import { parseFormula } from "../../formula/parser";
import { Activation } from "../../shared/activation";
import { BUILDS, TestCore } from "../harness";
import { firstDifference, normals, points, uniforms } from "../nn/reference";
import { FormulaKernel } from "./kernel";
import { erf, erfc, plain, sigmoid } from "./reference";
import { TWINS } from "./twins";

/** No multiple of four, nor of a block. */
const COUNT = 5003;
const X = points(COUNT, 7);

/** The largest error in units of 1e-6 |f| + 1e-7, where float32 can say the value at all. */
function worst(x: ArrayLike<number>, got: ArrayLike<number>, want: (x: number) => number) {
  let at = { ratio: 0, x: 0, got: 0, want: 0 };
  for (let i = 0; i < x.length; i++) {
    const [value, expected] = [got[i]!, want(x[i]!)];
    const rounded = Math.fround(expected);
    const isSame = Object.is(rounded, value) || rounded === value;
    const ratio = isSame ? 0 : Math.abs(value - expected) / (1e-6 * Math.abs(expected) + 1e-7);
    if (!(ratio <= at.ratio)) at = { ratio, x: x[i]!, got: value, want: expected };
    if (Number.isNaN(ratio)) break;
  }
  return at;
}

/** Each function over the whole of float32, infinities and NaN among it. */
const PRIMITIVES: readonly [string, (x: number) => number][] = [
  ["exp(x)", Math.exp],
  ["expm1(x)", Math.expm1],
  ["log(x)", Math.log],
  ["log1p(x)", Math.log1p],
  ["sqrt(x)", Math.sqrt],
  ["sin(x)", Math.sin],
  ["cos(x)", Math.cos],
  ["tanh(x)", Math.tanh],
  ["sigmoid(x)", sigmoid],
  ["softplus(x)", (x) => (x > 40 ? x : Math.log1p(Math.exp(x)))],
  ["relu(x)", (x) => (x < 0 ? 0 : x)],
  ["erf(x)", (x) => (Math.abs(x) > 10 ? Math.sign(x) : erf(x))],
  ["erfc(x)", (x) => (Math.abs(x) > 27 ? 1 - Math.sign(x) : erfc(x))],
  ["abs(x)", Math.abs],
  ["sign(x)", Math.sign],
  ["-x", (x) => -x],
  ["x^1.75", (x) => Math.pow(x, 1.75)],
  ["abs(x)^-0.3125", (x) => Math.pow(Math.abs(x), -0.3125)],
  ["1.0078125^x", (x) => Math.pow(1.0078125, x)],
  ["x^20", (x) => Math.pow(x, 20)],
  ["x^-21", (x) => Math.pow(x, -21)],
  ["1-x", (x) => Math.fround(1 - x)],
  ["min(x,2)", (x) => (x > 2 ? 2 : x)],
  ["max(x,-x)", Math.abs],
  ["min(-x,x)", (x) => -Math.abs(x)],
  ["where(x>1,x,2)", (x) => (x > 1 ? x : Number.isNaN(x) ? x : 2)],
];

const COMPARISONS: readonly [string, (x: number) => boolean][] = [
  ["x<1", (x) => x < 1],
  ["x<=1", (x) => x <= 1],
  ["x>1", (x) => x > 1],
  ["x>=1", (x) => x >= 1],
  ["x==1", (x) => x === 1],
  ["x!=1", (x) => x !== 1],
];

describe.each(BUILDS)("formulas (%s)", (build) => {
  const core = new TestCore(build);
  const kernel = (formula: string) => {
    core.reset();
    return new FormulaKernel(core, formula);
  };

  it.each(PRIMITIVES)("%s: within 1e-6 |f| + 1e-7 over the whole of float32", (formula, f) => {
    const at = worst(X, kernel(formula).forward(X), f);
    expect(at.ratio, JSON.stringify(at)).toBeLessThanOrEqual(1);
  });

  it.each(PRIMITIVES)("%s: in float64", (formula, f) => {
    const x = Float64Array.from(X).filter((v) => Number.isNaN(v) || Math.abs(v) < 1e5);
    const got = kernel(formula).value64(x);
    x.forEach((v, i) => {
      const expected = formula === "1-x" ? 1 - v : f(v);
      if (Object.is(got[i]! + 0, expected + 0)) return;
      const error = Math.abs(got[i]! - expected);
      expect(error, `${v}: ${got[i]}, not ${expected}`).toBeLessThanOrEqual(
        2e-14 * Math.abs(expected) + 1e-300,
      );
    });
  });

  it.each(COMPARISONS)("%s is 1 or 0, and NaN of a NaN", (formula, holds) => {
    const got = kernel(formula).forward(X);
    X.forEach((x, i) => expect(got[i], String(x)).toBe(Number.isNaN(x) ? NaN : Number(holds(x))));
  });

  it.each(TWINS.map((twin) => [`${twin.name} as ${twin.formula}`, twin] as const))("%s", (_title, twin) => {
    const { name, parameter, reach = 3.4e38, otherSlopeAt = [] } = twin;
    const of = kernel(twin.formula);
    const x = X.filter((v) => Math.abs(v) <= reach);
    const code = Activation[name];
    const phi = (v: number) => core.call["activation64"]!(code, v, parameter);
    const dphi = (v: number) => core.call["activationDerivative64"]!(code, v, parameter);
    const value = worst(x, of.forward(x), phi);
    expect(value.ratio, JSON.stringify(value)).toBeLessThanOrEqual(1);
    const inside = x.filter((v) => !otherSlopeAt.some((k) => Math.abs(v - k) < 1e-6));
    const slope = worst(inside, of.slope(inside), dphi);
    expect(slope.ratio, JSON.stringify(slope)).toBeLessThanOrEqual(1);
    // In float64 the two agree far better.
    const near = Float64Array.from(inside).filter((v) => Math.abs(v) < 30);
    const [value64, slope64] = [of.value64(near), of.slope64(near)];
    near.forEach((v, i) => {
      expect(Math.abs(value64[i]! - phi(v)), `phi(${v})`).toBeLessThanOrEqual(1e-14 * (1 + Math.abs(phi(v))));
      expect(Math.abs(slope64[i]! - dphi(v)), `slope at ${v}`).toBeLessThanOrEqual(2e-14);
    });
  });

  it("every twin, the built-in kernel's own float32 beside it, agrees on a layer's preactivations", () => {
    const normal = normals(3);
    const z = Float32Array.from({ length: 4096 }, () => 2 * normal());
    for (const { name, parameter, formula } of TWINS) {
      const got = kernel(formula).forward(z);
      const [region, out] = [core.f32(z), core.f32(z.length)];
      core.call["activationForward"]!(Activation[name], out.ptr, region.ptr, z.length, parameter);
      const want = out.values();
      const at = worst(
        z,
        got,
        (() => {
          let i = 0;
          return () => want[i++]!;
        })(),
      );
      // Each may be off by the allowance.
      expect(at.ratio, `${formula}: ${JSON.stringify(at)}`).toBeLessThanOrEqual(2);
    }
  });

  it("the scalar twins give equal bits, of every operation", () => {
    const dh = Float32Array.from({ length: COUNT }, normals(5));
    const all = [
      ...PRIMITIVES.map(([formula]) => formula),
      ...COMPARISONS.map(([formula]) => formula),
      ...TWINS.map(({ formula }) => formula),
      "where(x,sin(x),x^3)",
      "min(sin(x),x^2,0.5*x)",
      "max(sin(x),cos(x))",
      "where(x<=sin(x),x,1)+where(x==1,x,2)+where(x!=1,x,3)",
      "1/x",
      "2",
      "x",
      "exp(sin(x))^cos(x)",
    ];
    for (const formula of all) {
      const of = kernel(formula);
      expect(firstDifference(of.forward(X), of.forward(X, "formulaForwardNaive")), formula).toBe(-1);
      const backward = of.backward(dh, X);
      expect(firstDifference(backward, of.backward(dh, X, "formulaBackwardNaive")), formula).toBe(-1);
      const products = of.slope(X).map((slope, i) => slope * dh[i]!);
      expect(firstDifference(backward, products), formula).toBe(-1);
    }
  });

  it("cuts of any length give the bits of the whole", () => {
    const whole = kernel("x*sigmoid(1.702*x)+0.1*max(x,0.3)").forward(X);
    for (const length of [0, 1, 3, 4, 5, 16, 17, 511, 512, 513, 1024, 1027, 2047]) {
      const of = kernel("x*sigmoid(1.702*x)+0.1*max(x,0.3)");
      expect(firstDifference(of.forward(X.slice(0, length)), whole.slice(0, length)), String(length)).toBe(
        -1,
      );
    }
  });

  it("runs in place", () => {
    const of = kernel("x*sigmoid(x)");
    const dh = Float32Array.from({ length: COUNT }, uniforms(2));
    const [forward, backward] = [of.forward(X), of.backward(dh, X)];
    expect(firstDifference(of.forwardInPlace(X), forward)).toBe(-1);
    expect(firstDifference(of.backwardInPlace(dh, X), backward)).toBe(-1);
  });

  it("NaN in is NaN out, of value and slope, whatever the formula", () => {
    const x = Float32Array.of(NaN, 1, NaN, 2, NaN);
    const formulas = [
      "1",
      "x>0",
      "where(x>0,1,2)",
      "where(x>0,x,0)",
      "sign(x)",
      "x^0",
      "max(x,0)",
      "abs(x)",
      "min(x>0,2)",
    ];
    for (const formula of formulas) {
      const of = kernel(formula);
      for (const out of [of.forward(x), of.slope(x), of.value64(x), of.slope64(x)])
        expect([...out].map(Number.isNaN), formula).toEqual([true, false, true, false, true]);
    }
  });

  it("outside a domain is NaN, at its end an infinity", () => {
    const at = (formula: string, x: number) => kernel(formula).forward(Float32Array.of(x))[0];
    const slope = (formula: string, x: number) => kernel(formula).slope(Float32Array.of(x))[0];
    expect(at("log(x)", -1)).toBeNaN();
    expect(at("log(x)", 0)).toBe(-Infinity);
    expect(at("sqrt(x)", -1)).toBeNaN();
    expect(at("x^0.7", -1)).toBeNaN();
    expect(at("x^x", -0.5)).toBeNaN();
    expect(at("1/x", 0)).toBe(Infinity);
    expect(at("exp(x)", 100)).toBe(Infinity);
    expect(at("x*exp(-x)", Infinity)).toBeNaN();
    expect(slope("sqrt(x)", 0)).toBe(Infinity);
    expect(slope("log(x)", 0)).toBe(Infinity);
  });

  it("slopes at kinks are those that were agreed", () => {
    const slope = (formula: string, x: number) => kernel(formula).slope(Float32Array.of(x))[0];
    expect(slope("relu(x)", 0)).toBe(0);
    expect(slope("max(x,0)", 0)).toBe(0);
    expect(slope("max(-x,0)", 0)).toBe(-1);
    expect(slope("min(x,0)", 0)).toBe(0);
    expect(slope("max(x,0.01*x)", 0)).toBe(Math.fround(0.01));
    expect(slope("max(x^2,x)", 1)).toBe(1);
    expect(slope("min(x^2,x)", 1)).toBe(1);
    expect(slope("max(-1,min(1,x))", 1)).toBe(0);
    expect(slope("max(-1,min(1,x))", -1)).toBe(0);
    expect(slope("abs(x)", 0)).toBe(0);
    expect(slope("abs(x-1)", 0.5)).toBe(-1);
    expect(slope("sign(x)", 0)).toBe(0);
    expect(slope("(x>0)*2", 0)).toBe(0);
    expect(slope("where(x>0,2*x,3*x)", 0)).toBe(3);
    expect(slope("where(x>=0,2*x,3*x)", 0)).toBe(2);
  });

  it("the float64 slope is the central difference of the value", () => {
    const smooth = [
      "x*sigmoid(1.702*x)",
      "exp(-x^2)*x^3",
      "log(1+x^2)/(2+cos(x))",
      "(2+sin(x))^cos(x)",
      "erf(x)-x*erfc(x)",
    ];
    const x = Float64Array.from({ length: 400 }, (_, i) => (i - 199.5) / 50);
    const h = 1e-5;
    for (const formula of smooth) {
      const of = kernel(formula);
      const up = of.value64(x.map((v) => v + h));
      const down = of.value64(x.map((v) => v - h));
      of.slope64(x).forEach((slope, i) => {
        expect(Math.abs(slope - (up[i]! - down[i]!) / (2 * h)), `${formula} at ${x[i]}`).toBeLessThan(1e-8);
      });
    }
  });
});

describe("forms that lose digits where they stand", () => {
  it("are computed by others: float32 keeps the tails", () => {
    const core = new TestCore("fast");
    const x = Float32Array.from({ length: 800 }, (_, i) => -i / 100);
    const pairs: [string, (x: number) => number][] = [
      ["1/(1+exp(-x))", sigmoid],
      ["log(1+exp(x))", (v) => Math.log1p(Math.exp(v))],
      ["log(exp(x)+1)", (v) => Math.log1p(Math.exp(v))],
      ["1+erf(x)", (v) => erfc(-v)],
      ["erf(x)+1", (v) => erfc(-v)],
      ["1-erf(-x)", (v) => erfc(-v)],
      ["1+tanh(x)", (v) => 2 * sigmoid(2 * v)],
      ["1-tanh(-x)", (v) => 2 * sigmoid(2 * v)],
      ["1-tanh(x)^2", (v) => 4 * sigmoid(2 * v) * sigmoid(-2 * v)],
      ["1-sigmoid(-x)", sigmoid],
      ["sigmoid(-x)*(1-sigmoid(-x))", (v) => sigmoid(v) * sigmoid(-v)],
      ["exp(1e-4*x)-1", (v) => Math.expm1(1e-4 * v)],
      ["-1+exp(1e-4*x)", (v) => Math.expm1(1e-4 * v)],
      ["1-exp(1e-4*x)", (v) => -Math.expm1(1e-4 * v)],
      ["log(1+1e-4*x)", (v) => Math.log1p(1e-4 * v)],
      ["log(1-1e-4*x)", (v) => Math.log1p(-1e-4 * v)],
    ];
    for (const [formula, f] of pairs) {
      core.reset();
      const got = new FormulaKernel(core, formula).forward(x);
      x.forEach((v, i) => {
        // Relative error, however small the value. The exponent's own rounding counts as often as it is large.
        const allowed = (1e-6 + 6e-8 * v * v * 2) * Math.abs(f(v)) + 1e-38;
        expect(Math.abs(got[i]! - f(v)), `${formula} at ${v}: ${got[i]}, not ${f(v)}`).toBeLessThanOrEqual(
          allowed,
        );
      });
    }
  });

  it("constants are the language's own", () => {
    const { phi } = plain(parseFormula("pi*x+e"));
    expect(phi(1)).toBe(CONSTANTS.get("pi")! + CONSTANTS.get("e")!);
  });
});

describe("the checked build", () => {
  it("refuses malformed programs", () => {
    const core = new TestCore("checked");
    const run = (code: number[]) => () =>
      core.call["formulaForward"]!(
        core.i32(code).ptr,
        code.length / 6,
        core.f64([1]).ptr,
        1,
        core.alloc(8192),
        core.f32(4).ptr,
        core.f32(4).ptr,
        4,
      );
    expect(run([0, 1, 0, 0, 0, 0])).not.toThrow();
    expect(run([99, 1, 0, 0, 0, 0])).toThrow("unknown operation");
    expect(run([0, 1, 2, 0, 0, 0])).toThrow("register read before it is filled");
    expect(run([0, 1, -2, 0, 0, 0])).toThrow("operand out of range");
    expect(run([0, 1, 1, 0, 0, 0])).toThrow("operand out of range");
    expect(run([0, 2, 0, 0, 0, 0])).toThrow("output out of place");
    expect(run([0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0])).toThrow("output out of place");
    expect(run([])).toThrow("empty program");
  });
});
