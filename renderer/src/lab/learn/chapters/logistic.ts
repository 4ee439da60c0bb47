// Chapter 6: the notes' reason why Xavier suits the logistic, which is true, and what follows from it, which is less
// pleasant: the straight part has slope 1/4.
import { nearLinearReach } from "../../../../../core-as/figures/nearLinear";
import { firstLayer, gradientFactor, lastLayer, shareWithin } from "../../../../../core-as/claims/reading";
import { figure, percent, whole } from "../../../../../core-as/spec/number";
import type { LayerResult } from "../../../../../core-as/spec/result";
import type { Chapter, Evidence, Needs, Revealed } from "../chapter";
import { factor } from "./alike";
import { normal, onGaussian, XAVIER } from "./networks";
import { spreadFactor } from "./xavier";

const REACH = nearLinearReach({ name: "sigmoid" })!;
const GAINS = [0.2, 0.5, 1, 2, 4, 6, 8, 10, 14, 20] as const;

const needs = {
  runs: {
    xavier: onGaussian("Xavier with sigmoid", { activation: "sigmoid", weights: XAVIER }),
    large: onGaussian("N(0, 1) with sigmoid", { activation: "sigmoid", weights: normal(1) }),
    tanh: onGaussian("Xavier with tanh", { activation: "tanh", weights: XAVIER }),
  },
} as const satisfies Needs;

export const logistic: Chapter = {
  id: "logistic",
  part: "notes",
  title: "Why it fits the logistic, and what that costs",
  short: "Why it fits the logistic",
  setting:
    "The notes: 3, “why it fits well with logistic functions”. Five hidden layers of 100 sigmoid units, 1 000 inputs from N(0, 1), Xavier's weights.",
  text: [
    {
      kind: "paragraph",
      prose: String.raw`The logistic function, here called sigmoid, is nearly straight around 0. With Xavier's weights $z$ lies around 0, with std {firstStd} in layer 1 and {lastStd} in layer 5, so most of it lies there. Say “nearly straight” where the slope is above three quarters of its greatest, $|z| < \ln 3$:`,
    },
    {
      kind: "formula",
      latex: String.raw`s(z) = \frac{1}{1 + e^{-z}}, \qquad s'(z) = s(z)\,\big(1 - s(z)\big)`,
    },
    {
      kind: "paragraph",
      prose: String.raw`In every layer at least {near} of the preactivations lie in that part; with N(0, 1) it is as little as {largeNear} in one. So units do not saturate, and the notes are right. But to be straight is one thing, to be steep another. A difference between two inputs passes through the slope, and so does every gradient that comes back. A layer multiplies the mean square of either by`,
    },
    {
      kind: "formula",
      latex: String.raw`\chi = n\,\sigma^2\,\mathbb{E}\big[s'(z)^2\big], \qquad n\,\sigma^2 = 1`,
    },
    {
      kind: "correction",
      notes:
        "The densely packed values from a Gaussian distribution align with the approximately linear part of the logistic function.",
      precisely: String.raw`True. But near 0, $s(z) = \tfrac12 + \tfrac{z}{4} - \tfrac{z^3}{48} + \dots$: the line has slope $\tfrac14$, and $\chi$ is at most $\tfrac1{16}$. Here it is {chi}, its root {root}. Measured, the std over the samples changes by {spread} a layer and the gradient's rms by {gradient}. What depends on the input is {firstSpread} of the outputs' std in layer 1 and {lastSpread} in layer 5.`,
    },
    {
      kind: "correction",
      notes: "Why it fits well with logistic functions?",
      precisely: String.raw`It fits tanh, which has slope 1 at 0: there the same weights give {tanhSpread} a layer. The sigmoid is $\tfrac12 + \tfrac12\tanh(z/2)$: to pass a small signal on as tanh does, its weights must be four times larger. Then $z$ leaves the linear part, because the constant $\tfrac12$ of every input is enlarged as well. Try the gain below.`,
    },
  ],
  fill: {
    needs,
    texts: (evidence) => {
      const run = evidence.run("xavier");
      const [first, last] = [firstLayer(run), lastLayer(run)];
      const chi = last.theory!.chi!;
      return {
        firstStd: figure(first.preactivations.std),
        lastStd: figure(last.preactivations.std),
        near: percent(Math.min(...run.layers.map(nearLinear))),
        largeNear: percent(Math.min(...evidence.run("large").layers.map(nearLinear))),
        chi: figure(chi),
        root: figure(Math.sqrt(chi)),
        spread: factor(spreadFactor(run)),
        gradient: factor(gradientFactor(run)),
        firstSpread: percent(first.activations.acrossSampleStd / first.activations.std),
        lastSpread: percent(last.activations.acrossSampleStd / last.activations.std),
        tanhSpread: factor(spreadFactor(evidence.run("tanh"))),
      };
    },
  },
  question: {
    ask: "Xavier's weights put most preactivations where the sigmoid is nearly a straight line. How much of what tells two inputs apart does one such layer pass on?",
    choices: ["All of it: × 1", "About half: × 0.5", "About a quarter", "Next to nothing: × 0.02"],
    needs: { runs: { xavier: needs.runs.xavier } },
    reveal: revealed,
  },
  trial: {
    caption: "preactivations of each layer over the sigmoid; shaded: nearly straight",
    controls: [
      {
        kind: "slider",
        id: "gain",
        label: "Gain (1: Xavier)",
        initial: 1,
        bounds: { min: 0.2, max: 20 },
        scale: "log",
      },
    ],
    spec: ({ gain = 1 }) => specAt(gain, 1000),
    histograms: "preactivations",
    readings: (result) => {
      const last = lastLayer(result);
      return [
        { label: `Nearly straight, layer ${whole(last.index)}`, value: percent(nearLinear(last)) },
        { label: "Gradient's rms, a layer back", value: factor(gradientFactor(result)) },
        { label: "Across-sample std, a layer", value: factor(spreadFactor(result)) },
      ];
    },
    chart: {
      kind: "sweep",
      title: "Gradient, a layer back, against gain",
      caption: "of its rms",
      x: { label: "gain", unit: "", scale: "log", domain: [0.15, 25] },
      y: { label: "factor a layer", unit: "", scale: "log", domain: [0.02, 4] },
      places: () => GAINS,
      spec: (_values, place) => specAt(place, 300),
      read: (result) => {
        const scale = firstLayer(result).theory?.gradientScale ?? null;
        return {
          measured: gradientFactor(result),
          predicted: scale === null ? null : scale ** (1 / (result.layers.length - 1)),
        };
      },
      at: ({ gain = 1 }) => gain,
      rules: [{ at: 1, label: "keeps its size" }],
    },
  },
  claims: "logistic",
  statements: [],
  sources: [
    "Glorot & Bengio 2010, Understanding the difficulty of training deep feedforward neural networks, section 3.1 (sigmoid)",
    "LeCun, Bottou, Orr & Müller 1998, Efficient BackProp, section 4.4 (why tanh is preferred)",
    "Schoenholz et al. 2017, Deep information propagation (χ)",
  ],
};

const specAt = (gain: number, samples: number) =>
  onGaussian(
    `Xavier, gain ${figure(gain)}, with sigmoid`,
    { activation: "sigmoid", weights: { scheme: "xavier_normal", gain } },
    { samples },
  );

const nearLinear = ({ preactivations }: LayerResult): number =>
  shareWithin(preactivations.histogram, -REACH, REACH);

function revealed(evidence: Evidence): Revealed {
  const run = evidence.run("xavier");
  const measured = spreadFactor(run);
  const root = Math.sqrt(lastLayer(run).theory!.chi!);
  return {
    right: measured > 0.7 ? 0 : measured > 0.35 ? 1 : measured > 0.1 ? 2 : 3,
    measured: `measured ${factor(measured)}, predicted ${factor(root)}`,
    because: String.raw`The line is straight but not steep: its slope is $\tfrac14$ at most, and Xavier's sum keeps its size, no more. Bends on both sides take a little more off, so $\sqrt\chi$ lies below $\tfrac14$.`,
  };
}
