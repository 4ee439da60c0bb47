// Chapter 7: Xavier with ReLU. The signal halves a layer; units are no deader than with He's weights, at the start.
import {
  deadShare,
  deadUnits,
  firstRecord,
  gradientFactor,
  lastLayer,
  lastRecord,
  meanSquareFactor,
  units,
} from "../../../../../core-as/claims/reading";
import { DEEP_SGD } from "../../../../../core-as/claims/experiments";
import { figure, percent, whole } from "../../../../../core-as/spec/number";
import type { Chapter, Evidence, Needs, Revealed } from "../chapter";
import { factor } from "./alike";
import { HE, onDigits, onGaussian, XAVIER } from "./networks";

const xavier = { activation: "relu", weights: XAVIER } as const;
const he = { activation: "relu", weights: HE } as const;
const DEEP = { layers: 30 } as const;

const needs = {
  runs: {
    xavier: onGaussian("Xavier with ReLU", xavier),
    he: onGaussian("He with ReLU", he),
  },
  trainings: {
    deepXavier: onDigits("30 ReLU layers, Xavier, SGD", xavier, DEEP_SGD, DEEP),
    deepHe: onDigits("30 ReLU layers, He, SGD", he, DEEP_SGD, DEEP),
  },
} as const satisfies Needs;

export const xavierRelu: Chapter = {
  id: "xavier-relu",
  part: "notes",
  title: "Xavier with ReLU: dying, or fading?",
  short: "Xavier with ReLU",
  setting:
    "The notes: 3, “when it combined with ReLU”. Five hidden layers of 100 ReLU units, 1 000 inputs from N(0, 1).",
  text: [
    {
      kind: "paragraph",
      prose: String.raw`Xavier's sum keeps its size where a unit passes on what it gets. A ReLU passes on half of it: preactivations lie around 0, and the negative ones become 0. So half the mean square is lost:`,
    },
    {
      kind: "formula",
      latex: String.raw`\mathbb{E}\big[\max(z, 0)^2\big] = \frac12\,\mathbb{E}[z^2] \quad\Longrightarrow\quad q_{l+1} = n\,\sigma^2 \cdot \frac12\,q_l = \frac12\,q_l`,
    },
    {
      kind: "paragraph",
      prose: String.raw`Measured over five layers, the mean square of $z$ changes by {factor} a layer; the prediction for very wide layers is {predicted}. The outputs' std falls to {last} in layer 5. The same happens to the gradient on its way back, since half the slopes are 0:`,
    },
    {
      kind: "formula",
      latex: String.raw`\chi = n\,\sigma^2\,\mathbb{E}\big[\varphi'(z)^2\big] = 1 \cdot \frac12, \qquad q_{31} = 2^{-30}\,q_1 \approx 10^{-9}\,q_1`,
    },
    {
      kind: "paragraph",
      prose: String.raw`That is what the notes' picture shows: a heap at 0 that grows from layer to layer, because what is not 0 becomes small. Five layers bear it. After thirty the rms is $2^{15}$ times smaller than at the start, and SGD has next to nothing to work with.`,
    },
    {
      kind: "correction",
      notes: "Occurs dying ReLU.",
      precisely: String.raw`A unit is *dead* if it gives 0 for every input. That {zeros} of layer 5's outputs are 0 is what ReLU does. Dead are {dead} of {units} units, and with He's weights from the same draws {heDead}, the very same ones: He's weights are Xavier's times $\sqrt2$, and a positive factor changes no sign. The picture shows a shrinking signal. *Training* can set the two apart: in thirty layers {deepStart} of the units are dead for the digits at the start, with both; after {steps} steps of SGD it is {deepXavier} with Xavier and {deepHe} with He. Where gradients pass, training can wake units; where the signal has faded, they stay as they are.`,
    },
  ],
  fill: {
    needs,
    texts: (evidence) => {
      const [run, ofHe] = [evidence.run("xavier"), evidence.run("he")];
      const last = lastLayer(run);
      const [deepXavier, deepHe] = [evidence.training("deepXavier"), evidence.training("deepHe")];
      return {
        factor: factor(meanSquareFactor(run)),
        predicted: factor(last.theory!.chi!),
        last: figure(last.activations.std),
        zeros: percent(last.activations.zeroFraction),
        dead: whole(deadUnits(run)),
        heDead: whole(deadUnits(ofHe)),
        units: whole(units(run)),
        deepStart: percent(deadShare(firstRecord(deepXavier))),
        steps: whole(deepXavier.steps),
        deepXavier: percent(deadShare(lastRecord(deepXavier))),
        deepHe: percent(deadShare(lastRecord(deepHe))),
      };
    },
  },
  question: {
    ask: "Five ReLU layers of 100 start from Xavier's weights. How many of the 500 units are dead, giving 0 for every one of 1 000 inputs?",
    choices: ["About 250: ReLU cuts half", "About 125", "Fewer than 50", "Nearly all by layer 5"],
    needs: { runs: needs.runs },
    reveal: revealed,
  },
  trial: {
    caption: "activations of each layer; the zeros stand apart",
    controls: [
      {
        kind: "slider",
        id: "gain",
        label: "Gain (1: Xavier, 1.41: He)",
        initial: 1,
        bounds: { min: 0.5, max: 2 },
        scale: "log",
      },
      {
        kind: "slider",
        id: "layers",
        label: "Layers",
        initial: 5,
        bounds: { min: 2, max: 12, integer: true },
        scale: "linear",
      },
      {
        kind: "slider",
        id: "width",
        label: "Width",
        initial: 100,
        bounds: { min: 5, max: 400, integer: true },
        scale: "log",
      },
    ],
    spec: ({ gain = 1, layers = 5, width = 100 }) =>
      onGaussian(
        `Xavier, gain ${figure(gain)}, with ReLU`,
        { activation: "relu", weights: { scheme: "xavier_normal", gain } },
        { layers, width },
      ),
    histograms: "activations",
    readings: (result) => [
      { label: "Mean square, a layer", value: factor(meanSquareFactor(result)) },
      { label: "Gradient's rms, a layer back", value: factor(gradientFactor(result)) },
      { label: "Dead units", value: `${whole(deadUnits(result))} of ${whole(units(result))}` },
    ],
    chart: { kind: "profile", profile: "std" },
  },
  claims: "xavier-relu",
  statements: [],
  sources: [
    "He et al. 2015, Delving deep into rectifiers, section 2.2 (the factor 1/2)",
    "Lu et al. 2019, Dying ReLU and initialization (what dead means)",
    "The founding notes, 3",
  ],
};

function revealed(evidence: Evidence): Revealed {
  const [run, ofHe] = [evidence.run("xavier"), evidence.run("he")];
  const [dead, all] = [deadUnits(run), units(run)];
  const zeros = lastLayer(run).activations.zeroFraction;
  return {
    right: dead < all / 10 ? 2 : dead < 0.375 * all ? 1 : dead < 0.75 * all ? 0 : 3,
    measured: `${whole(dead)} of ${whole(all)}, with He's weights ${whole(deadUnits(ofHe))}`,
    because: `About half of the outputs are 0 (${percent(zeros)} in layer 5), but each unit is silent for its own half of the inputs. What does go wrong is the size: the mean square changes by ${factor(meanSquareFactor(run))} a layer.`,
  };
}
