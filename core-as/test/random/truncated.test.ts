import { describe, expect, it } from "vitest";
import { BUILDS, TestCore } from "../harness";
import { kolmogorov, KOLMOGOROV_LIMIT, momentsOf, truncatedBelow } from "./statistics";
import { draw, streamOf } from "./stream";

// Bounds in units of std: wide, narrow, one-sided, tails of both signs, an interval without change of density.
const INTERVALS = [
  [-2, 2],
  [-0.35, 0.35],
  [-0.1, 0.2],
  [0.3, 0.4],
  [-1, Infinity],
  [0.6, Infinity],
  [0.8, Infinity],
  [0.5, 1.2],
  [1, 3],
  [-3, -1.5],
  [5, 6],
  [-6, -5],
  [5, 5.01],
  [5, Infinity],
  [-Infinity, -3],
  [-Infinity, Infinity],
] as const;

describe.each(BUILDS)("truncated normal, %s core", (build) => {
  const core = new TestCore(build);
  const stream = streamOf(core, "layer/1/weight", 42);

  it.each(INTERVALS)("in [%d, %d] sigma: Kolmogorov at 0.1 %%, bounds kept", (low, high) => {
    for (const [mean, std] of [
      [0, 1],
      [0.25, 0.02],
    ] as const) {
      core.reset();
      const [from, to] = [mean + std * low, mean + std * high];
      const values = draw(core, "drawTruncatedNormal", 100_000, stream, [mean, std, from, to]);
      expect(values.every((x) => x >= from && x <= to)).toBe(true);
      const distance = kolmogorov(values, (x) => truncatedBelow((x - mean) / std, low, high));
      expect(distance).toBeLessThan(KOLMOGOROV_LIMIT);
    }
  });

  it("has the variance of the 2-sigma cut, 0.87962566^2, within 4 standard errors", () => {
    core.reset();
    const n = 2 ** 20;
    const { mean, variance, fourth } = momentsOf(draw(core, "drawTruncatedNormal", n, stream, [0, 1, -2, 2]));
    const expected = 0.8796256610342398 ** 2;
    expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(expected / n));
    expect(Math.abs(variance - expected)).toBeLessThan(4 * Math.sqrt((fourth - expected ** 2) / n));
  });

  // Bounds that float32 cannot hold, tails where the distribution function underflows, hardly any room.
  it.each([
    [0, 1, 0.1, 0.7],
    [0, 1, 38, Infinity],
    [0, 1, 50, 51],
    [0, 1, -Infinity, -1e6],
    [0, 1e-3, 0.9999999, 1.1],
    [1, 1, 1 + 1e-7, 1 + 3e-7],
    [0.1, 0.3, 0.1, 0.1 + 2e-8],
  ])("N(%d, %d^2) in [%d, %d] never leaves its bounds", (mean, std, low, high) => {
    core.reset();
    const values = draw(core, "drawTruncatedNormal", 50_000, stream, [mean, std, low, high]);
    expect(values.every((x) => x >= low && x <= high && Number.isFinite(x))).toBe(true);
  });

  it("falls off as exp(-a (x - a)) far out, with the mean excess 1/a - 2/a^3", () => {
    core.reset();
    const n = 50_000;
    const a = 40;
    const { mean } = momentsOf(draw(core, "drawTruncatedNormal", n, stream, [-a, 1, 0, Infinity]));
    // The mean is the point itself for 40 sigma: N(-40, 1) above 0 has excess 1/40 - 2/40^3 + ..., std about 1/40.
    expect(Math.abs(mean - (1 / a - 2 / a ** 3))).toBeLessThan((4 * (1 / a)) / Math.sqrt(n));
  });

  it("is one point where std is 0 or the bounds meet", () => {
    expect(new Set(draw(core, "drawTruncatedNormal", 9, stream, [0.5, 0, -1, 1]))).toEqual(new Set([0.5]));
    expect(new Set(draw(core, "drawTruncatedNormal", 9, stream, [0, 0, 2, 3]))).toEqual(new Set([2]));
    expect(new Set(draw(core, "drawTruncatedNormal", 9, stream, [0, 1, 2, 2]))).toEqual(new Set([2]));
  });
});
