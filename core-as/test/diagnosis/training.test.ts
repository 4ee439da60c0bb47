// What is said of a training, from records made for it; the runs themselves are in test/train.
import { expect, it } from "vitest";
import { EVIDENCE } from "../../diagnosis/evidence";
import { diagnoseTraining, type Trained } from "../../diagnosis/training";
import { TRAIN_FINDING_TITLES } from "../../diagnosis/titles";
import type { TrainLayerRecord, TrainRecord } from "../../spec/training";

const layer = (index: number, change: Partial<TrainLayerRecord["activation"]> = {}): TrainLayerRecord => ({
  index,
  name: index === 3 ? "output" : `layer${index}`,
  gradientNorm: 0.1,
  biasGradientNorm: 0.1,
  updateToWeight: 0.001,
  weightNorm: 1,
  activation: {
    mean: 0,
    std: 1,
    acrossSampleStd: 1,
    saturatedFraction: null,
    deadUnits: 0,
    distinctUnits: 10,
    units: 10,
    histogram: { edges: [0, 1], counts: [1], zeros: 0, atLow: 0, atHigh: 0 },
    ...change,
  },
});

const record = (step: number, loss: number, change: Partial<TrainRecord> = {}): TrainRecord => ({
  step,
  loss,
  accuracy: 0.5,
  validationLoss: loss,
  validationAccuracy: 0.5,
  learningRate: 0.1,
  layers: [layer(1), layer(2), layer(3)],
  ...change,
});

const CONSTANT = 2;
const said = (change: Partial<Trained>) =>
  diagnoseTraining({ outcome: "finished", steps: 10, constantLoss: CONSTANT, records: [], ...change });
const codes = (change: Partial<Trained>) =>
  said(change).map(({ code, severity, layers }) => [code, severity, layers].join(" "));

it.each([
  ["a loss that falls", { records: [record(0, 2), record(10, 0.3)] }, ["learned healthy "]],
  ["a loss just below the best constant answer's", { records: [record(10, 1.91)] }, ["stalled broken "]],
  ["a loss well below it", { records: [record(10, 1.89)] }, ["learned healthy "]],
  ["no step yet", { steps: 0, records: [record(0, 2.3)] }, []],
  ["no record at all", { outcome: "diverged", steps: 0 }, ["diverged broken "]],
  [
    "a loss that overflows",
    { outcome: "diverged", records: [record(0, 2), record(5, 900)] },
    ["diverged broken "],
  ],
  [
    "a validation loss that has turned",
    { records: [record(0, 2), record(5, 0.5), record(10, 0.3, { validationLoss: 0.6 })] },
    ["overfitting information ", "learned healthy "],
  ],
  [
    "one unit a layer",
    { records: [record(10, 0.3, { layers: [layer(1, { distinctUnits: 1 }), layer(2), layer(3)] })] },
    ["symmetric_units broken 1"],
  ],
  [
    "one unit beside dead ones",
    {
      records: [
        record(10, 0.3, { layers: [layer(1, { distinctUnits: 2, deadUnits: 6 }), layer(2), layer(3)] }),
      ],
    },
    ["symmetric_units broken 1", "dead_units warning 1"],
  ],
  [
    "a layer of dead units, and weights without a gradient",
    {
      records: [
        record(10, 2, {
          layers: [layer(1), layer(2, { deadUnits: 10, distinctUnits: 1 }), { ...layer(3), gradientNorm: 0 }],
        }),
      ],
    },
    ["stalled broken ", "no_gradient broken 3", "dead_units broken 2"],
  ],
] as [string, Partial<Trained>, string[]][])("%s", (_what, trained, expected) => {
  expect(codes(trained)).toEqual(expected);
  for (const { code, message, source, evidence } of said(trained)) {
    expect(message).toMatch(/^[A-Z].*\.$/);
    expect(source.length).toBeGreaterThan(10);
    expect(TRAIN_FINDING_TITLES[code]).toMatch(/^[A-Z]/);
    // Every figure has a name of its own.
    for (const key of Object.keys(evidence)) expect(EVIDENCE).toHaveProperty(key);
  }
});
