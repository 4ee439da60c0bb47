// The network that most chapters measure: hidden layers that are all alike, on Gaussian inputs; and what they read of it.
import {
  type ActivationName,
  type ActivationSpec,
  EXPERIMENT_FORMAT,
} from "../../../../../core-as/spec/experiment";
import { figure } from "../../../../../core-as/spec/number";
import type { RunResult } from "../../../../../core-as/spec/result";
import type { WrittenBias, WrittenExperiment, WrittenWeights } from "../../../../../core-as/spec/written";
import type { Swept } from "../chapter";

/** As the presets', so that a chapter's figures are those of the preset that it opens. */
export const SEED = 42;

export interface Alike {
  readonly name: string;
  readonly layers: number;
  readonly activation: ActivationName | ActivationSpec;
  readonly weights: WrittenWeights;
  /** Zeros where left out. */
  readonly bias?: WrittenBias;
  /** 100 where left out; as many features come in. */
  readonly units?: number;
  /** 1000 where left out. */
  readonly samples?: number;
  /** Of the inputs; 1 where left out. */
  readonly std?: number;
  readonly replicates?: number;
  readonly measure?: WrittenExperiment["measure"];
}

export function alike(network: Alike): WrittenExperiment {
  const { name, layers, activation, weights, bias, units = 100, samples = 1000, std = 1 } = network;
  return {
    format: EXPERIMENT_FORMAT,
    name,
    seed: SEED,
    data: { source: "gaussian", samples, features: units, std },
    network: { hidden: { layers, units, activation, weights, bias: bias ?? { scheme: "zeros" } } },
    backward: { kind: "probe" },
    replicates: network.replicates ?? 1,
    ...(network.measure ? { measure: network.measure } : {}),
  };
}

/** N(0, sigma_w^2 / fan_in), whatever the fan. */
export function gaussian(sigmaWSquare: number): WrittenWeights {
  return {
    scheme: "variance_scaling",
    scale: sigmaWSquare,
    mode: "fan_in",
    distribution: "untruncated_normal",
  };
}

/** Biases N(0, sigma_b^2); zeros where it is 0. */
export function biases(sigmaBSquare: number): WrittenBias {
  return sigmaBSquare > 0 ? { scheme: "normal", std: Math.sqrt(sigmaBSquare) } : { scheme: "zeros" };
}

/** "× 0.236". */
export const factor = (value: number): string => `×\u00a0${figure(value)}`;

/** In which of the ranges that these rising limits part a value lies, from 0; null where it is no number. */
export function rangeAt(limits: readonly number[], value: number): number | null {
  return Number.isNaN(value) ? null : limits.filter((limit) => value >= limit).length;
}

/** Names of the figures that bands and theory both have. */
export type SweptFigure = "acrossSampleStd" | "preactivations.rms" | "gradients.preactivations.rms";

/**
 * By which factor a figure changes from one layer to the next, between two layers (from 1; negative: from the end), over
 * the seeds of a run of several; a gradient is followed on its way back.
 */
export function sweptFactor(run: RunResult, name: SweptFigure, from: number, to: number): Swept {
  const bands = run.replicates!.bands;
  const [first, last] = [bands.at(from > 0 ? from - 1 : from)!, bands.at(to > 0 ? to - 1 : to)!];
  const [a, b] = [first[name]!, last[name]!];
  const steps = (to > 0 ? to : bands.length + 1 + to) - (from > 0 ? from : bands.length + 1 + from);
  const per = (ratio: number) => ratio ** (1 / Math.abs(steps));
  return {
    measured: per(b.median / a.median),
    low: per(b.low / a.median),
    high: per(b.high / a.median),
    predicted: a.predicted === undefined || b.predicted === undefined ? null : per(b.predicted / a.predicted),
  };
}
