// Chapter "zeros": all weights zero, with ReLU, sigmoid and tanh. Biases are zero too, as the lab draws them there.
import { figure, whole } from "../spec/number";
import type { RunResult } from "../spec/result";
import { judgeCases } from "./judgement";
import { judging } from "./judge";
import {
  firstLayer,
  firstRecord,
  greatestGradientNorm,
  greatestWeightNorm,
  hidden,
  lastRecord,
  output,
} from "./reading";

export const zeros = {
  "zeros-relu-outputs": judging({ runs: ["zeros-relu"] }, (m) => {
    const { min, max, deadUnits } = firstLayer(m.run("zeros-relu")).activations;
    const largest = Math.max(Math.abs(min), Math.abs(max));
    return judgeCases(
      [{ label: "weights and biases are zero", holds: largest === 0 }],
      `With biases of zero as well, the largest output of the first layer is ${figure(largest)}, and ${whole(deadUnits)} of its units give 0 for every input.`,
      { "largest output, layer 1": largest, "dead units, layer 1": deadUnits },
    );
  }),

  "zeros-relu-dying": judging({ runs: ["zeros-relu"], trainings: ["zeros-relu-sgd"] }, (m) => {
    const { layers } = m.run("zeros-relu");
    const training = m.training("zeros-relu-sgd");
    const dead = layers.reduce((sum, { activations }) => sum + activations.deadUnits, 0);
    const units = layers.reduce((sum, { fanOut }) => sum + fanOut, 0);
    const gradient = greatestGradientNorm(training);
    const norm = greatestWeightNorm(training);
    const bias = output(firstRecord(training)).biasGradientNorm;
    return judgeCases(
      [{ label: "weights and biases are zero", holds: dead === units && gradient === 0 && norm === 0 }],
      `${whole(dead)} of ${whole(units)} units are dead, and over ${whole(training.steps)} steps of training the largest gradient of any weight has norm ${figure(gradient)}; only the bias of the output has one (norm ${figure(bias)} at the first step).`,
      {
        "dead units": dead,
        "hidden units": units,
        "steps of training": training.steps,
        "largest norm of a weight gradient": gradient,
        "gradient norm of the output's bias, first step": bias,
      },
    );
  }),

  "zeros-outputs": judging({ runs: ["zeros-sigmoid", "zeros-tanh"] }, (m) => {
    const [sigmoid, tanh] = [farthest(m.run("zeros-sigmoid"), 0.5), farthest(m.run("zeros-tanh"), 0)];
    return judgeCases(
      [
        { label: "the activation is sigmoid", holds: sigmoid === 0 },
        { label: "the activation is tanh", holds: tanh === 0 },
      ],
      `Over all layers and inputs, the output farthest from 0.5 with sigmoid is ${figure(sigmoid)} away, and the one farthest from 0 with tanh ${figure(tanh)}.`,
      { "farthest from 0.5, sigmoid": sigmoid, "farthest from 0, tanh": tanh },
    );
  }),

  "zeros-chain": judging({ runs: ["zeros-relu", "zeros-sigmoid", "zeros-tanh"] }, (m) => {
    const [sigmoid, tanh, relu] = [
      backAt(m.run("zeros-sigmoid")),
      backAt(m.run("zeros-tanh")),
      backAt(m.run("zeros-relu")),
    ];
    return judgeCases(
      [
        { label: "the activation is sigmoid", holds: sigmoid === 0 },
        { label: "the activation is tanh", holds: tanh === 0 },
      ],
      `As long as a layer's weights are zero, the largest gradient at its input has rms ${figure(sigmoid)} with sigmoid, ${figure(tanh)} with tanh and ${figure(relu)} with ReLU.`,
      {
        "gradient rms at a layer's input, sigmoid": sigmoid,
        "gradient rms at a layer's input, tanh": tanh,
        "gradient rms at a layer's input, ReLU": relu,
      },
    );
  }),

  "zeros-no-updates": judging({ trainings: ["zeros-sigmoid-sgd", "zeros-tanh-sgd"] }, (m) => {
    const [sigmoid, tanh] = [m.training("zeros-sigmoid-sgd"), m.training("zeros-tanh-sgd")];
    const [first, last] = [firstRecord(sigmoid), lastRecord(sigmoid)];
    const hiddenFirst = Math.max(...hidden(first).map(({ gradientNorm }) => gradientNorm));
    const outputFirst = output(first).gradientNorm;
    const lastHidden = hidden(last).at(-1)!.weightNorm;
    const bias = output(firstRecord(tanh)).biasGradientNorm;
    return judgeCases(
      [
        { label: "the activation is tanh and biases are left out", holds: greatestWeightNorm(tanh) === 0 },
        { label: "it is sigmoid", holds: greatestWeightNorm(sigmoid) === 0 },
      ],
      `With sigmoid, the hidden layers' weight gradients have norm ${figure(hiddenFirst)} at the first step, but the output layer's have ${figure(outputFirst)}, and after ${whole(sigmoid.steps)} steps the last hidden layer's weights have norm ${figure(lastHidden)}; with tanh all weights have ${figure(greatestWeightNorm(tanh))} after as many, while the output's bias moves (gradient norm ${figure(bias)}).`,
      {
        "steps of training": sigmoid.steps,
        "largest weight norm, tanh": greatestWeightNorm(tanh),
        "gradient norm of the output's bias, tanh, first step": bias,
        "gradient norm, hidden layers, sigmoid, first step": hiddenFirst,
        "gradient norm, output layer, sigmoid, first step": outputFirst,
        "weight norm, last hidden layer, sigmoid, at the end": lastHidden,
      },
    );
  }),
};

/** Of all outputs of all layers. */
function farthest({ layers }: RunResult, from: number): number {
  return Math.max(
    ...layers.flatMap(({ activations: { min, max } }) => [Math.abs(min - from), Math.abs(max - from)]),
  );
}

function backAt({ layers }: RunResult): number {
  return Math.max(...layers.map(({ gradients }) => gradients!.input.rms));
}
