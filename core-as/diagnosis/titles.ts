// What a finding is called where it stands alone: the run-in head before its sentence.
import type { FindingCode } from "../spec/result";
import type { TrainFindingCode } from "../spec/training";

export const FINDING_TITLES: Readonly<Record<FindingCode, string>> = {
  symmetric_units: "Units alike",
  no_gradient: "No gradient",
  dead_units: "Dead units",
  saturated: "Saturated",
  vanishing_activations: "Vanishing signal",
  exploding_activations: "Exploding signal",
  vanishing_gradients: "Vanishing gradients",
  exploding_gradients: "Exploding gradients",
  correlation_collapse: "Samples grow alike",
  chaotic_sensitivity: "Neighbours fly apart",
  non_finite: "Numbers overflow",
  healthy: "Healthy",
};

export const TRAIN_FINDING_TITLES: Readonly<Record<TrainFindingCode, string>> = {
  diverged: "Diverged",
  stalled: "Learned nothing",
  symmetric_units: "Units alike",
  dead_units: "Dead units",
  no_gradient: "No gradient",
  overfitting: "Overfitting",
  learned: "Learned",
};
