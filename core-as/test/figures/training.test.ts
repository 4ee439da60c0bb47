// Figures of trainings: lines and bands over seeds that come at different times and end at different steps.
import { describe, expect, it } from "vitest";
import { readAt } from "../../figures/table";
import {
  stepsOf,
  TRAIN_FIGURES,
  type TrainedSeed,
  type TrainedVariant,
  trainingFigure,
  type TrainFigureView,
} from "../../figures/trainingFigures";
import { spaced, trainingHistograms } from "../../figures/trainingHistograms";
import { parseExperiment } from "../../spec/parse";
import { findPreset } from "../../spec/presets";
import type { TrainActivations, TrainLayerRecord, TrainRecord } from "../../spec/training";
import { inWords } from "./made";

function layer(index: number, change: Partial<TrainLayerRecord> = {}): TrainLayerRecord {
  return {
    index,
    name: index === 5 ? "output" : `layer${index}`,
    gradientNorm: 0.1 / index,
    biasGradientNorm: 0,
    updateToWeight: 1e-3,
    weightNorm: 10,
    activation: activations(),
    ...change,
  };
}

function activations(change: Partial<TrainActivations> = {}): TrainActivations {
  return {
    mean: 0.4,
    std: 0.5,
    acrossSampleStd: 0.4,
    saturatedFraction: null,
    deadUnits: 10,
    distinctUnits: 91,
    units: 100,
    histogram: { edges: [0, 0.5, 1, 1.5, 2], counts: [300, 120, 60, 20], zeros: 500, atLow: 0, atHigh: 0 },
    ...change,
  };
}

function record(step: number, loss: number, change: Partial<TrainRecord> = {}): TrainRecord {
  return {
    step,
    loss,
    accuracy: 1 - loss / 3,
    validationLoss: loss * 1.1,
    validationAccuracy: 1 - loss / 2.8,
    learningRate: step === 0 ? null : 0.01,
    layers: [1, 2, 3, 4, 5].map((index) => layer(index, step === 0 ? { updateToWeight: null } : {})),
    ...change,
  };
}

const seed = (losses: readonly number[], hasEnded = true, hasDiverged = false): TrainedSeed => ({
  records: losses.map((loss, i) => record(10 * i, loss)),
  hasEnded,
  hasDiverged,
});
const he: TrainedVariant = {
  name: "He",
  run: 0,
  seeds: [seed([2.4, 1.2, 0.6]), seed([2.6, 1.0, 0.4]), seed([2.5, 1.4, 0.8])],
};
const VIEW: TrainFigureView = {
  steps: 20,
  layer: 1,
  lossScale: "linear",
  constantLoss: 2.3,
  at: null,
  marked: 10,
  hasNames: true,
};

describe("a figure of trainings", () => {
  it.each(TRAIN_FIGURES.map(({ key }) => key))("of %s is as before", (key) => {
    const std = { name: "Std 0.01", run: 3, seeds: [seed([2.31, 2.3, 2.3])] };
    expect(inWords(trainingFigure(key, [he, std], VIEW))).toMatchSnapshot();
  });

  it("waits at each step for the seeds that are still under way, and not for those that have ended", () => {
    const behind = { ...he, seeds: [he.seeds[0]!, seed([2.6], false)] };
    expect(medianIn(behind)).toEqual([2.5, NaN, NaN]);
    const stopped = { ...he, seeds: [he.seeds[0]!, seed([2.6])] };
    expect(medianIn(stopped)).toEqual([2.5, 1.2, 0.6]);
  });

  it("is not made better by the seeds that have diverged", () => {
    const lost = seed([2.6], true, true);
    const most = { ...he, seeds: [he.seeds[0]!, lost, lost] };
    expect(medianIn(most)).toEqual([2.6, NaN, NaN]);
    const one = { ...he, seeds: [he.seeds[0]!, seed([2.5, 1.5, 0.9]), lost] };
    expect(medianIn(one)).toEqual([2.5, 1.5, 0.9]);
    const accuracy = trainingFigure("accuracy", [most], VIEW)!.series.at(-1)!;
    expect(accuracy.kind === "line" && [...accuracy.values].map(Number.isNaN)).toEqual([false, true, true]);
  });

  it("leaves out what is not finite, and is cut where a loss would hide the others", () => {
    const wild = { ...he, seeds: [seed([2.4, 4000, Infinity, NaN])] };
    const figure = trainingFigure("loss", [wild, { ...he, run: 1 }], VIEW)!;
    expect(figure.y.domain[1]).toBeLessThan(8);
    expect(medianIn(wild)).toEqual([2.4, 4000, NaN, NaN]);
  });

  it("has values of a step that is pointed at, and the last ones else", () => {
    const label = (at: number | null) =>
      trainingFigure("loss", [he], { ...VIEW, at })!
        .series.map((one) => one.endLabel)
        .at(-1);
    expect(label(null)).toBe("He 0.600");
    expect(label(10)).toBe("He 1.20");
    expect(label(14)).toBe("He 1.20");
    expect(readAt(trainingFigure("loss", [he], VIEW)!, 10)).toBe(
      "step 10: He 1.20, He, validation 1.32, He, 3 seeds 1.00 to 1.40",
    );
  });

  it("is on a log scale where it can be, and linear where all is zero", () => {
    const still = (step: number) => record(step, 2.3, { layers: [layer(1, { gradientNorm: 0 })] });
    const zeros: TrainedVariant = {
      name: "Zeros",
      run: 0,
      seeds: [{ records: [still(0), still(10)], hasEnded: true, hasDiverged: false }],
    };
    expect(trainingFigure("gradient", [zeros], VIEW)!.y).toMatchObject({ scale: "linear", domain: [0, 1] });
    expect(trainingFigure("gradient", [he], VIEW)!.y.scale).toBe("log");
    expect(trainingFigure("loss", [he], { ...VIEW, lossScale: "log" })!.y.scale).toBe("log");
  });

  it("is nothing before the first record", () => {
    expect(trainingFigure("loss", [{ ...he, seeds: [seed([], false)] }], VIEW)).toBeNull();
    expect([...stepsOf([he])]).toEqual([0, 10, 20]);
  });
});

function medianIn(variant: TrainedVariant): number[] {
  const lines = trainingFigure("loss", [variant], VIEW)!.series.filter(({ kind }) => kind === "line");
  const last = lines.at(-1)!;
  return last.kind === "line" ? [...last.values] : [];
}

describe("histograms of a training", () => {
  const spec = parseExperiment(findPreset("train-book-he").spec);
  const wide = activations({
    histogram: { edges: [0, 5, 10], counts: [400, 100], zeros: 500, atLow: 0, atHigh: 0 },
  });
  const records = [record(0, 2.4), record(10, 1, { layers: [layer(1), layer(2, { activation: wide })] })];

  it("share an axis that no step changes, and have the zeros in a place of their own", () => {
    const first = trainingHistograms(2, records, spec, [1, 2], 0)!;
    const last = trainingHistograms(2, records, spec, [1, 2], 10)!;
    expect(first.x).toEqual(last.x);
    expect(inWords(last.figures[1]!)).toMatchSnapshot();
    expect(trainingHistograms(2, records, spec, [1], 7)!.step).toBe(0);
  });

  it("show a constant as one value, and nothing of a layer that is not there", () => {
    const flat = activations({
      mean: 0.3,
      std: 0,
      histogram: { edges: [0.29, 0.31], counts: [100], zeros: 0, atLow: 0, atHigh: 0 },
    });
    const constant = [record(0, 2.3, { layers: [layer(1, { activation: flat })] })];
    const row = trainingHistograms(0, constant, spec, [1, 2], 0)!;
    expect(row.figures[0]!.series[0]).toMatchObject({ atoms: [{ at: 0.3, share: 1 }] });
    expect(row.figures[1]).toBeNull();
    expect(trainingHistograms(0, [], spec, [1], 0)).toBeNull();
  });

  it("are of places spread evenly, both ends among them", () => {
    expect(spaced(3, 5)).toEqual([0, 1, 2]);
    expect(spaced(30, 4)).toEqual([0, 10, 19, 29]);
  });
});
