// The tensors file opens in numpy, and its activations and gradients can be computed again outside, layer by
// layer, from the weights and inputs in it.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { emptyFolder, lab, smallSpec } from "../lab";

const python = ["python3", "/usr/bin/python3", "python"].find(
  (name) => spawnSync(name, ["-c", "import numpy"], { stdio: "ignore" }).status === 0,
);
if (!python) console.log("skipped: no python3 with numpy here, so the npz is not opened outside");

const SCRIPT = String.raw`
import sys, numpy as np
t = {k: v.astype(np.float64) if v.dtype == np.float32 else v for k, v in np.load(sys.argv[1]).items()}
activations = sys.argv[2].split(",")
f = {"tanh": np.tanh, "relu": lambda z: np.maximum(z, 0), "identity": lambda z: z}
d = {"tanh": lambda z: 1 - np.tanh(z) ** 2, "relu": lambda z: (z > 0) * 1.0, "identity": np.ones_like}
def same(name, value):
    worst = np.abs(t[name] - value).max() / max(np.abs(value).max(), 1e-30)
    assert worst <= 1e-5, f"{name}: off by {worst} of the largest entry"
L = len(activations)
h = t["inputs"]
for k in range(1, L + 1):
    same(f"layer{k}.preactivation", h @ t[f"layer{k}.weight"].T + t[f"layer{k}.bias"])
    same(f"layer{k}.activation", f[activations[k - 1]](t[f"layer{k}.preactivation"]))
    h = t[f"layer{k}.activation"]
if "labels" in t:
    assert t["labels"].dtype == np.int32
    p = np.exp(h - h.max(1, keepdims=True)); p /= p.sum(1, keepdims=True)
    p[np.arange(len(p)), t["labels"]] -= 1
    same("output_cotangent", p / len(p))
g = t["output_cotangent"]
for k in range(L, 0, -1):
    same(f"layer{k}.grad_preactivation", g * d[activations[k - 1]](t[f"layer{k}.preactivation"]))
    dz = t[f"layer{k}.grad_preactivation"]
    below = t["inputs"] if k == 1 else t[f"layer{k-1}.activation"]
    same(f"layer{k}.grad_weight", dz.T @ below)
    same(f"layer{k}.grad_bias", dz.sum(0))
    same(f"layer{k}.grad_input", dz @ t[f"layer{k}.weight"])
    g = t[f"layer{k}.grad_input"]
print("ok", len(t))
`;

const digits = {
  data: { source: "digits", samples: 700, standardize: true },
  network: {
    hidden: { layers: 3, units: 30, activation: "relu", weights: { scheme: "he_normal" } },
    output: { units: 10, activation: "identity", weights: { scheme: "xavier_uniform" } },
  },
  backward: { kind: "cross_entropy" },
};

describe.skipIf(!python)("in numpy", () => {
  it.each([
    ["a probe", smallSpec(), "tanh,tanh,identity", 2 + 8 * 3],
    ["cross-entropy on the digits", smallSpec(digits), "relu,relu,relu,identity", 3 + 8 * 4],
  ])("%s", async (_what, spec, activations, count) => {
    const file = join(emptyFolder(), "tensors.npz");
    const ended = await lab(["run", "-", "--tensors", file], { stdin: JSON.stringify(spec) });
    expect(ended.code, ended.stderr).toBe(0);
    const { stdout, stderr } = spawnSync(python!, ["-c", SCRIPT, file, activations], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(stdout.trim()).toBe(`ok ${count}`);
  });
});
