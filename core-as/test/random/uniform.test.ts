import { describe, expect, it } from "vitest";
import { BUILDS, TestCore } from "../harness";
import { bitsOf, KOLMOGOROV_LIMIT, kolmogorov, momentsOf } from "./statistics";
import { draw, streamOf } from "./stream";

describe.each(BUILDS)("uniform, %s core", (build) => {
  const core = new TestCore(build);
  const stream = streamOf(core, "layer/1/weight", 42);

  it.each([
    [0, 1],
    [-1, 1],
    [-0.054, 0.054],
    [2, 7.3],
    [-1e-3, 4],
  ])("U[%d, %d): Kolmogorov at 0.1 %%, moments within 4 standard errors", (low, high) => {
    core.reset();
    const n = 500_000;
    const values = draw(core, "drawUniform", n, stream, [low, high]);
    expect(kolmogorov(values, (x) => (x - low) / (high - low))).toBeLessThan(KOLMOGOROV_LIMIT);
    const width = high - low;
    const { mean, variance, fourth } = momentsOf(values);
    expect(Math.abs(mean - (low + high) / 2)).toBeLessThan(4 * width * Math.sqrt(1 / 12 / n));
    // Var of the sample variance: (mu4 - sigma^4) / n, mu4 = w^4 / 80; of the fourth moment: (mu8 - mu4^2) / n, mu8 = w^8 / 2304.
    expect(Math.abs(variance - width ** 2 / 12)).toBeLessThan(
      4 * width ** 2 * Math.sqrt((1 / 80 - 1 / 144) / n),
    );
    expect(Math.abs(fourth - width ** 4 / 80)).toBeLessThan(
      4 * width ** 4 * Math.sqrt((1 / 2304 - 1 / 6400) / n),
    );
    expect(values.every((x) => x >= low && x < high)).toBe(true);
  });

  // Narrow intervals, where most draws round to an end.
  it.each([
    [0, 1.4e-45],
    [1, 1 + 2 ** -23],
    [1, 1 + 2 ** -22],
    [-1 - 2 ** -22, -1],
    [0.1, 0.1 + 1e-7],
    [1000, 1000.001],
    [-1e30, 1e38],
    [-3.4e38, 3.4e38],
    [-3e-39, 1e-39],
  ])("[%d, %d) is never left, its upper end never returned", (low, high) => {
    core.reset();
    const values = draw(core, "drawUniform", 100_000, stream, [low, high]);
    expect(values.every((x) => x >= low && x < high)).toBe(true);
  });

  it("gives the point for an empty interval", () => {
    expect(new Set(draw(core, "drawUniform", 100, stream, [0.5, 0.5]))).toEqual(new Set([0.5]));
    expect(new Set(draw(core, "drawUniform", 100, stream, [0, 0]))).toEqual(new Set([0]));
  });

  it("takes more than 2^22 values in 2^23 draws, none of them zero in a symmetric interval", () => {
    core.reset();
    const sorted = bitsOf(draw(core, "drawUniform", 2 ** 23, stream, [-1, 1])).sort();
    let distinct = 1;
    for (let i = 1; i < sorted.length; i++) if (sorted[i] !== sorted[i - 1]) distinct++;
    expect(distinct).toBeGreaterThan(2 ** 22);
    expect(sorted[0]! << 1).not.toBe(0);
    expect(sorted.includes(0x80000000)).toBe(false);
  });
});
