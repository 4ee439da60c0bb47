// Quantiles by rank: at most 0.2 % off, whatever the distribution.
import { describe, expect, it } from "vitest";
import { BUILDS, TestCore } from "../harness";
import { batch, mappedQuantiles, normals, statisticsOf, uniforms } from "./measure";
import { LEVELS, rankError } from "./reference";

const normal = normals(11);
const uniform = uniforms(12);
const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
const geluTanh = (z: number) => 0.5 * z * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (z + 0.044715 * z ** 3)));

function worstRankError(values: Float32Array, quantiles: readonly number[]): number {
  return Math.max(...quantiles.map((q, i) => rankError(values, q, LEVELS[i]!)));
}

const TENSORS: Record<string, () => number> = {
  normal: () => normal(),
  uniform: () => uniform(),
  "relu(normal)": () => Math.max(0, normal()),
  "tanh(normal)": () => Math.tanh(normal()),
  "sigmoid(normal)": () => sigmoid(normal()),
  "gelu(0.01 normal)": () => geluTanh(0.01 * normal()),
  "Student t, 2 degrees": () => normal() / Math.sqrt((normal() ** 2 + normal() ** 2) / 2),
  Cauchy: () => normal() / normal(),
  "log-normal": () => Math.exp(2 * normal()),
  "signed log-normal": () => normal() * Math.exp(2 * normal()),
  "log-normal, sigma 4": () => normal() * Math.exp(4 * normal()),
  "0.5 +- 0.001": () => 0.5 + 0.001 * normal(),
  "1e6 +- 1e-3": () => 1e6 + 1e-3 * normal(),
  "1 +- 1e-7": () => 1 + 1e-7 * normal(),
  "two values": () => (uniform() < 0.37 ? -0.3 : 0.7),
  "two values and zero": () => (uniform() < 0.37 ? -0.3 : uniform() < 0.5 ? 0.7 : 0),
  "mostly zero": () => (uniform() < 0.97 ? 0 : normal()),
  "relu6(4 normal)": () => Math.min(6, Math.max(0, 4 * normal())),
};

interface Mapped {
  readonly scale: number;
  readonly phi: (z: number) => number;
  readonly parts?: number;
}

/** Their densities have poles or all but atoms, which no histogram of the output resolves; one of z does. */
const PHI: Record<string, Mapped> = {
  "tanh(10 normal)": { scale: 10, phi: Math.tanh },
  "tanh(1000 normal)": { scale: 1000, phi: Math.tanh },
  "sigmoid(10 normal)": { scale: 10, phi: sigmoid },
  "relu(normal)": { scale: 1, phi: (z) => Math.max(0, z) },
  gelu: { scale: 1, phi: geluTanh, parts: 4 },
  silu: { scale: 1, phi: (z) => z * sigmoid(z), parts: 4 },
  "silu(5 normal)": { scale: 5, phi: (z) => z * sigmoid(z), parts: 4 },
  "sin(normal)": { scale: 1, phi: Math.sin, parts: 16 },
  "sin(20 normal)": { scale: 20, phi: Math.sin, parts: 16 },
  "elu(5 normal)": { scale: 5, phi: (z) => (z > 0 ? z : Math.expm1(z)) },
  softsign: { scale: 100, phi: (z) => z / (1 + Math.abs(z)) },
  selu: { scale: 20, phi: (z) => 1.0507009873554805 * (z > 0 ? z : 1.6732632423543772 * Math.expm1(z)) },
};

describe.each(BUILDS)("quantiles (%s)", (build) => {
  const core = new TestCore(build);

  it.each(Object.entries(TENSORS))("of %s", (name, of) => {
    core.reset();
    const x = batch(500, 100, of);
    const high = name.startsWith("relu6") ? 6 : NaN;
    const { quantiles } = statisticsOf(core, x, { slab: 128, low: 0, high });
    // Over twelve decades of one tensor the median, in the middle of the peak, may be a little further off.
    const bound = name === "log-normal, sigma 4" ? 0.005 : 0.002;
    expect(worstRankError(x.values, quantiles)).toBeLessThanOrEqual(bound);
    for (let i = 1; i < quantiles.length; i++)
      expect(quantiles[i]!).toBeGreaterThanOrEqual(quantiles[i - 1]!);
  });

  it.each(Object.entries(PHI))("of %s, from those of its preactivations", (_name, { scale, phi, parts }) => {
    core.reset();
    const z = batch(500, 100, () => scale * normal());
    const h = z.values.map(phi);
    expect(worstRankError(h, mappedQuantiles(core, z, phi, parts))).toBeLessThanOrEqual(0.002);
  });

  it("by sorting are numpy's", () => {
    core.reset();
    const out = core.f64(7);
    const sorted = (values: number[]) => {
      core.call["sortedQuantiles"]!(
        out.ptr,
        core.f32(values).ptr,
        values.length,
        core.alloc(8 * values.length),
      );
      return Array.from(out.values());
    };
    // numpy.quantile([3, 1, 2, 10], [.01, .05, .25, .5, .75, .95, .99])
    const wanted = [1.03, 1.15, 1.75, 2.5, 4.75, 8.95, 9.79];
    sorted([3, 1, NaN, 2, Infinity, 10]).forEach((q, i) => expect(q).toBeCloseTo(wanted[i]!, 12));
    expect(sorted([0.5])).toEqual(new Array(7).fill(0.5));
    expect(sorted([NaN])).toEqual(new Array(7).fill(NaN));
    const many = Array.from({ length: 1001 }, (_, i) => (i * 389) % 1001);
    expect(sorted(many)).toEqual([10, 50, 250, 500, 750, 950, 990]);
  });
});
