// "Why?": the chapter that explains a finding.
import type { FindingCode } from "../../../../core-as/spec/result";
import type { TrainFindingCode } from "../../../../core-as/spec/training";
import type { ChapterId } from "./chapter";

/** Null: there is nothing to explain. */
export const WHY: Readonly<Record<FindingCode | TrainFindingCode, ChapterId | null>> = {
  symmetric_units: "same",
  no_gradient: "zeros",
  dead_units: "dying-relu",
  saturated: "large",
  vanishing_activations: "small",
  exploding_activations: "he",
  vanishing_gradients: "xavier",
  exploding_gradients: "he",
  correlation_collapse: "collapse",
  chaotic_sensitivity: "edge-of-chaos",
  non_finite: "he",
  healthy: null,
  diverged: "he",
  stalled: "zeros",
  overfitting: null,
  learned: null,
};
