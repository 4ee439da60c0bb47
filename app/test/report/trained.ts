// Figures of a training made by hand: two variants, three seeds each, every figure that the lab has of them.
import type { Figure } from "../../../core-as/figures/figure";
import { TRAIN_FIGURES, trainingFigure, type TrainedVariant } from "../../../core-as/figures/trainingFigures";
import type { TrainRecord } from "../../../core-as/spec/training";

function record(step: number, loss: number): TrainRecord {
  const histogram = { edges: [0, 0.5, 1], counts: [300, 120], zeros: 580, atLow: 0, atHigh: 0 };
  return {
    step,
    loss,
    accuracy: 1 - loss / 3,
    validationLoss: loss * 1.1,
    validationAccuracy: 1 - loss / 2.8,
    learningRate: step === 0 ? null : 0.01,
    layers: [1, 2].map((index) => ({
      index,
      name: index === 2 ? "output" : "layer1",
      gradientNorm: loss / (10 * index),
      biasGradientNorm: 0,
      updateToWeight: step === 0 ? null : 1e-3 * loss,
      weightNorm: 10 + step / 7,
      activation: {
        mean: 0.4,
        std: 0.5,
        acrossSampleStd: 0.1 + loss,
        saturatedFraction: null,
        deadUnits: 10,
        distinctUnits: 91,
        units: 100,
        histogram,
      },
    })),
  };
}

function variant(name: string, run: number, rate: number): TrainedVariant {
  const seeds = [0, 1, 2].map((seed) => ({
    records: Array.from({ length: 30 }, (_, i) => record(10 * i, (2.3 + 0.1 * seed) * rate ** i)),
    hasEnded: true,
    hasDiverged: false,
  }));
  return { name, run, seeds };
}

export function trained(): readonly Figure[] {
  const variants = [variant("He", 0, 0.9), variant("Std 0.01", 4, 0.99)];
  return TRAIN_FIGURES.flatMap(({ key }) =>
    (["linear", "log"] as const).flatMap(
      (lossScale) =>
        trainingFigure(key, variants, {
          steps: 290,
          layer: 1,
          lossScale,
          constantLoss: 2.3,
          at: null,
          marked: 100,
          hasNames: true,
        }) ?? [],
    ),
  );
}
