import { describe, expect, test } from "vitest";
import type { BiasSpec, WeightsSpec } from "../../spec/experiment";
import { biasLaw, computedGain, type Gains, type LawHooks } from "../../spec/laws";
import { defaultBias, SCHEME_NAMES, schemeLaw, SCHEMES } from "../../spec/schemes";

const gains: Gains = {
  forward: () => 1.5,
  variance: () => 1.7,
  backward: () => 1.3,
  criticalSigmaW: (sigmaB) => 2 + sigmaB,
};
const hooks: LawHooks = { gains, truncatedMoments: null };
const none: LawHooks = { gains: null, truncatedMoments: null };

const law = (spec: WeightsSpec, fanIn = 100, fanOut = 50) => schemeLaw(spec, fanIn, fanOut, hooks);

const std = (spec: WeightsSpec, fanIn = 100, fanOut = 50) => law(spec, fanIn, fanOut).entries.std;

test("the table has every scheme of numerics.md", () => {
  expect([...SCHEME_NAMES].sort()).toEqual(
    (
      "zeros ones constant normal uniform truncated_normal xavier_normal xavier_uniform he_normal he_uniform " +
      "lecun_normal lecun_uniform variance_scaling orthogonal identity eye sparse zero_hadamard lsuv critical file " +
      "torch_linear_default keras_dense_default"
    )
      .split(" ")
      .sort(),
  );
});

test("defaults lie within their bounds and among their choices", () => {
  for (const row of Object.values(SCHEMES)) {
    for (const parameter of Object.values(row.parameters)) {
      if (parameter.kind === "number") {
        expect(parameter.default).toBeGreaterThanOrEqual(parameter.bounds.min);
        expect(parameter.default).toBeLessThanOrEqual(parameter.bounds.max);
      }
      if (parameter.kind === "choice") expect(parameter.choices).toContain(parameter.default);
    }
  }
});

describe("laws against the formulas of their papers, fan_in 100, fan_out 50", () => {
  const he = { scheme: "he_normal", mode: "fan_in", nonlinearity: "relu", negative_slope: 0.01 } as const;
  const scaling = {
    scheme: "variance_scaling",
    scale: 2,
    mode: "fan_in",
    distribution: "untruncated_normal",
  } as const;

  test.each<[string, WeightsSpec, number]>([
    ["xavier_normal", { scheme: "xavier_normal", gain: 3 }, 3 * Math.sqrt(2 / 150)],
    ["xavier_uniform", { scheme: "xavier_uniform", gain: 3 }, 3 * Math.sqrt(2 / 150)],
    ["he_normal", he, Math.sqrt(2 / 100)],
    ["he_uniform", { ...he, scheme: "he_uniform" }, Math.sqrt(2 / 100)],
    ["he fan_out", { ...he, mode: "fan_out" }, Math.sqrt(2 / 50)],
    ["he linear", { ...he, nonlinearity: "linear" }, 1 / 10],
    ["he sigmoid", { ...he, nonlinearity: "sigmoid" }, 1 / 10],
    ["he tanh", { ...he, nonlinearity: "tanh" }, 5 / 3 / 10],
    ["he selu", { ...he, nonlinearity: "selu" }, 0.75 / 10],
    ["he leaky_relu", { ...he, nonlinearity: "leaky_relu", negative_slope: 0.5 }, Math.sqrt(2 / 1.25) / 10],
    ["he forward", { ...he, nonlinearity: "forward" }, 0.15],
    ["he variance", { ...he, nonlinearity: "variance" }, 0.17],
    ["he backward", { ...he, nonlinearity: "backward" }, 0.13],
    ["lecun_normal", { scheme: "lecun_normal" }, 0.1],
    ["lecun_uniform", { scheme: "lecun_uniform" }, 0.1],
    ["variance_scaling", scaling, Math.sqrt(2 / 100)],
    ["its truncated form", { ...scaling, distribution: "truncated_normal" }, Math.sqrt(2 / 100)],
    ["its uniform form", { ...scaling, distribution: "uniform" }, Math.sqrt(2 / 100)],
    ["fan_avg", { ...scaling, mode: "fan_avg" }, Math.sqrt(2 / 75)],
    ["fan_geo_avg", { ...scaling, mode: "fan_geo_avg" }, Math.sqrt(2 / Math.sqrt(5000))],
    ["orthogonal", { scheme: "orthogonal", gain: 2 }, 2 / 10],
    ["critical", { scheme: "critical", sigma_b: 0.5 }, 2.5 / 10],
    ["torch_linear_default", { scheme: "torch_linear_default" }, 1 / Math.sqrt(300)],
    ["keras_dense_default", { scheme: "keras_dense_default" }, Math.sqrt(2 / 150)],
    ["sparse", { scheme: "sparse", sparsity: 0.25, std: 0.3 }, 0.3 * Math.sqrt(37 / 50)],
    ["constant", { scheme: "constant", value: 3 }, 0],
    ["normal", { scheme: "normal", mean: 1, std: 0.01 }, 0.01],
    ["uniform", { scheme: "uniform", low: -1, high: 3 }, 4 / Math.sqrt(12)],
  ])("%s", (_name, spec, expected) => {
    expect(std(spec)).toBeCloseTo(expected, 14);
  });

  test("uniform laws have their bound as support", () => {
    expect(law({ scheme: "torch_linear_default" }).draw).toEqual({ kind: "uniform", low: -0.1, high: 0.1 });
    const bound = Math.sqrt(6 / 150);
    expect(law({ scheme: "keras_dense_default" }).entries).toMatchObject({
      mean: 0,
      low: -bound,
      high: bound,
    });
    expect(law({ ...he, scheme: "he_uniform" }).entries.high).toBeCloseTo(Math.sqrt(6 / 100), 14);
  });

  test("Keras's truncated normal is cut at 2 of its corrected std", () => {
    const { draw } = law({ ...scaling, scale: 1, distribution: "truncated_normal" });
    const parent = 0.1 / 0.87962566103423978;
    expect(draw).toEqual({
      kind: "truncated_normal",
      mean: 0,
      std: parent,
      low: -2 * parent,
      high: 2 * parent,
    });
  });
});

test("a truncated normal takes its moments from the hook, in standard units", () => {
  const spec = { scheme: "truncated_normal", mean: 1, std: 2, low: -1, high: 7 } as const;
  const seen: number[] = [];
  const truncatedMoments = (low: number, high: number) => {
    seen.push(low, high);
    return { mean: 0.25, std: 0.5 };
  };
  expect(schemeLaw(spec, 3, 4, { gains: null, truncatedMoments }).entries).toEqual({
    mean: 1.5,
    std: 1,
    low: -1,
    high: 7,
  });
  expect(seen).toEqual([-1, 3]);
  expect(schemeLaw(spec, 3, 4, none).entries).toEqual({ mean: null, std: null, low: -1, high: 7 });
  expect(schemeLaw({ ...spec, high: 3 }, 3, 4, none).entries.mean).toBe(1);
});

function moments(values: readonly number[]): { mean: number; std: number; low: number; high: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, std: Math.sqrt(variance), low: Math.min(...values), high: Math.max(...values) };
}

const SHAPES = [
  [1, 1],
  [1, 2],
  [1, 7],
  [3, 3],
  [5, 3],
  [3, 5],
  [4, 8],
  [7, 9],
  [17, 33],
  [33, 63],
  [64, 100],
  [100, 64],
] as const;

function expectEntries(entries: ReturnType<typeof law>["entries"], values: readonly number[]): void {
  const counted = moments(values);
  for (const key of ["mean", "std", "low", "high"] as const)
    expect(entries[key]).toBeCloseTo(counted[key], 13);
}

test.each(SHAPES)("identity, %d inputs, %d outputs: the moments are those of the matrix", (fanIn, fanOut) => {
  const matrix = Array.from({ length: fanIn * fanOut }, (_, index) =>
    Math.floor(index / fanIn) === index % fanIn ? 0.7 : 0,
  );
  for (const scheme of ["identity", "eye"] as const) {
    expectEntries(law({ scheme, gain: 0.7 }, fanIn, fanOut).entries, matrix);
  }
});

test.each(SHAPES)("ZerO, %d inputs, %d outputs: the moments are those of the matrix", (fanIn, fanOut) => {
  const { draw, entries } = law({ scheme: "zero_hadamard" }, fanIn, fanOut);
  if (draw.kind !== "zero_hadamard") throw new Error(draw.kind);
  expect(draw.order > 0).toBe(fanOut > fanIn);
  if (draw.order > 0) {
    expect(draw.order).toBeGreaterThanOrEqual(fanOut);
    expect(draw.order).toBeLessThan(2 * fanOut);
    expect(draw.scale).toBeCloseTo(draw.order ** -0.5, 15);
  }
  const sign = (row: number, column: number) => {
    let bits = row & column;
    let parity = 0;
    for (; bits > 0; bits &= bits - 1) parity ^= 1;
    return parity === 0 ? 1 : -1;
  };
  const matrix = Array.from({ length: fanIn * fanOut }, (_, index) => {
    const row = Math.floor(index / fanIn);
    const column = index % fanIn;
    if (draw.order === 0) return row === column ? 1 : 0;
    return draw.scale * sign(row, column);
  });
  expectEntries(entries, matrix);
});

test("sparse counts its zeros as torch does, and may be all zeros", () => {
  const spec = { scheme: "sparse", sparsity: 0.1, std: 1 } as const;
  expect(law(spec, 10, 25).draw).toEqual({ kind: "sparse", std: 1, zerosPerColumn: 3 });
  expect(law({ ...spec, sparsity: 1 }).entries).toEqual({ mean: 0, std: 0, low: 0, high: 0 });
  expect(law({ ...spec, sparsity: 0 }).draw).toMatchObject({ zerosPerColumn: 0 });
});

test("lsuv draws its base and scales it by the data", () => {
  const base = { scheme: "orthogonal", gain: 1 } as const;
  const spec = { scheme: "lsuv", base, tolerance: 0.1, max_iterations: 7 } as const;
  expect(law(spec)).toEqual({
    draw: { kind: "orthogonal", gain: 1 },
    entries: { mean: 0, std: null, low: null, high: null },
    rescale: { tolerance: 0.1, maxIterations: 7 },
  });
});

test("computed gains are asked for only where they are needed", () => {
  const he = { scheme: "he_normal", mode: "fan_in", nonlinearity: "relu", negative_slope: 0.01 } as const;
  expect(computedGain(he)).toBeNull();
  expect(computedGain({ ...he, nonlinearity: "backward" })).toBe("backward");
  const critical = { scheme: "critical", sigma_b: 0 } as const;
  expect(computedGain({ scheme: "lsuv", base: critical, tolerance: 0.1, max_iterations: 1 })).toBe(
    "critical",
  );
  expect(() => schemeLaw(critical, 3, 3, none)).toThrow("needs hooks.gains");
  expect(schemeLaw(he, 2, 3, none).entries.std).toBe(1);
});

test("biases: closed forms, and the scheme's own default", () => {
  const uniform = biasLaw({ scheme: "torch_linear_default" }, 4, none);
  expect(uniform.entries).toMatchObject({ mean: 0, low: -0.5, high: 0.5 });
  const cases: readonly [BiasSpec, number, number][] = [
    [{ scheme: "zeros" }, 0, 0],
    [{ scheme: "ones" }, 1, 0],
    [{ scheme: "constant", value: -2 }, -2, 0],
    [{ scheme: "normal", mean: 1, std: 2 }, 1, 2],
    [{ scheme: "uniform", low: 0, high: 1 }, 0.5, Math.sqrt(1 / 12)],
  ];
  for (const [spec, mean, deviation] of cases) {
    expect(biasLaw(spec, 9, none).entries.mean).toBe(mean);
    expect(biasLaw(spec, 9, none).entries.std).toBeCloseTo(deviation, 15);
  }
  expect(defaultBias({ scheme: "torch_linear_default" })).toEqual({ scheme: "torch_linear_default" });
  expect(defaultBias({ scheme: "critical", sigma_b: 0.3 })).toEqual({ scheme: "normal", mean: 0, std: 0.3 });
  expect(defaultBias({ scheme: "critical", sigma_b: 0 })).toEqual({ scheme: "zeros" });
  expect(defaultBias({ scheme: "keras_dense_default" })).toEqual({ scheme: "zeros" });
});
