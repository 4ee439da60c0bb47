// Every case of the founding notes, on their network of 5 x 100.
import { onBoth, type Preset } from "./preset";

const tags = ["founding"];
const symmetry = [...tags, "symmetry"];

const large = { scheme: "normal", mean: 0, std: 1 } as const;
const small = { scheme: "normal", mean: 0, std: 0.01 } as const;
const half = { scheme: "constant", value: 0.5 } as const;

export const founding: readonly (readonly [Preset, Preset])[] = [
  onBoth(
    "large-normal-sigmoid",
    "N(0, 1) with sigmoid",
    "Preactivations are several units wide, most sigmoids sit at 0 or 1, and little gradient passes.",
    tags,
    { activation: "sigmoid", weights: large },
  ),
  onBoth(
    "large-normal-tanh",
    "N(0, 1) with tanh",
    "Preactivations are about ten wide, nearly every tanh is at −1 or 1.",
    tags,
    { activation: "tanh", weights: large },
  ),
  onBoth(
    "small-normal-sigmoid",
    "N(0, 0.01) with sigmoid",
    "0.01 is the standard deviation. Every unit stays near 1/2 and hardly depends on the input.",
    tags,
    { activation: "sigmoid", weights: small },
  ),
  onBoth(
    "small-normal-tanh",
    "N(0, 0.01) with tanh",
    "0.01 is the standard deviation. The signal shrinks about tenfold a layer, and the gradient with it.",
    tags,
    { activation: "tanh", weights: small },
  ),
  onBoth(
    "zeros-relu",
    "Zeros with ReLU",
    "Nothing leaves the first layer: every unit is dead, and no weight has a gradient.",
    symmetry,
    { activation: "relu", weights: { scheme: "zeros" } },
  ),
  onBoth(
    "zeros-sigmoid",
    "Zeros with sigmoid",
    "Every unit gives 1/2 whatever the input; the units of a hidden layer are and stay the same.",
    symmetry,
    { activation: "sigmoid", weights: { scheme: "zeros" } },
  ),
  onBoth(
    "zeros-tanh",
    "Zeros with tanh",
    "Every unit gives 0 whatever the input: no weight has a gradient, only the last bias.",
    symmetry,
    { activation: "tanh", weights: { scheme: "zeros" } },
  ),
  onBoth(
    "constant-sigmoid",
    "One constant with sigmoid",
    "Every weight is 0.5: the units of a layer all compute the same, so there is one unit, many times.",
    symmetry,
    { activation: "sigmoid", weights: half },
  ),
  onBoth(
    "constant-tanh",
    "One constant with tanh",
    "Every weight is 0.5: the units of a layer all compute the same, and soon sit at −1 or 1.",
    symmetry,
    { activation: "tanh", weights: half },
  ),
  onBoth(
    "constant-relu",
    "One constant with ReLU",
    "Every weight is 0.5: the units of a layer all compute the same, and the signal grows fiftyfold a layer.",
    symmetry,
    { activation: "relu", weights: half },
  ),
  onBoth(
    "xavier-normal-sigmoid",
    "Xavier normal with sigmoid",
    "The pooled histogram looks healthy, but the spread over the samples falls about fourfold a layer.",
    tags,
    { activation: "sigmoid", weights: { scheme: "xavier_normal" } },
  ),
  onBoth(
    "xavier-normal-tanh",
    "Xavier normal with tanh",
    "What the rule was made for: the signal shrinks slowly, the gradient keeps its size.",
    tags,
    { activation: "tanh", weights: { scheme: "xavier_normal" } },
  ),
  onBoth(
    "xavier-uniform-sigmoid",
    "Xavier uniform with sigmoid",
    "U(-a, a) with a = sqrt(6 / (fan_in + fan_out)): the same variance as Xavier normal, and the same fate.",
    tags,
    { activation: "sigmoid", weights: { scheme: "xavier_uniform" } },
  ),
  onBoth(
    "xavier-uniform-tanh",
    "Xavier uniform with tanh",
    "U(-a, a) with a = sqrt(6 / (fan_in + fan_out)): the same variance as Xavier normal.",
    tags,
    { activation: "tanh", weights: { scheme: "xavier_uniform" } },
  ),
  onBoth(
    "xavier-normal-relu",
    "Xavier normal with ReLU",
    "ReLU drops half of the mean square, which Xavier does not give back: it halves at every layer.",
    tags,
    { activation: "relu", weights: { scheme: "xavier_normal" } },
  ),
  onBoth(
    "xavier-uniform-relu",
    "Xavier uniform with ReLU",
    "The same as Xavier normal: the mean square halves at every layer.",
    tags,
    { activation: "relu", weights: { scheme: "xavier_uniform" } },
  ),
  onBoth(
    "he-normal-relu",
    "He normal with ReLU",
    "Twice the variance of LeCun gives back what ReLU drops: the mean square keeps its size.",
    tags,
    { activation: "relu", weights: { scheme: "he_normal" } },
  ),
  onBoth(
    "he-uniform-relu",
    "He uniform with ReLU",
    "U(-b, b) with b = sqrt(6 / fan_in): the same variance as He normal.",
    tags,
    { activation: "relu", weights: { scheme: "he_uniform" } },
  ),
];
