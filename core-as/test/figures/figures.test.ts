// Figures of whole runs: what is drawn for the founding cases, and for networks at their limits.
import { beforeAll, describe, expect, it } from "vitest";
import { layerColumns } from "../../figures/layerColumns";
import { overlayRow, profileOverlay } from "../../figures/overlays";
import { lastText, profileFigure, PROFILES, profileValues } from "../../figures/profile";
import { readAt, tabSeparated } from "../../figures/table";
import { figure as written } from "../../spec/number";
import type { LayerResult, RunResult } from "../../spec/result";
import { facesOf, inWords, smallRun } from "./made";

const THRESHOLDS = { saturatedShare: 0.25, deadShare: 0.5, gradientRatio: 100 };
const profiled = (result: RunResult) => ({
  layers: result.layers,
  replicates: result.replicates ?? null,
  depth: result.layers.length,
});

const sizesIn = (result: RunResult) => (layer: LayerResult) =>
  result.gradientSizes?.[layer.index - 1] ?? null;

let sigmoid: RunResult;
let relu: RunResult;
let zeros: RunResult;
let constant: RunResult;
let small: RunResult;
beforeAll(async () => {
  sigmoid = await smallRun("large-normal-sigmoid", { replicates: 3 });
  relu = await smallRun("he-normal-relu");
  zeros = await smallRun("zeros-relu");
  constant = await smallRun("constant-sigmoid");
  small = await smallRun("small-normal-tanh");
});

describe("a profile", () => {
  it.each(PROFILES.map(({ key }) => key))("of %s is as before", (key) => {
    expect(inWords(profileFigure(key, profiled(sigmoid), THRESHOLDS))).toMatchSnapshot();
    expect(inWords(profileFigure(key, profiled(relu), THRESHOLDS))).toMatchSnapshot();
  });

  it("is null where the figure has no meaning, and says 0 where it is 0", () => {
    expect(profileValues("saturated", relu.layers)).toBeNull();
    expect(profileValues("dead", sigmoid.layers)).toBeNull();
    expect(profileValues("dead", zeros.layers)).toEqual(new Float64Array(5).fill(1));
    expect(lastText("gradient", zeros.layers)).toBe("0");
    expect(profileFigure("gradient", profiled(zeros), THRESHOLDS)!.y.scale).toBe("linear");
  });

  it("is log where values differ by powers of ten, and holds them all", () => {
    const { y, series } = profileFigure("std", profiled(small), THRESHOLDS)!;
    expect(y.scale).toBe("log");
    for (const one of series)
      if (one.kind === "line")
        for (const value of one.values) expect(value >= y.domain[0] && value <= y.domain[1]).toBe(true);
  });

  it("shows its threshold even where all is well", () => {
    const { y, rules } = profileFigure("gradient", profiled(relu), THRESHOLDS)!;
    expect(rules).toHaveLength(1);
    expect(rules[0]!.at).toBeGreaterThan(y.domain[0]);
    expect(rules[0]!.at).toBeLessThan(y.domain[1]);
  });

  it("says where numbers end", () => {
    const overflowed = sigmoid.layers.map((layer, i): LayerResult =>
      i < 3 ? layer : { ...layer, activations: { ...layer.activations, std: i === 3 ? Infinity : NaN } },
    );
    const { rules, y } = profileFigure("std", { ...profiled(sigmoid), layers: overflowed }, THRESHOLDS)!;
    expect(rules).toContainEqual({ axis: "x", at: 4, label: "not finite", style: "mark" });
    expect(y.domain.every(Number.isFinite)).toBe(true);
    expect(lastText("std", overflowed)).toBe("not finite");
    expect(lastText("saturated", [...sigmoid.layers, relu.layers[0]!])).toBe(
      lastText("saturated", sigmoid.layers),
    );
  });

  it("of one layer, of a run's first layers, of a thousand", () => {
    const one = profileFigure(
      "std",
      { layers: sigmoid.layers.slice(0, 1), replicates: null, depth: 1 },
      THRESHOLDS,
    )!;
    expect(one.x.domain).toEqual([0.5, 1.5]);
    const first = profileFigure(
      "std",
      { layers: sigmoid.layers.slice(0, 2), replicates: null, depth: 9 },
      THRESHOLDS,
    )!;
    expect(first.x.domain).toEqual([0.5, 9.5]);
    expect([...first.columns]).toEqual([1, 2]);
    const layers = Array.from({ length: 1000 }, (_, i) => ({ ...sigmoid.layers[i % 5]!, index: i + 1 }));
    const many = profileFigure("std", { layers, replicates: null, depth: 1000 }, THRESHOLDS)!;
    expect(many.series.some((series) => "dots" in series)).toBe(false);
  });
});

describe("rows of layers", () => {
  it.each([
    ["sigmoid", () => sigmoid],
    ["relu", () => relu],
    ["zeros", () => zeros],
    ["constant", () => constant],
    ["small", () => small],
  ])("of %s are as before", (_name, run) => {
    const columns = layerColumns(facesOf(run()), run().layers.length);
    const shown = columns.map((column) => {
      const cell = column.cell(2);
      const { cell: _cell, x, ...words } = column;
      return {
        ...words,
        x: x && x.domain.map((end) => Number(end.toPrecision(3))),
        ...cell,
        figure: inWords(cell.figure),
      };
    });
    expect(shown).toMatchSnapshot();
  });

  it("share their axes down a column", () => {
    for (const column of layerColumns(facesOf(sigmoid), 5))
      for (let i = 0; i < 5; i++) expect(column.cell(i).figure!.x).toBe(column.x);
  });

  it("that differ by powers of ten are shown in units of their own std", () => {
    const [z, h, w] = layerColumns(facesOf(small), 5);
    expect(z!.caption).toContain("in units of its std");
    expect(h!.caption).toContain("in units of its std");
    expect(w!.caption).not.toContain("in units");
    const peaks = [0, 4].map((i) => {
      const bars = z!.cell(i).figure!.series[0]!;
      return bars.kind === "bars" ? Math.max(...bars.values) : 0;
    });
    expect(peaks[1]! / peaks[0]!).toBeGreaterThan(0.5);
    expect(peaks[1]! / peaks[0]!).toBeLessThan(2);
  });

  it("say why there is nothing to draw", () => {
    const lost = facesOf(sigmoid).map(({ layer, ...face }) => ({
      ...face,
      layer: {
        ...layer,
        gradients: null,
        activations: {
          ...layer.activations,
          nonFinite: layer.activations.count,
          min: NaN,
          max: NaN,
          std: NaN,
        },
      },
    }));
    const [, h, , g] = layerColumns(lost, 5);
    expect(h!.cell(0)).toMatchObject({ figure: null, absent: "not finite" });
    expect(h!.x).toBeNull();
    expect(g!.cell(0)).toMatchObject({ figure: null, absent: "not taken" });
    expect(layerColumns(facesOf(zeros), 5)[3]!.cell(0)).toMatchObject({
      figure: null,
      absent: "all exactly 0",
      value: "0",
    });
  });

  it("of no layer are no error", () => {
    for (const column of layerColumns([], 5)) expect(column.x).toBeNull();
  });
});

describe("runs over each other", () => {
  const runs = () => [
    { name: "sigmoid", run: 0, layers: sigmoid.layers, sizes: sizesIn(sigmoid) },
    { name: "small", run: 1, layers: small.layers.slice(0, 3), sizes: sizesIn(small) },
  ];

  it("are as before", () => {
    expect(inWords(profileOverlay("std", runs()))).toMatchSnapshot();
    expect(inWords(overlayRow("activations", runs()).figure(2))).toMatchSnapshot();
    expect(inWords(overlayRow("gradients", runs()).figure(1))).toMatchSnapshot();
  });

  it("come each to its own peak where they differ by powers of ten", () => {
    const row = overlayRow("activations", runs());
    expect(row.caption).toBe("each to its own peak");
    for (const one of row.figure(1)!.series)
      if (one.kind === "bars") expect(Math.max(...one.values)).toBeCloseTo(1);
  });

  it("come each around its mean in its own std where that is asked for, and say of which size they are", () => {
    const one = overlayRow("preactivations", runs());
    expect(one.isApart).toBe(true);
    expect(one.note(1)).toBe("");
    const own = overlayRow("preactivations", runs(), "own");
    expect(own.x).toMatchObject({ label: "(z − mean) / std", domain: [-4, 4] });
    expect(own.caption).toBe("around its mean, in its std");
    const [first, second] = own.figure(3)!.series;
    if (first?.kind !== "bars" || second?.kind !== "bars") throw new Error("histograms are bars");
    // Means and stds of what is drawn are 0 and 1, however small it is.
    for (const { values, at } of [first, second]) {
      const moment = (power: number) =>
        values.reduce((sum, density, i) => {
          const [from, to] = [at![i]!, at![i + 1]!];
          return sum + density * (to - from) * ((from + to) / 2) ** power;
        }, 0);
      expect(moment(0)).toBeCloseTo(1, 6);
      expect(moment(1)).toBeCloseTo(0, 1);
      expect(moment(2)).toBeCloseTo(1, 1);
    }
    const { mean, std } = small.layers[2]!.preactivations;
    expect(second.name).toBe(`small, mean ${written(mean)}, std ${written(std)}`);
    expect(own.note(3)).toBe(`std ${written(std)}–${written(sigmoid.layers[2]!.preactivations.std)}`);
    expect(own.note(4)).toBe(`std ${written(sigmoid.layers[3]!.preactivations.std)}`);
    expect(own.note(9)).toBe("");
  });

  it("that are of one size need no axes of their own; one constant stands at its mean", () => {
    const alike = [{ name: "sigmoid", run: 0, layers: sigmoid.layers, sizes: sizesIn(sigmoid) }];
    expect(overlayRow("weights", alike).isApart).toBe(false);
    const flat = [{ name: "constant", run: 0, layers: constant.layers, sizes: sizesIn(constant) }];
    const [bars] = overlayRow("weights", flat, "own").figure(1)!.series;
    expect(bars).toMatchObject({ kind: "bars", atoms: [{ at: 0, share: 1 }] });
  });

  it("of different depth go on alone; where no run has a layer there is no figure", () => {
    const row = overlayRow("weights", runs());
    expect(row.figure(4)!.series).toHaveLength(1);
    expect(row.figure(9)).toBeNull();
    expect(
      profileOverlay("saturated", [{ name: "relu", run: 0, layers: relu.layers, sizes: sizesIn(relu) }]),
    ).toBeNull();
  });
});

describe("the table behind a figure", () => {
  it("reads the value at a layer", () => {
    const figure = profileFigure("saturated", profiled(sigmoid), THRESHOLDS)!;
    expect(readAt(figure, 2)).toMatch(/^layer 2: measured .+ %, predicted .+ %, 3 draws .+ to .+ %$/);
  });

  it("has every number once, tab by tab", () => {
    const text = tabSeparated(layerColumns(facesOf(relu), 5)[1]!.cell(0).figure!);
    expect(text).toContain("h from\tto\tdensity");
    expect(text).toContain("single values");
    const figure = profileFigure("gradient", profiled(sigmoid), THRESHOLDS)!;
    const lines = tabSeparated(figure).split("\n");
    expect(lines[1]).toBe("layer\t3 draws, low\t3 draws, high\tpredicted\tmeasured");
    expect(lines[2]!.split("\t")[4]).toBe(String(sigmoid.layers[0]!.gradients!.preactivations.rms));
  });
});
