// The typed façade of the kernels that only training needs.
import type { TrainSpec } from "../../spec/experiment";
import { Optimizer, Schedule } from "../../shared/training";
import type { Doubles, Matrix, Words } from "../core";
import { MeasuringCore } from "../tally";

export const OPTIMIZER_CODES: Readonly<Record<TrainSpec["optimizer"], Optimizer>> = {
  sgd: Optimizer.sgd,
  momentum: Optimizer.momentum,
  nesterov: Optimizer.nesterov,
  adam: Optimizer.adam,
  adamw: Optimizer.adamw,
  rmsprop: Optimizer.rmsprop,
};

export const SCHEDULE_CODES: Readonly<Record<TrainSpec["schedule"]["kind"], Schedule>> = {
  constant: Schedule.constant,
  step: Schedule.step,
  cosine: Schedule.cosine,
};

export class TrainingCore extends MeasuringCore {
  /** d = 2 (y - onehot) · gradScale; totals [2] += sum of squares and count of right answers. */
  squaredError(d: Matrix, y: Matrix, labels: Words, gradScale: number, totals: Doubles): void {
    if (d.ld !== y.ld || labels.length < y.rows) throw new RangeError("shapes do not fit in squaredError");
    this.call["squaredError"]!(d.ptr, y.ptr, labels.ptr, y.rows, y.cols, y.ld, gradScale, totals.ptr);
  }

  /** The loss that is trained by: d its gradient times gradScale, totals [2] += its sum and count of right answers. */
  lossOf(
    loss: TrainSpec["loss"],
    d: Matrix,
    output: Matrix,
    labels: Words,
    gradScale: number,
    totals: Doubles,
  ): void {
    if (loss === "cross_entropy") this.softmaxCrossEntropy(d, output, labels, gradScale, totals);
    else this.squaredError(d, output, labels, gradScale, totals);
  }

  /** `count` words from number `first` on. */
  wordsFrom(words: Words, first: number, count: number): Words {
    if (first < 0 || first + count > words.length) throw new RangeError("words outside their run");
    return { kind: "u32", ptr: words.ptr + 4 * first, length: count };
  }

  /** The storage of a matrix as bytes. */
  readFloatBytes(m: Matrix): Uint8Array<ArrayBuffer> {
    return this.readBlock({ kind: "bytes", ptr: m.ptr, bytes: 4 * m.rows * m.ld });
  }

  writeFloatBytes(m: Matrix, bytes: Uint8Array): void {
    this.writeBlock({ kind: "bytes", ptr: m.ptr, bytes: 4 * m.rows * m.ld }, bytes);
  }

  /** [rows, cols] of the storage of `flat`, from its float number `at` on. */
  piece(flat: Matrix, at: number, rows: number, cols: number, ld: number): Matrix {
    if (at + rows * ld > flat.rows * flat.ld) throw new RangeError("the piece reaches past its storage");
    return { kind: "f32", ptr: flat.ptr + 4 * at, rows, cols, ld };
  }

  /** Frobenius norm of a matrix whose storage is a multiple of four floats long, padding zero. */
  norm(x: Matrix): number {
    return Math.sqrt(this.call["sumOfSquares"]!(x.ptr, wholeFours(x)));
  }

  /** Frobenius norm of x - y. */
  distance(x: Matrix, y: Matrix): number {
    if (x.rows !== y.rows || x.cols !== y.cols || x.ld !== y.ld)
      throw new RangeError("shapes do not fit in distance");
    return Math.sqrt(this.call["sumOfSquaredDifferences"]!(x.ptr, y.ptr, wholeFours(x)));
  }

  /** Rate of update `step`, 0 the first. */
  rateAt(spec: TrainSpec, step: number): number {
    const { kind, warmupSteps, stepEvery = 1, factor = 1, finalFraction = 1 } = spec.schedule;
    const { learningRate, steps } = spec;
    return this.call["learningRateAt"]!(
      learningRate,
      SCHEDULE_CODES[kind],
      warmupSteps,
      stepEvery,
      factor,
      finalFraction,
      steps,
      step,
    );
  }

  /** Updates `step` .. `step + count - 1` of a plan; how many of them were made. */
  trainSteps(plan: Doubles, layers: Doubles, step: number, firstBatch: number, count: number): number {
    return this.call["trainSteps"]!(plan.ptr, layers.ptr, step, firstBatch, count);
  }
}

/** Floats of the storage; what lies behind the last row up to a multiple of four is zero by its layout. */
function wholeFours(x: Matrix): number {
  return (x.rows * x.ld + 3) & ~3;
}
