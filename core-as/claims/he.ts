// Chapter "he": He's weights with ReLU, beside Xavier's from the same draws.
import { figure, percent, whole } from "../spec/number";
import { UNITS } from "./experiments";
import { judgeCases } from "./judgement";
import { judging } from "./judge";
import { judgeNormalLaw, judgeUniformLaw } from "./laws";
import { accuracy, lastLayer, meanSquareFactor } from "./reading";

/** Of the logarithm of the factor a layer: what is left of the problem must be below this share of it. */
const LESSENED = 0.5;

export const he = {
  "he-decreases": judging(
    {
      runs: ["xavier-normal-relu", "he-normal-relu", "deep-relu-xavier", "deep-relu-he"],
      trainings: [
        "xavier-relu-sgd",
        "he-relu-sgd",
        "deep-xavier-sgd",
        "deep-he-sgd",
        "deep-xavier-adam",
        "deep-he-adam",
      ],
    },
    (m) => {
      const five = {
        xavier: meanSquareFactor(m.run("xavier-normal-relu")),
        he: meanSquareFactor(m.run("he-normal-relu")),
      };
      const deep = {
        xavier: meanSquareFactor(m.run("deep-relu-xavier")),
        he: meanSquareFactor(m.run("deep-relu-he")),
      };
      const lessened = (factor: typeof five) =>
        Math.abs(Math.log(factor.he)) < LESSENED * Math.abs(Math.log(factor.xavier));
      const right = {
        xavier: accuracy(m.training("xavier-relu-sgd")),
        he: accuracy(m.training("he-relu-sgd")),
        deepXavier: accuracy(m.training("deep-xavier-sgd")),
        deepHe: accuracy(m.training("deep-he-sgd")),
        adamXavier: accuracy(m.training("deep-xavier-adam")),
        adamHe: accuracy(m.training("deep-he-adam")),
      };
      const steps = (name: "he-relu-sgd" | "deep-he-sgd" | "deep-he-adam") => whole(m.training(name).steps);
      return judgeCases(
        [
          { label: "layers are five", holds: lessened(five) },
          { label: "they are thirty", holds: lessened(deep) },
        ],
        `The signal's mean square changes a layer by ${figure(five.xavier)} with Xavier and ${figure(five.he)} with He (over thirty layers ${figure(deep.xavier)} and ${figure(deep.he)}). Trained by SGD, five layers tell ${percent(right.xavier)} and ${percent(right.he)} of the validation digits right (${steps("he-relu-sgd")} steps), thirty ${percent(right.deepXavier)} and ${percent(right.deepHe)} (${steps("deep-he-sgd")}); by Adam (${steps("deep-he-adam")}) thirty tell ${percent(right.adamXavier)} and ${percent(right.adamHe)}.`,
        {
          "signal mean square, factor a layer, 5 layers, Xavier": five.xavier,
          "signal mean square, factor a layer, 5 layers, He": five.he,
          "signal mean square, factor a layer, 30 layers, Xavier": deep.xavier,
          "signal mean square, factor a layer, 30 layers, He": deep.he,
          "validation accuracy, 5 layers, SGD, Xavier": right.xavier,
          "validation accuracy, 5 layers, SGD, He": right.he,
          "validation accuracy, 30 layers, SGD, Xavier": right.deepXavier,
          "validation accuracy, 30 layers, SGD, He": right.deepHe,
          "validation accuracy, 30 layers, Adam, Xavier": right.adamXavier,
          "validation accuracy, 30 layers, Adam, He": right.adamHe,
        },
      );
    },
  ),

  "he-normal-law": judging({ runs: ["he-normal-relu"] }, (m) =>
    judgeNormalLaw(lastLayer(m.run("he-normal-relu")), Math.sqrt(2 / UNITS)),
  ),

  "he-uniform-law": judging({ runs: ["he-uniform-relu"] }, (m) =>
    judgeUniformLaw(lastLayer(m.run("he-uniform-relu")), Math.sqrt(6 / UNITS)),
  ),
};
