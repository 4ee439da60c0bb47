import { describe, expect, it } from "vitest";
import { BUILDS, TestCore } from "../harness";
import { kolmogorov, KOLMOGOROV_LIMIT, momentsOf, normalAbove } from "./statistics";
import { draw, streamOf } from "./stream";

describe.each(BUILDS)("generated data, %s core", (build) => {
  const core = new TestCore(build);
  const stream = streamOf(core, "data/inputs", 42);

  function points(kernel: string, samples: number, before: number[], noise: number, ld = 2) {
    core.reset();
    const x = core.f32(new Float32Array(samples * ld).fill(77));
    const labels = core.i32(samples);
    core.call[kernel]!(x.ptr, labels.ptr, samples, ld, ...before, ...stream, noise);
    return { x: x.values(), labels: labels.values() };
  }

  it.each([
    [0.5, 0, 1],
    [1, 3, 2],
    [0, 0, 1],
    [-1 / 7, -1, 0.5],
  ])("features with correlation %d, mean %d, std %d", (rho, mean, std) => {
    core.reset();
    const [rows, cols, ld] = [20_000, 8, 12];
    const data = core.f32(draw(core, "drawNormal", rows * ld, stream, [0, 1]));
    const before = data.values();
    core.call["correlateFeatures"]!(data.ptr, rows, cols, ld, mean, std, rho);
    const after = data.values();
    const column = (j: number) => Float64Array.from({ length: rows }, (_, i) => after[i * ld + j]!);
    for (let j = 0; j < cols; j++) {
      const found = momentsOf(column(j));
      expect(Math.abs(found.mean - mean)).toBeLessThan((4 * std) / Math.sqrt(rows));
      expect(Math.abs(found.variance - std ** 2)).toBeLessThan(4 * std ** 2 * Math.sqrt(2 / rows));
      expect(kolmogorov(column(j), (x) => normalAbove((mean - x) / std))).toBeLessThan(KOLMOGOROV_LIMIT);
      for (let k = 0; k < j; k++) {
        const [u, v] = [column(j), column(k)];
        const product = u.reduce((sum, x, i) => sum + (x - mean) * (v[i]! - mean), 0) / rows / std ** 2;
        expect(Math.abs(product - rho)).toBeLessThan(4 * Math.sqrt((1 + rho * rho) / rows));
      }
    }
    // The padding is nobody's, and stays as it was.
    expect(after.filter((_, i) => i % ld >= cols)).toEqual(before.filter((_, i) => i % ld >= cols));
    // The features of a sample sum to nothing at the lower end.
    if (rho < 0)
      for (let i = 0; i < rows; i++)
        expect(Math.abs(after.slice(i * ld, i * ld + cols).reduce((a, b) => a + b - mean, 0))).toBeLessThan(
          1e-5,
        );
  });

  it("two moons: half circles, balanced, jittered by the noise", () => {
    const { x, labels } = points("drawTwoMoons", 4001, [], 0);
    const angles = Float64Array.from(labels, (label, i) => {
      const [px, py] = [x[2 * i]!, x[2 * i + 1]!];
      const [cx, cy] = label === 0 ? [px, py] : [1 - px, 0.5 - py];
      expect(Math.abs(Math.hypot(cx, cy) - 1)).toBeLessThan(1e-6);
      expect(cy).toBeGreaterThanOrEqual(0);
      return Math.atan2(cy, cx);
    });
    expect(kolmogorov(angles, (angle) => angle / Math.PI)).toBeLessThan(KOLMOGOROV_LIMIT);
    expect(labels.reduce((a, b) => a + b, 0)).toBe(2000);
    const noisy = points("drawTwoMoons", 4001, [], 0.1);
    expect(noisy.labels).toEqual(labels);
    for (const side of [0, 1]) {
      const jitter = Float64Array.from(labels, (_, i) => noisy.x[2 * i + side]! - x[2 * i + side]!);
      expect(kolmogorov(jitter, (d) => normalAbove(-d / 0.1))).toBeLessThan(KOLMOGOROV_LIMIT);
    }
  });

  it("spirals: the angle grows with the radius, from class to class by a share of the turn", () => {
    const { x, labels } = points("drawSpirals", 3000, [3, 1.5], 0);
    const radii = Float64Array.from(labels, (_, i) => Math.hypot(x[2 * i]!, x[2 * i + 1]!));
    labels.forEach((label, i) => {
      const angle = 2 * Math.PI * (1.5 * radii[i]! + label / 3);
      expect(Math.abs(x[2 * i]! - radii[i]! * Math.cos(angle))).toBeLessThan(2e-6);
      expect(Math.abs(x[2 * i + 1]! - radii[i]! * Math.sin(angle))).toBeLessThan(2e-6);
    });
    expect(kolmogorov(radii, (r) => r)).toBeLessThan(KOLMOGOROV_LIMIT);
    for (const label of [0, 1, 2]) expect(labels.filter((l) => l === label).length).toBe(1000);
  });

  it("xor: the square, labelled by the product of signs, then jittered", () => {
    const { x, labels } = points("drawXor", 4000, [], 0);
    labels.forEach((label, i) => expect(x[2 * i]! * x[2 * i + 1]! < 0 ? 1 : 0).toBe(label));
    for (const side of [0, 1]) {
      const one = x.filter((_, i) => i % 2 === side);
      expect(kolmogorov(one, (v) => (v + 1) / 2)).toBeLessThan(KOLMOGOROV_LIMIT);
      expect(one.every((v) => Math.abs(v) <= 1)).toBe(true);
    }
    const noisy = points("drawXor", 4000, [], 0.5);
    expect(noisy.labels).toEqual(labels);
    expect(noisy.x.some((v, i) => Math.sign(v) !== Math.sign(x[i]!))).toBe(true);
  });

  it.each([
    ["drawTwoMoons", []],
    ["drawSpirals", [4, 2]],
    ["drawXor", []],
  ])("%s: a sample hangs on its index alone, rows may be padded", (kernel, before) => {
    const many = points(kernel, 300, before, 0.2);
    const few = points(kernel, 37, before, 0.2, 4);
    expect(few.x.filter((_, i) => i % 4 < 2)).toEqual(many.x.slice(0, 74));
    expect(few.x.filter((_, i) => i % 4 >= 2).every((v) => v === 77)).toBe(true);
    expect(few.labels).toEqual(many.labels.slice(0, 37));
  });
});
