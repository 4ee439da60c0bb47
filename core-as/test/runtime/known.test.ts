// What is known of initial weights beforehand, found again by whole runs.
import { describe, expect, it } from "vitest";
import { parseExperiment } from "../../spec/parse";
import { findPreset } from "../../spec/presets";
import type { LayerResult, RunResult } from "../../spec/result";
import { experiment, Kept, runOn } from "./host";

const preset = (name: string, change: object = {}) =>
  parseExperiment({ ...findPreset(name).spec, ...change });
const measure = async (name: string, change: object = {}): Promise<RunResult> =>
  (await runOn("fast", preset(name, change))).result;
const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const hidden = (result: RunResult): LayerResult[] => result.layers.filter((layer) => layer.name !== "output");

describe("all weights zero, on the digits", () => {
  it.each(["zeros-relu-digits", "zeros-tanh-digits"])(
    "%s: loss ln 10 and no gradient but the output bias",
    async (name) => {
      const { result, tensors } = await runOn("fast", preset(name), { keepTensors: true });
      expect(result.network.loss).toBeCloseTo(Math.log(10), 12);
      const last = result.layers.length;
      const kept = new Kept({ tensors });
      for (const { index } of result.layers) {
        expect(kept.f32(`layer${index}.grad_weight`).every((x) => x === 0)).toBe(true);
        expect(kept.f32(`layer${index}.grad_bias`).every((x) => x === 0)).toBe(index !== last);
      }
      expect(hidden(result).map((layer) => layer.activations.deadUnits)).toEqual([100, 100, 100, 100, 100]);
    },
  );

  it("sigmoid: every hidden unit is the same, at 0.5", async () => {
    for (const layer of hidden(await measure("zeros-sigmoid-digits"))) {
      expect(layer.activations.distinctUnits).toBe(1);
      expect(layer.activations.mean).toBe(0.5);
      expect(layer.activations.std).toBe(0);
    }
  });
});

describe("weights that are all alike", () => {
  it.each(["constant-sigmoid", "constant-tanh", "constant-relu"])(
    "%s: one distinct unit a layer",
    async (name) => {
      for (const layer of (await measure(name)).layers) expect(layer.activations.distinctUnits).toBe(1);
    },
  );
});

describe("variance along the layers", () => {
  it("Xavier with the sigmoid: the pooled std stays near 0.12, the spread over samples falls about fourfold a layer", async () => {
    const result = await measure("xavier-normal-sigmoid", { replicates: 9 });
    const bands = result.replicates!.bands;
    for (const band of bands.slice(1)) expect(band["activations.std"]!.median).toBeCloseTo(0.12, 1);
    const spread = bands.map((band) => band["acrossSampleStd"]!.median);
    // sqrt(chi_1) = 0.236 a layer.
    for (let l = 2; l < spread.length; l++) expect(spread[l]! / spread[l - 1]!).toBeCloseTo(0.236, 1);
  });

  it.each([
    ["he-normal-relu", 1],
    ["he-uniform-relu", 1],
    ["xavier-normal-relu", 0.5],
    ["xavier-uniform-relu", 0.5],
  ])("%s: the mean square of z changes by x%d a layer", async (name, factor) => {
    const ratios: number[] = [];
    for (let seed = 0; seed < 15; seed++) {
      const { layers } = await measure(name, { seed, backward: { kind: "none" } });
      const squares = layers.map((layer) => layer.preactivations.rms ** 2);
      // Geometric mean over four steps.
      ratios.push((squares[4]! / squares[0]!) ** 0.25);
    }
    expect(Math.abs(median(ratios) / factor - 1)).toBeLessThan(0.1);
  });

  it("N(0, 1) with the sigmoid saturates two thirds of layer 1, and gradients hold", async () => {
    const { layers } = await measure("large-normal-sigmoid");
    expect(layers[0]!.activations.saturatedFraction).toBeCloseTo(0.66, 1);
    const ratio = layers[0]!.gradients!.preactivations.rms / layers[4]!.gradients!.preactivations.rms;
    expect(ratio).toBeGreaterThan(0.5);
  });
});

describe("gradients and streams", () => {
  const base = {
    data: { source: "gaussian" as const, samples: 40, features: 9 },
    network: {
      layers: [
        { units: 12, activation: "tanh" as const, weights: { scheme: "xavier_normal" as const } },
        { units: 7, activation: "relu" as const, weights: { scheme: "he_normal" as const } },
        { units: 7, activation: "tanh" as const, weights: { scheme: "orthogonal" as const } },
      ],
    },
    backward: { kind: "probe" as const },
  };
  const tensorsOf = async (layers: object[]) =>
    new Kept(
      await runOn("fast", experiment({ ...base, network: { layers } } as never), { keepTensors: true }),
    );

  it("another scheme or activation in one layer leaves every other tensor's bits alone", async () => {
    const before = await tensorsOf(base.network.layers);
    const changed = [...base.network.layers] as object[];
    changed[1] = { units: 7, activation: "gelu", weights: { scheme: "uniform", low: -1, high: 1 } };
    const after = await tensorsOf([
      ...changed,
      { units: 5, activation: "relu", weights: { scheme: "he_normal" } },
    ]);
    for (const name of [
      "inputs",
      "layer1.weight",
      "layer1.bias",
      "layer3.weight",
      "layer3.bias",
      "layer1.activation",
    ])
      expect(after.f32(name)).toEqual(before.f32(name));
    expect(after.f32("layer2.weight")).not.toEqual(before.f32("layer2.weight"));
  });

  it("lsuv brings every z to variance 1 within its tolerance", async () => {
    const { result } = await runOn("fast", preset("lsuv-tanh"));
    for (const layer of result.layers)
      expect(Math.abs(layer.preactivations.std ** 2 - 1)).toBeLessThanOrEqual(0.11);
  });

  it("a worker that dies in the middle changes nothing", async () => {
    const spec = experiment({ ...base, data: { ...base.data, samples: 700 } });
    const calm = await runOn("fast", spec);
    let struck = false;
    const strikes = (_worker: number, message: { type: string }) => {
      const hit = !struck && message.type === "task" && (message as { kind?: string }).kind === "combine";
      struck ||= hit;
      return hit;
    };
    const shaken = await runOn("fast", spec, { accident: { strikes } });
    expect(struck).toBe(true);
    expect(shaken.result.digest).toBe(calm.result.digest);
  });

  it("progress rises from 0 to 1; an abort ends the run with the signal's reason", async () => {
    const seen: number[] = [];
    await runOn("fast", experiment({ ...base, replicates: 2 }), {
      onProgress: (p) => seen.push(p.fraction),
    });
    expect(seen[0]).toBeLessThan(0.1);
    expect(seen.at(-1)).toBeCloseTo(1, 9);
    seen.reduce((before, now) => {
      expect(now).toBeGreaterThanOrEqual(before - 1e-9);
      return now;
    }, 0);
    const controller = new AbortController();
    const reason = new Error("enough");
    const run = runOn("fast", experiment({ ...base, replicates: 50 }), {
      signal: controller.signal,
      onProgress: (p) => p.runsDone === 1 && controller.abort(reason),
    });
    await expect(run).rejects.toBe(reason);
  });

  it("a run that cannot fit is refused with the figure", async () => {
    const spec = experiment({
      data: { source: "gaussian", samples: 1000, features: 1000 },
      network: { hidden: { layers: 50, units: 4000, activation: "relu", weights: { scheme: "he_normal" } } },
    });
    await expect(runOn("fast", spec)).rejects.toThrow(/GiB/);
  });
});

describe("measures on request", () => {
  it("a deep orthogonal linear network has all singular values 1", async () => {
    const { result } = await runOn(
      "fast",
      experiment({
        data: { source: "gaussian", samples: 20, features: 48 },
        network: {
          hidden: { layers: 20, units: 48, activation: "identity", weights: { scheme: "orthogonal" } },
        },
        measure: { jacobian: true, spectra: true },
      }),
    );
    for (const s of result.network.jacobian!.singularValues) expect(s).toBeCloseTo(1, 5);
    for (const layer of result.layers) for (const s of layer.spectrum!) expect(s).toBeCloseTo(1, 5);
  });

  it("ReLU turns correlation 0 into 1/pi in one layer", async () => {
    const { result } = await runOn(
      "fast",
      experiment({
        data: { source: "gaussian", samples: 20, features: 200 },
        network: { hidden: { layers: 2, units: 600, activation: "relu", weights: { scheme: "he_normal" } } },
        measure: { correlation: true },
      }),
    );
    const { angles, measured } = result.network.correlation!;
    const right = angles.findIndex((angle) => Math.abs(angle - Math.PI / 2) < 1e-9);
    expect(measured[0]![right]).toBeCloseTo(0, 1);
    expect(Math.abs(measured[1]![right]! - 1 / Math.PI)).toBeLessThan(0.02);
  });
});
