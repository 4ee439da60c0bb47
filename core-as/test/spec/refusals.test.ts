import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SpecError } from "../../spec/errors";
import { parseExperiment, parseExperimentText } from "../../spec/parse";
import { problemsIn, problemsOf } from "./refusal";

const format = "initlab.experiment/1";
const relu = { layers: 2, units: 8, activation: "relu", weights: { scheme: "he_normal" } };
const output = { units: 10, activation: "identity", weights: { scheme: "zeros" } };
const least = { format, data: { source: "gaussian" }, network: { hidden: relu } };

const hidden = (change: object) => ({ ...least, network: { hidden: { ...relu, ...change } } });
const weights = (value: unknown) => hidden({ weights: value });
const data = (value: unknown) => ({ ...least, data: value });
const digits = (change: object) => ({
  ...least,
  data: { source: "digits" },
  network: { hidden: relu, output },
  ...change,
});
const train = (value: unknown) => digits({ train: value });
const W = "network.hidden.weights";

const CASES: readonly [input: unknown, path: string, message: string][] = [
  // The whole.
  [null, "spec", "null stands here; write an experiment"],
  [undefined, "spec", "nothing stands here"],
  [[], "spec", "a list stands here"],
  ["x", "spec", '"x" stands here'],
  [7, "spec", "7 stands here"],
  [{}, "format", 'is missing; write "initlab.experiment/1"'],
  [
    { ...least, format: "initlab.experiment/2" },
    "format",
    'this version of the lab reads "initlab.experiment/1"',
  ],
  [{ ...least, format: 1 }, "format", "1; this version"],
  [{ ...least, sed: 1 }, "sed", 'unknown field "sed"; did you mean "seed"?'],
  [{ ...least, qwertz: 1 }, "qwertz", 'unknown field "qwertz"; the fields here are: format, name'],
  [{ ...least, "a b\n": 1 }, '["a b\\n"]', 'unknown field "a b\\n"'],
  [{ ...least, ["x".repeat(1e6)]: 1 }, `["${"x".repeat(40)}…"]`, "unknown field"],
  [JSON.parse('{"__proto__": {"seed": 1}}'), "__proto__", 'unknown field "__proto__"'],
  [{ ...least, toString: 1 }, "toString", "unknown field"],
  [{ ...least, name: 5 }, "name", "5 is not a text; write a name"],
  [{ ...least, name: "n".repeat(201) }, "name", "has 201 characters; write 0 to 200"],
  [{ ...least, seed: -1 }, "seed", "-1 is out of range; write a whole number from 0 to 9007199254740991"],
  [{ ...least, seed: 2 ** 53 }, "seed", "out of range"],
  [{ ...least, seed: 0.5 }, "seed", "0.5 is not a whole number"],
  [{ ...least, seed: "1" }, "seed", '"1" is not a number'],
  [{ ...least, seed: null }, "seed", "null is not a number"],
  [{ ...least, seed: 2 ** 53 - 1, replicates: 2 }, "seed", "no room for 2 replicates"],
  [{ ...least, replicates: 0 }, "replicates", "0 is out of range; write a whole number from 1 to 1000"],
  [{ ...least, replicates: 1001 }, "replicates", "out of range"],
  // Data.
  [{ format, network: least.network }, "data", "is missing"],
  [data(null), "data", "null is not an object"],
  [data("gaussian"), "data", 'write { "source": "gaussian", ... }'],
  [data({}), "data.source", "is missing; write the name of one source: gaussian"],
  [data({ source: 3 }), "data.source", "3 is not a name"],
  [data({ source: "constructor" }), "data.source", "unknown source"],
  [data({ source: "digit" }), "data.source", 'did you mean "digits"?'],
  [data({ source: "normal" }), "data.source", 'did you mean "gaussian"?'],
  [data({ source: "gaussian", samples: 0 }), "data.samples", "write a whole number from 1 to 1000000"],
  [data({ source: "gaussian", samples: 1e6 + 1 }), "data.samples", "out of range"],
  [data({ source: "gaussian", samples: null }), "data.samples", "null is not a number"],
  [data({ source: "gaussian", features: 16385 }), "data.features", "out of range"],
  [data({ source: "gaussian", features: NaN }), "data.features", "NaN is not a number"],
  [data({ source: "gaussian", std: 0 }), "data.std", "0 is out of range"],
  [data({ source: "gaussian", mean: Infinity }), "data.mean", "Infinity is out of range"],
  [data({ source: "gaussian", mean: -Infinity }), "data.mean", "-Infinity is out of range"],
  [
    data({ source: "gaussian", features: 5, correlation: -0.26 }),
    "data.correlation",
    "write at least -1/4 = -0.25",
  ],
  [data({ source: "gaussian", correlation: 1.01 }), "data.correlation", "out of range"],
  [data({ source: "gaussian", noise: 1 }), "data.noise", "unknown field"],
  [data({ source: "gaussian", standardise: true }), "data.standardise", 'did you mean "standardize"?'],
  [data({ source: "gaussian", standardize: 1 }), "data.standardize", "write true or false"],
  [data({ source: "uniform", low: 2 }), "data.low", '2 is not below "high" = 1'],
  [data({ source: "uniform", low: 1, high: 1 }), "data.low", "write low < high"],
  [data({ source: "uniform", low: 1, high: 1 + 1e-9 }), "data.low", "the same number in float32"],
  [data({ source: "digits", samples: 1798 }), "data.samples", "write a whole number from 1 to 1797"],
  [data({ source: "digits", features: 64 }), "data.features", "leave the field out"],
  [data({ source: "two_moons", features: 2 }), "data.features", "this source has 2 features"],
  [data({ source: "xor", noise: -0.1 }), "data.noise", "out of range"],
  [data({ source: "spirals", classes: 11 }), "data.classes", "write a whole number from 2 to 10"],
  [data({ source: "spirals", turns: 0 }), "data.turns", "out of range"],
  [data({ source: "file" }), "data.path", "is missing; write the path"],
  [data({ source: "file", path: "" }), "data.path", "has 0 characters"],
  [data({ source: "file", path: "p".repeat(5000) }), "data.path", "has 5000 characters"],
  [data({ source: "file", path: "a", images: "b" }), "data.images", '"path" and "images" both'],
  [data({ source: "file", path: "a.npy", label: 1 }), "data.label", "does not go with a .npy"],
  [data({ source: "file", path: "a.npz", label: "y" }), "data.label", 'an NPZ has "inputs" and "labels"'],
  [data({ source: "file", path: "a.csv", labels: "y" }), "data.labels", 'a CSV has "label"'],
  [data({ source: "file", path: "a", inputs: "x", label: "y" }), "data.label", "names a column of a CSV"],
  [data({ source: "file", images: "a", inputs: "x" }), "data.inputs", "IDX"],
  [data({ source: "file", path: "a.csv", label: -1 }), "data.label", "-1 is out of range"],
  [data({ source: "file", path: "a.csv", label: true }), "data.label", "true is not a text"],
  [
    data({ source: "file", path: "a.csv", sha256: { "a.csv": "abc" } }),
    'data.sha256["a.csv"]',
    "64 hexadecimal digits",
  ],
  [data({ source: "file", path: "a.csv", sha256: [] }), "data.sha256", "a list stands here"],
  // Network.
  [{ format, data: least.data }, "network", "is missing"],
  [{ ...least, network: {} }, "network.hidden", 'is missing; write "hidden"'],
  [{ ...least, network: [] }, "network", "a list stands here"],
  [
    { ...least, network: { hidden: relu, layers: [relu] } },
    "network.layers[0].layers",
    '"layers" stands in "hidden" alone',
  ],
  [{ ...least, network: { hidden: relu, layers: [output] } }, "network.layers", "write one of them"],
  [
    { ...least, network: { hidden: relu, residual: { every: 1 } } },
    "network.residual",
    'write it inside "hidden"',
  ],
  [{ ...least, network: { layers: [] } }, "network.layers", "0 entries; write 1 to 1000"],
  [{ ...least, network: { layers: {} } }, "network.layers", "an object stands here; write a list of layers"],
  [{ ...least, network: { layers: [output, null] } }, "network.layers[1]", "null stands here"],
  [{ ...least, network: { layers: Array(1001).fill(output) } }, "network.layers", "1001 entries"],
  [
    { ...least, network: { layers: [output], residual: { every: 2 } } },
    "network.residual.every",
    "write a whole number from 1 to 1",
  ],
  [
    hidden({ residual: { every: 3 } }),
    "network.hidden.residual.every",
    "a block of 3 layers does not fit into 2",
  ],
  [hidden({ residual: { every: 0 } }), "network.hidden.residual.every", "out of range"],
  [hidden({ residual: {} }), "network.hidden.residual.every", "is missing"],
  [hidden({ layers: 0 }), "network.hidden.layers", "write a whole number from 1 to 1000"],
  [hidden({ layers: 1e9 }), "network.hidden.layers", "out of range"],
  [hidden({ units: 0 }), "network.hidden.units", "write a whole number from 1 to 16384"],
  [hidden({ units: -3 }), "network.hidden.units", "-3 is out of range"],
  [hidden({ units: 16385 }), "network.hidden.units", "out of range"],
  [hidden({ units: 1.5 }), "network.hidden.units", "1.5 is not a whole number"],
  [hidden({ units: "8" }), "network.hidden.units", "not a number"],
  [hidden({ units: undefined }), "network.hidden.units", "is missing"],
  [
    hidden({ activaton: "relu" }),
    "network.hidden.activaton",
    'unknown field "activaton"; did you mean "activation"?',
  ],
  [
    hidden({ activation: "rleu" }),
    "network.hidden.activation",
    'unknown activation "rleu"; did you mean "relu"?',
  ],
  [hidden({ activation: "LeakyReLU" }), "network.hidden.activation", 'did you mean "leaky_relu"?'],
  [hidden({ activation: "swish" }), "network.hidden.activation", 'did you mean "silu"?'],
  [hidden({ activation: "z".repeat(1e6) }), "network.hidden.activation", "write one of: identity, sigmoid"],
  [hidden({ activation: 3 }), "network.hidden.activation", "3 is no activation"],
  [hidden({ activation: [] }), "network.hidden.activation", "a list is not an object"],
  [
    hidden({ activation: {} }),
    "network.hidden.activation",
    'an object with neither "name" nor "formula" stands here; write { "name": "relu" } or { "formula": "max(x, 0)" }',
  ],
  [
    hidden({ activation: { formula: "x*sigmod(x)" } }),
    "network.hidden.activation.formula",
    'formula, column 3: unknown function "sigmod"; did you mean "sigmoid"?',
  ],
  [
    hidden({ activation: { formula: "" } }),
    "network.hidden.activation.formula",
    "has 0 characters; write 1 to 500",
  ],
  [hidden({ activation: { formula: 3 } }), "network.hidden.activation.formula", "3 is not a text"],
  [
    hidden({ activation: { formula: "x".repeat(501) } }),
    "network.hidden.activation.formula",
    "has 501 characters; write 1 to 500",
  ],
  [
    hidden({ activation: { formula: "x", alpha: 1 } }),
    "network.hidden.activation.alpha",
    'unknown field "alpha"',
  ],
  [
    hidden({ activation: { formula: "x", parameters: [1] } }),
    "network.hidden.activation.parameters",
    "a list stands here; write an object of names and numbers",
  ],
  [
    hidden({ activation: { formula: "x*b", parameters: { b: "1" } } }),
    "network.hidden.activation.parameters.b",
    "not a number",
  ],
  [
    hidden({ activation: { formula: "x*b", parameters: { b: 1e7 } } }),
    "network.hidden.activation.parameters.b",
    "out of range; write a number from -1000000 to 1000000",
  ],
  [
    hidden({ activation: { formula: "x*b", parameters: { b: 1, c: 2 } } }),
    "network.hidden.activation.parameters.c",
    "is not used by the formula; leave it out, or use it",
  ],
  [
    hidden({ activation: { formula: "x", parameters: { "a b": 1 } } }),
    'network.hidden.activation.parameters["a b"]',
    "is no name",
  ],
  [
    hidden({ activation: { formula: "x*pi", parameters: { pi: 3 } } }),
    "network.hidden.activation.parameters.pi",
    "the name is taken",
  ],
  [
    hidden({ activation: { formula: "x", parameters: { constructor: 3 } } }),
    "network.hidden.activation.parameters.constructor",
    "is a name that JavaScript needs for itself",
  ],
  [
    hidden({ activation: { name: "relu", formula: "x*2" } }),
    "network.hidden.activation.formula",
    "unknown field",
  ],
  [hidden({ activation: { name: "tanh", alpha: 1 } }), "network.hidden.activation.alpha", "unknown field"],
  [hidden({ activation: { name: "celu", alpha: 0 } }), "network.hidden.activation.alpha", "out of range"],
  [
    hidden({ normalization: "instance" }),
    "network.hidden.normalization",
    "write one of: none, layer, batch, rms",
  ],
  [weights("zeros"), W, 'write { "scheme": "zeros", ... }'],
  [weights({ scheme: "glorot_uniform" }), `${W}.scheme`, 'did you mean "xavier_uniform"?'],
  [weights({ scheme: "kaiming_normal" }), `${W}.scheme`, 'did you mean "he_normal"?'],
  [weights({ scheme: "xavier-normal" }), `${W}.scheme`, 'did you mean "xavier_normal"?'],
  [weights({ scheme: "normal", standard: 1 }), `${W}.standard`, "the fields here are: scheme, mean, std"],
  [weights({ scheme: "normal", std: -1 }), `${W}.std`, "-1 is out of range"],
  [weights({ scheme: "uniform", low: 1, high: -1 }), `${W}.low`, "write low < high"],
  [weights({ scheme: "truncated_normal", low: 3 }), `${W}.low`, 'not below "high" = 2'],
  [
    weights({ scheme: "truncated_normal", low: 5, high: 6 }),
    `${W}.low`,
    "more than 4 std above the mean; write at most 4",
  ],
  [weights({ scheme: "truncated_normal", low: -6, high: -5 }), `${W}.high`, "more than 4 std below the mean"],
  [weights({ scheme: "he_normal", mode: "fan_avg" }), `${W}.mode`, 'unknown fan "fan_avg"'],
  [
    weights({ scheme: "he_normal", nonlinearity: "gelu" }),
    `${W}.nonlinearity`,
    'unknown nonlinearity "gelu"',
  ],
  [
    weights({ scheme: "he_normal", negative_slope: 0.2 }),
    `${W}.negative_slope`,
    'only with nonlinearity "leaky_relu"',
  ],
  [weights({ scheme: "xavier_normal", gain: 0 }), `${W}.gain`, "out of range"],
  [
    weights({ scheme: "variance_scaling", distribution: "normal" }),
    `${W}.distribution`,
    "unknown distribution",
  ],
  [weights({ scheme: "sparse", sparsity: 1.1 }), `${W}.sparsity`, "out of range"],
  [weights({ scheme: "critical", sigma_b: -1 }), `${W}.sigma_b`, "out of range"],
  [weights({ scheme: "critical", sigma_b: 1e-12 }), `${W}.sigma_b`, "write 0, or at least 1e-9"],
  [weights({ scheme: "file" }), `${W}.path`, "is missing; write the file"],
  [
    weights({ scheme: "lsuv", base: { scheme: "lsuv" } }),
    `${W}.base.scheme`,
    'unknown scheme that lsuv can start from "lsuv"',
  ],
  [weights({ scheme: "lsuv", base: { scheme: "zeros" } }), `${W}.base.scheme`, "cannot be scaled"],
  [weights({ scheme: "lsuv", base: { scheme: "uniform", low: 2 } }), `${W}.base.low`, "write low < high"],
  [weights({ scheme: "lsuv", tolerance: 0 }), `${W}.tolerance`, "out of range"],
  [
    hidden({ bias: { scheme: "he_normal" } }),
    "network.hidden.bias.scheme",
    'unknown bias scheme "he_normal"',
  ],
  [hidden({ bias: { scheme: "uniform", low: 5 } }), "network.hidden.bias.low", "write low < high"],
  [hidden({ bias: 0 }), "network.hidden.bias", "0 is not an object"],
  [hidden({ activation: { name: "sin", omega: 2000 } }), "network.hidden.activation.omega", "out of range"],
  [
    { ...least, network: { layers: 5, units: 100 } },
    "network.units",
    'stands in "hidden", or in each of "layers"',
  ],
  // Backward and measure.
  [{ ...least, backward: "probe" }, "backward", '"probe" stands here'],
  [{ ...least, backward: {} }, "backward.kind", "is missing"],
  [{ ...least, backward: { kind: "crossentropy" } }, "backward.kind", 'did you mean "cross_entropy"?'],
  [
    { ...least, backward: { kind: "cross_entropy" } },
    "backward.kind",
    'needs labels, and the source "gaussian" has none',
  ],
  [
    digits({ network: { hidden: relu }, backward: { kind: "cross_entropy" } }),
    "backward.kind",
    "network.output with 10 units",
  ],
  [
    digits({ data: { source: "xor" }, backward: { kind: "cross_entropy" } }),
    "network.output.units",
    '10 outputs, but "xor" has 2 classes; write 2',
  ],
  [
    digits({ data: { source: "spirals", classes: 3 }, backward: { kind: "cross_entropy" } }),
    "network.output.units",
    "write 3",
  ],
  [
    digits({ data: { source: "file", path: "a.npy" }, backward: { kind: "cross_entropy" } }),
    "backward.kind",
    "name them",
  ],
  [{ ...least, measure: { jacobain: true } }, "measure.jacobain", 'did you mean "jacobian"?'],
  [{ ...least, measure: { jacobian: "yes" } }, "measure.jacobian", "write true or false"],
  [{ ...least, measure: [] }, "measure", "a list stands here"],
  // Training.
  [train(null), "train", "null stands here"],
  [train({ lr: 1 }), "train.lr", 'did you mean "learningRate"?'],
  [train({ optimizer: "adamm" }), "train.optimizer", 'did you mean "adam"?'],
  [train({ learningRate: 0 }), "train.learningRate", "out of range"],
  [
    train({ momentum: 0.9 }),
    "train.momentum",
    'is no parameter of "sgd"; leave it out, or choose momentum, nesterov, rmsprop',
  ],
  [train({ optimizer: "adam", momentum: 0.9 }), "train.momentum", 'is no parameter of "adam"'],
  [train({ optimizer: "momentum", momentum: 1 }), "train.momentum", "out of range"],
  [train({ steps: 0 }), "train.steps", "out of range"],
  [train({ batchSize: 1797 }), "train.batchSize", "more than the 1438 training samples"],
  [train({ validationShare: 1 }), "train.validationShare", "out of range"],
  [train({ schedule: { kind: "cosin" } }), "train.schedule.kind", 'did you mean "cosine"?'],
  [train({ schedule: { factor: 0.5 } }), "train.schedule.factor", 'belongs to the schedule "step"'],
  [train({ steps: 5, schedule: { warmupSteps: 6 } }), "train.schedule.warmupSteps", "write at most 5"],
  [train({ loss: "mse" }), "train.loss", 'did you mean "mean_squared_error"?'],
  [{ ...least, train: {} }, "train.loss", "needs labels"],
];

describe("what is refused, where, and with what advice", () => {
  test.each(CASES.map((row, index) => [index, row[1], row] as const))(
    "%i %s",
    (_index, _path, [input, path, message]) => {
      const [first] = problemsOf(input);
      expect(first?.path).toBe(path);
      expect(first?.message).toContain(message);
      expect(first?.message).not.toMatch(/\n|undefined|\[object/);
      expect((first?.message ?? "").length + path.length).toBeLessThan(500);
    },
  );
});

test("all that is wrong is collected, the unknown field first", () => {
  const problems = problemsOf({
    ...least,
    replicates: -1,
    network: { hidden: { layers: 0, units: 1.5, activaton: "relu", weights: { scheme: "normal", std: 0 } } },
  });
  expect(problems.map(({ path }) => path)).toEqual([
    "network.hidden.activaton",
    "network.hidden.activation",
    "network.hidden.layers",
    "network.hidden.units",
    "network.hidden.weights.std",
    "replicates",
  ]);
  expect(problemsOf(data({ source: "uniform", low: 5 }))).toHaveLength(1);
});

test("the error is the first problem, with the rest beside it", () => {
  try {
    parseExperiment({ ...least, seed: -1, name: 3 });
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(SpecError);
    expect(error).toMatchObject({
      name: "SpecError",
      path: "name",
      message: "3 is not a text; write a name",
    });
    expect((error as SpecError).errors).toHaveLength(2);
  }
});

test("text: a slip in the JSON has line and column, one in the spec its path", () => {
  expect(problemsIn(() => parseExperimentText('{\n  "format": }'))[0]?.path).toBe("line 2, column 13");
  expect(problemsIn(() => parseExperimentText("{}"))[0]?.path).toBe("format");
  const huge = JSON.stringify({ ...least, seed: 0 }).replace('"seed":0', '"seed":1e999');
  expect(problemsIn(() => parseExperimentText(huge))[0]?.message).toContain("Infinity");
});

test("nothing that JSON can hold, and nothing else either, makes it crash", () => {
  fc.assert(
    fc.property(
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
      (input) => {
        for (const spec of [
          input,
          data(input),
          weights(input),
          hidden({ activation: input }),
          train(input),
        ]) {
          expect(Array.isArray(problemsOf(spec))).toBe(true);
        }
      },
    ),
    { seed: 3, numRuns: 500 },
  );
});

test("a parse leaves the prototypes alone", () => {
  problemsOf(JSON.parse('{"__proto__": {"polluted": 1}, "network": {"__proto__": {"polluted": 1}}}'));
  problemsOf(
    JSON.parse('{"data": {"source": "file", "path": "a", "sha256": {"__proto__": {"polluted": 1}}}}'),
  );
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});
