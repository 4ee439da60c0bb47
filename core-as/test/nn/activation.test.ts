import { describe, expect, it } from "vitest";
import { Activation } from "../../shared/activation";
import { BUILDS, TestCore } from "../harness";
import { CASES, firstDifference, normals, points, title, type Case } from "./reference";

const COUNT = 100_003; // not a multiple of four: the tail is tested too

/** The entry with the largest error in units of the allowance 1e-6 |f| + 1e-7. */
function worst(x: Float32Array, got: Float32Array, c: Case, which: "f" | "slope") {
  let at = { ratio: 0, x: 0, got: 0, want: 0 };
  for (const [i, z] of x.entries()) {
    const ends = which === "f" ? c.ends.slice(0, 2) : c.ends.slice(2);
    const want = Number.isNaN(z) ? NaN : z === -Infinity ? ends[0]! : z === Infinity ? ends[1]! : c[which](z);
    const value = got[i]!;
    // Where float32 overflows, or the limit is not finite, the value itself must be met.
    const same = Object.is(Math.fround(want), value) || Math.fround(want) === value;
    const ratio = same ? 0 : Math.abs(value - want) / (1e-6 * Math.abs(want) + 1e-7);
    if (!(ratio <= at.ratio)) at = { ratio, x: z, got: value, want };
    if (Number.isNaN(ratio)) break;
  }
  return at;
}

/** Relative error where |f| is tiny: what a deep, fading network feels. */
const RELATIVE_NEAR_ZERO = [
  Activation.tanh,
  Activation.elu,
  Activation.selu,
  Activation.celu,
  Activation.gelu,
  Activation.gelu_tanh,
  Activation.silu,
  Activation.mish,
  Activation.softsign,
  Activation.sin,
  Activation.hard_swish,
];

describe("the reference", () => {
  it.each(CASES.map((c) => [title(c), c] as const))("%s: the slope is the central difference", (_, c) => {
    for (let x = -9.97; x < 10; x += 0.0613) {
      if (c.kinks.some((k) => Math.abs(x - k) < 1e-3)) continue;
      const h = 1e-5 / Math.max(1, Math.abs(c.p));
      const difference = (c.f(x + h) - c.f(x - h)) / (2 * h);
      expect(Math.abs(c.slope(x) - difference)).toBeLessThan(2e-8 * Math.max(1, c.p));
    }
  });
});

describe.each(BUILDS)("activations (%s)", (build) => {
  const core = new TestCore(build);
  const x = points(COUNT, 7);
  const z = core.f32(x);
  const out = core.f32(COUNT);
  const twin = core.f32(COUNT);
  const slope = core.f32(COUNT);
  const normal = normals(3);
  const dh = core.f32(Float32Array.from({ length: COUNT }, normal));

  it.each(CASES.map((c) => [title(c), c] as const))("%s: forward within 1e-6 |f| + 1e-7", (_, c) => {
    core.call["activationForward"]!(c.kind, out.ptr, z.ptr, COUNT, c.p);
    const at = worst(x, out.values(), c, "f");
    expect(at.ratio, JSON.stringify(at)).toBeLessThanOrEqual(1);
  });

  it.each(CASES.map((c) => [title(c), c] as const))("%s: derivative within 1e-6 |f| + 1e-7", (_, c) => {
    core.call["activationDerivative"]!(c.kind, out.ptr, z.ptr, COUNT, c.p);
    const at = worst(x, out.values(), c, "slope");
    expect(at.ratio, JSON.stringify(at)).toBeLessThanOrEqual(1);
  });

  it.each(CASES.map((c) => [title(c), c] as const))("%s: the scalar twins give equal bits", (_, c) => {
    core.call["activationForward"]!(c.kind, out.ptr, z.ptr, COUNT, c.p);
    core.call["activationForwardNaive"]!(c.kind, twin.ptr, z.ptr, COUNT, c.p);
    expect(firstDifference(out.values(), twin.values())).toBe(-1);
    core.call["activationBackward"]!(c.kind, out.ptr, dh.ptr, z.ptr, COUNT, c.p);
    core.call["activationBackwardNaive"]!(c.kind, twin.ptr, dh.ptr, z.ptr, COUNT, c.p);
    expect(firstDifference(out.values(), twin.values())).toBe(-1);
    core.call["activationDerivative"]!(c.kind, slope.ptr, z.ptr, COUNT, c.p);
    core.call["activationDerivativeNaive"]!(c.kind, twin.ptr, z.ptr, COUNT, c.p);
    expect(firstDifference(slope.values(), twin.values())).toBe(-1);
    const cotangent = dh.values();
    const product = slope.values().map((s, i) => s * cotangent[i]!);
    expect(firstDifference(out.values(), product)).toBe(-1);
  });

  it.each(CASES.filter((c) => RELATIVE_NEAR_ZERO.includes(c.kind)).map((c) => [title(c), c] as const))(
    "%s: relative accuracy near zero",
    (_, c) => {
      core.call["activationForward"]!(c.kind, out.ptr, z.ptr, COUNT, c.p);
      for (const [i, h] of out.values().entries()) {
        if (!(Math.abs(x[i]!) < 0.5) || Math.abs(x[i]!) < 1e-30) continue;
        const want = c.f(x[i]!);
        if (!(Math.abs(h - want) <= 1e-6 * Math.abs(want))) expect.fail(`${h} for ${want} at ${x[i]}`);
      }
    },
  );

  it("lets backward run in place", () => {
    core.call["activationBackward"]!(Activation.gelu, out.ptr, dh.ptr, z.ptr, COUNT, 0);
    const copy = core.f32(dh.values());
    core.call["activationBackward"]!(Activation.gelu, copy.ptr, copy.ptr, z.ptr, COUNT, 0);
    expect(firstDifference(copy.values(), out.values())).toBe(-1);
  });

  it("never leaves [-1, 1] with tanh nor [0, 1] with sigmoid", () => {
    const within = (low: number, high: number) =>
      out.values().every((v) => Number.isNaN(v) || (v >= low && v <= high));
    core.call["activationForward"]!(Activation.tanh, out.ptr, z.ptr, COUNT, 0);
    expect(within(-1, 1)).toBe(true);
    core.call["activationForward"]!(Activation.sigmoid, out.ptr, z.ptr, COUNT, 0);
    expect(within(0, 1)).toBe(true);
  });
});
