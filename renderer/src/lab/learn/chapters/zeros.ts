// Chapter 1: every weight zero. What each activation answers then, which gradients are zero, and which are not.
import { figure, percent, whole } from "../../../../../core-as/spec/number";
import {
  accuracy,
  firstLayer,
  firstRecord,
  greatestWeightNorm,
  hidden,
  lastRecord,
  mostDistinctUnits,
  output,
} from "../../../../../core-as/claims/reading";
import type { WrittenWeights } from "../../../../../core-as/spec/written";
import type { Chapter, Evidence, Needs, Revealed, Values } from "../chapter";
import { constant, onDigits, onGaussian, SGD, XAVIER, ZEROS } from "./networks";

const sigmoidTraining = onDigits("Zeros with sigmoid", { activation: "sigmoid", weights: ZEROS });

const needs = {
  runs: {
    relu: onGaussian("Zeros with ReLU", { activation: "relu", weights: ZEROS }),
    sigmoid: onGaussian("Zeros with sigmoid", { activation: "sigmoid", weights: ZEROS }),
  },
  trainings: {
    relu: onDigits("Zeros with ReLU", { activation: "relu", weights: ZEROS }),
    tanh: onDigits("Zeros with tanh", { activation: "tanh", weights: ZEROS }),
    sigmoid: sigmoidTraining,
  },
} as const satisfies Needs;

const ACTIVATIONS = ["relu", "tanh", "sigmoid"] as const;
const STARTS: readonly { readonly name: string; readonly weights: WrittenWeights }[] = [
  { name: "All zero", weights: ZEROS },
  { name: "All 0.05", weights: constant(0.05) },
  { name: "Drawn (Xavier)", weights: XAVIER },
];

const activationOf = ({ activation }: Values) => ACTIVATIONS[activation ?? 0] ?? "relu";

export const zeros: Chapter = {
  id: "zeros",
  part: "notes",
  title: "Why not zeros",
  short: "Why not zeros",
  setting:
    "The notes: 1, all weights zero. Five hidden layers of 100 units, 1 000 inputs from N(0, 1); trained on the digits with ten linear outputs.",
  text: [
    {
      kind: "paragraph",
      prose: String.raw`Set every weight and bias to zero. Then every sum is zero, whatever the input, and every unit gives the same answer: $\varphi(0)$, which is 0 for ReLU and tanh and $\tfrac12$ for the sigmoid. Over {samples} inputs, the ReLU outputs of layer 1 reach from {reluLow} to {reluHigh}, the sigmoid's from {sigmoidLow} to {sigmoidHigh}. No layer knows which input it was given.`,
    },
    {
      kind: "formula",
      latex: String.raw`z_l = W_l\,h_{l-1} + b_l = 0, \qquad h_l = \varphi(z_l) = \varphi(0)`,
    },
    {
      kind: "paragraph",
      prose: String.raw`The way back is blocked as well. The gradient goes down through the weights, so behind a zero matrix it is zero; and a weight's own gradient is what arrives at its unit times what the weight carries:`,
    },
    {
      kind: "formula",
      latex: String.raw`\frac{\partial J}{\partial h_{l-1}} = W_l^{\top}\,\frac{\partial J}{\partial z_l} = 0, \qquad \frac{\partial J}{\partial W_l} = \frac{\partial J}{\partial z_l}\,h_{l-1}^{\top}`,
    },
    {
      kind: "paragraph",
      prose: String.raw`Only the output layer is still reached. Its weights carry $h = 0$ with ReLU and tanh, so their gradient is zero too. One thing is left that can move, the output's bias: it learns how frequent each digit is. After {steps} steps of training all weights are still exactly zero (norm {reluNorm} with ReLU, {tanhNorm} with tanh). The loss went from $\ln 10$, {before} nats, to {after}; no constant answer does better than {constant}.`,
    },
    {
      kind: "correction",
      notes: "Sigmoid or tanh: therefore, no updates.",
      precisely: String.raw`With tanh no *weight* is updated, but the output's bias is (its gradient has norm {tanhBias} at the first step). With the sigmoid weights do move. Its outputs are $\tfrac12$, not 0, so the output layer's weights get a gradient at once (norm {sigmoidOutput}). From the second step on they are no longer zero and pass gradient one layer down, and so on, a layer a step. What stays is the symmetry: each layer keeps {distinct} distinct unit, so the network can hardly tell digits apart: {accuracy} of the validation digits are told right, where guessing would get 10 %.`,
    },
    {
      kind: "correction",
      notes: "If the activation function is ReLU, dying ReLU occurs.",
      precisely: String.raw`All {dead} units of layer 1 give 0 for every input, so they are dead by definition. The cause is not the weights alone: with a positive bias a ReLU unit would be awake. But it would answer that bias, whatever the input.`,
    },
  ],
  fill: {
    needs,
    texts: (evidence) => {
      const [relu, tanh, sigmoid] = [
        evidence.training("relu"),
        evidence.training("tanh"),
        evidence.training("sigmoid"),
      ];
      const first = firstLayer(evidence.run("relu")).activations;
      const ofSigmoid = firstLayer(evidence.run("sigmoid")).activations;
      return {
        samples: whole(first.count / firstLayer(evidence.run("relu")).fanOut),
        reluLow: figure(first.min),
        reluHigh: figure(first.max),
        sigmoidLow: figure(ofSigmoid.min),
        sigmoidHigh: figure(ofSigmoid.max),
        dead: whole(first.deadUnits),
        steps: whole(relu.steps),
        reluNorm: figure(greatestWeightNorm(relu)),
        tanhNorm: figure(greatestWeightNorm(tanh)),
        before: nats(firstRecord(relu).loss),
        after: nats(lastRecord(relu).loss),
        constant: nats(relu.constantLoss),
        tanhBias: figure(output(firstRecord(tanh)).biasGradientNorm),
        sigmoidOutput: figure(output(firstRecord(sigmoid)).gradientNorm),
        distinct: whole(mostDistinctUnits(sigmoid)),
        accuracy: percent(accuracy(sigmoid)),
      };
    },
  },
  question: {
    ask: "Five sigmoid layers start with all weights zero and are trained by SGD for 400 steps. Which weights have moved?",
    choices: [
      "None: every gradient is zero",
      "Only those of the output layer",
      "Hidden layers' too, but all units of a layer alike",
      "Hidden layers' too, and their units grow apart",
    ],
    needs: { trainings: { sigmoid: sigmoidTraining } },
    reveal: revealed,
  },
  trial: {
    caption: "activations of each layer; the trainings at the right start from all three",
    controls: [
      {
        kind: "choice",
        id: "activation",
        label: "Activation",
        initial: 0,
        options: ["ReLU", "tanh", "Sigmoid"],
      },
      { kind: "choice", id: "start", label: "Weights", initial: 0, options: STARTS.map(({ name }) => name) },
    ],
    spec: (values) => {
      const { name, weights } = STARTS[values["start"] ?? 0] ?? STARTS[0]!;
      const activation = activationOf(values);
      return onGaussian(`${name}, ${activation}`, { activation, weights });
    },
    histograms: "activations",
    readings: ({ layers }) => {
      const last = layers.at(-1)!;
      const gradients = layers.map(({ gradients }) => gradients?.weights.rms ?? 0);
      return [
        {
          label: "Distinct units, last layer",
          value: `${whole(last.activations.distinctUnits)} of ${whole(last.fanOut)}`,
        },
        { label: "Across-sample std there", value: figure(last.activations.acrossSampleStd) },
        {
          label: "Layers with a weight gradient",
          value: `${whole(gradients.filter((rms) => rms > 0).length)} of ${whole(layers.length)}`,
        },
      ];
    },
    chart: {
      kind: "training",
      figure: "loss",
      specs: (values) => {
        const activation = activationOf(values);
        return STARTS.map(({ name, weights }) => ({
          name,
          spec: onDigits(name, { activation, weights }, { ...SGD, recordEvery: 20 }),
        }));
      },
    },
  },
  claims: "zeros",
  statements: [],
  sources: [
    "Goodfellow, Bengio & Courville 2016, Deep Learning, section 8.4 (parameter initialization)",
    "The founding notes, 1",
  ],
};

/** Losses near ln 10 differ in the fourth digit. */
const nats = (loss: number): string => loss.toFixed(4);

function revealed(evidence: Evidence): Revealed {
  const training = evidence.training("sigmoid");
  const last = lastRecord(training);
  const layers = hidden(last);
  const moved = layers.filter(({ weightNorm }) => weightNorm > 0).length;
  const distinct = mostDistinctUnits(training);
  const out = output(last).weightNorm;
  const right = moved > 0 ? (distinct === 1 ? 2 : 3) : out > 0 ? 1 : 0;
  const norm = layers.at(-1)!.weightNorm;
  return {
    right,
    measured: `${whole(moved)} of ${whole(layers.length)}, ${whole(distinct)} distinct unit in each`,
    because: String.raw`The sigmoid gives $\tfrac12$ at 0, so the output layer's weights move at the first step, and each further step lets the gradient one layer deeper: after ${whole(training.steps)} steps the norm is ${figure(norm)} in the last hidden layer and ${figure(layers[0]!.weightNorm)} in the first. But every unit of a layer gets the same update, so nothing ever tells them apart.`,
  };
}
