// What a run needs in memory, worked out before it starts, so that one that cannot fit is refused with the figure.
import { CORE_MEMORY_LIMIT_BYTES } from "./core";
import { phiBytes } from "./phi";
import { talliedColumns, talliedIn } from "./pilot";
import type { RunPlan } from "./plan";
import { CHUNK_ROWS, HEAD_ROWS } from "./plan";
import { PILOT_ROWS } from "../shared/statistics";
import { rowsPassBytes } from "./rows";

export interface MemoryEstimate {
  /** Of each worker's core. */
  readonly workerBytes: number;
  /** Of the host: weights, data, sums, kept tensors. */
  readonly hostBytes: number;
  readonly totalBytes: number;
}

export class TooLargeError extends Error {
  override readonly name = "TooLargeError";
  readonly code = "too_large";
  readonly where = "network";
}

/** Bytes of a tally: a fine histogram and about five figures a unit. */
const TALLY_BYTES = 26_000;
const TALLY_BYTES_PER_COLUMN = 56;

export function estimateMemory(plan: RunPlan, workers: number): MemoryEstimate {
  const { layers, samples, features, slabs } = plan;
  const backward = plan.backward !== "none";
  let weights = 0;
  let largest = 0;
  let tallies = 0;
  let perRow = features;
  for (const layer of layers) {
    const size = layer.fanIn * layer.fanOut;
    weights += 4 * (size + layer.fanOut);
    largest = Math.max(largest, 4 * size);
    perRow += layer.fanOut;
    for (const tensor of talliedIn(layer, backward))
      tallies += TALLY_BYTES + TALLY_BYTES_PER_COLUMN * talliedColumns(layer, tensor);
  }
  const chunkPass = rowsPassBytes(layers, features, CHUNK_ROWS, backward);
  const slabRows = slabs[0]?.rows ?? 0;
  const oneChunk = slabRows <= CHUNK_ROWS;
  const slabGradients = backward ? (oneChunk ? largest : weights) : 0;
  const slabsPerWorker = plan.barriers ? Math.ceil(slabs.length / workers) : 1;
  const passes = plan.barriers ? Math.ceil(slabRows / CHUNK_ROWS) * slabsPerWorker : 1;
  const lsuv = layers.some((layer) => layer.weights.scheme === "lsuv")
    ? rowsPassBytes(layers, features, samples, false)
    : 0;
  const kept = plan.keepTensors ? 4 * samples * perRow * (backward ? 4 : 2) : 0;
  const orthogonal = 4 * largest; // Householder QR works on float64 copies
  // The data are drawn or read in a worker, before the run is laid out there.
  const drawnData = 8 * samples * features;
  const passing =
    weights +
    rowsPassBytes(layers, features, PILOT_ROWS, backward) +
    passes * chunkPass +
    slabsPerWorker * (tallies + slabGradients) +
    2 * largest +
    Math.max(lsuv, orthogonal) +
    [...new Set(layers.map((layer) => layer.phi))].reduce((sum, phi) => sum + phiBytes(phi), 0);
  const workerBytes = Math.max(passing, drawnData);
  const heads = 4 * Math.min(samples, HEAD_ROWS) * perRow;
  const data = 4 * samples * (features + (backward ? (layers.at(-1)?.fanOut ?? 0) : 0));
  const messages = workers * (kept / Math.max(1, slabs.length) + weights / Math.max(1, layers.length));
  const hostBytes =
    weights +
    (backward ? weights * (1 + workers) : 0) +
    data +
    heads +
    kept +
    messages +
    slabs.length * tallies;
  return { workerBytes, hostBytes, totalBytes: hostBytes + workers * workerBytes };
}

/** Throws a TooLargeError where the run would not fit a core, or `limitBytes` in all. */
export function refuseTooLarge(plan: RunPlan, workers: number, limitBytes: number): void {
  const { workerBytes, totalBytes } = estimateMemory(plan, workers);
  if (workerBytes > CORE_MEMORY_LIMIT_BYTES)
    throw new TooLargeError(
      `each worker would need ${gibibytes(workerBytes)} of memory and can have 4 GiB; fewer or narrower layers, or fewer samples, would be right`,
    );
  if (totalBytes > limitBytes)
    throw new TooLargeError(
      `the run would need ${gibibytes(totalBytes)} of memory with ${workers} workers, and ${gibibytes(limitBytes)} may be used; fewer or narrower layers, fewer samples, fewer workers, or no tensors kept (--tensors) would be right`,
    );
}

export function fitsMemory(plan: RunPlan, workers: number, limitBytes: number): boolean {
  const { workerBytes, totalBytes } = estimateMemory(plan, workers);
  return workerBytes <= CORE_MEMORY_LIMIT_BYTES && totalBytes <= limitBytes;
}

/** How many runs of one worker each fit side by side, `most` or fewer, perhaps none. `first` may keep its tensors. */
export function lanesThatFit(first: RunPlan, others: RunPlan, most: number, limitBytes: number): number {
  if (!fitsMemory(first, 1, limitBytes)) return 0;
  const left = limitBytes - estimateMemory(first, 1).totalBytes;
  return Math.min(most, 1 + Math.floor(left / estimateMemory(others, 1).totalBytes));
}

function gibibytes(bytes: number): string {
  const gib = bytes / 2 ** 30;
  return `${gib < 10 ? gib.toFixed(1) : Math.round(gib)} GiB`;
}
