// What every source of this folder ends in, and how large it may be.
import { DataError } from "./error";

export interface Batch {
  readonly samples: number;
  readonly features: number;
  /** [samples, features], contiguous, finite, in the file's own units. */
  readonly inputs: Float32Array;
  /** [samples], each 0 .. classes - 1. */
  readonly labels: Int32Array | null;
  readonly classes: number | null;
  /** [classes]: what the file calls each class. */
  readonly classNames?: readonly string[];
}

export const MAX_SAMPLES = 1_000_000;
export const MAX_FEATURES = 16_384;
/** 1 GiB of float32. */
export const MAX_ELEMENTS = 2 ** 28;

/** To be called before anything of that size is allocated. */
export function checkSize(samples: number, features: number, path: string): void {
  if (samples === 0) throw new DataError(path, "holds no samples; at least one row is needed");
  if (features === 0) throw new DataError(path, "holds samples without features; at least one is needed");
  if (features > MAX_FEATURES)
    throw new DataError(path, `has ${features} features a sample; at most ${MAX_FEATURES} are taken`);
  if (samples > MAX_SAMPLES)
    throw new DataError(path, `has ${samples} samples; at most ${MAX_SAMPLES} are taken: cut the file`);
  if (samples * features > MAX_ELEMENTS)
    throw new DataError(
      path,
      `has ${samples} x ${features} = ${samples * features} numbers; at most ${MAX_ELEMENTS} are taken: cut the file`,
    );
}

/** NaN and infinities in a file are a mistake there: they would spread to every figure. */
export function checkFinite(inputs: Float32Array, features: number, path: string): void {
  for (let i = 0; i < inputs.length; i++) {
    if (!Number.isFinite(inputs[i]!))
      throw new DataError(path, `holds ${inputs[i]} (as float32); every input must be a finite number`, {
        row: Math.floor(i / features) + 1,
        column: (i % features) + 1,
      });
  }
}
