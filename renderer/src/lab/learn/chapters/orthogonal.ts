// Chapter 11: a gradient that keeps its size on the average may still be lost in most directions; what orthogonal weights
// mend of that, and what they cannot.
import { judgeCases } from "../../../../../core-as/claims/judgement";
import type { ActivationName } from "../../../../../core-as/spec/experiment";
import { figure } from "../../../../../core-as/spec/number";
import type { JacobianResult, RunResult } from "../../../../../core-as/spec/result";
import type { WrittenWeights } from "../../../../../core-as/spec/written";
import type { Chapter } from "../chapter";
import { alike, gaussian, rangeAt } from "./alike";

/** Layers of the text's example, of the question's, and of the preset's. */
const LAYERS = 10;
const LONG = 20;
const LONGEST = 50;
const UNITS = 100;
/** Where a law is held against one draw: wider, so that the draw says more. */
const WIDE = 200;

/** What keeps the mean square: He's gain with ReLU. */
const gainOf = (activation: ActivationName): number => (activation === "relu" ? Math.SQRT2 : 1);

const normal = (activation: ActivationName) => gaussian(activation === "relu" ? 2 : 1);
const orthogonalOf = (activation: ActivationName): WrittenWeights => ({
  scheme: "orthogonal",
  gain: gainOf(activation),
});

const NAMES = { identity: "linear", relu: "ReLU", tanh: "tanh" } as const;

const network = (
  layers: number,
  activation: keyof typeof NAMES,
  weights: WrittenWeights,
  more: { readonly units?: number; readonly std?: number } = {},
) =>
  alike({
    name: `${layers} ${NAMES[activation]} layers, ${weights.scheme === "orthogonal" ? "orthogonal" : "Gaussian"}`,
    layers,
    activation,
    weights,
    units: UNITS,
    samples: 100,
    measure: { jacobian: true },
    ...more,
  });

const runs = {
  gaussianLinear: network(LAYERS, "identity", normal("identity")),
  orthogonalLinear: network(LAYERS, "identity", orthogonalOf("identity")),
  gaussianRelu: network(LAYERS, "relu", normal("relu")),
  orthogonalRelu: network(LAYERS, "relu", orthogonalOf("relu")),
} as const;
const long = {
  gaussianLong: network(LONG, "identity", normal("identity")),
  orthogonalLong: network(LONG, "identity", orthogonalOf("identity")),
} as const;
const longest = network(LONGEST, "identity", orthogonalOf("identity"));
/** Inputs so small that tanh is straight for them. */
const small = network(LONG, "tanh", orthogonalOf("tanh"), { std: 0.05 });
const reluLong = network(LONG, "relu", orthogonalOf("relu"));
const laws = {
  gaussianLinear: network(LAYERS, "identity", normal("identity"), { units: WIDE }),
  gaussianRelu: network(LAYERS, "relu", normal("relu"), { units: WIDE }),
  orthogonalRelu: network(LAYERS, "relu", orthogonalOf("relu"), { units: WIDE }),
} as const;

function jacobian({ network: { jacobian: found } }: RunResult): JacobianResult {
  if (!found) throw new Error("this run did not measure the Jacobian");
  return found;
}

/** How many singular values lie within a factor of 2 of `size`. */
const near = ({ singularValues }: JacobianResult, size: number): number =>
  singularValues.filter((s) => s >= size / 2 && s <= 2 * size).length;

const largest = ({ singularValues }: JacobianResult): number => singularValues[0] ?? NaN;
const median = ({ singularValues }: JacobianResult): number =>
  singularValues[Math.floor(singularValues.length / 2)] ?? NaN;

/** Singular values below this share of the largest are float32 rounding. */
const ROUNDING = 1e-6;

const size = (found: JacobianResult, value: number): string =>
  value < ROUNDING * largest(found) ? "0 in float32" : figure(value);

const activations = ["identity", "relu", "tanh"] as const;

const tried = (values: Readonly<Record<string, number>>, layers: number) => {
  const activation = activations[values["activation"]!]!;
  return network(layers, activation, values["weights"] === 0 ? normal(activation) : orthogonalOf(activation));
};

export const orthogonal: Chapter = {
  id: "orthogonal",
  part: "beyond",
  title: "Orthogonal weights and isometry",
  short: "Orthogonal and isometry",
  setting: `Beyond the notes. Layers of ${UNITS} units, zero biases; the Jacobian of the last layer in the inputs, at one input.`,
  text: [
    {
      kind: "paragraph",
      prose:
        "So far a gradient was well if its *mean* square kept its size. But it has many directions, and the mean says little of each. Near one input the network is a matrix, its Jacobian: weights, then slopes, layer after layer. Its singular values $s$ say by how much each direction is stretched, forward and back:",
    },
    {
      kind: "formula",
      latex:
        "J = D_L W_L \\cdots D_1 W_1, \\qquad D_l = \\operatorname{diag}\\,\\varphi'(z_l), \\qquad \\overline{s^2} = \\chi^L",
    },
    {
      kind: "paragraph",
      prose:
        "Gaussian weights of variance $1/n$ keep the mean of $s^2$ at 1 through linear layers, but one matrix already stretches some directions by 2 and others to almost 0, and a product repeats it. After ten layers the largest $s$ is {largest} and the median {median}. An orthogonal matrix has $W^{\\mathsf T} W = I$, a product of such matrices has it too, and so every $s$ is exactly 1 at any depth (Saxe et al.). In wide layers the spread of $s^2$ grows by the layer:",
    },
    {
      kind: "formula",
      latex:
        "\\frac{\\operatorname{Var}(s^2)}{\\overline{s^2}^{\\,2}} = L\\,\\Bigl(\\frac{\\mathbb{E}[\\varphi'^4]}{\\mathbb{E}[\\varphi'^2]^2} - 1 + g\\Bigr), \\qquad g = \\begin{cases} 1 & \\text{Gaussian} \\\\ 0 & \\text{orthogonal} \\end{cases}",
    },
    {
      kind: "paragraph",
      prose:
        "That is $L$ for linear Gaussian layers, $2L$ for ReLU with Gaussian weights and still $L$ for ReLU with orthogonal ones. Measured in one draw of ten layers: {gaussianLinear}, {gaussianRelu} and {orthogonalRelu}, where the same law at width 100 says {gaussianLinearPredicted}, {gaussianReluPredicted} and {orthogonalReluPredicted}. ReLU switches half the units off at each input, and no choice of weights brings those directions back. Tanh can come as near to isometry as one likes: its slope is 1 where preactivations are small.",
    },
  ],
  fill: {
    needs: {
      runs: {
        gaussianLinear: runs.gaussianLinear,
        gaussianRelu: runs.gaussianRelu,
        orthogonalRelu: runs.orthogonalRelu,
      },
    },
    texts: (evidence) => {
      const linear = jacobian(evidence.run("gaussianLinear"));
      const spread = (name: string) => figure(jacobian(evidence.run(name)).spread);
      const predicted = (name: string) => figure(jacobian(evidence.run(name)).predictedSpread ?? NaN);
      return {
        largest: figure(largest(linear)),
        median: figure(median(linear)),
        gaussianLinear: spread("gaussianLinear"),
        gaussianRelu: spread("gaussianRelu"),
        orthogonalRelu: spread("orthogonalRelu"),
        gaussianLinearPredicted: predicted("gaussianLinear"),
        gaussianReluPredicted: predicted("gaussianRelu"),
        orthogonalReluPredicted: predicted("orthogonalRelu"),
      };
    },
  },
  question: {
    ask: `${LONG} linear layers of ${UNITS} units, Gaussian weights of variance 1/${UNITS}: the mean square of the singular values is 1. How many of the ${UNITS} lie between 1/2 and 2?`,
    choices: ["fewer than one in five", "about half", "about three quarters", "all but a few"],
    needs: { runs: long },
    reveal: (evidence) => {
      const [found, kept] = [
        jacobian(evidence.run("gaussianLong")),
        jacobian(evidence.run("orthogonalLong")),
      ];
      return {
        right: rangeAt([20, 62, 90], (100 * near(found, 1)) / UNITS),
        measured: `measured ${near(found, 1)} of ${UNITS}`,
        because: `The mean square is held up by a few directions, the largest with $s = ${figure(largest(found))}$, while the median has fallen to ${figure(median(found))}. Every Gaussian factor spreads them further; an orthogonal one turns directions and stretches none: ${near(kept, 1)} of ${UNITS} stay.`,
      };
    },
  },
  trial: {
    caption: "weights of each layer: the two rules cannot be told apart by the entries",
    controls: [
      {
        kind: "choice",
        id: "weights",
        label: "Weights",
        initial: 0,
        options: ["Gaussian", "orthogonal"],
      },
      {
        kind: "choice",
        id: "activation",
        label: "Activation",
        initial: 0,
        options: ["linear", "ReLU", "tanh"],
      },
      {
        kind: "slider",
        id: "layers",
        label: "Layers",
        initial: LAYERS,
        bounds: { min: 1, max: 12, integer: true },
        scale: "linear",
        step: 1,
      },
    ],
    spec: (values) => tried(values, values["layers"]!),
    histograms: "weights",
    readings: (run) => {
      const found = jacobian(run);
      const rms = Math.sqrt(found.meanSquare);
      return [
        {
          label: "Rms of s",
          value: `${figure(rms)}, predicted ${figure(Math.sqrt(found.predictedMeanSquare ?? NaN))}`,
        },
        { label: "Largest s", value: figure(largest(found)) },
        { label: "Median s", value: size(found, median(found)) },
        { label: "Smallest s", value: size(found, found.singularValues.at(-1) ?? NaN) },
        {
          label: "Within × 2 of it",
          value: `${near(found, rms)} of ${found.singularValues.length}`,
        },
        {
          label: "Spread of s²",
          value: `${spreadText(found.spread)}, predicted ${spreadText(found.predictedSpread ?? NaN)}`,
        },
      ];
    },
    chart: {
      kind: "sweep",
      title: "Spread of s² against depth",
      caption: "0: an isometry",
      x: { label: "layers", unit: "", scale: "linear", domain: [0, 13], whole: true },
      y: { label: "spread of s²", unit: "", scale: "linear", domain: [0, 40] },
      places: () => [1, 2, 3, 4, 6, 8, 10, 12],
      spec: (values, layers) => tried(values, layers),
      read: (run) => {
        const { spread, predictedSpread } = jacobian(run);
        return { measured: spread, predicted: predictedSpread };
      },
      at: (values) => values["layers"]!,
      rules: [],
    },
  },
  claims: null,
  statements: [
    {
      id: "orthogonal-linear",
      claim: `In a linear network of ${LONGEST} orthogonal layers every singular value is 1.`,
      needs: { runs: { longest } },
      judge: (evidence) => {
        const { singularValues } = jacobian(evidence.run("longest"));
        const farthest = Math.max(...singularValues.map((s) => Math.abs(s - 1)));
        return {
          measured: `All ${singularValues.length} lie within ${figure(farthest)} of 1`,
          verdict: farthest < 1e-4 ? "holds" : "does not hold",
          because: `What is left is the rounding of float32 in ${LONGEST} products.`,
        };
      },
    },
    {
      id: "orthogonal-isometry",
      claim: "Orthogonal weights make the network an isometry.",
      needs: { runs: { linear: long.orthogonalLong, small, relu: reluLong } },
      judge: (evidence) => {
        const cases = [
          { name: "linear", label: "layers are linear" },
          { name: "small", label: "they are tanh and stay where it is straight" },
          { name: "relu", label: "they are ReLU" },
        ].map((one) => ({ ...one, found: jacobian(evidence.run(one.name)) }));
        const judged = judgeCases(
          cases.map(({ label, found }) => ({ label, holds: found.spread < 0.1 })),
          `ReLU switches units off, and each that is off takes a direction with it.`,
          {},
        );
        return {
          ...judged,
          measured: `Spread of s² after ${LONG} layers: ${cases.map(({ name, found }) => `${name === "small" ? "tanh at small inputs" : NAMES[name === "relu" ? "relu" : "identity"]} ${spreadText(found.spread)}`).join(", ")}`,
        };
      },
    },
    {
      id: "orthogonal-spread",
      claim:
        "The spread of $s^2$ grows by 1 a linear Gaussian layer, by 2 with ReLU, by 1 with orthogonal ReLU.",
      needs: { runs: laws },
      judge: (evidence) => {
        const cases = [
          { name: "gaussianLinear", label: "Gaussian linear", a: 1 },
          { name: "gaussianRelu", label: "Gaussian ReLU", a: 2 },
          { name: "orthogonalRelu", label: "orthogonal ReLU", a: 1 },
        ].map(({ name, label, a }) => {
          const found = jacobian(evidence.run(name));
          return {
            label,
            a,
            perLayer: found.spread / LAYERS,
            predicted: (found.predictedSpread ?? NaN) / LAYERS,
          };
        });
        const judged = judgeCases(
          cases.map(({ label, a, perLayer }) => ({
            label: `layers are ${label}`,
            holds: Math.abs(perLayer / a - 1) < 0.5,
          })),
          `One draw scatters, the more the deeper; twice as much against once can be told apart.`,
          {},
        );
        return {
          ...judged,
          measured: `A layer, over ${LAYERS} of ${WIDE} units: ${cases.map(({ label, perLayer, predicted }) => `${label} ${figure(perLayer)} (predicted at this width ${figure(predicted)})`).join(", ")}`,
        };
      },
    },
  ],
  sources: [
    "Saxe, McClelland & Ganguli 2014, Exact solutions to the nonlinear dynamics of learning in deep linear neural networks",
    "Pennington, Schoenholz & Ganguli 2017, Resurrecting the sigmoid in deep learning through dynamical isometry",
  ],
};

/** Of an isometry what is measured is rounding. */
function spreadText(spread: number): string {
  return spread < 1e-9 ? "0" : figure(spread);
}
