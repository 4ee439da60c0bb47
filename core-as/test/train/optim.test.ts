// Optimizers, clipping, schedules and squared error: each kernel against the definition in float64, and its twin.
import { describe, expect, it } from "vitest";
import { Optimizer, Schedule } from "../../shared/training";
import { BUILDS, TestCore } from "../harness";
import { batchOf, signed, valuesOf } from "../nn/batches";

const COUNT = 64;
const f = Math.fround;

interface Arrays {
  p: number[];
  g: number[];
  m: number[];
  v: number[];
}

function drawn(seed: number): Arrays {
  const next = signed(seed, 1);
  const values = () => Array.from({ length: COUNT }, () => f(next()));
  const arrays = { p: values(), g: values(), m: values(), v: values().map(Math.abs) };
  // What an optimizer meets besides: zeros, and gradients far apart.
  arrays.g[3] = 0;
  arrays.v[3] = 0;
  arrays.g[5] = 1e-20;
  arrays.g[7] = 1e6;
  return arrays;
}

const RATE = 0.03;
const DECAY = 0.1;
const MU = 0.9;
const [B1, B2, EPS] = [0.9, 0.999, 1e-8];

/** The update of one parameter by the definitions of torch.optim, in float64. */
const DEFINED = {
  sgd: (p: number, g: number) => [p - RATE * (g + DECAY * p)],
  momentum: (p: number, g: number, m: number) => {
    const held = MU * m + g + DECAY * p;
    return [p - RATE * held, held];
  },
  nesterov: (p: number, g: number, m: number) => {
    const d = g + DECAY * p;
    const held = MU * m + d;
    return [p - RATE * (d + MU * held), held];
  },
  adam: (p: number, g: number, m: number, v: number, t: number) => adam(p, g + DECAY * p, m, v, t),
  adamw: (p: number, g: number, m: number, v: number, t: number) => {
    const [moved, ...state] = adam(p, g, m, v, t);
    return [moved! - RATE * DECAY * p, ...state];
  },
  rmsprop: (p: number, g: number, m: number, v: number) => {
    const d = g + DECAY * p;
    const second = B2 * v + (1 - B2) * d * d;
    const held = MU * m + d / (Math.sqrt(second) + EPS);
    return [p - RATE * held, held, second];
  },
};

function adam(p: number, g: number, m: number, v: number, t: number): number[] {
  const first = B1 * m + (1 - B1) * g;
  const second = B2 * v + (1 - B2) * g * g;
  const below = Math.sqrt(second / (1 - B2 ** t)) + EPS;
  return [p - (RATE * (first / (1 - B1 ** t))) / below, first, second];
}

describe.each(BUILDS)("optimizers (%s)", (build) => {
  const core = new TestCore(build);

  function moved(name: keyof typeof DEFINED, arrays: Arrays, t: number, twin: boolean): number[][] {
    core.reset();
    const [p, g, m, v] = [arrays.p, arrays.g, arrays.m, arrays.v].map((values) => core.f32(values));
    const end = twin ? "Naive" : "";
    const kind = Optimizer[name];
    if (kind === Optimizer.adam || kind === Optimizer.adamw)
      core.call[`updateByAdam${end}`]!(
        ...[Number(kind === Optimizer.adamw), p!.ptr, g!.ptr, m!.ptr, v!.ptr, COUNT],
        ...[RATE, B1, B2, EPS, DECAY, t],
      );
    else if (kind === Optimizer.rmsprop)
      core.call[`updateByRmsprop${end}`]!(
        ...[p!.ptr, g!.ptr, m!.ptr, v!.ptr, COUNT, RATE, MU, B2, EPS, DECAY],
      );
    else core.call[`updateByMomentum${end}`]!(kind, p!.ptr, g!.ptr, m!.ptr, COUNT, RATE, MU, DECAY);
    return [p!, m!, v!].map((region) => Array.from(region.values()));
  }

  it.each(Object.keys(DEFINED) as (keyof typeof DEFINED)[])(
    "%s agrees with its definition, and with its twin to the bit",
    (name) => {
      for (const t of [1, 2, 77]) {
        const arrays = drawn(t);
        const [p, m, v] = moved(name, arrays, t, false);
        expect(moved(name, arrays, t, true)).toEqual([p, m, v]);
        for (let i = 0; i < COUNT; i++) {
          const [to, first, second] = DEFINED[name](
            arrays.p[i]!,
            arrays.g[i]!,
            arrays.m[i]!,
            arrays.v[i]!,
            t,
          );
          const size = Math.abs(arrays.p[i]!) + Math.abs(to! - arrays.p[i]!);
          expect(Math.abs(p![i]! - to!), `${name} p ${i}`).toBeLessThanOrEqual(1e-6 * size);
          if (first !== undefined)
            expect(Math.abs(m![i]! - first), `${name} m ${i}`).toBeLessThanOrEqual(
              1e-6 * (Math.abs(first) + Math.abs(arrays.m[i]!)),
            );
          if (second !== undefined)
            expect(Math.abs(v![i]! - second), `${name} v ${i}`).toBeLessThanOrEqual(1e-6 * second);
        }
      }
    },
  );

  it("clips to the norm, and leaves shorter gradients alone", () => {
    const { g } = drawn(9);
    const norm = Math.sqrt(g.reduce((sum, x) => sum + x * x, 0));
    for (const name of ["clipToNorm", "clipToNormNaive"])
      for (const limit of [0.5, norm * 2]) {
        core.reset();
        const at = core.f32(g);
        expect(core.call[name]!(at.ptr, COUNT, limit)).toBeCloseTo(norm, 6);
        const scale = f(Math.min(1, limit / (norm + 1e-6)));
        expect(Array.from(at.values())).toEqual(g.map((x) => f(x * scale)));
      }
  });

  it("sums squares as its twin does, to the bit", () => {
    core.reset();
    const { p, g } = drawn(4);
    const [x, y] = [core.f32(p), core.f32(g)];
    const sum = core.call["sumOfSquares"]!(x.ptr, COUNT);
    expect(sum).toBe(core.call["sumOfSquaresNaive"]!(x.ptr, COUNT));
    expect(sum).toBeCloseTo(
      p.reduce((total, value) => total + value * value, 0),
      10,
    );
    const apart = core.call["sumOfSquaredDifferences"]!(x.ptr, y.ptr, COUNT);
    expect(apart).toBe(core.call["sumOfSquaredDifferencesNaive"]!(x.ptr, y.ptr, COUNT));
    const expected = p.reduce((total, value, i) => total + (value - g[i]!) ** 2, 0);
    expect(Math.abs(apart - expected)).toBeLessThan(1e-12 * expected);
  });

  it("warms up, falls by steps, and by half a cosine", () => {
    const rateAt = (kind: Schedule, warmup: number, step: number) =>
      core.call["learningRateAt"]!(0.5, kind, warmup, 10, 0.1, 0.2, 100, step);
    expect(rateAt(Schedule.constant, 0, 0)).toBe(0.5);
    expect(rateAt(Schedule.constant, 4, 0)).toBe(0.125);
    expect(rateAt(Schedule.constant, 4, 3)).toBe(0.5);
    expect([0, 9, 10, 19, 20].map((step) => rateAt(Schedule.step, 0, step))).toEqual([
      ...[0.5, 0.5],
      ...[0.5 * 0.1, 0.5 * 0.1],
      0.5 * 0.1 ** 2,
    ]);
    for (const step of [20, 37, 99])
      expect(rateAt(Schedule.cosine, 20, step)).toBeCloseTo(
        0.5 * (0.2 + 0.8 * 0.5 * (1 + Math.cos((Math.PI * (step - 20)) / 80))),
        14,
      );
  });

  it("takes squared error and its gradient, and counts as cross-entropy counts", () => {
    core.reset();
    const [rows, classes] = [7, 3];
    const next = signed(11, 2);
    const y = batchOf(core, rows, classes, () => f(next()));
    const labels = Array.from({ length: rows }, (_, r) => r % classes);
    const d = batchOf(core, rows, classes, () => 0);
    const out = core.f64([5, 2]);
    core.call["squaredError"]!(d.ptr, y.ptr, core.i32(labels).ptr, rows, classes, y.ld, 0.25, out.ptr);
    const values = valuesOf(y);
    const error = values.map((value, i) => value - (i % classes === labels[Math.floor(i / classes)] ? 1 : 0));
    const [loss, right] = out.values();
    expect(loss! - 5).toBeCloseTo(
      error.reduce((sum, e) => sum + e * e, 0),
      10,
    );
    expect(valuesOf(d)).toEqual(error.map((e) => f(2 * e * 0.25)));
    const tops = labels.map((_, r) => {
      const row = values.slice(r * classes, (r + 1) * classes);
      return row.indexOf(Math.max(...row));
    });
    expect(right! - 2).toBe(tops.filter((top, r) => top === labels[r]).length);
  });
});
