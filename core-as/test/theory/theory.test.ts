// Fixed points, phases, critical and special points against published figures and against iteration of the maps by
// integrals of another kind.
import { describe, expect, it } from "vitest";
import { activationFunctions } from "../../runtime/functions";
import { MeasuringCore } from "../../runtime/tally";
import { ACTIVATION_NAMES, activationFacts } from "../../spec/activations";
import type { ActivationName } from "../../spec/experiment";
import { chi1At, correlationFixedPoint } from "../../theory/correlation";
import { criticalPoint, criticalPoints, specialPoints } from "../../theory/critical";
import { momentsOf } from "../../theory/expectations";
import { fixedPoints, nextQ, reachedFrom } from "../../theory/fixedPoints";
import { layersOf } from "../../theory/layers";
import { type TheoryOptions, theoryOf } from "../../theory/theory";
import { function64 } from "../runtime/activations64";
import { builtCore } from "../runtime/host";
import { lineExpectation, planeExpectation } from "./plane";

const core = new MeasuringCore(builtCore("fast").module);
const of = (name: ActivationName) => activationFunctions(core, { name });
const moments = (name: ActivationName) => momentsOf(of(name));
const theory = (name: ActivationName, options: Omit<TheoryOptions, "activation"> = {}) =>
  theoryOf(of(name), { activation: name, ...options });

/** Over N(0, q), by the tests' own integral. */
function mean(name: ActivationName, q: number, f: (phi: number, dphi: number) => number): number {
  const { phi, dphi } = function64({ name });
  const s = Math.sqrt(q);
  const places = [...activationFacts({ name }).kinks, -8, -3, -1, 1, 3, 8].map((k) => k / s);
  return lineExpectation((z) => f(phi(s * z), dphi(s * z)), places);
}

describe("published figures", () => {
  it("tanh with sigma_b^2 = 0.05: critical at 1.760955, q* = 0.570048 (Schoenholz et al. 2017)", () => {
    const { sigmaW, q } = criticalPoint(moments("tanh"), Math.sqrt(0.05));
    expect(sigmaW ** 2).toBeCloseTo(1.760955, 6);
    expect(q).toBeCloseTo(0.570048, 6);
  });

  it("tanh at sigma_w^2 = 1.6, sigma_b^2 = 0.05: xi_c = 27.03", () => {
    const { phase, depthScales, fixedPoint } = theory("tanh", {
      sigmaW: Math.sqrt(1.6),
      sigmaB: Math.sqrt(0.05),
    });
    expect(phase).toBe("ordered");
    expect(fixedPoint).toMatchObject({ c: 1, stable: true });
    expect(depthScales.c).toBeCloseTo(27.03, 2);
    expect(depthScales.gradient).toBe(depthScales.c);
  });

  it("ReLU at its critical sigma_w: every q kept, c* = 1, and 1/pi after one layer from c = 0", () => {
    const { fixedPoint, criticalSigmaW, phase, depthScales, layers } = theory("relu");
    expect(criticalSigmaW).toBeCloseTo(Math.SQRT2, 12);
    expect(fixedPoint).toMatchObject({ q: 1, c: 1, any: true });
    expect(fixedPoint!.chi1).toBeCloseTo(1, 12);
    expect(phase).toBe("critical");
    expect(depthScales).toEqual({ q: Infinity, c: Infinity, gradient: Infinity });
    expect(layers[0]!.c).toBe(0);
    expect(layers[1]!.c).toBeCloseTo(1 / Math.PI, 12);
  });

  it.each([
    ["He", 2, 1],
    ["Xavier and LeCun", 1, 1 / 2],
    ["PyTorch's default", 1 / 3, 1 / 6],
  ])("ReLU, %s: the mean square of a layer", (_name, variance, factor) => {
    const layers = layersOf(moments("relu"), { sigmaW: Math.sqrt(variance), sigmaB: 0 }, 6);
    for (let l = 1; l < 6; l++) {
      expect(layers[l]!.q / layers[l - 1]!.q).toBeCloseTo(factor, 12);
      expect(layers[l]!.chi).toBeCloseTo(factor, 12);
      expect(layers[5 - l]!.gradientScale).toBeCloseTo(factor ** (l / 2), 12);
    }
  });

  it("sigmoid with Xavier at equal widths: chi_1 = 0.05572", () => {
    const { fixedPoint, phase } = theory("sigmoid", { sigmaW: 1 });
    expect(fixedPoint!.chi1).toBeCloseTo(0.05572, 5);
    expect(Math.sqrt(fixedPoint!.chi1)).toBeCloseTo(0.236, 3);
    expect(phase).toBe("ordered");
  });

  it("sigmoid with N(0, 1): chi = 0.99 at width 100, x 0.555 a layer in the rms at width 10", () => {
    expect(theory("sigmoid", { sigmaW: 10 }).fixedPoint!.chi1).toBeCloseTo(0.99, 2);
    const narrow = theory("sigmoid", { sigmaW: Math.sqrt(10) }).fixedPoint!.chi1;
    expect(Math.sqrt(narrow)).toBeCloseTo(0.555, 3);
  });

  it("SELU with LeCun: mean 0 and variance 1 are kept (Klambauer et al. 2017)", () => {
    const m = moments("selu").single(1);
    expect(m.mean).toBeCloseTo(0, 12);
    expect(m.square).toBeCloseTo(1, 12);
    const { fixedPoint } = theory("selu", { sigmaW: 1 });
    expect(fixedPoint!.q).toBeCloseTo(1, 10);
    expect(fixedPoint!.stable).toBe(true);
    expect(fixedPoint!.c).toBeCloseTo(0, 10);
  });

  it.each([
    // Roberts, Yaida & Hanin 2022, chapter 5.
    ["gelu", (3 + Math.sqrt(17)) / 2, 0.172922, 1.983058],
    ["silu", 14.320174, 0.555143, 1.988005],
  ] as const)("%s is half-stable at q* = %d", (name, q, biasSquare, weightSquare) => {
    const point = specialPoints(moments(name)).find(({ kind }) => kind === "half_stable")!;
    expect(point.q).toBeCloseTo(q, 6);
    expect(point.sigmaB ** 2).toBeCloseTo(biasSquare, 6);
    expect(point.sigmaW ** 2).toBeCloseTo(weightSquare, 6);
    // It is a fixed point beside another that is near: the map touches the diagonal there.
    const touching = fixedPoints(moments(name), point).find((p) => Math.abs(p.q / q - 1) < 1e-3)!;
    expect(touching.stable).toBe(false);
    expect(touching.slope).toBeCloseTo(1, 6);
    expect(fixedPoints(moments(name), point)).toHaveLength(2);
  });

  it.each(["tanh", "sin"] as const)("%s: special at (1, 0), q* = 0", (name) => {
    expect(specialPoints(moments(name))).toEqual([{ sigmaW: 1, sigmaB: 0, q: 0, kind: "zero" }]);
    expect(theory(name).fixedPoint).toMatchObject({ q: 0, chi1: 1, stable: true });
    expect(theory(name).phase).toBe("critical");
  });

  it("the ReLU family: special without biases", () => {
    expect(specialPoints(moments("relu"))).toMatchObject([{ sigmaB: 0, kind: "scale_invariant" }]);
    expect(criticalPoints(moments("relu"), 0.1)).toEqual([]);
    expect(criticalPoints(moments("identity"), 0)).toEqual([{ sigmaW: 1, q: 1 }]);
  });
});

describe.each(ACTIVATION_NAMES)("%s", (name) => {
  const m = moments(name);

  it("critical and special points satisfy their equations by another integral", () => {
    const critical = [0, 0.3, 1].flatMap((sigmaB) =>
      criticalPoints(m, sigmaB).map((p) => ({ ...p, sigmaB })),
    );
    const special = specialPoints(m);
    for (const { sigmaW, sigmaB, q } of [...critical, ...special].filter((p) => p.q > 0)) {
      expect(sigmaW ** 2 * mean(name, q, (_, g) => g * g)).toBeCloseTo(1, 9);
      const next = sigmaW ** 2 * mean(name, q, (p) => p * p) + sigmaB ** 2;
      expect(next / q).toBeCloseTo(1, 9);
    }
    for (const { sigmaW, q } of special.filter((p) => p.q > 0)) {
      const h = 1e-3 * q;
      const slope = (mean(name, q + h, (p) => p * p) - mean(name, q - h, (p) => p * p)) / (2 * h);
      expect(sigmaW ** 2 * slope).toBeCloseTo(1, 6);
    }
  });

  it("every fixed point is one, with its slope; iteration ends at the one that is named", () => {
    for (const [sigmaW, sigmaB] of [
      [0.8, 0],
      [1.3, 0.2],
      [1.45, 0.45],
      [2.5, 0],
    ] as const) {
      const sigmas = { sigmaW, sigmaB };
      const points = fixedPoints(m, sigmas);
      for (const { q, slope } of points.filter((p) => p.q > 0 && !p.any)) {
        const next = (x: number) => sigmaW ** 2 * mean(name, x, (p) => p * p) + sigmaB ** 2;
        expect(next(q) / q).toBeCloseTo(1, 9);
        expect((next(1.001 * q) - next(0.999 * q)) / (0.002 * q)).toBeCloseTo(slope, 5);
      }
      const reached = reachedFrom(m, sigmas, points);
      let q = 1;
      for (let i = 0; i < 600 && q < 1e8; i++) q = nextQ(m, sigmas, q);
      if (reached === null) expect(q).toBeGreaterThan(100);
      else expect(Math.abs(q - reached.q)).toBeLessThan(1e-6 + 1e-6 * reached.q);
    }
  });

  it("the theory is whole and its numbers are finite where they exist", () => {
    const found = theory(name, { depth: 4 });
    expect(Object.keys(found)).toEqual(
      expect.arrayContaining([
        ...["activation", "gains", "fixedPoint", "fixedPoints", "phase", "depthScales"],
        ...["criticalSigmaW", "specialPoints", "layers"],
      ]),
    );
    expect(found.gains).toEqual({
      forward: expect.closeTo(1 / Math.sqrt(m.single(1).square), 9) as number,
      variance: expect.closeTo(1 / Math.sqrt(m.single(1).square - m.single(1).mean ** 2), 8) as number,
      backward: expect.closeTo(1 / Math.sqrt(m.single(1).slopeSquare), 9) as number,
    });
    expect(found.layers).toHaveLength(4);
    for (const layer of found.layers)
      for (const value of Object.values(layer)) expect(value).toBeGreaterThan(-1e-9);
    expect(found.layers[3]!.gradientScale).toBe(1);
    expect(found.layers[0]!.q).toBeCloseTo(found.sigmaW ** 2, 12);
  });
});

describe("several fixed points", () => {
  it("GELU without biases below its critical sigma_w: 0 and one that repels", () => {
    const points = fixedPoints(moments("gelu"), { sigmaW: 1.5, sigmaB: 0 });
    expect(points.map((p) => p.stable)).toEqual([true, false]);
    expect(points[0]!.q).toBe(0);
    expect(points[1]!.slope).toBeGreaterThan(1);
  });

  it("three of them: an activation with two steps", () => {
    // phi^2 rises in two steps, so that its expectation crosses the diagonal more than once.
    const step = (x: number) => 0.5 * (1 + Math.tanh(4 * (Math.abs(x) - 6)));
    const slope = (x: number) => (Math.sign(x) * 2) / Math.cosh(4 * (Math.abs(x) - 6)) ** 2;
    const phi = (x: number) => Math.tanh(x) + 12 * step(x) * Math.sign(x);
    const dphi = (x: number) => 1 / Math.cosh(x) ** 2 + 12 * slope(x) * Math.sign(x);
    const bulk = (f: (x: number) => number) => (xs: Float64Array) => xs.map(f);
    const m = momentsOf({
      ...of("identity"),
      phi,
      dphi,
      phiBulk: bulk(phi),
      dphiBulk: bulk(dphi),
      kinks: [0],
    });
    const sigmas = { sigmaW: 1.6, sigmaB: 0.1 };
    const points = fixedPoints(m, sigmas);
    expect(points.map((p) => p.stable)).toEqual([true, false, true]);
    expect(reachedFrom(m, sigmas, points)).toBe(points[0]);
    expect(reachedFrom(m, sigmas, points, 100)).toBe(points[2]);
  });

  it("ELU grows without bound, and says so", () => {
    const {
      fixedPoint,
      fixedPoints: all,
      chi1,
      depthScales,
      phase,
    } = theory("elu", { sigmaW: 2, sigmaB: 0.5 });
    expect(fixedPoint).toBeNull();
    expect(all).toEqual([]);
    // Straight above and level below, far out.
    expect(chi1).toBeCloseTo(2, 6);
    expect(phase).toBe("chaotic");
    expect(depthScales.q).toBeNull();
    expect(depthScales.gradient).toBeLessThan(0);
  });
});

describe("the correlation map", () => {
  it.each([
    ["tanh", 4, 0.5],
    ["tanh", 2.5, 0.3],
    ["hardtanh", 3, 0.3],
    ["sin", 3, 0.4],
  ] as const)("chaotic %s at (%d, %d): c* by iteration of another integral", (name, sigmaW, sigmaB) => {
    const m = moments(name);
    const reached = reachedFrom(m, { sigmaW, sigmaB }, fixedPoints(m, { sigmaW, sigmaB }))!;
    const { c, slope } = correlationFixedPoint(m, sigmaW, reached.q);
    const { phi, dphi } = function64({ name });
    const { kinks } = activationFacts({ name });
    const over = (f: (x: number) => number, at: number) =>
      planeExpectation((u1, u2) => f(u1) * f(u2), reached.q, 1 - at, kinks);
    let iterated = 0;
    for (let i = 0; i < 120; i++) iterated = (sigmaW ** 2 * over(phi, iterated) + sigmaB ** 2) / reached.q;
    expect(c).toBeCloseTo(iterated, 7);
    expect(slope).toBeCloseTo(sigmaW ** 2 * over(dphi, iterated), 6);
    expect(chi1At(m, sigmaW, reached.q)).toBeGreaterThan(1);
  });

  it("an odd activation without biases keeps samples apart; the identity keeps every correlation", () => {
    expect(theory("tanh", { sigmaW: 2 }).fixedPoint!.c).toBeCloseTo(0, 12);
    expect(theory("identity").fixedPoint).toMatchObject({ q: 1, c: 0 });
  });

  it("layers run into the fixed point, and correlations near 1 keep their digits", () => {
    const sigmas = { sigmaW: Math.sqrt(1.6), sigmaB: Math.sqrt(0.05) };
    const m = moments("tanh");
    const layers = layersOf(m, sigmas, 200);
    const { fixedPoint } = theory("tanh", sigmas);
    expect(layers[199]!.q).toBeCloseTo(fixedPoint!.q, 12);
    expect(layers[199]!.chi).toBeCloseTo(fixedPoint!.chi1, 12);
    const last = layers.slice(-2).map(({ c }) => 1 - c);
    expect(last[1]! / last[0]!).toBeCloseTo(fixedPoint!.chi1, 4);
    const [first, second] = layersOf(m, sigmas, 2);
    expect(second!.gradientScale).toBe(1);
    expect(first!.gradientScale).toBeCloseTo(Math.sqrt(first!.chi), 14);
  });

  it("stays in range where q leaves every range", () => {
    for (const sigmaW of [100, 1e-3]) {
      const layers = layersOf(moments("gelu"), { sigmaW, sigmaB: 0 }, 40);
      expect(layers.every(({ c }) => c >= -1 && c <= 1)).toBe(true);
      expect(layers[39]!.q / layers[38]!.q).toBeCloseTo(sigmaW > 1 ? 5000 : 2.5e-7, 3);
    }
  });
});
