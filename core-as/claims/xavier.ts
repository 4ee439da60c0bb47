// Chapters "xavier", "logistic" and "xavier-relu": Xavier's weights with what they suit, and with ReLU.
import { nearLinearReach } from "../figures/nearLinear";
import { figure, percent, whole } from "../spec/number";
import type { RunResult } from "../spec/result";
import type { TrainResult } from "../spec/training";
import { UNITS } from "./experiments";
import { judgeCases } from "./judgement";
import { judging } from "./judge";
import { judgeNormalLaw, judgeUniformLaw } from "./laws";
import {
  accuracy,
  deadShare,
  deadUnits,
  factorALayer,
  firstLayer,
  firstRecord,
  gradientFactor,
  lastLayer,
  lastRecord,
  meanSquareFactor,
  shareWithin,
  signalFactor,
  units,
} from "./reading";

/** A rms that changes by less than this a layer keeps its size: over five layers of 100, chance stays within it. */
const KEPT = 0.1;
/** Share of the validation digits told right from which on performance is called good. */
const GOOD = 0.8;
/**
 * Of all hidden units: at the start a tenth more must be dead than with He's weights from the same draws, and training
 * must add a tenth, for it to be called dying.
 */
const MORE_DEAD = 0.1;

export const xavier = {
  "xavier-variance": judging(
    { runs: ["xavier-linear", "xavier-narrowing", "xavier-widening", "xavier-normal-tanh"] },
    (m) => {
      const cases = [
        { label: "layers are linear and equally wide", name: "linear", run: m.run("xavier-linear") },
        { label: "they narrow", name: "narrowing by half", run: m.run("xavier-narrowing") },
        { label: "they widen", name: "widening twofold", run: m.run("xavier-widening") },
        { label: "units are tanh", name: "tanh", run: m.run("xavier-normal-tanh") },
      ].map((one) => ({ ...one, signal: signalFactor(one.run), gradient: gradientFactor(one.run) }));
      const kept = (factor: number) => Math.abs(factor - 1) < KEPT;
      return judgeCases(
        cases.map(({ label, signal, gradient }) => ({ label, holds: kept(signal) && kept(gradient) })),
        `A layer changes the rms of the signal, and of the gradient on its way back, by ${cases.map(({ name, signal, gradient }) => `${figure(signal)} and ${figure(gradient)} (${name})`).join(", ")}: it is the middle between 1/fan_in, which the signal asks for, and 1/fan_out, which the gradient does.`,
        Object.fromEntries(
          cases.flatMap(({ name, signal, gradient }) => [
            [`signal rms, factor a layer, ${name}`, signal],
            [`gradient rms, factor a layer, ${name}`, gradient],
          ]),
        ),
      );
    },
  ),

  "xavier-normal-law": judging({ runs: ["xavier-normal-tanh"] }, (m) =>
    judgeNormalLaw(lastLayer(m.run("xavier-normal-tanh")), Math.sqrt(2 / (UNITS + UNITS))),
  ),

  "xavier-uniform-law": judging({ runs: ["xavier-uniform-tanh"] }, (m) =>
    judgeUniformLaw(lastLayer(m.run("xavier-uniform-tanh")), Math.sqrt(6 / (UNITS + UNITS))),
  ),

  "xavier-good": judging(
    {
      runs: ["xavier-normal-sigmoid"],
      trainings: ["xavier-tanh-sgd", "xavier-sigmoid-sgd", "xavier-sigmoid-adam", "xavier-sigmoid-one-layer"],
    },
    (m) => {
      const tanh = accuracy(m.training("xavier-tanh-sgd"));
      const sigmoid = accuracy(m.training("xavier-sigmoid-sgd"));
      const adam = accuracy(m.training("xavier-sigmoid-adam"));
      const shallow = accuracy(m.training("xavier-sigmoid-one-layer"));
      const run = m.run("xavier-normal-sigmoid");
      const first = firstLayer(run).activations.acrossSampleStd;
      const last = lastLayer(run).activations.acrossSampleStd;
      const factor = factorALayer(first, last, run.layers.length);
      return judgeCases(
        [
          { label: "the activation is tanh", holds: tanh >= GOOD },
          { label: "it is sigmoid in one hidden layer", holds: shallow >= GOOD },
          { label: "it is sigmoid in five, trained by Adam", holds: adam >= GOOD },
          { label: "it is sigmoid in five, trained by plain SGD", holds: sigmoid >= GOOD },
        ],
        `Told right of the validation digits: ${percent(tanh)} (tanh, five layers, SGD), ${percent(shallow)} (sigmoid, one), ${percent(adam)} (sigmoid, five, Adam, ${whole(m.training("xavier-sigmoid-adam").steps)} steps), ${percent(sigmoid)} (sigmoid, five, SGD), as with sigmoid the spread over the samples changes by ${figure(factor)} a layer, from ${figure(first)} in the first to ${figure(last)} in the fifth.`,
        {
          "validation accuracy, tanh, 5 layers, SGD": tanh,
          "validation accuracy, sigmoid, 1 layer, SGD": shallow,
          "validation accuracy, sigmoid, 5 layers, Adam": adam,
          "validation accuracy, sigmoid, 5 layers, SGD": sigmoid,
          "across-sample std, factor a layer, sigmoid": factor,
          "across-sample std, layer 5, sigmoid": last,
        },
      );
    },
  ),
};

const REACH = nearLinearReach({ name: "sigmoid" })!;

export const logistic = {
  "logistic-linear": judging(
    { runs: ["xavier-normal-sigmoid", "large-normal-sigmoid", "small-normal-sigmoid"] },
    (m) => {
      const ofXavier = leastNearLinear(m.run("xavier-normal-sigmoid"));
      const large = leastNearLinear(m.run("large-normal-sigmoid"));
      const small = leastNearLinear(m.run("small-normal-sigmoid"));
      return judgeCases(
        [{ label: "weights are Xavier's", holds: ofXavier > 0.5 }],
        `Where the sigmoid's slope is above three quarters of its greatest (|z| < ${figure(REACH)}) lie at least ${percent(ofXavier)} of every layer's preactivations with Xavier, ${percent(large)} with N(0, 1) and ${percent(small)} with std 0.01.`,
        {
          "near-linear share, least layer, Xavier": ofXavier,
          "near-linear share, least layer, N(0, 1)": large,
          "near-linear share, least layer, std 0.01": small,
          "near-linear up to |z|": REACH,
        },
      );
    },
  ),
};

export const xavierRelu = {
  "xavier-relu-dying": judging(
    {
      runs: ["xavier-normal-relu", "he-normal-relu", "deep-relu-xavier", "deep-relu-he"],
      trainings: ["xavier-relu-sgd", "deep-xavier-sgd", "deep-he-sgd"],
    },
    (m) => {
      const [five, fiveHe] = [m.run("xavier-normal-relu"), m.run("he-normal-relu")];
      const [deep, deepHe] = [m.run("deep-relu-xavier"), m.run("deep-relu-he")];
      const share = (run: RunResult) => deadUnits(run) / units(run);
      const died = (training: TrainResult) =>
        deadShare(lastRecord(training)) - deadShare(firstRecord(training));
      const diedFive = died(m.training("xavier-relu-sgd"));
      const diedDeep = died(m.training("deep-xavier-sgd"));
      const diedDeepHe = died(m.training("deep-he-sgd"));
      const points = (change: number) => `${figure(100 * change)} points`;
      const factor = meanSquareFactor(five);
      return judgeCases(
        [
          {
            label: "five layers start",
            holds: share(five) > share(fiveHe) + MORE_DEAD,
          },
          { label: "thirty layers start", holds: share(deep) > share(deepHe) + MORE_DEAD },
          { label: "five layers are trained", holds: diedFive > MORE_DEAD },
          { label: "thirty layers are trained", holds: diedDeep > MORE_DEAD },
        ],
        `At the start ${whole(deadUnits(five))} of ${whole(units(five))} units are dead in five layers and ${percent(share(deep))} in thirty, and with He's weights from the same draws ${whole(deadUnits(fiveHe))} and ${percent(share(deepHe))}; training by SGD changes the share by ${points(diedFive)} and ${points(diedDeep)} (in thirty with He by ${points(diedDeepHe)}). The signal's mean square changes by ${figure(factor)} a layer${factor < 1 ? ": it shrinks, which is what the picture shows" : ""}.`,
        {
          "dead units, 5 layers, Xavier": deadUnits(five),
          "dead units, 5 layers, He, same draws": deadUnits(fiveHe),
          "share of dead units, 30 layers, Xavier": share(deep),
          "share of dead units, 30 layers, He, same draws": share(deepHe),
          "change of the dead share by training, 5 layers, Xavier": diedFive,
          "change of the dead share by training, 30 layers, Xavier": diedDeep,
          "change of the dead share by training, 30 layers, He": diedDeepHe,
          "signal mean square, factor a layer": factor,
        },
      );
    },
  ),
};

/** Share of the preactivations in the near-linear part, in the layer where it is least. */
function leastNearLinear({ layers }: RunResult): number {
  return Math.min(
    ...layers.map(({ preactivations }) => shareWithin(preactivations.histogram, -REACH, REACH)),
  );
}
