// A figure as text and back: nothing is lost, and no text, however damaged, gives anything but a figure or an error
// that says where.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Figure } from "../../figures/figure";
import { FIGURE_LIMITS, figureText, readFigureText } from "../../figures/figureText";
import { layerColumns } from "../../figures/layerColumns";
import { profileOverlay } from "../../figures/overlays";
import { profileFigure, PROFILES } from "../../figures/profile";
import { SpecError } from "../../spec/errors";
import { facesOf, smallRun } from "./made";

const SMALL: Figure = {
  name: "small",
  title: "A <b>title</b>",
  caption: "",
  x: { label: "layer", unit: "", scale: "linear", domain: [0.5, 3.5], whole: true },
  y: { label: "std", unit: "share", scale: "log", domain: [1e-45, 3e38] },
  right: { label: "φ", unit: "", scale: "linear", domain: [-1, 1] },
  columns: Float64Array.of(1, 2, 3),
  series: [
    {
      kind: "band",
      name: "draws",
      paint: "ink",
      low: Float64Array.of(NaN, 1, 2),
      high: Float64Array.of(1, 2, Infinity),
    },
    {
      kind: "line",
      name: "measured",
      paint: { run: 7 },
      endLabel: "1.5 measured",
      scale: "right",
      values: Float64Array.of(1.5, NaN, -Infinity),
      style: "measured",
      dots: [{ layer: 0.3 }, null, "ink2"],
    },
    {
      kind: "bars",
      name: "weights",
      paint: { layer: 1 },
      values: Float64Array.of(0.1),
      at: Float64Array.of(-1, 1),
      atoms: [{ at: 0, share: 0.5, height: 12 }],
    },
  ],
  rules: [{ axis: "y", at: 1, label: "limit", style: "threshold" }],
  zones: [{ from: -1, to: 1, label: "straight" }],
  beyond: [{ side: "left", share: 0.01 }],
};

type Fields = Record<string, unknown>;
const damaged = (change: (fields: Fields & { series: Fields[] }) => void): string => {
  const fields = JSON.parse(figureText(SMALL)) as Fields & { series: Fields[] };
  change(fields);
  return JSON.stringify(fields);
};

function problemOf(text: string): SpecError {
  try {
    readFigureText(text);
  } catch (error) {
    expect(error).toBeInstanceOf(SpecError);
    return error as SpecError;
  }
  throw new Error("was read");
}

describe("a figure as text", () => {
  it("comes back whole", () => {
    expect(readFigureText(figureText(SMALL))).toEqual(SMALL);
  });

  it("comes back whole for all that the lab draws of a run", async () => {
    const result = await smallRun("he-normal-relu", { replicates: 2 });
    const { layers, replicates } = result;
    const figures = [
      ...PROFILES.map(({ key }) =>
        profileFigure(
          key,
          { layers, replicates: replicates ?? null, depth: layers.length },
          { saturatedShare: 0.25, deadShare: 0.5, gradientRatio: 100 },
        ),
      ),
      ...layerColumns(facesOf(result), layers.length).map(({ cell }) => cell(0).figure),
      profileOverlay("std", [{ name: "a", run: 3, layers, sizes: () => null }]),
    ].filter((figure) => figure !== null);
    expect(figures.length).toBeGreaterThan(8);
    for (const figure of figures) expect(readFigureText(figureText(figure))).toEqual(figure);
  });

  it("keeps every number", () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { minLength: 3, maxLength: 3 }), (numbers) => {
        // JSON has no −0.
        const values = Float64Array.from(numbers, (value) => value + 0);
        const figure: Figure = {
          ...SMALL,
          series: [{ kind: "line", name: "", paint: "ink", values, style: "curve" }],
        };
        const [line] = readFigureText(figureText(figure)).series;
        expect(line).toEqual(figure.series[0]);
      }),
    );
  });
});

describe("a damaged text is refused, with its place", () => {
  it.each<[string, (fields: Fields & { series: Fields[] }) => void]>([
    ["figure.name", (f) => (f["name"] = "../x")],
    ["figure.title", (f) => (f["title"] = 3)],
    ["figure.caption", (f) => (f["caption"] = "x".repeat(FIGURE_LIMITS.words + 1))],
    ["figure.x.domain", (f) => ((f["x"] as Fields)["domain"] = [2, 1])],
    ["figure.x.domain", (f) => ((f["x"] as Fields)["domain"] = [-1e308, 1e308])],
    ["figure.x.domain[1]", (f) => ((f["x"] as Fields)["domain"] = [0, "Infinity"])],
    ["figure.y.domain", (f) => ((f["y"] as Fields)["domain"] = [0, 1])],
    ["figure.y.scale", (f) => ((f["y"] as Fields)["scale"] = "root")],
    ["figure.y.unit", (f) => ((f["y"] as Fields)["unit"] = "m")],
    ["figure.right", (f) => (f["right"] = null)],
    ["figure.columns[1]", (f) => (f["columns"] = [1, 0, 2])],
    ["figure.columns[0]", (f) => (f["columns"] = ["NaN", 0, 2])],
    ["figure.columns", (f) => (f["columns"] = { length: 1e9 })],
    ["figure.columns", (f) => (f["columns"] = Array.from({ length: FIGURE_LIMITS.numbers + 1 }, () => 0))],
    [
      "figure.series",
      (f) => (f["series"] = Array.from({ length: FIGURE_LIMITS.series + 1 }, () => f.series[0]!)),
    ],
    ["figure.series[0].low", (f) => (f.series[0]!["low"] = [1])],
    ["figure.series[1].values[0]", (f) => (f.series[1]!["values"] = [null, 1, 2])],
    ["figure.series[1].values[0]", (f) => (f.series[1]!["values"] = ["toString", 1, 2])],
    ["figure.series[1].dots", (f) => (f.series[1]!["dots"] = [null])],
    ["figure.series[1].paint.run", (f) => (f.series[1]!["paint"] = { run: 8 })],
    ["figure.series[1].paint.run", (f) => (f.series[1]!["paint"] = { run: 0.5 })],
    ["figure.series[1].paint", (f) => (f.series[1]!["paint"] = "red")],
    ["figure.series[1].scale", (f) => (f.series[1]!["scale"] = "left")],
    ["figure.series[2].values", (f) => (f.series[2]!["values"] = [1, 2])],
    ["figure.series[2].atoms[0].height", (f) => (f.series[2]!["atoms"] = [{ at: 0, share: 1, height: "x" }])],
    ["figure.series[2].kind", (f) => (f.series[2]!["kind"] = "pie")],
    ["figure.rules[0].at", (f) => (f["rules"] = [{ axis: "x", at: null, label: "", style: "mark" }])],
    ["figure.zones[0]", (f) => (f["zones"] = [[]])],
    ["figure.beyond", (f) => (f["beyond"] = Array.from({ length: 3 }, () => ({ side: "left", share: 0 })))],
  ])("%s", (path, change) => {
    const { path: found, message } = problemOf(damaged(change));
    expect(found).toBe(path);
    expect(message.length).toBeGreaterThan(5);
    expect(message.length).toBeLessThan(200);
  });

  it("counts the numbers of all series together", () => {
    const many = new Array(3).fill(0).map((_, i) => ({
      kind: "line",
      name: String(i),
      paint: "ink",
      style: "curve",
      at: new Array(20_000).fill(0),
      values: new Array(20_000).fill(1),
    }));
    expect(problemOf(damaged((f) => (f["series"] = many))).path).toBe("figure.series[2].at");
  });

  it("is no JSON", () => {
    for (const text of ["", "{", "figure", figureText(SMALL).slice(0, -1)])
      expect(problemOf(text).path).toBe("figure");
    for (const text of ["null", "[]", "3", '"x"', "{}"]) expect(problemOf(text).path).toMatch(/^figure/);
  });

  it("whatever was changed: a figure or an error with a place, and nothing else", () => {
    const text = figureText(SMALL);
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(6), fc.string({ maxLength: 4 }), (at, cut, put) => {
        const changed = text.slice(0, at) + put + text.slice(at + cut);
        try {
          const figure = readFigureText(changed);
          expect(readFigureText(figureText(figure))).toEqual(figure);
        } catch (error) {
          expect(error).toBeInstanceOf(SpecError);
          expect((error as SpecError).path).toMatch(/^figure/);
        }
      }),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(problemOf(json).path).toMatch(/^figure/);
      }),
    );
  });
});
