// Chapter 8: He's variance, which gives ReLU back its lost half. What it changes, and from what depth on.
import {
  accuracy,
  firstLayer,
  lastLayer,
  lastRecord,
  meanSquareFactor,
} from "../../../../../core-as/claims/reading";
import { DEEP_SGD } from "../../../../../core-as/claims/experiments";
import { figure, percent, whole } from "../../../../../core-as/spec/number";
import type { TrainResult } from "../../../../../core-as/spec/training";
import type { WrittenTrain, WrittenWeights } from "../../../../../core-as/spec/written";
import type { Chapter, Evidence, Needs, Revealed } from "../chapter";
import { factor } from "./alike";
import { ADAM, HE, onDigits, onGaussian, XAVIER } from "./networks";

const ofXavier = { activation: "relu", weights: XAVIER } as const;
const ofHe = { activation: "relu", weights: HE } as const;
const uniform: WrittenWeights = { scheme: "he_uniform" };
const DEEP = { layers: 30 } as const;
const DEEP_ADAM: WrittenTrain = { ...ADAM, steps: 300, recordEvery: 300 };

const deepSgd = {
  xavierSgd: onDigits("30 ReLU layers, Xavier, SGD", ofXavier, DEEP_SGD, DEEP),
  heSgd: onDigits("30 ReLU layers, He, SGD", ofHe, DEEP_SGD, DEEP),
} as const;

const needs = {
  runs: {
    xavier: onGaussian("Xavier with ReLU", ofXavier, { layers: 12 }),
    he: onGaussian("He with ReLU", ofHe, { layers: 12, replicates: 5, samples: 500 }),
    uniform: onGaussian("He uniform with ReLU", { activation: "relu", weights: uniform }),
  },
  trainings: {
    ...deepSgd,
    xavierAdam: onDigits("30 ReLU layers, Xavier, Adam", ofXavier, DEEP_ADAM, DEEP),
    heAdam: onDigits("30 ReLU layers, He, Adam", ofHe, DEEP_ADAM, DEEP),
    xavierFive: onDigits("Five ReLU layers, Xavier", ofXavier),
    heFive: onDigits("Five ReLU layers, He", ofHe),
  },
} as const satisfies Needs;

const OPTIMIZERS: readonly { readonly name: string; readonly train: WrittenTrain }[] = [
  { name: "SGD, rate 0.01", train: { ...DEEP_SGD, recordEvery: 30 } },
  { name: "Adam, rate 0.001", train: { ...DEEP_ADAM, recordEvery: 20 } },
];
/** As many layers as are drawn. */
const DRAWN = 12;

export const he: Chapter = {
  id: "he",
  part: "notes",
  title: "He: the lost half given back",
  short: "He",
  setting:
    "The notes: 4. ReLU layers of 100 units, 1 000 inputs from N(0, 1); five and thirty of them trained on the digits.",
  text: [
    {
      kind: "paragraph",
      prose: String.raw`ReLU halves the mean square, so double the variance of the weights. He and others ask that a layer pass the mean square on as it came:`,
    },
    {
      kind: "formula",
      latex: String.raw`q_{l+1} = n_{\mathrm{in}}\,\sigma^2 \cdot \frac12\,q_l = q_l \quad\Longrightarrow\quad \sigma^2 = \frac{2}{n_{\mathrm{in}}}`,
    },
    {
      kind: "formula",
      latex: String.raw`W \sim N(0, \sigma^2) \quad\text{or}\quad W \sim U(-a, a), \qquad a = \sqrt{3}\,\sigma = \sqrt{\frac{6}{n_{\mathrm{in}}}}`,
    },
    {
      kind: "paragraph",
      prose: String.raw`Over twelve layers the mean square of $z$ changes by {he} a layer, with Xavier by {xavier}. It is kept on the *average* of many draws; one draw of a net of width 100 wanders. In layer 12 the rms of $z$ lies between {low} and {high} over {draws} draws.`,
    },
    {
      kind: "formula",
      latex: String.raw`\chi = n_{\mathrm{out}}\,\sigma^2\,\mathbb{E}\big[\varphi'(z)^2\big] = n_{\mathrm{out}} \cdot \frac{2}{n_{\mathrm{in}}} \cdot \frac12 = \frac{n_{\mathrm{out}}}{n_{\mathrm{in}}}`,
    },
    {
      kind: "paragraph",
      prose: String.raw`The gradient keeps its size too where layers are equally wide. Does it matter? At five layers not much: trained alike, Xavier gets {xavierFive} of the validation digits right and He {heFive}, and a few points either way are the draw's. At thirty layers Xavier's factor has been applied thirty times.`,
    },
    {
      kind: "correction",
      notes: "Normal: w ~ N(0, √(2/n_in)).",
      precisely: String.raw`As with Xavier, the root is the *standard deviation*: {std} for 100 inputs, variance {variance}. Keras draws a truncated normal of this std.`,
    },
    {
      kind: "correction",
      notes: "Uniform: w ~ N(−√(6/n_in), √(6/n_in)).",
      precisely: String.raw`Read $U$ for $N$. Drawn so, weights reach from {least} to {greatest} and have std {uniformStd}.`,
    },
    {
      kind: "correction",
      notes: "To decrease the problem of Xavier initialization with ReLU.",
      precisely: String.raw`It does, if the problem is the shrinking signal; dead units at the start are the same with both. And it is a matter of depth and optimizer. Over thirty layers {steps} steps of SGD bring Xavier to {xavierSgd} and He to {heSgd}. By Adam, which rescales its steps, thirty layers learn from *both* starts: {xavierAdam} with Xavier, {heAdam} with He after {adamSteps} steps.`,
    },
  ],
  fill: {
    needs,
    texts: (evidence) => {
      const run = evidence.run("he");
      const last = lastLayer(run);
      const band = run.replicates!.bands.at(-1)!["preactivations.rms"]!;
      const drawn = lastLayer(evidence.run("uniform")).weights;
      const right = (name: string) => percent(accuracy(evidence.training(name)));
      return {
        he: factor(meanSquareFactor(run)),
        xavier: factor(meanSquareFactor(evidence.run("xavier"))),
        low: figure(band.low),
        high: figure(band.high),
        draws: whole(run.replicates!.count),
        xavierFive: right("xavierFive"),
        heFive: right("heFive"),
        steps: whole(evidence.training("heSgd").steps),
        xavierSgd: right("xavierSgd"),
        heSgd: right("heSgd"),
        std: figure(last.weights.std),
        variance: figure(last.weights.std ** 2),
        least: figure(drawn.min),
        greatest: figure(drawn.max),
        uniformStd: figure(drawn.std),
        xavierAdam: right("xavierAdam"),
        heAdam: right("heAdam"),
        adamSteps: whole(evidence.training("heAdam").steps),
      };
    },
  },
  question: {
    ask: "Thirty ReLU layers of 100 are trained on the digits for 600 steps of SGD, rate 0.01, batches of 32. From which start do they learn?",
    choices: [
      "From both, He's a little sooner",
      "From He's alone",
      "From Xavier's alone",
      "From neither: thirty layers are too many",
    ],
    needs: { trainings: deepSgd },
    reveal: revealed,
  },
  trial: {
    caption: `activations of each layer, of the first ${DRAWN} at most; the trainings at the right have all`,
    controls: [
      { kind: "choice", id: "start", label: "Weights drawn", initial: 1, options: ["Xavier", "He"] },
      {
        kind: "slider",
        id: "layers",
        label: "Layers",
        initial: 30,
        bounds: { min: 2, max: 30, integer: true },
        scale: "linear",
      },
      {
        kind: "choice",
        id: "optimizer",
        label: "Trained by",
        initial: 0,
        options: OPTIMIZERS.map(({ name }) => name),
      },
    ],
    spec: ({ start = 1, layers = 30 }) =>
      onGaussian(start === 0 ? "Xavier with ReLU" : "He with ReLU", start === 0 ? ofXavier : ofHe, {
        layers: Math.min(layers, DRAWN),
      }),
    histograms: "activations",
    readings: (result) => {
      const last = lastLayer(result);
      const { index, preactivations, theory } = last;
      return [
        { label: "Mean square of z, a layer", value: factor(meanSquareFactor(result)) },
        {
          label: `Rms of z, layer ${whole(index)} over layer 1`,
          value: figure(preactivations.rms / firstLayer(result).preactivations.rms),
        },
        {
          label: "Predicted for wide layers",
          value: figure(Math.sqrt((theory?.q ?? NaN) / (firstLayer(result).theory?.q ?? NaN))),
        },
      ];
    },
    chart: {
      kind: "training",
      figure: "loss",
      specs: ({ layers = 30, optimizer = 0 }) => {
        const { train } = OPTIMIZERS[optimizer] ?? OPTIMIZERS[0]!;
        return [
          { name: "Xavier", spec: onDigits(`${layers} ReLU layers, Xavier`, ofXavier, train, { layers }) },
          { name: "He", spec: onDigits(`${layers} ReLU layers, He`, ofHe, train, { layers }) },
        ];
      },
    },
  },
  claims: "he",
  statements: [],
  sources: [
    "He et al. 2015, Delving deep into rectifiers, section 2.2 and figure 3 (thirty layers)",
    "Hanin & Rolnick 2018, How to start training (fluctuations at finite width)",
    "The founding notes, 4",
  ],
};

/** Told right from which on a start is said to have been learnt from; guessing gives 0.1. */
const LEARNT = 0.3;

function revealed(evidence: Evidence): Revealed {
  const [fromXavier, fromHe] = [evidence.training("xavierSgd"), evidence.training("heSgd")];
  const learnt = (training: TrainResult) => accuracy(training) > LEARNT;
  const right = learnt(fromHe) ? (learnt(fromXavier) ? 0 : 1) : learnt(fromXavier) ? 2 : 3;
  return {
    right,
    measured: `He ${percent(accuracy(fromHe))} right, Xavier ${percent(accuracy(fromXavier))}`,
    because: String.raw`Xavier's signal has a mean square of about $2^{-30}$ of its start at the output, and the gradient fades alike, so SGD's steps are far too small: the loss is ${lastRecord(fromXavier).loss.toFixed(2)} nats, where $\ln 10$ is ${Math.log(10).toFixed(2)}. He's weights keep both at their size. At five layers the two are alike, and Adam learns thirty from either.`,
  };
}
