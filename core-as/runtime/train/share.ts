// Cuts the data of an experiment into the training share and the validation share. Stream: train/split.
// Standardization goes by the training share alone, so that nothing of the validation share is seen.
import type { Batch } from "../../data/batch";
import { selectRows } from "../../data/select";
import { featureMoments, standardize } from "../../data/standardize";
import type { DataSpec, TrainSpec } from "../../spec/experiment";
import { rawBatch } from "../data";
import { RunError } from "../errors";
import type { FileBytes } from "../tasks";
import type { MeasuringCore as Core } from "../tally";

/** Rows with their labels, as they enter layer 1. */
export interface Share {
  readonly samples: number;
  /** [samples, features] */
  readonly inputs: Float32Array<ArrayBuffer>;
  readonly labels: Int32Array<ArrayBuffer>;
}

export interface Shares {
  readonly features: number;
  readonly classes: number;
  readonly training: Share;
  /** Null where nothing is kept for it. */
  readonly validation: Share | null;
  /** Loss of the best constant answer over the training share. */
  readonly constantLoss: number;
}

export interface SharesRequest {
  readonly data: DataSpec;
  readonly seed: number;
  readonly files: FileBytes;
  readonly validationShare: number;
  readonly loss: TrainSpec["loss"];
}

/** The same split for every run of one data spec and seed; both shares keep the order of the rows. */
export function cutShares(core: Core, request: SharesRequest): Shares {
  const { data, seed, files, validationShare, loss } = request;
  const batch = rawBatch(core, data, seed, files);
  const { samples, features, labels, classes } = batch;
  if (labels === null || classes === null)
    throw new RunError(
      "train",
      "training needs labels, and this data has none; data with classes would be right",
    );
  const order = core.scoped(() => {
    const words = core.words(samples);
    core.drawPermutation(words, core.streamKey("train/split", seed));
    return core.readWords(words);
  });
  const kept = Math.floor(samples * validationShare);
  const validationRows = order.slice(0, kept).sort();
  const trainingRows = order.slice(kept).sort();
  const select = (rows: Uint32Array) => selectRows(batch, rows, rows.length, "train");
  const training = select(trainingRows);
  const moments = data.standardize ? featureMoments(training) : null;
  const share = (part: Batch): Share => ({
    samples: part.samples,
    inputs: Float32Array.from(moments ? standardize(part, moments).inputs : part.inputs),
    labels: Int32Array.from(part.labels!),
  });
  return {
    features,
    classes,
    training: share(training),
    validation: kept === 0 ? null : share(select(validationRows)),
    constantLoss: constantLoss(core, training.labels!, classes, loss),
  };
}

/** Entropy of the classes; of squared error, their mean variance. */
function constantLoss(core: Core, labels: Int32Array, classes: number, loss: TrainSpec["loss"]): number {
  const counts = new Float64Array(classes);
  for (const label of labels) counts[label]!++;
  let entropy = 0;
  let squares = 0;
  for (const count of counts) {
    const share = count / labels.length;
    if (share > 0) entropy -= share * core.log64(share);
    squares += share * share;
  }
  return loss === "cross_entropy" ? entropy : (1 - squares) / classes;
}
