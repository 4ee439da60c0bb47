// Everything wrong that can be given: exit code 2 (1 where output cannot be written), one line on stderr that
// says where and what, nothing on stdout, nothing written.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeNpy } from "../../../core-as/formats/npy";
import { emptyFolder, lab, smallSpec } from "../lab";

async function refused(args: string[], stdin = "", code = 2): Promise<string> {
  const ended = await lab(args, { stdin });
  expect(ended.stdout).toBe("");
  expect(ended.stderr.trimEnd().split("\n"), ended.stderr).toHaveLength(1);
  expect(ended.stderr).toMatch(/^initlab: .+: .+\n$/);
  expect(ended.stderr).not.toMatch(/ at .*:\d+:\d+/);
  expect(ended.code, ended.stderr).toBe(code);
  return ended.stderr;
}

const refusedSpec = (change: object) => refused(["run", "-"], JSON.stringify(smallSpec(change)));
const hidden = (change: object) => ({
  network: {
    hidden: { layers: 2, units: 9, activation: "tanh", weights: { scheme: "xavier_normal" }, ...change },
  },
});

describe("a spec that is wrong", () => {
  it("broken JSON, with its place", async () => {
    expect(await refused(["run", "-"], '{\n  "format": \n}')).toMatch(/standard input: line 3, column 1/);
    expect(await refused(["run", "-"], "")).toMatch(/standard input/);
  });

  it.each([
    [
      "an unknown field",
      hidden({ activaton: "tanh" }),
      /network\.hidden.*activaton.*did you mean "activation"/,
    ],
    ["a wrong type", hidden({ units: "many" }), /network\.hidden\.units/],
    ["zero units", hidden({ units: 0 }), /network\.hidden\.units/],
    ["negative layers", hidden({ layers: -3 }), /network\.hidden\.layers/],
    ["half a unit", hidden({ units: 2.5 }), /network\.hidden\.units/],
    ["a huge size", hidden({ units: 1e12 }), /network\.hidden\.units/],
    ["an unknown scheme", hidden({ weights: { scheme: "xavier_norml" } }), /did you mean "xavier_normal"/],
    ["an unknown activation", hidden({ activation: "rleu" }), /did you mean "relu"/],
    [
      "a slip in a formula",
      hidden({ activation: { formula: "x * sigmod(1.702 * x)" } }),
      /network\.hidden\.activation\.formula: formula, column 5: unknown function "sigmod"; did you mean "sigmoid"\?/,
    ],
    [
      "a formula with a line break in it",
      hidden({ activation: { formula: "x +\n\u2028 é" } }),
      /formula, column 7: "é" means nothing here/,
    ],
    [
      "a parameter that no formula uses",
      hidden({ activation: { formula: "x", parameters: { b: 1 } } }),
      /parameters\.b/,
    ],
    ["NaN as a string", hidden({ weights: { scheme: "normal", std: "NaN" } }), /std/],
    ["a negative std", hidden({ weights: { scheme: "normal", std: -1 } }), /std/],
    ["too many digits", { data: { source: "digits", samples: 5000 } }, /data\.samples/],
    ["labels that are not there", { backward: { kind: "cross_entropy" } }, /labels/],
    ["a newer format", { format: "initlab.experiment/9" }, /format/],
  ])("%s", async (_what, change, message) => {
    expect(await refusedSpec(change)).toMatch(message);
  });

  it("an experiment that cannot fit, at once and with the figure", async () => {
    const big = {
      data: { source: "gaussian", samples: 1000, features: 1000 },
      ...hidden({ layers: 200, units: 16384 }),
    };
    expect(await refusedSpec(big)).toMatch(/GiB/);
  });
});

describe("files that are wrong", () => {
  const table = (lines: string, change: object = {}) => {
    const folder = emptyFolder();
    writeFileSync(join(folder, "t.csv"), lines);
    writeFileSync(
      join(folder, "spec.json"),
      JSON.stringify(
        smallSpec({ data: { source: "file", path: "t.csv", ...change }, backward: { kind: "none" } }),
      ),
    );
    return refused(["run", join(folder, "spec.json")]);
  };

  it("a CSV with ragged rows, text among numbers, no label column, nothing in it", async () => {
    expect(await table("a,b\n1,2\n3\n")).toMatch(/t\.csv, row 3/);
    expect(await table("a,b\n1,2\n3,x\n")).toMatch(/t\.csv, row 3, column 2/);
    expect(await table("a,b\n1,2\n", { label: "c" })).toMatch(/t\.csv.*"c"/);
    expect(await table("")).toMatch(/t\.csv/);
  });

  it("absent, a folder, truncated, of the wrong shape", async () => {
    const folder = emptyFolder();
    const given = (data: object, network: object = {}) => {
      writeFileSync(
        join(folder, "spec.json"),
        JSON.stringify(smallSpec({ data, backward: { kind: "none" }, ...network })),
      );
      return refused(["run", join(folder, "spec.json")]);
    };
    expect(await refused(["run", join(folder, "no.json")])).toMatch(
      /no\.json: cannot be read \(no such file/,
    );
    expect(await refused(["run", folder])).toMatch(/folder/);
    expect(await given({ source: "file", path: "absent.csv" })).toMatch(/absent\.csv: cannot be read/);
    mkdirSync(join(folder, "dir.csv"));
    expect(await given({ source: "file", path: "dir.csv" })).toMatch(/dir\.csv.*folder/);
    const npy = writeNpy({ name: "", shape: [5, 7], dtype: "float32", data: new Float32Array(35) });
    writeFileSync(join(folder, "cut.npy"), npy.subarray(0, npy.length - 9));
    expect(await given({ source: "file", path: "cut.npy" })).toMatch(/cut\.npy/);
    const idx = Uint8Array.from([0, 0, 8, 3, 0, 0, 0, 9, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3]);
    writeFileSync(join(folder, "images.idx"), idx);
    writeFileSync(join(folder, "labels.idx"), Uint8Array.from([0, 0, 8, 1, 0, 0, 0, 9, 1]));
    expect(await given({ source: "file", images: "images.idx", labels: "labels.idx" })).toMatch(
      /images\.idx/,
    );
    writeFileSync(join(folder, "w.npy"), npy);
    const layer = { units: 9, activation: "relu", weights: { scheme: "file", path: "w.npy" } };
    const network = { network: { layers: [layer] } };
    expect(await given({ source: "gaussian", samples: 20, features: 7 }, network)).toMatch(
      /w\.npy.*\[5, 7\].*\[9, 7\]/,
    );
  });
});

describe("arguments that are wrong", () => {
  it.each([
    [["run"], /missing required argument/],
    [["run", "preset:larg-normal-sigmoid"], /did you mean "large-normal-sigmoid"/],
    [["run", "preset:zeros-relu", "--workers", "0"], /workers/],
    [["run", "preset:zeros-relu", "--workers", "two"], /workers/],
    [["run", "preset:zeros-relu", "--seed", "-1"], /seed|option/],
    [["run", "preset:zeros-relu", "--tensors", "t.xyz"], /\.npz or \.safetensors/],
    [["run", "preset:zeros-relu", "--nonsense"], /unknown option/],
    [["rnu"], /unknown command/],
  ])("%j", async (args, message) => {
    expect(await refused(args)).toMatch(message);
  });

  it("--debug adds the stack", async () => {
    const { stderr, code } = await lab(["--debug", "run", "preset:nothing"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/\n +at /);
  });
});

describe("output that cannot be written", () => {
  it("ends with 1 before the run, and writes nothing", async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, "file"), "");
    expect(await refused(["run", "preset:zeros-relu", "--out", join(folder, "file", "out")], "", 1)).toMatch(
      /cannot be written/,
    );
    expect(
      await refused(["run", "preset:zeros-relu", "--tensors", join(folder, "no", "t.npz")], "", 1),
    ).toMatch(/cannot be written \(no such file or folder\)/);
    expect(readdirSync(folder)).toEqual(["file"]);
  });
});
