// Chapter 14: gains for activations that the libraries' tables do not know, by named criteria, and what each one keeps.
import { judgeCases } from "../../../../../core-as/claims/judgement";
import { factorALayer, firstLayer, lastLayer, signalFactor } from "../../../../../core-as/claims/reading";
import {
  type ActivationName,
  type ActivationSpec,
  EXPERIMENT_FORMAT,
} from "../../../../../core-as/spec/experiment";
import { figure } from "../../../../../core-as/spec/number";
import type { RunResult } from "../../../../../core-as/spec/result";
import type { WrittenExperiment, WrittenWeights } from "../../../../../core-as/spec/written";
import type { Theory } from "../../../../../core-as/theory/theory";
import type { Chapter, Reading } from "../chapter";
import { factor, gaussian, rangeAt, SEED, sweptFactor } from "./alike";

const LAYERS = 12;
const DEEP = 20;
const UNITS = 200;
/** How many times too large the inputs are that a stable gain must bring back. */
const TOO_LARGE = 2;

const TYPED: ActivationSpec = { formula: "x * sigmoid(1.702 * x)" };
const HE = gaussian(2);
const forward: WrittenWeights = { scheme: "he_normal", nonlinearity: "forward" };

interface Fed {
  readonly layers?: number;
  /** Of the inputs; where it is 1 they are standardized, so that layer 1's preactivations have mean square 1. */
  readonly std?: number;
  readonly samples?: number;
  readonly replicates?: number;
}

/**
 * Layers alike but for the first, which is LeCun's: what comes into it has gone through no activation yet, and needs no
 * gain. So the preactivations of layer 1 are N(0, std²), as the gains suppose.
 */
function fed(
  activation: ActivationName | ActivationSpec,
  weights: WrittenWeights,
  { layers = LAYERS, std = 1, samples = 200, replicates = 1 }: Fed = {},
): WrittenExperiment {
  const layer = { units: UNITS, activation };
  return {
    format: EXPERIMENT_FORMAT,
    name: `${layers} layers, ${typeof activation === "string" ? activation : "name" in activation ? activation.name : activation.formula}`,
    seed: SEED,
    data: { source: "gaussian", samples, features: UNITS, std, standardize: std === 1 },
    network: {
      layers: [
        { ...layer, weights: { scheme: "lecun_normal" } },
        ...Array.from({ length: layers - 1 }, () => ({ ...layer, weights })),
      ],
    },
    backward: { kind: "probe" },
    replicates,
  };
}

const theories = {
  gelu: { activation: { name: "gelu" } },
  silu: { activation: { name: "silu" } },
  mish: { activation: { name: "mish" } },
  elu: { activation: { name: "elu" } },
  softplus: { activation: { name: "softplus" } },
  typed: { activation: TYPED },
} as const;

/** Activations of the statements, as they are written in words. */
const WORDS = {
  relu: "ReLU",
  gelu: "GELU",
  silu: "SiLU",
  mish: "Mish",
  elu: "ELU",
  softplus: "softplus",
} as const;
type Word = keyof typeof WORDS;

const runsOf = <K extends Word>(names: readonly K[], make: (name: K) => WrittenExperiment) =>
  Object.fromEntries(names.map((name) => [name, make(name)])) as Record<K, WrittenExperiment>;

const HE_NAMES = ["relu", "gelu", "silu", "mish", "elu"] as const;
const RETURN_NAMES = ["elu", "softplus", "gelu", "silu"] as const;
const SIGNAL_NAMES = ["elu", "gelu", "softplus"] as const;

/** Five draws: of the mean square of ReLU layers one alone says little. */
const withHe = runsOf(HE_NAMES, (name) => fed(name, HE, { samples: 100, replicates: 5 }));
const tooLarge = runsOf(RETURN_NAMES, (name) => fed(name, forward, { layers: DEEP, std: TOO_LARGE }));
const withForward = runsOf(SIGNAL_NAMES, (name) => fed(name, forward));
const selu = {
  small: fed("selu", { scheme: "lecun_normal" }, { layers: 30, std: 0.3 }),
  large: fed("selu", { scheme: "lecun_normal" }, { layers: 30, std: 3 }),
};

/** Mean square of the last layer's preactivations over the first's, medians of the run's seeds. */
function kept({ replicates }: RunResult): number {
  const bands = replicates!.bands;
  return (bands.at(-1)!["preactivations.rms"]!.median / bands[0]!["preactivations.rms"]!.median) ** 2;
}

function keptPredicted(run: RunResult): number {
  return (lastLayer(run).theory?.q ?? NaN) / (firstLayer(run).theory?.q ?? NaN);
}

/** Across-sample std of the last layer's activations over the first's. */
const signalLeft = (run: RunResult): number =>
  lastLayer(run).activations.acrossSampleStd / firstLayer(run).activations.acrossSampleStd;

const meanSquare = (run: RunResult): number => lastLayer(run).preactivations.rms ** 2;

/** A draw of layers may well double or halve the mean square. */
const WITHIN = 2.5;
const isKept = (ratio: number): boolean => ratio > 1 / WITHIN && ratio < WITHIN;

const gain = (theory: Theory, criterion: keyof Theory["gains"]): string =>
  figure(theory.gains[criterion] ?? NaN);

const ACTIVATIONS = ["gelu", "silu", "mish", "elu", "softplus", "selu", TYPED] as const;

const tried = (values: Readonly<Record<string, number>>, value: number, more: Fed = {}) =>
  fed(ACTIVATIONS[values["activation"]!]!, gaussian(value * value), more);

/** Of a run whose first layer has preactivations of mean square 1: that layer's expectations are the gains. */
function gainsOf(run: RunResult): Reading[] {
  const { theory } = firstLayer(run);
  const { weights, fanIn } = lastLayer(run);
  const used = lastLayer(run).theory?.weightStd ?? weights.std;
  const backward = Math.sqrt((used * used * fanIn) / (theory?.chi ?? NaN));
  return [
    { label: "Forward gain, theory", value: figure(1 / (theory?.activationRms ?? NaN)) },
    { label: "Variance gain, theory", value: figure(1 / (theory?.activationStd ?? NaN)) },
    { label: "Backward gain, theory", value: figure(backward) },
  ];
}

export const gains: Chapter = {
  id: "gains",
  part: "beyond",
  title: "Gains for modern activations",
  short: "Gains for activations",
  setting: `Beyond the notes. Layers of ${UNITS} units whose first preactivations are N(0, 1); weights of std gain over the root of fan_in.`,
  text: [
    {
      kind: "paragraph",
      prose:
        "A *gain* makes good what an activation takes away: weights of std $g/\\sqrt{n_{\\text{in}}}$. PyTorch's calculate_gain has numbers for ReLU, leaky ReLU, tanh, sigmoid and SELU, and none for GELU, SiLU, Mish, ELU or softplus; so people take He's $\\sqrt2$. But takes away of *what*? With $u \\sim N(0, 1)$ there are three answers:",
    },
    {
      kind: "formula",
      latex:
        "g_{\\text{forward}} = \\frac{1}{\\sqrt{\\mathbb{E}[\\varphi(u)^2]}}, \\quad g_{\\text{variance}} = \\frac{1}{\\sqrt{\\operatorname{Var} \\varphi(u)}}, \\quad g_{\\text{backward}} = \\frac{1}{\\sqrt{\\mathbb{E}[\\varphi'(u)^2]}}",
    },
    {
      kind: "paragraph",
      prose:
        "The first keeps the mean square, the second the variance, the third the gradient. For ReLU the first and the third are both $\\sqrt2$; for GELU they are {geluForward}, {geluVariance} and {geluBackward}. The forward gain of SiLU is {silu}, of Mish {mish}, of ELU {elu}, of softplus {softplus}; for a formula that you type, as $x\\,\\sigma(1.702\\,x)$, it is worked out as well: {typed}. Whoever quotes a gain must say which one it is.",
    },
    {
      kind: "formula",
      latex:
        "q_{l+1} = g^2\\, \\mathbb{E}[\\varphi(\\sqrt{q_l}\\,u)^2], \\qquad \\text{stable at } q = 1 \\text{ only if}\\quad g^2\\, \\mathbb{E}[\\varphi(u)\\,\\varphi'(u)\\,u] < 1",
    },
    {
      kind: "paragraph",
      prose:
        "And a gain that keeps $q = 1$ may fail to bring it *back*. Send in inputs twice too large: after twenty layers ELU has a mean square of {eluReturned}, but GELU of {geluReturned}, because the larger its input, the more of it GELU lets pass. Nor is size all: softplus with its forward gain keeps its mean square and {softplusSignal} of what tells inputs apart. SELU goes the other way: its two constants are chosen so that with LeCun weights mean 0 and variance 1 are a fixed point that attracts (Klambauer et al.).",
    },
  ],
  fill: {
    needs: {
      runs: { elu: tooLarge.elu, gelu: tooLarge.gelu, softplus: withForward.softplus },
      theories,
    },
    texts: (evidence) => ({
      geluForward: gain(evidence.theory("gelu"), "forward"),
      geluVariance: gain(evidence.theory("gelu"), "variance"),
      geluBackward: gain(evidence.theory("gelu"), "backward"),
      silu: gain(evidence.theory("silu"), "forward"),
      mish: gain(evidence.theory("mish"), "forward"),
      elu: gain(evidence.theory("elu"), "forward"),
      softplus: gain(evidence.theory("softplus"), "forward"),
      typed: gain(evidence.theory("typed"), "forward"),
      eluReturned: figure(meanSquare(evidence.run("elu"))),
      geluReturned: figure(meanSquare(evidence.run("gelu"))),
      softplusSignal: figure(signalLeft(evidence.run("softplus"))),
    }),
  },
  question: {
    ask: `SiLU looks like a rounded ReLU. Give it He's $\\sqrt2$. What becomes of the mean square of the preactivations from layer 1 to layer ${LAYERS}?`,
    choices: ["a fiftieth or less is left", "about a half is left", "it stays", "it grows"],
    needs: { runs: { silu: withHe.silu, relu: withHe.relu }, theories: { silu: theories.silu } },
    reveal: (evidence) => {
      const run = evidence.run("silu");
      return {
        right: rangeAt([0.02, 0.7, 1.5], kept(run)),
        measured: `measured ${factor(kept(run))}, predicted ${factor(keptPredicted(run))}`,
        because: `Around 0, where most preactivations are, SiLU is half of what comes in: it would take a gain of ${gain(evidence.theory("silu"), "forward")}. As the signal shrinks it sees ever more of that straight piece, and loses a half of the mean square a layer. ReLU takes a half at any size, which $\\sqrt2$ makes good: measured ${factor(kept(evidence.run("relu")))}.`,
      };
    },
  },
  trial: {
    caption: "preactivations of each layer; find the gain that keeps their rms at 1",
    controls: [
      {
        kind: "choice",
        id: "activation",
        label: "Activation",
        initial: 0,
        options: ["GELU", "SiLU", "Mish", "ELU", "softplus", "SELU", "x σ(1.702 x), typed"],
      },
      {
        kind: "slider",
        id: "gain",
        label: "Gain",
        initial: Math.SQRT2,
        bounds: { min: 0.7, max: 2.4 },
        scale: "linear",
        step: 0.01,
      },
    ],
    spec: (values) => tried(values, values["gain"]!),
    histograms: "preactivations",
    readings: (run) => [
      ...gainsOf(run),
      { label: "Rms of z, last", value: figure(lastLayer(run).preactivations.rms) },
      { label: "Rms of z, a layer", value: factor(signalFactor(run)) },
      {
        label: "Across samples, a layer",
        value: factor(factorALayer(1, signalLeft(run), run.layers.length)),
      },
      { label: "Gradient, first over last", value: factor(gradientLeft(run)) },
    ],
    chart: {
      kind: "sweep",
      title: "Rms of z, a layer",
      caption: "against the gain",
      x: { label: "gain", unit: "", scale: "linear", domain: [0.6, 2.5] },
      y: { label: "factor a layer", unit: "", scale: "log", domain: [0.2, 3] },
      places: () => [0.7, 0.9, 1, 1.1, 1.25, 1.4, 1.55, 1.7, 1.9, 2.15, 2.4],
      spec: (values, place) => tried(values, place, { layers: 10, replicates: 3 }),
      read: (run) => sweptFactor(run, "preactivations.rms", 1, -1),
      at: (values) => values["gain"]!,
      rules: [{ at: 1, label: "keeps its size" }],
    },
  },
  claims: null,
  statements: [
    {
      id: "gains-he",
      claim: `He's $\\sqrt2$ keeps the mean square of ReLU and of what looks like it, through ${LAYERS} layers.`,
      needs: { runs: withHe },
      judge: (evidence) => {
        const cases = HE_NAMES.map((name) => ({ name, ratio: kept(evidence.run(name)) }));
        return {
          ...judgeCases(
            cases.map(({ name, ratio }, i) => ({
              label: i === 0 ? `the activation is ${WORDS[name]}` : WORDS[name],
              holds: isKept(ratio),
            })),
            `Kept means within a factor of ${WITHIN}. ReLU takes a half of the mean square at any size; what the others take depends on the size.`,
            {},
          ),
          measured: `Mean square of z, layer ${LAYERS} over layer 1, median of five draws: ${ratios(cases)}`,
        };
      },
    },
    {
      id: "gains-return",
      claim: "With its forward gain a network brings inputs of the wrong size back to mean square 1.",
      needs: { runs: tooLarge },
      judge: (evidence) => {
        const cases = RETURN_NAMES.map((name) => ({ name, ratio: meanSquare(evidence.run(name)) }));
        return {
          ...judgeCases(
            cases.map(({ name, ratio }, i) => ({
              label: i === 0 ? `the activation is ${WORDS[name]}` : WORDS[name],
              holds: isKept(ratio),
            })),
            `Inputs came in ${TOO_LARGE} times too large; back means within a factor of ${WITHIN}. Where the map of q is steeper than 1 at q = 1, any error grows.`,
            {},
          ),
          measured: `Mean square of z in layer ${DEEP}: ${ratios(cases)}`,
        };
      },
    },
    {
      id: "gains-signal",
      claim: "A gain that keeps the mean square keeps the signal.",
      needs: { runs: withForward },
      judge: (evidence) => {
        const cases = SIGNAL_NAMES.map((name) => ({ name, ratio: signalLeft(evidence.run(name)) }));
        return {
          ...judgeCases(
            cases.map(({ name, ratio }, i) => ({
              label: i === 0 ? `the activation is ${WORDS[name]}` : WORDS[name],
              holds: ratio > 0.1,
            })),
            "Softplus has a large mean, which carries its mean square and tells no inputs apart.",
            {},
          ),
          measured: `Across-sample std, layer ${LAYERS} over layer 1: ${ratios(cases)}`,
        };
      },
    },
    {
      id: "gains-selu",
      claim: "SELU with LeCun weights returns to mean 0 and variance 1.",
      needs: { runs: selu, theories: { selu: { activation: { name: "selu" }, sigmaW: 1 } } },
      judge: (evidence) => {
        const cases = (["small", "large"] as const).map((name) => lastLayer(evidence.run(name)).activations);
        const holds = cases.every(({ mean, std }) => Math.abs(mean) < 0.15 && Math.abs(std - 1) < 0.15);
        return {
          measured: `After 30 layers: ${cases.map(({ mean, std }, i) => `mean ${figure(mean)}, std ${figure(std)} from inputs of std ${i === 0 ? 0.3 : 3}`).join("; ")}`,
          verdict: holds ? "holds" : "does not hold",
          because: `Near the fixed point a layer passes on ${figure(evidence.theory("selu").fixedPoint?.slope ?? NaN)} of an error of the mean square.`,
        };
      },
    },
  ],
  sources: [
    "He, Zhang, Ren & Sun 2015, Delving deep into rectifiers, section 2.2",
    "Klambauer, Unterthiner, Mayr & Hochreiter 2017, Self-normalizing neural networks",
    "Hendrycks & Gimpel 2016, Gaussian error linear units",
    "Roberts, Yaida & Hanin 2022, The principles of deep learning theory, chapter 5",
  ],
};

const ratios = (cases: readonly { readonly name: Word; readonly ratio: number }[]): string =>
  cases.map(({ name, ratio }) => `${WORDS[name]} ${figure(ratio)}`).join(", ");

/** Of the last layer's gradient, what layer 1 receives. */
function gradientLeft(run: RunResult): number {
  const rms = (layer: RunResult["layers"][number]) => layer.gradients?.preactivations.rms ?? NaN;
  return rms(firstLayer(run)) / rms(lastLayer(run));
}
