import { describe, expect, it } from "vitest";
import { BUILDS, TestCore } from "../harness";
import { chiSquareZ } from "./statistics";
import { streamOf, type Stream } from "./stream";

function permutation(core: TestCore, n: number, stream: Stream): number[] {
  core.reset();
  const out = core.u32(n);
  core.call["drawPermutation"]!(out.ptr, n, ...stream);
  return [...out.values()];
}

describe.each(BUILDS)("permutation, %s core", (build) => {
  const core = new TestCore(build);

  it.each([0, 1, 2, 3, 10, 4097, 100_000])("of %d holds every number once", (n) => {
    const drawn = permutation(core, n, streamOf(core, "data/order", 5));
    expect(drawn.sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
  });

  it("takes each of the 24 orders of 4 equally often", () => {
    const counts: Record<string, number> = {};
    const [keyLo, keyHi] = streamOf(core, "data/order", 0);
    for (let seed = 0; seed < 24_000; seed++) {
      const order = permutation(core, 4, [keyLo, keyHi, seed, 0]).join("");
      counts[order] = (counts[order] ?? 0) + 1;
    }
    expect(Object.keys(counts).length).toBe(24);
    expect(Math.abs(chiSquareZ(Object.values(counts), () => 1000))).toBeLessThan(4);
  });

  it("sends a long row anywhere: fixed points are Poisson with mean 1, halves mix", () => {
    let [fixed, crossed] = [0, 0];
    const n = 1000;
    for (let seed = 0; seed < 400; seed++) {
      permutation(core, n, streamOf(core, "data/order", seed)).forEach((to, i) => {
        if (to === i) fixed++;
        if (i < n / 2 && to >= n / 2) crossed++;
      });
    }
    expect(Math.abs(fixed - 400)).toBeLessThan(4 * Math.sqrt(400));
    // Hypergeometric: mean n/4, variance (n/2)(1/4)(n/2)/(n-1).
    expect(Math.abs(crossed - 400 * 250)).toBeLessThan(4 * Math.sqrt((400 * 500 * 0.25 * 500) / 999));
  });
});
