// What the founding notes and the issue say that initializations do, each shown by a run.
import { describe, expect, it } from "vitest";
import type { RunResult } from "../../spec/result";
import { parseExperiment } from "../../spec/parse";
import { findPreset } from "../../spec/presets";
import { BUILDS } from "../harness";
import type { Build } from "../harness";
import { experiment, Kept, runOn } from "./host";

const preset = (name: string) => parseExperiment(findPreset(name).spec);
const hidden = (result: RunResult) => result.layers.filter(({ name }) => name !== "output");
const isZero = (values: Float32Array) => values.every((v) => v === 0);

/** Median over the seeds of a layer's mean square of the preactivations. */
async function meanSquares(build: Build, scheme: "he_normal" | "xavier_normal"): Promise<number[]> {
  const spec = experiment({
    data: { source: "gaussian", samples: 100, features: 100 },
    network: { hidden: { layers: 10, units: 100, activation: "relu", weights: { scheme } } },
    replicates: 21,
  });
  const { result } = await runOn(build, spec);
  return result.replicates!.bands.map((band) => band["preactivations.rms"]!.median ** 2);
}

describe.each(BUILDS)("%s core", (build) => {
  it.each(["zeros-relu-digits", "zeros-tanh-digits"])(
    "%s: the loss is ln 10, and nothing has a gradient but the output's bias",
    async (name) => {
      const run = await runOn(build, preset(name), { keepTensors: true });
      expect(run.result.network.loss).toBeCloseTo(Math.LN10, 6);
      const kept = new Kept(run);
      const last = run.result.layers.length;
      for (let l = 1; l <= last; l++) {
        expect(isZero(kept.f32(`layer${l}.grad_weight`))).toBe(true);
        expect(isZero(kept.f32(`layer${l}.grad_input`))).toBe(true);
        expect(isZero(kept.f32(`layer${l}.grad_bias`))).toBe(l < last);
        expect(isZero(kept.f32(`layer${l}.grad_preactivation`))).toBe(l < last);
      }
      expect(run.result.layers.map((layer) => layer.gradients!.weights.rms)).toEqual(Array(last).fill(0));
      expect(run.result.layers.at(-1)!.gradients!.bias.rms).toBeGreaterThan(1e-3);
    },
  );

  it("zeros with sigmoid: every hidden unit is the same as every other", async () => {
    const { result } = await runOn(build, preset("zeros-sigmoid-digits"));
    for (const { activations } of hidden(result)) {
      expect(activations.distinctUnits).toBe(1);
      expect(activations.mean).toBe(0.5);
      expect(activations.std).toBe(0);
    }
    // The output's weights do get a gradient: the hidden units are one half, and stay one another's copies.
    expect(result.layers.at(-1)!.gradients!.weights.rms).toBeGreaterThan(0);
  });

  it.each(["constant-sigmoid-digits", "constant-tanh-digits", "constant-relu-digits"])(
    "%s: one distinct unit a layer, and one gradient",
    async (name) => {
      const run = await runOn(build, preset(name), { keepTensors: true });
      const kept = new Kept(run);
      for (const layer of hidden(run.result)) {
        expect(layer.activations.distinctUnits).toBe(1);
        const gradient = kept.f32(`layer${layer.index}.grad_weight`);
        const row = gradient.slice(0, layer.fanIn);
        for (let j = 0; j < layer.fanOut; j++)
          expect(gradient.slice(j * layer.fanIn, (j + 1) * layer.fanIn)).toEqual(row);
      }
    },
  );

  it("sigmoid with Xavier: the pooled std stays near 0.12, the share of the input falls fourfold a layer", async () => {
    const { layers } = (await runOn(build, preset("hidden-collapse"))).result;
    for (const { activations } of layers.slice(1))
      expect(Math.abs(activations.std - 0.12)).toBeLessThan(0.02);
    // sqrt(chi_1) = 0.236, until float32 rounding is all that is left.
    for (let l = 1; l < 7; l++) {
      const ratio = layers[l]!.activations.acrossSampleStd / layers[l - 1]!.activations.acrossSampleStd;
      expect(ratio).toBeGreaterThan(0.236 * 0.85);
      expect(ratio).toBeLessThan(0.236 * 1.15);
    }
  });

  it("ReLU with He keeps the mean square; with Xavier it halves at every layer", async () => {
    const he = await meanSquares(build, "he_normal");
    const xavier = await meanSquares(build, "xavier_normal");
    // Medians of 21 seeds; the logarithm of ten layers' product scatters by sqrt(10 x 5 / 100) = 0.7 and less.
    const perLayer = (squares: number[]) => (squares[9]! / squares[0]!) ** (1 / 9);
    expect(Math.abs(perLayer(he) - 1)).toBeLessThan(0.05);
    expect(Math.abs(perLayer(xavier) - 0.5)).toBeLessThan(0.025);
  });

  it("N(0, 1) saturates sigmoid: two thirds of the first layer, at once", async () => {
    const { layers } = (await runOn(build, preset("large-normal-sigmoid"))).result;
    // z is N(0, 100) there: P(|z| > 4.3565) = 0.663.
    expect(layers[0]!.activations.saturatedFraction).toBeCloseTo(0.663, 1);
    for (const { activations } of layers) expect(activations.saturatedFraction).toBeGreaterThan(0.3);
    const first = layers[0]!.gradients!.preactivations.rms;
    expect(layers.at(-1)!.gradients!.preactivations.rms).toBeGreaterThan(0);
    expect(first).toBeGreaterThan(0);
  });

  it("N(0, 0.01) lets the signal of tanh vanish", async () => {
    const { layers } = (await runOn(build, preset("small-normal-tanh"))).result;
    // std 0.01 and fan_in 100: a tenth is left at every layer.
    for (let l = 1; l < layers.length; l++)
      expect(layers[l]!.preactivations.rms / layers[l - 1]!.preactivations.rms).toBeCloseTo(0.1, 1.7);
  });
});
