// Chapter 13: what the dense layers of the frameworks draw where nobody asks, and what becomes of a signal in them.
import { judgeCases } from "../../../../../core-as/claims/judgement";
import { factorALayer, firstLayer, lastLayer } from "../../../../../core-as/claims/reading";
import type { ActivationName, BiasSpec } from "../../../../../core-as/spec/experiment";
import { EXPERIMENT_FORMAT } from "../../../../../core-as/spec/experiment";
import { figure, percent } from "../../../../../core-as/spec/number";
import type { LayerResult, RunResult } from "../../../../../core-as/spec/result";
import type { WrittenBias, WrittenExperiment, WrittenWeights } from "../../../../../core-as/spec/written";
import { frameworkTable, type FrameworkRow } from "../../../../../core-as/theory/frameworks";
import type { Chapter, Evidence } from "../chapter";
import { alike, factor, rangeAt } from "./alike";

const LAYERS = 10;
const UNITS = 200;
/** A dense layer as it comes: its weights, and its biases. */
interface Dense {
  readonly label: string;
  readonly weights: WrittenWeights;
  readonly bias: WrittenBias;
}

const ZEROS: WrittenBias = { scheme: "zeros" };

/** What a framework's own layer draws, between equal widths. */
function defaultRow(
  framework: string,
  units: number,
  tensor: FrameworkRow["tensor"] = "weight",
): FrameworkRow {
  const row = frameworkTable(units, units).find(
    (one) => one.framework === framework && one.isDefault && one.tensor === tensor,
  );
  if (!row) throw new Error(`the table has no default of ${framework}`);
  return row;
}

/** Haiku's cut is written in absolute units, so that it has the fan in it. */
function denseLayers(units: number): readonly Dense[] {
  const own = (label: string, framework: string): Dense => ({
    label,
    weights: defaultRow(framework, units).scheme,
    bias: defaultRow(framework, units, "bias").scheme as BiasSpec,
  });
  const torch = own("PyTorch nn.Linear", "PyTorch");
  return [
    torch,
    { ...torch, label: "PyTorch, biases zeroed", bias: ZEROS },
    own("Keras Dense", "Keras 3"),
    own("Flax Dense", "Flax"),
    own("Haiku Linear", "Haiku"),
    { label: "He normal, asked for", weights: { scheme: "he_normal" }, bias: ZEROS },
  ];
}

/** A normal of this std cut at twice it, and nothing done about the cut. */
function cutAtTwo(std: number): WrittenWeights {
  return { scheme: "truncated_normal", mean: 0, std, low: -2 * std, high: 2 * std };
}

const network = (dense: Dense, activation: ActivationName = "relu", units: number = UNITS) =>
  alike({
    name: `${LAYERS} layers of ${units}, ${dense.label}`,
    layers: LAYERS,
    activation,
    weights: dense.weights,
    bias: dense.bias,
    units,
    samples: 500,
  });

const [torch, torchUnbiased, keras, flax] = denseLayers(UNITS).map((dense) => network(dense)) as [
  WrittenExperiment,
  WrittenExperiment,
  WrittenExperiment,
  WrittenExperiment,
];

/** A layer that widens and one that narrows, so that the fans differ. */
const uneven = (name: string, { weights, bias }: Dense): WrittenExperiment => ({
  format: EXPERIMENT_FORMAT,
  name,
  seed: torch.seed ?? 0,
  data: { source: "gaussian", samples: 100, features: 100 },
  network: {
    layers: [400, 100, 100].map((units) => ({ units, activation: "relu", weights, bias })),
  },
});
const kerasUneven = uneven("Keras Dense, widths that differ", denseLayers(UNITS)[2]!);
const flaxUneven = uneven("Flax Dense, widths that differ", denseLayers(UNITS)[3]!);

const CUT_STD = 0.05;
const cutNetwork = (name: string, weights: WrittenWeights) =>
  alike({ name, layers: 1, activation: "relu", weights, units: 400, samples: 100 });
const corrected = cutNetwork("A cut normal, corrected", {
  scheme: "variance_scaling",
  scale: 400 * CUT_STD ** 2,
  mode: "fan_in",
  distribution: "truncated_normal",
});
const uncorrected = cutNetwork("A cut normal, as it is", cutAtTwo(CUT_STD));
/** torch.nn.init.trunc_normal_: the bounds -2 and 2 are no multiples of the std. */
const absolute = cutNetwork("A normal cut at −2 and 2", {
  scheme: "truncated_normal",
  mean: 0,
  std: CUT_STD,
  low: -2,
  high: 2,
});

/** From here on each layer sees what a layer like itself has made. */
const SETTLED = 2;

/** Mean square of the across-sample part of the activations, from layer to layer. */
function signalKept({ layers }: RunResult): number {
  const square = (layer: LayerResult) => layer.activations.acrossSampleStd ** 2;
  return factorALayer(square(layers[SETTLED - 1]!), square(layers.at(-1)!), layers.length - SETTLED + 1);
}

/** Mean square of the preactivations, from layer to layer, over the last half. */
function meanSquareKept({ layers }: RunResult): number {
  const half = layers.length / 2;
  const square = (layer: LayerResult) => layer.preactivations.rms ** 2;
  return factorALayer(square(layers[half]!), square(layers.at(-1)!), layers.length - half);
}

/** Std of the weights drawn times the root of the fan: 1 is LeCun's. */
const inLecun = ({ weights, fanIn }: LayerResult): number => weights.std * Math.sqrt(fanIn);

const across = (run: RunResult): number =>
  lastLayer(run).activations.acrossSampleStd / firstLayer(run).activations.acrossSampleStd;

const kept = (evidence: Evidence, name: string): string => figure(signalKept(evidence.run(name)));

export const frameworks: Chapter = {
  id: "frameworks",
  part: "beyond",
  title: "What your framework really does",
  short: "What frameworks draw",
  setting: `Beyond the notes. Ten ReLU layers of ${UNITS} units, 500 inputs from N(0, 1), each framework's own dense layer.`,
  text: [
    {
      kind: "paragraph",
      prose:
        "Few networks are initialised by hand; most get what the layer draws when nobody asks. PyTorch's nn.Linear calls kaiming_uniform_, which sounds like He. But it passes $a = \\sqrt5$ as the negative slope of a leaky ReLU that is not there, and so the bound becomes",
    },
    {
      kind: "formula",
      latex:
        "b = \\sqrt{\\frac{2}{1 + a^2}}\\,\\sqrt{\\frac{3}{n_{\\text{in}}}} = \\frac{1}{\\sqrt{n_{\\text{in}}}}, \\qquad \\operatorname{Var} W = \\frac{b^2}{3} = \\frac{1}{3\\,n_{\\text{in}}}",
    },
    {
      kind: "paragraph",
      prose:
        "That is a third of LeCun's variance and a sixth of He's. ReLU halves the mean square, so a layer leaves $\\tfrac12 \\cdot \\tfrac13$ of it. Keras draws Glorot uniform with variance $2/(n_{\\text{in}} + n_{\\text{out}})$, Flax LeCun normal with $1/n_{\\text{in}}$: between equal widths both leave one half. Measured, as what tells inputs apart: {torchKept} a layer with PyTorch, {kerasKept} with Keras, {flaxKept} with Flax, a little less each, as ReLU also draws inputs together.",
    },
    {
      kind: "formula",
      latex:
        "\\tfrac12\\, n_{\\text{in}} \\operatorname{Var} W = \\tfrac16 \\;(\\text{PyTorch}), \\quad \\tfrac12 \\;(\\text{Keras, Flax}), \\quad 1 \\;(\\text{He})",
    },
    {
      kind: "paragraph",
      prose:
        "PyTorch's biases are drawn from the same interval, and they hide the loss: the preactivations of layer 10 have an rms of {torchRms}, where without biases it would be {unbiasedRms}. But a bias is the same for every input, and tells none of them apart.",
    },
    {
      kind: "paragraph",
      prose:
        "A last trap is the cut. A normal cut at two standard deviations has only {cutShare} of its std. Keras, Flax and JAX draw from a parent widened by as much in their scaled rules; Haiku's default and Keras's own TruncatedNormal do not. And torch's trunc_normal_ cuts at $-2$ and $2$ whatever the std is: at std 0.02 it cuts nothing.",
    },
  ],
  fill: {
    needs: { runs: { torch, torchUnbiased, keras, flax } },
    texts: (evidence) => ({
      torchKept: kept(evidence, "torch"),
      kerasKept: kept(evidence, "keras"),
      flaxKept: kept(evidence, "flax"),
      torchRms: figure(lastLayer(evidence.run("torch")).preactivations.rms),
      unbiasedRms: figure(lastLayer(evidence.run("torchUnbiased")).preactivations.rms),
      cutShare: figure(defaultRow("Haiku", UNITS).std * Math.sqrt(UNITS)),
    }),
  },
  question: {
    ask: "Ten ReLU layers of PyTorch's nn.Linear, as they come. How much of layer 1's std over the inputs is left in layer 10?",
    choices: ["all of it", "about 4 %", "about 0.03 %", "none, in float32"],
    needs: { runs: { torch, keras } },
    reveal: (evidence) => {
      const run = evidence.run("torch");
      const left = across(run);
      const [first, last] = [firstLayer(run).theory, lastLayer(run).theory];
      const range = rangeAt([1e-7, 3e-3, 0.3], left);
      return {
        right: range === null ? null : 3 - range,
        measured: `measured ${percent(left)}, predicted ${percent((last?.acrossSampleStd ?? NaN) / (first?.acrossSampleStd ?? NaN))}`,
        because: `The variance $1/(3 n_{\\text{in}})$ and ReLU leave a sixth of the mean square a layer, and a little less of what tells inputs apart, as ReLU also draws inputs together. Keras, whose layers leave a half, keeps ${percent(across(evidence.run("keras")))}.`,
      };
    },
  },
  trial: {
    caption: `activations of ${LAYERS} layers, as each framework draws them`,
    controls: [
      {
        kind: "choice",
        id: "dense",
        label: "Layer",
        initial: 0,
        options: denseLayers(UNITS).map(({ label }) => label),
      },
      {
        kind: "choice",
        id: "activation",
        label: "Activation",
        initial: 0,
        options: ["ReLU", "tanh", "GELU"],
      },
      {
        kind: "slider",
        id: "units",
        label: "Units a layer",
        initial: UNITS,
        bounds: { min: 16, max: 512, integer: true },
        scale: "log",
        step: 1,
      },
    ],
    spec: (values) =>
      network(
        denseLayers(values["units"]!)[values["dense"]!]!,
        (["relu", "tanh", "gelu"] as const)[values["activation"]!],
        values["units"],
      ),
    histograms: "activations",
    readings: (run) => {
      const layer = lastLayer(run);
      const nearest = run.nearestDefaults.find((one) => one.layer === layer.index);
      return [
        {
          label: "Weights",
          value: `${figure(layer.weights.min)} to ${figure(layer.weights.max)}`,
        },
        ...(nearest
          ? [
              {
                label: nearest.same ? "Drawn by" : "Nearest rule",
                // Without what it is called with: there is no room.
                value: nearest.call.replace(/\(.*$/, ""),
              },
            ]
          : []),
        { label: "Variance times fan_in", value: figure(inLecun(layer) ** 2) },
        { label: "Rms of z, last", value: figure(layer.preactivations.rms) },
        { label: "Signal, mean square a layer", value: factor(signalKept(run)) },
      ];
    },
    chart: { kind: "profile", profile: "acrossSampleStd" },
  },
  claims: null,
  statements: [
    {
      id: "frameworks-sixth",
      claim:
        "With PyTorch's default a ReLU layer multiplies the mean square of its preactivations by one sixth.",
      needs: { runs: { torch, torchUnbiased } },
      judge: (evidence) => {
        const [with_, without] = [evidence.run("torch"), evidence.run("torchUnbiased")];
        const cases = [
          { label: "biases are set to zero", kept: meanSquareKept(without) },
          { label: "they are left as drawn", kept: meanSquareKept(with_) },
        ];
        const judged = judgeCases(
          cases.map(({ label, kept: share }) => ({ label, holds: Math.abs(share * 6 - 1) < 0.25 })),
          `With biases the size stalls, but what tells inputs apart still falls to ${figure(signalKept(with_))} a layer: a bias is no signal.`,
          {},
        );
        return {
          ...judged,
          measured: `Mean square a layer, layers ${LAYERS / 2 + 1} to ${LAYERS}: ${factor(cases[0]!.kept)} without biases, ${factor(cases[1]!.kept)} with; predicted ${factor(1 / 6)} without`,
        };
      },
    },
    {
      id: "frameworks-agree",
      claim: "Keras and Flax begin with the same spread of the weights.",
      needs: { runs: { keras, flax, kerasUneven, flaxUneven } },
      judge: (evidence) => {
        const stds = (name: string) => evidence.run(name).layers.map((layer) => layer.weights.std);
        const square = ratio(stds("keras").at(-1)!, stds("flax").at(-1)!);
        const [k, f] = [stds("kerasUneven"), stds("flaxUneven")];
        const [widening, narrowing] = [ratio(k[0]!, f[0]!), ratio(k[1]!, f[1]!)];
        const judged = judgeCases(
          [
            { label: "a layer is as wide as the one before", holds: isOne(square) },
            { label: "it widens fourfold", holds: isOne(widening) },
            { label: "it narrows fourfold", holds: isOne(narrowing) },
          ],
          "Glorot's rule takes the mean of both fans, LeCun's the fan in alone.",
          {},
        );
        return {
          ...judged,
          measured: `Std with Keras over std with Flax: ${figure(square)} between equal widths, ${figure(widening)} where the layer widens, ${figure(narrowing)} where it narrows`,
        };
        function ratio(a: number, b: number): number {
          return a / b;
        }
        function isOne(value: number): boolean {
          return Math.abs(value - 1) < 0.03;
        }
      },
    },
    {
      id: "frameworks-cut",
      claim: `A truncated normal that is asked for std ${CUT_STD} has std ${CUT_STD}.`,
      needs: { runs: { corrected, absolute, uncorrected } },
      judge: (evidence) => {
        const cases = [
          {
            name: "corrected",
            label: "the library widens the parent, as the variance scaling of Keras and JAX does,",
            short: "widened",
          },
          {
            name: "absolute",
            label: "its bounds are far off, as the −2 and 2 of torch's trunc_normal_",
            short: "bounds at −2 and 2",
          },
          {
            name: "uncorrected",
            label: "it cuts at two of that std and leaves it there, as Haiku and Keras's TruncatedNormal do",
            short: "cut at two std",
          },
        ].map((one) => ({ ...one, std: firstLayer(evidence.run(one.name)).weights.std }));
        const judged = judgeCases(
          cases.map(({ label, std }) => ({ label, holds: Math.abs(std / CUT_STD - 1) < 0.02 })),
          `A normal cut at two of its standard deviations keeps ${figure(defaultRow("Haiku", UNITS).std * Math.sqrt(UNITS))} of its std.`,
          {},
        );
        return {
          ...judged,
          measured: `Std drawn: ${cases.map(({ short, std }) => `${figure(std)} ${short}`).join(", ")}`,
        };
      },
    },
  ],
  sources: [
    "PyTorch: torch.nn.Linear.reset_parameters, torch.nn.init",
    "Keras 3: keras.layers.Dense, keras.initializers",
    "Flax: flax.linen.Dense, flax.nnx.Linear; Haiku: hk.Linear",
    "He, Zhang, Ren & Sun 2015, Delving deep into rectifiers, section 2.2",
  ],
};
