import { describe, expect, test } from "vitest";
import type { Experiment } from "../../spec/experiment";
import { parseExperiment, parseExperimentText } from "../../spec/parse";
import { fileForm } from "../../spec/resolve";

const format = "initlab.experiment/1";
const relu = { layers: 2, units: 8, activation: "relu", weights: { scheme: "he_normal" } };
const least = { format, data: { source: "gaussian" }, network: { hidden: relu } };

/** The resolved spec is its own resolved spec, through JSON too, down to the order of the fields. */
function parsed(input: unknown): Experiment {
  const before = JSON.stringify(input);
  const experiment = parseExperiment(input);
  expect(JSON.stringify(input), "the input is left alone").toBe(before);
  const text = JSON.stringify(experiment);
  expect(JSON.stringify(parseExperiment(experiment))).toBe(text);
  expect(JSON.stringify(parseExperimentText(text))).toBe(text);
  return experiment;
}

test("the least experiment gets the contract's defaults", () => {
  const layer = {
    units: 8,
    activation: { name: "relu" },
    weights: { scheme: "he_normal", mode: "fan_in", nonlinearity: "relu", negative_slope: 0.01 },
    bias: { scheme: "zeros" },
    normalization: "none",
  };
  expect(parsed(least)).toEqual({
    format,
    name: "",
    seed: 0,
    data: {
      source: "gaussian",
      samples: 1000,
      features: 100,
      mean: 0,
      std: 1,
      correlation: 0,
      standardize: false,
    },
    network: { layers: [layer, layer] },
    backward: { kind: "none" },
    measure: { jacobian: false, correlation: false, spectra: false },
    replicates: 1,
  });
});

test("the contract's example", () => {
  const text = `{
    "format": "initlab.experiment/1",
    "name": "Xavier meets tanh",
    "seed": 42,
    "data": { "source": "gaussian", "samples": 1000, "features": 100 },
    "network": {
      "hidden": { "layers": 5, "units": 100, "activation": "tanh",
                  "weights": { "scheme": "xavier_normal" }, "bias": { "scheme": "zeros" } },
      "output": { "units": 10, "activation": "identity", "weights": { "scheme": "xavier_normal" } }
    },
    "backward": { "kind": "probe" }
  }`;
  const experiment = parsed(parseExperimentText(text));
  expect(experiment.network.layers).toHaveLength(5);
  expect(experiment.network.output).toEqual({
    units: 10,
    activation: { name: "identity" },
    weights: { scheme: "xavier_normal", gain: 1 },
    bias: { scheme: "zeros" },
    normalization: "none",
  });
});

test("the long form, residual beside it, a bias of one's own", () => {
  const layers = [
    { units: 3, activation: { name: "sin", omega: 30 }, weights: { scheme: "lecun_uniform" } },
    {
      units: 4,
      activation: { name: "prelu" },
      weights: { scheme: "torch_linear_default" },
      bias: { scheme: "uniform", low: 0, high: 1 },
      normalization: "batch",
    },
  ];
  const { network } = parsed({ ...least, network: { layers, residual: { every: 2 } } });
  expect(network.residual).toEqual({ every: 2, scale: 1 });
  expect(network.layers[0]?.activation).toEqual({ name: "sin", omega: 30 });
  expect(network.layers[1]?.activation).toEqual({ name: "prelu", negative_slope: 0.25 });
  expect(network.layers[1]?.bias).toEqual({ scheme: "uniform", low: 0, high: 1 });
  expect(network.layers[1]?.normalization).toBe("batch");
});

test("residual inside hidden moves beside the layers", () => {
  const hidden = { ...relu, residual: { every: 2, scale: 0.5 }, normalization: "layer" };
  const { network } = parsed({ ...least, network: { hidden } });
  expect(network.residual).toEqual({ every: 2, scale: 0.5 });
  expect(network.layers.map((layer) => layer.normalization)).toEqual(["layer", "layer"]);
});

test.each([
  [{ scheme: "torch_linear_default" }, { scheme: "torch_linear_default" }],
  [
    { scheme: "critical", sigma_b: 0.3 },
    { scheme: "normal", mean: 0, std: 0.3 },
  ],
  [{ scheme: "critical" }, { scheme: "zeros" }],
  [{ scheme: "keras_dense_default" }, { scheme: "zeros" }],
  [{ scheme: "lsuv", base: { scheme: "torch_linear_default" } }, { scheme: "zeros" }],
])("the bias that comes with %j", (weights, bias) => {
  const { network } = parsed({ ...least, network: { hidden: { ...relu, weights } } });
  expect(network.layers[0]?.bias).toEqual(bias);
});

describe("data sources", () => {
  test.each([
    [{ source: "uniform" }, { samples: 1000, features: 100, low: -1, high: 1 }],
    [{ source: "digits" }, { samples: 1797 }],
    [{ source: "two_moons" }, { samples: 1000, noise: 0.1 }],
    [
      { source: "xor", noise: 0 },
      { samples: 1000, noise: 0 },
    ],
    [
      { source: "spirals", classes: 3 },
      { samples: 1000, noise: 0.1, classes: 3, turns: 1 },
    ],
    [
      { source: "gaussian", features: 5, correlation: -0.25 },
      { features: 5, correlation: -0.25 },
    ],
    [
      { source: "gaussian", features: 1, correlation: -1 },
      { features: 1, correlation: -1 },
    ],
    [{ source: "file", path: "a.csv" }, { samples: null }],
    [
      { source: "file", path: "a.csv", label: "class", samples: 5 },
      { label: "class", samples: 5 },
    ],
    [{ source: "file", path: "a.txt", label: 0 }, { label: 0 }],
    [{ source: "file", path: "a.npz" }, { inputs: "inputs" }],
    [
      { source: "file", path: "a.npz", inputs: "x", labels: "y" },
      { inputs: "x", labels: "y" },
    ],
    [
      { source: "file", images: "i.gz", labels: "l.gz" },
      { images: "i.gz", labels: "l.gz" },
    ],
    [{ source: "file", path: "a.npy", sha256: { "a.npy": "0".repeat(64) } }, { path: "a.npy" }],
  ])("%j", (data, expected) => {
    expect(parsed({ ...least, data }).data).toMatchObject({ ...data, ...expected, standardize: false });
  });

  test.each([
    [{ images: "a" }, "idx"],
    [{ path: "a", inputs: "x" }, "npz"],
    [{ path: "a", labels: "x" }, "npz"],
    [{ path: "a", label: "x" }, "csv"],
    [{ path: "A.NPY.gz" }, "npy"],
    [{ path: "a.npz" }, "npz"],
    [{ path: "a.npz.txt" }, "csv"],
  ])("the form of %j is %s", (fields, form) => {
    expect(fileForm(fields)).toBe(form);
  });
});

test("every initializer with its defaults", () => {
  const schemes =
    "zeros ones constant normal uniform truncated_normal xavier_normal xavier_uniform he_normal he_uniform lecun_normal " +
    "lecun_uniform variance_scaling orthogonal identity eye sparse zero_hadamard lsuv critical torch_linear_default " +
    "keras_dense_default";
  for (const scheme of schemes.split(" ")) {
    parsed({ ...least, network: { hidden: { ...relu, weights: { scheme } } } });
  }
  const file = { scheme: "file", path: "w.npy" };
  const { network } = parsed({ ...least, network: { hidden: { ...relu, weights: file } } });
  expect(network.layers[0]?.weights).toEqual({ ...file, tensor: null });
});

describe("training", () => {
  const output = { units: 10, activation: "identity", weights: { scheme: "lecun_normal" } };
  const digits = { ...least, data: { source: "digits" }, network: { hidden: relu, output } };

  test.each([
    ["sgd", { learningRate: 0.01, weightDecay: 0 }],
    ["momentum", { learningRate: 0.01, momentum: 0.9, weightDecay: 0 }],
    ["nesterov", { learningRate: 0.01, momentum: 0.9, weightDecay: 0 }],
    ["adam", { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 }],
    ["adamw", { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 }],
    ["rmsprop", { learningRate: 0.01, momentum: 0, beta2: 0.99, epsilon: 1e-8, weightDecay: 0 }],
  ])("defaults of %s", (optimizer, own) => {
    expect(parsed({ ...digits, train: { optimizer } }).train).toEqual({
      optimizer,
      ...own,
      schedule: { kind: "constant", warmupSteps: 0 },
      loss: "cross_entropy",
      batchSize: 64,
      steps: 1000,
      recordEvery: 10,
      validationShare: 0.2,
    });
  });

  test("what is given wins; schedules fill in their own", () => {
    const train = { learningRate: 3, steps: 30, clipNorm: 1, schedule: { kind: "step", factor: 0.5 } };
    expect(parsed({ ...digits, train }).train).toMatchObject({
      ...train,
      optimizer: "sgd",
      schedule: { kind: "step", stepEvery: 10, factor: 0.5, warmupSteps: 0 },
    });
    const cosine = parsed({ ...digits, train: { schedule: { kind: "cosine", warmupSteps: 5 } } }).train;
    expect(cosine?.schedule).toEqual({ kind: "cosine", warmupSteps: 5, finalFraction: 0 });
  });

  test("the default batch is never more than there are training samples", () => {
    const data = { source: "digits", samples: 20 };
    expect(parsed({ ...digits, data, train: {} }).train?.batchSize).toBe(16);
  });

  test("mean squared error may have one output per class or one number", () => {
    const train = { loss: "mean_squared_error" };
    for (const units of [1, 10])
      parsed({ ...digits, network: { hidden: relu, output: { ...output, units } }, train });
  });
});

test("cross-entropy of a file is taken on trust until the file is read", () => {
  const output = { units: 7, activation: "identity", weights: { scheme: "zeros" } };
  const data = { source: "file", path: "a.csv", label: -0 };
  const spec = parsed({
    ...least,
    data,
    network: { hidden: relu, output },
    backward: { kind: "cross_entropy" },
  });
  expect(spec.backward.kind).toBe("cross_entropy");
});

test("fields that are undefined count as left out, and -0 is 0", () => {
  const bias = { scheme: "constant", value: -0 };
  const experiment = parseExperiment({
    ...least,
    name: undefined,
    train: undefined,
    network: { hidden: { ...relu, bias, normalization: undefined }, output: undefined },
  });
  expect(JSON.parse(JSON.stringify(experiment))).toStrictEqual(experiment);
  expect(experiment.network.layers[0]?.bias).toEqual({ scheme: "constant", value: 0 });
});

test("a thousand layers take a moment, not a minute", () => {
  const experiment = parsed({ ...least, network: { hidden: { ...relu, layers: 1000 } } });
  expect(experiment.network.layers).toHaveLength(1000);
});
