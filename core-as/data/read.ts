// Data of a spec's files: which they are, and what they hold. Reads no disk: the bytes are handed in by path.
import type { FileDataSpec } from "../spec/experiment";
import { type ArrayArchive, type NumericArray, archiveBatch, arrayBatch } from "./array";
import { type Batch, MAX_ELEMENTS } from "./batch";
import { MAX_TEXT_BYTES, readCsv } from "./csv";
import { DataError } from "./error";
import { readIdx } from "./idx";

/** `readers` of core-as/formats, handed in: the two folders do not import each other. */
export interface Readers {
  /** Refuses to unpack more than `maxBytes`. */
  readonly gunzip: (bytes: Uint8Array, where: string, maxBytes: number) => Uint8Array;
  readonly readNpy: (bytes: Uint8Array, where: string) => NumericArray;
  readonly openNpz: (bytes: Uint8Array, where: string) => ArrayArchive;
}

type Kind = "csv" | "npy" | "npz" | "idx";

/** The fields beside source, samples and sha256 that each kind of file takes. */
const FIELDS: Readonly<Record<Kind, readonly (keyof FileDataSpec)[]>> = {
  csv: ["path", "label"],
  npy: ["path"],
  npz: ["path", "inputs", "labels"],
  idx: ["images", "labels"],
};
/** The largest batch as float32, and its header; a small .gz may claim to hold any amount. */
const MAX_BINARY_BYTES = 4 * MAX_ELEMENTS + 1024;
const OPTIONAL = ["path", "label", "images", "labels", "inputs"] as const;

/** The files to be handed to readFileData, as the spec names them. */
export function pathsOf(spec: FileDataSpec): string[] {
  const { kind, path } = kindOf(spec);
  return kind === "idx" && spec.labels !== undefined ? [path, spec.labels] : [path];
}

export function readFileData(
  spec: FileDataSpec,
  files: ReadonlyMap<string, Uint8Array>,
  readers: Readers,
): Batch {
  const { kind, path } = kindOf(spec);
  const maxBytes = kind === "csv" ? MAX_TEXT_BYTES : MAX_BINARY_BYTES;
  const bytesOf = (name: string): Uint8Array => {
    const bytes = files.get(name);
    if (bytes === undefined) throw new DataError(name, "was not handed in; its bytes are needed");
    return bytes[0] === 0x1f && bytes[1] === 0x8b ? readers.gunzip(bytes, name, maxBytes) : bytes;
  };
  const bytes = bytesOf(path);
  switch (kind) {
    case "csv":
      return readCsv(bytes, path, spec.label);
    case "npy":
      return arrayBatch(readers.readNpy(bytes, path), path, null, path);
    case "npz":
      return archiveBatch(readers.openNpz(bytes, path), path, spec.inputs, spec.labels);
    case "idx": {
      const { labels } = spec;
      return readIdx({ path, bytes }, labels === undefined ? null : { path: labels, bytes: bytesOf(labels) });
    }
  }
}

function kindOf(spec: FileDataSpec): { kind: Kind; path: string } {
  const path = spec.images ?? spec.path;
  if (path === undefined)
    throw new DataError(
      "data",
      'names no file; give "path" (.csv, .npy, .npz), or "images" and "labels" of an IDX pair',
    );
  const kind = spec.images !== undefined ? "idx" : kindOfPath(path);
  if (kind === null)
    throw new DataError(
      path,
      'is of no known kind; .csv, .csv.gz, .npy and .npz are read by "path", an IDX pair by "images" and "labels"',
    );
  const stray = OPTIONAL.find((field) => spec[field] !== undefined && !FIELDS[kind].includes(field));
  if (stray !== undefined) {
    const fields = FIELDS[kind].map((field) => `"${field}"`).join(" and ");
    throw new DataError(path, `"${stray}" does not go with ${kind.toUpperCase()} data, which take ${fields}`);
  }
  return { kind, path };
}

function kindOfPath(path: string): Kind | null {
  const suffix = /\.(csv|npy|npz)(?:\.gz)?$/i.exec(path)?.[1];
  return suffix === undefined ? null : (suffix.toLowerCase() as Kind);
}
