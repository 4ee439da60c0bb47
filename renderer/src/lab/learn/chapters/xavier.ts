// Chapter 5: Xavier's variance, derived forward and back; how the notes write it; and the sigmoid, with which it is
// said to do well.
import {
  accuracy,
  factorALayer,
  firstLayer,
  gradientFactor,
  lastLayer,
  signalFactor,
} from "../../../../../core-as/claims/reading";
import { figure, percent, whole } from "../../../../../core-as/spec/number";
import type { RunResult } from "../../../../../core-as/spec/result";
import type { WrittenWeights } from "../../../../../core-as/spec/written";
import type { Chapter, Evidence, Needs, Revealed } from "../chapter";
import { factor } from "./alike";
import { ADAM, onDigits, onGaussian, throughWidths, XAVIER } from "./networks";

const sigmoid = { activation: "sigmoid", weights: XAVIER } as const;
const linear = { activation: "identity", weights: XAVIER } as const;
const uniform: WrittenWeights = { scheme: "xavier_uniform" };

const EVEN = [100, 100, 100, 100, 100, 100] as const;
const NARROWING = [400, 230, 132, 76, 44, 25] as const;
const WIDENING = [25, 44, 76, 132, 230, 400] as const;

const needs = {
  runs: {
    linear: throughWidths("Linear layers, Xavier", linear, EVEN),
    narrowing: throughWidths("Narrowing linear layers, Xavier", linear, NARROWING),
    sigmoid: onGaussian("Xavier with sigmoid", sigmoid),
    uniform: onGaussian("Xavier uniform with tanh", { activation: "tanh", weights: uniform }),
  },
  trainings: {
    tanh: onDigits("Xavier with tanh, SGD", { activation: "tanh", weights: XAVIER }),
    sgd: onDigits("Xavier with sigmoid, SGD", sigmoid),
    adam: onDigits("Xavier with sigmoid, Adam", sigmoid, { ...ADAM, steps: 800 }),
    shallow: onDigits("Xavier with sigmoid, one hidden layer", sigmoid, undefined, { layers: 1 }),
  },
} as const satisfies Needs;

const ACTIVATIONS = ["identity", "tanh", "sigmoid"] as const;
const SHAPES = [EVEN, NARROWING, WIDENING] as const;

export const xavier: Chapter = {
  id: "xavier",
  part: "notes",
  title: "Xavier: a variance for both ways",
  short: "Xavier",
  setting: "The notes: 3. Five hidden layers of 100 units, 1 000 inputs from N(0, 1); trained on the digits.",
  text: [
    {
      kind: "paragraph",
      prose: String.raw`Too large saturates, too small fades. In between lies a variance that does neither. Take units that are nearly linear with slope 1, as tanh is near 0. On the way forward a unit sums $n_{\mathrm{in}}$ inputs; on the way back an input sums the gradients of the $n_{\mathrm{out}}$ units that it feeds. Each sum should be as large as what goes into it:`,
    },
    {
      kind: "formula",
      latex: String.raw`n_{\mathrm{in}}\,\sigma^2 = 1 \quad\text{(signal)}, \qquad n_{\mathrm{out}}\,\sigma^2 = 1 \quad\text{(gradient)}`,
    },
    {
      kind: "paragraph",
      prose: String.raw`Both hold only in a square layer. Glorot and Bengio (Xavier is Glorot's first name) take the middle:`,
    },
    {
      kind: "formula",
      latex: String.raw`\sigma^2 = \frac{2}{n_{\mathrm{in}} + n_{\mathrm{out}}}, \qquad W \sim N(0, \sigma^2)`,
    },
    {
      kind: "formula",
      latex: String.raw`\text{or}\quad W \sim U(-a, a), \qquad a = \sqrt{3}\,\sigma = \sqrt{\frac{6}{n_{\mathrm{in}} + n_{\mathrm{out}}}}`,
    },
    {
      kind: "paragraph",
      prose: String.raw`In linear layers of equal width, the rms of the signal changes by {forward} a layer and that of the gradient by {backward}. Where layers narrow, from 400 units to 25, the middle pleases neither: the signal's changes by {narrowForward}, the gradient's by {narrowBackward}. With tanh the digits are learnt well: {tanh} right after {steps} steps of SGD.`,
    },
    {
      kind: "correction",
      notes: "Normal: w ~ N(0, √(2/(n_in + n_out))).",
      precisely: String.raw`The root is the *standard deviation*. Where $N$ takes a variance, as it does by convention, the root has to go. For 100 in and 100 out: std {std}, variance {variance}.`,
    },
    {
      kind: "correction",
      notes: "Uniform: w ~ N(−√(6/(n_in + n_out)), √(6/(n_in + n_out))).",
      precisely: String.raw`Read $U$ for $N$: every value from $-a$ to $a$ is as likely as any other. Drawn so, weights reach from {least} to {greatest} and have std {uniformStd}, that of the normal law. The 6 is 3 times 2: the variance of $U(-a, a)$ is $a^2/3$.`,
    },
    {
      kind: "correction",
      notes: "Shows good performance when combined with sigmoid or tanh functions.",
      precisely: String.raw`With tanh, yes. With the sigmoid it depends on depth and optimizer: one hidden layer gets {shallow} right, five get {sgd} by SGD and {adam} by Adam ({adamSteps} steps). The sigmoid's slope is at most $\tfrac14$, not 1, so what tells two inputs apart changes by {spread} a layer: from {first} in layer 1 to {last} in layer 5. The histogram of all outputs hides it; it still looks healthy.`,
    },
  ],
  fill: {
    needs,
    texts: (evidence) => {
      const [even, narrowing, run] = [
        evidence.run("linear"),
        evidence.run("narrowing"),
        evidence.run("sigmoid"),
      ];
      const { weights } = lastLayer(even);
      const drawn = lastLayer(evidence.run("uniform")).weights;
      return {
        forward: factor(signalFactor(even)),
        backward: factor(gradientFactor(even)),
        narrowForward: factor(signalFactor(narrowing)),
        narrowBackward: factor(gradientFactor(narrowing)),
        tanh: percent(accuracy(evidence.training("tanh"))),
        steps: whole(evidence.training("tanh").steps),
        std: figure(weights.std),
        variance: figure(weights.std ** 2),
        least: figure(drawn.min),
        greatest: figure(drawn.max),
        uniformStd: figure(drawn.std),
        shallow: percent(accuracy(evidence.training("shallow"))),
        sgd: percent(accuracy(evidence.training("sgd"))),
        adam: percent(accuracy(evidence.training("adam"))),
        adamSteps: whole(evidence.training("adam").steps),
        spread: factor(spreadFactor(run)),
        first: figure(firstLayer(run).activations.acrossSampleStd),
        last: figure(lastLayer(run).activations.acrossSampleStd),
      };
    },
  },
  question: {
    ask: "Five sigmoid layers of 100 start from Xavier's weights and are trained on the digits for 400 steps of SGD, rate 0.1. How many validation digits are told right?",
    choices: ["Over 90 %", "About 70 %", "About 40 %", "About 10 %, as by guessing"],
    needs: { runs: { sigmoid: needs.runs.sigmoid }, trainings: { sgd: needs.trainings.sgd } },
    reveal: revealed,
  },
  trial: {
    caption: "preactivations of each layer over the activation's curve",
    controls: [
      {
        kind: "choice",
        id: "activation",
        label: "Activation",
        initial: 0,
        options: ["Linear", "tanh", "Sigmoid"],
      },
      {
        kind: "choice",
        id: "shape",
        label: "Layers",
        initial: 0,
        options: ["100 each", "400 to 25", "25 to 400"],
      },
      {
        kind: "slider",
        id: "gain",
        label: "Gain (1: Xavier)",
        initial: 1,
        bounds: { min: 0.25, max: 4 },
        scale: "log",
      },
    ],
    spec: ({ activation = 0, shape = 0, gain = 1 }) => {
      const name = ACTIVATIONS[activation] ?? "identity";
      return throughWidths(
        `Xavier, gain ${figure(gain)}, ${name}`,
        { activation: name, weights: { scheme: "xavier_normal", gain } },
        SHAPES[shape] ?? EVEN,
      );
    },
    histograms: "preactivations",
    readings: (result) => [
      { label: "Signal's rms, a layer", value: factor(signalFactor(result)) },
      { label: "Gradient's rms, a layer back", value: factor(gradientFactor(result)) },
      { label: "Across-sample std, a layer", value: factor(spreadFactor(result)) },
    ],
    chart: { kind: "profile", profile: "acrossSampleStd" },
  },
  claims: "xavier",
  statements: [],
  sources: [
    "Glorot & Bengio 2010, Understanding the difficulty of training deep feedforward neural networks, section 4.2",
    "LeCun, Bottou, Orr & Müller 1998, Efficient BackProp, section 4.6 (1/n_in)",
    "The founding notes, 3",
  ],
};

/** Of what depends on the input, from layer to layer. */
export function spreadFactor(run: RunResult): number {
  const [first, last] = [firstLayer(run).activations, lastLayer(run).activations];
  return factorALayer(first.acrossSampleStd, last.acrossSampleStd, run.layers.length);
}

function revealed(evidence: Evidence): Revealed {
  const right = accuracy(evidence.training("sgd"));
  const run = evidence.run("sigmoid");
  const chi = lastLayer(run).theory!.chi!;
  return {
    right: right > 0.85 ? 0 : right > 0.55 ? 1 : right > 0.2 ? 2 : 3,
    measured: `${percent(right)} right after ${whole(evidence.training("sgd").steps)} steps`,
    because: String.raw`The outputs look healthy, but what depends on the input changes by ${factor(spreadFactor(run))} a layer ($\sqrt\chi$ = ${figure(Math.sqrt(chi))} is predicted), and the gradient comes back by the same factor. Five layers deep, SGD sees almost the same output for every digit.`,
  };
}
