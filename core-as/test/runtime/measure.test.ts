// What is measured on request, against float64 and against closed forms.
import { describe, expect, it } from "vitest";
import type { WrittenExperiment } from "../../spec/written";
import { BUILDS } from "../harness";
import { experiment, Kept, runOn } from "./host";
import { singularValues64 } from "./jacobi";
import { affine, forward64, layersOf, normalize } from "./network64";

type Case = Omit<WrittenExperiment, "format">;
const gaussian = (samples: number, features: number) => ({ source: "gaussian" as const, samples, features });

/** Jacobian [outputs, features] of the float64 network at the first sample, by central differences. */
function jacobian64(kept: Kept, spec: ReturnType<typeof experiment>): Float64Array {
  const features = kept.get("inputs").shape[1]!;
  const layers = layersOf(spec, features);
  const parameters = layers.map((_, i) => ({
    weights: kept.f32(`layer${i + 1}.weight`),
    bias: kept.f32(`layer${i + 1}.bias`),
  }));
  const x = Float64Array.from(kept.f32("inputs").subarray(0, features));
  const outputs = layers.at(-1)!.fanOut;
  const jacobian = new Float64Array(outputs * features);
  const step = 1e-6;
  for (let k = 0; k < features; k++) {
    const at = (shift: number) => {
      const moved = x.slice();
      moved[k]! += shift;
      return forward64(layers, parameters, moved).at(-1)!.activation;
    };
    const up = at(step);
    const down = at(-step);
    for (let j = 0; j < outputs; j++) jacobian[j * features + k] = (up[j]! - down[j]!) / (2 * step);
  }
  return jacobian;
}

describe.each(BUILDS)("%s core", (build) => {
  const NETS: [string, Case][] = [
    [
      "tanh",
      {
        data: gaussian(3, 11),
        network: {
          hidden: { layers: 3, units: 9, activation: "tanh", weights: { scheme: "xavier_normal" } },
        },
      },
    ],
    [
      "ReLU, widening",
      {
        data: gaussian(1, 6),
        network: {
          layers: [20, 30, 150].map((units) => ({
            units,
            activation: "relu",
            weights: { scheme: "he_normal" },
          })),
        },
      },
    ],
    [
      "GELU, residual, layer normalization, an output layer",
      {
        data: gaussian(5, 12),
        network: {
          hidden: {
            layers: 4,
            units: 12,
            activation: "gelu",
            weights: { scheme: "lecun_normal" },
            bias: { scheme: "normal", std: 0.2 },
            normalization: "layer",
            residual: { every: 2, scale: 0.5 },
          },
          output: { units: 4, activation: "identity", weights: { scheme: "xavier_normal" } },
        },
      },
    ],
  ];

  it.each(NETS)("the Jacobian of %s has the singular values of float64's", async (_name, net) => {
    const spec = experiment({ ...net, measure: { jacobian: true } });
    const run = await runOn(build, spec, { keepTensors: true });
    const { sample, singularValues, meanSquare, conditionNumber } = run.result.network.jacobian!;
    const kept = new Kept(run);
    const features = kept.get("inputs").shape[1]!;
    const expected = singularValues64(jacobian64(kept, spec), run.result.layers.at(-1)!.fanOut, features);
    expect(sample).toBe(0);
    expect(singularValues.length).toBe(expected.length);
    singularValues.forEach((s, i) => expect(Math.abs(s - expected[i]!)).toBeLessThan(1e-5 * expected[0]!));
    const square = expected.reduce((sum, s) => sum + s * s, 0) / expected.length;
    expect(Math.abs(meanSquare - square)).toBeLessThan(1e-5 * square);
    expect(conditionNumber).toBe(singularValues[0]! / singularValues.at(-1)!);
  });

  it("a deep linear network of orthogonal matrices keeps every length", async () => {
    const { result } = await runOn(
      build,
      experiment({
        data: gaussian(4, 40),
        network: {
          hidden: { layers: 50, units: 40, activation: "identity", weights: { scheme: "orthogonal" } },
        },
        measure: { jacobian: true, spectra: true },
      }),
    );
    for (const s of result.network.jacobian!.singularValues) expect(Math.abs(s - 1)).toBeLessThan(2e-5);
    for (const { spectrum } of result.layers)
      for (const s of spectrum!) expect(Math.abs(s - 1)).toBeLessThan(1e-5);
  });

  it("ReLU with He: the squares of the singular values have mean 1 over the seeds", async () => {
    let sum = 0;
    const seeds = 12;
    for (let seed = 0; seed < seeds; seed++) {
      const { result } = await runOn(
        build,
        experiment({
          seed,
          data: gaussian(1, 60),
          network: { hidden: { layers: 3, units: 60, activation: "relu", weights: { scheme: "he_normal" } } },
          measure: { jacobian: true },
        }),
      );
      sum += result.network.jacobian!.meanSquare;
    }
    // Prod chi_k = 1. A draw scatters by about sqrt(3 x 1 / 60) = 0.22 (active units), their mean by 0.065.
    expect(Math.abs(sum / seeds - 1)).toBeLessThan(4 * 0.065);
  });

  it("with batch normalization it is the Jacobian of the network in use: the batch's moments stay", async () => {
    const spec = experiment({
      data: gaussian(30, 7),
      network: {
        layers: [{ units: 5, activation: "identity", weights: { scheme: "normal" }, normalization: "batch" }],
      },
      measure: { jacobian: true, correlation: true, spectra: true },
    });
    const run = await runOn(build, spec, { keepTensors: true });
    const kept = new Kept(run);
    const w = kept.f32("layer1.weight");
    const z = affine(kept.f32("inputs"), w, kept.f32("layer1.bias"), 7);
    const { invStd } = normalize("batch", z, 5);
    const scaled = w.map((v, i) => v * invStd[Math.floor(i / 7)]!);
    const expected = singularValues64(scaled, 5, 7);
    run.result.network.jacobian!.singularValues.forEach((s, i) =>
      expect(Math.abs(s - expected[i]!)).toBeLessThan(1e-5 * expected[0]!),
    );
    for (const row of run.result.network.correlation!.measured)
      for (const c of row) expect(Math.abs(c)).toBeLessThanOrEqual(1);
  });

  it.each([
    ["ReLU in batch normalization, two ways", { activation: "relu", normalization: "batch" }],
    ["batch normalization in blocks", { activation: "tanh", normalization: "batch", residual: { every: 2 } }],
  ] as const)("measures %s to the end", async (_name, hidden) => {
    const { result } = await runOn(
      build,
      experiment({
        data: gaussian(200, 16),
        network: { hidden: { layers: 4, units: 16, weights: { scheme: "he_normal" }, ...hidden } },
        backward: { kind: "probe" },
        measure: { jacobian: true, correlation: true, spectra: true },
      }),
    );
    expect(result.network.jacobian!.singularValues.every(Number.isFinite)).toBe(true);
    expect(result.network.correlation!.measured.flat().every(Number.isFinite)).toBe(true);
  });

  it("the correlation map of ReLU is the arc-cosine kernel, 1/pi from orthogonal inputs", async () => {
    // A draw scatters the second layer's map by sqrt(2 / 512) c (1 - c) < 0.016, whatever the number of pairs: what
    // the pairs share is their mean direction. Eight seeds bring that below 0.006.
    const seeds = 8;
    const maps: number[][] = [[], []];
    let angles: readonly number[] = [];
    for (let seed = 0; seed < seeds; seed++) {
      const { result } = await runOn(
        build,
        experiment({
          seed,
          data: gaussian(10, 300),
          network: {
            hidden: { layers: 2, units: 512, activation: "relu", weights: { scheme: "he_normal" } },
          },
          measure: { correlation: true },
        }),
      );
      const { measured } = result.network.correlation!;
      angles = result.network.correlation!.angles;
      maps.forEach((map, l) => angles.forEach((_, i) => (map[i] = (map[i] ?? 0) + measured[l]![i]! / seeds)));
    }
    expect(angles).toHaveLength(17);
    expect(angles[0]).toBe(0);
    expect(angles.at(-1)).toBeCloseTo(Math.PI, 15);
    angles.forEach((angle, i) => {
      expect(Math.abs(maps[0]![i]! - Math.cos(angle))).toBeLessThan(0.01);
      const map = (Math.sin(angle) + (Math.PI - angle) * Math.cos(angle)) / Math.PI;
      expect(Math.abs(maps[1]![i]! - map)).toBeLessThan(0.024);
    });
    expect(angles[8]).toBeCloseTo(Math.PI / 2, 15);
    expect(Math.abs(maps[1]![8]! - 1 / Math.PI)).toBeLessThan(0.024);
  });

  it("spectra are the singular values of every weight matrix", async () => {
    const run = await runOn(
      build,
      experiment({
        data: gaussian(4, 30),
        network: {
          layers: [18, 40, 40].map((units) => ({
            units,
            activation: "tanh",
            weights: { scheme: "lecun_normal" },
          })),
          output: { units: 1, activation: "identity", weights: { scheme: "constant", value: 0.5 } },
        },
        measure: { spectra: true },
      }),
      { keepTensors: true },
    );
    const kept = new Kept(run);
    for (const { index, fanIn, fanOut, spectrum } of run.result.layers) {
      const expected = singularValues64(kept.f32(`layer${index}.weight`), fanOut, fanIn);
      expect(spectrum!.length).toBe(expected.length);
      spectrum!.forEach((s, i) => expect(Math.abs(s - expected[i]!)).toBeLessThan(1e-6 * expected[0]!));
    }
  });
});
