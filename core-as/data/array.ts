// Arrays of NPY and NPZ -> batch. How those files are read is handed in, so this folder knows no format of tensors.
import { type Batch, checkFinite, checkSize } from "./batch";
import { DataError, absentName } from "./error";
import { numberClasses } from "./labels";

/** An array in C order; any tensor of core-as/formats is one. */
export interface NumericArray {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number> | ArrayLike<bigint>;
}

export interface ArrayArchive {
  readonly names: readonly string[];
  read(name: string): NumericArray;
}

/** [samples, ...] of any further dimensions, flattened; labels [samples] or [samples, 1]. */
export function arrayBatch(
  inputs: NumericArray,
  path: string,
  labels: NumericArray | null,
  labelsPath: string,
): Batch {
  const [samples = 0, ...rest] = inputs.shape;
  if (inputs.shape.length < 2)
    throw new DataError(
      path,
      `has the shape (${inputs.shape.join(", ")}); inputs are [samples, features]: one feature is .reshape(-1, 1)`,
    );
  const features = rest.reduce((product, size) => product * size, 1);
  checkSize(samples, features, path);
  const values = toFloat32(inputs.data);
  checkFinite(values, features, path);
  if (labels === null) return { samples, features, inputs: values, labels: null, classes: null };

  const isColumn = labels.shape.length === 1 || (labels.shape.length === 2 && labels.shape[1] === 1);
  if (!isColumn || labels.shape[0] !== samples)
    throw new DataError(
      labelsPath,
      `has the shape (${labels.shape.join(", ")}); for ${samples} samples the labels are (${samples},), a whole number each`,
    );
  const numbers = Array.from(labels.data, Number);
  return {
    samples,
    features,
    inputs: values,
    ...numberClasses(numbers, labelsPath, (i) => ({ row: i + 1 })),
  };
}

/** Without `labelsName` the array "labels" is taken where there is one. */
export function archiveBatch(
  archive: ArrayArchive,
  path: string,
  inputsName = "inputs",
  labelsName?: string,
): Batch {
  const { names } = archive;
  const demand = (name: string): NumericArray => {
    if (!names.includes(name)) throw new DataError(path, absentName("array", name, names));
    return archive.read(name);
  };
  const inputs = demand(inputsName);
  const labels = labelsName ?? (names.includes("labels") && inputsName !== "labels" ? "labels" : null);
  return arrayBatch(
    inputs,
    `${path}:${inputsName}`,
    labels === null ? null : demand(labels),
    labels === null ? path : `${path}:${labels}`,
  );
}

function toFloat32(values: ArrayLike<number> | ArrayLike<bigint>): Float32Array {
  if (values instanceof Float32Array) return values;
  const out = new Float32Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = Number(values[i]);
  return out;
}
