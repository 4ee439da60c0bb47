// What one gets without asking: the dense layer's default of each framework.
import { onBoth, type Preset } from "./preset";

const tags = ["framework"];

export const frameworks: readonly (readonly [Preset, Preset])[] = [
  onBoth(
    "torch-default",
    "torch nn.Linear with ReLU",
    "Kaiming uniform with a = sqrt(5), which is U(-1/sqrt(fan_in), 1/sqrt(fan_in)), biases too: a third of LeCun's variance.",
    tags,
    { activation: "relu", weights: { scheme: "torch_linear_default" } },
  ),
  onBoth(
    "keras-default",
    "Keras Dense with ReLU",
    "Glorot uniform and zero biases: with ReLU the mean square halves at every layer.",
    tags,
    { activation: "relu", weights: { scheme: "keras_dense_default" } },
  ),
  onBoth(
    "jax-default",
    "flax Dense with ReLU",
    "LeCun normal cut at two standard deviations (corrected for the cut) and zero biases.",
    tags,
    {
      activation: "relu",
      weights: {
        scheme: "variance_scaling",
        scale: 1,
        mode: "fan_in",
        distribution: "truncated_normal",
      },
      bias: { scheme: "zeros" },
    },
  ),
];
