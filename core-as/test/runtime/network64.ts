// The network of numerics.md in float64, layer by layer, forward and backward: slow, plain, and written from
// the definitions alone. Matrices are row-major runs of float64.
import type { Experiment, LayerSpec, Normalization } from "../../spec/experiment";
import { function64 } from "./activations64";

export type Numbers = Float32Array | Float64Array;

const EPSILON = 1e-5;

/** A layer as the definitions have it; `from` is the layer whose output its residual sum adds, 0 the data, or null. */
export interface Layer64 {
  readonly spec: LayerSpec;
  readonly fanIn: number;
  readonly fanOut: number;
  readonly from: number | null;
  readonly scale: number;
}

export function layersOf(spec: Experiment, features: number): Layer64[] {
  const { layers, output, residual } = spec.network;
  const widths = [features, ...layers.map((l) => l.units)];
  const all: Layer64[] = layers.map((layer, i) => {
    const last = i + 1;
    const start = last - (residual?.every ?? 0);
    const ends = residual !== undefined && last % residual.every === 0;
    const joined = ends && widths[start] === layer.units;
    return {
      spec: layer,
      fanIn: widths[i]!,
      fanOut: layer.units,
      from: joined ? start : null,
      scale: joined ? residual.scale : 1,
    };
  });
  if (output) all.push({ spec: output, fanIn: widths.at(-1)!, fanOut: output.units, from: null, scale: 1 });
  return all;
}

/** x [rows, fanIn] W^T + b. */
export function affine(x: Numbers, w: Numbers, b: Numbers, fanIn: number): Float64Array {
  const fanOut = b.length;
  const rows = x.length / fanIn;
  const z = new Float64Array(rows * fanOut);
  for (let r = 0; r < rows; r++)
    for (let j = 0; j < fanOut; j++) {
      let sum = b[j]!;
      for (let k = 0; k < fanIn; k++) sum += x[r * fanIn + k]! * w[j * fanIn + k]!;
      z[r * fanOut + j] = sum;
    }
  return z;
}

export interface Normalized {
  readonly zhat: Float64Array;
  /** 1 / sqrt(variance + epsilon) of each group: a row, or a column. */
  readonly invStd: Float64Array;
}

/** Where the elements of one group stand. */
function* groups(kind: Normalization, rows: number, cols: number): Generator<number[]> {
  if (kind === "batch")
    for (let j = 0; j < cols; j++) yield Array.from({ length: rows }, (_, r) => r * cols + j);
  else for (let r = 0; r < rows; r++) yield Array.from({ length: cols }, (_, j) => r * cols + j);
}

export function normalize(kind: Normalization, z: Float64Array, cols: number): Normalized {
  if (kind === "none") return { zhat: z, invStd: new Float64Array(0) };
  const zhat = new Float64Array(z.length);
  const invStd: number[] = [];
  for (const group of groups(kind, z.length / cols, cols)) {
    let mean = 0;
    if (kind !== "rms") for (const i of group) mean += z[i]! / group.length;
    let variance = 0;
    for (const i of group) variance += (z[i]! - mean) ** 2 / group.length;
    const inverse = 1 / Math.sqrt(variance + EPSILON);
    invStd.push(inverse);
    for (const i of group) zhat[i] = (z[i]! - mean) * inverse;
  }
  return { zhat, invStd: Float64Array.from(invStd) };
}

/** Gradient before normalization from that after it. */
export function normalizeBackward(
  kind: Normalization,
  d: Numbers,
  { zhat, invStd }: Normalized,
  cols: number,
): Float64Array {
  const out = Float64Array.from(d);
  if (kind === "none") return out;
  let at = 0;
  for (const group of groups(kind, d.length / cols, cols)) {
    let mean = 0;
    let along = 0;
    for (const i of group) {
      if (kind !== "rms") mean += d[i]! / group.length;
      along += (d[i]! * zhat[i]!) / group.length;
    }
    const inverse = invStd[at++]!;
    for (const i of group) out[i] = inverse * (d[i]! - mean - zhat[i]! * along);
  }
  return out;
}

/** dz W: [rows, fanIn]. */
export function backThrough(dz: Numbers, w: Numbers, fanIn: number, fanOut: number): Float64Array {
  const rows = dz.length / fanOut;
  const dx = new Float64Array(rows * fanIn);
  for (let r = 0; r < rows; r++)
    for (let j = 0; j < fanOut; j++) {
      const d = dz[r * fanOut + j]!;
      for (let k = 0; k < fanIn; k++) dx[r * fanIn + k]! += d * w[j * fanIn + k]!;
    }
  return dx;
}

/** dz^T x [fanOut, fanIn] and the column sums of dz. */
export function parameterGradients(dz: Numbers, x: Numbers, fanIn: number, fanOut: number) {
  const weights = new Float64Array(fanOut * fanIn);
  const bias = new Float64Array(fanOut);
  const rows = dz.length / fanOut;
  for (let r = 0; r < rows; r++)
    for (let j = 0; j < fanOut; j++) {
      const d = dz[r * fanOut + j]!;
      bias[j]! += d;
      for (let k = 0; k < fanIn; k++) weights[j * fanIn + k]! += d * x[r * fanIn + k]!;
    }
  return { weights, bias };
}

/** Mean cross-entropy over the rows, its gradient in the logits, and the share of right answers. */
export function crossEntropy(logits: Numbers, labels: ArrayLike<number>, classes: number) {
  const rows = labels.length;
  const gradient = new Float64Array(logits.length);
  let loss = 0;
  let right = 0;
  for (let r = 0; r < rows; r++) {
    const row = Array.from(logits.subarray(r * classes, (r + 1) * classes));
    const top = Math.max(...row);
    const total = row.reduce((sum, v) => sum + Math.exp(v - top), 0);
    loss += (top + Math.log(total) - row[labels[r]!]!) / rows;
    if (row.indexOf(top) === labels[r]!) right++;
    for (let j = 0; j < classes; j++)
      gradient[r * classes + j] = (Math.exp(row[j]! - top) / total - (j === labels[r]! ? 1 : 0)) / rows;
  }
  return { loss, accuracy: right / rows, gradient };
}

export interface Pass64 {
  readonly input: Numbers;
  readonly normalized: Normalized;
  readonly preactivation: Float64Array;
  readonly phi: Float64Array;
  readonly activation: Float64Array;
}

export interface Parameters64 {
  readonly weights: Numbers;
  readonly bias: Numbers;
}

/** The whole network, in float64 from the data to the output. */
export function forward64(
  layers: readonly Layer64[],
  parameters: readonly Parameters64[],
  inputs: Numbers,
): Pass64[] {
  const passes: Pass64[] = [];
  let h: Numbers = inputs;
  layers.forEach((layer, i) => {
    const { weights, bias } = parameters[i]!;
    const normalized = normalize(
      layer.spec.normalization,
      affine(h, weights, bias, layer.fanIn),
      layer.fanOut,
    );
    const phi = normalized.zhat.map(function64(layer.spec.activation).phi);
    const activation = residualSum(layer, phi, (from) =>
      from === 0 ? inputs : passes[from - 1]!.activation,
    );
    passes.push({ input: h, normalized, preactivation: normalized.zhat, phi, activation });
    h = activation;
  });
  return passes;
}

export function residualSum(
  layer: Layer64,
  phi: Float64Array,
  outputOf: (layer: number) => Numbers,
): Float64Array {
  if (layer.from === null) return phi;
  const block = outputOf(layer.from);
  return phi.map((v, i) => block[i]! + layer.scale * v);
}

/** Column sums of the sizes of dz: what a sum over the rows that cancels is measured by. */
export function columnSizes(dz: Numbers, cols: number): Float64Array {
  const sizes = new Float64Array(cols);
  dz.forEach((v, i) => (sizes[i % cols]! += Math.abs(v)));
  return sizes;
}

/** Largest difference as a share of the largest entry of `scale`; where that is zero, of 1. */
export function worstShare(measured: Numbers, expected: Numbers, scale: Numbers = expected): number {
  if (measured.length !== expected.length)
    throw new Error(`lengths ${measured.length} and ${expected.length}`);
  let largest = 0;
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(scale[i]!));
    const off = Math.abs(measured[i]! - expected[i]!);
    if (!(off <= worst)) worst = off;
  }
  return worst / (largest || 1);
}
