// One batch for all seeds. Where `data` is drawn, every seed of `replicates` draws its own, and theory has seen the
// first's alone: fine for a band, too coarse where a shift of order 1/width is to be seen.
import { writeNpy } from "../../formats/npy";
import { Chance } from "./chance";

/** Samples and features. */
export type BatchSize = readonly [number, number];

const pathOf = ([samples, features]: BatchSize) => `${samples}x${features}.npy`;

/** The `data` of a spec. */
export const fixedData = (size: BatchSize) => ({ source: "file", path: pathOf(size) }) as const;

/** The files of a host, a batch each: independent N(0, 1) inputs, every sample scaled to mean square 1. */
export function fixedInputs(sizes: readonly BatchSize[]): ReadonlyMap<string, Uint8Array> {
  return new Map(sizes.map((size) => [pathOf(size), drawn(size)]));
}

function drawn([samples, features]: BatchSize): Uint8Array {
  const chance = new Chance(5);
  const data = new Float32Array(samples * features);
  for (let s = 0; s < samples; s++) {
    const row = Array.from({ length: features }, () => chance.normal());
    const rms = Math.sqrt(row.reduce((total, x) => total + x * x, 0) / features);
    row.forEach((x, i) => (data[s * features + i] = x / rms));
  }
  return writeNpy({ name: "", shape: [samples, features], dtype: "float32", data });
}
