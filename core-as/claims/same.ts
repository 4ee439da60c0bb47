// Chapter "same": every weight one value that is not zero.
import { figure, percent, whole } from "../spec/number";
import { judgeCases } from "./judgement";
import { judging } from "./judge";
import { accuracy, firstLayer, firstRecord, hidden, lastRecord, mostDistinctUnits } from "./reading";
import type { TrainResult } from "../spec/training";

export const same = {
  "same-updates": judging(
    { runs: ["constant-tanh"], trainings: ["constant-sigmoid-sgd", "constant-tanh-sgd"] },
    (m) => {
      const [sigmoid, tanh] = [m.training("constant-sigmoid-sgd"), m.training("constant-tanh-sgd")];
      const { std, rms } = firstLayer(m.run("constant-tanh")).gradients!.weights;
      const stayOne = (training: TrainResult) => mostDistinctUnits(training) === 1 && moved(training) > 0;
      return judgeCases(
        [
          { label: "the activation is sigmoid", holds: stayOne(sigmoid) },
          { label: "the activation is tanh", holds: stayOne(tanh) },
        ],
        `Over ${whole(tanh.steps)} steps, in which the weight norm of a hidden layer changes by up to ${figure(moved(tanh))}, no hidden layer ever has more than ${whole(Math.max(mostDistinctUnits(sigmoid), mostDistinctUnits(tanh)))} distinct unit. The weights of one unit to different inputs do differ: in the first layer, the std of the gradient is ${figure(std / rms)} of its rms.`,
        {
          "steps of training": tanh.steps,
          "distinct units at most, sigmoid": mostDistinctUnits(sigmoid),
          "distinct units at most, tanh": mostDistinctUnits(tanh),
          "largest change of a weight norm, sigmoid": moved(sigmoid),
          "largest change of a weight norm, tanh": moved(tanh),
          "std over rms of the gradient, layer 1": std / rms,
        },
      );
    },
  ),

  "same-purpose": judging({ trainings: ["constant-tanh-sgd", "xavier-tanh-sgd"] }, (m) => {
    const [constant, xavier] = [m.training("constant-tanh-sgd"), m.training("xavier-tanh-sgd")];
    const distinct = mostDistinctUnits(constant);
    const { units } = hidden(lastRecord(constant))[0]!.activation;
    return judgeCases(
      [
        {
          label: "all weights of a layer are one value",
          holds: distinct === 1 && accuracy(constant) < accuracy(xavier) / 2,
        },
      ],
      `A layer of ${whole(units)} units computes ${whole(distinct)} distinct value an input, during ${whole(constant.steps)} steps of training; at their end ${percent(accuracy(constant))} of the validation digits are told right, and ${percent(accuracy(xavier))} where the start was Xavier's.`,
      {
        "distinct units at most": distinct,
        "units of a layer": units,
        "validation accuracy, one constant": accuracy(constant),
        "validation accuracy, Xavier": accuracy(xavier),
      },
    );
  }),

  "same-therefore": judging(
    { trainings: ["zeros-tanh-sgd", "constant-tanh-sgd", "xavier-tanh-sgd"] },
    (m) => {
      const zeros = accuracy(m.training("zeros-tanh-sgd"));
      const constant = accuracy(m.training("constant-tanh-sgd"));
      const xavier = accuracy(m.training("xavier-tanh-sgd"));
      return judgeCases(
        [
          { label: "the other start is zeros", holds: xavier > 2 * zeros },
          { label: "the other start is one constant", holds: xavier > 2 * constant },
        ],
        `Five tanh layers, trained alike, tell ${percent(zeros)} of the validation digits right from zeros, ${percent(constant)} from one constant and ${percent(xavier)} from Xavier's weights.`,
        {
          "validation accuracy, zeros": zeros,
          "validation accuracy, one constant": constant,
          "validation accuracy, Xavier": xavier,
        },
      );
    },
  ),
};

/** The farthest that the norm of any hidden layer's weights went from where it began. */
function moved(training: TrainResult): number {
  const before = hidden(firstRecord(training));
  return Math.max(
    ...hidden(lastRecord(training)).map(({ weightNorm }, l) => Math.abs(weightNorm - before[l]!.weightNorm)),
  );
}
