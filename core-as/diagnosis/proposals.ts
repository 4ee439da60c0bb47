// Changes that may mend a sick network, the smallest first. Whether they do is not judged here: runtime/remedy and
// runtime/advise run them.
import type { ActivationSpec, BiasSpec, Experiment, LayerSpec, WeightsSpec } from "../spec/experiment";

export interface Proposal {
  /** A key that does not change with the wording. */
  readonly id:
    "criterion" | "critical" | "lsuv" | "standardize" | "tanh" | "leaky_relu" | "layer_norm" | "batch_norm";
  readonly title: string;
  /** What it makes equal to what. */
  readonly criterion: string;
  /** Why it should help, with the source. */
  readonly reason: string;
  readonly spec: Experiment;
}

/** Weights that suit an activation, by a criterion that has a name. */
export interface Choice {
  readonly criterion: string;
  readonly title: string;
  readonly reason: string;
  readonly weights: WeightsSpec;
}

const ZEROS: BiasSpec = { scheme: "zeros" };
const he = (nonlinearity: "relu" | "forward"): WeightsSpec => ({
  scheme: "he_normal",
  mode: "fan_in",
  nonlinearity,
  negative_slope: 0.01,
});
const CRITICAL: WeightsSpec = { scheme: "critical", sigma_b: 0 };

const UNIT_SECOND_MOMENT = "unit second moment of the activations: E[(gain φ(z))²] = 1 for z ~ N(0, 1)";
const NORMALIZED = "variance 1 of the preactivations, by normalization";
const ANOTHER_ACTIVATION = "another activation: no weights alone would do";
const EDGE_OF_CHAOS = "χ₁ = 1 at the fixed point: neighbouring inputs, and gradients, keep their size";

/** The first choice for a layer of this activation. */
export function choiceFor(activation: ActivationSpec): Choice {
  const name = "name" in activation ? activation.name : null;
  switch (name) {
    case "relu":
      return {
        criterion: UNIT_SECOND_MOMENT,
        title: "He normal",
        reason: "ReLU drops half of the mean square, and twice the variance gives it back (He et al. 2015)",
        weights: he("relu"),
      };
    case "identity":
      return {
        criterion: UNIT_SECOND_MOMENT,
        title: "LeCun normal",
        reason: "a linear layer keeps the mean square where Var W = 1/fan_in (LeCun et al. 1998)",
        weights: { scheme: "lecun_normal" },
      };
    case "selu":
      return {
        criterion: "the fixed point (mean 0, variance 1) of SELU",
        title: "LeCun normal",
        reason: "SELU was built to keep mean 0 and variance 1 with Var W = 1/fan_in (Klambauer et al. 2017)",
        weights: { scheme: "lecun_normal" },
      };
    case "tanh":
    case "softsign":
    case "hardtanh":
    case "sin":
    case "sigmoid":
    case "hard_sigmoid":
      return {
        criterion: EDGE_OF_CHAOS,
        title: "Critical",
        reason:
          "on the critical line the gradient keeps its mean square from layer to layer (Schoenholz et al. 2017)",
        weights: CRITICAL,
      };
    default:
      return {
        criterion: UNIT_SECOND_MOMENT,
        title: "He normal with this activation's own gain",
        reason: "the gain is worked out for the activation itself, so that E[h²] stays 1 (He et al. 2015)",
        weights: he("forward"),
      };
  }
}

/** Every proposal for this experiment that would change it, in the order in which they are tried. */
export function proposalsFor(spec: Experiment): Proposal[] {
  const chosen = withWeights(spec, ({ activation }) => choiceFor(activation).weights);
  const { layers } = spec.network;
  const isChanged = (layer: LayerSpec, i: number) =>
    JSON.stringify(layer) !== JSON.stringify(chosen.network.layers[i]);
  const choice = choiceFor((layers.find(isChanged) ?? layers[0]!).activation);
  const onlyOutput = !layers.some(isChanged);
  const all: Proposal[] = [
    {
      id: "criterion",
      title: onlyOutput ? "LeCun normal for the output" : choice.title,
      criterion: choice.criterion,
      reason: onlyOutput
        ? "an output whose weights are all alike sends every unit the same gradient, or none"
        : choice.reason,
      spec: chosen,
    },
    {
      id: "critical",
      title: "Critical",
      criterion: EDGE_OF_CHAOS,
      reason: "σ_w solved for χ₁ = 1, so that gradients keep their mean square (Schoenholz et al. 2017)",
      spec: withWeights(spec, () => CRITICAL),
    },
    {
      id: "tanh",
      title: "Tanh, on its critical line",
      criterion: ANOTHER_ACTIVATION,
      reason: "the sigmoid's mean of 1/2 drives samples together; tanh has mean 0 (LeCun et al. 1998)",
      spec: withActivation(spec, (name) => name === "sigmoid" || name === "hard_sigmoid", { name: "tanh" }),
    },
    {
      id: "standardize",
      title: "Standardized inputs",
      criterion: "inputs of mean 0 and variance 1",
      reason: "features of mean 0 and variance 1 are what every rule of initialisation takes for granted",
      spec: { ...spec, data: { ...spec.data, standardize: true } },
    },
    {
      id: "lsuv",
      title: "LSUV",
      criterion: "unit variance of every layer's preactivations, measured on the data",
      reason:
        "each orthogonal matrix is scaled by the data until its preactivations have variance 1 (Mishkin & Matas 2016)",
      spec: withWeights(spec, () => ({
        scheme: "lsuv",
        base: { scheme: "orthogonal", gain: 1 },
        tolerance: 0.1,
        max_iterations: 10,
      })),
    },
    {
      id: "leaky_relu",
      title: "Leaky ReLU, with its own gain",
      criterion: ANOTHER_ACTIVATION,
      reason: "a unit with a slope below zero is never silent on every sample (Maas et al. 2013)",
      spec: withActivation(spec, (name) => name === "relu" || name === "relu6", {
        name: "leaky_relu",
        negative_slope: 0.1,
      }),
    },
    {
      id: "layer_norm",
      title: `Layer normalization, ${choice.title}`,
      criterion: NORMALIZED,
      reason: "each sample's preactivations are brought to variance 1 (Ba et al. 2016)",
      spec: withNormalization(chosen, "layer"),
    },
    {
      id: "batch_norm",
      title: `Batch normalization, ${choice.title}`,
      criterion: NORMALIZED,
      reason:
        "each unit's spread over the samples is brought to 1, so that they cannot grow alike (Ioffe & Szegedy 2015)",
      spec: withNormalization(chosen, "batch"),
    },
  ];
  const seen = new Set([JSON.stringify(spec)]);
  return all.filter((proposal) => {
    const text = JSON.stringify(proposal.spec);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

/** New weights and zero biases in every hidden layer; an output layer that draws nothing is given LeCun's. */
function withWeights(spec: Experiment, weightsOf: (layer: LayerSpec) => WeightsSpec): Experiment {
  const { network } = spec;
  const layers = network.layers.map((layer) => ({ ...layer, weights: weightsOf(layer), bias: ZEROS }));
  const output = network.output && withHead(network.output);
  return { ...spec, network: { ...network, layers, ...(output ? { output } : {}) } };
}

/** Weights that are all alike, or nothing, pass no gradient that tells units apart. */
function withHead(output: LayerSpec): LayerSpec {
  const { scheme } = output.weights;
  const drawsNothing = scheme === "zeros" || scheme === "ones" || scheme === "constant";
  return drawsNothing ? { ...output, weights: { scheme: "lecun_normal" }, bias: ZEROS } : output;
}

function withActivation(
  spec: Experiment,
  isReplaced: (name: string) => boolean,
  activation: ActivationSpec,
): Experiment {
  const { weights } = choiceFor(activation);
  const { network } = spec;
  return {
    ...spec,
    network: {
      ...network,
      layers: network.layers.map((layer) =>
        "name" in layer.activation && isReplaced(layer.activation.name)
          ? { ...layer, activation, weights, bias: ZEROS }
          : layer,
      ),
    },
  };
}

function withNormalization(spec: Experiment, normalization: LayerSpec["normalization"]): Experiment {
  const { network } = spec;
  return {
    ...spec,
    network: { ...network, layers: network.layers.map((layer) => ({ ...layer, normalization })) },
  };
}
