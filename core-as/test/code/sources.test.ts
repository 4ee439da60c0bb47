// The text itself: golden for a few specs, whole and parsable for every preset and every scheme, and unmoved by hostile
// names.
import { describe, expect, it, test } from "vitest";
import { CODE_FRAMEWORKS } from "../../code/source";
import { asksForGains, sourceFor } from "../../code/write";
import { ACTIVATION_NAMES } from "../../spec/activations";
import { parseExperiment } from "../../spec/parse";
import { PRESETS } from "../../spec/presets";
import { BIAS_SCHEME_NAMES, SCHEME_NAMES } from "../../spec/schemes";
import { pythonWith, runPython } from "./python";
import { hidden, textOf } from "./sources";

const GOLDEN = {
  plain: parseExperiment({
    format: "initlab.experiment/1",
    name: "Xavier meets tanh",
    seed: 42,
    data: { source: "gaussian", features: 64 },
    network: {
      hidden: { layers: 5, units: 100, activation: "tanh", weights: { scheme: "xavier_normal" } },
      output: { units: 10, activation: "identity", weights: { scheme: "torch_linear_default" } },
    },
  }),
  rich: parseExperiment({
    format: "initlab.experiment/1",
    name: "of everything something",
    seed: 7,
    data: { source: "digits", standardize: true },
    network: {
      layers: [
        {
          units: 64,
          activation: {
            formula: "max(x, beta * x) - where(x < -1, erf(x / sqrt(2)), 0)",
            parameters: { beta: 0.1 },
          },
          weights: { scheme: "he_normal", nonlinearity: "forward" },
          normalization: "rms",
        },
        {
          units: 64,
          activation: { name: "leaky_relu", negative_slope: 0.2 },
          weights: { scheme: "truncated_normal", std: 0.05, low: -0.1, high: 0.1 },
          bias: { scheme: "uniform", low: -0.1, high: 0.2 },
          normalization: "batch",
        },
        {
          units: 128,
          activation: { name: "leaky_relu", negative_slope: 0.3 },
          weights: { scheme: "lsuv", base: { scheme: "orthogonal", gain: 2 } },
          normalization: "layer",
        },
        { units: 200, activation: "gelu", weights: { scheme: "zero_hadamard" } },
        {
          units: 200,
          activation: "softplus",
          weights: { scheme: "truncated_normal", std: 1, low: 3, high: 5 },
          bias: { scheme: "normal", mean: 1, std: 0.5 },
        },
        { units: 200, activation: "hard_swish", weights: { scheme: "sparse", sparsity: 0.3 } },
      ],
      residual: { every: 2, scale: 0.5 },
      output: {
        units: 10,
        activation: "identity",
        weights: { scheme: "file", path: "w.npz", tensor: "last" },
      },
    },
  }),
};

test.each(CODE_FRAMEWORKS.flatMap((f) => Object.keys(GOLDEN).map((name) => [name, f] as const)))(
  "golden: %s for %s",
  async (name, framework) => {
    await expect(textOf(GOLDEN[name as keyof typeof GOLDEN], framework)).toMatchFileSnapshot(
      `golden/${name}_${framework}.py`,
    );
  },
);

/** Every scheme, bias scheme and activation with its defaults. */
const SCHEMES = SCHEME_NAMES.map((scheme) => [
  `weights ${scheme}`,
  hidden({ weights: { scheme, ...(scheme === "file" ? { path: "weights.npy" } : {}) } }),
]) as [string, ReturnType<typeof hidden>][];
const BIASES = BIAS_SCHEME_NAMES.map((scheme) => [`bias ${scheme}`, hidden({ bias: { scheme } })] as const);
const ACTIVATIONS = ACTIVATION_NAMES.map((name) => [name, hidden({ activation: name })] as const);
const ALL = [
  ...PRESETS.map(({ name, spec }) => [name, parseExperiment(spec)] as const),
  ...SCHEMES,
  ...BIASES,
  ...ACTIVATIONS,
];

const python = pythonWith("import ast", "Python's own reading of the sources");

/** Sources that are no Python, as name and error. */
const COMPILE = `
import ast, json, sys, warnings
warnings.simplefilter("error")
faults = []
for name, text in json.load(sys.stdin):
    try:
        compile(text.encode("utf-8"), name, "exec")
    except Exception as error:
        faults.append([name, str(error)])
print(json.dumps(faults))
`;

describe.each(CODE_FRAMEWORKS)("%s", (framework) => {
  const texts = ALL.map(([name, spec]) => [name, textOf(spec, framework)] as const);

  it("is written for every preset, scheme and activation, the same each time", () => {
    expect(texts.length).toBeGreaterThan(PRESETS.length + 40);
    for (const [name, text] of texts) {
      const long = text.split("\n").filter((line) => line.length > 100 || /\s$/.test(line));
      expect(long, name).toEqual([]);
      expect(text.endsWith("\n") && !text.endsWith("\n\n") && !text.includes("undefined"), name).toBe(true);
    }
    expect(ALL.map(([, spec]) => textOf(spec, framework))).toEqual(texts.map(([, text]) => text));
  });

  it.skipIf(python === null)("is Python", () => {
    expect(runPython(python!, COMPILE, texts)).toEqual([]);
    expect(runPython(python!, COMPILE, [["broken", "def f(:"]])).toHaveLength(1);
  });
});

const HOSTILE = [
  'a"""b',
  "'''",
  "line\nimport os",
  "line\r\nimport os",
  "form\ffeed",
  "vertical\vtab",
  "\u2028import os\u2029import os\u0085import os",
  "coding: utf-7",
  "-*- coding: latin-1 -*-",
  "ends in a backslash \\",
  "\\N{BULLET} \\x00 {} %s",
  "right\u202eto left\u0007",
  "\u0000nul",
  "\ud800 alone",
  "🙂".repeat(90),
  "x".repeat(200),
  " ",
];

describe.skipIf(python === null)("hostile texts", () => {
  /** The syntax tree without its places. */
  const DUMP = `
import ast, json, sys
print(json.dumps([ast.dump(ast.parse(text.encode("utf-8"))) for text in json.load(sys.stdin)]))
`;
  it.each(CODE_FRAMEWORKS)("as the name change no statement: %s", (framework) => {
    const spec = hidden({});
    const texts = HOSTILE.map((name) => textOf({ ...spec, name }, framework));
    for (const text of texts)
      expect(
        text.split(/\n/).every((line) => [...line].length <= 100),
        text.slice(0, 400),
      ).toBe(true);
    const [plain, ...dumps] = runPython(python!, DUMP, [textOf(spec, framework), ...texts]) as string[];
    for (const [i, dump] of dumps.entries()) expect(dump, HOSTILE[i]).toBe(plain);
  });

  const STRINGS = `
import ast, json, sys
found = []
for text in json.load(sys.stdin):
    tree = ast.parse(text.encode("utf-8"))
    found.append([node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)])
print(json.dumps(found))
`;
  it.each(CODE_FRAMEWORKS)("as a path and an array's name come through whole: %s", (framework) => {
    const whole = HOSTILE.map((text) => text.replaceAll("\0", "0").replaceAll("\ud800", "?") + ".npz");
    const long = [...whole, `${"way/".repeat(500)}w.npz`];
    const texts = long.map((path) =>
      textOf(hidden({ weights: { scheme: "file", path, tensor: path.slice(0, 150) } }), framework),
    );
    for (const text of texts) expect(text.split("\n").filter((line) => [...line].length > 100)).toEqual([]);
    const found = runPython(python!, STRINGS, texts) as string[][];
    for (const [i, path] of long.entries()) {
      expect(found[i]).toContain(path);
      expect(found[i]).toContain(path.slice(0, 150));
    }
  });

  it("a formula with line ends of every kind stays in its comment", () => {
    const formula = "x\u2028 *\n 2 +\r\n x\u2029";
    for (const framework of CODE_FRAMEWORKS) {
      const text = textOf(hidden({ activation: { formula } }), framework);
      expect(text).toContain("\n# x * 2 + x\n");
      expect(runPython(python!, COMPILE, [["formula", text]])).toEqual([]);
    }
  });
});

it("asks for gains where a law needs one, and says when features are missing", () => {
  expect(asksForGains(hidden({}))).toBe(false);
  expect(asksForGains(hidden({ weights: { scheme: "critical" } }))).toBe(true);
  expect(
    asksForGains(
      hidden({ weights: { scheme: "lsuv", base: { scheme: "he_normal", nonlinearity: "backward" } } }),
    ),
  ).toBe(true);
  const ofFile = hidden({}, { data: { source: "file", path: "data.csv" } });
  expect(() => sourceFor(ofFile, "numpy", { coreVersion: "0" })).toThrow("features");
  expect(sourceFor(ofFile, "numpy", { coreVersion: "0", features: 17 }).text).toContain("fan_in=17");
});
