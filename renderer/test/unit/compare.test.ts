// Compare: runs that are measured together, differences in words, and one thing changed.
import { beforeEach, describe, expect, it } from "vitest";
import type { Compared, Comparison } from "../../../core-as/spec/comparison";
import { parseExperiment } from "../../../core-as/spec/parse";
import { findPreset, PRESETS } from "../../../core-as/spec/presets";
import type { RunResult } from "../../../core-as/spec/result";
import { type Compute, ComputeError } from "../../src/compute/compute";
import type { ComputeFailure, NamedSpec } from "../../src/compute/messages";
import { CompareRuns, MAX_RUNS } from "../../src/lab/compareRuns.svelte";
import { bandText, besideText, figureRows, valueText } from "../../src/panels/compare/besides";
import { changedName, changesOf } from "../../src/panels/compare/changes";
import { differingFacts, factsOf, sharedFacts } from "../../src/panels/compare/facts";
import { overlaid } from "../../src/panels/compare/overlaid";
import { shortened, shortNames } from "../../src/panels/compare/shortNames";
import { sourceGroups } from "../../src/panels/compare/runSources";
import { threeScales } from "../../src/panels/compare/trio";

const preset = (name: string) => parseExperiment(findPreset(name).spec);
const TANH = preset("small-normal-tanh");

interface Asked {
  readonly runs: readonly NamedSpec[];
  readonly signal: AbortSignal;
  readonly options: object;
  readonly one: (index: number) => void;
  readonly end: () => void;
  readonly fail: (failure: ComputeFailure) => void;
}

class FakeComparing {
  readonly asked: Asked[] = [];

  compare(
    runs: readonly NamedSpec[],
    options: object,
    signal: AbortSignal,
    listener: { onRun?: (index: number, result: RunResult) => void },
  ): Promise<Comparison> {
    return new Promise((resolve, reject) => {
      const fail = (failure: ComputeFailure) => reject(new ComputeError(failure));
      signal.addEventListener("abort", () => fail({ code: "cancelled", message: "" }));
      const one = (index: number) => listener.onRun?.(index, { layers: [] } as unknown as RunResult);
      const end = () => {
        runs.forEach((_, index) => one(index));
        resolve({ runs } as unknown as Comparison);
      };
      this.asked.push({ runs, signal, options, one, end, fail });
    });
  }

  get last(): Asked {
    return this.asked.at(-1)!;
  }

  get asCompute(): Compute {
    return this as unknown as Compute;
  }
}

describe("the compared runs", () => {
  let runs: CompareRuns;
  let compute: FakeComparing;
  const measure = () => runs.measure(compute.asCompute, 5);

  beforeEach(() => {
    runs = new CompareRuns();
    compute = new FakeComparing();
    for (const name of ["a", "b", "c"]) runs.add(name, TANH, new Map());
  });

  it("are eight at most, each of another name and paint", () => {
    for (let i = 3; i < MAX_RUNS; i++) expect(runs.add("a", TANH, new Map())).toBe(true);
    expect(runs.add("ninth", TANH, new Map())).toBe(false);
    expect(new Set(runs.runs.map(({ name }) => name)).size).toBe(MAX_RUNS);
    expect(runs.runs.map(({ paint }) => paint)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("keep their paint when others go, and give it to the next", () => {
    runs.remove(runs.runs[1]!.key);
    expect(runs.runs.map(({ paint }) => paint)).toEqual([0, 2]);
    runs.add("d", TANH, new Map());
    expect(runs.runs.at(-1)?.paint).toBe(1);
  });

  it("come back where they were", () => {
    const removed = runs.runs[1]!;
    runs.remove(removed.key);
    runs.putBack(removed, 1);
    expect(runs.runs.map(({ name }) => name)).toEqual(["a", "b", "c"]);
    runs.putBack(removed, 1);
    expect(runs.runs).toHaveLength(3);
  });

  it("are measured once, and again when one changes; the older comparison is given up", async () => {
    measure();
    measure();
    expect(compute.asked).toHaveLength(1);
    runs.setBaseline(runs.runs[2]!.key);
    measure();
    expect(compute.asked).toHaveLength(2);
    expect(compute.asked[0]!.signal.aborted).toBe(true);
    expect(compute.last.runs.map(({ name }) => name)).toEqual(["c", "a", "b"]);
    compute.last.end();
    await expect.poll(() => runs.status.status).toBe("done");
    expect(runs.picture?.runs.map(({ name }) => name)).toEqual(["c", "a", "b"]);
  });

  it("keep the last picture until the next is whole; show the first ones where there is none", async () => {
    measure();
    compute.last.one(0);
    expect(runs.picture?.runs).toHaveLength(1);
    expect(runs.picture?.comparison).toBeNull();
    compute.last.end();
    await expect.poll(() => runs.status.status).toBe("done");
    const before = runs.picture;
    runs.paired = false;
    measure();
    compute.last.one(0);
    expect(runs.picture).toBe(before);
    expect(compute.last.options).toEqual({ paired: false, seeds: 5 });
  });

  it("take a new name without being measured again", async () => {
    measure();
    compute.last.end();
    await expect.poll(() => runs.status.status).toBe("done");
    runs.rename(runs.runs[0]!.key, "better");
    measure();
    expect(compute.asked).toHaveLength(1);
    expect(runs.picture?.runs[0]?.name).toBe("better");
  });

  it("go on without one that cannot be run", async () => {
    measure();
    compute.last.fail({ code: "too_large", message: "needs 12 GiB", run: 1 });
    await expect.poll(() => compute.asked.length).toBe(2);
    expect(compute.last.runs.map(({ name }) => name)).toEqual(["a", "c"]);
    compute.last.end();
    await expect.poll(() => runs.status.status).toBe("done");
    expect(runs.failures.get(runs.runs[1]!.key)?.message).toBe("needs 12 GiB");
    expect(runs.picture?.runs.map(({ name }) => name)).toEqual(["a", "c"]);
  });

  it("say what failed where it is no run's fault, and can be run again", async () => {
    measure();
    compute.last.fail({ code: "broken", message: "The worker has ended" });
    await expect.poll(() => runs.status.status).toBe("failed");
    runs.retry(compute.asCompute, 5);
    expect(compute.asked).toHaveLength(2);
    runs.cancel();
    await expect.poll(() => runs.status.status).toBe("cancelled");
  });

  it("leave nothing behind when the last one goes", async () => {
    measure();
    compute.last.end();
    await expect.poll(() => runs.status.status).toBe("done");
    runs.clear();
    measure();
    expect(runs.picture).toBeNull();
  });
});

describe("differences in words", () => {
  const compared = (value: number, difference: number | null, ratio: number | null): Compared => ({
    value,
    difference,
    ratio,
  });
  const first = compared(1, 0, 1);

  it("are factors where ratios tell figures apart", () => {
    const log = { unit: "", scale: "log" } as const;
    const said = (ratio: number | null) => besideText(log, first, compared(1, null, ratio));
    expect(said(1.414)).toBe("× 1.41");
    expect(said(0.1)).toBe("÷ 10.0");
    expect(said(1 / 35_871)).toBe("÷ 35\u202f900");
    expect(said(1)).toBe("≈ 1");
    expect(said(0)).toBe("× 0");
    expect(said(Infinity)).toBe("× ∞");
    expect(said(NaN)).toBe("–");
    expect(said(null)).toBe("–");
  });

  it("are points where figures are shares, else plain differences", () => {
    const share = { unit: "share", scale: "linear" } as const;
    expect(besideText(share, first, compared(0.123, 0.092, null))).toBe("+9.20 points");
    expect(besideText(share, first, compared(0, -0.03, null))).toBe("−3.00 points");
    const count = { unit: "count", scale: "linear" } as const;
    expect(besideText(count, first, compared(4, -1234, null))).toBe("−1\u202f234");
    expect(besideText(count, first, compared(1, 0, null))).toBe("0");
    expect(besideText(count, compared(1e6, 0, 1), compared(1e6, 1e-3, null))).toBe("≈ 0");
    expect(besideText(count, null, first)).toBe("–");
    expect(valueText(count, null)).toBe("–");
  });

  it("have their band where there are several draws", () => {
    const band = { median: 2, low: 1.5, high: 2.5 };
    const value = { ...compared(2, 1, 2), bands: { value: band, difference: null, ratio: band } };
    const log = { unit: "", scale: "log" } as const;
    expect(bandText(log, value, { count: 20, range: "5-95 %" })).toBe("5-95 % of 20 draws: × 1.50 to × 2.50");
    expect(bandText(log, first, { count: 1, range: null })).toBeNull();
  });

  it("are read where each tells most, or at one layer", () => {
    const at = (value: number) => [compared(value, 0, 1)];
    const figure = (name: string, group: string) => ({ name, title: name, unit: "", scale: "log", group });
    const comparison = {
      figures: [figure("forward", "forward"), figure("backward", "backward"), figure("loss", "outcome")],
      rows: [
        { name: "layer1", layers: [1] },
        { name: "layer2", layers: [2] },
        { name: "output", layers: [3] },
      ],
      differences: { forward: [at(1), at(2), at(3)], backward: [at(4), at(5), at(6)] },
      networkDifferences: { loss: [null] },
    } as unknown as Comparison;
    const said = (place: "ends" | number) =>
      figureRows(comparison, place).map((row) => [row.figure.name, row.place, row.values[0]?.value]);
    expect(said("ends")).toEqual([
      ["forward", "layer 2", 2],
      ["backward", "layer 1", 4],
    ]);
    expect(said(2)).toEqual([
      ["forward", "output", 3],
      ["backward", "output", 6],
    ]);
  });
});

describe("facts", () => {
  it("tell what runs differ in, and what all of them share", () => {
    const specs = threeScales().map(({ spec }) => spec);
    expect(differingFacts(specs)).toEqual([
      { label: "Scheme", texts: ["Xavier normal", "He normal", "Normal, std 0.01"] },
    ]);
    const shared = sharedFacts(specs).map(({ label }) => label);
    expect(shared).toContain("Activation");
    expect(shared).not.toContain("Scheme");
  });

  it("name a parameter by itself where the scheme is the same", () => {
    const specs = [TANH, preset("large-normal-tanh")];
    expect(differingFacts(specs)).toEqual([{ label: "Scheme std", texts: ["0.01", "1"] }]);
    expect(sharedFacts(specs).map(({ label }) => label)).not.toContain("Scheme");
  });

  it("name gradients, outputs and single layers in words", () => {
    const odd = parseExperiment({
      ...TANH,
      network: {
        layers: TANH.network.layers.map((layer, i) => (i === 2 ? { ...layer, units: 50 } : layer)),
      },
    });
    expect(differingFacts([TANH, odd]).map(({ label }) => label)).toEqual(["Layer 3, width"]);
    expect(factsOf(odd).find(({ label }) => label === "Depth × width")?.text).toBe("5 × mixed");
    const digits = differingFacts([TANH, preset("small-normal-tanh-digits")]);
    expect(digits.find(({ label }) => label === "Gradients")?.texts).toEqual(["Probe", "Cross-entropy"]);
    expect(digits.map(({ label }) => label)).toEqual(["Output", "Inputs", "Gradients"]);
    expect(digits.find(({ label }) => label === "Inputs")?.texts[1]).toBe("Digits, standardized");
  });

  it("name how networks are drawn before all else", () => {
    const labels = differingFacts([TANH, preset("he-normal-relu-digits")]).map(({ label }) => label);
    expect(labels.slice(0, 2)).toEqual(["Scheme", "Activation"]);
  });

  it("can be told of every preset, and of every pair with the first", () => {
    for (const { spec } of PRESETS) {
      const parsed = parseExperiment(spec);
      for (const { text } of factsOf(parsed)) expect(text).not.toMatch(/undefined|\[object|NaN/);
      for (const { label, texts } of differingFacts([TANH, parsed])) {
        expect(label).not.toBe("");
        expect(texts.join()).not.toMatch(/undefined|\[object|NaN/);
      }
    }
  });
});

describe("one thing changed", () => {
  it("is that thing and no other, in every preset and field", () => {
    for (const { spec } of PRESETS.slice(0, 30)) {
      const parsed = parseExperiment(spec);
      const changes = changesOf(parsed);
      expect(new Set(changes.map(({ label }) => label)).size).toBe(changes.length);
      for (const change of changes) {
        if (change.value === null) continue;
        const same =
          change.kind === "number"
            ? change.apply(change.value)
            : change.label === "Scheme" || change.label === "Bias" || change.label === "Activation"
              ? null
              : change.apply(change.value);
        if (same) expect(differingFacts([parsed, same])).toEqual([]);
      }
    }
  });

  it("fills in what a scheme has besides", () => {
    const scheme = changesOf(TANH).find(({ label }) => label === "Scheme")!;
    if (scheme.kind !== "choice") throw new Error("a scheme is chosen");
    expect(scheme.choices.map(({ value }) => value)).not.toContain("file");
    for (const { value } of scheme.choices)
      expect(scheme.apply(value).network.layers.every(({ weights }) => weights.scheme === value)).toBe(true);
  });

  it("is refused with the reason where it is out of bounds", () => {
    const depth = changesOf(TANH).find(({ label }) => label === "Depth")!;
    if (depth.kind !== "number") throw new Error("a depth is a number");
    expect(depth.apply(7).network.layers).toHaveLength(7);
    const width = changesOf(TANH).find(({ label }) => label === "Width")!;
    expect(() => width.kind === "number" && width.apply(0)).toThrow(/1/);
  });

  it("is named by what it came from and what is other", () => {
    expect(changedName("Small", { label: "Scheme", kind: "choice" }, "Xavier normal")).toBe(
      "Small → Xavier normal",
    );
    expect(changedName("Small", { label: "Depth", kind: "number" }, "10")).toBe("Small → depth 10");
    expect(shortened("Small → depth 10", 13)).toBe("→ depth 10");
    expect(shortened("N(0, 0.01) with tanh", 13)).toBe("N(0, 0.01) w…");
    expect(changedName("x".repeat(300), { label: "Depth", kind: "number" }, "10")).toHaveLength(200);
  });
});

describe("names where there is little room", () => {
  it("are cut before the place where they differ", () => {
    expect(shortNames(["Xavier normal with tanh, seed 11", "Xavier normal with tanh, seed 12"], 14)).toEqual([
      "Xavier…seed 11",
      "Xavier…seed 12",
    ]);
    expect(shortNames(["He normal with tanh, 784 inputs", "He normal with relu, 784 inputs"], 14)).toEqual([
      "He no…tanh, 7…",
      "He no…relu, 7…",
    ]);
  });

  it("are left alone where they fit or are told apart by their beginning", () => {
    expect(shortNames(["He", "Xavier"], 6)).toEqual(["He", "Xavier"]);
    expect(shortNames(["Zeros with ReLU", "Xavier normal"], 8)).toEqual(["Zeros w…", "Xavier …"]);
  });

  it("tell apart all names that are apart, in the room there is", () => {
    const start = "A rather long beginning that all of these share";
    const names = [
      start,
      `${start} `,
      `${start} and go on`,
      `${start} and go on alike until 1`,
      `${start} and go on alike until 2`,
      `${start} → depth 10`,
      `${start} → depth 11`,
      `${start}abcdefghijklmnopqrstuvwxyz1`,
      `${start}abcdefghijklmnopqrstuvwxyz2`,
      `${start.replace("rather", "very")} → depth 10`,
    ];
    for (const most of [13, 16, 26]) {
      const short = shortNames(names, most);
      expect(new Set(short).size).toBe(names.length);
      for (const name of short) expect(name.length).toBeLessThanOrEqual(most);
    }
    expect(
      new Set(
        shortNames(
          PRESETS.map(({ title }) => title),
          13,
        ),
      ).size,
    ).toBe(new Set(PRESETS.map(({ title }) => title)).size);
  });

  it("that are the same stay the same", () => {
    const name = "The same name, twice over";
    expect(shortNames([name, name], 13)).toEqual(["The same nam…", "The same nam…"]);
  });
});

it("sources of runs are found by all their words", () => {
  const groups = sourceGroups("My experiment", [], "digits xavier tanh");
  expect(groups.map(({ title }) => title)).toEqual(["Built in"]);
  expect(groups[0]!.sources.every(({ title }) => /digits/.test(title) && /tanh/.test(title))).toBe(true);
  // "the mean" has a "he", too: what the title says comes first.
  expect(sourceGroups("My experiment", [], "he normal relu")[0]?.sources[0]?.title).toBe(
    "He normal with ReLU",
  );
  expect(sourceGroups("My experiment", [], "").map(({ title }) => title)).toEqual([
    "From the Lab",
    "Built in",
  ]);
  expect(sourceGroups("My experiment", [], "nothing like this")).toEqual([]);
});

it("output layers stand beside each other, whatever the depth", () => {
  const layers = (...names: string[]) =>
    ({ layers: names.map((name) => ({ name })) }) as unknown as RunResult;
  const run = (key: number) => ({ key, name: String(key), spec: TANH, files: new Map(), paint: key });
  const found = overlaid({
    runs: [run(0), run(1), run(2)],
    results: [layers("layer1", "output"), layers("layer1", "layer2", "output"), layers("layer1")],
  });
  expect(found.depth).toBe(2);
  expect(found.outputs.map(({ run: paint }) => paint)).toEqual([0, 1]);
  expect(found.hidden.map((one) => one.layers.length)).toEqual([1, 2, 1]);
});
