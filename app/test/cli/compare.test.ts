// initlab compare: what it prints, what it refuses, how it ends.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Comparison } from "../../../core-as/spec/comparison";
import type { RunResult } from "../../../core-as/spec/result";
import { cancelledBy, emptyFolder, lab, smallSpec } from "../lab";

const network = (std: number, activation = "identity") => ({
  network: { hidden: { layers: 2, units: 9, activation, weights: { scheme: "normal", std } } },
});

/** Files of specs in a folder of their own: a.json, b.json, ... */
function written(...changes: object[]): string[] {
  const folder = emptyFolder();
  return changes.map((change, i) => {
    const file = join(folder, `${"abcdefghi"[i]}.json`);
    writeFileSync(file, JSON.stringify(smallSpec(change)));
    return file;
  });
}

const compare = async (files: readonly string[], ...args: string[]) => {
  const { code, stdout, stderr } = await lab(["compare", ...files, "--json", ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as Comparison;
};

describe("compare --json", () => {
  it("prints the specs' differences, and figures as differences and ratios to the first", async () => {
    const files = written({ ...network(0.25), name: "one" }, { ...network(0.125), name: "half", seed: 77 });
    const comparison = await compare(files);
    expect(comparison.format).toBe("initlab.comparison/1");
    expect(comparison.paired).toBe(true);
    expect(comparison.runs.map(({ name, spec }) => [name, spec.seed])).toEqual([
      ["one", 3],
      ["half", 3],
    ]);
    expect(comparison.specDifferences).toEqual([
      { path: "network.layers[*].weights.std", values: [0.25, 0.125] },
    ]);
    expect(comparison.figures.map(({ name }) => name)).toEqual([
      "preactivations.rms",
      "activations.std",
      "acrossSampleStd",
      "saturatedFraction",
      "deadUnits",
      "effectiveRank",
      "meanCosine",
      "gradients.preactivations.rms",
      "gradients.weights.rms",
      "loss",
      "accuracy",
    ]);
    for (const figure of comparison.figures) {
      expect(figure.title).toMatch(/\w/);
      expect(["log", "linear"]).toContain(figure.scale);
    }
    expect(comparison.rows.map(({ name }) => name)).toEqual(["layer1", "layer2"]);
    expect(comparison.differences["activations.std"]!.map((row) => row[1]!.ratio)).toEqual([1 / 2, 1 / 4]);
  });

  it("has the digests of the runs alone, with any number of workers", async () => {
    const files = written(network(0.25), network(0.125));
    const comparison = await compare(files, "--seed", "5", "--seeds", "2", "--workers", "3");
    expect(comparison.replicates).toEqual({ count: 2, range: "min-max" });
    for (const { digest, spec } of comparison.runs) {
      const run = await lab(["run", "-", "--json"], { stdin: JSON.stringify(spec) });
      expect((JSON.parse(run.stdout) as RunResult).digest).toBe(digest);
      expect([spec.seed, spec.replicates]).toEqual([5, 2]);
    }
    expect(await compare(files, "--seed", "5", "--seeds", "2", "--workers", "1")).toEqual(comparison);
  });

  it("--unpaired leaves each its seed", async () => {
    const comparison = await compare(written(network(0.25), { ...network(0.125), seed: 77 }), "--unpaired");
    expect(comparison.paired).toBe(false);
    expect(comparison.runs.map(({ spec }) => spec.seed)).toEqual([3, 77]);
  });

  it("writes numbers that are not finite as strings", async () => {
    const overflow = { ...network(1e6), data: { source: "gaussian", samples: 20, features: 7, std: 1e6 } };
    const deep = { ...overflow, network: { hidden: { ...network(1e6).network.hidden, layers: 9 } } };
    const { stdout, code } = await lab(["compare", ...written(network(1), deep), "--json"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/"value": "(NaN|Infinity)"/);
    expect(() => JSON.parse(stdout) as unknown).not.toThrow();
  });

  it("reads one spec from standard input, tells specs of one name apart, and shares a path between folders", async () => {
    const folders = ["1,2\n4,3\n5,9\n", "2,4\n8,6\n10,18\n"].map((csv) => {
      const folder = emptyFolder();
      writeFileSync(join(folder, "d.csv"), csv);
      const spec = smallSpec({ data: { source: "file", path: "d.csv" }, ...network(0.25) });
      writeFileSync(join(folder, "s.json"), JSON.stringify(spec));
      return join(folder, "s.json");
    });
    const comparison = await compare(folders);
    expect(comparison.differences["preactivations.rms"]![0]![1]!.ratio).toBe(2);
    expect(comparison.runs.map(({ name }) => name)).toEqual(folders.map((file) => `small (${file})`));
    const { stdout, code } = await lab(["compare", "-", "preset:zeros-relu", "--json"], {
      stdin: JSON.stringify(smallSpec({ name: "" })),
    });
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as Comparison).runs.map(({ name }) => name)).toEqual(["-", "Zeros with ReLU"]);
  });
});

describe("for people", () => {
  it("says what differs, and shows every figure within 100 columns", async () => {
    const files = written(
      ...["tanh", "relu", "identity", "sigmoid", "gelu", "selu", "silu", "mish"].map((activation, i) => ({
        ...network(10 ** -i, activation),
        name: activation,
      })),
    );
    const { code, stdout, stderr } = await lab(["compare", ...files]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^paired draws: seed 3 for all/);
    expect(lines.find((line) => line.startsWith("H  "))).toMatch(/^H {2}mish {2}\(digest [0-9a-f]{12}…\)$/);
    const at = lines.indexOf("network.layers[*].weights.std");
    expect(lines.slice(at + 1, at + 3)).toEqual(["  A: 1", "  B: 0.1"]);
    for (const line of lines) expect([...line].length, line).toBeLessThanOrEqual(100);
    for (const head of ["Forward", "Units", "Backward"]) expect(lines).toContain(head);
    for (const title of ["preactivation rms", "mean cosine", "weight gradient rms"])
      expect(stdout).toContain(title);
    // Every run beside A, in whichever panel.
    for (const letter of "BCDEFGH") expect(stdout).toContain(`${letter}/A`);
  });

  it("shows ratios, or with seeds their medians and bands, and what is the same as such", async () => {
    const files = written(network(0.25), network(0.125));
    const one = (await lab(["compare", ...files])).stdout;
    expect(one).toMatch(/^2 .*×0\.250/m);
    expect(one).toMatch(/dead units \(count\): 0 in every layer of all/);
    expect(one).not.toMatch(/medians over/);
    const tanh = written(network(0.25, "tanh"), network(0.5, "tanh"));
    const many = (await lab(["compare", ...tanh, "--seeds", "4"])).stdout;
    expect(many).toMatch(/^paired draws: seeds 3 to 6 for all/);
    expect(many).toMatch(/×[\d.]+ \([\d.]+ to [\d.]+\)/);
    expect(many).toMatch(/medians over 4 seeds; in brackets min-max/);
    const same = (await lab(["compare", ...written(network(1), network(1))])).stdout;
    expect(same).toMatch(/^the specs are the same$/m);
    expect(same).toMatch(/×1\.00/);
    const own = (await lab(["compare", ...written(network(1), { ...network(1), seed: 8 }), "--unpaired"]))
      .stdout;
    expect(own).toMatch(/^unpaired: /);
    expect(own).toMatch(/seed 8, digest/);
  });

  it("tells progress over all when asked", async () => {
    const { stderr } = await lab(["compare", ...written({}, {}), "--json", "--progress"]);
    expect(stderr).toMatch(/^\d+ % experiment 1\/2, /);
  });
});

describe("what is wrong", () => {
  const refused = async (args: string[], stdin = "") => {
    const ended = await lab(["compare", ...args], { stdin });
    expect(ended.stdout).toBe("");
    expect(ended.stderr).toMatch(/^initlab: [^\n]+: [^\n]+\n$/);
    expect(ended.code, ended.stderr).toBe(2);
    return ended.stderr;
  };
  const preset = "preset:zeros-relu";

  it.each([
    [[], /missing required argument/],
    [[preset], /1 spec given to compare; 2 to 8 would be right/],
    [Array<string>(9).fill(preset), /9 specs given to compare; 2 to 8/],
    [[preset, "no.json"], /no\.json: cannot be read \(no such file/],
    [[preset, "preset:zeros-rlu"], /preset:zeros-rlu: .*did you mean "zeros-relu"/],
    [["-", "-"], /standard input can be read once/],
    [[preset, preset, "--unpaired", "--seed", "4"], /--unpaired/],
    [[preset, preset, "--seeds", "0"], /--seeds/],
    [[preset, preset, "--seed", "9007199254740990", "--seeds", "9"], /seed/],
    [[preset, preset, "--report", "r.doc"], /has no known suffix/],
  ])("%j", async (args, message) => {
    expect(await refused(args)).toMatch(message);
  });

  it("in one of the specs, which is named", async () => {
    const [good, bad] = written({}, network(-1));
    expect(await refused([good!, bad!])).toMatch(/b\.json: network\.hidden\.weights\.std/);
    expect(await refused([good!, "-"], "{")).toMatch(/standard input: line 1/);
    const large = { network: { hidden: { ...network(1).network.hidden, layers: 300, units: 16384 } } };
    const [, tooLarge] = written({}, large);
    expect(await refused([good!, tooLarge!])).toMatch(/b\.json: network: .*GiB/);
    const [, absent] = written(
      {},
      { data: { source: "file", path: "none.csv" }, backward: { kind: "none" } },
    );
    expect(await refused([good!, absent!])).toMatch(/b\.json: none\.csv: cannot be read/);
    const folder = emptyFolder();
    writeFileSync(join(folder, "t.csv"), "a,b\n1,2\n3\n");
    writeFileSync(
      join(folder, "s.json"),
      JSON.stringify(smallSpec({ data: { source: "file", path: "t.csv" }, backward: { kind: "none" } })),
    );
    expect(await refused([good!, join(folder, "s.json")])).toMatch(/s\.json: t\.csv, row 3/);
  });
});

describe("Ctrl-C", () => {
  it("ends at once, whichever of the runs it is", async () => {
    const long = (activation: string) => ({
      data: { source: "gaussian", samples: 20_000, features: 1000 },
      network: { hidden: { layers: 60, units: 1000, activation, weights: { scheme: "he_normal" } } },
    });
    const { code, stdout, stderr } = await lab(
      ["compare", ...written(long("relu"), long("tanh")), "--seeds", "4"],
      { isInterrupted: true },
    );
    expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
    expect(stderr).toMatch(cancelledBy("compare"));
  });
});
