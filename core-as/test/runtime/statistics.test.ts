// Every figure of a result against the tensors that the same run kept.
import { describe, expect, it } from "vitest";
import { activationFacts } from "../../spec/activations";
import type { ActivationName } from "../../spec/experiment";
import type { LayerResult, SizeHistogram } from "../../spec/result";
import type { WrittenExperiment } from "../../spec/written";
import { BUILDS } from "../harness";
import { function64 } from "./activations64";
import { exactCosine, exactMoments, exactRank, exactSplit, faults, NO_BOUNDS } from "./exact";
import { experiment, Kept, runOn } from "./host";

type Case = Omit<WrittenExperiment, "format">;

const PROBE = { kind: "probe" } as const;
const gaussian = (samples: number, features: number) => ({ source: "gaussian" as const, samples, features });

const CASES: [string, Case][] = [
  [
    "tanh, N(0, 1): saturated",
    {
      data: gaussian(1000, 40),
      network: { hidden: { layers: 3, units: 37, activation: "tanh", weights: { scheme: "normal" } } },
      backward: PROBE,
    },
  ],
  [
    "sigmoid, Xavier: collapsing",
    {
      data: gaussian(500, 30),
      network: {
        hidden: { layers: 6, units: 30, activation: "sigmoid", weights: { scheme: "xavier_normal" } },
      },
      backward: PROBE,
    },
  ],
  [
    "ReLU on the digits by cross-entropy",
    {
      data: { source: "digits", samples: 700, standardize: true },
      network: {
        hidden: {
          layers: 3,
          units: 50,
          activation: "relu",
          weights: { scheme: "he_normal" },
          bias: { scheme: "normal", std: 0.1 },
        },
        output: { units: 10, activation: "identity", weights: { scheme: "he_normal" } },
      },
      backward: { kind: "cross_entropy" },
    },
  ],
  [
    "ReLU born half dead",
    {
      data: gaussian(129, 10),
      network: {
        hidden: {
          layers: 3,
          units: 24,
          activation: "relu",
          weights: { scheme: "he_normal" },
          bias: { scheme: "normal", mean: -2, std: 2 },
        },
      },
      backward: PROBE,
    },
  ],
  [
    "one constant",
    {
      data: gaussian(200, 10),
      network: {
        hidden: { layers: 2, units: 12, activation: "tanh", weights: { scheme: "constant", value: 0.1 } },
      },
      backward: PROBE,
    },
  ],
  [
    "zeros",
    {
      data: gaussian(33, 5),
      network: { hidden: { layers: 2, units: 6, activation: "softplus", weights: { scheme: "zeros" } } },
      backward: PROBE,
    },
  ],
  [
    "one sample",
    {
      data: gaussian(1, 9),
      network: { hidden: { layers: 2, units: 7, activation: "gelu", weights: { scheme: "he_normal" } } },
      backward: PROBE,
    },
  ],
  [
    "residual with batch normalization",
    {
      data: gaussian(260, 16),
      network: {
        hidden: {
          layers: 4,
          units: 16,
          activation: "silu",
          weights: { scheme: "he_normal" },
          normalization: "batch",
          residual: { every: 2, scale: 0.5 },
        },
      },
      backward: PROBE,
    },
  ],
  [
    "numbers that overflow",
    {
      data: gaussian(50, 8),
      network: {
        hidden: { layers: 8, units: 8, activation: "relu", weights: { scheme: "normal", std: 1e6 } },
      },
      backward: PROBE,
    },
  ],
  [
    "slabs of several chunks",
    {
      data: gaussian(8192 + 300, 3),
      network: {
        hidden: { layers: 2, units: 6, activation: "hard_swish", weights: { scheme: "lecun_uniform" } },
      },
      backward: PROBE,
    },
  ],
  ...(["softsign", "hardtanh", "hard_sigmoid", "relu6", "elu", "sin", "mish"] as ActivationName[]).map(
    (activation): [string, Case] => [
      activation,
      {
        data: gaussian(300, 20),
        network: {
          hidden: { layers: 2, units: 21, activation, weights: { scheme: "normal", std: 0.9 } },
        },
        backward: PROBE,
      },
    ],
  ),
];

/** |phi'| < 0.05 of its maximum, by the definition; relu6: at its upper end; null for those without ends. */
const SATURATES: Partial<Record<ActivationName, number>> = {
  tanh: 1,
  sigmoid: 0.25,
  softsign: 1,
  hardtanh: 1,
  hard_sigmoid: 1 / 6,
};

function saturated(layer: LayerResult, z: Float32Array): number | null {
  if ("formula" in layer.activation) return null;
  const { name } = layer.activation;
  const finite = z.filter(Number.isFinite);
  const share = (is: (x: number) => boolean) => finite.filter(is).length / finite.length;
  if (name === "relu6") return share((x) => x >= 6);
  const largest = SATURATES[name];
  if (largest === undefined) return null;
  const { dphi } = function64(layer.activation);
  return share((x) => Math.abs(dphi(x)) < 0.05 * largest);
}

function isClose(got: number, expected: number, tolerance: number): boolean {
  return Object.is(got, expected) || Math.abs(got - expected) <= tolerance;
}

describe.each(BUILDS)("%s core", (build) => {
  it.each(CASES)("statistics: %s", async (_name, written) => {
    const run = await runOn(build, experiment(written), { keepTensors: true });
    const kept = new Kept(run);
    for (const layer of run.result.layers) {
      const of = (tensor: string) => kept.f32(`layer${layer.index}.${tensor}`);
      const bounds = layer.residual ? NO_BOUNDS : activationFacts(layer.activation);
      const { gradients } = layer;
      // Where values neither repeat nor crowd about their units' means nor are few, a quantile's rank is right.
      const { acrossSampleStd, acrossUnitStd, count } = layer.preactivations;
      const crowded = layer.activations.distinctUnits < layer.fanOut || !(acrossSampleStd > acrossUnitStd);
      const smooth = !crowded && count > 2000;
      const ends = (layer.activations.saturatedFraction ?? 0) > 0.1;
      expect({
        weights: faults(layer.weights, of("weight")),
        bias: faults(layer.bias, of("bias")),
        z: faults(layer.preactivations, of("preactivation"), NO_BOUNDS, smooth),
        h: faults(layer.activations, of("activation"), bounds, smooth && !ends),
        dW: faults(gradients!.weights, of("grad_weight")),
        db: faults(gradients!.bias, of("grad_bias")),
        dz: faults(gradients!.preactivations, of("grad_preactivation")),
        dx: faults(gradients!.input, of("grad_input")),
      }).toEqual({ weights: [], bias: [], z: [], h: [], dW: [], db: [], dz: [], dx: [] });
      if (layer.preactivations.nonFinite === 0) checkUnits(layer, of("preactivation"), of("activation"));
    }
  });

  it("counts numbers that are not finite and leaves them out", async () => {
    const [, written] = CASES.find(([name]) => name === "numbers that overflow")!;
    const { result } = await runOn(build, experiment(written));
    const last = result.layers.at(-1)!;
    expect(last.preactivations.nonFinite).toBeGreaterThan(0);
  });
});

function checkUnits(layer: LayerResult, z: Float32Array, h: Float32Array): void {
  const cols = layer.fanOut;
  for (const [figures, values] of [
    [layer.preactivations, z],
    [layer.activations, h],
  ] as const) {
    const { acrossSample, acrossUnit } = exactSplit(values, cols);
    const { rms } = exactMoments(values);
    expect(isClose(figures.acrossSampleStd, acrossSample, 1e-8 * acrossSample + 1e-12 * rms)).toBe(true);
    expect(isClose(figures.acrossUnitStd, acrossUnit, 1e-8 * acrossUnit + 1e-12 * rms)).toBe(true);
    const parts = figures.acrossSampleStd ** 2 + figures.acrossUnitStd ** 2;
    expect(isClose(figures.std ** 2, parts, 1e-12 * parts)).toBe(true);
    expect(figures.acrossSampleStdIsRounding).toBe(acrossSample > 0 && acrossSample < 2e-8 * rms);
  }

  const a = layer.activations;
  const share = saturated(layer, z);
  if (share === null) expect(a.saturatedFraction).toBeNull();
  else expect(a.saturatedFraction).toBeCloseTo(share, 12);

  // Taken on phi, before a residual sum: there it is known from z to float32 rounding only.
  const phi = layer.residual ? Float32Array.from(z, function64(layer.activation).phi) : h;
  const rows = h.length / cols;
  if (!layer.residual) {
    const bits = new Uint32Array(phi.buffer, phi.byteOffset, phi.length);
    const seen = new Set<string>();
    let dead = 0;
    for (let j = 0; j < cols; j++) {
      const column = Array.from({ length: rows }, (_, r) => r * cols + j);
      const zero = column.every((at) => phi[at] === 0);
      if (zero) dead++;
      seen.add(zero ? "dead" : column.map((at) => bits[at]).join());
    }
    expect(a.deadUnits).toBe(dead);
    expect(a.distinctUnits).toBe(seen.size);
    const { rms } = exactMoments(phi);
    expect(a.constantUnits).toBe(exactSplit(phi, cols).stds.filter((s) => s < 1e-7 * rms || s === 0).length);
  }
  const head = phi.subarray(0, Math.min(rows, 256) * cols);
  const d = Math.min(rows, 256);
  const slack = layer.residual ? 1e-5 : 1e-6;
  const rank = exactRank(head, cols);
  expect(a.effectiveRankCeiling).toBeCloseTo((cols * d) / (cols + d), 12);
  expect(isClose(a.effectiveRank, rank, slack * rank), `rank ${a.effectiveRank}, exactly ${rank}`).toBe(true);
  const cosine = exactCosine(head, cols);
  expect(isClose(a.meanCosine, cosine, slack), `cosine ${a.meanCosine}, exactly ${cosine}`).toBe(true);
}

/** Cumulated shares at the edges, counted in the tensor itself. */
function sizeFaults(sizes: SizeHistogram, values: Float32Array): string[] {
  const there = [...values].map(Math.abs).filter((x) => x > 0 && Number.isFinite(x));
  const sum = sizes.counts.reduce((a, b) => a + b, sizes.below);
  const found = Math.abs(sum - there.length) > 0.01 ? [`${sum} of ${there.length}`] : [];
  let below = sizes.below;
  sizes.edges.forEach((edge, i) => {
    const exact = there.filter((x) => x < edge).length;
    if (Math.abs(below - exact) > 0.005 * there.length + 1) found.push(`${edge}: ${below}, not ${exact}`);
    below += sizes.counts[i] ?? 0;
  });
  return found;
}

describe("sizes of gradients", () => {
  it.each(CASES.slice(0, 3))("%s", async (_name, written) => {
    const run = await runOn("fast", experiment(written), { keepTensors: true });
    const kept = new Kept(run);
    for (const { index } of run.result.layers) {
      const sizes = run.result.gradientSizes![index - 1]!;
      expect(sizes.counts.length).toBeGreaterThan(24);
      expect(sizeFaults(sizes, kept.f32(`layer${index}.grad_preactivation`)), `layer ${index}`).toEqual([]);
    }
  });

  it("are none without gradients, and none where all are zero", async () => {
    const [gradients, zeros] = await Promise.all(
      [
        { ...CASES[0]![1], backward: { kind: "none" as const } },
        {
          data: gaussian(50, 8),
          network: {
            hidden: {
              layers: 2,
              units: 8,
              activation: "relu" as const,
              weights: { scheme: "zeros" as const },
            },
          },
          backward: PROBE,
        },
      ].map((written) => runOn("fast", experiment(written))),
    );
    expect(gradients!.result.gradientSizes).toEqual([null, null, null]);
    expect(zeros!.result.gradientSizes).toEqual([null, null]);
  });
});
