// Learn without its picture: the list of chapters, prose taken apart, answers kept and given away, what is measured for
// a chapter, and what follows a slider.
import fc from "fast-check";
import katex from "katex";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { FOUNDING_CLAIMS } from "../../../core-as/claims/founding";
import { parseExperiment } from "../../../core-as/spec/parse";
import type { Experiment } from "../../../core-as/spec/experiment";
import type { RunResult } from "../../../core-as/spec/result";
import { ComputeError } from "../../src/compute/compute";
import type { Curve } from "../../src/compute/messages";
import { TrialLane } from "../../src/compute/trialLane";
import {
  answersJson,
  answersMarkdown,
  NOTHING_READ,
  parseReading,
  readingText,
} from "../../src/lab/learn/answers";
import { CHAPTER_IDS, type Chapter, type ChapterId } from "../../src/lab/learn/chapter";
import { chapterTrain, optimizersTold } from "../../src/lab/learn/chapterTrain";
import { ChapterEvidence } from "../../src/lab/learn/chapterEvidence.svelte";
import { CHAPTERS } from "../../src/lab/learn/chapters";
import { EvidenceRoom } from "../../src/lab/learn/evidence";
import { fillNames, filledLatex, latexOf, plainProse, prosePieces, typeset } from "../../src/lab/learn/prose";
import { sweepFigure } from "../../src/lab/learn/sweepFigure";
import { Trial } from "../../src/lab/learn/trial.svelte";
import { explained, WHY } from "../../src/lab/learn/why";
import { resultOf } from "./fakeCompute";

const kept = new Map<string, string>();
vi.stubGlobal("localStorage", {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => kept.set(key, value),
});
const { Learn } = await import("../../src/lab/learn/learn.svelte");

beforeEach(() => kept.clear());

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

describe("the chapters", () => {
  it("stand in their order, every one of them", () => {
    expect(CHAPTERS.map(({ id }) => id)).toEqual(CHAPTER_IDS);
    expect(CHAPTERS.map(({ part }) => part)).toEqual(CHAPTER_IDS.map((_, i) => (i < 8 ? "notes" : "beyond")));
  });

  it("open in Train with the steps and the data that they tell of", () => {
    const begin = ({ trial: { controls } }: Chapter) =>
      Object.fromEntries(controls.map(({ id, initial }) => [id, initial]));
    const opened = (chapter: Chapter, values = begin(chapter)) =>
      chapterTrain(chapter, values, parseExperiment(chapter.trial.spec(values)));
    for (const chapter of CHAPTERS) {
      const { specs, notes } = opened(chapter);
      const written = Object.values({ ...chapter.question.needs.trainings, ...chapter.fill.needs.trainings });
      if (written.length === 0) continue;
      const told = written.map((one) => parseExperiment(one));
      expect(notes, chapter.id).toEqual([]);
      for (const { data, network, train } of specs) {
        const like = told.filter(
          ({ train: t }) => t!.optimizer === train!.optimizer && t!.steps === train!.steps,
        );
        expect(like.length, chapter.id).toBeGreaterThan(0);
        expect(like.map((one) => one.data)).toContainEqual(data);
        expect(like.map((one) => one.network.layers.length)).toContain(network.layers.length);
        expect(like.map((one) => one.train!.learningRate)).toContain(train!.learningRate);
        expect(like.map((one) => one.train!.batchSize)).toContain(train!.batchSize);
      }
    }
    const small = CHAPTERS.find(({ id }) => id === "small")!;
    expect(opened(small).specs.map(({ name }) => name)).toEqual([
      "N(0, 0.01²) with tanh, SGD",
      "N(0, 0.1²) with tanh, SGD",
    ]);
    expect(optimizersTold(small)).toEqual(["sgd", "adam"]);
    // What was moved is what is trained.
    const [moved] = opened(small, { ...begin(small), std: 0.3 }).specs;
    expect(moved!.network.layers[0]!.weights).toMatchObject({ scheme: "normal", std: 0.3 });
    expect(moved!.train).toMatchObject({ optimizer: "sgd", learningRate: 0.1, batchSize: 64, steps: 400 });
    expect(moved!.data).toMatchObject({ source: "digits" });
  });

  it("open in Train by every optimizer that they tell of", () => {
    for (const chapter of CHAPTERS) {
      const { fill, question, trial } = chapter;
      if (trial.chart.kind === "training") continue;
      const values = Object.fromEntries(trial.controls.map(({ id, initial }) => [id, initial]));
      const spec = parseExperiment(trial.spec(values));
      const told = Object.values({ ...question.needs.trainings, ...fill.needs.trainings });
      const optimizers = new Set(told.map(({ train }) => train!.optimizer));
      expect(new Set(optimizersTold(chapter)), chapter.id).toEqual(optimizers);
      for (const by of optimizersTold(chapter)) {
        const { specs, notes } = chapterTrain(chapter, values, spec, by);
        expect(notes, chapter.id).toEqual([]);
        for (const { train, name } of specs) {
          expect(train!.optimizer).toBe(by);
          expect(told.map((one) => one.name)).toContain(name);
        }
      }
      // What was moved is trained by it too.
      const [first] = trial.controls;
      const by = optimizersTold(chapter).at(-1);
      if (by === undefined || first?.kind !== "choice") continue;
      const moved = { ...values, [first.id]: first.initial === 0 ? 1 : 0 };
      const { specs } = chapterTrain(chapter, moved, parseExperiment(trial.spec(moved)), by);
      expect(specs.map(({ train }) => train!.optimizer)).toEqual([by]);
    }
    const opened = ["small", "xavier"].map((id) => {
      const chapter = CHAPTERS.find((one) => one.id === id)!;
      const values = Object.fromEntries(chapter.trial.controls.map((one) => [one.id, one.initial]));
      const spec = parseExperiment(chapter.trial.spec(values));
      return chapterTrain(chapter, values, spec, "adam").specs.map(({ name, train }) => [name, train!.steps]);
    });
    expect(opened).toEqual([[["N(0, 0.01²) with tanh, Adam", 400]], [["Xavier with sigmoid, Adam", 800]]]);
  });

  it("have names that fit the list, and claims or statements to measure", () => {
    for (const { id, short, title, setting, claims, statements, sources } of CHAPTERS) {
      expect(short.length, short).toBeLessThanOrEqual(26);
      expect(title.length, title).toBeGreaterThan(0);
      expect(setting, "the screen says the number").not.toMatch(/^Chapter \d/);
      expect(sources.length, id).toBeGreaterThan(0);
      if (claims === null) expect(statements.length, id).toBeGreaterThanOrEqual(2);
      else
        expect(
          FOUNDING_CLAIMS.some(({ chapter }) => chapter === claims),
          id,
        ).toBe(true);
    }
  });

  it("show every claim of the notes once", () => {
    const shown = FOUNDING_CLAIMS.filter((claim) => CHAPTERS.some(({ claims }) => claims === claim.chapter));
    expect(shown.map(({ id }) => id)).toEqual(FOUNDING_CLAIMS.map(({ id }) => id));
    const notes = CHAPTERS.flatMap(({ claims }) => (claims === null ? [] : [claims]));
    expect(new Set(notes).size).toBe(notes.length);
  });

  it("have statements that no other has", () => {
    const ids = CHAPTERS.flatMap(({ statements }) => statements.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z-]+$/);
  });

  it("ask with two to five choices that differ", () => {
    for (const { question } of CHAPTERS) {
      expect(question.choices.length).toBeGreaterThanOrEqual(2);
      expect(question.choices.length).toBeLessThanOrEqual(5);
      expect(new Set(question.choices).size).toBe(question.choices.length);
    }
  });

  it.each(CHAPTERS.map((chapter) => [chapter.id, chapter] as const))(
    "%s: every formula can be set",
    (_, chapter) => {
      for (const latex of formulasOf(chapter))
        katex.renderToString(latex, { throwOnError: true, strict: "error" });
    },
  );

  it.each(CHAPTERS.map((chapter) => [chapter.id, chapter] as const))(
    "%s: every spec can be run",
    (_, chapter) => {
      const { fill, question, statements, trial } = chapter;
      for (const needs of [fill.needs, question.needs, ...statements.map((one) => one.needs)])
        for (const written of [...Object.values(needs.runs ?? {}), ...Object.values(needs.trainings ?? {})])
          expect(() => parseExperiment(written)).not.toThrow();
      const values = Object.fromEntries(trial.controls.map(({ id, initial }) => [id, initial]));
      const { network, data } = parseExperiment(trial.spec(values));
      expect(network.layers.length).toBeLessThanOrEqual(12);
      expect(Math.max(...network.layers.map(({ units }) => units))).toBeLessThanOrEqual(512);
      expect(data.samples ?? 0).toBeLessThanOrEqual(1797);
      const { chart } = trial;
      if (chart.kind === "sweep") {
        const places = chart.places(values);
        expect(places.length).toBeLessThanOrEqual(12);
        expect([...places].sort((a, b) => a - b)).toEqual(places);
        for (const place of places) expect(() => parseExperiment(chart.spec(values, place))).not.toThrow();
      }
      if (chart.kind === "training") {
        const specs = chart.specs(values);
        expect(specs.length).toBeLessThanOrEqual(4);
        for (const { spec } of specs) expect(parseExperiment(spec).train?.steps).toBeLessThanOrEqual(600);
      }
    },
  );
});

function formulasOf({ text, question, statements }: Chapter): string[] {
  const prose = [
    ...text.flatMap((block) =>
      block.kind === "paragraph"
        ? [block.prose]
        : block.kind === "correction"
          ? [block.notes, block.precisely]
          : [],
    ),
    question.ask,
    ...question.choices,
    ...statements.map(({ claim }) => claim),
  ];
  const inline = prose.flatMap((one) =>
    prosePieces(one).flatMap((piece) => (piece.kind === "formula" ? [piece.latex] : [])),
  );
  const own = text.flatMap((block) => (block.kind === "formula" ? [block.latex] : []));
  return [...inline, ...own].flatMap((latex) => {
    const fills = Object.fromEntries(fillNames(latex).map((name) => [name, "−1.31×10⁻¹² %"]));
    return [filledLatex(latex, null), filledLatex(latex, fills)];
  });
}

describe("Why?", () => {
  it("leads to chapters that are there", () => {
    for (const [code, id] of Object.entries(WHY))
      if (id !== null)
        expect(
          CHAPTERS.map((chapter) => chapter.id),
          code,
        ).toContain(id);
    expect(Object.values(WHY).filter((id) => id !== null).length).toBeGreaterThan(10);
  });

  it("of a training that learned nothing is what stopped it, where something beside it says so", () => {
    expect(WHY[explained(["stalled"])]).toBe("small");
    expect(WHY[explained(["stalled", "dead_units", "no_gradient"])]).toBe("zeros");
    expect(WHY[explained(["stalled", "symmetric_units"])]).toBe("same");
    expect(explained(["diverged", "no_gradient"])).toBe("diverged");
  });
});

describe("prose", () => {
  it("is words, stress, formulas and figures", () => {
    expect(prosePieces("a *b* $x_{1}$ {c}.")).toEqual([
      { kind: "text", text: "a " },
      { kind: "stress", text: "b" },
      { kind: "text", text: " " },
      { kind: "formula", latex: "x_{1}" },
      { kind: "text", text: " " },
      { kind: "fill", name: "c" },
      { kind: "text", text: "." },
    ]);
  });

  it("loses no sign of what has no marks", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[^$*{}]*$/), (text) => {
        expect(plainProse(text)).toBe(text);
      }),
    );
  });

  it("is filled in formulas too", () => {
    expect(fillNames("\\chi = \\fill{chi} \\cdot {x}")).toEqual(["chi", "x"]);
    expect(filledLatex("a = \\fill{a}", { a: "8.07 %" })).toBe("a = {8.07 \\%}");
    expect(filledLatex("a = \\fill{a}", null)).toBe("a = {\\cdots}");
    expect(latexOf("−1.31×10⁻¹²")).toBe("-1.31\\times 10^{-12}");
    expect(plainProse("of {a}", { a: "3" })).toBe("of 3");
  });

  it("has curved apostrophes and per cent signs that stay", () => {
    expect(typeset("a layer's 5 %, layers' 6 x")).toBe("a layer’s 5\u202f%, layers’ 6 x");
  });
});

describe("the answers", () => {
  const chapterIds = fc.constantFrom<ChapterId[]>(...CHAPTER_IDS);
  const readings = fc.record({
    answers: fc.dictionary(
      chapterIds,
      fc.record({
        choice: fc.integer({ min: 0, max: 4 }),
        answered: fc
          .date({ min: new Date("2000-01-01"), max: new Date("2100-01-01"), noInvalidDate: true })
          .map((date) => date.toISOString()),
      }),
    ),
    read: fc.subarray([...CHAPTER_IDS]),
    last: fc.option(chapterIds),
  });

  it("come back as they were kept", () => {
    fc.assert(
      fc.property(readings, (reading) => {
        const back = parseReading(readingText(reading));
        expect({ ...back.answers }).toEqual({ ...reading.answers });
        expect(back).toMatchObject({ read: reading.read, last: reading.last });
      }),
    );
  });

  it("survive whatever is in storage", () => {
    fc.assert(fc.property(fc.string(), (text) => void parseReading(text)));
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify({ version: 1, answers: value, read: value, last: value });
        for (const { choice } of Object.values(parseReading(text).answers)) expect(choice).toBeLessThan(5);
      }),
    );
    for (const text of [null, "", "[]", "null", "{", '{"version":2,"read":["zeros"]}', "9".repeat(200_000)])
      expect(parseReading(text)).toEqual(NOTHING_READ);
  });

  it("keep what is sound beside what is damaged", () => {
    const text = JSON.stringify({
      version: 1,
      answers: {
        zeros: { choice: 1, answered: "2026-01-02T03:04:05.000Z" },
        same: { choice: -1, answered: "2026-01-02" },
        large: { choice: 1, answered: "yesterday" },
        nothing: { choice: 0, answered: "2026-01-02" },
      },
      read: ["he", "nothing", "zeros", 3],
      last: "nowhere",
    });
    expect(parseReading(text)).toEqual({
      answers: { zeros: { choice: 1, answered: "2026-01-02T03:04:05.000Z" } },
      read: ["zeros", "he"],
      last: null,
    });
  });

  it("are given away with their questions and what was measured", () => {
    const [chapter] = CHAPTERS;
    const answered = "2026-01-02T03:04:05.000Z";
    const reading = { ...NOTHING_READ, answers: { [chapter!.id]: { choice: 1, answered } } };
    const outcomes = new Map([[chapter!.id, { right: 0, measured: "measured × 1" }]]);
    const json = JSON.parse(answersJson(CHAPTERS, reading, outcomes, "Ada")) as Record<string, unknown>;
    expect(json).toMatchObject({
      format: "initlab.answers/1",
      name: "Ada",
      answers: [
        {
          chapter: chapter!.id,
          answer: plainProse(chapter!.question.choices[1]!),
          right: plainProse(chapter!.question.choices[0]!),
          measured: "measured × 1",
          answered,
        },
      ],
    });
    const markdown = answersMarkdown(CHAPTERS, reading, outcomes, "Ada <b>\n# L*");
    expect(markdown).toContain(`## 1. ${chapter!.title}\n`);
    expect(markdown).toContain(`- ${plainProse(chapter!.question.choices[1]!)} (**my answer**)\n`);
    expect(markdown).toContain(`- ${plainProse(chapter!.question.choices[0]!)} (as measured)\n`);
    expect(markdown).toContain("Measured × 1.");
    expect(markdown).toContain("\nName: Ada \\<b\\> \\# L\\*\n");
    expect(answersMarkdown(CHAPTERS, reading, outcomes, " ")).toMatch(/^Name: (\\_){24}$/m);
    expect(markdown.match(/^## /gm)).toHaveLength(1);
  });

  it("are kept with the page, with where one was", () => {
    const compute = new Standing();
    const learn = new Learn(compute.asCompute);
    expect(learn.chapter.id).toBe(CHAPTER_IDS[0]);
    learn.open("he");
    learn.choose("he", 2);
    learn.finished("zeros");
    const again = new Learn(compute.asCompute);
    expect(again.chapter.id).toBe("he");
    expect(again.answer("he")?.choice).toBe(2);
    expect([again.isRead("zeros"), again.isRead("he"), again.isRead("same")]).toEqual([true, true, false]);
    again.clear("he");
    expect(new Learn(compute.asCompute).answer("he")).toBeNull();
  });

  it("are not those of choices that are gone", () => {
    kept.set(
      "initlab.learn",
      JSON.stringify({ version: 1, answers: { zeros: { choice: 4, answered: "2026-01-02" } }, read: [] }),
    );
    const learn = new Learn(new Standing().asCompute);
    expect(learn.answer("zeros")).toBeNull();
    expect(learn.answered).toBe(0);
  });

  it("last as long as the window where there is no storage", () => {
    vi.stubGlobal("localStorage", {
      getItem: () => {
        throw new Error("denied");
      },
      setItem: () => {
        throw new Error("full");
      },
    });
    const learn = new Learn(new Standing().asCompute);
    learn.choose("zeros", 0);
    expect(learn.answer("zeros")?.choice).toBe(0);
  });
});

/** A compute that measures when the test says so. */
class Standing {
  readonly measured: Experiment[] = [];
  readonly trials: {
    readonly specs: readonly Experiment[];
    readonly signal: AbortSignal;
    tell: (i: number) => void;
    end: () => void;
  }[] = [];
  readonly judged: number[] = [];
  /** While set, measurements wait for it. */
  gate: Promise<void> | null = null;

  async measure(spec: Experiment, _files: unknown, signal: AbortSignal): Promise<RunResult> {
    this.measured.push(spec);
    await this.gate;
    if (signal.aborted) throw new ComputeError({ code: "cancelled", message: "The run was cancelled" });
    return resultOf(spec);
  }

  async claims(_chapter: string, seed: number, signal: AbortSignal): Promise<never[]> {
    this.judged.push(seed);
    await this.gate;
    if (signal.aborted) throw new ComputeError({ code: "cancelled", message: "The run was cancelled" });
    return [];
  }

  trial(
    specs: readonly Experiment[],
    signal: AbortSignal,
    onTried: (index: number, result: RunResult, curves: ReadonlyMap<string, Curve>) => void,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = () => reject(new ComputeError({ code: "cancelled", message: "The run was cancelled" }));
      signal.addEventListener("abort", cancel);
      this.trials.push({
        specs,
        signal,
        tell: (i) => onTried(i, resultOf(specs[i]!), new Map()),
        end: resolve,
      });
    });
  }

  get asCompute() {
    return this as never;
  }
}

const written = (std: number, seed = 1) => ({
  format: "initlab.experiment/1" as const,
  seed,
  data: { source: "gaussian" as const, samples: 10, features: 4 },
  network: {
    hidden: { layers: 2, units: 4, activation: "tanh" as const, weights: { scheme: "normal" as const, std } },
  },
});

const CHAPTER: Chapter = {
  id: "large",
  part: "notes",
  title: "A chapter",
  short: "A chapter",
  setting: "",
  text: [{ kind: "paragraph", prose: "{one}" }],
  fill: {
    needs: { runs: { a: written(1), b: written(2) } },
    texts: (evidence) => ({ one: String(evidence.run("a").spec.seed) }),
  },
  question: {
    ask: "?",
    choices: ["a", "b"],
    needs: { runs: { again: written(1) } },
    reveal: (evidence) => ({ right: 0, measured: evidence.run("again").digest, because: "" }),
  },
  trial: {
    caption: "",
    controls: [
      { kind: "slider", id: "std", label: "Std", initial: 1, bounds: { min: 0.1, max: 4 }, scale: "log" },
      {
        kind: "slider",
        id: "place",
        label: "Place",
        initial: 2,
        bounds: { min: 1, max: 3 },
        scale: "linear",
      },
    ],
    spec: ({ std = 1 }) => written(std),
    histograms: null,
    readings: () => [],
    chart: {
      kind: "sweep",
      title: "A sweep",
      caption: "",
      x: { label: "x", unit: "", scale: "linear", domain: [0, 4] },
      y: { label: "y", unit: "", scale: "linear", domain: [0, 4] },
      places: () => [1, 2, 3],
      spec: ({ std = 1 }, place) => written(std, 100 + place),
      read: (result) => ({ measured: result.spec.seed - 100, low: 0, high: 4, predicted: 1 }),
      at: ({ place = 0 }) => place,
      rules: [{ at: 1, label: "one" }],
    },
  },
  claims: "large",
  statements: [
    {
      id: "a-statement",
      claim: "",
      needs: { runs: { a: written(1) } },
      judge: (evidence) => ({
        measured: String(evidence.run("a").spec.seed),
        verdict: "holds",
        because: "",
      }),
    },
  ],
  sources: [],
};

describe("what is measured for a chapter", () => {
  const entered = (compute: Standing) => {
    const evidence = new ChapterEvidence(CHAPTER, compute.asCompute, new EvidenceRoom(compute.asCompute));
    evidence.enter();
    return evidence;
  };

  it("is the text first, then the answer, each experiment once", async () => {
    const compute = new Standing();
    const evidence = entered(compute);
    await settled();
    expect(evidence.fills).toMatchObject({ status: "known", value: { one: "1" } });
    expect(evidence.revealed).toMatchObject({ status: "known", value: { right: 0 } });
    expect(compute.measured).toHaveLength(2);
  });

  it("is judged when it is seen, and again with other draws", async () => {
    const compute = new Standing();
    const evidence = entered(compute);
    evidence.judge();
    evidence.judge();
    await settled();
    expect(evidence.judging.status).toBe("known");
    expect(evidence.statements.get("a-statement")?.measured).toBe("1");
    evidence.judgeAgain();
    await settled();
    expect(compute.judged).toEqual([42, 1042]);
    expect(evidence.statements.get("a-statement")?.measured).toBe("1001");
  });

  it("ends when the chapter is left, and is taken up when one is back", async () => {
    const compute = new Standing();
    let open = () => {};
    compute.gate = new Promise((resolve) => (open = resolve));
    const evidence = entered(compute);
    evidence.judge();
    evidence.leave();
    evidence.enter();
    expect(evidence.fills.status).toBe("measuring");
    open();
    await settled();
    expect(evidence.fills.status).toBe("known");
    expect(evidence.judging.status).toBe("waiting");
    evidence.judge();
    await settled();
    expect(evidence.judging.status).toBe("known");
  });

  it("is printed once its claims are measured, and not where it is left before", async () => {
    const compute = new Standing();
    const learn = new Learn(compute.asCompute);
    let open = () => {};
    compute.gate = new Promise((resolve) => (open = resolve));
    const { evidence } = learn.opened(learn.chapter);
    evidence.enter();
    const printing = learn.print();
    await settled();
    expect([evidence.judging.status, learn.isPrinting]).toEqual(["measuring", false]);
    open();
    await printing;
    expect([evidence.isAtRest, learn.isPrinting]).toEqual([true, true]);

    learn.isPrinting = false;
    learn.open("he");
    const he = learn.opened(learn.chapter).evidence;
    he.enter();
    const left = learn.print();
    he.leave();
    await left;
    expect(learn.isPrinting).toBe(false);
  });

  it("says when it was stopped, and goes on with the same draws", async () => {
    const compute = new Standing();
    const evidence = entered(compute);
    await settled();
    let open = () => {};
    compute.gate = new Promise((resolve) => (open = resolve));
    evidence.judge();
    evidence.stop();
    open();
    await settled();
    expect(evidence.judging.status).toBe("stopped");
    evidence.judgeAgain();
    await settled();
    expect(evidence.judging.status).toBe("known");
    expect(evidence.seed).toBe(42);
  });

  it("says what is wrong with what a chapter did not name", async () => {
    const compute = new Standing();
    const wrong = {
      ...CHAPTER,
      fill: {
        ...CHAPTER.fill,
        texts: (evidence: Parameters<Chapter["fill"]["texts"]>[0]) => ({ one: evidence.run("c").digest }),
      },
    };
    const evidence = new ChapterEvidence(wrong, compute.asCompute, new EvidenceRoom(compute.asCompute));
    evidence.enter();
    await settled();
    expect(evidence.fills).toMatchObject({
      status: "failed",
      reason: expect.stringContaining('"c"') as string,
    });
  });
});

describe("the lane of trials", () => {
  const lane = () => {
    const told: string[] = [];
    const runs: { readonly spec: Experiment; readonly signal: AbortSignal; end: () => void }[] = [];
    const trials = new TrialLane({
      run: (spec, signal) =>
        new Promise((resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason as Error));
          runs.push({ spec, signal, end: () => resolve(resultOf(spec)) });
        }),
      tell: (id, index) => told.push(`${id} told ${index}`),
      done: (id) => told.push(`${id} done`),
      fail: (id, thrown, signal) =>
        told.push(`${id} ${signal?.aborted ? "aborted" : (thrown as Error).name}`),
    });
    return { trials, told, runs };
  };
  const spec = parseExperiment(written(1));

  it("runs an order's specs one after the other", async () => {
    const { trials, told, runs } = lane();
    trials.take(1, [spec, spec]);
    expect(runs).toHaveLength(1);
    runs[0]!.end();
    await settled();
    runs[1]!.end();
    await settled();
    expect(told).toEqual(["1 told 0", "1 told 1", "1 done"]);
  });

  it("lets a young run finish, forgets what waits, and goes on with the newest", async () => {
    const { trials, told, runs } = lane();
    trials.take(1, [spec, spec]);
    trials.take(2, [spec]);
    trials.take(3, [spec]);
    expect(told).toEqual(["2 AbortError"]);
    runs[0]!.end();
    await settled();
    expect(told).toEqual(["2 AbortError", "1 told 0", "1 AbortError"]);
    runs[1]!.end();
    await settled();
    expect(told.slice(3)).toEqual(["3 told 0", "3 done"]);
  });

  it("ends a run that another has waited for too long", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    try {
      const { trials, runs } = lane();
      trials.take(1, [spec]);
      trials.take(2, [spec]);
      expect(runs[0]!.signal.aborted).toBe(false);
      await vi.advanceTimersByTimeAsync(600);
      expect(runs[0]!.signal.aborted).toBe(true);
      expect(runs).toHaveLength(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it("is cancelled by its order", async () => {
    const { trials, told, runs } = lane();
    trials.take(1, [spec]);
    trials.take(2, [spec]);
    trials.cancel(2);
    trials.cancel(1);
    await settled();
    expect(told).toEqual(["2 AbortError", "1 aborted"]);
    expect(runs).toHaveLength(1);
    trials.take(3, [spec]);
    trials.cancelAll();
    await settled();
    expect(told.slice(2)).toEqual(["3 aborted"]);
  });
});

describe("a trial", () => {
  const begun = (compute: Standing) => {
    const trial = new Trial(CHAPTER, compute.asCompute, new EvidenceRoom(compute.asCompute));
    void trial.run();
    return trial;
  };

  it("runs the settings in hand, then the places of its sweep", async () => {
    const compute = new Standing();
    const trial = begun(compute);
    const [first] = compute.trials;
    expect(first!.specs.map(({ seed }) => seed)).toEqual([1, 101, 102, 103]);
    for (const i of [0, 1, 2, 3]) first!.tell(i);
    first!.end();
    await settled();
    expect([trial.isRunning, trial.isStale]).toEqual([false, false]);
    expect([...trial.swept].map(([place, { measured }]) => [place, measured])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect(trial.picture?.spec.name).toBe("A chapter");
  });

  it("takes what it knows of the sweep, and replaces what is under way", async () => {
    const compute = new Standing();
    const trial = begun(compute);
    for (const i of [0, 1, 2]) compute.trials[0]!.tell(i);
    trial.set("place", 3);
    expect(compute.trials[0]!.signal.aborted).toBe(true);
    expect(compute.trials[1]!.specs.map(({ seed }) => seed)).toEqual([1, 103]);
    trial.set("std", 2);
    expect(compute.trials[2]!.specs.map(({ seed }) => seed)).toEqual([1, 101, 102, 103]);
    expect(trial.swept.size).toBe(0);
    await settled();
    expect(trial.isRunning).toBe(true);
    trial.reset();
    expect(trial.values).toEqual({ std: 1, place: 2 });
  });

  it("says why settings cannot be run", async () => {
    const compute = new Standing();
    const trial = begun(compute);
    trial.set("std", -1);
    await settled();
    expect(trial.problem).toContain("std");
    expect(trial.isRunning).toBe(false);
  });

  it("draws its sweep with what is known of it", () => {
    const { chart } = CHAPTER.trial;
    if (chart.kind !== "sweep") throw new Error("no sweep");
    const known = new Map([[1, { measured: 2, predicted: 1, low: 1, high: 3 }]]);
    const figure = sweepFigure("large", chart, { place: 2 }, known);
    expect(figure.series.map(({ kind, name }) => [kind, name])).toEqual([
      ["band", "of the seeds"],
      ["line", "measured"],
      ["line", "predicted"],
    ]);
    expect(figure.rules).toEqual([
      { axis: "y", at: 1, label: "one", style: "threshold" },
      { axis: "x", at: 2, label: "", style: "mark" },
    ]);
    expect([...figure.columns]).toEqual([1, 2, 3]);
  });
});
