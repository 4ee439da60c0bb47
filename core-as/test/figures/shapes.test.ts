// What histograms are made from: no mass is lost or made up, and none is shown finer than it was counted.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lawDensity } from "../../figures/lawDensity";
import { beyondOf, peakOf, sharedPeak, spreadBars, spreadDomain } from "../../figures/pane";
import { sizesOf } from "../../figures/sizes";
import { inUnits, shareBelow, spreadOf } from "../../figures/spread";
import type { Histogram } from "../../spec/result";
import type { WeightsSpec } from "../../spec/experiment";
import { statistics } from "./made";

const histogram = fc
  .record({
    first: fc.integer({ min: -40, max: 20 }),
    counts: fc.array(fc.nat(1000), { minLength: 1, maxLength: 60 }),
    zeros: fc.nat(300),
    atHigh: fc.nat(300),
    step: fc.constantFrom(1e-9, 0.02, 1, 500),
    wide: fc.nat(40),
  })
  .filter(({ counts }) => counts.some((n) => n > 0))
  .map(({ first, counts, zeros, atHigh, step, wide }) => {
    const edges = [0, ...counts].map((_, i) => (first + i) * step);
    edges[edges.length - 1]! += wide * step;
    const shape: Histogram = { edges, counts, zeros, atLow: 0, atHigh };
    const count = counts.reduce((sum, n) => sum + n, zeros + atHigh);
    return statistics({ histogram: shape, count, min: edges[0]!, max: edges.at(-1)! });
  });

describe("a spread", () => {
  it("keeps all its mass between bars, atoms and what lies beyond", () => {
    fc.assert(
      fc.property(histogram, (of) => {
        const spread = spreadOf(of)!;
        const domain = spreadDomain([spread]);
        const bars = spreadBars(spread, domain, { name: "x", paint: "ink" });
        const shown = Array.from(bars.values, (density, i) => {
          const from = Math.max(domain[0], bars.at![i]!);
          const to = Math.min(domain[1], bars.at![i + 1]!);
          return density * Math.max(0, to - from);
        });
        const atoms = bars.atoms.filter(({ at }) => at >= domain[0] && at <= domain[1]);
        const beyond = beyondOf(spread, domain);
        const sum = [...shown, ...atoms.map(({ share }) => share), ...beyond.map(({ share }) => share)];
        expect(sum.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
        expect(peakOf(spread, domain)).toBeGreaterThan(0);
      }),
    );
  });

  it("cuts slivers only", () => {
    fc.assert(
      fc.property(histogram, (of) => {
        const spread = spreadOf(of)!;
        const [low, high] = spread.core!;
        const bars = { ...spread, points: [] };
        const all = shareBelow(bars, Infinity);
        expect(shareBelow(bars, low)).toBeLessThanOrEqual(3.001e-4);
        expect(all - shareBelow(bars, high)).toBeLessThanOrEqual(3.001e-4);
        expect(high).toBeGreaterThan(low);
      }),
    );
  });

  it("is one point where all values are the same", () => {
    const spread = spreadOf(statistics({ min: 0.5, max: 0.5, std: 0 }))!;
    expect(spread.points).toEqual([{ at: 0.5, share: 1 }]);
    expect(spread.shares).toHaveLength(0);
    expect(spreadDomain([spread])).toEqual([0, 1]);
  });

  it("is absent where nothing is finite", () => {
    expect(spreadOf(statistics({ nonFinite: 100, min: NaN, max: NaN }))).toBeNull();
    expect(spreadDomain([null])).toEqual([-1, 1]);
  });

  it("sets exact values apart, at the bounds and at zero", () => {
    const shape: Histogram = { edges: [0, 0.5, 1], counts: [20, 20], zeros: 10, atLow: 0, atHigh: 50 };
    const spread = spreadOf(statistics({ histogram: shape, min: 0, max: 1 }), { low: 0, high: 1 })!;
    expect(spread.points).toEqual([
      { at: 0, share: 0.1 },
      { at: 1, share: 0.5 },
    ]);
    expect(shareBelow(spread, 0.5)).toBeCloseTo(0.3);
  });

  it("in its own units has the same shares", () => {
    const spread = spreadOf(statistics({}))!;
    const scaled = inUnits(spread, 4);
    expect([...scaled.edges]).toEqual([-0.5, -0.25, 0, 0.25, 0.5]);
    expect(shareBelow(scaled, -0.25)).toBe(shareBelow(spread, -1));
  });

  it("shares a peak up to a factor of ten", () => {
    expect(sharedPeak([1, 9])).toBe(9);
    expect(sharedPeak([1, 11])).toBeNull();
    expect(sharedPeak([])).toBe(1);
  });
});

describe("sizes", () => {
  it("add up to one with what is below, and rise", () => {
    fc.assert(
      fc.property(histogram, (of) => {
        const only = {
          ...of,
          count: of.count - of.histogram.atHigh,
          histogram: { ...of.histogram, atHigh: 0 },
        };
        const sizes = sizesOf(only);
        if (!sizes) return;
        let sum = sizes.below;
        for (let i = 0; i < sizes.perDecade.length; i++) {
          expect(sizes.edges[i + 1]!).toBeGreaterThan(sizes.edges[i]!);
          sum += sizes.perDecade[i]! * Math.log10(sizes.edges[i + 1]! / sizes.edges[i]!);
        }
        expect(sizes.edges[0]!).toBeGreaterThan(0);
        expect(sum).toBeCloseTo(1, 6);
      }),
    );
  });

  it("measured by the run are taken as they are, seven decades of them", () => {
    const edges = Array.from({ length: 11 }, (_, i) => 10 ** (i - 9));
    const counts = Array.from({ length: 10 }, () => 9);
    const sizes = sizesOf(statistics({}), { edges, counts, below: 10 })!;
    expect(sizes.edges[0]! * 1e7).toBeCloseTo(sizes.largest, 6);
    expect(sizes.below).toBeCloseTo(0.1 + 3 * 0.09);
    expect([...sizes.perDecade]).toHaveLength(7);
    for (const share of sizes.perDecade) expect(share).toBeCloseTo(0.09);
  });

  it("know no more of the middle than the quartiles do", () => {
    const sizes = sizesOf(statistics({ quantiles: { "0.25": -0.01, "0.75": 0.01 } }))!;
    expect(sizes.edges[0]).toBeCloseTo(0.01);
    expect(sizes.below).toBeCloseTo(0.5);
    const zeros = statistics({
      zeroFraction: 0.5,
      histogram: { edges: [-2, -1, 0, 1, 2], counts: [5, 20, 20, 5], zeros: 50, atLow: 0, atHigh: 0 },
    });
    expect(sizesOf(zeros)!.edges[0]).toBe(1);
    expect(sizesOf(zeros)!.below).toBeCloseTo(0.8);
  });

  it("are absent where all are zero or not finite", () => {
    const none: Histogram = { edges: [0, 0.2], counts: [0], zeros: 100, atLow: 0, atHigh: 0 };
    expect(sizesOf(statistics({ histogram: none, min: 0, max: 0, std: 0, rms: 0 }))).toBeNull();
    expect(sizesOf(statistics({ nonFinite: 100, min: NaN, max: NaN }))).toBeNull();
  });
});

describe("the density of a law", () => {
  const laws: readonly [WeightsSpec, number, string][] = [
    [{ scheme: "normal", mean: 0, std: 1 }, 1, "N(0, 1)"],
    [{ scheme: "normal", mean: 2, std: 0.5 }, 0.5, "N(2.00, 0.500²)"],
    [{ scheme: "xavier_uniform", gain: 1 }, Math.sqrt(2 / 200), "U(−0.173, 0.173)"],
    [{ scheme: "truncated_normal", mean: 0, std: 1, low: -1, high: 1 }, 0.5396, "cut N(0, 1)"],
    [{ scheme: "orthogonal", gain: 1 }, 0.1, "Haar"],
    [
      { scheme: "he_normal", mode: "fan_in", nonlinearity: "forward", negative_slope: 0 },
      0.16,
      "N(0, 0.160²)",
    ],
  ];
  it.each(laws)("%o encloses one, and has its std", (weights, std, label) => {
    const law = lawDensity(weights, 100, 100, std)!;
    expect(law.label).toBe(label);
    const moment = (power: number, about = 0) => {
      let sum = 0;
      for (let i = 1; i < law.at.length; i++) {
        const width = law.at[i]! - law.at[i - 1]!;
        const f = (k: number) => law.values[k]! * (law.at[k]! - about) ** power;
        sum += (width * (f(i) + f(i - 1))) / 2;
      }
      return sum;
    };
    expect(moment(0)).toBeCloseTo(1, 6);
    const mean = moment(1);
    expect(Math.sqrt(moment(2, mean)) / std).toBeCloseTo(1, 2);
  });

  it("is absent for what is not drawn, or scaled by the data", () => {
    expect(lawDensity({ scheme: "zeros" }, 10, 10, 0)).toBeNull();
    expect(lawDensity({ scheme: "identity", gain: 1 }, 10, 10, 0.3)).toBeNull();
    const base = { scheme: "orthogonal", gain: 1 } as const;
    expect(lawDensity({ scheme: "lsuv", base, tolerance: 0.1, max_iterations: 5 }, 10, 10, null)).toBeNull();
    expect(lawDensity({ scheme: "normal", mean: 0, std: 0 }, 10, 10, 0)).toBeNull();
  });
});
