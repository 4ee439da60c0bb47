// initlab run: what it prints and writes.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import { describe, expect, it } from "vitest";
import { readNpz } from "../../../core-as/formats/npz";
import { readSafetensors } from "../../../core-as/formats/safetensors";
import type { RunResult } from "../../../core-as/spec/result";
import { cancelledBy, emptyFolder, lab, smallSpec } from "../lab";

const run = async (spec: object, ...args: string[]) => {
  const ended = await lab(["run", "-", "--json", ...args], { stdin: JSON.stringify(spec) });
  expect(ended.stderr).toBe("");
  expect(ended.code).toBe(0);
  return JSON.parse(ended.stdout) as RunResult;
};

const STATISTICS =
  "count kurtosis max mean min nonFinite quantiles rms skewness std zeroFraction histogram".split(" ");

describe("run --json", () => {
  it("prints a result as the contract has it", async () => {
    const result = await run(
      smallSpec({ measure: { jacobian: true, correlation: true, spectra: true }, replicates: 3 }),
    );
    expect(Object.keys(result).sort()).toEqual(
      [
        "core",
        "diagnosis",
        "digest",
        "environment",
        "format",
        "gradientSizes",
        "layers",
        "nearestDefaults",
        "network",
        "replicates",
        "spec",
        "timing",
      ].sort(),
    );
    expect(result.format).toBe("initlab.result/1");
    expect(result.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(result.core.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(result.layers.map(({ index, name, fanIn, fanOut }) => [index, name, fanIn, fanOut])).toEqual([
      [1, "layer1", 7, 9],
      [2, "layer2", 9, 9],
      [3, "output", 9, 3],
    ]);
    for (const layer of result.layers) {
      const { weightStd, q, c, chi, activationRms, activationStd, acrossSampleStd } = layer.theory!;
      const { meanCosine, gradientScale } = layer.theory!;
      const figures = [
        weightStd,
        q,
        c,
        chi,
        activationRms,
        activationStd,
        acrossSampleStd,
        meanCosine,
        gradientScale,
      ];
      for (const figure of figures) expect(figure).toEqual(expect.any(Number));
      expect(layer.theoryAbsent).toBeUndefined();
      const tensors = [
        layer.weights,
        layer.bias,
        layer.preactivations,
        layer.activations,
        ...Object.values(layer.gradients!),
      ];
      for (const s of tensors) {
        for (const field of STATISTICS) expect(s).toHaveProperty([field]);
        const { edges, counts, zeros, atLow, atHigh } = s.histogram;
        expect(edges.length).toBe(counts.length + 1);
        edges.forEach((edge, i) => i > 0 && expect(edge).toBeGreaterThan(edges[i - 1]!));
        expect(counts.reduce((a, b) => a + b, 0) + zeros + atLow + atHigh + s.nonFinite).toBe(s.count);
        expect(Object.keys(s.quantiles)).toEqual(["0.01", "0.05", "0.25", "0.5", "0.75", "0.95", "0.99"]);
      }
      for (const s of [layer.preactivations, layer.activations])
        expect(s.acrossSampleStd ** 2 + s.acrossUnitStd ** 2).toBeCloseTo(s.std ** 2, 10);
    }
    expect(result.replicates!.seeds).toEqual([3, 4, 5]);
    expect(result.replicates!.bands).toHaveLength(3);
    expect(result.network.jacobian!.singularValues).toHaveLength(3);
    expect(result.network.correlation!.measured).toHaveLength(3);
  });

  it("gives the same digest from the resolved spec, with any number of workers, and another for another seed", async () => {
    const first = await run(smallSpec());
    expect((await run(first.spec)).digest).toBe(first.digest);
    for (const workers of ["1", "3"])
      expect((await run(smallSpec(), "--workers", workers)).digest).toBe(first.digest);
    const other = await run(smallSpec(), "--seed", "4");
    expect(other.spec.seed).toBe(4);
    expect(other.digest).not.toBe(first.digest);
  });
});

describe("files", () => {
  it("--out writes spec.json and result.json and leaves nothing else", async () => {
    const folder = join(emptyFolder(), "a", "b");
    const result = await run(smallSpec(), "--out", folder);
    expect(readdirSync(folder).sort()).toEqual(["result.json", "spec.json"]);
    const written = JSON.parse(readFileSync(join(folder, "result.json"), "utf8")) as RunResult;
    expect(written.digest).toBe(result.digest);
    expect(JSON.parse(readFileSync(join(folder, "spec.json"), "utf8"))).toEqual(result.spec);
  });

  it.each([
    ["probe", ["output_cotangent"], true],
    ["none", [], false],
  ])("--tensors with backward %s holds what the contract names", async (kind, extra, gradients) => {
    const folder = emptyFolder();
    await run(smallSpec({ backward: { kind } }), "--tensors", join(folder, "t.npz"));
    await run(smallSpec({ backward: { kind } }), "--tensors", join(folder, "t.safetensors"));
    const npz = readNpz(readFileSync(join(folder, "t.npz")), "t.npz");
    const safe = readSafetensors(readFileSync(join(folder, "t.safetensors")), "t.safetensors");
    const widths = [7, 9, 9, 3];
    const expected = new Map<string, number[]>([
      ["inputs", [150, 7]],
      ...extra.map((name): [string, number[]] => [name, [150, 3]]),
    ]);
    for (let k = 1; k <= 3; k++) {
      const [fanIn, fanOut] = [widths[k - 1]!, widths[k]!];
      for (const [name, shape] of [
        ["weight", [fanOut, fanIn]],
        ["bias", [fanOut]],
        ["preactivation", [150, fanOut]],
        ["activation", [150, fanOut]],
      ] as const)
        expected.set(`layer${k}.${name}`, [...shape]);
      if (!gradients) continue;
      expected.set(`layer${k}.grad_weight`, [fanOut, fanIn]);
      expected.set(`layer${k}.grad_bias`, [fanOut]);
      expected.set(`layer${k}.grad_preactivation`, [150, fanOut]);
      expected.set(`layer${k}.grad_input`, [150, fanIn]);
    }
    for (const tensors of [npz, safe]) {
      expect(new Map(tensors.map((t) => [t.name, [...t.shape]]))).toEqual(expected);
      expect(new Set(tensors.map((t) => t.dtype))).toEqual(new Set(["float32"]));
    }
    expect(readdirSync(folder).sort()).toEqual(["t.npz", "t.safetensors"]);
  });

  it("reads its own data and weights back: a CSV, and layers of scheme file", async () => {
    const folder = emptyFolder();
    const csv = Array.from(
      { length: 40 },
      (_, i) => `${(i * 7) % 11},${(i * 5) % 13},${["cat", "dog"][i % 2]}`,
    ).join("\n");
    writeFileSync(join(folder, "pets.csv"), `a,b,kind\n${csv}\n`);
    const spec = {
      format: "initlab.experiment/1",
      data: { source: "file", path: "pets.csv", label: "kind", standardize: true },
      network: {
        layers: [{ units: 4, activation: "relu", weights: { scheme: "he_normal" } }],
        output: { units: 2, activation: "identity", weights: { scheme: "xavier_normal" } },
      },
      backward: { kind: "cross_entropy" },
    };
    writeFileSync(join(folder, "spec.json"), JSON.stringify(spec));
    const first = await lab(["run", join(folder, "spec.json"), "--json", "--tensors", join(folder, "t.npz")]);
    const result = JSON.parse(first.stdout) as RunResult;
    expect((result.spec.data as { sha256: Record<string, string> }).sha256["pets.csv"]).toMatch(
      /^[0-9a-f]{64}$/,
    );
    const weightsOf = (k: number) => ({ scheme: "file", path: "t.npz", tensor: `layer${k}.weight` });
    const again = {
      ...spec,
      network: {
        layers: [{ ...spec.network.layers[0], weights: weightsOf(1) }],
        output: { ...spec.network.output, weights: weightsOf(2) },
      },
    };
    writeFileSync(join(folder, "again.json"), JSON.stringify(again));
    const second = await lab(["run", join(folder, "again.json"), "--json"]);
    expect(second.stderr).toBe("");
    expect((JSON.parse(second.stdout) as RunResult).digest).toBe(result.digest);
    const labels = readNpz(readFileSync(join(folder, "t.npz")), "t.npz").find((t) => t.name === "labels")!;
    expect(labels.dtype).toBe("int32");
  });
});

describe("for people", () => {
  it("run prints a row a layer and the digest", async () => {
    const { stdout, stderr, code } = await lab(["run", "preset:large-normal-sigmoid"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout.trimEnd().split("\n");
    expect(lines.filter((line) => /^[1-5] +100 /.test(line))).toHaveLength(5);
    expect(lines.filter((line) => /^seed 42, core [\d.]+, digest [0-9a-f]{64}$/.test(line))).toHaveLength(1);
    expect(lines).toContain("Saturated from layer 1; the signal and the gradient hold.");
    expect(stdout).toMatch(/^Information, layers 1 to 5: saturated$/m);
    expect(stdout).toMatch(/Remedy, tried on the same draws: Tanh, on its critical line \(10 changes/);
    expect(Math.max(...lines.filter((line) => line.startsWith(" ")).map((line) => line.length))).toBeLessThan(
      101,
    );
  });

  it("run names the default that it draws by, and tries no remedy where it is told so", async () => {
    const torch = await lab(["run", "preset:torch-default", "--no-remedies"]);
    expect(torch.stdout).toContain(
      "weights of layers 1 to 5: drawn as by PyTorch torch.nn.Linear(in, out), its default",
    );
    const sick = await lab(["run", "preset:deep-relu-xavier", "--no-remedies"]);
    expect(sick.code).toBe(0);
    expect(sick.stdout).toContain("vanishing_activations");
    expect(sick.stdout).not.toContain("tried on the same draws");
  });

  it("progress goes to stderr only when asked for", async () => {
    const spec = JSON.stringify(smallSpec({ replicates: 3 }));
    expect((await lab(["run", "-", "--json"], { stdin: spec })).stderr).toBe("");
    expect((await lab(["run", "-", "--json", "--progress"], { stdin: spec })).stderr).toMatch(/^\d+ % /);
  });

  it("presets and schema", async () => {
    const presets = JSON.parse((await lab(["presets", "--json"])).stdout) as { name: string; spec: object }[];
    const schema = JSON.parse((await lab(["schema"])).stdout) as object;
    const validate = new Ajv2020({ strict: false }).compile(schema);
    for (const preset of presets) {
      expect(Object.keys(preset).sort()).toEqual(["name", "spec", "summary", "tags", "title"]);
      expect(preset.name).toMatch(/^[a-z0-9-]+$/);
      expect(validate(preset.spec)).toBe(true);
    }
    const result = await run(smallSpec());
    expect(validate(result.spec)).toBe(true);
  });

  it.each([
    ["--help"],
    ["help", "run"],
    ["run", "--help"],
    ["compare", "--help"],
    ["presets", "--help"],
    ["bench", "--help"],
    ["--version"],
    [],
  ])("%s %s prints help", async (...args) => {
    const { code, stdout } = await lab(args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\w/);
  });
});

describe("Ctrl-C", () => {
  it("ends a long run that is interrupted, and leaves no half-written file", async () => {
    const folder = emptyFolder();
    const spec = smallSpec({
      data: { source: "gaussian", samples: 20_000, features: 1000 },
      network: { hidden: { layers: 60, units: 1000, activation: "relu", weights: { scheme: "he_normal" } } },
    });
    const args = ["run", "-", "--out", join(folder, "out")];
    const { code, stdout, stderr } = await lab(args, {
      stdin: JSON.stringify(spec),
      isInterrupted: true,
    });
    expect(code).toBe(130);
    expect(stdout).toBe("");
    expect(stderr).toMatch(cancelledBy("run"));
    expect(existsSync(join(folder, "out", "result.json"))).toBe(false);
    expect(readdirSync(join(folder, "out"))).toEqual([]);
  });
});
