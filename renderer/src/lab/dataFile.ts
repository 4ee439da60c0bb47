// Files that were picked or dropped as inputs -> the fields by which a spec names them. Looks at names and at the
// first bytes; reads nothing more: what is wrong inside is the run's to say.
import { openNpz } from "../../../core-as/formats/npz";
import type { FileDataSpec } from "../../../core-as/spec/experiment";
import { pathForm } from "../../../core-as/spec/resolve";

export interface GivenFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export type FileFields = Pick<FileDataSpec, "path" | "label" | "images" | "labels" | "inputs">;

export type ReadFields =
  | { readonly fields: FileFields; readonly files: ReadonlyMap<string, Uint8Array> }
  | { readonly problem: string };

/** For the file dialog. */
export const DATA_ENDINGS = [".csv", ".tsv", ".txt", ".npy", ".npz", ".gz", ".idx", ".ubyte"] as const;

export const IDX_ENDINGS = [".gz", ".idx", ".idx1-ubyte", ".ubyte"] as const;

const DATA_NAME = /\.(csv|tsv|npy|npz)(\.gz)?$|idx\d-ubyte(\.gz)?$|\.idx$/i;

/** By its name: one that is meant as inputs wherever it is dropped. */
export const isDataFile = (name: string): boolean => DATA_NAME.test(name);

/** `known`: the files in hand; another file of the same name gets a name of its own. */
export function fieldsOf(given: readonly GivenFile[], known: ReadonlyMap<string, Uint8Array>): ReadFields {
  const files = new Map<string, Uint8Array>();
  const pathOf = ({ name, bytes }: GivenFile): string => {
    const path = freeName(name, bytes, known);
    files.set(path, bytes);
    return path;
  };
  const [first, second] = given;
  if (!first) return { problem: "no file was given" };
  const empty = given.find(({ bytes }) => bytes.length === 0);
  if (empty) return { problem: `${empty.name} is empty; rows of numbers are needed` };
  if (given.length > 2 || (second && !given.every(isIdx)))
    return { problem: "give one file, or the two of an IDX pair: images and labels" };
  if (given.some(isIdx)) {
    const images = given.find((file) => !isLabels(file));
    const labels = given.find(isLabels);
    if (!images || (second && !labels))
      return { problem: `${first.name} holds labels; give the IDX file of images with it` };
    return {
      fields: { images: pathOf(images), ...(labels ? { labels: pathOf(labels) } : {}) },
      files,
    };
  }
  const form = pathForm(first.name);
  if (form === null && !isText(first.bytes))
    return { problem: `${first.name} is no .csv, .npy, .npz or IDX file` };
  if (form === "npz") return npzFields(pathOf(first), first.bytes, files);
  const label = form === "npy" ? null : labelColumn(first.bytes);
  return { fields: { path: pathOf(first), ...(label === null ? {} : { label }) }, files };
}

/** The labels of IDX images that are in hand already. */
export function labelsOf(given: readonly GivenFile[], known: ReadonlyMap<string, Uint8Array>): ReadFields {
  const [file] = given;
  if (!file || given.length > 1) return { problem: "give one file: the IDX file of labels" };
  if (!isIdx(file) || !isLabels(file))
    return {
      problem: `${file.name} is no IDX file of labels, one byte a row; its name is mostly …-labels-idx1-ubyte`,
    };
  const labels = freeName(file.name, file.bytes, known);
  return { fields: { labels }, files: new Map([[labels, file.bytes]]) };
}

const INPUT_ARRAYS = ["inputs", "x_train", "x", "data", "images", "features"];
const LABEL_ARRAYS = ["labels", "y_train", "y", "target", "targets"];

/** The arrays by their usual names, where the archive has such; what it lacks is the run's to say. */
function npzFields(path: string, bytes: Uint8Array, files: ReadonlyMap<string, Uint8Array>): ReadFields {
  let names: readonly string[];
  try {
    ({ names } = openNpz(bytes, path));
  } catch (error) {
    return { problem: `${path}: ${error instanceof Error ? error.message : String(error)}` };
  }
  const named = (usual: readonly string[]) =>
    usual.map((one) => names.find((name) => name.toLowerCase() === one)).find((name) => name !== undefined);
  const labels = named(LABEL_ARRAYS);
  const inputs = named(INPUT_ARRAYS) ?? names.find((name) => name !== labels);
  if (inputs === undefined) return { problem: `${path} holds no array of inputs` };
  return { fields: { path, inputs, ...(labels === undefined ? {} : { labels }) }, files };
}

/** What the spec names, for people. */
export function fileTitle({ path, images }: FileFields): string {
  return path ?? images ?? "";
}

/** Another file of that name gets a number; the same bytes keep it. */
export function freeName(name: string, bytes: Uint8Array, known: ReadonlyMap<string, Uint8Array>): string {
  const [, stem = name, end = ""] = /^(.*?)((?:\.\w+){0,2})$/.exec(name) ?? [];
  for (let i = 1; ; i++) {
    const path = i === 1 ? name : `${stem} (${i})${end}`;
    const other = known.get(path);
    if (!other || areSame(other, bytes)) return path;
  }
}

function areSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Two zero bytes, a type, and the number of dimensions; packed ones are known by their name. */
function isIdx({ name, bytes }: GivenFile): boolean {
  if (/idx\d|[.-]idx\b|ubyte/i.test(name)) return true;
  return (
    bytes.length > 4 && bytes[0] === 0 && bytes[1] === 0 && bytes[2]! >= 8 && bytes[3]! >= 1 && bytes[3]! <= 4
  );
}

function isLabels({ name, bytes }: GivenFile): boolean {
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return isPacked ? /idx1|label/i.test(name) : bytes[3] === 1;
}

function isText(bytes: Uint8Array): boolean {
  return (bytes[0] === 0x1f && bytes[1] === 0x8b) || !bytes.subarray(0, 4096).includes(0);
}

const LABEL_NAMES = /^(label|labels|class|classes|target|species|y|digit)$/i;
/** A row of names is not longer than this. */
const HEADER_BYTES = 65_536;

/** A column whose name says that it holds the labels; null where there is none. */
function labelColumn(bytes: Uint8Array): string | null {
  const text = new TextDecoder().decode(bytes.subarray(0, HEADER_BYTES));
  const line = /^\uFEFF?([^\r\n]*)/.exec(text)?.[1] ?? "";
  const cells = line.split(/[,;\t|]/).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
  return cells.length < 2 ? null : (cells.find((cell) => LABEL_NAMES.test(cell)) ?? null);
}
