// The float64 activations and functions against a table worked out at 60 digits, and their conventions at kinks and ends.
import { describe, expect, it } from "vitest";
import { Activation } from "../../shared/activation";
import { BUILDS, TestCore } from "../harness";
import { ACTIVATION_VALUES, FUNCTION_VALUES, POINTS } from "./values64";

const NAMES = Object.keys(Activation).filter((key) =>
  Number.isNaN(Number(key)),
) as (keyof typeof Activation)[];
const BOUND = 2e-15;

/** |a - b| in units of max(|b|, floor). */
function relative(a: number, b: number, floor = 0): number {
  return a === b ? 0 : Math.abs(a - b) / Math.max(Math.abs(b), floor);
}

describe.each(BUILDS)("float64 functions (%s)", (build) => {
  const core = new TestCore(build);

  it("the table holds every activation", () => {
    expect(ACTIVATION_VALUES.map(([name]) => name)).toEqual(NAMES);
  });

  it.each(ACTIVATION_VALUES)("%s (parameter %s) to 2e-15, one by one and in bulk", (name, p, phi, slope) => {
    const kind = Activation[name as keyof typeof Activation];
    core.reset();
    const x = core.f64(POINTS);
    const h = core.f64(POINTS.length);
    const dh = core.f64(POINTS.length);
    core.call["activationBulk64"]!(kind, h.ptr, x.ptr, POINTS.length, p);
    core.call["activationDerivativeBulk64"]!(kind, dh.ptr, x.ptr, POINTS.length, p);
    // Relative, but for differences of products near a root (gelu' and its like) and for sin(p x) far out, whose
    // argument is itself rounded.
    const floor = name === "sin" ? 60 : 0.1;
    POINTS.forEach((point, i) => {
      const value = core.call["activation64"]!(kind, point, p);
      const derivative = core.call["activationDerivative64"]!(kind, point, p);
      expect(relative(value, phi[i]!, name === "sin" ? floor : 0.01), `phi(${point})`).toBeLessThan(BOUND);
      expect(relative(derivative, slope[i]!, floor), `phi'(${point})`).toBeLessThan(BOUND);
      expect(h.values()[i]).toBe(value);
      expect(dh.values()[i]).toBe(derivative);
    });
  });

  it.each(NAMES)(
    "%s: the derivative is the slope everywhere between the kinks, the function continuous",
    (name) => {
      const kind = Activation[name];
      const p = 0.5;
      const phi = (x: number) => core.call["activation64"]!(kind, x, p);
      for (let i = -4000; i < 4000; i++) {
        const x = i * 0.0025 + 0.00125;
        const step = 1e-4;
        const slope = (phi(x + step) - phi(x - step)) / (2 * step);
        expect(Math.abs(core.call["activationDerivative64"]!(kind, x, p) - slope)).toBeLessThan(1e-7);
      }
    },
  );

  it("derivatives at the kinks", () => {
    const at = (kind: Activation, x: number, p = 0) => core.call["activationDerivative64"]!(kind, x, p);
    for (const zero of [0, -0]) {
      expect(at(Activation.relu, zero)).toBe(0);
      expect(at(Activation.leaky_relu, zero, 0.01)).toBe(0.01);
      expect(at(Activation.prelu, zero, 0.25)).toBe(0.25);
      expect(at(Activation.elu, zero, 1)).toBe(1);
      expect(at(Activation.elu, zero, 0.5)).toBe(0.5);
      expect(at(Activation.selu, zero)).toBeCloseTo(1.7580993408473768, 14);
      expect(at(Activation.celu, zero, 0.5)).toBe(1);
      expect(at(Activation.softsign, zero)).toBe(1);
      expect(at(Activation.relu6, zero)).toBe(0);
    }
    expect([-1, 1].map((x) => at(Activation.hardtanh, x))).toEqual([0, 0]);
    expect([-3, 3].map((x) => at(Activation.hard_sigmoid, x))).toEqual([0, 0]);
    expect(at(Activation.relu6, 6)).toBe(0);
    expect([-3.001, -3, 3, 3.001].map((x) => at(Activation.hard_swish, x))).toEqual([0, -0.5, 1.5, 1]);
  });

  it.each(NAMES)("%s: limits at the ends, NaN for NaN", (name) => {
    const kind = Activation[name];
    const p = 0.5;
    const both = (x: number) => [
      core.call["activation64"]!(kind, x, p),
      core.call["activationDerivative64"]!(kind, x, p),
    ];
    expect(both(NaN)).toEqual([NaN, NaN]);
    const far = name === "sin" ? [NaN, NaN] : both(1e300);
    const low = name === "sin" ? [NaN, NaN] : both(-1e300);
    const plus = both(Infinity);
    const minus = both(-Infinity);
    // Where the function grows its limit is infinite; where it levels off, or the slope does, 1e300 is there already.
    const limit = (value: number) => (Math.abs(value) > 1e200 ? Math.sign(value) * Infinity : value);
    expect(plus.map((v) => v + 0)).toEqual(far.map((v) => limit(v) + 0));
    expect(minus.map((v) => v + 0)).toEqual(low.map((v) => limit(v) + 0));
  });

  it.each(FUNCTION_VALUES)("%s against the table", (name, pairs) => {
    for (const [x, value] of pairs) {
      // log near 1 and sin at the double nearest pi are relative too: the argument is taken as exact.
      expect(relative(core.call[name]!(x), value), `${name}(${x})`).toBeLessThan(1e-15);
    }
  });

  it("the functions at their ends", () => {
    const { exp64, log64, sin64, cos64, tanh64, atan64, erf64, erfc64, pow64 } = core.call;
    const bulk = [sin64, cos64, exp64, log64, tanh64, atan64, erf64, erfc64].map((f) => f!(NaN));
    expect(bulk.every(Number.isNaN)).toBe(true);
    expect([exp64!(-Infinity), exp64!(Infinity), log64!(0), log64!(Infinity)]).toEqual([
      0,
      Infinity,
      -Infinity,
      Infinity,
    ]);
    expect([sin64!(Infinity), cos64!(-Infinity), log64!(-1)]).toEqual([NaN, NaN, NaN]);
    expect([erf64!(Infinity), erf64!(-Infinity), erf64!(7), erfc64!(-Infinity), erfc64!(Infinity)]).toEqual([
      1, -1, 1, 2, 0,
    ]);
    expect([pow64!(2, 10), pow64!(2, 0.5), pow64!(10, -3), pow64!(0, 0)]).toEqual([
      1024,
      Math.SQRT2,
      0.001,
      1,
    ]);
    for (let x = -7; x < 7; x += 0.01) {
      expect(Math.abs(erf64!(x) + erfc64!(x) - 1)).toBeLessThan(5e-16);
      expect(erf64!(-x)).toBe(-erf64!(x));
    }
  });
});
