import { describe, expect, it } from "vitest";
import { BUILDS, TestCore } from "../harness";
import { bitsOf, chiSquareZ, kolmogorov, KOLMOGOROV_LIMIT, momentsOf, normalAbove } from "./statistics";
import { draw, drawWords, streamOf } from "./stream";

const DRAWS = 2 ** 21;

describe.each(BUILDS)("normal, %s core", (build) => {
  const core = new TestCore(build);
  const values = draw(core, "drawNormal", DRAWS, streamOf(core, "layer/1/weight", 42), [0, 1]);

  it("agrees with the law: Kolmogorov at 0.1 %, 1000 equiprobable cells", () => {
    const below = (x: number) => normalAbove(-x);
    expect(kolmogorov(values.slice(0, 500_000), below)).toBeLessThan(KOLMOGOROV_LIMIT);
    const cells = new Float64Array(1000);
    for (const x of values) cells[Math.min(999, Math.floor(below(x) * 1000))]!++;
    expect(Math.abs(chiSquareZ(cells, () => DRAWS / 1000))).toBeLessThan(4);
  });

  it("has its moments within 4 standard errors", () => {
    const { mean, variance, third, fourth } = momentsOf(values);
    expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(1 / DRAWS));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / DRAWS));
    expect(Math.abs(third)).toBeLessThan(4 * Math.sqrt(15 / DRAWS));
    expect(Math.abs(fourth - 3)).toBeLessThan(4 * Math.sqrt(96 / DRAWS));
  });

  it.each([3, 3.5, 4, 4.5])("has its share beyond %d sigma", (limit) => {
    for (const side of [1, -1]) {
      const expected = DRAWS * normalAbove(limit);
      const found = values.reduce((count, x) => count + (side * x > limit ? 1 : 0), 0);
      expect(Math.abs(found - expected)).toBeLessThan(4 * Math.sqrt(expected));
    }
  });

  it("has pairs, neighbours and squares without correlation", () => {
    for (const lag of [1, 4, 8]) {
      let [plain, squares] = [0, 0];
      for (let i = lag; i < DRAWS; i++) {
        const [x, y] = [values[i]!, values[i - lag]!];
        plain += x * y;
        squares += (x * x - 1) * (y * y - 1);
      }
      expect(Math.abs(plain)).toBeLessThan(4 * Math.sqrt(DRAWS));
      expect(Math.abs(squares)).toBeLessThan(4 * 2 * Math.sqrt(DRAWS));
    }
  });

  it("is finite and never zero", () => {
    expect(values.every((x) => Number.isFinite(x) && x !== 0)).toBe(true);
  });

  it("is Box and Muller's transform of its words, to 3.5e-7 of each value (six half units in the last place)", () => {
    core.reset();
    const stream = streamOf(core, "probe/cotangent", 9);
    const words = drawWords(core, 2 ** 16, stream);
    const z = draw(core, "drawNormal", 2 ** 16, stream, [0, 1]);
    const error = (found: number, exact: number) => Math.abs(found - exact) / Math.abs(exact);
    let largest = 0;
    for (let i = 0; i < words.length; i += i % 4 === 3 ? 5 : 1) {
      const u = Math.fround((words[i]! >>> 1) | 1) / 2 ** 31 / (1 + 2 ** -23);
      const r = Math.sqrt(-2 * Math.log(u)) * (words[i]! & 1 ? -1 : 1);
      const second = words[i + 4]!;
      const angle = (Math.fround(second | 1) / 2 ** 31) * (Math.PI / 4);
      const [c, s] = [r * Math.cos(angle), r * Math.sin(angle)];
      largest = Math.max(largest, error(z[i]!, second & 1 ? s : c), error(z[i + 4]!, second & 1 ? c : s));
    }
    expect(largest).toBeLessThan(3.5e-7);
  });

  it("takes mean and std", () => {
    core.reset();
    const n = 200_000;
    const shifted = draw(core, "drawNormal", n, streamOf(core, "a", 1), [-3, 0.01]);
    expect(kolmogorov(shifted, (x) => normalAbove((-3 - x) / 0.01))).toBeLessThan(KOLMOGOROV_LIMIT);
    expect(new Set(draw(core, "drawNormal", 100, streamOf(core, "a", 1), [1.5, 0]))).toEqual(new Set([1.5]));
  });
});

// The checked core draws the same bits (twins.test.ts); long runs are the fast one's.
describe("long runs of the normal", () => {
  const core = new TestCore("fast");
  const stream = streamOf(core, "layer/1/weight", 0);

  it("reach 5.5 sigma: 5 values of 2^27 are expected beyond, none with a chance of 0.6 %", () => {
    core.reset();
    const out = core.f32(2 ** 20);
    let largest = 0;
    for (let part = 0; part < 128; part++) {
      core.call["drawNormal"]!(out.ptr, part * 256, 2 ** 20, ...stream, 0, 1);
      const z = out.values();
      for (let i = 0; i < z.length; i++) if (Math.abs(z[i]!) > largest) largest = Math.abs(z[i]!);
    }
    expect(largest).toBeGreaterThan(5.5);
    expect(largest).toBeLessThan(6.56);
  });

  it("take more than 2^22 values in 2^23 draws", () => {
    core.reset();
    const sorted = bitsOf(draw(core, "drawNormal", 2 ** 23, stream, [0, 1])).sort();
    let distinct = 1;
    for (let i = 1; i < sorted.length; i++) if (sorted[i] !== sorted[i - 1]) distinct++;
    expect(distinct).toBeGreaterThan(2 ** 22);
  });
});
