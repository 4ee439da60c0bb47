// Advice: what it chooses, that its patch makes its spec, that it leaves alone what is fine.
import { describe, expect, it } from "vitest";
import { advise } from "../../runtime/advise";
import { execute } from "../../runtime/execute";
import { isAlarm } from "../../diagnosis/finding";
import { parseExperiment } from "../../spec/parse";
import { patched } from "../../spec/patch";
import { findPreset } from "../../spec/presets";
import type { WrittenExperiment } from "../../spec/written";
import { experiment, openHost } from "./host";

const host = openHost("fast");
const preset = (name: string) => parseExperiment(findPreset(name).spec);
const net = (hidden: object) =>
  experiment({
    data: { source: "gaussian", samples: 128, features: 64 },
    network: { hidden } as WrittenExperiment["network"],
    backward: { kind: "probe" },
  });

describe("advice", () => {
  it.each(["deep-relu-xavier", "zeros-tanh", "large-normal-tanh-digits", "hidden-collapse", "constant-relu"])(
    "%s: the patch makes the spec, and its alarms fall silent",
    async (name) => {
      const spec = preset(name);
      const advice = await advise(spec, host);
      expect(advice.patch.length).toBeGreaterThan(0);
      expect(patched(spec, advice.patch)).toEqual(advice.spec);
      expect(advice.before.seeds).toBeGreaterThanOrEqual(5);
      expect(advice.after.seeds).toBe(advice.before.seeds);
      expect(Object.keys(advice.before.alarms).length).toBeGreaterThan(0);
      expect(Object.values(advice.after.alarms)).toEqual([]);
      const { result } = await execute(advice.spec, host);
      expect(result.diagnosis.filter(isAlarm)).toEqual([]);
      // Only weights and biases are changed where weights alone will do; sigmoids need more.
      const allowed =
        name === "hidden-collapse" ? /\/(weights|bias|activation|normalization)$/ : /\/(weights|bias)$/;
      for (const { path } of advice.patch) expect(path).toMatch(allowed);
    },
  );

  it("takes He for ReLU, by its criterion", async () => {
    const advice = await advise(preset("deep-relu-xavier"), host);
    expect(advice.title).toBe("He normal");
    expect(advice.criterion).toContain("second moment");
    expect(advice.spec.network.layers.map(({ weights }) => weights.scheme)).toEqual(
      Array<string>(30).fill("he_normal"),
    );
    const ratio = (figures: typeof advice.after) =>
      figures.figures["lastRms"]!.median / figures.figures["firstRms"]!.median;
    expect(ratio(advice.before)).toBeLessThan(1e-3);
    expect(ratio(advice.after)).toBeGreaterThan(0.3);
  });

  it.each(["he-normal-relu", "xavier-normal-tanh", "selu-lecun", "lsuv-tanh"])(
    "%s is already fine",
    async (name) => {
      const spec = preset(name);
      const advice = await advise(spec, host);
      expect(advice.patch).toEqual([]);
      expect(advice.spec).toBe(spec);
      expect(advice.after).toEqual(advice.before);
      expect(advice.criterion).toMatch(/^none/);
      expect(advice.reasons.join(" ")).toContain("already fine");
    },
  );

  it("says that normalization makes the scheme nearly irrelevant", async () => {
    const relu = { layers: 8, units: 64, activation: "relu", normalization: "layer" };
    const advice = await advise(net({ ...relu, weights: { scheme: "normal", std: 1 } }), host);
    expect(advice.reasons.join(" ")).toMatch(/nearly irrelevant/);
    expect(advice.patch).toEqual([]);
  });

  it("says when the depth is beyond six xi_c, and when it is within", async () => {
    const sigmaW = (sigma: number) => ({ scheme: "normal", std: sigma / 8 });
    const tanh = (layers: number) => ({
      layers,
      units: 64,
      activation: "tanh",
      weights: sigmaW(0.9),
      bias: { scheme: "normal", std: 0.3 },
    });
    const beyond = await advise(net(tanh(30)), host);
    expect(beyond.reasons.join(" ")).toMatch(/30 layers are beyond 6 ξ_c/);
    const within = await advise(net(tanh(3)), host);
    expect(within.reasons.join(" ")).toMatch(/3 layers are within 6 ξ_c/);
  });

  it("is the same whatever the number of workers", async () => {
    const spec = preset("small-normal-tanh");
    const one = openHost("fast", { workers: 1 });
    const three = openHost("fast", { workers: 3 });
    expect(await advise(spec, one)).toEqual(await advise(spec, three));
    one.pool.close();
    three.pool.close();
  });

  it("ends at once when it is cancelled", async () => {
    const controller = new AbortController();
    const advising = advise(preset("deep-relu-xavier"), host, {
      signal: controller.signal,
      onTrial: (_title, made) => made === 1 && controller.abort(new DOMException("enough", "AbortError")),
    });
    await expect(advising).rejects.toThrow("enough");
  });
});
