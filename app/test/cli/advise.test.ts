// initlab advise, as a process.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cancelledBy, emptyFolder, lab, smallSpec } from "../lab";

interface AdviceFile {
  readonly criterion: string;
  readonly patch: readonly { readonly op: string; readonly path: string }[];
  readonly spec: object;
  readonly before: { readonly seeds: number; readonly alarms: object };
  readonly after: { readonly seeds: number; readonly alarms: object };
  readonly reasons: readonly string[];
}

describe("advise", () => {
  it("--json prints the advice, whose spec runs", async () => {
    const { stdout, stderr, code } = await lab(["advise", "preset:deep-relu-xavier", "--json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const advice = JSON.parse(stdout) as AdviceFile;
    for (const key of ["criterion", "patch", "spec", "before", "after", "reasons"])
      expect(advice).toHaveProperty(key);
    expect(advice.patch).toHaveLength(30);
    expect(advice.patch[0]).toMatchObject({ op: "replace", path: "/network/layers/0/weights" });
    expect(advice.before.seeds).toBe(5);
    const file = join(emptyFolder(), "advised.json");
    writeFileSync(file, JSON.stringify(advice.spec));
    const run = await lab(["run", file]);
    expect(run.code).toBe(0);
    expect(run.stdout).toContain("Healthy: the signal and the gradient hold.");
  });

  it("says in words what to take, and why", async () => {
    const { stdout, code } = await lab(["advise", "preset:small-normal-tanh"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Criterion: χ₁ = 1/m);
    expect(stdout).toMatch(/^median \(min-max\) over 5 seeds$/m);
    expect(stdout).toMatch(/^across-sample std, last layer +\S+ \(.*\) +\S+ \(.*\)$/m);
  });

  it("leaves alone what is fine", async () => {
    const { stdout } = await lab(["advise", "preset:he-normal-relu"]);
    expect(stdout).toContain("Keep the present weights.");
  });

  it("says on standard error what it runs, where it is asked to", async () => {
    const { stderr, stdout } = await lab(["advise", "-", "--progress"], {
      stdin: JSON.stringify(smallSpec()),
    });
    expect(stderr).toMatch(/^1\/\d running the present choice\n2\/\d running /);
    expect(stdout).not.toContain("running");
  });

  it("refuses what is no spec, and stops at Ctrl-C", async () => {
    const missing = await lab(["advise", "nowhere.json"]);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toMatch(/^initlab: nowhere\.json: cannot be read/);
    const large = smallSpec({
      data: { source: "gaussian", samples: 20000, features: 400 },
      network: {
        hidden: { layers: 60, units: 400, activation: "tanh", weights: { scheme: "xavier_normal" } },
      },
    });
    const stopped = await lab(["advise", "-"], { stdin: JSON.stringify(large), isInterrupted: true });
    expect(stopped.code).toBe(130);
    expect(stopped.stdout).toBe("");
    expect(stopped.stderr).toMatch(cancelledBy("advise"));
  });
});
