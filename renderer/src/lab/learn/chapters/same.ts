// Chapter 2: every weight one value that is not zero. Units that begin alike stay alike; what breaks that.
import {
  accuracy,
  firstLayer,
  firstRecord,
  hidden,
  lastRecord,
  mostDistinctUnits,
} from "../../../../../core-as/claims/reading";
import { figure, percent, whole } from "../../../../../core-as/spec/number";
import type { WrittenWeights } from "../../../../../core-as/spec/written";
import type { Chapter, Evidence, Needs, Revealed, Values } from "../chapter";
import { constant, onDigits, onGaussian, SGD, XAVIER } from "./networks";

const VALUE = 0.05;
const start = { activation: "tanh", weights: constant(VALUE) } as const;
const training = onDigits("One constant with tanh", start);

const needs = {
  runs: { constant: onGaussian("One constant with tanh", start) },
  trainings: {
    constant: training,
    apart: onDigits("N(0.05, 0.001²) with tanh", { activation: "tanh", weights: around(VALUE, 0.001) }),
    xavier: onDigits("Xavier with tanh", { activation: "tanh", weights: XAVIER }),
    one: onDigits("Layers of one unit", { activation: "tanh", weights: XAVIER }, SGD, { width: 1 }),
  },
} as const satisfies Needs;

export const same: Chapter = {
  id: "same",
  part: "notes",
  title: "Why not all the same",
  short: "Why not all the same",
  setting:
    "The notes: 1, every weight one value that is not zero. Five hidden layers of 100 tanh units, every weight 0.05; trained on the digits.",
  text: [
    {
      kind: "paragraph",
      prose: String.raw`Let every weight of a layer be one number $c$. Zero was special because nothing passed; here signals and gradients pass. Look at unit $i$ of a layer: what it gives, and what comes back to it from the units $m$ above.`,
    },
    {
      kind: "formula",
      latex: String.raw`h_i = \varphi\Big(\sum_k c\,x_k\Big), \qquad \frac{\partial J}{\partial z_i} = \varphi'(z_i)\sum_m c\,\frac{\partial J}{\partial z_m}`,
    },
    {
      kind: "paragraph",
      prose: String.raw`A step of gradient descent moves the weight from input $k$ by what came back times what came in:`,
    },
    {
      kind: "formula",
      latex: String.raw`w_{ik} \;\leftarrow\; w_{ik} - \eta\,\frac{\partial J}{\partial z_i}\,x_k`,
    },
    {
      kind: "paragraph",
      prose: String.raw`And the network does train: in {steps} steps the norm of a hidden layer's weights changes by up to {moved}. Where in these formulas does a unit find a number of its own?`,
    },
    {
      kind: "correction",
      notes: "Updated as same value.",
      precisely: String.raw`All *units* of a layer get the same update. They have the same inputs and weights, so they give the same output; the units above weigh all of them alike, so the same gradient comes back; so they make the same step and are equal after it, and after every later one. A layer of {units} units never has more than {distinct} distinct unit, bit for bit. The weights of *one* unit do differ: each gradient is multiplied by its own input, and over layer 1's weights its std is {spread} of its rms.`,
    },
    {
      kind: "correction",
      notes: "Hidden layer loses its purpose.",
      precisely: String.raw`It does the work of one unit. Told right of the validation digits: {constant}, where layers of *one* unit reach {one} and the same network drawn from Xavier's law reaches {xavier}.`,
    },
    {
      kind: "correction",
      notes: "Therefore, we need to initialize weights appropriately.",
      precisely: String.raw`To be different is not enough. Draw the weights from $N(0.05, 0.001^2)$ and all {apartDistinct} units of a layer are distinct from the start; after {steps} steps {apart} of the digits are told right. The common 0.05 still drives every unit the same way: the weights must be spread around *zero*, and by the right amount. The next chapters look for that amount.`,
    },
  ],
  fill: {
    needs,
    texts: (evidence) => {
      const [one, apart] = [evidence.training("constant"), evidence.training("apart")];
      const { std, rms } = firstLayer(evidence.run("constant")).gradients!.weights;
      const before = hidden(firstRecord(one));
      const moves = hidden(lastRecord(one)).map(({ weightNorm }, l) =>
        Math.abs(weightNorm - before[l]!.weightNorm),
      );
      return {
        moved: figure(Math.max(...moves)),
        steps: whole(one.steps),
        units: whole(before[0]!.activation.units),
        distinct: whole(mostDistinctUnits(one)),
        constant: percent(accuracy(one)),
        one: percent(accuracy(evidence.training("one"))),
        xavier: percent(accuracy(evidence.training("xavier"))),
        spread: figure(std / rms),
        apart: percent(accuracy(apart)),
        apartDistinct: whole(hidden(firstRecord(apart))[0]!.activation.distinctUnits),
      };
    },
  },
  question: {
    ask: "Five layers of 100 tanh units start with every weight at 0.05. They train for 400 steps, and the weights move. How many different units does a layer have at the end?",
    choices: ["All 100", "About half of them", "About ten, one a digit", "One"],
    needs: { trainings: { constant: training } },
    reveal: revealed,
  },
  trial: {
    caption: "activations of each layer; without spread, all weights are one constant",
    controls: [
      {
        kind: "slider",
        id: "mean",
        label: "Value in common",
        initial: VALUE,
        bounds: { min: 0, max: 0.1 },
        scale: "linear",
        step: 0.005,
      },
      {
        kind: "slider",
        id: "std",
        label: "Spread around it (std)",
        initial: 0,
        bounds: { min: 0, max: 0.2 },
        scale: "linear",
        step: 0.005,
      },
    ],
    spec: (values) => onGaussian(nameAt(values), { activation: "tanh", weights: weightsAt(values) }),
    histograms: "activations",
    readings: ({ layers }) => {
      const { activations, fanOut } = layers.at(-1)!;
      return [
        {
          label: "Distinct units, last layer",
          value: `${whole(activations.distinctUnits)} of ${whole(fanOut)}`,
        },
        {
          label: "Effective rank there",
          value: `${figure(activations.effectiveRank)} of ${figure(activations.effectiveRankCeiling)}`,
        },
      ];
    },
    chart: {
      kind: "training",
      figure: "accuracy",
      specs: (values) => {
        const train = { ...SGD, recordEvery: 20 };
        const of = (name: string, weights: WrittenWeights) => ({
          name,
          spec: onDigits(name, { activation: "tanh", weights }, train),
        });
        const asSet = of("As set", weightsAt(values));
        const others = [of("One constant, 0.05", constant(VALUE)), of("Xavier", XAVIER)];
        const isConstant = JSON.stringify(weightsAt(values)) === JSON.stringify(constant(VALUE));
        return isConstant ? others : [asSet, ...others];
      },
    },
  },
  claims: "same",
  statements: [],
  sources: [
    "Goodfellow, Bengio & Courville 2016, Deep Learning, section 8.4: “break symmetry”",
    "Rumelhart, Hinton & Williams 1986, Learning internal representations by error propagation (symmetry breaking)",
    "The founding notes, 1",
  ],
};

/** N(mean, std²); std 0: the constant. */
function around(mean: number, std: number): WrittenWeights {
  return std === 0 ? constant(mean) : { scheme: "normal", mean, std };
}

const weightsAt = ({ mean = VALUE, std = 0 }: Values) => around(mean, std);

const nameAt = ({ mean = VALUE, std = 0 }: Values) =>
  std === 0 ? `Every weight ${figure(mean)}, tanh` : `N(${figure(mean)}, ${figure(std)}²) with tanh`;

function revealed(evidence: Evidence): Revealed {
  const trained = evidence.training("constant");
  const distinct = mostDistinctUnits(trained);
  const { units } = hidden(lastRecord(trained))[0]!.activation;
  const right = distinct === 1 ? 3 : distinct === units ? 0 : distinct <= units / 5 ? 2 : 1;
  return {
    right,
    measured: `${whole(distinct)} distinct of ${whole(units)}`,
    because: `Units that begin alike see the same inputs and receive the same gradient, so each step keeps them alike, to the last bit. ${whole(units)} copies of a unit can do no more than one: ${percent(accuracy(trained))} of the validation digits are told right.`,
  };
}
