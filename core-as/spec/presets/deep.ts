// Depth, where small errors of scale add up, and what has been found against it.
import { gaussian, type Preset } from "./preset";

type Hidden = Parameters<typeof gaussian>[1];

function deep(name: string, title: string, summary: string, tags: readonly string[], hidden: Hidden): Preset {
  return { name, title, summary, tags: ["deep", ...tags], spec: gaussian(title, hidden) };
}

export const deepNetworks: readonly Preset[] = [
  deep(
    "deep-relu-xavier",
    "30 ReLU layers, Xavier",
    "The mean square halves at every layer: after 30 of them a billionth is left.",
    ["founding"],
    { layers: 30, units: 100, activation: "relu", weights: { scheme: "xavier_normal" } },
  ),
  deep(
    "deep-relu-he",
    "30 ReLU layers, He",
    "The same network with He: signal and gradient keep their size.",
    ["founding"],
    { layers: 30, units: 100, activation: "relu", weights: { scheme: "he_normal" } },
  ),
  deep(
    "hidden-collapse",
    "The hidden collapse: 10 sigmoid layers, Xavier",
    "Pooled, every layer has a std near 0.12. Over the samples it falls fourfold a layer: the last ones have forgotten the input.",
    ["collapse"],
    { layers: 10, units: 100, activation: "sigmoid", weights: { scheme: "xavier_normal" } },
  ),
  deep(
    "orthogonal-deep-linear",
    "50 linear layers, orthogonal",
    "A product of orthogonal matrices is orthogonal: every singular value of the Jacobian is 1 (Saxe et al. 2014).",
    ["orthogonal"],
    { layers: 50, units: 100, activation: "identity", weights: { scheme: "orthogonal" } },
  ),
  deep(
    "normal-deep-linear",
    "50 linear layers, LeCun normal",
    "The same variance as orthogonal, but singular values of a product of Gaussian matrices spread ever further.",
    ["orthogonal"],
    { layers: 50, units: 100, activation: "identity", weights: { scheme: "lecun_normal" } },
  ),
  deep(
    "lsuv-tanh",
    "20 tanh layers, LSUV",
    "Each matrix is scaled by the data until its preactivations have variance 1 (Mishkin & Matas 2016).",
    ["modern"],
    { layers: 20, units: 100, activation: "tanh", weights: { scheme: "lsuv" } },
  ),
  deep(
    "selu-lecun",
    "30 SELU layers, LeCun normal",
    "Self-normalizing: mean 0 and variance 1 attract (Klambauer et al. 2017).",
    ["modern"],
    { layers: 30, units: 100, activation: "selu", weights: { scheme: "lecun_normal" } },
  ),
  deep(
    "tanh-critical",
    "50 tanh layers on the critical line",
    "sigma_b^2 = 0.05, and the sigma_w that makes chi_1 = 1: about sqrt(1.76) (Schoenholz et al. 2017).",
    ["critical"],
    { layers: 50, units: 200, activation: "tanh", weights: { scheme: "critical", sigma_b: 0.2236 } },
  ),
  deep(
    "gelu-critical",
    "30 GELU layers on the critical line",
    "sigma_b = 0.5, and the sigma_w that makes chi_1 = 1 at the fixed point.",
    ["critical", "modern"],
    { layers: 30, units: 200, activation: "gelu", weights: { scheme: "critical", sigma_b: 0.5 } },
  ),
  deep(
    "silu-critical",
    "30 SiLU layers on the critical line",
    "sigma_b = 0.8, and the sigma_w that makes chi_1 = 1 at the fixed point.",
    ["critical", "modern"],
    { layers: 30, units: 200, activation: "silu", weights: { scheme: "critical", sigma_b: 0.8 } },
  ),
  deep(
    "layer-norm-tanh",
    "30 tanh layers, layer normalization",
    "Weights N(0, 1), which alone saturate tanh: normalization brings each sample's preactivations back to variance 1.",
    ["normalization", "modern"],
    {
      layers: 30,
      units: 100,
      activation: "tanh",
      weights: { scheme: "normal", mean: 0, std: 1 },
      normalization: "layer",
    },
  ),
  deep(
    "rms-norm-silu",
    "30 SiLU layers, RMS normalization",
    "Scaled by the root mean square of the units, without centring.",
    ["normalization", "modern"],
    {
      layers: 30,
      units: 100,
      activation: "silu",
      weights: { scheme: "lecun_normal" },
      normalization: "rms",
    },
  ),
  deep(
    "batch-norm-relu",
    "30 ReLU layers, batch normalization",
    "Forward every unit keeps variance 1; backward the gradient grows by about pi / (pi - 1) in its square a layer (Yang et al. 2019).",
    ["normalization", "modern"],
    {
      layers: 30,
      units: 100,
      activation: "relu",
      weights: { scheme: "he_normal" },
      normalization: "batch",
    },
  ),
  deep(
    "residual-relu",
    "30 ReLU layers in blocks of 2, residual",
    "He in every branch: each block adds its branch to the input, so the signal grows with depth.",
    ["residual", "modern"],
    {
      layers: 30,
      units: 100,
      activation: "relu",
      weights: { scheme: "he_normal" },
      residual: { every: 2, scale: 1 },
    },
  ),
  deep(
    "residual-scaled-relu",
    "30 ReLU layers in blocks of 2, residual scaled",
    "The same with branches times 1 / sqrt(15), the root of the number of blocks: the growth stays bounded.",
    ["residual", "modern"],
    {
      layers: 30,
      units: 100,
      activation: "relu",
      weights: { scheme: "he_normal" },
      residual: { every: 2, scale: 0.2582 },
    },
  ),
  deep(
    "zero-hadamard-relu",
    "10 ReLU layers, ZerO",
    "No randomness at all: identities, and a Hadamard matrix where a layer widens (Zhao et al. 2021).",
    ["modern"],
    { layers: 10, units: 128, activation: "relu", weights: { scheme: "zero_hadamard" } },
  ),
  deep(
    "formula-quick-gelu",
    "10 layers of a typed activation, x * sigmoid(1.702 * x)",
    "The quick form of GELU, typed as a formula: its slope is taken symbolically, and the gain that keeps the mean square is worked out for it.",
    ["formula", "modern"],
    {
      layers: 10,
      units: 100,
      activation: { formula: "x * sigmoid(1.702 * x)" },
      weights: { scheme: "he_normal", nonlinearity: "forward" },
    },
  ),
];
