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
import { fillNames, filledLatex, prosePieces } from "../../src/lab/learn/prose";
import { Measuring } from "./learnEvidence";
import { toldFirst } from "./learnToldFirst";

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

/** Names of the figures that a chapter's texts ask for. */
const asked = ({ text }: Chapter): Set<string> =>
  new Set(text.flatMap((block) => fillNames(block.kind === "formula" ? `$${block.latex}$` : proseOf(block))));

const proseOf = (block: Exclude<Chapter["text"][number], { kind: "formula" }>): Prose =>
  block.kind === "paragraph" ? block.prose : block.precisely;

/** As it stands once measured: strictly, so that nothing is left to what the page forgives. */
function setFormula(latex: string): void {
  katex.renderToString(latex, { throwOnError: true, strict: "error" });
}

function setProse(prose: Prose): void {
  for (const piece of prosePieces(prose)) {
    if (piece.kind === "formula") setFormula(piece.latex);
    // What was meant to be a formula or to be stressed, and is not closed.
    else if (piece.kind !== "fill") expect(piece.text, prose).not.toMatch(/[$*{}\\]/);
  }
}

/** Least, initial and greatest of each control, in every combination. */
function settings(controls: readonly Control[]): Values[] {
  return controls.reduce<Values[]>(
    (all, control) =>
      all.flatMap((values) => placesOf(control).map((value) => ({ ...values, [control.id]: value }))),
    [{}],
  );
}

/** As the trial begins, and with one control after the other at each of its places. */
function corners(controls: readonly Control[]): Values[] {
  const begin = Object.fromEntries(controls.map(({ id, initial }) => [id, initial]));
  const moved = controls.flatMap((control) =>
    placesOf(control)
      .filter((place) => place !== control.initial)
      .map((place) => ({ ...begin, [control.id]: place })),
  );
  return [begin, ...moved];
}

function placesOf(control: Control): number[] {
  if (control.kind === "choice") return control.options.map((_, i) => i);
  return [...new Set([control.bounds.min, control.initial, control.bounds.max])];
}

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
    for (const block of chapter.text) {
      if (block.kind === "formula") setFormula(filledLatex(block.latex, texts));
      else setProse(proseOf(block));
      if (block.kind === "correction") setProse(block.notes);
    }
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

  it("does not tell the answer before it asks", { timeout: PATIENCE_MILLIS }, async () => {
    const texts = chapter.fill.texts(await measuring.evidence(chapter.fill.needs));
    const { measured } = chapter.question.reveal(await measuring.evidence(chapter.question.needs));
    expect(toldFirst(chapter, texts, measured)).toEqual([]);
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
    const { controls, spec, readings } = chapter.trial;
    for (const values of corners(controls))
      for (const { label, value } of readings(await measuring.run(spec(values))))
        expect(`${label}: ${value}`, JSON.stringify(values)).not.toMatch(/NaN|undefined|null|∞|–/);
  });
});

describe.each(
  CHAPTERS.filter(({ trial }) => trial.chart.kind === "sweep").map((one) => [one.id, one] as const),
)("%s: the sweep", (_, { trial: { chart, controls } }) => {
  if (chart.kind !== "sweep") return;

  it.each(corners(controls).map((values) => [JSON.stringify(values), values] as const))(
    "stays on its axes at %s",
    { timeout: PATIENCE_MILLIS },
    async (_, values) => {
      for (const place of chart.places(values)) {
        const swept = chart.read(await measuring.run(chart.spec(values, place)));
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
    },
  );
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
