// Figures as SVG: axes, ticks, bars and dots land where the data says, read back from the picture itself; bytes are the
// same every time; whatever a figure holds, a picture comes out.
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Axis, Figure, Paint, Series } from "../../../core-as/figures/figure";
import { layerColumns } from "../../../core-as/figures/layerColumns";
import { overlayRow, profileOverlay } from "../../../core-as/figures/overlays";
import { profileFigure, PROFILES } from "../../../core-as/figures/profile";
import type { RunResult } from "../../../core-as/spec/result";
import { facesOf, smallRun } from "../../../core-as/test/figures/made";
import { figureSvg, type SvgOptions } from "../../report/svg/figureSvg";
import { standaloneSvg } from "../../report/svg/standalone";
import { allTags, cornersOf, marksOf, placeOf, readXml, scaleOf, type Tag, textOf } from "./drawn";
import { trained } from "./trained";

const PRESETS = [
  "large-normal-sigmoid",
  "he-normal-relu",
  "zeros-relu",
  "constant-sigmoid",
  "small-normal-tanh",
  "selu-lecun",
];
const THRESHOLDS = { saturatedShare: 0.25, deadShare: 0.5, gradientRatio: 100 };
const PIXELS = 0.5;

const runs = new Map<string, RunResult>();
beforeAll(async () => {
  for (const preset of PRESETS) runs.set(preset, await smallRun(preset, { replicates: 3 }));
});

function profilesOf({ layers, replicates }: RunResult): readonly Figure[] {
  const profiled = { layers, replicates: replicates ?? null, depth: layers.length };
  return PROFILES.flatMap(({ key }) => profileFigure(key, profiled, THRESHOLDS) ?? []);
}

function histogramsOf(result: RunResult): readonly Figure[] {
  const columns = layerColumns(facesOf(result), result.layers.length);
  return columns.flatMap(({ cell }) => result.layers.flatMap((_, i) => cell(i).figure ?? []));
}

const overlaid = () =>
  ["large-normal-sigmoid", "he-normal-relu", "small-normal-tanh"].map((name, run) => ({
    name,
    run: 3 * run,
    layers: runs.get(name)!.layers,
    sizes: () => null,
  }));

const options = (more: Partial<SvgOptions> = {}): SvgOptions => ({
  width: 720,
  height: 400,
  colours: "light",
  id: "figure-1",
  alternative: "words",
  ...more,
});
const drawn = (figure: Figure, more: Partial<SvgOptions> = {}): Tag =>
  readXml(figureSvg(figure, options(more)));

const inside = ({ domain: [low, high] }: Axis, value: number): boolean => value >= low && value <= high;

/** Every mark of a figure is where the ticks of its own picture say. */
function expectLanded(figure: Figure): void {
  const svg = drawn(figure);
  const x = scaleOf(svg, "x", figure.x.scale);
  const y = scaleOf(svg, "y", figure.y.scale);
  const seen = { bars: 0, dots: 0, rims: 0, lines: { measured: 0, predicted: 0, curve: 0 }, atoms: 0 };
  const near = (found: number | undefined, wanted: number, what: string) =>
    expect(Math.abs((found ?? NaN) - wanted), `${what} of ${figure.name}`).toBeLessThanOrEqual(PIXELS);
  for (const one of figure.series) {
    if (one.kind === "band") continue;
    const at = one.at ?? figure.columns;
    if (one.kind === "bars") {
      const own = Array.from(one.values, (value, i) => ({ value, from: at[i]!, to: at[i + 1]! }));
      const shown = own.filter(({ from, to }) => inside(figure.x, from) && inside(figure.x, to));
      if (own.some(({ from, to }) => to >= figure.x.domain[0] && from <= figure.x.domain[1])) {
        const [path] = cornersOf(marksOf(svg, "bars")[seen.bars++]!);
        near(path![0]!.y, y(0), "first corner");
        near(path!.at(-1)!.y, y(0), "last corner");
        for (const [i, { from, to, value }] of shown.entries()) {
          const isWide = x(to) - x(from) > 2 * PIXELS;
          if (isWide) near(levelAt(path!, (x(from) + x(to)) / 2), y(value), `bar from ${from}`);
          const next = shown[i + 1];
          if (next && Math.abs(y(next.value) - y(value)) > 1)
            near(
              nearestOf(
                path!.map((corner) => corner.x),
                x(to),
              ),
              x(to),
              `edge at ${to}`,
            );
        }
      }
      for (const atom of one.atoms.filter((atom) => inside(figure.x, atom.at))) {
        const { x1, y1, y2 } = marksOf(svg, "atoms")[seen.atoms++]!.attributes;
        near(Number(x1), x(atom.at), "atom");
        near(Number(y1), y(0), "atom's foot");
        near(Number(y2), Math.min(y(0) - 2, y(Math.min(atom.height, figure.y.domain[1]))), "atom's top");
      }
      continue;
    }
    const points = Array.from(one.values, (value, i) => ({ value, x: at[i]! })).filter(
      (point) => !Number.isNaN(point.value) && (figure.y.scale === "linear" || point.value > 0),
    );
    if (points.length > 0 && one.scale !== "right") {
      const corners = cornersOf(marksOf(svg, one.style)[seen.lines[one.style]++]!).flat();
      for (const point of points) {
        if (!inside(figure.x, point.x) || !inside(figure.y, point.value)) continue;
        const found = corners.some(
          (corner) => Math.hypot(corner.x - x(point.x), corner.y - y(point.value)) <= PIXELS,
        );
        const isOnWay = !found && isOnLine(corners, x(point.x), y(point.value));
        expect(found || isOnWay, `${one.name} at ${point.x} of ${figure.name}`).toBe(true);
      }
    } else if (points.length > 0) seen.lines[one.style]++;
    for (const [i, dot] of (one.dots ?? []).entries()) {
      const value = one.values[i]!;
      if (!dot || !inside(figure.y, value)) continue;
      if (typeof dot !== "string" && "run" in dot) {
        seen.rims++;
        continue;
      }
      const { cx, cy } = marksOf(svg, "dots")[seen.dots++]!.attributes;
      near(Number(cx), x(at[i]!), "dot");
      near(Number(cy), y(value), "dot");
    }
  }
  expect(marksOf(svg, "bars")).toHaveLength(seen.bars);
  expect(marksOf(svg, "dots")).toHaveLength(seen.dots);
  for (const { axis, at, label, style } of figure.rules) {
    if (!inside(figure[axis], at)) continue;
    const where = marksOf(svg, style).map(({ attributes }) => Number(attributes[`${axis}1`]));
    const wanted = axis === "x" ? x(at) : y(at);
    expect(Math.min(...where.map((place) => Math.abs(place - wanted)))).toBeLessThanOrEqual(PIXELS);
    if (label) expect(allTags(svg).map(textOf)).toContain(label);
  }
}

const nearestOf = (all: readonly number[], wanted: number): number =>
  all.reduce((best, one) => (Math.abs(one - wanted) < Math.abs(best - wanted) ? one : best), Infinity);

/** Of a path of steps. */
function levelAt(path: readonly { readonly x: number; readonly y: number }[], x: number): number | undefined {
  const i = path.findIndex((corner, k) => k > 0 && path[k - 1]!.x <= x && corner.x > x);
  return path[i]?.y;
}

/** Points in between are not written where a line goes on straight. */
function isOnLine(
  corners: readonly { readonly x: number; readonly y: number }[],
  x: number,
  y: number,
): boolean {
  return corners.some((to, i) => {
    const from = corners[i - 1];
    if (!from || x < Math.min(from.x, to.x) - PIXELS || x > Math.max(from.x, to.x) + PIXELS) return false;
    const share = to.x === from.x ? 0 : (x - from.x) / (to.x - from.x);
    const level = from.y + share * (to.y - from.y);
    return Math.abs(level - y) <= PIXELS || (to.x === from.x && (y - from.y) * (y - to.y) <= 0);
  });
}

describe("marks land where the data says", () => {
  it.each(PRESETS)("profiles of %s", (preset) => {
    const figures = profilesOf(runs.get(preset)!);
    expect(figures.length).toBeGreaterThan(3);
    for (const figure of figures) expectLanded(figure);
  });

  it.each(PRESETS)("histograms of %s", (preset) => {
    for (const figure of histogramsOf(runs.get(preset)!)) expectLanded(figure);
  });

  it("overlays", () => {
    for (const { key } of PROFILES) expectLanded(profileOverlay(key, overlaid())!);
    for (const key of ["preactivations", "activations", "weights", "gradients"] as const)
      expectLanded(overlayRow(key, overlaid()).figure(3)!);
  });

  it("trainings", () => {
    const figures = trained();
    expect(figures.length).toBeGreaterThan(6);
    for (const figure of figures) expectLanded(figure);
  });

  it("a reader that is wrong by a pixel is noticed", () => {
    const [figure] = profilesOf(runs.get("he-normal-relu")!);
    const svg = drawn(figure!);
    const y = scaleOf(svg, "y", figure!.y.scale);
    const line = figure!.series.find((one) => one.name === "measured") as Extract<Series, { kind: "line" }>;
    const dots = marksOf(svg, "dots").map(({ attributes }) => Number(attributes["cy"]));
    expect(Math.abs(dots[0]! - y(line.values[0]!))).toBeLessThan(PIXELS);
    expect(Math.abs(dots[0]! + 1 - y(line.values[0]!))).toBeGreaterThan(PIXELS);
  });

  it("a small multiple has the same bars, and ticks below them", () => {
    const [figure] = histogramsOf(runs.get("he-normal-relu")!);
    const svg = drawn(figure!, { width: 172, height: 72, isCompact: true });
    const x = scaleOf(svg, "x", "linear");
    const [bars] = figure!.series as [Extract<Series, { kind: "bars" }>];
    const [path] = cornersOf(marksOf(svg, "bars")[0]!);
    expect(Math.abs(path![0]!.x - x(Math.max(figure!.x.domain[0], bars.at![0]!)))).toBeLessThan(1);
    expect(marksOf(svg, "y-ticks")).toHaveLength(0);
    expect(marksOf(svg, "end")).toHaveLength(0);
    expect(marksOf(drawn(figure!, { width: 172, height: 40, isCompact: true }), "x-ticks")).toHaveLength(0);
  });
});

describe("bytes", () => {
  it.each(PRESETS)("of %s are as before", async (preset) => {
    const result = runs.get(preset)!;
    const source = `${preset}, seed 1`;
    const [profile] = profilesOf(result);
    const histograms = histogramsOf(result);
    const columns = ["preactivations", "activations", "weights", "gradients"];
    const column = columns[PRESETS.indexOf(preset) % columns.length]!;
    const histogram = histograms.find(({ name }) => name === `layer-3-${column}`) ?? histograms[0]!;
    await expect(
      standaloneSvg(profile!, { width: 720, height: 320, theme: "light", source }),
    ).toMatchFileSnapshot(`golden/${preset}-profile.svg`);
    await expect(
      standaloneSvg(histogram, { width: 480, height: 300, theme: "dark", source }),
    ).toMatchFileSnapshot(`golden/${preset}-${column}.svg`);
  });

  it("of a small multiple in a page are as before, and few", async () => {
    const figure = histogramsOf(runs.get("he-normal-relu")!)[0]!;
    const compact = { width: 172, height: 72, isCompact: true, colours: "variables" as const };
    const text = figureSvg(figure, options(compact));
    await expect(text + "\n").toMatchFileSnapshot("golden/small-multiple.svg");
    expect(text.length).toBeLessThan(3000);
  });

  it("do not depend on what was drawn before, and only names on the id", () => {
    const [first, second] = profilesOf(runs.get("large-normal-sigmoid")!);
    const before = figureSvg(first!, options());
    figureSvg(second!, options());
    expect(figureSvg(first!, options())).toBe(before);
    const renamed = figureSvg(first!, options({ id: "figure-22" }));
    expect(renamed.replaceAll("figure-22", "figure-1")).toBe(before);
  });

  it("hold nothing that a page forbids, and no two ids", () => {
    const all = [...runs.values()].flatMap((result) => [...profilesOf(result), ...histogramsOf(result)]);
    for (const figure of all) {
      const text = figureSvg(
        figure,
        options({ colours: "variables", legend: true, title: "t", source: "s" }),
      );
      expect(text).not.toMatch(/<style|style=|<script|href|plot-clip|NaN|Infinity|undefined/);
      for (const [, found] of text.matchAll(/(?:fill|stroke)="([^"]*)"/g))
        expect(found).toMatch(/^(none|var\(--[a-z0-9-]+\))$/);
      const ids = [...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.every((id) => id!.startsWith("figure-1"))).toBe(true);
    }
  });
});

describe("what stands round a plot", () => {
  it("a figure alone has title, caption, key, source and words for those who do not see it", () => {
    const figure = profilesOf(runs.get("large-normal-sigmoid")!)[0]!;
    const svg = readXml(standaloneSvg(figure, { width: 720, height: 320, theme: "dark", source: "seed 7" }));
    const said = (name: string) => marksOf(svg, name).map(textOf);
    expect(said("title")).toEqual(["Activation std"]);
    expect(said("caption")).toEqual(["over samples and units"]);
    expect(said("key")).toEqual(["3 draws", "predicted", "measured"]);
    expect(said("source")).toEqual(["seed 7"]);
    expect(svg.attributes).toMatchObject({ role: "img", viewBox: "0 0 720 320" });
    const named = (name: string) => allTags(svg).find((tag) => tag.name === name)!;
    expect(svg.attributes["aria-labelledby"]).toBe(named("title").attributes["id"]);
    expect(textOf(named("title"))).toBe("Activation std");
    expect(named("rect").attributes["fill"]).toBe("#181c22");
  });

  it("runs are told apart by colour and marker, in the key and at the lines", () => {
    const svg = drawn(profileOverlay("std", overlaid())!, { legend: true });
    const texts = marksOf(svg, "key").map(textOf);
    expect(texts).toEqual(["large-normal-sigmoid", "he-normal-relu", "small-normal-tanh", "predicted"]);
    const shapes = marksOf(svg, "markers").map(({ name }) => name);
    // Runs 0, 3 and 6: a circle, a diamond, a hollow triangle; in the plot, at the lines' ends and in the key.
    expect(new Set(shapes)).toEqual(new Set(["circle", "path"]));
    expect(marksOf(svg, "end").map((tag) => textOf(tag).split(" ")[0])).toHaveLength(3);
  });

  it("labels at lines' ends keep apart, in order", () => {
    const figure = profileOverlay("std", eightAlike())!;
    const places = marksOf(drawn(figure), "end").map((tag) => placeOf(tag).y);
    expect(places).toHaveLength(8);
    for (let i = 1; i < places.length; i++) expect(places[i]! - places[i - 1]!).toBeGreaterThanOrEqual(14);
  });

  it("mass beyond an end is an arrow and a share", () => {
    const beyond = [
      { side: "left", share: 0.118 },
      { side: "right", share: 0.02 },
    ] as const;
    const figure = { ...histogramsOf(runs.get("he-normal-relu")!)[0]!, beyond };
    for (const more of [{}, { isCompact: true, width: 172, height: 60 }]) {
      const svg = drawn(figure, more);
      expect(marksOf(svg, "share").map(textOf)).toEqual(["◂\u00a011.8 %", "2.00 %\u00a0▸"]);
      expect(marksOf(svg, "beyond")).toHaveLength(2);
    }
  });
});

function eightAlike() {
  const [one] = overlaid();
  return Array.from({ length: 8 }, (_, run) => ({ ...one!, name: `run ${run}`, run }));
}

const HOSTILE = [
  `<script>alert(1)</script>"'&amp;</text></svg>`,
  "]]><!--",
  "\u202Eevil\u0000\u0007\n\tname \ud800",
  "=HYPERLINK(1)",
  "x".repeat(10_000),
  "😀".repeat(500),
  "$\\href{javascript:1}{x}$",
  "",
];

const LENGTHS = new Set("d x y x1 x2 y1 y2 cx cy r width height transform viewBox".split(" "));

/** Whatever a figure may hold. */
function anyFigure(): fc.Arbitrary<Figure> {
  const value = fc.oneof(
    fc.double({ noDefaultInfinity: true }),
    fc.double({ min: -2, max: 2 }),
    fc.constantFrom(NaN, Infinity, -Infinity, 0, 1e-45, 3e38),
  );
  const words = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "binary", maxLength: 30 }));
  const paint: fc.Arbitrary<Paint> = fc.oneof(
    fc.constantFrom("ink" as const, "ink2" as const, "ink3" as const),
    fc.record({ layer: fc.double({ min: 0, max: 1, noNaN: true }) }),
    fc.record({ run: fc.integer({ min: 0, max: 7 }) }),
  );
  const domain = fc
    .tuple(fc.constantFrom(-1e300, -3, 0, 1e-45, 1e-8, 0.5), fc.constantFrom(1e-7, 1, 4, 1e5, 1e38, 1e300))
    .filter(([low, high]) => low < high);
  const axis: fc.Arbitrary<Axis> = fc
    .record({
      label: words,
      unit: fc.constantFrom("" as const, "share" as const, "count" as const, "nats" as const),
      scale: fc.constantFrom("linear" as const, "log" as const),
      domain,
    })
    .map((axis) => (axis.domain[0] > 0 ? axis : { ...axis, scale: "linear" as const }));
  const column = (length: number) =>
    fc
      .array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -10, max: 1000 }), {
        minLength: length,
        maxLength: length,
      })
      .map((values) => Float64Array.from(values).sort());
  const values = (length: number) =>
    fc.array(value, { minLength: length, maxLength: length }).map((found) => Float64Array.from(found));
  return fc.integer({ min: 0, max: 12 }).chain((length) => {
    const line = fc.record(
      {
        kind: fc.constant("line" as const),
        name: words,
        paint,
        endLabel: words,
        scale: fc.constant("right" as const),
        values: values(length),
        style: fc.constantFrom("measured" as const, "predicted" as const, "curve" as const),
        dots: fc.array(fc.oneof(fc.constant(null), paint), { minLength: length, maxLength: length }),
      },
      { requiredKeys: ["kind", "name", "paint", "values", "style"] },
    );
    const band = fc.record({
      kind: fc.constant("band" as const),
      name: words,
      paint,
      low: values(length),
      high: values(length),
    });
    const bars = fc.record({
      kind: fc.constant("bars" as const),
      name: words,
      paint,
      values: values(Math.max(0, length - 1)),
      atoms: fc.array(
        fc.record({
          at: fc.double({ min: -3, max: 3, noNaN: true }),
          share: fc.constant(0.5),
          height: value,
        }),
        { maxLength: 3 },
      ),
    });
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
    return fc.record(
      {
        name: fc.constant("any"),
        title: words,
        caption: words,
        x: axis,
        y: axis,
        right: axis,
        columns: column(length),
        series: fc.array(fc.oneof(line, band, bars), { maxLength: 5 }),
        rules: fc.array(
          fc.record({
            axis: fc.constantFrom("x" as const, "y" as const),
            at: finite,
            label: words,
            style: fc.constantFrom("threshold" as const, "mark" as const),
          }),
          { maxLength: 3 },
        ),
        zones: fc.array(fc.record({ from: finite, to: finite, label: words }), { maxLength: 2 }),
        beyond: fc.array(
          fc.record({
            side: fc.constantFrom("left" as const, "right" as const),
            share: fc.double({ min: 0, max: 1, noNaN: true }),
          }),
          { maxLength: 2 },
        ),
      },
      {
        requiredKeys: ["name", "title", "caption", "x", "y", "columns", "series", "rules", "zones", "beyond"],
      },
    );
  });
}

describe("whatever a figure holds", () => {
  it("a well-formed picture comes out, with finite numbers", () => {
    fc.assert(
      fc.property(
        anyFigure(),
        fc.constantFrom([160, 160], [160, 4000], [4000, 160], [720, 300], [4000, 4000]),
        fc.boolean(),
        (figure, [width, height], isCompact) => {
          const alone = standaloneSvg(figure, {
            width: width,
            height: height,
            theme: "dark",
            source: figure.title,
          });
          const inPage = figureSvg(
            figure,
            options({ width: width, height: height, isCompact, colours: "variables" }),
          );
          for (const text of [alone, inPage]) {
            const svg = readXml(text);
            for (const { attributes, name } of allTags(svg)) {
              expect(["script", "style", "a", "image", "foreignObject"]).not.toContain(name);
              for (const [key, found] of Object.entries(attributes))
                expect(found, key).not.toMatch(
                  LENGTHS.has(key) ? /NaN|Infinity|undefined|null|\de(?!m)/ : /NaN|undefined|null/,
                );
            }
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it.each(HOSTILE.map((name) => [name.slice(0, 30), name]))("a name is a text: %j", (_start, name) => {
    const figure = profileOverlay("std", [{ ...overlaid()[0]!, name }])!;
    const svg = readXml(
      standaloneSvg({ ...figure, title: name }, { width: 720, height: 300, theme: "light", source: name }),
    );
    expect(allTags(svg).every((tag) => tag.name !== "script")).toBe(true);
    const [end] = marksOf(svg, "end").map(textOf);
    // However long the name is, the value is there.
    expect(end).toMatch(/0\.\d+$/);
    expect(end!.length).toBeLessThan(80);
  });

  it("gaps stay gaps; a series without a value draws nothing", () => {
    const [figure] = profilesOf(runs.get("he-normal-relu")!);
    const line = figure!.series.find((one) => one.name === "measured") as Extract<Series, { kind: "line" }>;
    const gap = { ...figure!, series: [{ ...line, values: line.values.map((v, i) => (i === 2 ? NaN : v)) }] };
    const svg = drawn(gap);
    expect(cornersOf(marksOf(svg, "measured")[0]!).map((stretch) => stretch.length)).toEqual([2, 2]);
    expect(marksOf(svg, "dots")).toHaveLength(4);
    const none = drawn({ ...figure!, series: [{ ...line, values: line.values.map(() => NaN) }] });
    expect(marksOf(none, "measured")).toHaveLength(0);
    expect(marksOf(drawn({ ...figure!, series: [], rules: [] }), "x-ticks").length).toBeGreaterThan(2);
  });

  it("one layer, and a hundred", () => {
    const { layers } = runs.get("he-normal-relu")!;
    const one = profileFigure("std", { layers: layers.slice(0, 1), replicates: null, depth: 1 }, THRESHOLDS)!;
    expect(marksOf(drawn(one), "dots")).toHaveLength(1);
    expect(marksOf(drawn(one), "x-ticks").map(textOf)).toEqual(["1"]);
    const deep = Array.from({ length: 100 }, (_, i) => ({ ...layers[i % 5]!, index: i + 1 }));
    const hundred = profileFigure("std", { layers: deep, replicates: null, depth: 100 }, THRESHOLDS)!;
    expectLanded(hundred);
  });

  it("zero on a log axis breaks the line, and is said at the foot", () => {
    const [figure] = profilesOf(runs.get("small-normal-tanh")!);
    expect(figure!.y.scale).toBe("log");
    const line = figure!.series.find((one) => one.name === "measured") as Extract<Series, { kind: "line" }>;
    const series = [
      { ...line, values: line.values.map((v, i) => (i === 4 ? 0 : v)), endLabel: "0 measured" },
    ];
    const svg = drawn({ ...figure!, series, rules: [] });
    expect(cornersOf(marksOf(svg, "measured")[0]!).flat()).toHaveLength(4);
    const [end] = marksOf(svg, "end");
    expect(textOf(end!)).toBe("0 measured");
    expect(placeOf(end!).y).toBeGreaterThan(350);
  });
});
