// Some rows of a batch, in an order that is drawn elsewhere.
import type { Batch } from "./batch";
import { DataError } from "./error";

/** The rows order[0] .. order[count - 1]. The classes stay those of the whole. */
export function selectRows(batch: Batch, order: Uint32Array, count: number, path: string): Batch {
  const { samples, features } = batch;
  if (!Number.isInteger(count) || count < 1 || count > samples)
    throw new DataError(path, `${count} samples are asked for; the data have ${samples}`);
  if (order.length < count) throw new RangeError(`order has ${order.length} rows, ${count} are to be taken`);
  const inputs = new Float32Array(count * features);
  const labels = batch.labels === null ? null : new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const row = order[i]!;
    if (row >= samples) throw new RangeError(`order[${i}] is ${row}, of ${samples} rows`);
    inputs.set(batch.inputs.subarray(row * features, (row + 1) * features), i * features);
    if (labels !== null) labels[i] = batch.labels![row]!;
  }
  return { ...batch, samples: count, inputs, labels };
}
