// Bands over seeds, from layers made by hand: order statistics, and what theory predicts of them.
import { beforeAll, describe, expect, it } from "vitest";
import { bandOver, bandsOver } from "../../runtime/bands";
import type { LayerResult, LayerTheory } from "../../spec/result";
import { experiment, runOn } from "./host";

const NOTHING: LayerTheory = {
  weightStd: null,
  q: null,
  c: null,
  chi: null,
  activationRms: null,
  activationStd: null,
  acrossSampleStd: null,
  meanCosine: null,
  gradientScale: null,
  saturatedFraction: null,
  relativeStdOfQ: null,
  separation: null,
};

let template: readonly LayerResult[];
beforeAll(async () => {
  const spec = experiment({
    data: { source: "gaussian", samples: 20, features: 3 },
    network: { hidden: { layers: 2, units: 3, activation: "tanh", weights: { scheme: "xavier_normal" } } },
    backward: { kind: "probe" },
  });
  template = (await runOn("fast", spec)).result.layers;
});

/** Two layers with these figures, the second ten times the first. */
function run(x: number, theory: Partial<LayerTheory> | null = null): LayerResult[] {
  return template.map((layer, i) => {
    const figure = x * 10 ** i;
    return {
      ...layer,
      preactivations: { ...layer.preactivations, rms: figure },
      activations: {
        ...layer.activations,
        std: figure,
        acrossSampleStd: figure,
        saturatedFraction: figure,
        deadUnits: figure,
        meanCosine: figure,
      },
      gradients: {
        ...layer.gradients!,
        preactivations: { ...layer.gradients!.preactivations, rms: figure },
      },
      theory: theory && { ...NOTHING, ...theory },
    };
  });
}

describe("a band", () => {
  it("is median and ends below 20 seeds, and 5-95 % from 20 on, in whatever order", () => {
    expect(bandOver([3, 1, 2, 9])).toEqual({ median: 2.5, low: 1, high: 9 });
    const values = Array.from({ length: 21 }, (_, i) => (i * 8) % 21);
    expect(bandOver(values)).toEqual({ median: 10, low: 1, high: 19 });
    const seeds = (n: number) => Array.from({ length: n }, (_, i) => i);
    const of = (n: number) =>
      bandsOver(
        seeds(n),
        seeds(n).map((i) => run(i)),
      );
    expect(of(19)).toMatchObject({ count: 19, range: "min-max" });
    expect(of(19).bands[0]!["activations.std"]).toEqual({ median: 9, low: 0, high: 18 });
    expect(of(21).range).toBe("5-95 %");
    expect(of(21).bands[0]!["activations.std"]).toEqual({ median: 10, low: 1, high: 19 });
  });

  it("is null without a value, and no number with one that is none", () => {
    expect(bandOver([1, null, 2])).toBeNull();
    expect(bandOver([1, NaN, 2])).toEqual({ median: NaN, low: NaN, high: NaN });
    expect(bandOver([1, Infinity, Infinity])).toEqual({ median: Infinity, low: 1, high: Infinity });
  });
});

describe("what theory predicts", () => {
  const bands = (theory: Partial<LayerTheory> | null) =>
    bandsOver([1, 2, 3], [run(2, theory), run(3), run(4)]).bands;

  it("stands in the band of its figure, and is said to lie in it or not", () => {
    const [first] = bands({
      q: 9,
      activationStd: 4,
      acrossSampleStd: 1.9,
      saturatedFraction: 2,
      meanCosine: 4.1,
    });
    const band = { median: 3, low: 2, high: 4 };
    expect(first!["preactivations.rms"]).toEqual({ ...band, predicted: 3, predictedInBand: true });
    expect(first!["activations.std"]).toEqual({ ...band, predicted: 4, predictedInBand: true });
    expect(first!["acrossSampleStd"]).toEqual({ ...band, predicted: 1.9, predictedInBand: false });
    expect(first!["saturatedFraction"]).toEqual({ ...band, predicted: 2, predictedInBand: true });
    expect(first!["meanCosine"]).toEqual({ ...band, predicted: 4.1, predictedInBand: false });
    expect(first!["deadUnits"]).toEqual(band);
  });

  it("of gradients takes its scale from the last layer's median", () => {
    const [first, last] = bands({ gradientScale: 0.1 });
    expect(first!["gradients.preactivations.rms"]).toMatchObject({ predicted: 3, predictedInBand: true });
    expect(last!["gradients.preactivations.rms"]).toMatchObject({ predicted: 3, predictedInBand: false });
    expect(bands({ gradientScale: 0.2 })[0]!["gradients.preactivations.rms"]).toMatchObject({
      predicted: 6,
      predictedInBand: false,
    });
  });

  it("is absent where theory has no figure, or none at all, or no number", () => {
    for (const theory of [null, {}, { q: NaN }])
      for (const layer of bands(theory))
        for (const band of Object.values(layer)) expect(band).not.toHaveProperty("predicted");
  });

  it("is absent where the figure has no band", () => {
    const without = run(1, { gradientScale: 1, saturatedFraction: 0.1 }).map((layer) => ({
      ...layer,
      gradients: null,
      activations: { ...layer.activations, saturatedFraction: null },
    }));
    const [first] = bandsOver([1, 2], [without, without]).bands;
    expect(first!["gradients.preactivations.rms"]).toBeNull();
    expect(first!["saturatedFraction"]).toBeNull();
  });
});
