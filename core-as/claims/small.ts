// Chapter "small": N(0, 0.01), where the notes do not say whether 0.01 is a standard deviation or a variance. Both
// are judged.
import { figure, percent, whole } from "../spec/number";
import type { RunResult } from "../spec/result";
import { judgeCases } from "./judgement";
import { judging } from "./judge";
import { FAR, varianceTimesFanIn } from "./large";
import { accuracy, lastLayer } from "./reading";

const AS_STD = "0.01 is the standard deviation";
const AS_VARIANCE = "0.01 is the variance (std 0.1)";

/** Outputs whose std is below this share of the activation's range are nearly all the same. */
const ALIKE = 0.05;
/** From the least to the greatest value of the activation. */
const RANGE = { sigmoid: 1, tanh: 2 } as const;

export const small = {
  "small-variance": judging({ runs: ["small-normal-tanh", "small-variance-tanh"] }, (m) => {
    const asStd = varianceTimesFanIn(lastLayer(m.run("small-normal-tanh")));
    const asVariance = varianceTimesFanIn(lastLayer(m.run("small-variance-tanh")));
    const { fanIn } = lastLayer(m.run("small-normal-tanh"));
    return judgeCases(
      [
        { label: AS_STD, holds: asStd < 1 / FAR },
        { label: AS_VARIANCE, holds: asVariance < 1 / FAR },
      ],
      `At ${whole(fanIn)} inputs, fan_in times the variance drawn is ${figure(asStd)} with std 0.01 and ${figure(asVariance)} with std 0.1, where 1 would keep the size of a linear signal: the second is what Xavier draws there.`,
      { "variance times fan_in, std 0.01": asStd, "variance times fan_in, std 0.1": asVariance },
    );
  }),

  "small-similar": judging(
    {
      runs: ["small-normal-sigmoid", "small-normal-tanh", "small-variance-sigmoid", "small-variance-tanh"],
    },
    (m) => {
      const asStd = {
        sigmoid: spread(m.run("small-normal-sigmoid"), "sigmoid"),
        tanh: spread(m.run("small-normal-tanh"), "tanh"),
      };
      const asVariance = {
        sigmoid: spread(m.run("small-variance-sigmoid"), "sigmoid"),
        tanh: spread(m.run("small-variance-tanh"), "tanh"),
      };
      const { distinctUnits, acrossSampleStd, acrossSampleStdIsRounding } = lastLayer(
        m.run("small-normal-sigmoid"),
      ).activations;
      const alike = (spreads: typeof asStd) => spreads.sigmoid < ALIKE && spreads.tanh < ALIKE;
      return judgeCases(
        [
          { label: AS_STD, holds: alike(asStd) },
          { label: AS_VARIANCE, holds: alike(asVariance) },
        ],
        `The std of the fifth layer's outputs is ${percent(asStd.sigmoid)} of the sigmoid's range and ${percent(asStd.tanh)} of tanh's with std 0.01, ${percent(asVariance.sigmoid)} and ${percent(asVariance.tanh)} with std 0.1. What depends on the input is ${figure(acrossSampleStd)}${acrossSampleStdIsRounding ? " (float32 rounding)" : ""} with std 0.01 and sigmoid, yet ${whole(distinctUnits)} units remain distinct, where one constant leaves one.`,
        {
          "std of the outputs over the range, layer 5, sigmoid, std 0.01": asStd.sigmoid,
          "std of the outputs over the range, layer 5, tanh, std 0.01": asStd.tanh,
          "std of the outputs over the range, layer 5, sigmoid, std 0.1": asVariance.sigmoid,
          "std of the outputs over the range, layer 5, tanh, std 0.1": asVariance.tanh,
          "across-sample std, layer 5, sigmoid, std 0.01": acrossSampleStd,
          "distinct units, layer 5, sigmoid, std 0.01": distinctUnits,
        },
      );
    },
  ),

  "small-purpose": judging(
    { trainings: ["small-tanh-sgd", "small-tanh-adam", "small-variance-tanh-sgd", "xavier-tanh-sgd"] },
    (m) => {
      const sgd = accuracy(m.training("small-tanh-sgd"));
      const adam = accuracy(m.training("small-tanh-adam"));
      const variance = accuracy(m.training("small-variance-tanh-sgd"));
      const xavier = accuracy(m.training("xavier-tanh-sgd"));
      const lost = (right: number) => right < xavier / 3;
      return judgeCases(
        [
          { label: `${AS_STD} and the optimizer plain SGD`, holds: lost(sgd) },
          { label: "the optimizer is Adam", holds: lost(adam) },
          { label: AS_VARIANCE, holds: lost(variance) },
        ],
        `Of the validation digits, five tanh layers tell right after ${whole(m.training("small-tanh-sgd").steps)} steps: ${percent(sgd)} with std 0.01 and SGD, ${percent(adam)} with std 0.01 and Adam, ${percent(variance)} with std 0.1 and SGD, ${percent(xavier)} with Xavier and SGD.`,
        {
          "validation accuracy, std 0.01, SGD": sgd,
          "validation accuracy, std 0.01, Adam": adam,
          "validation accuracy, std 0.1, SGD": variance,
          "validation accuracy, Xavier, SGD": xavier,
        },
      );
    },
  ),

  "small-therefore": judging(
    {
      trainings: [
        "large-tanh-sgd",
        "small-tanh-sgd",
        "xavier-tanh-sgd",
        "large-relu-sgd",
        "small-relu-sgd",
        "xavier-relu-sgd",
        "large-sigmoid-sgd",
        "small-sigmoid-sgd",
        "xavier-sigmoid-sgd",
      ],
    },
    (m) => {
      const tanh = {
        large: accuracy(m.training("large-tanh-sgd")),
        small: accuracy(m.training("small-tanh-sgd")),
        between: accuracy(m.training("xavier-tanh-sgd")),
      };
      const relu = {
        large: accuracy(m.training("large-relu-sgd")),
        small: accuracy(m.training("small-relu-sgd")),
        between: accuracy(m.training("xavier-relu-sgd")),
      };
      const sigmoid = {
        large: accuracy(m.training("large-sigmoid-sgd")),
        small: accuracy(m.training("small-sigmoid-sgd")),
        between: accuracy(m.training("xavier-sigmoid-sgd")),
      };
      const wins = ({ large, small, between }: typeof tanh) => between > Math.max(large, small) + 0.05;
      const said = ({ large, small, between }: typeof tanh) =>
        `${percent(small)}, ${percent(between)} and ${percent(large)}`;
      return judgeCases(
        [
          { label: "the activation is tanh", holds: wins(tanh) },
          { label: "it is ReLU", holds: wins(relu) },
          { label: "it is sigmoid and the optimizer plain SGD", holds: wins(sigmoid) },
        ],
        `Five layers trained by SGD from std 0.01, from Xavier's 0.1 and from std 1 tell ${said(tanh)} of the validation digits right with tanh, ${said(relu)} with ReLU, ${said(sigmoid)} with sigmoid.`,
        Object.fromEntries(
          Object.entries({ tanh, ReLU: relu, sigmoid }).flatMap(([name, { small, between, large }]) => [
            [`validation accuracy, ${name}, std 0.01`, small],
            [`validation accuracy, ${name}, Xavier`, between],
            [`validation accuracy, ${name}, std 1`, large],
          ]),
        ),
      );
    },
  ),
};

/** Pooled: over units and samples. */
function spread(run: RunResult, activation: keyof typeof RANGE): number {
  return lastLayer(run).activations.std / RANGE[activation];
}
