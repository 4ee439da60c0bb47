// initlab theory as a person or a script runs it: the contract's document, the text, and everything wrong that can be given.
import { describe, expect, it } from "vitest";
import { ACTIVATION_NAMES } from "../../../core-as/spec/activations";
import type { Theory } from "../../../core-as/theory/theory";
import { activationOf } from "../../cli/theory";
import { lab } from "../lab";

async function theory(...args: string[]): Promise<Theory> {
  const { code, stdout, stderr } = await lab(["theory", "--json", ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as Theory;
}

describe("--json", () => {
  it("is the contract's document, at the critical sigma_w where none is given", async () => {
    const found = await theory("--activation", "tanh", "--sigma-b", "0.22360679774997896");
    expect(found.activation).toBe("tanh");
    expect(found.sigmaW).toBe(found.criticalSigmaW);
    expect(found.criticalSigmaW! ** 2).toBeCloseTo(1.760955, 6);
    expect(found.gains.forward).toBeCloseTo(1.592537, 6);
    expect(found.fixedPoint).toMatchObject({ c: 1, stable: true });
    expect(found.fixedPoint!.q).toBeCloseTo(0.570048, 6);
    expect(found.fixedPoints).toHaveLength(1);
    expect(found.phase).toBe("critical");
    expect(found.depthScales.c).toBe("Infinity");
    expect(found.specialPoints).toEqual([{ sigmaW: 1, sigmaB: 0, q: 0, kind: "zero" }]);
    expect(found.layers).toHaveLength(10);
    expect(Object.keys(found.layers[0]!)).toEqual(["q", "c", "chi", "gradientScale"]);
  });

  it("takes sigma_w, sigma_b, the depth, and an activation's parameter", async () => {
    const found = await theory(
      "--activation",
      "leaky_relu:0.5",
      "--sigma-w",
      "2",
      "--sigma-b",
      "1",
      "--depth",
      "3",
    );
    expect(found).toMatchObject({
      sigmaW: 2,
      sigmaB: 1,
      fixedPoint: null,
      criticalSigmaW: null,
      phase: "chaotic",
    });
    expect(found.layers.map(({ q }) => q)).toEqual([5, 1 + 4 * 0.625 * 5, 1 + 4 * 0.625 * 13.5]);
    expect(found.layers[0]!.chi).toBeCloseTo(2.5, 12);
    expect(found.layers[0]!.gradientScale).toBeCloseTo(2.5, 12);
  });
});

describe("the text", () => {
  it("names each gain's criterion, the phase, and how deep one may train", async () => {
    const { code, stdout } = await lab([
      ...["theory", "--activation", "tanh", "--sigma-w", "1.2649110640673518"],
      ...["--sigma-b", "0.22360679774997896", "--depth", "4"],
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/forward +1\.59254 +E\[phi\(z\)\^2\]/);
    expect(stdout).toMatch(/critical +1\.32701 +chi_1 = 1/);
    expect(stdout).toMatch(/q\* = 0\.474252, stable.* <- reached from q = 1, c = 0/);
    expect(stdout).toMatch(/phase: ordered/);
    expect(stdout).toMatch(/correlation 27\.0, gradient 27\.0/);
    expect(stdout).toMatch(/about 6 xi_c = 162 layers/);
    expect(stdout).toMatch(/zero \(at q\* = 0\)/);
    expect(
      stdout
        .trimEnd()
        .split("\n")
        .slice(-4)
        .map((line) => line.trim().split(/ +/)[0]),
    ).toEqual(["1", "2", "3", "4"]);
  });

  it("says where q grows without bound", async () => {
    const { stdout } = await lab(["theory", "--activation", "gelu", "--sigma-w", "2", "--sigma-b", "1"]);
    expect(stdout).toMatch(/none is reached from q = 1: q grows without bound/);
    expect(stdout).toMatch(/no fixed point, so no depth scale/);
    expect(stdout).toMatch(/half_stable/);
  });
});

describe("an activation as it is written", () => {
  it("every name, and its parameter after a colon", () => {
    for (const name of ACTIVATION_NAMES) expect(activationOf(name)).toEqual({ name });
    expect(activationOf("leaky_relu:0.2")).toEqual({ name: "leaky_relu", negative_slope: 0.2 });
    expect(activationOf("elu:1.5")).toEqual({ name: "elu", alpha: 1.5 });
    expect(activationOf("sin:30")).toEqual({ name: "sin", omega: 30 });
  });

  it.each([
    ["tahn", /did you mean "tanh"/],
    ["qqqqqqqqqqqq", /the activations are: identity, /],
    ["", /formula, column 1: /],
    ["x * sigmd(x)", /formula, column 5: unknown function "sigmd"; did you mean "sigmoid"\?/],
    ["tanh:1", /tanh has no parameter/],
    ["elu:", /elu:X with X from 0 to 1000/],
    ["elu:x", /gives no alpha/],
    ["elu:-1", /gives no alpha/],
    ["elu:1:2", /gives no alpha/],
    ["constructor", /unknown activation/],
  ])("%j is refused", (text, message) => {
    expect(() => activationOf(text)).toThrow(message);
  });
});

describe("arguments that are wrong", () => {
  it.each([
    [
      ["--activation", "tahn"],
      /^initlab: --activation: unknown activation "tahn"; did you mean "tanh"\?; or a formula of x\n$/,
    ],
    [["--activation", "1 +"], /^initlab: --activation: formula, column \d/],
    [["--activation", "tanh", "--frameworks"], /stands beside --activation/],
    [["--activation", "tanh", "--sigma-w", "-1"], /sigma-w.*from 0 to 100/],
    [["--activation", "tanh", "--sigma-b", "NaN"], /sigma-b.*from 0 to 100/],
    [["--activation", "tanh", "--depth", "0"], /depth.*from 1 to 1000/],
    [["--activation", "tanh", "--depth", "1001"], /depth.*from 1 to 1000/],
    [[], /nothing was asked for; --activation NAME or --frameworks would be right/],
  ])("%j", async (args, message) => {
    const { code, stdout, stderr } = await lab(["theory", ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });
});
