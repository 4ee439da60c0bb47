// "Why?": the chapter that explains a finding, and which of several explains the others.
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
  stalled: "small",
  overfitting: null,
  learned: null,
};

type Code = keyof typeof WHY;

/** Why nothing is learned, where a finding beside it says so. */
const CAUSES: readonly Code[] = ["no_gradient", "symmetric_units"];

/** Of findings that stand together, worst first: the one to explain. */
export function explained(codes: readonly [Code, ...Code[]]): Code {
  return codes[0] === "stalled" ? (codes.find((code) => CAUSES.includes(code)) ?? "stalled") : codes[0];
}
