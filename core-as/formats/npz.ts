// NPZ, numpy's zip of NPY files: read as numpy.savez and savez_compressed write it, written stored.
// Entries that are not .npy are passed over.
import { FormatError, absentName } from "./error";
import { npyParts, readNpy } from "./npy";
import { type Archive, type Tensor, joined } from "./tensor";
import { openZip, zipBytes, zipParts } from "./zip";

const SUFFIX = ".npy";
/** Python before 3.13 and many tools stop at 2 GiB without zip64, which is not written. */
const MAX_BYTES = 2 ** 31 - 1;

export function openNpz(bytes: Uint8Array, where: string): Archive {
  const zip = openZip(bytes, where);
  const names = zip.names
    .filter((name) => name.endsWith(SUFFIX))
    .map((name) => name.slice(0, -SUFFIX.length));
  return {
    names,
    read: (name) => {
      if (!names.includes(name)) throw new FormatError(where, absentName("array", name, names));
      return readNpy(zip.read(name + SUFFIX), `${where}:${name}`, name);
    },
  };
}

export function readNpz(bytes: Uint8Array, where: string): Tensor[] {
  const archive = openNpz(bytes, where);
  return archive.names.map((name) => archive.read(name));
}

/** The same tensors give the same bytes. */
export function writeNpz(tensors: readonly Tensor[], where = "npz"): Uint8Array {
  return joined(npzParts(tensors, where));
}

/** The file in pieces to be written one after another; the tensors' data are not copied. */
export function npzParts(tensors: readonly Tensor[], where = "npz"): Uint8Array[] {
  const names = new Set<string>();
  for (const { name } of tensors) {
    if (name === "" || names.has(name))
      throw new FormatError(`${where}:${name}`, "every array needs a name of its own");
    names.add(name);
  }
  const contents = tensors.map((tensor) => ({ name: tensor.name + SUFFIX, parts: npyParts(tensor) }));
  const total = zipBytes(contents);
  if (total > MAX_BYTES)
    throw new FormatError(
      where,
      `would take ${total} bytes; an .npz holds up to 2 GiB: write .safetensors instead`,
    );
  return zipParts(contents, where);
}
