// initlab code: the source on stdout, one line where something is wrong; and the source, run with the lab's own tensors,
// reproduces the lab's activations.
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { CODE_FRAMEWORKS } from "../../../core-as/code/source";
import { pythonOf } from "../../../core-as/test/code/python";
import { emptyFolder, lab, smallSpec } from "../lab";

const folder = emptyFolder();

describe("the command", () => {
  it.each(CODE_FRAMEWORKS)("prints %s of a preset, twice the same", async (framework) => {
    const args = ["code", "preset:formula-quick-gelu", "--framework", framework];
    const [one, two] = await Promise.all([lab(args), lab(args)]);
    expect(one.code, one.stderr).toBe(0);
    expect(one.stderr).toBe("");
    expect(one.stdout).toContain("x * sigmoid(1.702 * x)");
    expect(one.stdout).toBe(two.stdout);
  });

  it("takes a file and standard input", async () => {
    const file = join(folder, "spec.json");
    writeFileSync(file, JSON.stringify(smallSpec()));
    const ofFile = await lab(["code", file, "--framework", "numpy"]);
    const ofStdin = await lab(["code", "-", "--framework", "numpy"], { stdin: JSON.stringify(smallSpec()) });
    expect(ofFile.code).toBe(0);
    expect(ofFile.stdout).toBe(ofStdin.stdout);
    expect(ofFile.stdout).toContain("fan_in=7");
  });

  it("takes the features of data in a file, and the sha256 of weights in one", async () => {
    writeFileSync(join(folder, "data.csv"), "1,2,3\n4,5,6\n7,8,9\n");
    const tensors = await lab(["run", "-", "--tensors", join(folder, "weights.npz")], {
      stdin: JSON.stringify(smallSpec({ data: { source: "gaussian", samples: 4, features: 3 } })),
    });
    expect(tensors.code, tensors.stderr).toBe(0);
    const spec = smallSpec({
      data: { source: "file", path: "data.csv" },
      network: {
        hidden: {
          layers: 1,
          units: 9,
          activation: "tanh",
          weights: { scheme: "file", path: "weights.npz", tensor: "layer1.weight" },
        },
      },
    });
    writeFileSync(join(folder, "files.json"), JSON.stringify(spec));
    const { code, stdout, stderr } = await lab(["code", join(folder, "files.json"), "--framework", "numpy"]);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("fan_in=3");
    expect(stdout).toMatch(/sha256="[0-9a-f]{64}"/);
  });

  it.each([
    [
      ["--framework", "pytorh"],
      /^initlab: --framework: unknown framework "pytorh"; did you mean "pytorch"\?$/,
    ],
    [["--framework", "torch"], /did you mean "pytorch"\?$/],
    [["--framework", "flax"], /did you mean "jax"\?$/],
    [["--framework", "mxnet-gluon-2"], /the frameworks are: pytorch, keras, jax, numpy$/],
    [[], /^initlab: --framework: is missing; one of pytorch, keras, jax, numpy would be right$/],
  ])("refuses %j with exit code 2", async (options, message) => {
    const { code, stdout, stderr } = await lab(["code", "preset:he-normal-relu", ...options]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr.trim()).toMatch(message);
  });

  it("says what is wrong with a spec, and with a gain that does not exist", async () => {
    const unknown = await lab(["code", "preset:he-norml-relu", "--framework", "jax"]);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toMatch(/did you mean "he-normal-relu"/);
    const spec = smallSpec({
      network: {
        hidden: {
          layers: 1,
          units: 9,
          activation: { formula: "0 * x" },
          weights: { scheme: "he_normal", nonlinearity: "forward" },
        },
      },
    });
    const none = await lab(["code", "-", "--framework", "jax"], { stdin: JSON.stringify(spec) });
    expect([none.code, none.stdout]).toEqual([2, ""]);
    expect(none.stderr).toMatch(/^initlab: code: .*gain does not exist/);
  });
});

/** Preset, and how far its activations may be off as a share of the largest entry; 1e-5 but where the network is chaotic. */
const PRESETS: readonly (readonly [string, number])[] = [
  ["xavier-normal-tanh", 1e-5],
  ["selu-lecun", 1e-5],
  ["gelu-critical", 1e-5],
  ["silu-critical", 1e-5],
  ["rms-norm-silu", 2e-5],
  ["residual-relu", 1e-5],
  ["residual-scaled-relu", 1e-5],
  ["zero-hadamard-relu", 1e-5],
  ["formula-quick-gelu", 1e-5],
  ["train-book-he", 1e-5],
  // Thirty chaotic layers: each makes a difference larger by a tenth or two.
  ["layer-norm-tanh", 1e-3],
  ["batch-norm-relu", 1e-3],
];
/** Of everything something, in few layers. */
const MIXED = smallSpec({
  data: { source: "gaussian", samples: 300, features: 24 },
  network: {
    layers: [
      { units: 24, activation: "softplus", weights: { scheme: "lecun_normal" }, normalization: "batch" },
      { units: 24, activation: "mish", weights: { scheme: "orthogonal" }, normalization: "layer" },
      { units: 40, activation: { name: "elu", alpha: 0.7 }, weights: { scheme: "he_uniform" } },
      { units: 40, activation: { name: "sin", omega: 2 }, weights: { scheme: "critical", sigma_b: 0.2 } },
      {
        units: 40,
        activation: { formula: "where(x < 0, a * expm1(x), x) + erf(x)", parameters: { a: 0.3 } },
        weights: { scheme: "lsuv" },
        bias: { scheme: "uniform", low: -0.5, high: 0.5 },
        normalization: "rms",
      },
      { units: 40, activation: "hard_swish", weights: { scheme: "sparse", std: 0.5 } },
    ],
    residual: { every: 2, scale: -0.6 },
    output: { units: 3, activation: "softsign", weights: { scheme: "xavier_uniform" } },
  },
});

/** Runs sources as `python SOURCE TENSORS` does, all in one process: what takes time is the framework's import. */
const RUN_ALL = `
import contextlib, io, json, runpy, sys
answers = []
for _, *arguments in json.load(sys.stdin):
    sys.argv = arguments
    out, fault = io.StringIO(), None
    with contextlib.redirect_stdout(out):
        try:
            runpy.run_path(arguments[0], run_name="__main__")
        except Exception as error:
            fault = repr(error)
    answers.append({"fault": fault, "stdout": out.getvalue()})
print(json.dumps(answers))
`;

describe.each(CODE_FRAMEWORKS)("the lab's tensors in %s", (framework) => {
  const python = pythonOf(framework, "so its source is not run with the lab's tensors");
  const runs = python === null ? [] : [...PRESETS, ["mixed", 1e-5] as const];
  const sourceOf = (name: string) => join(folder, `${framework}-${name}.py`);
  const tensorsOf = (name: string) => join(folder, `${name}.safetensors`);

  beforeAll(async () => {
    for (const [name] of runs) {
      const spec = name === "mixed" ? "-" : `preset:${name}`;
      const stdin = JSON.stringify(MIXED);
      const source = await lab(["code", spec, "--framework", framework], { stdin });
      expect(source.code, source.stderr).toBe(0);
      writeFileSync(sourceOf(name), source.stdout);
      if (existsSync(tensorsOf(name))) continue;
      const ran = await lab(["run", spec, "--no-remedies", "--tensors", tensorsOf(name)], { stdin });
      expect(ran.code, ran.stderr).toBe(0);
    }
  }, 300_000);

  /** Of every layer, on the way from the inputs and alone. */
  const offs = (text: string) =>
    [...text.matchAll(/^layer\d+\.\w+: off by (\S+); alone off by (\S+)$/gm)].map((m) => ({
      onTheWay: Number(m[1]),
      alone: Number(m[2]),
    }));

  interface Ended {
    readonly fault: string | null;
    readonly stdout: string;
  }
  /** Of every run, and of some that stand for what is to be seen besides. */
  let ended = new Map<string, Ended>();
  const endedOf = (name: string) => ended.get(name)!;

  beforeAll(() => {
    if (python === null) return;
    const asked = [
      ...runs.map(([name]) => [name, sourceOf(name), tensorsOf(name)]),
      ["of another shape", sourceOf("mixed"), tensorsOf("train-book-he")],
      // Of the same shapes.
      ["of another network", sourceOf("residual-relu"), tensorsOf("residual-scaled-relu")],
      ["of another kind of file", sourceOf("mixed"), sourceOf("mixed")],
      ["none", sourceOf("mixed")],
    ];
    const { status, stdout, stderr } = spawnSync(python, ["-c", RUN_ALL], {
      input: JSON.stringify(asked),
      encoding: "utf8",
    });
    expect(status, stderr).toBe(0);
    const answers = JSON.parse(stdout) as Ended[];
    ended = new Map(asked.map(([name], i) => [name!, answers[i]!]));
  }, 300_000);

  it.skipIf(python === null).each(runs)("%s: activations to %d of the largest", (name, most) => {
    const { fault, stdout } = endedOf(name);
    expect(fault).toBe(null);
    const all = offs(stdout);
    expect(all.length).toBeGreaterThanOrEqual(10);
    for (const { onTheWay, alone } of all) {
      expect(onTheWay).toBeLessThanOrEqual(most);
      expect(alone).toBeLessThanOrEqual(1e-5);
    }
  });

  it.skipIf(python === null)("those of another shape are refused, of another network told apart", () => {
    expect(endedOf("of another shape").fault).toMatch(
      /ValueError.*layer1: weight \(\d+, \d+\).*needed \(24, 24\)/,
    );
    expect(endedOf("of another kind of file").fault).toMatch(/ValueError.*is no \.safetensors file/);
    expect(endedOf("of another network").fault).toBe(null);
    const others = offs(endedOf("of another network").stdout);
    expect(Math.max(...others.map(({ onTheWay }) => onTheWay))).toBeGreaterThan(0.1);
  });

  it.skipIf(python === null)("without a file it draws", () => {
    const { fault, stdout } = endedOf("none");
    expect(fault).toBe(null);
    expect(stdout.match(/^layer\d\.weight: mean /gm)).toHaveLength(7);
  });
});
