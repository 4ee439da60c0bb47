// Chapter 9: with the sigmoid and Xavier every histogram looks healthy while the layers forget their input.
import { judgeCases } from "../../../../../core-as/claims/judgement";
import { factorALayer, firstLayer, lastLayer } from "../../../../../core-as/claims/reading";
import type { ActivationName, ActivationSpec } from "../../../../../core-as/spec/experiment";
import { figure } from "../../../../../core-as/spec/number";
import type { LayerResult, RunResult } from "../../../../../core-as/spec/result";
import type { Chapter, Evidence } from "../chapter";
import { alike, factor, rangeAt, sweptFactor } from "./alike";

const LAYERS = 10;
/** The inputs are new to layer 1; from here on each layer sees what a layer like itself has made. */
const SETTLED = 2;

const CENTRED: ActivationSpec = { formula: "sigmoid(x) - 0.5" };

const xavier = (name: string, activation: ActivationName | ActivationSpec) =>
  alike({ name, layers: LAYERS, activation, weights: { scheme: "xavier_normal" } });

const sigmoid = xavier("The hidden collapse: 10 sigmoid layers, Xavier", "sigmoid");
const centred = xavier("10 layers of the sigmoid less one half, Xavier", CENTRED);
const tanh = xavier("10 tanh layers, Xavier", "tanh");
const relu = alike({
  name: "10 ReLU layers, He",
  layers: LAYERS,
  activation: "relu",
  weights: { scheme: "he_normal" },
});
const theories = { sigmoid: { activation: { name: "sigmoid" }, sigmaW: 1 } } as const;

const across = ({ activations }: LayerResult): number => activations.acrossSampleStd;
const pooled = ({ activations }: LayerResult): number => activations.std;

/** Of what tells inputs apart: what a layer leaves of it, on the average over the settled ones. */
function acrossFactor({ layers }: RunResult): number {
  return factorALayer(across(layers[SETTLED - 1]!), across(layers.at(-1)!), layers.length - SETTLED + 1);
}

const rootChi = (evidence: Evidence): number => Math.sqrt(evidence.theory("sigmoid").chi1);

/** A layer of which less than this share tells inputs apart is as good as constant. */
const APART = 0.1;
/** Shares of layer 1's difference that part the question's choices. */
const LEFT = [3e-8, 3e-5, 0.03];

const activations = ["sigmoid", CENTRED, "tanh"] as const;

const network = (values: Readonly<Record<string, number>>, gain: number) => ({
  name: `${LAYERS} layers, Xavier × ${gain}`,
  layers: LAYERS,
  activation: activations[values["activation"]!]!,
  weights: { scheme: "xavier_normal", gain } as const,
});

export const collapse: Chapter = {
  id: "collapse",
  part: "beyond",
  title: "The hidden collapse: healthy histograms, no signal",
  short: "The hidden collapse",
  setting:
    "Beyond the notes. Ten hidden layers of 100 units, sigmoid, Xavier weights, 1\u202f000 inputs from N(0, 1).",
  text: [
    {
      kind: "paragraph",
      prose:
        "Xavier with the sigmoid gives histograms that look right at any depth: pooled over all units and all inputs, layer 3 has a std of {pooledThird} and layer 10 of {pooledLast}. But a pooled histogram mixes two things. It is wide if each unit answers differently to different *inputs*, and it is just as wide if each *unit* has a constant of its own, whatever comes in:",
    },
    {
      kind: "formula",
      latex:
        "\\operatorname{std}^2_{\\text{pooled}} = \\operatorname{std}^2_{\\text{across samples}} + \\operatorname{std}^2_{\\text{across units}}",
    },
    {
      kind: "paragraph",
      prose:
        "Only the first part is signal. Follow the difference of two inputs through a layer: the weights multiply its mean square by $\\sigma_w^2 = n_{\\text{in}} \\operatorname{Var} W$, which is 1 here, and the activation by its squared slope. The sigmoid is never steeper than one quarter, so at most a sixteenth can be left. At the size $q^*$ where the preactivations settle it is",
    },
    {
      kind: "formula",
      latex:
        "\\chi_1 = \\sigma_w^2\\, \\mathbb{E}\\bigl[\\varphi'(\\sqrt{q^*}\\,u)^2\\bigr] = \\fill{chi}, \\qquad \\sqrt{\\chi_1} = \\fill{root}",
    },
    {
      kind: "paragraph",
      prose:
        "That is of the mean square; the std goes by the root. The gradient runs back through the same slopes. No histogram tells, because of the sigmoid's mean of one half: weights times one half give each unit a constant, and those constants are what the histogram shows. The effective rank does not warn either, for it counts directions and not their size: {rankSigmoid} here, {rankTanh} in a tanh network.",
    },
  ],
  fill: {
    needs: { runs: { sigmoid, tanh }, theories },
    texts: (evidence) => {
      const run = evidence.run("sigmoid");
      return {
        pooledThird: figure(pooled(run.layers[2]!)),
        pooledLast: figure(pooled(lastLayer(run))),
        chi: figure(evidence.theory("sigmoid").chi1),
        root: figure(rootChi(evidence)),
        rankSigmoid: figure(lastLayer(run).activations.effectiveRank),
        rankTanh: figure(lastLayer(evidence.run("tanh")).activations.effectiveRank),
      };
    },
  },
  question: {
    ask: "Ten sigmoid layers with Xavier weights. The pooled std of layer 10 is about that of layer 3. How far apart are the outputs for two inputs in layer 10, compared with layer 1?",
    choices: [
      "not at all, in float32",
      "about a millionth as far",
      "about a thousandth as far",
      "about as far as there",
    ],
    needs: { runs: { sigmoid }, theories },
    reveal: (evidence) => {
      const run = evidence.run("sigmoid");
      const left = across(lastLayer(run)) / across(firstLayer(run));
      const [first, last] = [firstLayer(run).theory, lastLayer(run).theory];
      return {
        right: rangeAt(LEFT, left),
        measured: `measured ${factor(left)}, predicted ${factor((last?.acrossSampleStd ?? NaN) / (first?.acrossSampleStd ?? NaN))}`,
        because: `Each layer leaves $\\sqrt{\\chi_1}$ of the difference, ${figure(rootChi(evidence))} (measured ${figure(acrossFactor(run))}), and nine layers leave its ninth power: the across-sample std falls from ${figure(across(firstLayer(run)))} to ${figure(across(lastLayer(run)))}. The histograms stay wide because every unit has settled on a constant of its own: ${figure(lastLayer(run).activations.acrossUnitStd)} of the ${figure(pooled(lastLayer(run)))} in layer 10 is spread over units.`,
      };
    },
  },
  trial: {
    caption: "activations of each layer, all units and inputs pooled",
    controls: [
      {
        kind: "choice",
        id: "activation",
        label: "Activation",
        initial: 0,
        options: ["sigmoid", "sigmoid less one half", "tanh"],
      },
      {
        kind: "slider",
        id: "gain",
        label: "Weights, times Xavier",
        initial: 1,
        bounds: { min: 0.7, max: 16 },
        scale: "log",
      },
    ],
    spec: (values) => alike(network(values, values["gain"]!)),
    histograms: "activations",
    readings: (run) => [
      { label: "Pooled std, last", value: figure(pooled(lastLayer(run))) },
      { label: "Across samples, last", value: figure(across(lastLayer(run))) },
      { label: "Across samples, a layer", value: factor(acrossFactor(run)) },
      { label: "Gradient, a layer back", value: factor(gradientALayer(run)) },
      { label: "Effective rank, last", value: figure(lastLayer(run).activations.effectiveRank) },
    ],
    chart: {
      kind: "sweep",
      title: "Across-sample std, a layer",
      caption: "against the weights",
      x: { label: "× Xavier", unit: "", scale: "log", domain: [0.6, 18] },
      y: { label: "factor a layer", unit: "", scale: "linear", domain: [0, 1.2] },
      places: () => [0.7, 1, 1.5, 2, 3, 4, 6, 8, 11, 16],
      spec: (values, gain) => alike({ ...network(values, gain), samples: 300, replicates: 3 }),
      read: (run) => sweptFactor(run, "acrossSampleStd", SETTLED, -1),
      at: (values) => values["gain"]!,
      rules: [{ at: 1, label: "forgets nothing" }],
    },
  },
  claims: null,
  statements: [
    {
      id: "collapse-factor",
      claim:
        "Each sigmoid layer with Xavier weights multiplies what tells inputs apart by $\\sqrt{\\chi_1}$.",
      needs: { runs: { sigmoid }, theories },
      judge: (evidence) => {
        const measured = acrossFactor(evidence.run("sigmoid"));
        const predicted = rootChi(evidence);
        return {
          measured: `Across-sample std ${factor(measured)} a layer over layers ${SETTLED} to ${LAYERS}, predicted ${factor(predicted)}`,
          verdict: Math.abs(measured / predicted - 1) < 0.1 ? "holds" : "does not hold",
          because: `Measured and predicted differ by ${figure(100 * Math.abs(measured / predicted - 1))} %, where one draw of 100 units may differ by a few.`,
        };
      },
    },
    {
      id: "collapse-pooled",
      claim: "A layer whose pooled std looks healthy still tells its inputs apart.",
      needs: { runs: { sigmoid, tanh, relu } },
      judge: (evidence) => {
        const cases = [
          { name: "tanh", label: "the activation is tanh with Xavier" },
          { name: "relu", label: "it is ReLU with He" },
          { name: "sigmoid", label: "it is the sigmoid with Xavier" },
        ].map((one) => ({ ...one, layer: lastLayer(evidence.run(one.name)) }));
        const judged = judgeCases(
          cases.map(({ label, layer }) => ({ label, holds: across(layer) / pooled(layer) > APART })),
          `In a pooled histogram of layer ${LAYERS} all three look alive.`,
          {},
        );
        return {
          ...judged,
          measured: `Layer ${LAYERS}, across samples of pooled: ${cases.map(({ name, layer }) => `${name === "relu" ? "ReLU" : name} ${figure(across(layer))} of ${figure(pooled(layer))}`).join(", ")}`,
        };
      },
    },
    {
      id: "collapse-mean",
      claim: "It is the sigmoid's mean of one half that makes the network forget.",
      needs: { runs: { sigmoid, centred } },
      judge: (evidence) => {
        const [with_, without] = [evidence.run("sigmoid"), evidence.run("centred")];
        const [left, leftWithout] = [acrossFactor(with_), acrossFactor(without)];
        return {
          measured: `A layer leaves ${factor(left)} with the mean, ${factor(leftWithout)} with one half subtracted`,
          verdict: leftWithout > 0.9 ? "holds" : leftWithout > 2 * left ? "holds only if" : "does not hold",
          because: `The slope makes it forget; the mean only hides it. Without the mean the pooled std of layer ${LAYERS} is ${figure(pooled(lastLayer(without)))}, and the histogram shows the collapse; with it the pooled std is ${figure(pooled(lastLayer(with_)))}.`,
        };
      },
    },
  ],
  sources: [
    "Schoenholz, Gilmer, Ganguli & Sohl-Dickstein 2017, Deep information propagation",
    "Glorot & Bengio 2010, Understanding the difficulty of training deep feedforward neural networks",
    "Poole, Lahiri, Raghu, Sohl-Dickstein & Ganguli 2016, Exponential expressivity in deep neural networks through transient chaos",
  ],
};

/** Rms of the gradient in the preactivations, on its way back. */
function gradientALayer({ layers }: RunResult): number {
  const rms = (layer: LayerResult | undefined) => layer?.gradients?.preactivations.rms ?? NaN;
  return factorALayer(rms(layers.at(-1)), rms(layers[SETTLED - 1]), layers.length - SETTLED + 1);
}
