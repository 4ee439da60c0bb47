// Chapter 12: the odds that a ReLU network is dead before training begins, and what is mistaken for it.
import { judgeCases } from "../../../../../core-as/claims/judgement";
import { deadUnits, lastLayer, units } from "../../../../../core-as/claims/reading";
import type { ActivationName } from "../../../../../core-as/spec/experiment";
import { EXPERIMENT_FORMAT } from "../../../../../core-as/spec/experiment";
import { figure, percent, whole } from "../../../../../core-as/spec/number";
import type { RunResult } from "../../../../../core-as/spec/result";
import type { WrittenExperiment } from "../../../../../core-as/spec/written";
import { bornDead } from "../../../../../core-as/theory/bornDead";
import type { Chapter, Evidence } from "../chapter";
import { alike, factor, rangeAt, SEED } from "./alike";

/** The paper's example: two hidden layers of two units on one input. */
const WIDTHS = [2, 2] as const;
/** Networks that are drawn to count the dead ones. */
const DRAWS = 200;
const LAYERS = 10;
const WIDE = 100;
/** Below 20 seeds a band reaches from the least to the greatest. */
const FEW = 19;

function narrow(
  layers: number,
  width: number,
  more: { readonly seed?: number; readonly replicates?: number; readonly activation?: ActivationName } = {},
): WrittenExperiment {
  const { seed = SEED, replicates = 1, activation = "relu" } = more;
  return {
    format: EXPERIMENT_FORMAT,
    name: `${layers} layers of ${width} on one input`,
    seed,
    // Of both signs: on one of them alone more networks would be dead.
    data: { source: "gaussian", samples: 16, features: 1 },
    network: { hidden: { layers, units: width, activation, weights: { scheme: "he_normal" } } },
    replicates,
  };
}

/** The same network with as many seeds; the reader's count must not be one draw's luck. */
const draws: Readonly<Record<string, WrittenExperiment>> = Object.fromEntries(
  Array.from({ length: DRAWS }, (_, i) => [
    `draw ${i + 1}`,
    narrow(WIDTHS.length, WIDTHS[0], { seed: 1 + i }),
  ]),
);

const he = alike({
  name: "10 ReLU layers, He",
  layers: LAYERS,
  activation: "relu",
  weights: { scheme: "he_normal" },
});
const xavier = alike({
  name: "10 ReLU layers, Xavier",
  layers: LAYERS,
  activation: "relu",
  weights: { scheme: "xavier_normal" },
});
const wide = alike({
  name: `${LAYERS} ReLU layers of ${WIDE}, ${FEW} draws`,
  layers: LAYERS,
  activation: "relu",
  weights: { scheme: "he_normal" },
  units: WIDE,
  samples: 200,
  replicates: FEW,
});
const thin = narrow(LAYERS, 2, { replicates: FEW });

/** Number of the first layer that is zero on every input, from 1; null where none is. */
function deadFrom({ layers }: RunResult): number | null {
  return layers.find(({ activations, fanOut }) => activations.deadUnits === fanOut)?.index ?? null;
}

const deadDraws = (evidence: Evidence): number =>
  Object.keys(draws).filter((name) => deadFrom(evidence.run(name)) !== null).length;

const alikeWidths = (width: number, layers: number): number[] => Array.from({ length: layers }, () => width);

/** Exact: with two hidden layers on one input both bounds are one. */
const ODDS = bornDead(WIDTHS, "line").low;

/** "4.10 %", or a range where only bounds are known. */
function oddsText({ low, high }: { readonly low: number; readonly high: number }): string {
  return figure(low) === figure(high) ? percent(high) : `${percent(low)} to ${percent(high)}`;
}

/** Layers by which half of all draws are dead, by the middle of the two bounds. */
function halfPredicted(width: number): number {
  for (let layers = 1; ; layers++) {
    const { low, high } = bornDead(alikeWidths(width, layers), "line");
    if ((low + high) / 2 >= 0.5) return layers;
  }
}

/** Layers of a sweep: enough that half the draws die, and few enough to be quick. */
const deepEnough = (width: number): number => 2 * halfPredicted(width) + 4;

export const dyingRelu: Chapter = {
  id: "dying-relu",
  part: "beyond",
  title: "Dying ReLU: the odds of being born dead",
  short: "Dying ReLU odds",
  setting: `Beyond the notes. Two hidden layers of two ReLU units on one input, He weights, zero biases, ${DRAWS} draws.`,
  text: [
    {
      kind: "paragraph",
      prose:
        "A ReLU unit is *dead* where its sum is negative for every input. If all units of one layer are dead, so is the network: it gives one answer whatever comes in, no gradient passes, and no training by gradients wakes it. With unlucky signs a network is born so. Take one input $x$ and zero biases. Each unit of layer 1 answers to $x > 0$ or to $x < 0$, never to both, and each sign of a weight is a toss of a coin.",
    },
    {
      kind: "paragraph",
      prose:
        "Toss them for two units a layer. In layer 1 both units answer to the same side, or each side has a unit of its own. A unit of layer 2 is dead in the first case if its sum is negative there, in the second only if both its weights are negative. The network is dead if both units of layer 2 are. Depth raises the odds, and width ends them: on any one input a layer of $N$ units dies with $2^{-N}$, so that",
    },
    {
      kind: "formula",
      latex: "P_{\\text{dead}} \\le 1 - \\prod_{l=1}^{L} \\bigl(1 - 2^{-N_l}\\bigr)",
    },
    {
      kind: "paragraph",
      prose:
        "Ten layers give at most {oddsTwo} at width 2, {oddsTen} at width 10 and {oddsHundred} at width 100. So when a wide ReLU network fails to learn, it was not born dead. Xavier weights make its signal *shrink*, to {shrink} of its rms over ten layers; the same draw scaled up by He has the same dead units, {deadXavier} and {deadHe} of {units}. A shrunken signal comes back with a larger scale, a dead one with none.",
    },
  ],
  fill: {
    needs: { runs: { he, xavier } },
    texts: (evidence) => {
      const [small, large] = [evidence.run("xavier"), evidence.run("he")];
      const atMost = (width: number) => percent(bornDead(alikeWidths(width, LAYERS), "any").high);
      return {
        oddsTwo: atMost(2),
        oddsTen: atMost(10),
        oddsHundred: atMost(100),
        shrink: figure(shrunk(small)),
        deadXavier: whole(deadUnits(small)),
        deadHe: whole(deadUnits(large)),
        units: whole(units(small)),
      };
    },
  },
  question: {
    ask: `One input, two hidden layers of two ReLU units, He weights, zero biases. Of ${DRAWS} such networks, how many give the same output whatever comes in?`,
    choices: ["none, with He's variance", "one or two", "about thirty", "about half"],
    needs: { runs: draws },
    reveal: (evidence) => {
      const dead = deadDraws(evidence);
      return {
        right: rangeAt([1, DRAWS / 20, DRAWS / 3], dead),
        measured: `measured ${whole(dead)} of ${whole(DRAWS)}, predicted ${figure(ODDS * DRAWS)}`,
        because: `Both units of layer 1 answer to one side half of the time; the odds are then $\\tfrac12$ for each unit of layer 2, and else $\\tfrac14$: $P = \\tfrac12 (\\tfrac12)^2 + \\tfrac12 (\\tfrac14)^2 = \\tfrac{5}{32} = ${ODDS}$. Only signs count, so no variance prevents it. It takes a whole layer of unlucky units, which is likely only where layers are narrow.`,
      };
    },
  },
  trial: {
    caption:
      "activations of each layer; turn to other draws, and count the networks with a layer of zeros alone",
    controls: [
      {
        kind: "slider",
        id: "draw",
        label: "Draw",
        initial: 1,
        bounds: { min: 1, max: 50, integer: true },
        scale: "linear",
        step: 1,
      },
      {
        kind: "slider",
        id: "width",
        label: "Units a layer",
        initial: 2,
        bounds: { min: 1, max: 32, integer: true },
        scale: "log",
        step: 1,
      },
      {
        kind: "slider",
        id: "layers",
        label: "Layers",
        initial: 4,
        bounds: { min: 1, max: 12, integer: true },
        scale: "linear",
        step: 1,
      },
      {
        kind: "choice",
        id: "activation",
        label: "Activation",
        initial: 0,
        options: ["ReLU", "leaky ReLU"],
      },
    ],
    spec: (values) =>
      narrow(values["layers"]!, values["width"]!, {
        seed: values["draw"]!,
        activation: values["activation"] === 0 ? "relu" : "leaky_relu",
      }),
    histograms: "activations",
    readings: (run) => {
      const from = deadFrom(run);
      const odds = run.network.bornDead;
      return [
        {
          label: "This network",
          value: from === null ? "alive" : `born dead, at layer ${from}`,
        },
        { label: "Dead units", value: `${whole(deadUnits(run))} of ${whole(units(run))}` },
        {
          label: "Odds of death",
          value: odds ? oddsText(odds) : "none",
        },
      ];
    },
    chart: {
      kind: "sweep",
      title: "Layers until half the draws die",
      caption: "ReLU, 25 draws",
      x: { label: "units a layer", unit: "count", scale: "linear", domain: [0.5, 5.5], whole: true },
      y: { label: "layers", unit: "count", scale: "log", domain: [0.8, 60] },
      places: () => [1, 2, 3, 4, 5],
      spec: (_values, width) => narrow(deepEnough(width), width, { replicates: 25 }),
      read: (run) => {
        const { bands } = run.replicates!;
        const width = lastLayer(run).fanOut;
        const half = bands.findIndex((band) => (band["deadUnits"]?.median ?? 0) >= width);
        return { measured: half < 0 ? bands.length : half + 1, predicted: halfPredicted(width) };
      },
      at: ({ width }) => (width !== undefined && width <= 5 ? width : null),
      rules: [],
    },
  },
  claims: null,
  statements: [
    {
      id: "dying-odds",
      claim:
        "A ReLU network with one input and two hidden layers of two units is born dead with odds 0.15625.",
      needs: { runs: draws },
      judge: (evidence) => {
        const share = deadDraws(evidence) / DRAWS;
        const error = Math.sqrt((ODDS * (1 - ODDS)) / DRAWS);
        return {
          measured: `${whole(deadDraws(evidence))} of ${whole(DRAWS)} draws, ${percent(share)}; predicted ${percent(ODDS)}`,
          verdict: Math.abs(share - ODDS) < 3 * error ? "holds" : "does not hold",
          because: `The count is ${figure(Math.abs(share - ODDS) / error)} standard errors from the prediction, where three would be too many.`,
        };
      },
    },
    {
      id: "dying-width",
      claim: "A deep ReLU network is in danger of being born dead.",
      needs: { runs: { thin, wide } },
      judge: (evidence) => {
        const cases = [
          { name: "thin", greatest: dead("thin").median },
          { name: "wide", greatest: dead("wide").high },
        ].map(({ name, greatest }) => {
          const { fanOut } = lastLayer(evidence.run(name));
          const { high } = bornDead(alikeWidths(fanOut, LAYERS), name === "thin" ? "line" : "any");
          return { fanOut, greatest, high };
        });
        const judged = judgeCases(
          cases.map(({ fanOut, greatest }) => ({
            label: `layers are ${whole(fanOut)} wide`,
            holds: greatest >= fanOut,
          })),
          `By theory the odds of ${LAYERS} layers are at most ${cases.map(({ fanOut, high }) => `${percent(high)} at width ${whole(fanOut)}`).join(" and ")}.`,
          {},
        );
        const [narrowCase, wideCase] = [cases[0]!, cases[1]!];
        return {
          ...judged,
          measured: `Dead units in layer ${LAYERS} over ${FEW} draws: ${whole(narrowCase.greatest)} of ${whole(narrowCase.fanOut)} in the median draw, at most ${whole(wideCase.greatest)} of ${whole(wideCase.fanOut)} in any`,
        };
        function dead(name: string) {
          return evidence.run(name).replicates!.bands.at(-1)!["deadUnits"]!;
        }
      },
    },
    {
      id: "dying-shrink",
      claim: "Smaller weights kill more ReLU units: Xavier in place of He.",
      needs: { runs: { he, xavier } },
      judge: (evidence) => {
        const [small, large] = [evidence.run("xavier"), evidence.run("he")];
        const [dead, deadHe] = [deadUnits(small), deadUnits(large)];
        return {
          measured: `Dead units: ${whole(dead)} with Xavier, ${whole(deadHe)} with He, of ${whole(units(small))}; the signal ${factor(shrunk(small))} and ${factor(shrunk(large))} over ${LAYERS} layers`,
          verdict: dead > 1.1 * deadHe + 2 ? "holds" : "does not hold",
          because:
            "A positive factor on the weights changes no sign, so the same units are off. Xavier shrinks the signal and leaves it alive.",
        };
      },
    },
  ],
  sources: [
    "Lu, Shin, Su & Karniadakis 2019, Dying ReLU and initialization: theory and numerical examples",
    "He, Zhang, Ren & Sun 2015, Delving deep into rectifiers, section 2.2",
  ],
};

/** Rms of the last layer's preactivations over the first's. */
function shrunk({ layers }: RunResult): number {
  return layers.at(-1)!.preactivations.rms / layers[0]!.preactivations.rms;
}
