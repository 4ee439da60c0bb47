// Chapter 10: with biases, tanh forgets its inputs below one size of the weights and scrambles them above it.
import { judgeCases } from "../../../../../core-as/claims/judgement";
import { factorALayer, firstLayer, lastLayer } from "../../../../../core-as/claims/reading";
import { figure } from "../../../../../core-as/spec/number";
import type { LayerResult, RunResult } from "../../../../../core-as/spec/result";
import type { WrittenExperiment, WrittenWeights } from "../../../../../core-as/spec/written";
import type { Chapter } from "../chapter";
import { alike, biases, factor, gaussian, sweptFactor } from "./alike";

const SIGMA_B_SQUARE = 0.05;
/** Of the paper's example in the ordered phase, and of chaos that a few layers show. */
const ORDERED = 1.6;
const CHAOTIC = 4;
const UNITS = 200;
/** From here on the size of the preactivations has settled. */
const SETTLED = 5;
const DEEP = 50;

const tanh = { name: "tanh" } as const;
const sigmaB = Math.sqrt(SIGMA_B_SQUARE);
const at = (sigmaWSquare: number) => ({ activation: tanh, sigmaW: Math.sqrt(sigmaWSquare), sigmaB });
const theories = { critical: { activation: tanh, sigmaB }, ordered: at(ORDERED), chaotic: at(CHAOTIC) };

const network = (
  layers: number,
  weights: WrittenWeights,
  sigmaBSquare: number,
  more: { readonly samples?: number; readonly measure?: WrittenExperiment["measure"] } = {},
) =>
  alike({
    name: `${layers} tanh layers, bias variance ${sigmaBSquare}`,
    layers,
    activation: "tanh",
    weights,
    bias: biases(sigmaBSquare),
    units: UNITS,
    samples: 200,
    ...more,
  });

const chaotic = network(30, gaussian(CHAOTIC), SIGMA_B_SQUARE, { measure: { correlation: true } });
const xavier = network(DEEP, gaussian(1), SIGMA_B_SQUARE);
const xavierUnbiased = network(DEEP, gaussian(1), 0);
const critical = network(DEEP, { scheme: "critical", sigma_b: sigmaB }, SIGMA_B_SQUARE);
const large = network(DEEP, gaussian(3), SIGMA_B_SQUARE);
const ordered = network(20, gaussian(1), SIGMA_B_SQUARE, { measure: { correlation: true } });

const gradient = ({ gradients }: LayerResult): number => gradients?.preactivations.rms ?? NaN;

/** Of the last layer's gradient, what a layer receives. */
const gradientLeft = ({ layers }: RunResult, layer: number): number =>
  gradient(layers[layer - 1]!) / gradient(layers.at(-1)!);

/** Pairs at the second of the angles that are measured, 0 being the first, and at a right angle. */
const NEAR = 1;

const right = (angles: readonly number[]): number => (angles.length - 1) / 2;

/** 1 less the measured correlation of the pairs' preactivations. */
function apart({ network }: RunResult, layer: number, pair: "near" | "right"): number {
  const { measured, angles } = network.correlation!;
  return 1 - measured.at(layer > 0 ? layer - 1 : layer)![pair === "near" ? NEAR : right(angles)]!;
}

/** sigma_w^2 of a run's last layer, as its law has it. */
const sigmaWSquare = (run: RunResult): number => (lastLayer(run).theory?.weightStd ?? NaN) ** 2 * UNITS;

/** In chi_1: what counts as on the line. */
const ON_THE_LINE = 0.01;

function effect(chi: number): string {
  if (Math.abs(chi - 1) < ON_THE_LINE) return "last";
  return chi < 1 ? "die out" : "grow";
}

export const edgeOfChaos: Chapter = {
  id: "edge-of-chaos",
  part: "beyond",
  title: "The edge of chaos: one size of the weights carries far",
  short: "The edge of chaos",
  setting: `Beyond the notes. Tanh layers of ${UNITS} units; biases have variance σ_b² = ${SIGMA_B_SQUARE}, weights σ_w² over the number of inputs.`,
  text: [
    {
      kind: "paragraph",
      prose:
        "Two things travel through a wide network: the *size* of a signal, $q$, the mean square of its preactivations, and the *correlation* $c$ of two inputs' preactivations. The size obeys a map of its own and settles within a few layers, because tanh cannot exceed 1:",
    },
    {
      kind: "formula",
      latex: "q_{l+1} = \\sigma_w^2\\, \\mathbb{E}\\bigl[\\tanh(\\sqrt{q_l}\\,u)^2\\bigr] + \\sigma_b^2",
    },
    {
      kind: "paragraph",
      prose:
        "What becomes of two inputs that differ by a hair? Each layer multiplies the mean square of their difference by one number, taken at the size $q^*$ where the signal has settled. The gradient, on its way back, is multiplied by the same number:",
    },
    {
      kind: "formula",
      latex:
        "\\chi_1 = \\sigma_w^2\\, \\mathbb{E}\\bigl[\\tanh'(\\sqrt{q^*}\\,u)^2\\bigr] = 1 \\quad\\text{at}\\quad \\sigma_w^2 = \\fill{critical},\\; q^* = \\fill{qStar}",
    },
    {
      kind: "paragraph",
      prose:
        "Below that line the network is *ordered*: differences and gradients die out, and all inputs end alike. Above it the network is *chaotic*. In the ordered phase the mean square of a difference falls to $1/e$ in $\\xi_c = -1/\\ln\\chi_1$ layers: at $\\sigma_w^2 = 1.6$ that is {xi}, and Schoenholz et al. could train to about six times as deep, {sixXi} layers. On the line $\\xi_c$ is infinite.",
    },
  ],
  fill: {
    needs: { theories: { critical: theories.critical, ordered: theories.ordered } },
    texts: (evidence) => {
      const [line, order] = [evidence.theory("critical"), evidence.theory("ordered")];
      const xi = order.depthScales.c ?? NaN;
      return {
        critical: figure(line.sigmaW ** 2),
        qStar: figure(line.fixedPoint?.q ?? NaN),
        xi: figure(xi),
        sixXi: figure(6 * xi),
      };
    },
  },
  question: {
    ask: `Thirty tanh layers with $\\sigma_w^2 = ${CHAOTIC}$, more than twice the critical value. What grows with depth?`,
    choices: [
      "the activations",
      "nothing: the gradient vanishes",
      "small differences",
      "nothing: all keeps its size",
    ],
    needs: { runs: { chaotic }, theories: { chaotic: theories.chaotic } },
    reveal: (evidence) => {
      const run = evidence.run("chaotic");
      const size = lastLayer(run).activations.rms / firstLayer(run).activations.rms;
      const difference = apart(run, -1, "near") / apart(run, 1, "near");
      const gradientGrowth = gradientLeft(run, 1);
      const { chi1, fixedPoint } = evidence.theory("chaotic");
      return {
        right: size > 2 ? 0 : gradientGrowth < 0.5 ? 1 : gradientGrowth > 2 && difference > 2 ? 2 : 3,
        measured: `near inputs: 1 − c measured ${factor(difference)}`,
        because: `Tanh holds the size at $q^* = ${figure(fixedPoint?.q ?? NaN)}$, so nothing looks wrong in the forward pass. But large weights outdo the flat ends: $\\chi_1 = ${figure(chi1)}$, and a layer multiplies the mean square of a small difference by it, and that of the gradient on its way back: measured ${factor(gradientGrowth)}, predicted ${factor(firstLayer(run).theory?.gradientScale ?? NaN)}, while the activations changed ${factor(size)}. Near inputs are driven apart until their correlation is $c^* = ${figure(fixedPoint?.c ?? NaN)}$.`,
      };
    },
  },
  trial: {
    caption: `preactivations of 12 tanh layers; find the weights at which the gradient keeps its size`,
    controls: [
      {
        kind: "slider",
        id: "weights",
        label: "Weights, σ_w²",
        initial: 1,
        bounds: { min: 0.5, max: 4 },
        scale: "linear",
        step: 0.01,
      },
      {
        kind: "slider",
        id: "biases",
        label: "Biases, σ_b²",
        initial: SIGMA_B_SQUARE,
        bounds: { min: 0, max: 0.5 },
        scale: "linear",
        step: 0.01,
      },
    ],
    spec: (values) =>
      network(12, gaussian(values["weights"]!), values["biases"]!, { measure: { correlation: true } }),
    histograms: "preactivations",
    readings: (run) => {
      const { q, chi } = lastLayer(run).theory ?? {};
      const settled = factorALayer(
        gradient(lastLayer(run)),
        gradient(run.layers[SETTLED - 1]!),
        run.layers.length - SETTLED + 1,
      );
      const along = (pair: "near" | "right") =>
        `${figure(1 - apart(run, 1, pair))} → ${figure(1 - apart(run, -1, pair))}`;
      return [
        {
          label: "q, last layer",
          value: `${figure(lastLayer(run).preactivations.rms ** 2)}, predicted ${figure(q ?? NaN)}`,
        },
        { label: "χ predicted, last layer", value: figure(chi ?? NaN) },
        { label: "Small differences", value: effect(chi ?? NaN) },
        { label: "Gradient, a layer back", value: factor(settled) },
        { label: "c of near inputs", value: along("near") },
        { label: "c at a right angle", value: along("right") },
      ];
    },
    chart: {
      kind: "sweep",
      title: "Gradient, a layer back",
      caption: "against the weights",
      x: { label: "σ_w²", unit: "", scale: "linear", domain: [0.4, 4.1] },
      y: { label: "factor a layer", unit: "", scale: "linear", domain: [0.4, 1.4] },
      places: () => [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4],
      spec: (values, place) => ({
        ...network(12, gaussian(place), values["biases"]!, { samples: 200 }),
        replicates: 3,
      }),
      read: (run) => sweptFactor(run, "gradients.preactivations.rms", -1, SETTLED),
      at: (values) => values["weights"]!,
      rules: [{ at: 1, label: "keeps its size" }],
    },
  },
  claims: null,
  statements: [
    {
      id: "chaos-critical",
      claim: `Through ${DEEP} tanh layers with $\\sigma_b^2 = ${SIGMA_B_SQUARE}$ the gradient keeps its size.`,
      needs: { runs: { critical, xavier, large } },
      judge: (evidence) => {
        const cases = ["critical", "xavier", "large"].map((name) => {
          const run = evidence.run(name);
          return { weights: sigmaWSquare(run), left: gradientLeft(run, SETTLED) };
        });
        const judged = judgeCases(
          cases.map(({ weights, left }, i) => ({
            label: `${i === 0 ? "the weights have σ_w² =" : "σ_w² ="} ${figure(weights)}`,
            holds: left > 1 / 3 && left < 3,
          })),
          `Off the critical line χ₁ to the power of the depth takes over. Layers before ${SETTLED} are left out: there the size still settles.`,
          {},
        );
        return {
          ...judged,
          measured: `Gradient in layer ${SETTLED} over layer ${DEEP}: ${cases.map(({ weights, left }) => `${factor(left)} at σ_w² = ${figure(weights)}`).join(", ")}`,
        };
      },
    },
    {
      id: "chaos-xavier",
      claim: "Xavier weights, $\\sigma_w^2 = 1$, carry the gradient of tanh through 50 layers.",
      needs: { runs: { xavierUnbiased, xavier } },
      judge: (evidence) => {
        const [unbiased, biased] = [evidence.run("xavierUnbiased"), evidence.run("xavier")];
        const [left, leftBiased] = [gradientLeft(unbiased, 1), gradientLeft(biased, 1)];
        const judged = judgeCases(
          [
            { label: "biases are zero", holds: left > 0.01 },
            { label: `they have variance ${SIGMA_B_SQUARE}`, holds: leftBiased > 0.01 },
          ],
          "With zero biases σ_w² = 1 is the critical point, q* is 0 and what is lost goes by a power of the depth; with biases the same weights are ordered, and the loss is exponential.",
          {},
        );
        return {
          ...judged,
          measured: `Of the gradient layer 1 receives ${figure(left)} with zero biases, ${figure(leftBiased)} with biases`,
        };
      },
    },
    {
      id: "chaos-depth-scale",
      claim:
        "In the ordered phase two inputs approach each other e-fold in $\\xi_c = -1/\\ln \\chi_1$ layers.",
      needs: { runs: { ordered }, theories: { ordered: at(1) } },
      judge: (evidence) => {
        const run = evidence.run("ordered");
        const steps = 10;
        const measured = steps / Math.log(apart(run, 6, "right") / apart(run, 6 + steps, "right"));
        const predicted = evidence.theory("ordered").depthScales.c ?? NaN;
        return {
          measured: `1 − c falls e-fold in ${figure(measured)} layers at σ_w² = 1, predicted ${figure(predicted)}`,
          verdict: Math.abs(measured / predicted - 1) < 0.2 ? "holds" : "does not hold",
          because: `Pairs that start at a right angle, followed from layer 6 to ${6 + steps}; one draw of ${UNITS} units may differ by some per cent.`,
        };
      },
    },
  ],
  sources: [
    "Schoenholz, Gilmer, Ganguli & Sohl-Dickstein 2017, Deep information propagation",
    "Poole, Lahiri, Raghu, Sohl-Dickstein & Ganguli 2016, Exponential expressivity in deep neural networks through transient chaos",
  ],
};
