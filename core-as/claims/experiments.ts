// The experiments that the claims rest on, by name: runs of the founding notes' network and trainings on the digits.
// Names that presets have are those presets. Sizes are the least that tell what happens apart over any seed tried.
import type { ActivationName, Experiment } from "../spec/experiment";
import { EXPERIMENT_FORMAT } from "../spec/experiment";
import { parseExperiment } from "../spec/parse";
import { findPreset } from "../spec/presets";
import type { Claim } from "./claim";
import type { WrittenExperiment, WrittenTrain, WrittenWeights } from "../spec/written";

/** As the presets'. */
export const CLAIMS_SEED = 42;

/** Hidden units that the notes' network has in each layer, and how many such layers. */
export const UNITS = 100;
export const LAYERS = 5;

const zeros: WrittenWeights = { scheme: "zeros" };
const constant: WrittenWeights = { scheme: "constant", value: 0.05 };
const large: WrittenWeights = { scheme: "normal", std: 1 };
const small: WrittenWeights = { scheme: "normal", std: 0.01 };
/** N(0, 0.01) where 0.01 is the variance. */
const variance: WrittenWeights = { scheme: "normal", std: 0.1 };
const xavier: WrittenWeights = { scheme: "xavier_normal" };
const he: WrittenWeights = { scheme: "he_normal" };

const preset = (name: string): WrittenExperiment => findPreset(name).spec;

/** Linear or not, layers of these widths on as many Gaussian inputs as the first number says. */
function through(
  name: string,
  [features, ...widths]: readonly [number, ...number[]],
  activation: ActivationName,
  weights: WrittenWeights,
  replicates = 1,
): WrittenExperiment {
  return {
    format: EXPERIMENT_FORMAT,
    name,
    data: { source: "gaussian", samples: 500, features },
    network: { layers: widths.map((units) => ({ units, activation, weights })) },
    backward: { kind: "probe" },
    replicates,
  };
}

/** Ten layers, so that what shrinks a little a layer is seen; five draws, as narrow layers differ much. */
const tenLayers = (width: number) =>
  through(
    `N(0, 1) with sigmoid, width ${width}`,
    Array.from({ length: 11 }, () => width) as [number, ...number[]],
    "sigmoid",
    large,
    5,
  );

const RUNS = {
  "zeros-relu": preset("zeros-relu"),
  "zeros-sigmoid": preset("zeros-sigmoid"),
  "zeros-tanh": preset("zeros-tanh"),
  "constant-tanh": onDigits("One constant with tanh", LAYERS, "tanh", constant),
  "large-normal-sigmoid": preset("large-normal-sigmoid"),
  "large-width-narrow": tenLayers(10),
  "large-width-notes": tenLayers(UNITS),
  "large-width-wide": tenLayers(400),
  "small-normal-sigmoid": preset("small-normal-sigmoid"),
  "small-normal-tanh": preset("small-normal-tanh"),
  "small-variance-sigmoid": through("N(0, 0.1²) with sigmoid", hundreds(LAYERS), "sigmoid", variance),
  "small-variance-tanh": through("N(0, 0.1²) with tanh", hundreds(LAYERS), "tanh", variance),
  "xavier-normal-sigmoid": preset("xavier-normal-sigmoid"),
  "xavier-normal-tanh": preset("xavier-normal-tanh"),
  "xavier-uniform-tanh": preset("xavier-uniform-tanh"),
  "xavier-linear": through("Linear layers, Xavier", hundreds(LAYERS), "identity", xavier),
  "xavier-narrowing": through("Narrowing linear layers, Xavier", [400, 200, 100, 50, 25], "identity", xavier),
  "xavier-widening": through("Widening linear layers, Xavier", [25, 50, 100, 200, 400], "identity", xavier),
  "xavier-normal-relu": preset("xavier-normal-relu"),
  "he-normal-relu": preset("he-normal-relu"),
  "he-uniform-relu": preset("he-uniform-relu"),
  "deep-relu-xavier": preset("deep-relu-xavier"),
  "deep-relu-he": preset("deep-relu-he"),
} as const satisfies Readonly<Record<string, WrittenExperiment>>;

const SGD: WrittenTrain = { optimizer: "sgd", learningRate: 0.1, batchSize: 64, steps: 400, recordEvery: 50 };
/** Thirty layers bear no such rate; small batches, so that so many steps take a second. */
export const DEEP_SGD: WrittenTrain = {
  ...SGD,
  learningRate: 0.01,
  batchSize: 32,
  steps: 600,
  recordEvery: 600,
};
const ADAM: WrittenTrain = { ...SGD, optimizer: "adam", learningRate: 0.001, recordEvery: 200 };
const LONG_ADAM: WrittenTrain = { ...ADAM, steps: 800 };
const DEEP_ADAM: WrittenTrain = { ...ADAM, steps: 300, recordEvery: 300 };
export const DEEP_LAYERS = 30;

const TRAININGS = {
  "zeros-relu-sgd": onDigits("Zeros with ReLU", LAYERS, "relu", zeros, SGD),
  "zeros-sigmoid-sgd": onDigits("Zeros with sigmoid", LAYERS, "sigmoid", zeros, SGD),
  "zeros-tanh-sgd": onDigits("Zeros with tanh", LAYERS, "tanh", zeros, SGD),
  "constant-sigmoid-sgd": onDigits("One constant with sigmoid", LAYERS, "sigmoid", constant, SGD),
  "constant-tanh-sgd": onDigits("One constant with tanh", LAYERS, "tanh", constant, SGD),
  "large-relu-sgd": onDigits("N(0, 1) with ReLU", LAYERS, "relu", large, SGD),
  "large-sigmoid-sgd": onDigits("N(0, 1) with sigmoid", LAYERS, "sigmoid", large, SGD),
  "large-tanh-sgd": onDigits("N(0, 1) with tanh", LAYERS, "tanh", large, SGD),
  "small-relu-sgd": onDigits("N(0, 0.01²) with ReLU", LAYERS, "relu", small, SGD),
  "small-sigmoid-sgd": onDigits("N(0, 0.01²) with sigmoid", LAYERS, "sigmoid", small, SGD),
  "small-tanh-sgd": onDigits("N(0, 0.01²) with tanh", LAYERS, "tanh", small, SGD),
  "small-tanh-adam": onDigits("N(0, 0.01²) with tanh, by Adam", LAYERS, "tanh", small, ADAM),
  "small-variance-tanh-sgd": onDigits("N(0, 0.1²) with tanh", LAYERS, "tanh", variance, SGD),
  "xavier-relu-sgd": onDigits("Xavier with ReLU", LAYERS, "relu", xavier, SGD),
  "xavier-sigmoid-sgd": onDigits("Xavier with sigmoid", LAYERS, "sigmoid", xavier, SGD),
  "xavier-sigmoid-adam": onDigits("Xavier with sigmoid, by Adam", LAYERS, "sigmoid", xavier, LONG_ADAM),
  "xavier-sigmoid-one-layer": onDigits("Xavier with sigmoid, one hidden layer", 1, "sigmoid", xavier, SGD),
  "xavier-tanh-sgd": onDigits("Xavier with tanh", LAYERS, "tanh", xavier, SGD),
  "he-relu-sgd": onDigits("He with ReLU", LAYERS, "relu", he, SGD),
  "deep-xavier-sgd": onDigits("30 ReLU layers, Xavier", DEEP_LAYERS, "relu", xavier, DEEP_SGD),
  "deep-xavier-adam": onDigits("30 ReLU layers, Xavier, by Adam", DEEP_LAYERS, "relu", xavier, DEEP_ADAM),
  "deep-he-sgd": onDigits("30 ReLU layers, He", DEEP_LAYERS, "relu", he, DEEP_SGD),
  "deep-he-adam": onDigits("30 ReLU layers, He, by Adam", DEEP_LAYERS, "relu", he, DEEP_ADAM),
} as const satisfies Readonly<Record<string, WrittenExperiment>>;

export type RunName = keyof typeof RUNS;
export type TrainingName = keyof typeof TRAININGS;

/** Throws where there is none of this name. */
export function runSpec(name: string, seed: number): Experiment {
  return specOf(RUNS, name, seed);
}

export function trainingSpec(name: string, seed: number): Experiment {
  return specOf(TRAININGS, name, seed);
}

/** Every experiment that these claims need, once. */
export function claimSpecs(claims: readonly Claim[], seed: number): Experiment[] {
  const runs = new Set(claims.flatMap(({ needs }) => needs.runs));
  const trainings = new Set(claims.flatMap(({ needs }) => needs.trainings));
  return [
    ...[...runs].map((name) => runSpec(name, seed)),
    ...[...trainings].map((name) => trainingSpec(name, seed)),
  ];
}

function specOf(table: Readonly<Record<string, WrittenExperiment>>, name: string, seed: number): Experiment {
  if (!Object.hasOwn(table, name)) throw new Error(`no experiment of the claims is named "${name}"`);
  return parseExperiment({ ...table[name], seed });
}

/** The bundled digits and ten linear outputs; without a training it is run once, the loss sent back. */
function onDigits(
  name: string,
  layers: number,
  activation: ActivationName,
  weights: WrittenWeights,
  train?: WrittenTrain,
): WrittenExperiment {
  return {
    format: EXPERIMENT_FORMAT,
    name,
    data: { source: "digits", standardize: true },
    network: {
      hidden: { layers, units: UNITS, activation, weights },
      output: { units: 10, activation: "identity", weights },
    },
    backward: { kind: "cross_entropy" },
    ...(train ? { train } : {}),
  };
}

function hundreds(layers: number): [number, ...number[]] {
  return [UNITS, ...Array.from({ length: layers }, () => UNITS)];
}
