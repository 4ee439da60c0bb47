// What a training needs in memory, worked out before it is opened.
import { CORE_MEMORY_LIMIT_BYTES, paddedColumns } from "../core";
import { TooLargeError } from "../estimate";
import type { TrainSpec } from "../../spec/experiment";
import type { RunPlan } from "../plan";
import { CHUNK_ROWS } from "../plan";
import { rowsPassBytes } from "../rows";
import { parameterFloats } from "./parameters";
import { PROBE_ROWS } from "./probe";
import type { Shares } from "./share";
import { stepBytes } from "./stepPlan";
import { rememberedPieces } from "./trainer";

/** A tally while it is taken: a fine histogram, and figures a unit. */
const TALLY_BYTES = 60_000;
const TALLY_BYTES_PER_COLUMN = 120;

/** Bytes of the core of one open run. */
export function trainingBytes(plan: RunPlan, spec: TrainSpec, shares: Shares): number {
  const { layers, features, samples } = plan;
  const rows = samples + (shares.validation?.samples ?? 0);
  const data = rows * (4 * paddedColumns(features) + 4) + 4 * samples;
  const parameters = 4 * parameterFloats(layers) * (3 + rememberedPieces(spec.optimizer));
  const passes = plan.barriers ? Math.ceil(samples / CHUNK_ROWS) : 1;
  const evaluation = passes * rowsPassBytes(layers, features, CHUNK_ROWS, false);
  const probeRows = Math.min(PROBE_ROWS, samples);
  const largest = 4 * Math.max(...layers.map(({ fanIn, fanOut }) => fanIn * fanOut));
  const widest = Math.max(features, ...layers.map((layer) => layer.fanOut));
  const probe =
    rowsPassBytes(layers, features, probeRows, true) +
    largest +
    TALLY_BYTES +
    TALLY_BYTES_PER_COLUMN * widest;
  const lsuv = layers.some((layer) => layer.weights.scheme === "lsuv")
    ? rowsPassBytes(layers, features, samples, false)
    : 0;
  // Householder QR of an orthogonal draw works on float64 copies.
  return (
    data +
    parameters +
    stepBytes(layers, features, spec.batchSize) +
    evaluation +
    probe +
    Math.max(lsuv, 4 * largest)
  );
}

/** How many runs of this size may be open at once, at least one; refuses one that is too large. */
export function openAtOnce(bytes: number, sharedBytes: number, limitBytes: number): number {
  if (bytes > CORE_MEMORY_LIMIT_BYTES)
    throw new TooLargeError(
      `a run of training would need ${gibibytes(bytes)} of memory and can have 4 GiB; fewer or narrower layers, smaller batches, or fewer samples, would be right`,
    );
  const left = limitBytes - sharedBytes;
  if (bytes > left)
    throw new TooLargeError(
      `a run of training would need ${gibibytes(bytes + sharedBytes)} of memory, and ${gibibytes(limitBytes)} may be used; fewer or narrower layers, smaller batches, or fewer samples, would be right`,
    );
  return Math.floor(left / bytes);
}

function gibibytes(bytes: number): string {
  const gib = bytes / 2 ** 30;
  return `${gib < 10 ? gib.toFixed(1) : Math.round(gib)} GiB`;
}
