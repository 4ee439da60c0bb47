// Somebody's weight matrix out of a file: .npy, .npz or .safetensors. Whether its shape suits the layer, the caller decides.
import { FormatError, listed } from "./error";
import { readNpy } from "./npy";
import { openNpz } from "./npz";
import { openSafetensors } from "./safetensors";
import { type Archive, type Tensor, toFloat32 } from "./tensor";

export interface Weights {
  /** [fan_out, fan_in] where the file keeps to the lab's and torch's order. */
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** `tensor` null: the file's only array of two dimensions, or an error that lists them. */
export function readWeights(path: string, tensor: string | null, bytes: Uint8Array): Weights {
  const { shape, data } = pick(path, tensor, bytes);
  return { shape, data: toFloat32(data) };
}

function pick(path: string, tensor: string | null, bytes: Uint8Array): Tensor {
  const suffix = /\.[^./\\]*$/.exec(path)?.[0].toLowerCase();
  if (suffix === ".npy") {
    if (tensor !== null)
      throw new FormatError(path, `holds one array without a name, so "tensor" must be left out`);
    return readNpy(bytes, path);
  }
  if (suffix === ".npz") return choose(openNpz(bytes, path), tensor, path);
  if (suffix === ".safetensors") {
    const archive = openSafetensors(bytes, path);
    return choose(archive, tensor, path, (name) => archive.shape(name));
  }
  throw new FormatError(path, "is not of a kind that weights are read from; .npy, .npz and .safetensors are");
}

function choose(
  archive: Archive,
  tensor: string | null,
  path: string,
  shapeOf = (name: string): readonly number[] => archive.read(name).shape,
): Tensor {
  if (tensor !== null) return archive.read(tensor);
  const matrices = archive.names.filter((name) => shapeOf(name).length === 2);
  const [only] = matrices;
  if (matrices.length === 1 && only !== undefined) return archive.read(only);
  throw new FormatError(
    path,
    matrices.length === 0
      ? `holds no array of two dimensions${archive.names.length > 0 ? `, only ${listed(archive.names)}` : ""}; weights are [fan_out, fan_in]`
      : `holds ${matrices.length} arrays of two dimensions; name one of them as "tensor": ${listed(matrices)}`,
  );
}
