// Learn's chapters of the founding notes, measured: questions have one answer whatever the seed, every figure in a text
// is given, every formula can be set, every setting of a trial is an experiment of the size that Learn may run.
import katex from "katex";
import { afterAll, describe, expect, it } from "vitest";
import { CLAIM_CHAPTERS } from "../../../core-as/claims/claim";
import { openHost } from "../../../core-as/test/runtime/host";
import { parseExperiment } from "../../../core-as/spec/parse";
import type { WrittenExperiment } from "../../../core-as/spec/written";
import type { Chapter, Control, Evidence, Needs, Prose, Values } from "../../src/lab/learn/chapter";
import { he } from "../../src/lab/learn/chapters/he";
import { large } from "../../src/lab/learn/chapters/large";
import { logistic } from "../../src/lab/learn/chapters/logistic";
import { normal, onDigits, onGaussian, XAVIER, ZEROS } from "../../src/lab/learn/chapters/networks";
import { same } from "../../src/lab/learn/chapters/same";
import { small } from "../../src/lab/learn/chapters/small";
import { xavier } from "../../src/lab/learn/chapters/xavier";
import { xavierRelu } from "../../src/lab/learn/chapters/xavierRelu";
import { zeros } from "../../src/lab/learn/chapters/zeros";
import { Measuring } from "./learnEvidence";

const CHAPTERS: readonly Chapter[] = [zeros, same, large, small, xavier, logistic, xavierRelu, he];
/** Added to the seeds that the chapters have. */
const SHIFTS = [0, 1, 2];
const PATIENCE_MILLIS = 300_000;

/** The claims of the notes say which choice is the right one; chance must not decide it. */
const RIGHT: Readonly<Record<string, string>> = {
  zeros: "Hidden layers' too, but all units of a layer alike",
  same: "One",
  large: "About × 1",
  small: "× 0.1",
  xavier: "About 10 %, as by guessing",
  logistic: "About a quarter",
  "xavier-relu": "Fewer than 50",
  he: "From He's alone",
};

const host = openHost("fast");
const measuring = new Measuring(host);
afterAll(() => host.pool.close());

const MATH = /\$[^$]*\$/g;

/** Names of the figures that a chapter's texts ask for. */
function asked({ text }: Chapter): Set<string> {
  return new Set(
    text.flatMap((block) =>
      block.kind === "formula"
        ? [...block.latex.matchAll(/\\fill\{(\w+)\}/g)].map(([, name]) => name!)
        : [
            ...proseOf(block)
              .replaceAll(MATH, "")
              .matchAll(/\{(\w+)\}/g),
          ].map(([, name]) => name!),
    ),
  );
}

const proseOf = (block: Exclude<Chapter["text"][number], { kind: "formula" }>): Prose =>
  block.kind === "paragraph" ? block.prose : block.precisely;

function setFormula(latex: string, displayMode = false): void {
  katex.renderToString(latex, { throwOnError: true, strict: "error", displayMode });
}

function setProse(prose: Prose): void {
  expect(prose.split("$").length % 2, prose).toBe(1);
  for (const [math] of prose.matchAll(MATH)) setFormula(math.slice(1, -1));
  expect(prose.replaceAll(MATH, "").split("*").length % 2, prose).toBe(1);
}

/** Least, initial and greatest of each control, in every combination. */
function settings(controls: readonly Control[]): Values[] {
  return controls.reduce<Values[]>(
    (all, control) =>
      all.flatMap((values) => placesOf(control).map((value) => ({ ...values, [control.id]: value }))),
    [{}],
  );
}

function placesOf(control: Control): number[] {
  if (control.kind === "choice") return control.options.map((_, i) => i);
  return [...new Set([control.bounds.min, control.initial, control.bounds.max])];
}

const initial = (controls: readonly Control[]): Values =>
  Object.fromEntries(controls.map((control) => [control.id, control.initial]));

function expectSmall(written: WrittenExperiment, replicates: number): void {
  const spec = parseExperiment(written);
  expect(spec.network.layers.length, spec.name).toBeLessThanOrEqual(12);
  expect(Math.max(...spec.network.layers.map(({ units }) => units)), spec.name).toBeLessThanOrEqual(512);
  expect("samples" in spec.data ? spec.data.samples : 0, spec.name).toBeLessThanOrEqual(1000);
  expect(spec.replicates, spec.name).toBeLessThanOrEqual(replicates);
}

it("there is a chapter for each of the claims', in their order", () => {
  expect(CHAPTERS.map(({ id }) => id)).toEqual(CLAIM_CHAPTERS);
  expect(CHAPTERS.map(({ claims }) => claims)).toEqual(CLAIM_CHAPTERS);
  for (const { part, short } of CHAPTERS) {
    expect(part).toBe("notes");
    expect(short.length, short).toBeLessThanOrEqual(26);
  }
});

describe.each(CHAPTERS.map((chapter) => [chapter.id, chapter] as const))("%s", (_, chapter) => {
  it("can be set, and is given every figure that it asks for", { timeout: PATIENCE_MILLIS }, async () => {
    const texts = chapter.fill.texts(await measuring.evidence(chapter.fill.needs));
    expect([...asked(chapter)].sort()).toEqual(Object.keys(texts).sort());
    for (const [name, text] of Object.entries(texts)) {
      expect(text, name).not.toMatch(/NaN|undefined|null|∞|–/);
      expect(text, name).not.toBe("");
    }
    for (const block of chapter.text)
      if (block.kind === "formula")
        setFormula(
          block.latex.replaceAll(/\\fill\{(\w+)\}/g, (_, name: string) => texts[name]!),
          true,
        );
      else setProse(proseOf(block));
    setProse(chapter.question.ask);
    for (const choice of chapter.question.choices) setProse(choice);
  });

  it("has a question whose answer no seed changes", { timeout: PATIENCE_MILLIS }, async () => {
    const { choices, needs, reveal } = chapter.question;
    expect(choices.length).toBeGreaterThanOrEqual(2);
    expect(choices.length).toBeLessThanOrEqual(5);
    for (const shift of SHIFTS) {
      const { right, measured, because } = reveal(await measuring.evidence(needs, shift));
      expect(right === null ? null : choices[right], `shift ${shift}: ${measured}`).toBe(RIGHT[chapter.id]);
      expect(`${measured} ${because}`).not.toMatch(/NaN|undefined|null|∞|–/);
      setProse(because);
    }
  });

  it("has a trial that fits in Learn at every setting", () => {
    const { controls, spec, chart } = chapter.trial;
    for (const control of controls) {
      if (control.kind === "choice") expect(control.options[control.initial], control.id).toBeDefined();
      else {
        expect(control.initial, control.id).toBeGreaterThanOrEqual(control.bounds.min);
        expect(control.initial, control.id).toBeLessThanOrEqual(control.bounds.max);
        if (control.scale === "log") expect(control.bounds.min, control.id).toBeGreaterThan(0);
      }
    }
    for (const values of settings(controls)) {
      expectSmall(spec(values), 1);
      if (chart.kind === "sweep") {
        const places = chart.places(values);
        expect(places.length).toBeLessThanOrEqual(12);
        expect(places).toEqual([...places].sort((a, b) => a - b));
        for (const place of places) expectSmall(chart.spec(values, place), 5);
      }
      if (chart.kind === "training") {
        const specs = chart.specs(values);
        expect(specs.length).toBeLessThanOrEqual(4);
        expect(new Set(specs.map(({ name }) => name)).size).toBe(specs.length);
        for (const { spec } of specs) expect(parseExperiment(spec).train!.steps).toBeLessThanOrEqual(600);
      }
    }
  });

  it("reads the trial's run", { timeout: PATIENCE_MILLIS }, async () => {
    const { controls, spec, readings, chart } = chapter.trial;
    const begin = initial(controls);
    for (const control of controls)
      for (const place of placesOf(control)) {
        const values = { ...begin, [control.id]: place };
        for (const { label, value } of readings(await measuring.run(spec(values))))
          expect(`${label}: ${value}`, JSON.stringify(values)).not.toMatch(/NaN|undefined|null|∞|–/);
      }
    if (chart.kind !== "sweep") return;
    for (const place of chart.places(begin)) {
      const swept = chart.read(await measuring.run(chart.spec(begin, place)));
      const { measured, low = measured, high = measured, predicted } = swept;
      const where = `at ${place}: ${JSON.stringify(swept)}`;
      expect(low, where).toBeLessThanOrEqual(measured);
      expect(high, where).toBeGreaterThanOrEqual(measured);
      for (const value of [low, high, predicted!]) {
        expect(value, where).toBeGreaterThan(chart.y.domain[0]);
        expect(value, where).toBeLessThan(chart.y.domain[1]);
      }
      expect(place).toBeGreaterThan(chart.x.domain[0]);
      expect(place).toBeLessThan(chart.x.domain[1]);
    }
  });
});

/** What else could have been measured, and the choice that it would have made right. */
const OTHERWISE: readonly (readonly [Chapter, Needs, string])[] = [
  [zeros, { trainings: { sigmoid: deepened("tanh", ZEROS) } }, "None: every gradient is zero"],
  [same, { trainings: { constant: deepened("tanh", XAVIER) } }, "All 100"],
  [
    large,
    {
      runs: {
        hundred: onGaussian(
          "narrow",
          { activation: "sigmoid", weights: normal(1) },
          { layers: 10, width: 8, replicates: 5, samples: 200 },
        ),
      },
    },
    "× 0.25",
  ],
  [
    small,
    { runs: { tanh: onGaussian("larger", { activation: "tanh", weights: normal(0.1) }) } },
    "About × 1: tanh keeps small signals",
  ],
  [
    xavier,
    {
      runs: xavier.question.needs.runs!,
      trainings: { sgd: deepened("tanh", XAVIER) },
    },
    "Over 90 %",
  ],
  [
    logistic,
    { runs: { xavier: onGaussian("linear", { activation: "identity", weights: XAVIER }) } },
    "All of it: × 1",
  ],
  [
    xavierRelu,
    {
      runs: {
        xavier: onGaussian("zeros", { activation: "relu", weights: ZEROS }),
        he: onGaussian("zeros", { activation: "relu", weights: ZEROS }),
      },
    },
    "Nearly all by layer 5",
  ],
  [
    he,
    { trainings: { xavierSgd: deepened("relu", XAVIER), heSgd: deepened("relu", XAVIER) } },
    "From both, He's a little sooner",
  ],
];

function deepened(activation: "tanh" | "relu", weights: typeof XAVIER): WrittenExperiment {
  return onDigits("otherwise", { activation, weights });
}

it.each(OTHERWISE.map(([chapter, needs, choice]) => [chapter.id, chapter, needs, choice] as const))(
  "%s: another measurement, another answer",
  { timeout: PATIENCE_MILLIS },
  async (_, { question: { reveal, choices } }, needs, choice) => {
    const evidence: Evidence = await measuring.evidence(needs);
    expect(choices[reveal(evidence).right!]).toBe(choice);
  },
);
