// What a run kept, as the tensors that a file is written from. Copies no data.
import type { Tensor } from "../formats/tensor";
import type { KeptTensor } from "./once";

/** In the order in which they were kept; the data is shared. */
export function keptTensors(kept: ReadonlyMap<string, KeptTensor>): Tensor[] {
  return [...kept].map(([name, { shape, data }]) => ({
    name,
    shape: [...shape],
    dtype: data instanceof Int32Array ? "int32" : "float32",
    data,
  }));
}
