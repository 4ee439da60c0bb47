// Lays a training step out in memory, as the core's trainSteps reads it (shared/training.ts).
import { FORMULA_BLOCK } from "../../shared/formula";
import { Loss, StepLayer, StepNormalization, StepPlan } from "../../shared/training";
import type { Normalization, TrainSpec } from "../../spec/experiment";
import type { Doubles, Matrix, Words } from "../core";
import { paddedColumns } from "../core";
import type { LaidProgram } from "../kernels";
import type { LayerPlan, PhiPlan } from "../plan";
import { OPTIMIZER_CODES, SCHEDULE_CODES, type TrainingCore } from "./core";
import type { Parameters } from "./parameters";

const NORMALIZATION_CODES: Readonly<Record<Normalization, StepNormalization>> = {
  none: StepNormalization.none,
  layer: StepNormalization.layer,
  rms: StepNormalization.rms,
  batch: StepNormalization.batch,
};

export interface StepInput {
  readonly layers: readonly LayerPlan[];
  readonly features: number;
  readonly spec: TrainSpec;
  /** The training share [samples, features], its labels, and the order of the pass. */
  readonly inputs: Matrix;
  readonly labels: Words;
  readonly order: Words;
  readonly parameters: Parameters;
  readonly gradients: Parameters;
  /** The parameters before the last update. */
  readonly before: Parameters;
  /** What the optimizer remembers, each as long as the parameters; the optimizers that remember less repeat one. */
  readonly first: Matrix;
  readonly second: Matrix;
}

/** Handles of a step in memory, for trainSteps. */
export interface LaidStep {
  readonly plan: Doubles;
  readonly layers: Doubles;
}

export function layStep(core: TrainingCore, input: StepInput): LaidStep {
  const { layers, features, spec, parameters } = input;
  const rows = spec.batchSize;
  const widest = Math.max(features, ...layers.map((layer) => layer.fanOut));
  const wide = () => core.matrix(rows, widest).ptr;
  const hasShortcut = layers.some((layer) => layer.shortcutFrom !== null);
  const programs = new Map<PhiPlan, [LaidProgram, LaidProgram]>();
  const slots: number[] = [];
  let formulaBytes = 0;
  for (const layer of layers) {
    const block = new Array<number>(StepLayer.total).fill(0);
    const own = parameters.layers[layer.index - 1]!;
    const gradient = input.gradients.layers[layer.index - 1]!;
    block[StepLayer.fanIn] = layer.fanIn;
    block[StepLayer.fanOut] = layer.fanOut;
    block[StepLayer.weights] = own.weights.ptr;
    block[StepLayer.bias] = own.bias.ptr;
    block[StepLayer.gradWeights] = gradient.weights.ptr;
    block[StepLayer.gradBias] = gradient.bias.ptr;
    block[StepLayer.z] = core.matrix(rows, layer.fanOut).ptr;
    block[StepLayer.h] = core.matrix(rows, layer.fanOut).ptr;
    block[StepLayer.normalization] = NORMALIZATION_CODES[layer.normalization];
    block[StepLayer.invStd] =
      layer.normalization === "batch" ? core.doubles(layer.fanOut).ptr : core.matrix(1, rows).ptr;
    block[StepLayer.shortcutFrom] = layer.shortcutFrom ?? -1;
    block[StepLayer.scale] = layer.scale;
    if (layer.phi.kind === "kernel") {
      block[StepLayer.activation] = layer.phi.code;
      block[StepLayer.parameter] = layer.phi.parameter;
    } else {
      block[StepLayer.activation] = -1;
      const { value, slope } = layer.phi;
      const laid = programs.get(layer.phi) ?? [core.layProgram(value), core.layProgram(slope)];
      programs.set(layer.phi, laid);
      laid[0].args.forEach((arg, i) => (block[StepLayer.value + i] = arg));
      laid[1].args.forEach((arg, i) => (block[StepLayer.slope + i] = arg));
      for (const program of laid)
        formulaBytes = Math.max(
          formulaBytes,
          core.call["formulaScratchBytes"]!(program.constants.length, program.registers),
        );
    }
    slots.push(...block);
  }
  const plan = new Array<number>(StepPlan.total).fill(0);
  plan[StepPlan.layers] = layers.length;
  plan[StepPlan.rows] = rows;
  plan[StepPlan.features] = features;
  plan[StepPlan.loss] = spec.loss === "cross_entropy" ? Loss.cross_entropy : Loss.mean_squared_error;
  plan[StepPlan.inputs] = input.inputs.ptr;
  plan[StepPlan.labels] = input.labels.ptr;
  plan[StepPlan.order] = input.order.ptr;
  plan[StepPlan.batchInputs] = core.matrix(rows, features).ptr;
  plan[StepPlan.batchLabels] = core.words(rows).ptr;
  plan[StepPlan.gradientA] = wide();
  plan[StepPlan.gradientB] = wide();
  plan[StepPlan.phi] = hasShortcut ? wide() : 0;
  plan[StepPlan.skip] = hasShortcut ? wide() : 0;
  plan[StepPlan.matmulScratch] = core.block(stepScratchBytes(core, layers, rows)).ptr;
  plan[StepPlan.formulaScratch] = core.block(formulaBytes).ptr;
  plan[StepPlan.sums] = core.doubles(2 * widest + 2).ptr;
  plan[StepPlan.parameters] = parameters.flat.ptr;
  plan[StepPlan.gradients] = input.gradients.flat.ptr;
  plan[StepPlan.first] = input.first.ptr;
  plan[StepPlan.second] = input.second.ptr;
  plan[StepPlan.before] = input.before.flat.ptr;
  plan[StepPlan.count] = parameters.flat.cols;
  plan[StepPlan.optimizer] = OPTIMIZER_CODES[spec.optimizer];
  plan[StepPlan.learningRate] = spec.learningRate;
  plan[StepPlan.momentum] = spec.momentum ?? 0;
  plan[StepPlan.beta1] = spec.beta1 ?? 0;
  plan[StepPlan.beta2] = spec.beta2 ?? 0;
  plan[StepPlan.epsilon] = spec.epsilon ?? 0;
  plan[StepPlan.weightDecay] = spec.weightDecay;
  plan[StepPlan.clipNorm] = spec.clipNorm ?? Infinity;
  plan[StepPlan.schedule] = SCHEDULE_CODES[spec.schedule.kind];
  plan[StepPlan.warmupSteps] = spec.schedule.warmupSteps;
  plan[StepPlan.stepEvery] = spec.schedule.stepEvery ?? 1;
  plan[StepPlan.factor] = spec.schedule.factor ?? 1;
  plan[StepPlan.finalFraction] = spec.schedule.finalFraction ?? 1;
  plan[StepPlan.steps] = spec.steps;
  const laid = { plan: core.doubles(plan.length), layers: core.doubles(slots.length) };
  core.writeDoubles(laid.plan, plan);
  core.writeDoubles(laid.layers, slots);
  return laid;
}

/** Of the largest of a step's products. */
function stepScratchBytes(core: TrainingCore, layers: readonly LayerPlan[], rows: number): number {
  const bytes = (m: number, n: number, k: number) => core.call["matmulScratchBytes"]!(m, n, k);
  return Math.max(
    ...layers.flatMap(({ fanIn, fanOut }) => [
      bytes(rows, fanOut, fanIn),
      bytes(rows, fanIn, fanOut),
      bytes(fanOut, fanIn, rows),
    ]),
  );
}

/** Bytes that a step takes beside the parameters: a bound from above. */
export function stepBytes(layers: readonly LayerPlan[], features: number, rows: number): number {
  const widest = Math.max(features, ...layers.map((layer) => layer.fanOut));
  const perRow = layers.reduce((sum, layer) => sum + 2 * paddedColumns(layer.fanOut) + 1, 0);
  const most = Math.max(rows, widest);
  const scratch = 4 * 256 * (Math.min(most, 128) + Math.min(most, 512) + 16);
  return (
    4 * rows * (perRow + 4 * paddedColumns(widest) + paddedColumns(features) + 1) +
    scratch +
    layers.length * 64 * 8 +
    8 * 3 * widest +
    4 * FORMULA_BLOCK * 66
  );
}
