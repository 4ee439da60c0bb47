// Predicted against measured: what mean-field theory says of a layer lies within the band of seeds, figure by figure.
// Where it does not, the gap is of finite width, and its size is predicted too.
import { describe, expect, it } from "vitest";
import { execute } from "../../runtime/execute";
import { parseExperiment } from "../../spec/parse";
import { findPreset } from "../../spec/presets";
import type { LayerResult, RunResult } from "../../spec/result";
import type { WrittenExperiment, WrittenLayer } from "../../spec/written";
import { EXPERIMENT_FORMAT } from "../../spec/experiment";
import { openHost } from "../runtime/host";
import { integrate } from "../runtime/integral";

const SEEDS = 24;
const host = openHost("fast");

async function bandsOf(written: WrittenExperiment, seeds = SEEDS): Promise<RunResult> {
  const { result } = await execute(parseExperiment({ ...written, replicates: seeds }), host);
  return result;
}

interface Gap {
  readonly layer: number;
  readonly figure: string;
  readonly predicted: number;
  readonly low: number;
  readonly high: number;
}

/** Predictions outside their band that nothing explains, and how many predictions there are in all. */
function outside({ replicates, layers, spec }: RunResult): { gaps: Gap[]; all: number } {
  const gaps: Gap[] = [];
  let all = 0;
  replicates!.bands.forEach((bands, i) => {
    for (const [figure, band] of Object.entries(bands)) {
      if (band?.predicted === undefined) continue;
      all++;
      const gap = { layer: i + 1, figure, predicted: band.predicted, low: band.low, high: band.high };
      if (!band.predictedInBand && !isExplained(gap, layers[i]!, spec.data)) gaps.push(gap);
    }
  });
  return { gaps, all };
}

/** What lies below the resolution of the measurement, or is the chance of one draw of inputs. */
function isExplained(
  { figure, predicted, low, high }: Gap,
  { activations }: LayerResult,
  data: RunResult["spec"]["data"],
): boolean {
  switch (figure) {
    // Less than one activation is expected, and none was found.
    case "saturatedFraction":
      return high === 0 && predicted * activations.count < 1;
    // A spread of less than float32's spacing beside the values themselves is rounding.
    case "acrossSampleStd":
      return predicted < 2 ** -24 * activations.rms && high < 4 * 2 ** -24 * activations.rms;
    case "meanCosine": {
      // Theory has seen the first seed's inputs, whose mean cosine scatters by sqrt(2 / features) / rows.
      const features = "features" in data ? data.features : 64;
      const scatter = (4 * Math.sqrt(2 / features)) / 128;
      return 1 - predicted < 1e-9 || (predicted > low - scatter && predicted < high + scatter);
    }
    default:
      return false;
  }
}

const hidden = (layers: number, units: number, rest: Omit<WrittenLayer, "units">): WrittenExperiment => ({
  format: EXPERIMENT_FORMAT,
  seed: 500,
  data: { source: "gaussian", samples: 200, features: units },
  network: { hidden: { layers, units, ...rest } },
  backward: { kind: "probe" },
});

const SUITED: readonly (readonly [string, Omit<WrittenLayer, "units">])[] = [
  ["tanh", { activation: "tanh", weights: { scheme: "critical", sigma_b: 0.2236 } }],
  ["relu", { activation: "relu", weights: { scheme: "he_normal" } }],
  ["gelu", { activation: "gelu", weights: { scheme: "he_normal", nonlinearity: "forward" } }],
  ["silu", { activation: "silu", weights: { scheme: "he_normal", nonlinearity: "forward" } }],
  ["selu", { activation: "selu", weights: { scheme: "lecun_normal" } }],
  [
    "x*sigmoid(1.702*x)",
    {
      activation: { formula: "x*sigmoid(1.702*x)" },
      weights: { scheme: "he_normal", nonlinearity: "forward" },
    },
  ],
];

const FOUNDING = [
  "large-normal-sigmoid",
  "large-normal-tanh",
  "small-normal-sigmoid",
  "small-normal-tanh",
  "zeros-sigmoid",
  "xavier-normal-sigmoid",
  "xavier-normal-tanh",
  "xavier-uniform-sigmoid",
  "xavier-uniform-tanh",
  "xavier-normal-relu",
  "xavier-uniform-relu",
  "he-normal-relu",
  "he-uniform-relu",
];

describe(`in the band of ${SEEDS} seeds lie q, the stds, the cosine, the gradient`, () => {
  it.each(FOUNDING)("the founding notes: %s", async (name) => {
    const { spec } = findPreset(name);
    const { gaps, all } = outside(await bandsOf({ ...spec, data: { ...spec.data, samples: 300 } }));
    expect(gaps).toEqual([]);
    // Five layers; five figures of each, six where saturation is defined.
    expect(all).toBeGreaterThanOrEqual(name.startsWith("zeros") ? 10 : 25);
  });

  describe.each([100, 400])("width %d", (units) => {
    it.each(SUITED)("%s", async (_name, rest) => {
      const { gaps, all } = outside(await bandsOf(hidden(6, units, rest)));
      expect(gaps).toEqual([]);
      expect(all).toBeGreaterThanOrEqual(30);
    });
  });

  it.each([
    [
      "layer normalization",
      { activation: "tanh", weights: { scheme: "normal", std: 0.3 }, normalization: "layer" },
    ],
    ["rms normalization", { activation: "silu", weights: { scheme: "lecun_normal" }, normalization: "rms" }],
    ["lsuv", { activation: "gelu", weights: { scheme: "lsuv" } }],
    ["orthogonal", { activation: "tanh", weights: { scheme: "orthogonal", gain: 1.2 } }],
    ["torch's default, with its biases", { activation: "relu", weights: { scheme: "torch_linear_default" } }],
    ["sparse", { activation: "relu", weights: { scheme: "sparse", sparsity: 0.5, std: 0.2 } }],
  ] as [string, Omit<WrittenLayer, "units">][])("%s", async (_name, rest) => {
    const { gaps } = outside(await bandsOf(hidden(6, 100, rest)));
    // Where normalization, LSUV or orthogonal weights take the scatter away, bands are narrower than the shift of
    // order 1/width that the next describe predicts.
    const shift = ({ predicted, low, high }: Gap) => Math.max(low / predicted - 1, 1 - high / predicted);
    expect(gaps.filter((gap) => shift(gap) > 1 / 200)).toEqual([]);
  });

  it("residual blocks", async () => {
    const spec = hidden(8, 100, { activation: "relu", weights: { scheme: "he_normal" } });
    const network = spec.network as { hidden: object };
    const { gaps } = outside(
      await bandsOf({
        ...spec,
        network: {
          hidden: { ...network.hidden, residual: { every: 2, scale: 0.5 } },
        } as WrittenExperiment["network"],
      }),
    );
    expect(gaps).toEqual([]);
  });
});

describe("finite width", () => {
  it.each([16, 64])("after rms normalization z lies on a sphere, not in a bell: %d units", async (units) => {
    const spec = hidden(3, units, {
      activation: "tanh",
      weights: { scheme: "lecun_normal" },
      normalization: "rms",
    });
    const { result, seeds } = await execute(
      parseExperiment({ ...spec, data: { ...spec.data, samples: 64 }, replicates: 150 }),
      host,
    );
    // One coordinate of a uniform point on the sphere of radius sqrt(n): density 1 - He_4(z) / (4 n) + O(1/n^2)
    // times the normal one, He_4 = z^4 - 6 z^2 + 3.
    const square = (z: number) => Math.tanh(z) ** 2;
    const bell = integrate(square);
    const sphere = bell - integrate((z) => (z ** 4 - 6 * z ** 2 + 3) * square(z)) / (4 * units);
    expect(result.layers[0]!.theory!.activationRms! ** 2).toBeCloseTo(bell, 4);
    for (const l of [0, 1, 2]) {
      const found = seeds.map(({ layers }) => layers[l]!.activations.rms ** 2);
      const mean = found.reduce((a, b) => a + b, 0) / found.length;
      const variance = found.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (found.length - 1);
      const standardError = Math.sqrt(variance / found.length);
      const nextOrder = 3 / units ** 2;
      expect(Math.abs(mean - sphere)).toBeLessThan(4 * standardError + nextOrder);
      // Without the correction it would not do.
      expect(Math.abs(mean - bell)).toBeGreaterThan(4 * standardError + nextOrder / 4);
    }
  });

  it.each([
    [50, 12],
    [200, 12],
  ])(
    "the median of a deep ReLU network's q lies exp(-s^2/2) below its mean: %d wide, %d deep",
    async (units, depth) => {
      const seeds = 120;
      const spec = hidden(depth, units, { activation: "relu", weights: { scheme: "he_normal" } });
      const { result, seeds: runs } = await execute(
        parseExperiment({ ...spec, data: { ...spec.data, samples: 24 }, replicates: seeds }),
        host,
      );
      // Products of many independent factors are log-normal: Hanin & Rolnick 2018.
      const { q, relativeStdOfQ } = result.layers.at(-1)!.theory!;
      const variance = Math.log(1 + relativeStdOfQ! ** 2);
      const logs = runs.map(({ layers }) => Math.log(layers.at(-1)!.preactivations.rms ** 2 / q!));
      const mean = logs.reduce((a, b) => a + b, 0) / seeds;
      const standardError = Math.sqrt(variance / seeds);
      expect(Math.abs(mean + variance / 2) / standardError).toBeLessThan(3);
      const measured = logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (seeds - 1);
      // The variance of 120 draws is itself known to sqrt(2 / 119).
      expect(Math.abs(measured / variance - 1)).toBeLessThan(4 * Math.sqrt(2 / (seeds - 1)));
      if (units === 50) expect(Math.abs(mean) / standardError).toBeGreaterThan(3);
    },
  );
});

describe("the correlation map", () => {
  const cases = [
    ...SUITED,
    ["sigmoid", { activation: "sigmoid", weights: { scheme: "xavier_normal" } }],
  ] as typeof SUITED;
  it.each(cases)("%s, 400 wide, every angle", async (_name, rest) => {
    const seeds = 20;
    const units = 400;
    const spec = hidden(4, units, rest);
    const { result, seeds: runs } = await execute(
      parseExperiment({
        ...spec,
        data: { ...spec.data, samples: 32 },
        backward: { kind: "none" },
        measure: { correlation: true },
        replicates: seeds,
      }),
      host,
    );
    const { angles, predicted } = result.network.correlation!;
    predicted!.forEach((layer, l) =>
      angles.forEach((angle, a) => {
        const cs = runs.map(({ network }) => network.correlation!.measured[l]![a]!);
        const mean = cs.reduce((x, y) => x + y, 0) / seeds;
        const variance = cs.reduce((sum, c) => sum + (c - mean) ** 2, 0) / (seeds - 1);
        const standardError = Math.sqrt(variance / seeds);
        // The mean itself is off by an order of 1/width a layer.
        const allowed = 4 * standardError + (2 * (l + 1)) / units;
        expect(Math.abs(mean - layer[a]!), `layer ${l + 1}, ${angle}`).toBeLessThan(allowed);
      }),
    );
  });
});

describe("the Jacobian's mean square and spread", () => {
  it.each([
    ["ReLU, He", "relu", { scheme: "he_normal" }],
    ["ReLU, orthogonal", "relu", { scheme: "orthogonal", gain: Math.SQRT2 }],
    ["tanh, LeCun", "tanh", { scheme: "lecun_normal" }],
    ["linear, LeCun", "identity", { scheme: "lecun_normal" }],
  ] as [string, WrittenLayer["activation"], WrittenLayer["weights"]][])(
    "%s, of 24 draws at widths 100 and 300",
    async (_name, activation, weights) => {
      for (const units of [100, 300]) {
        const seeds = units === 100 ? 24 : 20;
        const spec = hidden(units === 100 ? 8 : 4, units, { activation, weights });
        const { result, seeds: runs } = await execute(
          parseExperiment({
            ...spec,
            data: { ...spec.data, samples: 8 },
            measure: { jacobian: true },
            replicates: seeds,
          }),
          host,
        );
        const { predictedMeanSquare, predictedSpread } = result.network.jacobian!;
        const found = runs.map(({ network }) => network.jacobian!);
        const within = (value: number | null, values: number[]) => {
          expect(value).toBeGreaterThan(Math.min(...values));
          expect(value).toBeLessThan(Math.max(...values));
        };
        within(
          predictedMeanSquare,
          found.map(({ meanSquare }) => meanSquare),
        );
        within(
          predictedSpread,
          found.map(({ spread }) => spread),
        );
      }
    },
  );

  it("linear and orthogonal: 1 and 0, exactly", async () => {
    const spec = hidden(10, 100, { activation: "identity", weights: { scheme: "orthogonal" } });
    const { result } = await execute(
      parseExperiment({ ...spec, data: { ...spec.data, samples: 4 }, measure: { jacobian: true } }),
      host,
    );
    const { meanSquare, predictedMeanSquare, spread, predictedSpread } = result.network.jacobian!;
    expect(predictedMeanSquare).toBeCloseTo(1, 12);
    expect(predictedSpread).toBeCloseTo(0, 12);
    expect(meanSquare).toBeCloseTo(1, 5);
    expect(spread).toBeCloseTo(0, 5);
  });
});

it("batch normalization with ReLU: the gradient's mean square grows by pi / (pi - 1) a layer", async () => {
  const spec = hidden(8, 400, {
    activation: "relu",
    weights: { scheme: "he_normal" },
    normalization: "batch",
  });
  const result = await bandsOf(spec, 8);
  expect(result.layers.map(({ theory }) => theory!.q)).toEqual(Array<null>(8).fill(null));
  const growth = result.layers[0]!.theory!.gradientScale!;
  expect(growth ** 2).toBeCloseTo((Math.PI / (Math.PI - 1)) ** 7, 10);
  const bands = result.replicates!.bands.map((layer) => layer["gradients.preactivations.rms"]!);
  // A batch of 200 is large, not infinite.
  expect(bands[0]!.median / bands[7]!.median / growth).toBeGreaterThan(0.9);
  expect(bands[0]!.median / bands[7]!.median / growth).toBeLessThan(1.1);
});
