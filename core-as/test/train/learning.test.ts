// What the founding notes say of training, measured: on the digits, several seeds, from the records alone.
import { describe, expect, it } from "vitest";
import { trainAll } from "../../runtime/train/train";
import type { ActivationName } from "../../spec/experiment";
import type { TrainResult } from "../../spec/training";
import type { WrittenTrain, WrittenWeights } from "../../spec/written";
import { experiment, openHost } from "../runtime/host";

const LN_10 = Math.log(10);

function onDigits(
  layers: number,
  activation: ActivationName,
  weights: WrittenWeights,
  train: WrittenTrain = {},
) {
  return experiment({
    data: { source: "digits", standardize: true },
    network: {
      hidden: { layers, units: 100, activation, weights },
      output: { units: 10, activation: "identity", weights },
    },
    train,
  });
}

async function trained(
  specs: readonly ReturnType<typeof onDigits>[],
  seeds: readonly number[] = [0],
): Promise<TrainResult[]> {
  const host = openHost("fast");
  try {
    return await trainAll(specs, seeds, host);
  } finally {
    host.pool.close();
  }
}

const last = ({ records }: TrainResult) => records.at(-1)!;
const codes = ({ findings }: TrainResult) => findings.map(({ code }) => code);
const median = (values: number[]) => values.sort((a, b) => a - b)[(values.length - 1) / 2]!;

describe("on the digits", () => {
  it("He and ReLU with the default optimizer answer 95 % of the validation share right", async () => {
    const results = await trained(
      [onDigits(2, "relu", { scheme: "he_normal" }, { steps: 2000, recordEvery: 1000 })],
      [1, 2, 3, 4, 5],
    );
    expect(median(results.map((result) => last(result).validationAccuracy!))).toBeGreaterThanOrEqual(0.95);
    for (const result of results) expect(codes(result)).toContain("learned");
  });

  it.each(["relu", "tanh"] as const)(
    "zeros with %s stay at the classes' shares for ever",
    async (activation) => {
      const [result] = await trained([
        onDigits(4, activation, { scheme: "zeros" }, { steps: 1000, recordEvery: 50 }),
      ]);
      const { records, constantLoss } = result!;
      expect(records[0]!.loss).toBeCloseTo(LN_10, 12);
      expect(constantLoss).toBeLessThan(LN_10);
      for (const { loss, layers, step } of records) {
        // No constant answer is better than the classes' shares; the bias cannot leave them by more than noise.
        expect(loss).toBeGreaterThanOrEqual(constantLoss);
        expect(loss).toBeLessThan(LN_10 + 1e-3);
        for (const layer of layers) {
          expect(layer.weightNorm).toBe(0);
          expect(layer.gradientNorm).toBe(0);
          expect(layer.biasGradientNorm > 0).toBe(layer.name === "output");
          expect(layer.updateToWeight).toBe(step === 0 ? null : 0);
        }
      }
      expect(codes(result!)).toEqual(expect.arrayContaining(["stalled", "no_gradient"]));
    },
  );

  it("zeros with sigmoid move, and the hidden units of a layer stay one", async () => {
    const [result] = await trained([
      onDigits(3, "sigmoid", { scheme: "zeros" }, { steps: 1000, recordEvery: 50 }),
    ]);
    for (const { layers } of result!.records)
      for (const { activation, name } of layers)
        if (name !== "output") expect(activation.distinctUnits).toBe(1);
    for (const { weightNorm } of last(result!).layers) expect(weightNorm).toBeGreaterThan(0);
    expect(codes(result!)).toContain("symmetric_units");
  });

  it.each([
    ["sigmoid", 0.1, "sgd"],
    ["tanh", 0.05, "momentum"],
    ["relu", 0.01, "adam"],
  ] as const)(
    "one constant with %s (%d, %s): one unit a layer after 1000 steps, exactly",
    async (activation, value, optimizer) => {
      const [result] = await trained([
        onDigits(3, activation, { scheme: "constant", value }, { optimizer, steps: 1000, recordEvery: 100 }),
      ]);
      expect(result!.steps).toBe(1000);
      for (const { layers } of result!.records)
        for (const { activation: seen, name } of layers)
          if (name !== "output") expect(seen.distinctUnits).toBe(1);
      const norms = ({ layers }: TrainResult["records"][number]) =>
        layers.map(({ weightNorm }) => weightNorm);
      expect(norms(last(result!))).not.toEqual(norms(result!.records[0]!));
    },
  );

  it("at 30 layers SGD trains He and not Xavier; Adam trains both", async () => {
    const train = (optimizer: "sgd" | "adam"): WrittenTrain => ({
      optimizer,
      learningRate: optimizer === "sgd" ? 0.01 : 0.001,
      batchSize: 128,
      steps: 600,
      recordEvery: 300,
    });
    const xavier: WrittenWeights = { scheme: "xavier_normal" };
    const he: WrittenWeights = { scheme: "he_normal" };
    const results = await trained([
      onDigits(30, "relu", xavier, train("sgd")),
      onDigits(30, "relu", he, train("sgd")),
      onDigits(30, "relu", xavier, train("adam")),
      onDigits(30, "relu", he, train("adam")),
    ]);
    expect(results.map((result) => codes(result).includes("stalled"))).toEqual([true, false, false, false]);
    const [stalled, ...learned] = results;
    expect(last(stalled!).loss).toBeGreaterThan(0.99 * stalled!.constantLoss);
    for (const result of learned) expect(last(result).loss).toBeLessThan(0.3);
  });
});
