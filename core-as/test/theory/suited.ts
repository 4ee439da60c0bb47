// Activations, each with weights that suit it: where the tests of predicted against measured take their cases from.
import type { WrittenLayer } from "../../spec/written";

export const SUITED: readonly (readonly [string, Omit<WrittenLayer, "units">])[] = [
  ["tanh", { activation: "tanh", weights: { scheme: "critical", sigma_b: 0.2236 } }],
  ["relu", { activation: "relu", weights: { scheme: "he_normal" } }],
  ["gelu", { activation: "gelu", weights: { scheme: "he_normal", nonlinearity: "forward" } }],
  ["silu", { activation: "silu", weights: { scheme: "he_normal", nonlinearity: "forward" } }],
  ["selu", { activation: "selu", weights: { scheme: "lecun_normal" } }],
  [
    "x*sigmoid(1.702*x)",
    {
      activation: { formula: "x*sigmoid(1.702*x)" },
      weights: { scheme: "he_normal", nonlinearity: "forward" },
    },
  ],
];
