// The networks that the notes' chapters speak of, as a person would write them: the founding notes' five layers of 100
// on Gaussian inputs, and the same on the digits with ten outputs. Seeded as the claims are, so that a chapter's figures
// and its table agree. Nothing is run here.
import { CLAIMS_SEED, LAYERS, UNITS } from "../../../../../core-as/claims/experiments";
import type { ActivationName } from "../../../../../core-as/spec/experiment";
import { EXPERIMENT_FORMAT } from "../../../../../core-as/spec/experiment";
import type { WrittenExperiment, WrittenTrain, WrittenWeights } from "../../../../../core-as/spec/written";

export const ZEROS: WrittenWeights = { scheme: "zeros" };
export const XAVIER: WrittenWeights = { scheme: "xavier_normal" };
export const HE: WrittenWeights = { scheme: "he_normal" };

/** N(0, std²). */
export const normal = (std: number): WrittenWeights => ({ scheme: "normal", std });
export const constant = (value: number): WrittenWeights => ({ scheme: "constant", value });

/** A network as it starts: how units answer, what their weights are drawn from. */
export interface Start {
  readonly activation: ActivationName;
  readonly weights: WrittenWeights;
}

export interface Size {
  /** Hidden layers; the notes' 5 unless told. */
  readonly layers?: number;
  /** Of each layer, and features of the inputs; the notes' 100 unless told. */
  readonly width?: number;
  /** The notes' 1000 unless told. */
  readonly samples?: number;
  /** Draws of the weights; 1 unless told. */
  readonly replicates?: number;
}

/** As many Gaussian inputs as a layer has units, and a probe sent back. */
export function onGaussian(name: string, start: Start, size: Size = {}): WrittenExperiment {
  const { layers = LAYERS, width = UNITS } = size;
  return throughWidths(
    name,
    start,
    Array.from({ length: layers + 1 }, () => width),
    size,
  );
}

/** The same through layers of any widths; the first of `widths` is that of the inputs. */
export function throughWidths(
  name: string,
  start: Start,
  widths: readonly number[],
  { samples = 1000, replicates = 1 }: Size = {},
): WrittenExperiment {
  const [features, ...units] = widths;
  if (features === undefined || units.length === 0)
    throw new Error("widths of inputs and a layer are needed");
  return {
    format: EXPERIMENT_FORMAT,
    name,
    seed: CLAIMS_SEED,
    data: { source: "gaussian", samples, features },
    network: { layers: units.map((width) => ({ units: width, ...start })) },
    backward: { kind: "probe" },
    replicates,
  };
}

/** The claims' way to train. */
export const SGD: WrittenTrain = {
  optimizer: "sgd",
  learningRate: 0.1,
  batchSize: 64,
  steps: 400,
  recordEvery: 50,
};
export const ADAM: WrittenTrain = { ...SGD, optimizer: "adam", learningRate: 0.001 };

/** The bundled digits, ten linear outputs drawn like the hidden layers, trained by cross-entropy. */
export function onDigits(
  name: string,
  start: Start,
  train: WrittenTrain = SGD,
  { layers = LAYERS, width = UNITS }: Size = {},
): WrittenExperiment {
  return {
    format: EXPERIMENT_FORMAT,
    name,
    seed: CLAIMS_SEED,
    data: { source: "digits", standardize: true },
    network: {
      hidden: { layers, units: width, ...start },
      output: { units: 10, activation: "identity", weights: start.weights },
    },
    backward: { kind: "cross_entropy" },
    train,
  };
}
