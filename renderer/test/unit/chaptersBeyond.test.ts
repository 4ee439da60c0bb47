// Learn's chapters beyond the notes: each is measured with the real core, on several seeds. What is revealed and judged
// must not hang on the draw, every figure in the text must have its measurement, and every formula must be set.
import katex from "katex";
import { afterAll, describe, expect, it } from "vitest";
import { parseExperiment } from "../../../core-as/spec/parse";
import type { RunResult } from "../../../core-as/spec/result";
import type { WrittenExperiment } from "../../../core-as/spec/written";
import { openHost } from "../../../core-as/test/runtime/host";
import type { Chapter, Control, Needs, Prose, Values } from "../../src/lab/learn/chapter";
import { collapse } from "../../src/lab/learn/chapters/collapse";
import { dyingRelu } from "../../src/lab/learn/chapters/dyingRelu";
import { edgeOfChaos } from "../../src/lab/learn/chapters/edgeOfChaos";
import { orthogonal } from "../../src/lab/learn/chapters/orthogonal";
import { frameworks } from "../../src/lab/learn/chapters/frameworks";
import { gains } from "../../src/lab/learn/chapters/gains";
import { filledLatex, fillNames } from "../../src/lab/learn/prose";
import { Measuring } from "./learnEvidence";
import { toldFirst } from "./learnToldFirst";

const CHAPTERS: readonly Chapter[] = [collapse, edgeOfChaos, orthogonal, dyingRelu, frameworks, gains];
/** Added to the seeds that the chapters have. */
const SHIFTS = [0, 1000, 2000];
const PATIENCE_MILLIS = 300_000;

const host = openHost("fast");
const measuring = new Measuring(host);
afterAll(() => host.pool.close());

const initial = ({ trial }: Chapter): Values =>
  Object.fromEntries(trial.controls.map(({ id, initial: value }) => [id, value]));

/** Both ends of each control with the others as they begin; every choice. */
function corners(chapter: Chapter): Values[] {
  const begin = initial(chapter);
  const ends = (control: Control) =>
    control.kind === "choice" ? control.options.map((_, i) => i) : [control.bounds.min, control.bounds.max];
  return [
    begin,
    ...chapter.trial.controls.flatMap((control) =>
      ends(control).map((value) => ({ ...begin, [control.id]: value })),
    ),
  ];
}

function prosesOf({ text, question, statements }: Chapter): Prose[] {
  return [
    ...text.flatMap((block) =>
      block.kind === "paragraph" ? [block.prose] : block.kind === "correction" ? [block.precisely] : [],
    ),
    question.ask,
    ...question.choices,
    ...statements.map(({ claim }) => claim),
  ];
}

const FORMULA = /\$([^$]*)\$/g;

/** Throws where it cannot be set, or only loosely. */
function setFormula(latex: string): void {
  katex.renderToString(latex, { throwOnError: true, strict: "error" });
}

function setProse(prose: Prose): void {
  expect(prose.split("$").length % 2, prose).toBe(1);
  for (const [, latex] of prose.matchAll(FORMULA)) setFormula(latex!);
  const plain = prose.replaceAll(FORMULA, "");
  expect(plain.split("*").length % 2, prose).toBe(1);
  expect(plain, prose).not.toMatch(/NaN|undefined|null|\\/);
}

const namesIn = ({ text }: Chapter): readonly string[] =>
  text.flatMap((block) => {
    if (block.kind === "formula")
      return [...block.latex.matchAll(/\\fill\{(\w+)\}/g)].map(([, name]) => name!);
    return fillNames(block.kind === "paragraph" ? block.prose : block.precisely);
  });

const allNeeds = ({ fill, question, statements }: Chapter): Needs[] => [
  fill.needs,
  question.needs,
  ...statements.map(({ needs }) => needs),
];

/** What is drawn live. */
function holdsLimits(written: WrittenExperiment): void {
  const spec = parseExperiment(written);
  expect(spec.network.layers.length).toBeLessThanOrEqual(12);
  for (const layer of spec.network.layers) expect(layer.units).toBeLessThanOrEqual(512);
  expect(spec.data.samples).toBeLessThanOrEqual(1000);
  expect(spec.replicates).toBe(1);
}

/** Multiplications of a forward pass; a place of a sweep takes about half a second of them at the most. */
function work(written: WrittenExperiment): number {
  const { network, data, replicates } = parseExperiment(written);
  const perSample = network.layers.reduce((sum, layer) => sum + layer.units ** 2, 0);
  return perSample * (data.samples ?? Infinity) * replicates;
}

describe("the chapters beyond the notes", () => {
  it("have statements whose ids are their own", () => {
    const ids = CHAPTERS.flatMap(({ statements }) => statements.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z-]+$/);
  });
});

describe.each(CHAPTERS.map((chapter) => [chapter.id, chapter] as const))("%s", (_id, chapter) => {
  it("is a chapter as the screen expects it", () => {
    expect(chapter.part).toBe("beyond");
    expect(chapter.short.length).toBeLessThanOrEqual(26);
    expect(chapter.claims).toBeNull();
    expect(chapter.statements.length).toBeGreaterThanOrEqual(2);
    expect(chapter.setting).not.toMatch(/[$*\\]/);
    expect(chapter.sources.length).toBeGreaterThan(0);
    expect(chapter.question.choices.length).toBeGreaterThanOrEqual(2);
    expect(chapter.question.choices.length).toBeLessThanOrEqual(5);
    for (const prose of prosesOf(chapter)) setProse(prose);
  });

  it("has a measured figure for every name in its text, and a use for every figure", async () => {
    const texts = chapter.fill.texts(await measuring.evidence(chapter.fill.needs));
    expect(Object.keys(texts).sort()).toEqual([...new Set(namesIn(chapter))].sort());
    for (const [name, text] of Object.entries(texts)) expect(text, name).not.toMatch(/NaN|undefined|^$|∞/);
    for (const block of chapter.text)
      if (block.kind === "formula") setFormula(filledLatex(block.latex, texts));
  });

  it("does not tell the answer before it asks", { timeout: PATIENCE_MILLIS }, async () => {
    const texts = chapter.fill.texts(await measuring.evidence(chapter.fill.needs));
    const { measured } = chapter.question.reveal(await measuring.evidence(chapter.question.needs));
    expect(toldFirst(chapter, texts, measured)).toEqual([]);
  });

  it("is answered alike with every seed", { timeout: PATIENCE_MILLIS }, async () => {
    const { needs, reveal, choices } = chapter.question;
    const revealed = [];
    for (const shift of SHIFTS) revealed.push(reveal(await measuring.evidence(needs, shift)));
    for (const { right, measured, because } of revealed) {
      expect(right).toBe(revealed[0]!.right);
      expect(choices[right!], measured).toBeDefined();
      expect(measured).not.toMatch(/NaN|undefined|∞/);
      setProse(because);
    }
  });

  it.each(chapter.statements.map((statement) => [statement.id, statement] as const))(
    "judges %s alike with every seed",
    { timeout: PATIENCE_MILLIS },
    async (_id, { needs, judge }) => {
      const judged = [];
      for (const shift of SHIFTS) judged.push(judge(await measuring.evidence(needs, shift)));
      for (const { verdict, measured, because } of judged) {
        expect(verdict, measured).toBe(judged[0]!.verdict);
        expect(`${measured} ${because}`).not.toMatch(/NaN|undefined|∞|\$/);
        expect(because).toMatch(/\.$/);
      }
    },
  );

  it("asks for nothing that it does not need", async () => {
    for (const needs of allNeeds(chapter)) expect(Object.keys(needs).length).toBeGreaterThan(0);
    const none = await measuring.evidence({});
    expect(() => chapter.question.reveal(none)).toThrow(/not among the needs/);
  });

  it(
    "tries networks within the limits, wherever its controls stand",
    { timeout: PATIENCE_MILLIS },
    async () => {
      const { trial } = chapter;
      for (const values of corners(chapter)) {
        const written = trial.spec(values);
        holdsLimits(written);
        expectReadings(await measuring.run(written));
        if (trial.chart.kind !== "sweep") continue;
        const places = trial.chart.places(values);
        expect(places.length).toBeLessThanOrEqual(12);
        expect([...places].sort((a, b) => a - b)).toEqual(places);
        for (const place of places) expect(work(trial.chart.spec(values, place))).toBeLessThan(1e9);
      }
      function expectReadings(result: RunResult): void {
        const readings = trial.readings(result);
        expect(readings.length).toBeGreaterThan(0);
        for (const { label, value } of readings) expect(`${label}: ${value}`).not.toMatch(/NaN|undefined/);
      }
    },
  );

  it("sweeps what lies on its axes", { timeout: PATIENCE_MILLIS }, async () => {
    const { chart } = chapter.trial;
    if (chart.kind !== "sweep") return;
    const values = initial(chapter);
    for (const place of chart.places(values)) {
      const { measured, low, high, predicted } = chart.read(await measuring.run(chart.spec(values, place)));
      expect(place).toBeGreaterThanOrEqual(chart.x.domain[0]);
      expect(place).toBeLessThanOrEqual(chart.x.domain[1]);
      for (const value of [measured, low, high, predicted])
        if (value !== undefined && value !== null) {
          expect(value, `at ${place}`).toBeGreaterThanOrEqual(chart.y.domain[0]);
          expect(value, `at ${place}`).toBeLessThanOrEqual(chart.y.domain[1]);
        }
    }
  });
});
