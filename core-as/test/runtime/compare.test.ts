// Experiments beside each other: paired draws are the same bits, alike specs differ by nothing, rows stand where
// they belong.
import { describe, expect, it } from "vitest";
import { compareExperiments, type CompareOptions, type NamedExperiment } from "../../runtime/compare";
import type { Progress } from "../../runtime/progress";
import type { Comparison } from "../../spec/comparison";
import type { WrittenExperiment } from "../../spec/written";
import { experiment, type HostOptions, Kept, openHost, runOn } from "./host";

type Written = Omit<WrittenExperiment, "format">;

const linear = (std: number, more: Partial<Written> = {}): Written => ({
  seed: 11,
  data: { source: "gaussian", samples: 200, features: 16 },
  network: { hidden: { layers: 3, units: 16, activation: "identity", weights: { scheme: "normal", std } } },
  backward: { kind: "probe" },
  ...more,
});

const named = (written: Written, name = "a", files = new Map<string, Uint8Array>()): NamedExperiment => ({
  name,
  spec: experiment(written),
  files,
});

async function compared(
  given: readonly NamedExperiment[],
  options: CompareOptions & HostOptions = {},
): Promise<Comparison> {
  const host = openHost("fast", options);
  try {
    return await compareExperiments(given, host, options);
  } finally {
    host.pool.close();
  }
}

describe("paired draws", () => {
  const half = [named(linear(0.25)), named(linear(0.125, { seed: 99 }), "b")];

  it("are the same bits, up to the scale", async () => {
    const { runs, paired } = await compared(half);
    expect(paired).toBe(true);
    const [a, b] = await Promise.all(
      runs.map(async ({ spec }) => new Kept(await runOn("fast", spec, { keepTensors: true }))),
    );
    expect(b!.f32("inputs")).toEqual(a!.f32("inputs"));
    expect(b!.f32("output_cotangent")).toEqual(a!.f32("output_cotangent"));
    for (const k of [1, 2, 3])
      expect(b!.f32(`layer${k}.weight`)).toEqual(a!.f32(`layer${k}.weight`).map((w) => w / 2));
  });

  it("leave the scale alone to tell: a linear network's signal halves a layer, exactly", async () => {
    const { differences, runs } = await compared(half);
    const ratios = (name: string) => differences[name]!.map((row) => row.map((cell) => cell!.ratio));
    expect(ratios("preactivations.rms")).toEqual([
      [1, 1 / 2],
      [1, 1 / 4],
      [1, 1 / 8],
    ]);
    // The gradient passes the layers behind its own.
    expect(ratios("gradients.preactivations.rms")).toEqual([
      [1, 1 / 4],
      [1, 1 / 2],
      [1, 1],
    ]);
    expect(differences["meanCosine"]!.flat().map((cell) => cell!.difference)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(runs.map(({ spec }) => spec.seed)).toEqual([11, 11]);
  });

  it("are given up where they are not wanted, and follow --seed where it is given", async () => {
    const unpaired = await compared(half, { paired: false });
    expect(unpaired.paired).toBe(false);
    expect(unpaired.runs.map(({ spec }) => spec.seed)).toEqual([11, 99]);
    expect(unpaired.differences["preactivations.rms"]![0]![1]!.ratio).not.toBe(1 / 2);
    expect(unpaired.specDifferences.map(({ path }) => path)).toEqual([
      "seed",
      "network.layers[*].weights.std",
    ]);
    const seeded = await compared(half, { seed: 5 });
    expect(seeded.runs.map(({ spec }) => spec.seed)).toEqual([5, 5]);
    expect(seeded.runs[1]!.digest).toBe(
      (await runOn("fast", experiment(linear(0.125, { seed: 5 })))).result.digest,
    );
  });

  it("are compared seed by seed", async () => {
    const { differences, runs, replicates } = await compared(half, { seeds: 5 });
    expect(replicates).toEqual({ count: 5, range: "min-max" });
    expect(runs.map(({ replicates: bands }) => bands!.seeds)).toEqual([
      [11, 12, 13, 14, 15],
      [11, 12, 13, 14, 15],
    ]);
    const cell = differences["preactivations.rms"]![2]![1]!;
    // The figure itself moves from seed to seed; the ratio of a pair does not.
    expect(cell.bands!.value.high).toBeGreaterThan(1.05 * cell.bands!.value.low);
    expect(cell.bands!.ratio).toEqual({ median: 1 / 8, low: 1 / 8, high: 1 / 8 });
    expect(cell.bands!.difference!.low).toBeLessThan(cell.bands!.difference!.high);
    expect(cell.value).toBe(runs[1]!.replicates!.bands[2]!["preactivations.rms"]!.median);
    expect(runs[1]!.headline[2]!["preactivations.rms"]).toBe(cell.value);
  });

  it("take as many seeds as the first spec has", async () => {
    const { runs } = await compared([
      named(linear(0.25, { replicates: 2 })),
      named(linear(0.125, { replicates: 4 }), "b"),
    ]);
    expect(runs.map(({ spec }) => spec.replicates)).toEqual([2, 2]);
  });
});

describe("a comparison", () => {
  it("of an experiment with itself has no differences", async () => {
    const classes: Written = {
      data: { source: "spirals", samples: 150 },
      network: {
        hidden: { layers: 2, units: 8, activation: "relu", weights: { scheme: "he_normal" } },
        output: { units: 2, activation: "identity", weights: { scheme: "xavier_normal" } },
      },
      backward: { kind: "cross_entropy" },
    };
    const { runs, specDifferences, differences, networkDifferences } = await compared([
      named(classes, "one"),
      named(classes, "other"),
    ]);
    expect(specDifferences).toEqual([]);
    expect(runs[0]!.digest).toBe(runs[1]!.digest);
    const cells = [...Object.values(differences).flat(2), ...Object.values(networkDifferences).flat()];
    const known = cells.filter((cell) => cell !== null);
    // Ten figures of a layer and network; relu has no saturated share.
    expect(known).toHaveLength(2 * (3 * 8 + 2));
    expect(known.map(({ difference }) => difference)).toEqual(known.map(() => 0));
    expect(known.every(({ value, ratio }) => ratio === (value === 0 ? null : 1))).toBe(true);
  });

  it("puts output layers beside each other, and leaves out what a run does not have", async () => {
    const net = (layers: number, output: boolean): Written => ({
      network: {
        hidden: { layers, units: 6, activation: "tanh", weights: { scheme: "xavier_normal" } },
        ...(output ? { output: { units: 3, activation: "identity", weights: { scheme: "he_normal" } } } : {}),
      },
      data: { source: "gaussian", samples: 60, features: 5 },
      backward: { kind: output ? "probe" : "none" },
    });
    const { rows, runs, differences } = await compared([
      named(net(1, true)),
      named(net(3, true), "b"),
      named(net(2, false), "c"),
    ]);
    expect(rows).toEqual([
      { name: "layer1", layers: [1, 1, 1] },
      { name: "layer2", layers: [null, 2, 2] },
      { name: "layer3", layers: [null, 3, null] },
      { name: "output", layers: [2, 4, null] },
    ]);
    expect(runs.map(({ headline }) => headline.length)).toEqual([2, 4, 2]);
    const std = differences["activations.std"]!;
    expect(std[0]!.map((cell) => cell!.ratio)).toEqual([1, 1, 1]);
    expect(std[1]).toEqual([
      null,
      { value: runs[1]!.headline[1]!["activations.std"], difference: null, ratio: null },
      { value: runs[2]!.headline[1]!["activations.std"], difference: null, ratio: null },
    ]);
    expect(std[3]![1]!.value).toBe(runs[1]!.headline[3]!["activations.std"]);
    expect(std[3]![1]!.ratio).toBe(std[3]![1]!.value / std[3]![0]!.value);
    expect(differences["gradients.weights.rms"]![0]![2]).toBeNull();
    expect(Object.values(differences).every((table) => table.length === 4)).toBe(true);
  });

  it("has no ratio to zero", async () => {
    const zeros = { scheme: "zeros" } as const;
    const dead = linear(1, {
      network: { hidden: { layers: 1, units: 4, activation: "identity", weights: zeros } },
    });
    const { differences } = await compared([named(dead), named(linear(0.25), "b")]);
    const cell = differences["activations.std"]![0]![1]!;
    expect(cell.ratio).toBeNull();
    expect(cell.difference).toBe(cell.value);
    expect(cell.value).toBeGreaterThan(0);
  });

  it("does not depend on the number of workers", async () => {
    const given = [named(linear(0.25)), named(linear(0.5), "b")];
    const one = await compared(given, { workers: 1, seeds: 3 });
    expect(await compared(given, { workers: 3, seeds: 3 })).toEqual(one);
  });

  it("gives each experiment its own files, though they have one path", async () => {
    const csv = (text: string) => new Map([["d.csv", new TextEncoder().encode(text)]]);
    const spec: Written = { ...linear(0.25), data: { source: "file", path: "d.csv" } };
    const { differences } = await compared([
      named(spec, "a", csv("1,2\n3,5\n0,1\n")),
      named(spec, "b", csv("2,4\n6,10\n0,2\n")),
    ]);
    expect(differences["preactivations.rms"]!.map((row) => row[1]!.ratio)).toEqual([2, 2, 2]);
  });

  it("says which experiment could not be run, and runs none that will be refused", async () => {
    const data = { source: "file", path: "d.csv", samples: 5 } as const;
    const files = new Map([["d.csv", new TextEncoder().encode("1,2\n3,5\n")]]);
    const short = named(linear(1, { data }), "b", files);
    await expect(compared([named(linear(1)), short])).rejects.toMatchObject({
      name: "ExperimentError",
      index: 1,
      cause: { code: "input", where: "data.samples" },
    });
    let tasks = 0;
    const wide = linear(1, {
      network: { hidden: { layers: 9, units: 4000, activation: "relu", weights: { scheme: "he_normal" } } },
    });
    const accident = { strikes: () => (tasks++, false) };
    await expect(
      compared([named(linear(1)), named(wide, "b")], { accident, memoryLimitBytes: 2 ** 28 }),
    ).rejects.toMatchObject({ index: 1, cause: { name: "TooLargeError" } });
    expect(tasks).toBe(0);
  });

  it("tells progress over all, and ends at the signal with its reason", async () => {
    const seen: Progress[] = [];
    const given = [named(linear(1)), named(linear(2), "b"), named(linear(3), "c")];
    await compared(given, { onProgress: (progress) => seen.push(progress) });
    expect(seen[0]).toMatchObject({ fraction: 0, experiment: 1, experiments: 3 });
    expect(seen.at(-1)).toMatchObject({ fraction: 1, experiment: 3 });
    seen.reduce((before, { fraction }) => {
      expect(fraction).toBeGreaterThanOrEqual(before);
      return fraction;
    }, 0);
    const abort = new AbortController();
    const reason = new Error("that will do");
    const run = compared(given, {
      signal: abort.signal,
      onProgress: ({ experiment: which }) => which === 2 && abort.abort(reason),
    });
    await expect(run).rejects.toBe(reason);
  });
});
