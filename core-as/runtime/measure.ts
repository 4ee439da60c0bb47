// What is measured on request: the input-output Jacobian at one sample, and how the correlation of two
// inputs travels. Batch normalization keeps the batch's moments here, as it does when a network is used.
import type { CorrelationResult, JacobianResult } from "../spec/result";
import type { Matrix } from "./core";
import type { MeasuringCore as Core } from "./tally";
import type { BatchMoments, Network } from "./network";
import { CHUNK_ROWS } from "./plan";
import type { Barrier, BarrierAnswer } from "./rows";
import { RowsPass } from "./rows";

/** Widest matrix whose singular values are computed, on its smaller side. */
export const SPECTRUM_LIMIT = 512;
/** Angles 0 .. pi of the input pairs, and pairs an angle. */
const ANGLE_STEPS = 16;
const PAIRS = CHUNK_ROWS / 2;
export const CORRELATION_ANGLES: readonly number[] = Array.from(
  { length: ANGLE_STEPS + 1 },
  (_, step) => (Math.PI * step) / ANGLE_STEPS,
);

type Moments = ReadonlyMap<number, BatchMoments>;

/** Singular values of d output / d input [outputs, features] at one input. */
export function measureJacobian(net: Network, input: Float32Array, moments: Moments): JacobianResult {
  const { core, plan } = net;
  const outputs = plan.layers.at(-1)!.fanOut;
  return core.scoped(() => {
    const jacobian = core.weights(outputs, plan.features);
    let firstRow = 0;
    const pass = new RowsPass(net, Math.min(CHUNK_ROWS, outputs), true, {
      gradInput: (layer, dx) => {
        if (layer.index === 1) core.copyRows(core.rows(jacobian, firstRow, dx.rows), dx);
      },
    });
    for (; firstRow < outputs; firstRow += CHUNK_ROWS) {
      const rows = Math.min(CHUNK_ROWS, outputs - firstRow);
      const cotangents = core.matrix(rows, outputs);
      const unit = new Float32Array(rows * outputs);
      for (let r = 0; r < rows; r++) {
        core.write(core.rows(pass.input, r, 1), input);
        unit[r * outputs + firstRow + r] = 1;
      }
      core.write(cotangents, unit);
      drain(pass.forward(rows), moments);
      drain(pass.backward(rows, { kind: "given", values: cotangents }), moments);
    }
    const singularValues = core.singularValues(jacobian);
    let sum = 0;
    let sumOfSquares = 0;
    for (const s of singularValues) {
      sum += s * s;
      sumOfSquares += s * s * s * s;
    }
    const smallest = singularValues.at(-1)!;
    return {
      sample: 0,
      singularValues: [...singularValues],
      meanSquare: sum / singularValues.length,
      conditionNumber: singularValues[0]! / smallest,
      predictedMeanSquare: null,
      spread: (singularValues.length * sumOfSquares) / (sum * sum) - 1,
      predictedSpread: null,
    };
  });
}

/**
 * Mean correlation of the preactivations of input pairs at angles 0 .. pi, by layer: the measured c_l of
 * Poole et al. 2016, figure 2. Pairs are random, of the data's mean square.
 */
export function measureCorrelation(
  net: Network,
  inputMeanSquare: number,
  moments: Moments,
): CorrelationResult {
  const { core, plan } = net;
  return core.scoped(() => {
    const rows = 2 * PAIRS;
    const measured: number[][] = plan.layers.map(() => []);
    const pass = new RowsPass(net, rows, false, {
      preactivation: (layer, z) => measured[layer.index - 1]!.push(core.pairCorrelation(z)),
    });
    const key = core.streamKey("measure/correlation", plan.seed);
    const gaussian = core.weights(1, rows * plan.features);
    core.drawNormal(gaussian, 0, key, 0, 1);
    const directions = orthogonalPairs(core.read(gaussian), plan.features);
    const length = Math.sqrt(inputMeanSquare * plan.features);
    for (const angle of CORRELATION_ANGLES) {
      core.write(pass.input, turnedPairs(core, directions, plan.features, angle, length));
      drain(pass.forward(rows), moments);
    }
    return { angles: CORRELATION_ANGLES, measured, predicted: null };
  });
}

/** Makes each pair of rows orthonormal (Gram-Schmidt, float64); with one feature the second row is zero. */
function orthogonalPairs(values: Float32Array, features: number): Float64Array {
  const rows = Float64Array.from(values);
  for (let p = 0; p < rows.length; p += 2 * features) {
    const u = rows.subarray(p, p + features);
    const v = rows.subarray(p + features, p + 2 * features);
    normalize(u);
    if (features === 1) v.fill(0);
    else {
      const along = dot(u, v);
      for (let i = 0; i < features; i++) v[i]! -= along * u[i]!;
      normalize(v);
    }
  }
  return rows;
}

/** Rows 2i and 2i+1: length u, and length (cos u + sin v). */
function turnedPairs(
  core: Core,
  directions: Float64Array,
  features: number,
  angle: number,
  length: number,
): Float32Array {
  const cos = core.cos64(angle);
  const sin = core.sin64(angle);
  const rows = new Float32Array(directions.length);
  for (let p = 0; p < rows.length; p += 2 * features)
    for (let i = p; i < p + features; i++) {
      rows[i] = length * directions[i]!;
      rows[i + features] = length * (cos * directions[i]! + sin * directions[i + features]!);
    }
  return rows;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function normalize(a: Float64Array): void {
  const norm = Math.sqrt(dot(a, a));
  for (let i = 0; i < a.length; i++) a[i]! /= norm;
}

/** Runs to the end, answering every barrier with the batch's own moments as constants. */
function drain(steps: Generator<Barrier, void, BarrierAnswer>, moments: Moments): void {
  for (let step = steps.next(); !step.done;) {
    const { layer, direction, z } = step.value;
    const zeros = new Float64Array(z.cols);
    step = steps.next(
      direction === "forward"
        ? { direction, ...moments.get(layer)! }
        : { direction: "backward", meanDz: zeros, meanDzZhat: zeros },
    );
  }
}

/** Singular values of a weight matrix, falling, where its smaller side is within the limit. */
export function measureSpectrum(core: Core, weights: Matrix): number[] {
  return [...core.singularValues(weights)];
}
