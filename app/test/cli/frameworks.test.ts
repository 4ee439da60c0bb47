// initlab theory --frameworks: what it prints, and what it refuses.
import { describe, expect, it } from "vitest";
import type { FrameworkRow } from "../../../core-as/theory/frameworks";
import { lab } from "../lab";

const theory = (...args: string[]) => lab(["theory", ...args]);

describe("theory --frameworks", () => {
  it("prints every framework and its numbers for a person", async () => {
    const { code, stdout, stderr } = await theory("--frameworks", "--fan-in", "300", "--fan-out", "100");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const framework of ["PyTorch", "timm", "Keras 3", "TensorFlow 1", "Flax", "JAX", "scikit-learn"])
      expect(stdout.split("\n")).toContain(framework);
    expect(stdout).toMatch(/^fan_in 300, fan_out 100\n/);
    expect(stdout).toMatch(
      /\* torch\.nn\.Linear\(in, out\) +weight +uniform +0\.0333 +0 +−0\.0577 to 0\.0577\n/,
    );
    expect(stdout).toMatch(/\* keras\.layers\.Dense\(out\) +bias +constant +0 /);
    expect(stdout).toMatch(/ keras\.initializers\.TruncatedNormal\(\) +weight +truncated normal +0\.0440 /);
    expect(stdout).not.toMatch(/ \n/);
  });

  it("prints the same rows as JSON", async () => {
    const { code, stdout } = await theory("--frameworks", "--fan-in", "300", "--fan-out", "100", "--json");
    expect(code).toBe(0);
    const rows = JSON.parse(stdout) as FrameworkRow[];
    expect(rows.length).toBeGreaterThan(40);
    const torch = rows.find(
      (row) => row.isDefault && row.framework === "PyTorch" && row.tensor === "weight",
    )!;
    expect(torch.std).toBeCloseTo(1 / 30, 12);
    expect(torch.bound).toBeCloseTo(1 / Math.sqrt(300), 12);
    for (const row of rows) for (const text of [row.call, row.source]) expect(text).not.toBe("");
  });

  it.each([
    [["--frameworks", "--fan-out", "5"], /theory: --frameworks needs --fan-in/],
    [["--frameworks", "--fan-in", "5"], /theory: --frameworks needs --fan-out/],
    [["--frameworks", "--fan-in", "0", "--fan-out", "5"], /fan-in.*from 1 to 16384/],
    [["--frameworks", "--fan-in", "2.5", "--fan-out", "5"], /fan-in.*from 1 to 16384/],
    [["--frameworks", "--fan-in", "5", "--fan-out", "99999"], /fan-out.*from 1 to 16384/],
    [[], /theory: nothing was asked for/],
  ])("%j is refused", async (args, message) => {
    const { code, stdout, stderr } = await theory(...args);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });
});
