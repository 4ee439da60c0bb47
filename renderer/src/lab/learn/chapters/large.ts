// Too large: N(0, 1) and the sigmoid.
import { EXPERIMENT_FORMAT } from "../../../../../core-as/spec/experiment";
import { figure, percent } from "../../../../../core-as/spec/number";
import type { RunResult } from "../../../../../core-as/spec/result";
import type { WrittenExperiment } from "../../../../../core-as/spec/written";
import type { Chapter } from "../chapter";

function network(std: number, width: number, samples: number, replicates = 1): WrittenExperiment {
  return {
    format: EXPERIMENT_FORMAT,
    name: "Large normal, sigmoid",
    seed: 42,
    data: { source: "gaussian", samples, features: width },
    network: {
      hidden: { layers: 5, units: width, activation: "sigmoid", weights: { scheme: "normal", std } },
    },
    backward: { kind: "probe" },
    replicates,
  };
}

function gradientFactor({ layers }: RunResult): number {
  const first = layers[0]?.gradients?.preactivations.rms ?? NaN;
  const last = layers.at(-1)?.gradients?.preactivations.rms ?? NaN;
  return (first / last) ** (1 / (layers.length - 1));
}

export const large: Chapter = {
  id: "large",
  part: "notes",
  title: "Too large: N(0, 1) and the sigmoid",
  short: "Too large: N(0, 1)",
  setting: "The notes: 2, case 1. Five hidden layers of 100 units, 1\u202f000 inputs from N(0, 1).",
  text: [
    {
      kind: "paragraph",
      prose:
        "Draw every weight from N(0, 1) and feed the sums to a sigmoid. A unit with 100 inputs adds up 100 independent terms, so its preactivation spreads *ten times wider* than any one of them:",
    },
    {
      kind: "formula",
      latex:
        "\\operatorname{Var} z = n_{\\text{in}}\\,\\sigma^2\\,\\mathbb{E}[x^2] = 100 \\cdot 1 \\cdot 1 = 100",
    },
    {
      kind: "paragraph",
      prose:
        "The sigmoid is nearly linear only where $|z| < 1$. In layer 1 {far} of the units sit where the slope is below a twentieth of the steepest: std of $z$ is {std}.",
    },
    {
      kind: "correction",
      notes: "Then it will occur gradient vanishing",
      precisely: "At width 100 a layer back multiplies the gradient by {factor}: it keeps its size.",
    },
  ],
  fill: {
    needs: { runs: { notes: network(1, 100, 1000) } },
    texts: (evidence) => {
      const run = evidence.run("notes");
      return {
        far: percent(run.layers[0]!.activations.saturatedFraction),
        std: figure(run.layers[0]!.preactivations.std),
        factor: figure(gradientFactor(run)),
      };
    },
  },
  question: {
    ask: "By how much does the gradient’s rms change with each layer back, at width 100?",
    choices: ["× 0.01", "× 0.25", "about × 1", "× 4"],
    needs: { runs: { notes: network(1, 100, 1000) } },
    reveal: (evidence) => ({
      right: 2,
      measured: `measured × ${figure(gradientFactor(evidence.run("notes")))}`,
      because:
        "The flat ends suggest that it vanishes. But a few units stay on the slope, and large weights carry their gradient back: here the two cancel.",
    }),
  },
  trial: {
    caption: "activations of each layer, from 0 to 1",
    controls: [
      {
        kind: "slider",
        id: "std",
        label: "Std of the weights",
        initial: 1,
        bounds: { min: 0.01, max: 4 },
        scale: "log",
      },
      {
        kind: "slider",
        id: "width",
        label: "Width",
        initial: 100,
        bounds: { min: 5, max: 500, integer: true },
        scale: "log",
      },
    ],
    spec: ({ std = 1, width = 100 }) => network(std, width, 500),
    histograms: "activations",
    readings: ({ layers }) => [
      { label: "Saturated in layer 5", value: percent(layers.at(-1)!.activations.saturatedFraction) },
    ],
    chart: {
      kind: "sweep",
      title: "Gradient, a layer back, against width",
      caption: "",
      x: { label: "units", unit: "count", scale: "log", domain: [4, 600] },
      y: { label: "factor", unit: "", scale: "log", domain: [0.2, 4] },
      places: () => [5, 10, 20, 50, 100, 200, 400],
      spec: ({ std = 1 }, width) => network(std, width, 200, 5),
      read: (result) => ({ measured: gradientFactor(result), predicted: null }),
      at: ({ width = 100 }) => width,
      rules: [{ at: 1, label: "keeps its size" }],
    },
  },
  claims: "large",
  statements: [],
  sources: ["The founding notes, section 2"],
};
