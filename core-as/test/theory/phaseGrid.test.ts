// The tabled phase diagram against points solved one by one, and against the slow quadrature's own equations.
import { describe, expect, it } from "vitest";
import { activationFunctions } from "../../runtime/functions";
import { MeasuringCore } from "../../runtime/tally";
import type { ActivationName } from "../../spec/experiment";
import { chebyshevAt, chebyshevCoefficients, chebyshevNodes } from "../../theory/chebyshev";
import { chi1At, correlationFixedPoint } from "../../theory/correlation";
import { momentsOf } from "../../theory/expectations";
import { fixedPoints, reachedFrom } from "../../theory/fixedPoints";
import { depthScale } from "../../theory/phase";
import { phaseGrid } from "../../theory/phaseGrid";
import { gaussianExpectation } from "../../theory/quadrature";
import { builtCore } from "../runtime/host";

const core = new MeasuringCore(builtCore("fast").module);
const of = (name: ActivationName) => activationFunctions(core, { name });
const even = (low: number, high: number, count: number) =>
  Float64Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));

describe("tanh on 64 x 64", () => {
  const a = of("tanh");
  const m = momentsOf(a);
  const [sigmaWs, sigmaBs] = [even(0.5, 4, 64), even(0, 2, 64)];
  const grid = phaseGrid(m, sigmaWs, sigmaBs, a);

  it("all four figures, point by point, to 1e-6", () => {
    for (let at = 0; at < 4096; at++) {
      const sigmas = { sigmaW: sigmaWs[at % 64]!, sigmaB: sigmaBs[Math.floor(at / 64)]! };
      const { q } = reachedFrom(m, sigmas, fixedPoints(m, sigmas))!;
      const { c, slope } = correlationFixedPoint(m, sigmas.sigmaW, q);
      const xi = depthScale(slope, Math.log);
      const where = JSON.stringify(sigmas);
      expect(Math.abs(grid.q[at]! - q), where).toBeLessThan(1e-6);
      expect(Math.abs(grid.c[at]! - c), where).toBeLessThan(1e-6);
      expect(Math.abs(grid.chi1[at]! - chi1At(m, sigmas.sigmaW, q)), where).toBeLessThan(1e-6);
      if (xi === Infinity) expect(grid.xiC[at], where).toBe(Infinity);
      else expect(Math.abs(grid.xiC[at]! - xi) / Math.max(1, Math.abs(xi)), where).toBeLessThan(1e-6);
    }
  });

  it.each([64 * 3 + 40, 64 * 20 + 10, 64 * 33 + 63, 64 * 50 + 30, 64 * 1 + 20, 64 * 62 + 55])(
    "point %d satisfies the maps by the slow quadrature",
    (at) => {
      const [w2, b2] = [sigmaWs[at % 64]! ** 2, sigmaBs[Math.floor(at / 64)]! ** 2];
      const [q, c, xi] = [grid.q[at]!, grid.c[at]!, grid.xiC[at]!];
      const s = Math.sqrt(q);
      const mean = (f: (z: number) => number) => gaussianExpectation(f, a.exp).value;
      const nested = (f: (x: number) => number) =>
        mean((w) => mean((e) => f(s * w) * f(s * (c * w + Math.sqrt(1 - c * c) * e))));
      expect(w2 * mean((z) => a.phi(s * z) ** 2) + b2).toBeCloseTo(q, 8);
      expect(w2 * mean((z) => a.dphi(s * z) ** 2)).toBeCloseTo(grid.chi1[at]!, 8);
      expect((w2 * nested(a.phi) + b2) / q).toBeCloseTo(c, 7);
      expect(Math.exp(-1 / xi)).toBeCloseTo(w2 * nested(a.dphi), 7);
    },
  );

  it("c* is 1 just where chi_1 is at most 1", () => {
    for (let at = 0; at < 4096; at++) expect(grid.c[at] === 1).toBe(grid.chi1[at]! <= 1 + 1e-7);
    expect(grid.c.filter((c) => c < 1).length).toBeGreaterThan(1000);
  });
});

describe.each(["hardtanh", "gelu", "relu", "selu", "sigmoid", "sin"] as const)(
  "%s on a small grid",
  (name) => {
    it("agrees with points solved one by one, where q grows without bound too", () => {
      const a = of(name);
      const m = momentsOf(a);
      const [sigmaWs, sigmaBs] = [even(0.6, 3, 9), even(0, 1.5, 7)];
      const grid = phaseGrid(m, sigmaWs, sigmaBs, a);
      for (let at = 0; at < 63; at++) {
        const sigmas = { sigmaW: sigmaWs[at % 9]!, sigmaB: sigmaBs[Math.floor(at / 9)]! };
        const reached = reachedFrom(m, sigmas, fixedPoints(m, sigmas));
        const where = JSON.stringify(sigmas);
        expect(grid.q[at] === Infinity, where).toBe(reached === null);
        if (!reached) {
          expect(grid.c[at], where).toBeNaN();
          expect(grid.chi1[at], where).toBeGreaterThanOrEqual(1);
          continue;
        }
        expect(Math.abs(grid.q[at]! - reached.q) / Math.max(1, reached.q), where).toBeLessThan(1e-6);
        const { c, slope } = correlationFixedPoint(m, sigmas.sigmaW, reached.q);
        expect(Math.abs(grid.c[at]! - c), where).toBeLessThan(1e-6);
        expect(Math.abs(Math.exp(-1 / grid.xiC[at]!) - slope), where).toBeLessThan(1e-6);
      }
    });
  },
);

describe("Chebyshev series", () => {
  it("nodes by half angles, and exact to their degree", () => {
    const nodes = chebyshevNodes(32);
    nodes.forEach((x, k) => expect(Math.abs(x - Math.cos((Math.PI * k) / 32))).toBeLessThan(4e-16));
    const f = (x: number) => 3 * x ** 7 - x ** 4 + 0.5;
    const series = chebyshevCoefficients(Array.from(chebyshevNodes(8), f), chebyshevNodes(8));
    for (const x of [-1, -0.3, 0, 0.77, 1]) expect(chebyshevAt(series, x)).toBeCloseTo(f(x), 13);
  });
});
