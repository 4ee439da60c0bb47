// The sources, run: what they draw has the law that the lab draws by. Kolmogorov and Smirnov's distance to the closed
// form at a level of about one in a million, moments within six standard errors, bounds, orthogonality, counts of zeros.
// NumPy where there is one; PyTorch, JAX and Keras where a Python has them.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { CODE_FRAMEWORKS, type CodeFramework } from "../../code/source";
import { gainsOf } from "../../runtime/draw";
import { truncatedMoments } from "../../runtime/truncated";
import type { Experiment } from "../../spec/experiment";
import { biasLaw, type Law } from "../../spec/laws";
import { SCHEME_NAMES, schemeLaw } from "../../spec/schemes";
import { emptyFolder, pythonOf, runPython } from "./python";
import { core, hidden, textOf } from "./sources";

const FEATURES = 160;
const UNITS = 120;

const drawn = (weights: object, bias: object = { scheme: "zeros" }, layer: object = {}): Experiment =>
  hidden(
    { units: UNITS, weights, bias, ...layer },
    { data: { source: "gaussian", samples: 400, features: FEATURES } },
  );
const cut = (low: number, high: number, mean = 0, std = 1) => ({
  scheme: "truncated_normal",
  mean,
  std,
  low,
  high,
});

const WEIGHTS: readonly (readonly [string, object, object?])[] = [
  ["zeros", { scheme: "zeros" }],
  ["ones", { scheme: "ones" }],
  ["constant", { scheme: "constant", value: -0.3 }],
  ["normal", { scheme: "normal", mean: 0.5, std: 2 }],
  ["normal about zero", { scheme: "normal", std: 0.01 }],
  ["uniform", { scheme: "uniform", low: -0.2, high: 0.7 }],
  ["truncated_normal, torch's", cut(-2, 2)],
  ["truncated_normal, shifted", cut(-0.1, 1.5, 0.4, 0.7)],
  ["truncated_normal, bounds far out", cut(-2, 2, 0, 0.02)],
  ["truncated_normal, one bound far out", cut(-0.01, 100, 0, 0.5)],
  ["truncated_normal, upper tail", cut(3, 50)],
  ["truncated_normal, lower tail", cut(-9, -3.2, 0.5, 1)],
  ["truncated_normal, narrow about the mean", cut(-0.05, 0.1)],
  ["truncated_normal, narrow beside the mean", cut(0.2, 0.4)],
  ["xavier_normal", { scheme: "xavier_normal" }],
  ["xavier_normal, gain", { scheme: "xavier_normal", gain: 5 / 3 }],
  ["xavier_uniform", { scheme: "xavier_uniform", gain: 0.7 }],
  ...["linear", "sigmoid", "tanh", "relu", "selu", "forward", "variance", "backward"].map(
    (nonlinearity) => [`he_normal, ${nonlinearity}`, { scheme: "he_normal", nonlinearity }] as const,
  ),
  [
    "he_normal, leaky, fan_out",
    { scheme: "he_normal", nonlinearity: "leaky_relu", negative_slope: -0.5, mode: "fan_out" },
  ],
  ["he_uniform", { scheme: "he_uniform" }],
  ["he_uniform, fan_out, computed", { scheme: "he_uniform", mode: "fan_out", nonlinearity: "variance" }],
  ["lecun_normal", { scheme: "lecun_normal" }],
  ["lecun_uniform", { scheme: "lecun_uniform" }],
  ...["fan_in", "fan_out", "fan_avg", "fan_geo_avg"].flatMap((mode) =>
    ["truncated_normal", "untruncated_normal", "uniform"].map(
      (distribution) =>
        [
          `variance_scaling, ${mode}, ${distribution}`,
          { scheme: "variance_scaling", scale: 1.3, mode, distribution },
        ] as const,
    ),
  ),
  ["orthogonal, wide", { scheme: "orthogonal", gain: 1.7 }],
  ["orthogonal, tall", { scheme: "orthogonal", gain: 0.9 }, { units: 200 }],
  ["identity", { scheme: "identity", gain: 2 }],
  ["eye, tall", { scheme: "eye" }, { units: 200 }],
  ["sparse", { scheme: "sparse", sparsity: 0.35, std: 0.1 }],
  ["zero_hadamard, not widening", { scheme: "zero_hadamard" }],
  ["zero_hadamard, widening", { scheme: "zero_hadamard" }, { units: 200 }],
  ["lsuv", { scheme: "lsuv", tolerance: 0.01 }],
  ["lsuv of a truncated base", { scheme: "lsuv", base: cut(-2, 2), tolerance: 0.01 }],
  ["critical", { scheme: "critical", sigma_b: 0.3 }, { bias: undefined }],
  ["file", { scheme: "file", path: "weights.npz", tensor: "w" }],
  ["torch_linear_default", { scheme: "torch_linear_default" }],
  ["keras_dense_default", { scheme: "keras_dense_default" }],
];

const BIASES: readonly object[] = [
  { scheme: "ones" },
  { scheme: "constant", value: 0.25 },
  { scheme: "normal", mean: -1, std: 0.3 },
  { scheme: "uniform", low: 0, high: 0.4 },
  cut(-0.5, 2, 0, 0.5),
  { scheme: "torch_linear_default" },
];

const CASES: readonly (readonly [string, Experiment])[] = [
  ...WEIGHTS.map(([name, weights, layer]) => [name, drawn(weights, undefined, layer)] as const),
  // Wide, that a bias has as many entries as a test of its law wants.
  ...BIASES.map(
    (bias) =>
      [
        `bias ${(bias as { scheme: string }).scheme}`,
        drawn({ scheme: "zeros" }, bias, { units: 4000 }),
      ] as const,
  ),
];

interface Figures {
  readonly shape: readonly number[];
  readonly mean: number;
  readonly std: number;
  readonly low: number;
  readonly high: number;
  /** sqrt(n) times the distance of the distribution functions; null where there is none to compare with. */
  readonly distance: number | null;
  /** Largest entry of W W^T - I or W^T W - I, whichever is smaller, over gain^2. */
  readonly askew: number | null;
  /** Fewest and most zeros of a column. */
  readonly zeros: readonly [number, number];
  /** Distinct columns' patterns of zeros. */
  readonly patterns: number;
  readonly signSum: number;
  /** Of W h. */
  readonly variance: number;
  /** Whether another seed draws otherwise, and the same seed the same. */
  readonly isOfSeed: readonly [boolean, boolean];
}

const SCRIPT = `
import importlib.util, json, math, sys
import numpy as np

framework, cases = json.load(sys.stdin)
inputs = np.random.default_rng(5).normal(size=(400, ${FEATURES})).astype(np.float32)

def drawn(module, seed):
    asks = any(getattr(layer, "lsuv", None) for layer in module.LAYERS)
    if framework == "numpy":
        (pair,) = module.initialize(seed, inputs=inputs) if asks else module.initialize(seed)
    elif framework == "pytorch":
        import torch
        net = module.initialize(seed, inputs=torch.from_numpy(inputs)) if asks else module.initialize(seed)
        (linear,) = net.layers
        pair = linear.weight.detach().numpy(), linear.bias.detach().numpy()
    elif framework == "jax":
        import jax
        key = jax.random.key(seed)
        if asks:
            ((kernel, bias),) = module.initialize(key, inputs)
        else:
            layer = module.Network().init(key, inputs)["params"]["layer1"]
            ((plain, _),) = module.initialize(key)
            kernel, bias = layer["kernel"], layer["bias"]
            assert plain.shape == kernel.shape and plain.dtype == kernel.dtype
        pair = np.asarray(kernel).T, np.asarray(bias)
    else:
        net = module.build(seed, inputs=inputs) if asks else module.build(seed)
        kernel, bias = net.get_layer("layer1").get_weights()
        pair = kernel.T, bias
    return [np.asarray(one, np.float64) for one in pair]

def tail(x):
    return 0.5 * math.erfc(x / math.sqrt(2.0))

def cdf(law):
    if law["kind"] == "uniform":
        return lambda x: (x - law["low"]) / (law["high"] - law["low"])
    if law["kind"] == "normal":
        return lambda x: tail((law["mean"] - x) / law["std"])
    if law["kind"] != "truncated_normal":
        return None
    a, b = [(law[end] - law["mean"]) / law["std"] for end in ("low", "high")]
    def share(p, q):  # from the nearer tail
        return tail(p) - tail(q) if p > 0 else tail(-q) - tail(-p)
    return lambda x: share(a, (x - law["mean"]) / law["std"]) / share(a, b)

answers = []
for name, path, tensor, law in cases:
    spec = importlib.util.spec_from_file_location("source", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    pair = drawn(module, 3)
    values = pair[tensor]
    flat = np.sort(values.ravel())
    f = cdf(law)
    distance = None
    if f is not None:
        at = np.array([f(x) for x in flat])
        n = len(flat)
        distance = math.sqrt(n) * max((np.arange(1, n + 1) / n - at).max(), (at - np.arange(n) / n).max())
    matrix = values if values.ndim == 2 else values[:, None]
    askew = None
    if law["kind"] == "orthogonal":
        rows, cols = matrix.shape
        product = matrix @ matrix.T if rows <= cols else matrix.T @ matrix
        askew = np.abs(product / law["gain"] ** 2 - np.eye(len(product))).max()
    is_zero = matrix == 0
    again, other = drawn(module, 3)[tensor], drawn(module, 4)[tensor]
    answers.append({
        "shape": values.shape,
        "mean": values.mean(),
        "std": values.std(),
        "low": flat[0],
        "high": flat[-1],
        "distance": distance,
        "askew": askew,
        "zeros": [int(is_zero.sum(0).min()), int(is_zero.sum(0).max())],
        "patterns": len({column.tobytes() for column in is_zero.T}),
        "signSum": float(np.sign(np.diag(matrix)).sum()),
        "variance": float((inputs @ matrix.T).var()) if tensor == 0 else 0.0,
        "isOfSeed": [bool((again == values).all()), bool((other != values).any())],
    })
print(json.dumps(answers))
`;

function lawOf(spec: Experiment): Law {
  const [layer] = spec.network.layers;
  const hooks = { gains: gainsOf(core, layer!.activation), truncatedMoments: truncatedMoments(core) };
  return layer!.units === 4000
    ? biasLaw(layer!.bias, FEATURES, hooks)
    : schemeLaw(layer!.weights, FEATURES, layer!.units, hooks);
}

/** What the sources draw, by case. */
function figuresOf(python: string, framework: CodeFramework): Map<string, Figures> {
  const folder = emptyFolder();
  const cases = CASES.map(([name, spec], i) => {
    const path = join(folder, `source_${i}.py`);
    writeFileSync(path, textOf(spec, framework));
    return [name, path, spec.network.layers[0]!.units === 4000 ? 1 : 0, lawOf(spec).draw];
  });
  const file = `
import numpy as np
np.savez("weights.npz", w=np.arange(${UNITS * FEATURES}, dtype=np.float64).reshape(${UNITS}, ${FEATURES}), b=np.zeros(3))
`;
  const answers = runPython(python, file + SCRIPT, [framework, cases], folder) as Figures[];
  return new Map(CASES.map(([name], i) => [name, answers[i]!]));
}

it("leaves out no scheme", () => {
  expect(new Set(CASES.map(([, spec]) => spec.network.layers[0]!.weights.scheme))).toEqual(
    new Set(SCHEME_NAMES),
  );
});

describe.each(CODE_FRAMEWORKS)("%s", (framework) => {
  const python = pythonOf(framework, "so what its source draws is not looked at");
  let known = new Map<string, Figures>();
  // JAX compiles each of them.
  beforeAll(() => {
    if (python !== null) known = figuresOf(python, framework);
  }, 600_000);

  it.skipIf(python === null).each(CASES.map(([name, spec]) => [name, spec] as const))(
    "draws %s",
    (name, spec) => {
      const got = known.get(name)!;
      const law = lawOf(spec);
      const { draw, entries, rescale } = law;
      const units = spec.network.layers[0]!.units;
      const count = units === 4000 ? units : units * FEATURES;
      expect(got.shape).toEqual(units === 4000 ? [units] : [units, FEATURES]);
      const isChance = !["constant", "identity", "zero_hadamard", "file"].includes(draw.kind);
      expect(got.isOfSeed).toEqual([true, isChance]);

      if (rescale !== null) {
        expect(Math.abs(got.variance - 1)).toBeLessThan(rescale.tolerance + 1e-4);
        return;
      }
      if (draw.kind === "file") {
        expect([got.mean, got.high]).toEqual([(count - 1) / 2, count - 1]);
        return;
      }
      const { mean, std } = entries;
      // Without chance the entries are the closed form's, but for float32.
      const error = isChance ? 6 * (std! / Math.sqrt(count)) : 0;
      const rounding = 1e-6 * Math.max(Math.abs(mean!), std!, 1e-3);
      expect(Math.abs(got.mean - mean!), "mean").toBeLessThanOrEqual(error + rounding);
      // That of a normal law, and more than that of a bounded one.
      if (draw.kind !== "orthogonal")
        expect(Math.abs(got.std - std!), "std").toBeLessThanOrEqual(error + rounding);
      if (entries.low !== null)
        expect(got.low).toBeGreaterThanOrEqual(entries.low - 1e-6 * Math.abs(entries.low) - 1e-9);
      if (entries.high !== null)
        expect(got.high).toBeLessThanOrEqual(entries.high + 1e-6 * Math.abs(entries.high) + 1e-9);
      if (got.distance !== null) expect(got.distance, "distance").toBeLessThan(2.7);
      else expect(["normal", "uniform", "truncated_normal"]).not.toContain(draw.kind);
      if (draw.kind === "orthogonal") {
        expect(got.askew!).toBeLessThan(1e-5);
        // Householder's Q with its signs as they fall has one sign on nearly all of the diagonal.
        expect(Math.abs(got.signSum)).toBeLessThan(6 * Math.sqrt(Math.min(units, FEATURES)));
      }
      if (draw.kind === "sparse") {
        expect(got.zeros).toEqual([draw.zerosPerColumn, draw.zerosPerColumn]);
        expect(got.patterns).toBe(FEATURES);
      }
    },
  );
});
