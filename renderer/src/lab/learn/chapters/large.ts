// Chapter 3: N(0, 1) with the sigmoid. Most units saturate; whether the gradient vanishes is a matter of width.
import {
  accuracy,
  firstLayer,
  gradientFactor,
  gradientLeft,
  lastLayer,
  shareWithin,
} from "../../../../../core-as/claims/reading";
import { figure, percent, whole } from "../../../../../core-as/spec/number";
import { nearLinearReach } from "../../../../../core-as/figures/nearLinear";
import type { RunResult } from "../../../../../core-as/spec/result";
import type { Chapter, Evidence, Needs, Revealed, Swept, Values } from "../chapter";
import { factor } from "./alike";
import { normal, onDigits, onGaussian } from "./networks";

const start = { activation: "sigmoid", weights: normal(1) } as const;
/** As in chapter 6: where the slope is above three quarters of its greatest. */
const REACH = nearLinearReach({ name: "sigmoid" })!;
const WIDTHS = [5, 10, 20, 50, 100, 200, 400] as const;
/** Ten layers, so that what changes a little a layer is seen; five draws, as narrow layers differ much. */
const deep = (width: number) =>
  onGaussian(`N(0, 1) with sigmoid, width ${width}`, start, {
    layers: 10,
    width,
    samples: 500,
    replicates: 5,
  });

const needs = {
  runs: {
    notes: onGaussian("N(0, 1) with sigmoid", start),
    narrow: deep(10),
    hundred: deep(100),
    wide: deep(400),
  },
  trainings: { notes: onDigits("N(0, 1) with sigmoid, SGD", start) },
} as const satisfies Needs;

export const large: Chapter = {
  id: "large",
  part: "notes",
  title: "Too large: N(0, 1) and the sigmoid",
  short: "Too large: N(0, 1)",
  setting: "The notes: 2, case 1. Five hidden layers of 100 units, 1 000 inputs from N(0, 1).",
  text: [
    {
      kind: "paragraph",
      prose: String.raw`Draw every weight from N(0, 1) and feed the sums to a sigmoid. A unit with {fanIn} inputs adds up {fanIn} independent terms, so its preactivation spreads ten times wider than any one of them:`,
    },
    {
      kind: "formula",
      latex: String.raw`\operatorname{Var} z = n_{\mathrm{in}}\,\sigma^2\,\mathbb{E}[x^2] = \fill{fanIn} \cdot 1 \cdot 1 = \fill{fanIn}, \qquad \operatorname{std} z = \sqrt{\fill{fanIn}}`,
    },
    {
      kind: "paragraph",
      prose: String.raw`Measured, the std in layer 1 is {std}. The sigmoid is nearly straight where $|z| < \ln 3$; its slope is above three quarters of its greatest there. Just {linear} of layer 1's preactivations lie in it, while {saturated} lie where the slope is below a twentieth of its greatest. The activations pile up at 0 and 1.`,
    },
    {
      kind: "paragraph",
      prose: String.raw`The notes conclude that gradients vanish. Each layer back multiplies the gradient's mean square by $\chi$: {fanIn} units each send a gradient back, through a weight and a slope. With $q$ the mean square of $z$,`,
    },
    {
      kind: "formula",
      latex: String.raw`\chi = n\,\sigma^2\,\mathbb{E}\big[\varphi'(\sqrt{q}\,u)^2\big], \qquad u \sim N(0, 1)`,
    },
    {
      kind: "paragraph",
      prose: String.raw`Two things pull here. Most slopes are nearly 0. But weights are large, and a few units are still on the slope. Which is stronger?`,
    },
    {
      kind: "correction",
      notes:
        "This picture is the distribution of weights for layers. Most weights are biased toward 0 and 1.",
      precisely: String.raw`The picture shows *activations*, the outputs of units. The weights are normal around 0, and {weightsOutside} of them lie outside 0 to 1, where no sigmoid output can.`,
    },
    {
      kind: "correction",
      notes: "Then it will occur gradient vanishing while gradient descent.",
      precisely: String.raw`Only in narrow nets. In deep layers $q$ is {q} and the mean square of the slope {slope}: small, but {fanIn} weights of variance 1 make $\chi$ = {chi} of it. A layer back changes the gradient's rms by {narrow} at width 10, {hundred} at width 100 and {wide} at width 400 (ten layers, median of {draws} draws): it vanishes, keeps its size, grows. Saturation, too, comes with width: {narrowSaturated}, {hundredSaturated} and {wideSaturated} of the last layer's outputs are saturated. The notes' network does learn from here: SGD gets {accuracy} of the validation digits right in {steps} steps.`,
    },
  ],
  fill: {
    needs,
    texts: (evidence) => {
      const notes = evidence.run("notes");
      const { preactivations, activations, fanIn } = firstLayer(notes);
      const inDepth = lastLayer(evidence.run("hundred"));
      const chi = inDepth.theory!.chi!;
      const { weights } = lastLayer(notes);
      return {
        fanIn: whole(fanIn),
        std: figure(preactivations.std),
        linear: percent(shareWithin(preactivations.histogram, -REACH, REACH)),
        saturated: percent(activations.saturatedFraction),
        // chi is n sigma² E[phi'²], and sigma is 1.
        slope: figure(chi / inDepth.fanIn),
        chi: figure(chi),
        q: figure(inDepth.theory!.q!),
        weightsOutside: percent(1 - shareWithin(weights.histogram, 0, 1)),
        narrow: factor(factorBack(evidence.run("narrow"))),
        hundred: factor(factorBack(evidence.run("hundred"))),
        wide: factor(factorBack(evidence.run("wide"))),
        narrowSaturated: percent(lastLayer(evidence.run("narrow")).activations.saturatedFraction),
        hundredSaturated: percent(lastLayer(evidence.run("hundred")).activations.saturatedFraction),
        wideSaturated: percent(lastLayer(evidence.run("wide")).activations.saturatedFraction),
        accuracy: percent(accuracy(evidence.training("notes"))),
        steps: whole(evidence.training("notes").steps),
        draws: whole(evidence.run("narrow").replicates!.count),
      };
    },
  },
  question: {
    ask: "By how much does the gradient's rms change with each layer back, at width 100?",
    choices: ["× 0.01", "× 0.25", "About × 1", "× 4"],
    needs: { runs: { hundred: needs.runs.hundred } },
    reveal: revealed,
  },
  trial: {
    caption: "activations of each layer, from 0 to 1",
    controls: [
      {
        kind: "slider",
        id: "std",
        label: "Std of the weights",
        initial: 1,
        bounds: { min: 0.1, max: 3 },
        scale: "log",
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
    spec: (values) => specAt(values, values["width"] ?? 100, 1000, 1),
    histograms: "activations",
    readings: (result) => {
      const last = lastLayer(result);
      return [
        {
          label: `Saturated in layer ${whole(last.index)}`,
          value: percent(last.activations.saturatedFraction),
        },
        { label: "Std of z there", value: figure(last.preactivations.std) },
        { label: "Gradient, a layer back", value: factor(gradientFactor(result)) },
      ];
    },
    chart: {
      kind: "sweep",
      title: "Gradient, a layer back, against width",
      caption: "of its rms; five draws",
      x: { label: "units", unit: "count", scale: "log", domain: [4, 500] },
      y: { label: "factor a layer", unit: "", scale: "log", domain: [0.03, 4] },
      places: () => WIDTHS,
      spec: (values, place) => specAt(values, place, 200, 5),
      read: swept,
      at: ({ width = 100 }) => width,
      rules: [{ at: 1, label: "keeps its size" }],
    },
  },
  claims: "large",
  statements: [],
  sources: [
    "Glorot & Bengio 2010, Understanding the difficulty of training deep feedforward neural networks, section 3",
    "Poole et al. 2016, Exponential expressivity in deep neural networks through transient chaos (χ)",
    "Schoenholz et al. 2017, Deep information propagation, on gradients",
    "Saito 2016, Deep Learning from Scratch, section 6.2.2 (pictures like the notes')",
  ],
};

const specAt = ({ std = 1 }: Values, width: number, samples: number, replicates: number) =>
  onGaussian(
    `N(0, ${figure(std)}²) with sigmoid, width ${width}`,
    { activation: "sigmoid", weights: normal(std) },
    { width, samples, replicates },
  );

/** Median over the draws. */
const factorBack = (run: RunResult): number => gradientLeft(run) ** (1 / (run.layers.length - 1));

/** Of each draw's factor only the ends are known: those of the first layer's gradient over the last's median. */
function swept(run: RunResult): Swept {
  const hops = run.layers.length - 1;
  const bands = run.replicates!.bands;
  const key = "gradients.preactivations.rms";
  const [first, last] = [bands[0]![key]!, bands.at(-1)![key]!];
  const scale = firstLayer(run).theory?.gradientScale ?? null;
  return {
    measured: factorBack(run),
    low: (first.low / last.median) ** (1 / hops),
    high: (first.high / last.median) ** (1 / hops),
    predicted: scale === null ? null : scale ** (1 / hops),
  };
}

function revealed(evidence: Evidence): Revealed {
  const run = evidence.run("hundred");
  const measured = factorBack(run);
  const predicted = Math.sqrt(lastLayer(run).theory!.chi!);
  const right = measured < 0.05 ? 0 : measured < 0.5 ? 1 : measured < 2 ? 2 : 3;
  return {
    right,
    measured: `measured ${factor(measured)}, predicted ${factor(predicted)}`,
    because:
      "The flat ends suggest that it vanishes. But a few units stay on the slope, and large weights carry their gradient back: here the two cancel.",
  };
}
