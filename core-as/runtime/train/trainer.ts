// One run of training in one worker, with a core of its own: drawn or taken up from a checkpoint, then moved on, a
// slice at a time, telling its records. Where it is cut into slices, and by what clock, changes no bit.
// Streams: the weights' and biases' own, and train/shuffle/EPOCH for the order of each pass over the training share.
// A pass is whole batches: the rows of its last, incomplete batch are left out of it. lsuv looks at the training share.
import type { Experiment, TrainSpec } from "../../spec/experiment";
import type { TrainRecord } from "../../spec/training";
import type { Matrix, Words } from "../core";
import { rescaleWeights } from "../lsuv";
import { Network, type SentWeights } from "../network";
import type { RunPlan } from "../plan";
import { planRun } from "../plan";
import { TrainingCore } from "./core";
import { Evaluation, type LaidShare } from "./evaluation";
import { parameterFloats, Parameters } from "./parameters";
import { Probe } from "./probe";
import type { Share, Shares } from "./share";
import { layStep, type LaidStep } from "./stepPlan";

export interface TrainerInput {
  /** With its seed. */
  readonly spec: Experiment & { readonly train: TrainSpec };
  readonly shares: Shares;
  /** By layer - 1: weights read from files; null where they are drawn. */
  readonly sent: readonly SentWeights[];
  /** Where to go on; null: at the beginning. */
  readonly checkpoint: { readonly step: number; readonly state: Uint8Array } | null;
}

/** Where a slice ended. */
export interface TrainStanding {
  readonly step: number;
  readonly state: "running" | "finished" | "diverged";
  readonly checkpoint: Uint8Array<ArrayBuffer> | null;
  /** Spent on steps, and on records, by this slice. */
  readonly stepMillis: number;
  readonly recordMillis: number;
}

/** What one call into the core should last, so that a slice ends near its time. */
const CALL_MILLIS = 25;

/** How many pieces of the parameters' length the optimizer remembers. */
export function rememberedPieces(optimizer: TrainSpec["optimizer"]): number {
  return { sgd: 0, momentum: 1, nesterov: 1, adam: 2, adamw: 2, rmsprop: 2 }[optimizer];
}

export class Trainer {
  readonly #core: TrainingCore;
  readonly #spec: TrainSpec;
  readonly #plan: RunPlan;
  readonly #parameters: Parameters;
  readonly #before: Parameters;
  /** Parameters and what the optimizer remembers, one after the other. */
  readonly #state: Matrix;
  readonly #order: Words;
  readonly #step: LaidStep;
  readonly #evaluation: Evaluation;
  readonly #probe: Probe;
  readonly #stepsPerEpoch: number;
  #orderOf = -1;
  #at: number;
  #diverged = false;
  #isBegun = false;
  #callMillisPerStep = Infinity;

  constructor(module: WebAssembly.Module, { spec, shares, sent, checkpoint }: TrainerInput) {
    const core = new TrainingCore(module);
    const { training, validation, features } = shares;
    const plan = planRun(spec, training.samples, features, spec.seed, false);
    const { layers } = plan;
    this.#core = core;
    this.#spec = spec.train;
    this.#plan = plan;
    this.#stepsPerEpoch = Math.floor(training.samples / spec.train.batchSize);

    const count = parameterFloats(layers);
    const pieces = rememberedPieces(spec.train.optimizer);
    this.#state = core.weights(1, count * (1 + pieces));
    core.fill(this.#state, 0);
    const piece = (i: number) => core.piece(this.#state, Math.min(i, pieces) * count, 1, count, count);
    this.#parameters = new Parameters(core, layers, piece(0));
    this.#before = new Parameters(core, layers);
    const net = new Network(core, plan, this.#parameters.layers);
    this.#at = checkpoint?.step ?? 0;
    if (checkpoint) core.writeFloatBytes(this.#state, checkpoint.state);
    else {
      for (const layer of layers) net.load(layer.index, sent[layer.index - 1] ?? null);
      if (layers.some((layer) => layer.weights.scheme === "lsuv")) rescaleWeights(net, training.inputs);
    }

    const laidTraining = layShare(core, training, features);
    const laidValidation = validation && layShare(core, validation, features);
    this.#order = core.words(training.samples);
    this.#step = layStep(core, {
      layers,
      features,
      spec: spec.train,
      inputs: laidTraining.inputs,
      labels: laidTraining.labels,
      order: this.#order,
      parameters: this.#parameters,
      gradients: new Parameters(core, layers),
      before: this.#before,
      first: piece(1),
      second: piece(2),
    });
    this.#evaluation = new Evaluation(core, net, laidTraining, laidValidation, spec.train.loss);
    this.#probe = new Probe(core, net, laidTraining, spec.train.loss);
  }

  /** What its core holds. */
  get usedBytes(): number {
    return this.#core.usedBytes;
  }

  /** Goes on for about `millis`; 0 makes no step. Records are told as they come; step 0's is the first. */
  advance(millis: number, withCheckpoint: boolean, tell: (record: TrainRecord) => void): TrainStanding {
    const started = performance.now();
    let recordMillis = 0;
    const record = () => {
      const from = performance.now();
      const made = this.#record();
      recordMillis += performance.now() - from;
      if (made) tell(made);
      else this.#diverged = true;
    };
    const { steps, recordEvery } = this.#spec;
    let left = millis;
    if (millis > 0 && this.#at === 0 && !this.#isBegun) {
      this.#isBegun = true;
      record();
    }
    // At least one call, however short the slice: a run that is always interrupted still ends.
    for (; left > 0 && !this.#diverged && this.#at < steps; left = millis - (performance.now() - started)) {
      const nextRecord = Math.min(steps, (Math.floor(this.#at / recordEvery) + 1) * recordEvery);
      const epoch = Math.floor(this.#at / this.#stepsPerEpoch);
      this.#shuffle(epoch);
      const end = Math.min(nextRecord, (epoch + 1) * this.#stepsPerEpoch, this.#at + this.#stepsOfCall(left));
      this.#move(end - this.#at, this.#at - epoch * this.#stepsPerEpoch);
      if (!this.#diverged && this.#at === nextRecord) record();
    }
    return {
      step: this.#at,
      state: this.#diverged ? "diverged" : this.#at === steps ? "finished" : "running",
      checkpoint: withCheckpoint ? this.#core.readFloatBytes(this.#state) : null,
      stepMillis: performance.now() - started - recordMillis,
      recordMillis,
    };
  }

  #move(count: number, firstBatch: number): void {
    const from = performance.now();
    const made = this.#core.trainSteps(this.#step.plan, this.#step.layers, this.#at, firstBatch, count);
    this.#callMillisPerStep = (performance.now() - from) / count;
    this.#at += made;
    this.#diverged = made < count;
  }

  /** Steps of the next call, by how long those of the last one took. */
  #stepsOfCall(left: number): number {
    const steps = Math.floor(Math.min(CALL_MILLIS, left) / Math.max(this.#callMillisPerStep, 1e-3));
    return Math.max(1, steps);
  }

  #shuffle(epoch: number): void {
    if (this.#orderOf === epoch) return;
    this.#core.drawPermutation(this.#order, this.#core.streamKey(`train/shuffle/${epoch}`, this.#plan.seed));
    this.#orderOf = epoch;
  }

  /** Null where the loss is not finite. */
  #record(): TrainRecord | null {
    const { training, validation, moments } = this.#evaluation.measure();
    if (!Number.isFinite(training.loss) || (validation && !Number.isFinite(validation.loss))) return null;
    const step = this.#at;
    return {
      step,
      loss: training.loss,
      accuracy: training.accuracy,
      validationLoss: validation && validation.loss,
      validationAccuracy: validation && validation.accuracy,
      learningRate: step === 0 ? null : this.#core.rateAt(this.#spec, step - 1),
      layers: this.#probe.measure(this.#parameters, step === 0 ? null : this.#before, moments),
    };
  }
}

function layShare(core: TrainingCore, { samples, inputs, labels }: Share, features: number): LaidShare {
  const laid = { inputs: core.matrix(samples, features), labels: core.words(samples) };
  core.fill(laid.inputs, 0);
  core.write(laid.inputs, inputs);
  core.writeWords(laid.labels, labels);
  return laid;
}
