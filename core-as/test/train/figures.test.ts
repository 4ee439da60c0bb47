// What a record says, against float64: losses, gradient norms, weight norms, the whole share's batch moments.
import { expect, it } from "vitest";
import { paddedColumns } from "../../runtime/core";
import { planRun } from "../../runtime/plan";
import { TrainingCore } from "../../runtime/train/core";
import { trainingBytes } from "../../runtime/train/estimate";
import { cutShares } from "../../runtime/train/share";
import { Trainer } from "../../runtime/train/trainer";
import type { Experiment, TrainSpec } from "../../spec/experiment";
import type { TrainRecord } from "../../spec/training";
import type { WrittenExperiment, WrittenTrain } from "../../spec/written";
import { builtCore, experiment } from "../runtime/host";
import { forward64, layersOf } from "../runtime/network64";
import { gradients64, type Parameters } from "./reference64";

type Trained = Experiment & { readonly train: TrainSpec };
type Hidden = Extract<WrittenExperiment["network"], { hidden: unknown }>["hidden"];

function trained(loss: TrainSpec["loss"], hidden: Partial<Hidden>, train: WrittenTrain = {}): Trained {
  return experiment({
    seed: 3,
    data: { source: "spirals", samples: 200, classes: 3, noise: 0.1, standardize: true },
    network: {
      hidden: { layers: 2, units: 10, activation: "tanh", weights: { scheme: "he_normal" }, ...hidden },
      output: { units: 3, activation: "identity", weights: { scheme: "he_normal" } },
    },
    train: { loss, batchSize: 40, steps: 6, recordEvery: 6, ...train },
  }) as Trained;
}

const norm = (values: Float64Array) => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0));

function parametersIn(state: Uint8Array, spec: Trained): Parameters[] {
  const floats = new Float32Array(state.slice().buffer);
  let at = 0;
  return layersOf(spec, 2).map(({ fanIn, fanOut }) => {
    const take = (count: number) => {
      const values = Float64Array.from(floats.subarray(at, at + count));
      at += paddedColumns(count);
      return values;
    };
    return { weights: take(fanIn * fanOut), bias: take(fanOut) };
  });
}

it.each([
  ["cross-entropy", trained("cross_entropy", {})],
  ["squared error", trained("mean_squared_error", { activation: "relu" })],
  ["batch normalization", trained("cross_entropy", { normalization: "batch" })],
  ["layer normalization", trained("cross_entropy", { normalization: "layer", residual: { every: 1 } })],
])("%s", (_name, spec) => {
  const { module } = builtCore("checked");
  const shares = cutShares(new TrainingCore(module), {
    data: spec.data,
    seed: spec.seed,
    files: new Map(),
    validationShare: spec.train.validationShare,
    loss: spec.train.loss,
  });
  expect([shares.training.samples, shares.validation!.samples]).toEqual([160, 40]);
  const trainer = new Trainer(module, { spec, shares, sent: [], checkpoint: null });
  const records: TrainRecord[] = [];
  const { checkpoint } = trainer.advance(Infinity, true, (record) => records.push(record));
  const record = records.at(-1)!;
  expect(record.step).toBe(6);
  const parameters = parametersIn(checkpoint!, spec);
  const layers = layersOf(spec, 2);
  const inputs = Float64Array.from(shares.training.inputs);
  const labels = [...shares.training.labels];
  const isBatch = spec.network.layers[0]!.normalization === "batch";
  const { loss, gradients } = gradients64(layers, parameters, spec.train.loss, inputs, labels);
  expect(Math.abs(record.loss - loss)).toBeLessThan(3e-6 * loss);
  const passes = forward64(layers, parameters, inputs);
  record.layers.forEach((layer, l) => {
    expect(Math.abs(layer.weightNorm - norm(parameters[l]!.weights))).toBeLessThan(1e-6 * layer.weightNorm);
    // The probe batch is the whole share here. With batch normalization its moments are held constant on the way back.
    if (!isBatch || layer.name === "output") {
      const { weights, bias } = gradients[l]!;
      expect(Math.abs(layer.gradientNorm - norm(weights))).toBeLessThan(1e-5 * norm(weights));
      expect(Math.abs(layer.biasGradientNorm - norm(bias))).toBeLessThan(1e-5 * norm(bias));
    }
    const { phi } = passes[l]!;
    const mean = phi.reduce((sum, x) => sum + x, 0) / phi.length;
    const std = Math.sqrt(phi.reduce((sum, x) => sum + (x - mean) ** 2, 0) / phi.length);
    expect(Math.abs(layer.activation.std - std)).toBeLessThan(1e-5 * std);
    expect(Math.abs(layer.activation.mean - mean)).toBeLessThan(1e-5 * std);
  });
  const output = passes.at(-1)!.activation;
  const right = labels.filter((label, r) => {
    const row = [...output.subarray(3 * r, 3 * r + 3)];
    return row.indexOf(Math.max(...row)) === label;
  });
  expect(record.accuracy).toBe(right.length / labels.length);
});

it("standardizes by the training share, and cuts disjoint shares that are the whole", () => {
  const core = new TrainingCore(builtCore("checked").module);
  const spec = trained("cross_entropy", {});
  const cut = (standardize: boolean) =>
    cutShares(core, {
      data: { ...spec.data, standardize },
      seed: 3,
      files: new Map(),
      validationShare: 0.25,
      loss: "cross_entropy",
    });
  const { training, validation } = cut(true);
  const column = Array.from({ length: 150 }, (_, r) => training.inputs[2 * r]!);
  const mean = column.reduce((sum, x) => sum + x, 0) / 150;
  expect(Math.abs(mean)).toBeLessThan(1e-6);
  expect(column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 150).toBeCloseTo(1, 5);
  expect(validation!.samples).toBe(50);
  const raw = cut(false);
  const rows = [raw.training, raw.validation!].flatMap(({ inputs, samples }) =>
    Array.from({ length: samples }, (_, r) => `${inputs[2 * r]} ${inputs[2 * r + 1]}`),
  );
  expect(new Set(rows).size).toBe(200);
});

it.each([
  ["plain", trained("cross_entropy", {})],
  [
    "wide and shallow",
    trained("cross_entropy", { layers: 1, units: 700 }, { optimizer: "adam", batchSize: 100 }),
  ],
  [
    "deep",
    trained("cross_entropy", { layers: 60, units: 33, residual: { every: 2 } }, { optimizer: "momentum" }),
  ],
  ["batch normalization", trained("cross_entropy", { layers: 8, normalization: "batch" })],
  ["a formula", trained("cross_entropy", { activation: { formula: "x*sigmoid(1.702*x)" } })],
])("needs no more memory than was worked out: %s", (_name, spec) => {
  const { module } = builtCore("fast");
  const { data, seed, train } = spec;
  const { validationShare, loss } = train;
  const shares = cutShares(new TrainingCore(module), { data, seed, files: new Map(), validationShare, loss });
  const plan = planRun(spec, shares.training.samples, shares.features, seed, false);
  const trainer = new Trainer(module, { spec, shares, sent: [], checkpoint: null });
  const estimate = trainingBytes(plan, train, shares);
  expect(trainer.usedBytes).toBeLessThanOrEqual(estimate);
  expect(trainer.usedBytes).toBeGreaterThan(estimate / 4);
});
