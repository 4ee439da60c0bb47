// The frameworks' truth table against the lab's own schemes: closed forms of the laws, and samples.
import { describe, expect, it } from "vitest";
import type { BiasSpec, WeightsSpec } from "../../spec/experiment";
import { biasLaw, type Law, type LawHooks } from "../../spec/laws";
import { schemeLaw } from "../../spec/schemes";
import type { WrittenBias, WrittenWeights } from "../../spec/written";
import { type FrameworkRow, frameworkTable } from "../../theory/frameworks";
import { nearestDefault } from "../../theory/nearestDefault";
import { normalBelow } from "../runtime/activations64";
import { exactMoments } from "../runtime/exact";
import { experiment, Kept, runOn } from "../runtime/host";

const hooks: LawHooks = {
  gains: null,
  truncatedMoments: (low, high) => {
    const density = (x: number) => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
    const mass = normalBelow(high) - normalBelow(low);
    const mean = (density(low) - density(high)) / mass;
    const square = 1 + (low * density(low) - high * density(high)) / mass;
    return { mean, std: Math.sqrt(square - mean * mean) };
  },
};

function lawOf(row: FrameworkRow, fanIn: number, fanOut: number): Law {
  return row.tensor === "weight"
    ? schemeLaw(row.scheme, fanIn, fanOut, hooks)
    : biasLaw(row.scheme as BiasSpec, fanIn, hooks);
}

const named = (rows: readonly FrameworkRow[]) =>
  rows.map((row) => [`${row.framework} ${row.call} ${row.tensor}`, row] as const);

describe.each([
  [784, 100],
  [33, 60],
  [1, 1],
  [16384, 3],
])("fan_in %i, fan_out %i", (fanIn, fanOut) => {
  it.each(named(frameworkTable(fanIn, fanOut)))("%s is the lab's scheme", (_name, row) => {
    const { draw, entries } = lawOf(row, fanIn, fanOut);
    if (row.std > 0 || row.distribution === "constant") expect(row.distribution).toBe(draw.kind);
    expect(row.mean).toBeCloseTo(entries.mean!, 14);
    expect(Math.abs(row.std - entries.std!)).toBeLessThanOrEqual(1e-12 * row.std);
    for (const end of ["low", "high"] as const)
      if (row[end] === null) expect(entries[end]).toBeNull();
      else expect(row[end]).toBeCloseTo(entries[end]!, 12);
    if (row.bound !== null) {
      expect(row.high).toBe(row.bound);
      expect(row.low! + row.bound).toBe(0);
    }
    expect(row.truncation !== null).toBe(row.distribution === "truncated_normal");
    if (row.truncation && draw.kind === "truncated_normal") {
      expect(row.truncation.parentStd / draw.std).toBeCloseTo(1, 12);
      expect(row.truncation.low / draw.low).toBeCloseTo(1, 12);
      expect(row.truncation.corrected).toBe(
        row.scheme.scheme === "variance_scaling" && row.distribution === "truncated_normal",
      );
    }
  });
});

describe("samples of the lab", () => {
  const [fanIn, fanOut] = [70, 400];
  it.each(named(frameworkTable(fanIn, fanOut)))("%s", async (_name, row) => {
    const weights = (row.tensor === "weight" ? row.scheme : { scheme: "zeros" }) as WrittenWeights;
    const bias = (row.tensor === "bias" ? row.scheme : { scheme: "zeros" }) as WrittenBias;
    const spec = experiment({
      seed: 4,
      data: { source: "gaussian", samples: 2, features: fanIn },
      network: { layers: [{ units: fanOut, activation: "identity", weights, bias }] },
    });
    const values = new Kept(await runOn("fast", spec, { keepTensors: true })).f32(`layer1.${row.tensor}`);
    const got = exactMoments(values);
    const n = values.length;
    expect(Math.abs(got.mean - row.mean)).toBeLessThanOrEqual((4 * row.std) / Math.sqrt(n) + 1e-7);
    const spread = row.std === 0 ? 0 : row.std ** 2 * Math.sqrt(Math.max(0, got.kurtosis + 2) / n);
    expect(Math.abs(got.std ** 2 - row.std ** 2)).toBeLessThanOrEqual(4 * spread + 1e-9);
    if (row.low !== null) expect(values.every((w) => w >= Math.fround(row.low!))).toBe(true);
    if (row.high !== null) expect(values.every((w) => w <= Math.fround(row.high!))).toBe(true);
  });
});

it("what is known by heart", () => {
  const std = (call: string, tensor = "weight") =>
    frameworkTable(300, 100).find((row) => row.call === call && row.tensor === tensor)!.std;
  expect(std("torch.nn.Linear(in, out)")).toBeCloseTo(1 / 30, 12);
  expect(std("torch.nn.Linear(in, out)", "bias")).toBeCloseTo(1 / 30, 12);
  expect(std("keras.layers.Dense(out)")).toBeCloseTo(Math.sqrt(2 / 400), 12);
  expect(std("keras.layers.Dense(out)", "bias")).toBe(0);
  expect(std("keras.initializers.TruncatedNormal()")).toBeCloseTo(0.044, 4);
  expect(std("jax.nn.initializers.truncated_normal()")).toBeCloseTo(0.0088, 5);
  expect(std("torch.nn.init.trunc_normal_(w)")).toBeCloseTo(0.8796, 4);
  expect(std("timm.layers.trunc_normal_(w, std=.02)")).toBe(0.02);
  expect(std("jax.nn.initializers.uniform()")).toBeCloseTo(0.01 / Math.sqrt(12), 14);
  expect(std("flax.linen.Dense(out), flax.nnx.Linear(in, out)")).toBeCloseTo(1 / Math.sqrt(300), 14);
});

describe("the nearest default", () => {
  const near = (weights: WeightsSpec, fanIn = 784, fanOut = 100) => {
    const { entries, draw } = schemeLaw(weights, fanIn, fanOut, hooks);
    return nearestDefault(entries, draw.kind, fanIn, fanOut);
  };

  it.each<[WeightsSpec, string, string]>([
    [{ scheme: "torch_linear_default" }, "PyTorch", "Linear"],
    [{ scheme: "keras_dense_default" }, "Keras 3", "Dense"],
    [{ scheme: "xavier_uniform", gain: 1 }, "Keras 3", "Dense"],
    [{ scheme: "xavier_normal", gain: 1 }, "PyTorch", "xavier_normal_"],
    [
      { scheme: "variance_scaling", scale: 1, mode: "fan_in", distribution: "truncated_normal" },
      "Flax",
      "Dense",
    ],
    [
      { scheme: "variance_scaling", scale: 2, mode: "fan_in", distribution: "truncated_normal" },
      "Keras 3",
      "HeNormal",
    ],
    [{ scheme: "lecun_normal" }, "PyTorch", "kaiming_normal_, linear"],
    [{ scheme: "orthogonal", gain: 1 }, "PyTorch", "orthogonal_"],
    [{ scheme: "truncated_normal", mean: 0, std: 0.02, low: -2, high: 2 }, "timm", "trunc_normal_"],
    [{ scheme: "truncated_normal", mean: 0, std: 0.02, low: -0.04, high: 0.04 }, "timm", "trunc_normal_tf_"],
  ])("%j is %s %s", (weights, framework, name) => {
    expect(near(weights)).toMatchObject({ row: { framework, name }, sameDistribution: true, same: true });
  });

  it("every row of the weights finds itself, or one that draws the same", () => {
    for (const row of frameworkTable(784, 100)) {
      if (row.tensor === "bias") continue;
      const found = near(row.scheme)!;
      expect(found.same, row.call).toBe(true);
      expect(found.row.std / row.std).toBeCloseTo(1, 12);
    }
  });

  it("says by how much a law is off, and whether its shape is another", () => {
    const half = 0.0505 * Math.sqrt(3);
    const off = near({ scheme: "uniform", low: -half, high: half })!;
    expect(off.same).toBe(false);
    expect(off.ratio * off.row.std).toBeCloseTo(0.0505, 12);
    const wide = near({ scheme: "normal", mean: 0, std: 40 })!;
    expect(wide).toMatchObject({
      row: { call: "torch.nn.init.normal_(w)" },
      sameDistribution: true,
      same: false,
    });
    expect(wide.ratio).toBe(40);
    const shifted = near({ scheme: "normal", mean: 3, std: 1 })!;
    expect(shifted).toMatchObject({ ratio: 1, sameDistribution: false, same: false });
    // The same std, cut elsewhere.
    const other = near({ scheme: "truncated_normal", mean: 0, std: 0.02, low: -1, high: 1 })!;
    expect(other).toMatchObject({ row: { framework: "timm" }, sameDistribution: false, same: false });
  });

  it("null where the law has no scale of its own", () => {
    expect(near({ scheme: "zeros" })).toBeNull();
    expect(near({ scheme: "constant", value: 2 })).toBeNull();
    expect(
      near({ scheme: "lsuv", base: { scheme: "lecun_normal" }, tolerance: 0.1, max_iterations: 9 }),
    ).toBeNull();
  });
});
