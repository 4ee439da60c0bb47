// Chapter 4: N(0, 0.01), read as std and as variance. The signal fades; units stay distinct; the optimizer matters.
import { accuracy, firstLayer, lastLayer, signalFactor } from "../../../../../core-as/claims/reading";
import { figure, percent, whole } from "../../../../../core-as/spec/number";
import type { LayerResult } from "../../../../../core-as/spec/result";
import type { Chapter, Evidence, Needs, Revealed, Values } from "../chapter";
import { factor } from "./alike";
import { ADAM, normal, onDigits, onGaussian } from "./networks";

const tanh = { activation: "tanh", weights: normal(0.01) } as const;
const asVariance = { activation: "tanh", weights: normal(0.1) } as const;

const needs = {
  runs: {
    tanh: onGaussian("N(0, 0.01²) with tanh", tanh),
    sigmoid: onGaussian("N(0, 0.01²) with sigmoid", { activation: "sigmoid", weights: normal(0.01) }),
    variance: onGaussian("N(0, 0.1²) with tanh", asVariance),
  },
  trainings: {
    sgd: onDigits("N(0, 0.01²) with tanh, SGD", tanh),
    adam: onDigits("N(0, 0.01²) with tanh, Adam", tanh, ADAM),
    variance: onDigits("N(0, 0.1²) with tanh, SGD", asVariance),
  },
} as const satisfies Needs;

const ACTIVATIONS = ["tanh", "sigmoid"] as const;
const STDS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1] as const;

export const small: Chapter = {
  id: "small",
  part: "notes",
  title: "Too small: N(0, 0.01)",
  short: "Too small: N(0, 0.01)",
  setting:
    "The notes: 2, case 2. Five hidden layers of 100 units, 1 000 inputs from N(0, 1); std 0.01 unless said otherwise.",
  text: [
    {
      kind: "paragraph",
      prose: String.raw`Now draw every weight with std 0.01. A unit again sums {fanIn} independent terms, and near 0 tanh is a straight line of slope 1 that leaves a small sum as it is. What one layer does to the signal, the next does again:`,
    },
    {
      kind: "formula",
      latex: String.raw`\operatorname{std} z = \sqrt{n_{\mathrm{in}}}\,\sigma\,\sqrt{\mathbb{E}[x^2]}`,
    },
    {
      kind: "paragraph",
      prose: String.raw`The gradient comes back through the same weights, and a weight's own gradient has both as factors, what comes back and what came in:`,
    },
    {
      kind: "formula",
      latex: String.raw`\frac{\partial J}{\partial W_l} = \frac{\partial J}{\partial z_l}\,h_{l-1}^{\top}`,
    },
    {
      kind: "paragraph",
      prose: String.raw`SGD steps in proportion to it. After {steps} steps {sgd} of the validation digits are told right; guessing would get 10 %.`,
    },
    {
      kind: "correction",
      notes: "w ~ N(0, 0.01), which is small variance.",
      precisely: String.raw`By convention the second argument of $N$ is the *variance*; then std is 0.1, $n\sigma^2 = 1$, and nothing is wrong: layer 5's outputs have std {varianceLast}, and SGD gets {varianceRight} right. It is what Xavier draws at width 100. What the notes say fits std 0.01.`,
    },
    {
      kind: "correction",
      notes: "Becomes similar to having all weights with the same value.",
      precisely: String.raw`The *outputs* do. Layer 1's have std {first}, layer 5's {last}. A sigmoid's settle near $\tfrac12$, and its slope of $\tfrac14$ takes a further factor of four from what depends on the input: in layer 5 that part has std {sigmoid}. But the *units* do not become alike: {distinct} of layer 5 are distinct, where one constant leaves one.`,
    },
    {
      kind: "correction",
      notes: "Therefore, hidden layer loses its purpose.",
      precisely: String.raw`By plain SGD, yes: both factors of a weight's gradient are tiny (the rms that reaches layer 1 is {gradient} of layer 5's). But while a symmetry holds for ever, a faded gradient is only small, and an optimizer that rescales it can go on. Adam, from the same weights, gets {adam} right in {adamSteps} steps.`,
    },
  ],
  fill: {
    needs,
    texts: (evidence) => {
      const run = evidence.run("tanh");
      const [first, last] = [firstLayer(run), lastLayer(run)];
      const variance = evidence.training("variance");
      const adam = evidence.training("adam");
      const back = (layer: LayerResult) => layer.gradients!.preactivations.rms;
      return {
        fanIn: whole(first.fanIn),
        first: figure(first.activations.std),
        last: figure(last.activations.std),
        sigmoid: acrossText(lastLayer(evidence.run("sigmoid"))),
        gradient: figure(back(first) / back(last)),
        steps: whole(evidence.training("sgd").steps),
        sgd: percent(accuracy(evidence.training("sgd"))),
        varianceLast: figure(lastLayer(evidence.run("variance")).activations.std),
        varianceRight: percent(accuracy(variance)),
        distinct: whole(last.activations.distinctUnits),
        adam: percent(accuracy(adam)),
        adamSteps: whole(adam.steps),
      };
    },
  },
  question: {
    ask: "The weights have std 0.01, a layer has 100 tanh units. What does one layer do to the signal's std?",
    choices: ["× 0.0001, the variance", "× 0.01, the std", "× 0.1", "About × 1: tanh keeps small signals"],
    needs: { runs: { tanh: needs.runs.tanh } },
    reveal: revealed,
  },
  trial: {
    caption: "activations of each layer; where their sizes differ too much for one axis, in units of its std",
    controls: [
      { kind: "choice", id: "activation", label: "Activation", initial: 0, options: ["tanh", "Sigmoid"] },
      {
        kind: "slider",
        id: "std",
        label: "Std of the weights",
        initial: 0.01,
        bounds: { min: 0.005, max: 2 },
        scale: "log",
      },
      {
        kind: "slider",
        id: "width",
        label: "Width",
        initial: 100,
        bounds: { min: 10, max: 400, integer: true },
        scale: "log",
      },
    ],
    spec: (values) => specAt(values, values["std"] ?? 0.01, 1000),
    histograms: "activations",
    readings: (result) => {
      const last = lastLayer(result);
      const { activations, fanIn, weights, index } = last;
      return [
        {
          label: `Across-sample std in layer ${whole(index)}`,
          value: acrossText(last),
        },
        { label: "Its effective rank", value: figure(activations.effectiveRank) },
        { label: "n σ² (1 would keep the size)", value: figure(fanIn * weights.std ** 2) },
      ];
    },
    chart: {
      kind: "sweep",
      title: "What is left of the input in layer 5",
      caption: "against the weights' std",
      x: { label: "std", unit: "", scale: "log", domain: [0.005, 2] },
      y: { label: "across-sample std", unit: "", scale: "log", domain: [1e-11, 1] },
      places: () => STDS,
      spec: (values, place) => specAt(values, place, 300),
      read: (result) => {
        const last = lastLayer(result);
        return {
          measured: last.activations.acrossSampleStd,
          predicted: last.theory?.acrossSampleStd ?? null,
        };
      },
      at: ({ std = 0.01 }) => std,
      rules: [],
    },
  },
  claims: "small",
  statements: [],
  sources: [
    "Glorot & Bengio 2010, Understanding the difficulty of training deep feedforward neural networks, section 4.2.1",
    "Kingma & Ba 2015, Adam, section 2.1 (steps do not depend on the gradient's scale)",
    "Saito 2016, Deep Learning from Scratch, section 6.2.2 (pictures like the notes', std 0.01)",
  ],
};

function specAt({ activation = 0, width = 100 }: Values, std: number, samples: number) {
  const name = ACTIVATIONS[activation] ?? "tanh";
  return onGaussian(
    `N(0, ${figure(std)}²) with ${name}, width ${width}`,
    { activation: name, weights: normal(std) },
    { width, samples },
  );
}

const acrossText = ({ activations }: LayerResult): string =>
  figure(activations.acrossSampleStd) + (activations.acrossSampleStdIsRounding ? " (float32 rounding)" : "");

function revealed(evidence: Evidence): Revealed {
  const run = evidence.run("tanh");
  const measured = signalFactor(run);
  const { weights, fanIn } = lastLayer(run);
  const predicted = Math.sqrt(lastLayer(run).theory!.q! / firstLayer(run).theory!.q!);
  const perLayer = predicted ** (1 / (run.layers.length - 1));
  const right = measured < 0.001 ? 0 : measured < 0.03 ? 1 : measured < 0.3 ? 2 : 3;
  return {
    right,
    measured: `measured ${factor(measured)}, predicted ${factor(perLayer)}`,
    because: String.raw`A sum of $n$ independent terms is $\sqrt n$ wider than one of them, so the factor is $\sqrt n\,\sigma$, with ${figure(Math.sqrt(fanIn))} for the root and ${figure(weights.std)} for the std that was drawn. tanh passes small sums on as they are: after ${whole(run.layers.length)} layers the outputs have std ${figure(lastLayer(run).activations.std)}.`,
  };
}
