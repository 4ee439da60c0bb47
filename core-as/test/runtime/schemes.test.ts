// Every scheme through the whole runtime: what comes out has the moments and the support that its law promises.
import { describe, expect, it } from "vitest";
import type { ActivationName } from "../../spec/experiment";
import { SCHEME_NAMES, schemeLaw } from "../../spec/schemes";
import type { WrittenWeights } from "../../spec/written";
import { BUILDS } from "../harness";
import { function64, normalBelow } from "./activations64";
import { exactMoments } from "./exact";
import { experiment, Kept, runOn } from "./host";
import { integrate } from "./integral";

const TANH_CRITICAL = Math.sqrt(1.760955);

/** The hooks of a law, worked out here and not by the core. */
function hooks(activation: ActivationName) {
  const { phi, dphi } = function64({ name: activation });
  const mean = integrate(phi, [0]);
  return {
    truncatedMoments: (low: number, high: number) => {
      const density = (x: number) =>
        Number.isFinite(x) ? Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI) : 0;
      const mass = normalBelow(high) - normalBelow(low);
      const centre = (density(low) - density(high)) / mass;
      const square = 1 + (low * density(low) - high * density(high)) / mass;
      return { mean: centre, std: Math.sqrt(square - centre * centre) };
    },
    gains: {
      forward: () => 1 / Math.sqrt(integrate((z) => phi(z) ** 2, [0])),
      variance: () => 1 / Math.sqrt(integrate((z) => (phi(z) - mean) ** 2, [0])),
      backward: () => 1 / Math.sqrt(integrate((z) => dphi(z) ** 2, [0])),
      criticalSigmaW: (sigmaB: number) => {
        if (activation !== "tanh" || Math.abs(sigmaB ** 2 - 0.05) > 1e-12) throw new Error("not known here");
        return TANH_CRITICAL;
      },
    },
  };
}

const CASES: [WrittenWeights, ActivationName?][] = [
  [{ scheme: "zeros" }],
  [{ scheme: "ones" }],
  [{ scheme: "constant", value: -0.3 }],
  [{ scheme: "normal", mean: 0.5, std: 2 }],
  [{ scheme: "uniform", low: -0.25, high: 1 }],
  [{ scheme: "truncated_normal", mean: 0.1, std: 1, low: -0.5, high: 2 }],
  [{ scheme: "truncated_normal", mean: 0, std: 1, low: 3, high: 4 }],
  [{ scheme: "xavier_normal" }],
  [{ scheme: "xavier_uniform", gain: 5 / 3 }],
  [{ scheme: "he_normal" }],
  [{ scheme: "he_normal", mode: "fan_out", nonlinearity: "leaky_relu", negative_slope: 0.2 }],
  [{ scheme: "he_normal", nonlinearity: "forward" }, "gelu"],
  [{ scheme: "he_uniform", nonlinearity: "variance" }, "sigmoid"],
  [{ scheme: "he_uniform", nonlinearity: "backward" }, "tanh"],
  [{ scheme: "lecun_normal" }],
  [{ scheme: "lecun_uniform" }],
  [{ scheme: "variance_scaling", scale: 2, mode: "fan_in", distribution: "truncated_normal" }],
  [{ scheme: "variance_scaling", scale: 1, mode: "fan_avg", distribution: "uniform" }],
  [{ scheme: "variance_scaling", scale: 3, mode: "fan_geo_avg", distribution: "untruncated_normal" }],
  [{ scheme: "variance_scaling", scale: 1, mode: "fan_out", distribution: "truncated_normal" }],
  [{ scheme: "orthogonal", gain: 1.5 }],
  [{ scheme: "identity", gain: 0.7 }],
  [{ scheme: "eye" }],
  [{ scheme: "sparse", sparsity: 0.25, std: 0.5 }],
  [{ scheme: "zero_hadamard" }],
  [{ scheme: "critical", sigma_b: Math.sqrt(0.05) }, "tanh"],
  [{ scheme: "torch_linear_default" }],
  [{ scheme: "keras_dense_default" }],
  // Of lsuv only the mean is known; its variance is tested with the data it looks at.
  [{ scheme: "lsuv", base: { scheme: "normal" } }],
];

/** [fan_in, fan_out]; the last is drawn in several pieces. */
const SHAPES: [number, number][] = [
  [60, 33],
  [33, 60],
  [700, 500],
];

it("leaves no scheme out", () => {
  const met = new Set(CASES.map(([{ scheme }]) => scheme));
  // `file` draws nothing.
  expect(SCHEME_NAMES.filter((name) => !met.has(name))).toEqual(["file"]);
});

describe.each(BUILDS)("%s core", (build) => {
  describe.each(CASES)("%j", (weights, activation = "relu") => {
    it.each(SHAPES)("fan_in %i, fan_out %i", async (fanIn, fanOut) => {
      // QR of the large shape is slow in the checked core, and no other.
      if (weights.scheme === "orthogonal" && fanIn === 700) return;
      const spec = experiment({
        seed: 77,
        data: { source: "gaussian", samples: 20, features: fanIn },
        network: { layers: [{ units: fanOut, activation, weights }] },
      });
      const run = await runOn(build, spec, { keepTensors: true });
      const w = new Kept(run).f32("layer1.weight");
      const law = schemeLaw(spec.network.layers[0]!.weights, fanIn, fanOut, hooks(activation));
      const { mean, std, low, high } = law.entries;
      const got = exactMoments(w);
      const n = w.length;
      const scale = got.rms || 1;

      if (low !== null) expect(w.every((v) => v >= Math.fround(low))).toBe(true);
      if (high !== null) expect(w.every((v) => v <= Math.fround(high))).toBe(true);
      if (law.draw.kind === "uniform") expect(w.every((v) => v < law.entries.high!)).toBe(true);
      const chance = ["normal", "uniform", "truncated_normal", "sparse", "orthogonal"].includes(
        law.draw.kind,
      );
      if (mean !== null) {
        const error = chance ? (4 * got.std) / Math.sqrt(n) : 0;
        expect(Math.abs(got.mean - mean)).toBeLessThanOrEqual(error + 1e-6 * scale);
      }
      if (std !== null) {
        // Of the variance: sqrt((mu_4 - sigma^4) / n).
        const spread = std === 0 ? 0 : std * std * Math.sqrt(Math.max(0, got.kurtosis + 2) / n);
        const error = chance ? 4 * spread : 0;
        expect(Math.abs(got.std ** 2 - std ** 2)).toBeLessThanOrEqual(error + 1e-6 * scale * scale);
      }
      if (weights.scheme === "orthogonal") checkOrthogonal(w, fanIn, fanOut, weights.gain ?? 1);
      if (weights.scheme === "sparse") {
        const zeros = Array.from({ length: fanIn }, (_, k) => {
          let count = 0;
          for (let j = 0; j < fanOut; j++) if (w[j * fanIn + k] === 0) count++;
          return count;
        });
        expect(new Set(zeros)).toEqual(new Set([Math.ceil(0.25 * fanOut)]));
      }
    });
  });

  it.each([
    [24, 24],
    [50, 20],
    [20, 50],
    [130, 129],
  ])("orthogonal of any shape: fan_in %i, fan_out %i", async (fanIn, fanOut) => {
    const spec = experiment({
      data: { source: "gaussian", samples: 2, features: fanIn },
      network: {
        layers: [{ units: fanOut, activation: "identity", weights: { scheme: "orthogonal", gain: 2 } }],
      },
    });
    const run = await runOn(build, spec, { keepTensors: true });
    checkOrthogonal(new Kept(run).f32("layer1.weight"), fanIn, fanOut, 2);
  });
});

/** W W^T or W^T W, whichever is smaller, is gain^2 times the identity. */
function checkOrthogonal(w: Float32Array, fanIn: number, fanOut: number, gain: number): void {
  const tall = fanOut > fanIn;
  const n = Math.min(fanIn, fanOut);
  const m = Math.max(fanIn, fanOut);
  const at = (vector: number, i: number) => (tall ? w[i * fanIn + vector]! : w[vector * fanIn + i]!);
  let worst = 0;
  for (let a = 0; a < n; a++)
    for (let b = 0; b <= a; b++) {
      let dot = 0;
      for (let i = 0; i < m; i++) dot += at(a, i) * at(b, i);
      worst = Math.max(worst, Math.abs(dot - (a === b ? gain * gain : 0)));
    }
  expect(worst).toBeLessThan(1e-5 * gain * gain);
}
