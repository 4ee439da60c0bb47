// Chapter "large": N(0, 1) with sigmoid.
import { figure, percent, whole } from "../spec/number";
import type { LayerResult, RunResult } from "../spec/result";
import { judgeCases } from "./judgement";
import { judging } from "./judge";
import { accuracy, firstLayer, gradientLeft, lastLayer, shareWithin } from "./reading";

/** How far from 1 a variance times fan_in must be to be far: each layer changes the mean square by that factor. */
export const FAR = 5;
/** "Near 0 and 1". */
const NEAR = 0.1;
/** First layer's gradient over the last's, as the diagnosis has it. */
const VANISHED = 0.01;

const WIDTHS = ["large-width-narrow", "large-width-notes", "large-width-wide"] as const;

/** 1 where the linear signal keeps its size. */
export const varianceTimesFanIn = ({ weights, fanIn }: LayerResult): number => weights.std ** 2 * fanIn;

export const large = {
  "large-variance": judging({ runs: WIDTHS }, (m) => {
    const layers = WIDTHS.map((name) => lastLayer(m.run(name)));
    return judgeCases(
      layers.map((layer) => ({
        label: `fan_in is ${whole(layer.fanIn)}`,
        holds: varianceTimesFanIn(layer) > FAR,
      })),
      `Times fan_in, the variance that was drawn is ${layers.map((layer) => `${figure(varianceTimesFanIn(layer))} at ${whole(layer.fanIn)} inputs`).join(", ")}, where 1 would keep the size of a linear signal; a unit of one input alone would find it right.`,
      Object.fromEntries(
        layers.map((layer) => [`variance times fan_in, ${layer.fanIn} inputs`, varianceTimesFanIn(layer)]),
      ),
    );
  }),

  "large-picture": judging({ runs: ["large-normal-sigmoid"] }, (m) => {
    const { weights, activations } = lastLayer(m.run("large-normal-sigmoid"));
    const outside = 1 - shareWithin(weights.histogram, 0, 1);
    const activationsOutside = activations.min >= 0 && activations.max <= 1 ? 0 : 1;
    return judgeCases(
      [{ label: "weights are meant", holds: outside < 0.01 }],
      `The picture heaps up at 0 and 1. Of the last layer's weights ${percent(outside)} lie outside (from ${figure(weights.min)} to ${figure(weights.max)}), of its outputs, which run from ${figure(activations.min)} to ${figure(activations.max)}, ${activationsOutside === 0 ? "none" : "some"}; outputs, called activations, are what such a picture shows.`,
      {
        "share of the weights outside 0 to 1": outside,
        "least weight": weights.min,
        "greatest weight": weights.max,
        "least output": activations.min,
        "greatest output": activations.max,
      },
    );
  }),

  "large-biased": judging({ runs: ["large-normal-sigmoid"] }, (m) => {
    const run = m.run("large-normal-sigmoid");
    const activations = Math.min(...run.layers.map(nearEnds));
    const weights = Math.max(...run.layers.map((layer) => nearZeroOrOne(layer)));
    return judgeCases(
      [
        { label: "it is said of the outputs (the activations)", holds: activations > 0.5 },
        { label: "it is said of the weights", holds: weights > 0.5 },
      ],
      `Within ${NEAR} of 0 or 1 lie ${percent(nearEnds(firstLayer(run)))} of the first layer's outputs and at least ${percent(activations)} of every layer's, and at most ${percent(weights)} of its weights.`,
      {
        "share of outputs near 0 or 1, layer 1": nearEnds(firstLayer(run)),
        "share of outputs near 0 or 1, least layer": activations,
        "share of weights near 0 or 1, greatest layer": weights,
      },
    );
  }),

  "large-vanishing": judging({ runs: WIDTHS, trainings: ["large-sigmoid-sgd"] }, (m) => {
    const widths = WIDTHS.map((name) => ({ run: m.run(name), left: gradientLeft(m.run(name)) }));
    const learned = accuracy(m.training("large-sigmoid-sgd"));
    const wide = ({ run }: { readonly run: RunResult }) => whole(lastLayer(run).fanOut);
    return judgeCases(
      widths.map((width, i) => ({
        label: `${i === 0 ? "layers" : "they"} are ${wide(width)} wide`,
        holds: width.left < VANISHED,
      })),
      `Over ten layers, what is left of the gradient in the first is ${widths.map((width) => `${figure(width.left)} at width ${wide(width)}`).join(", ")} (of the last layer's rms; median of ${whole(widths[0]!.run.replicates!.count)} draws), as chi, the factor of its mean square a layer, is ${widths.map(({ run }) => figure(chi(run))).join(", ")}; five layers of 100, trained by SGD, tell ${percent(learned)} of the validation digits right.`,
      {
        ...Object.fromEntries(
          widths.map((width) => [`first layer's gradient over the last's, width ${wide(width)}`, width.left]),
        ),
        ...Object.fromEntries(widths.map((width) => [`chi predicted, width ${wide(width)}`, chi(width.run)])),
        "validation accuracy, width 100, SGD": learned,
      },
    );
  }),
};

/** Of the outputs of a sigmoid layer; exact 0 and 1 count. */
function nearEnds({ activations }: LayerResult): number {
  return 1 - shareWithin(activations.histogram, NEAR, 1 - NEAR, [0, 1]);
}

function nearZeroOrOne({ weights: { histogram } }: LayerResult): number {
  return shareWithin(histogram, -NEAR, NEAR) + shareWithin(histogram, 1 - NEAR, 1 + NEAR);
}

/** Mean field's, in the depth, where it no longer changes from layer to layer. */
function chi(run: RunResult): number {
  return lastLayer(run).theory?.chi ?? NaN;
}
