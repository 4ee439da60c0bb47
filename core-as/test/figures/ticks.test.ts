// Ticks: round, inside, each with a label of its own, whatever the axis.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linearDomain, logDomain } from "../../figures/domain";
import type { Axis } from "../../figures/figure";
import { ticks } from "../../figures/ticks";

const axis = (domain: readonly [number, number], more: Partial<Axis> = {}): Axis => ({
  label: "x",
  unit: "",
  scale: "linear",
  domain,
  ...more,
});
const labels = (of: Axis, most: number) => ticks(of, most).map(({ label }) => label);

describe("ticks of a linear axis", () => {
  it("are 1, 2 or 5 times a power of ten", () => {
    expect(labels(axis([-4, 4]), 5)).toEqual(["−4", "−2", "0", "2", "4"]);
    expect(labels(axis([0, 0.3]), 4)).toEqual(["0", "0.1", "0.2", "0.3"]);
    expect(labels(axis([0, 12_000]), 3)).toEqual(["0", "5 000", "10 000"]);
  });

  it("are quarters of a whole share", () => {
    expect(labels(axis([0, 1], { unit: "share" }), 5)).toEqual(["0 %", "25 %", "50 %", "75 %", "100 %"]);
  });

  it("are whole where only whole numbers mean anything", () => {
    expect(labels(axis([0.5, 3.5], { whole: true }), 20)).toEqual(["1", "2", "3"]);
    expect(labels(axis([0.5, 1.5], { whole: true }), 9)).toEqual(["1"]);
  });

  it("write powers of ten for what is very small or large", () => {
    expect(labels(axis([-4e-22, 4e-22]), 4)).toEqual(["−4×10⁻²²", "−2×10⁻²²", "0", "2×10⁻²²", "4×10⁻²²"]);
    expect(labels(axis([0, 2e30]), 2)).toEqual(["0", "10³⁰", "2×10³⁰"]);
  });
});

describe("ticks of a log axis", () => {
  it("are powers, plain near one", () => {
    expect(labels(axis([0.01, 10], { scale: "log" }), 6)).toEqual(["0.01", "0.1", "1", "10"]);
    expect(labels(axis([1e-5, 2], { scale: "log" }), 9)).toEqual([
      "10⁻⁵",
      "10⁻⁴",
      "10⁻³",
      "10⁻²",
      "10⁻¹",
      "1",
    ]);
  });

  it("leave out decades alike where there are many", () => {
    expect(labels(axis([1e-40, 1], { scale: "log" }), 5)).toEqual(["10⁻⁴⁰", "10⁻³⁰", "10⁻²⁰", "10⁻¹⁰", "1"]);
  });

  it("are round numbers within less than a decade", () => {
    expect(labels(axis([2, 9], { scale: "log" }), 4)).toEqual(["2", "5"]);
  });
});

it("no axis makes ticks collide, leave the domain or run on", () => {
  const size = fc.double({ min: 1e-30, max: 1e30, noNaN: true });
  fc.assert(
    fc.property(
      size,
      size,
      fc.integer({ min: 1, max: 30 }),
      fc.boolean(),
      fc.boolean(),
      (a, b, most, log, sign) => {
        const low = log || sign ? Math.min(a, b) : -a;
        const high = log || sign ? Math.max(a, b) : b;
        fc.pre(high > low * (low > 0 ? 1 + 1e-6 : 1 - 1e-6));
        const found = ticks(axis([low, high], { scale: log ? "log" : "linear" }), most);
        const slack = 1e-6 * (high - low);
        expect(found.length).toBeLessThanOrEqual(60);
        found.forEach(({ value }, i) => {
          expect(value).toBeGreaterThanOrEqual(low - slack);
          expect(value).toBeLessThanOrEqual(high + slack);
          if (i > 0) expect(value).toBeGreaterThan(found[i - 1]!.value);
        });
        expect(new Set(found.map(({ label }) => label)).size).toBe(found.length);
        expect(found.every(({ label }) => label.length > 0)).toBe(true);
      },
    ),
    { numRuns: 2000 },
  );
});

describe("domains", () => {
  const anything = fc.array(fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, 0, 1e-45, 3.4e38)));
  it("are finite and rising whatever the values are, and hold them", () => {
    fc.assert(
      fc.property(anything, (raw) => {
        const values = raw
          .filter((v) => Number.isNaN(v) || Math.abs(v) < 1e39 || !Number.isFinite(v))
          .filter((v) => v === 0 || !(Math.abs(v) < 1e-45));
        const [low, high] = linearDomain(values);
        expect(Number.isFinite(low) && Number.isFinite(high) && low < high).toBe(true);
        for (const v of values)
          if (Number.isFinite(v))
            expect(v >= low - 1e-9 * (high - low) && v <= high + 1e-9 * (high - low)).toBe(true);
        const log = logDomain(values);
        if (log === null) {
          expect(values.some((v) => v > 0 && v < Infinity)).toBe(false);
          return;
        }
        expect(log[0] > 0 && log[1] / log[0] >= 9.99).toBe(true);
        for (const v of values)
          if (v > 0 && v < Infinity) expect(v >= log[0] * 0.999 && v <= log[1] * 1.001).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
