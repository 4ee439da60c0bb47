// Finite-width scatter of the mean square: exact cases, and the lab's own runs over seeds at fixed inputs.
import { describe, expect, it } from "vitest";
import { writeNpy } from "../../formats/npy";
import { execute } from "../../runtime/execute";
import type { ActivationName } from "../../spec/experiment";
import type { WrittenWeights } from "../../spec/written";
import { type FluctuationLayer, fluctuations } from "../../theory/fluctuation";
import { experiment, openHost } from "../runtime/host";
import { Chance } from "./chance";
import { moments64 } from "./moments64";

interface Net {
  readonly activation: ActivationName;
  readonly widths: readonly number[];
  readonly sigmaWSquare: number;
  readonly kind: "gaussian" | "orthogonal";
}

/** Mean-field q and d through the layers, for inputs of mean square 1 and mean correlation 0. */
function layersOf({ activation, widths, sigmaWSquare, kind }: Net): FluctuationLayer[] {
  const moments = moments64({ name: activation });
  // A widening orthogonal matrix has columns, not rows, of length gain.
  const own = (l: number) =>
    kind === "gaussian" ? sigmaWSquare : (sigmaWSquare * widths[l]!) / Math.max(widths[l]!, widths[l + 1]!);
  let q = own(0);
  let d = q;
  return widths.slice(1).map((units, l) => {
    const layer = {
      fanIn: widths[l]!,
      units,
      sigmaWSquare: own(l),
      kind,
      activation: moments,
      q,
      d,
    };
    if (l + 2 === widths.length) return layer;
    const square = moments.single(q).square;
    const half = moments.pair(q, d).halfDifference;
    q = own(l + 1) * square;
    d = own(l + 1) * half;
    return layer;
  });
}

const ONE = { samples: 1, correlationVariance: 0 };

describe("one input", () => {
  it("ReLU and He: E[M^2] / E[M]^2 = prod(1 + 5/n), and 1 + 2/n for z itself (Hanin & Rolnick 2018)", () => {
    const widths = [30, 20, 50, 10, 80, 5];
    const layers = layersOf({ activation: "relu", widths, sigmaWSquare: 2, kind: "gaussian" });
    let expected = 1;
    fluctuations(layers, ONE).forEach((got, l) => {
      const n = widths[l + 1]!;
      expect(got!.relativeStdOfQ ** 2).toBeCloseTo(expected * (1 + 2 / n) - 1, 4);
      expect(got!.relativeStdOfRms).toBe(got!.relativeStdOfQ / 2);
      expected *= 1 + 5 / n;
    });
  });

  it("linear: prod(1 + 2/n) with Gaussian weights, nothing at all with square orthogonal ones", () => {
    const net = { activation: "identity" as const, widths: [10, 10, 10, 10], sigmaWSquare: 1 };
    const gaussian = fluctuations(layersOf({ ...net, kind: "gaussian" }), ONE);
    expect(gaussian[2]!.relativeStdOfQ ** 2).toBeCloseTo(1.2 ** 3 - 1, 6);
    const orthogonal = fluctuations(layersOf({ ...net, kind: "orthogonal" }), ONE);
    for (const got of orthogonal) expect(got!.relativeStdOfQ).toBeLessThan(1e-4);
  });

  it("null where nothing is left of the signal", () => {
    const layers = layersOf({ activation: "relu", widths: [5, 5, 5], sigmaWSquare: 0, kind: "gaussian" });
    expect(fluctuations(layers, ONE)).toEqual([null, null]);
  });
});

const SEEDS = 400;

/** Relative std over seeds of the mean square of z, a figure a layer. */
async function measured(net: Net, weights: WrittenWeights, samples: number): Promise<number[]> {
  const chance = new Chance(5);
  const features = net.widths[0]!;
  const data = Float32Array.from({ length: samples * features }, () => chance.normal());
  // Every input of mean square 1, so that samples differ in direction alone.
  for (let s = 0; s < samples; s++) {
    const row = data.subarray(s * features, (s + 1) * features);
    const rms = Math.sqrt(row.reduce((total, x) => total + x * x, 0) / features);
    row.forEach((x, i) => (row[i] = x / rms));
  }
  const bytes = writeNpy({ name: "", shape: [samples, features], dtype: "float32", data });
  const host = openHost("fast", { workers: 1, files: new Map([["x.npy", bytes]]) });
  const squares: number[][] = net.widths.slice(1).map(() => []);
  try {
    for (let seed = 0; seed < SEEDS; seed++) {
      const layers = net.widths.slice(1).map((units) => ({ units, activation: net.activation, weights }));
      const spec = experiment({ seed, data: { source: "file", path: "x.npy" }, network: { layers } });
      const { result } = await execute(spec, host);
      result.layers.forEach((layer, l) => squares[l]!.push(layer.preactivations.rms ** 2));
    }
  } finally {
    host.pool.close();
  }
  return squares.map((values) => {
    const mean = values.reduce((total, x) => total + x, 0) / SEEDS;
    return Math.sqrt(values.reduce((total, x) => total + (x - mean) ** 2, 0) / (SEEDS - 1)) / mean;
  });
}

describe("the lab's own runs", () => {
  const five = (n: number) => new Array<number>(6).fill(n);
  const he: WrittenWeights = { scheme: "he_normal" };
  const lecun: WrittenWeights = { scheme: "lecun_normal" };
  it.each<[string, Net, WrittenWeights, number]>([
    [
      "relu/he, a batch",
      { activation: "relu", widths: five(100), sigmaWSquare: 2, kind: "gaussian" },
      he,
      20,
    ],
    ["relu/he, narrow", { activation: "relu", widths: five(50), sigmaWSquare: 2, kind: "gaussian" }, he, 20],
    [
      "relu/he, one input",
      { activation: "relu", widths: five(100), sigmaWSquare: 2, kind: "gaussian" },
      he,
      1,
    ],
    ["tanh/lecun", { activation: "tanh", widths: five(50), sigmaWSquare: 1, kind: "gaussian" }, lecun, 30],
    ["gelu/he", { activation: "gelu", widths: five(100), sigmaWSquare: 2, kind: "gaussian" }, he, 20],
    [
      "relu, orthogonal",
      { activation: "relu", widths: [80, 60, 60, 90, 60], sigmaWSquare: 2, kind: "orthogonal" },
      { scheme: "orthogonal", gain: Math.sqrt(2) },
      10,
    ],
  ])("%s", async (_name, net, weights, samples) => {
    const got = await measured(net, weights, samples);
    const said = fluctuations(layersOf(net), { samples, correlationVariance: 1 / net.widths[0]! });
    got.forEach((std, l) => {
      expect(Math.abs(std / said[l]!.relativeStdOfQ - 1), `layer ${l + 1}`).toBeLessThan(0.12);
    });
  });
});
