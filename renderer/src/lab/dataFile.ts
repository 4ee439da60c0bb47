// Data files handed over without a word: what a spec's `data` has to say so that they are read. Guesses the names of
// columns and arrays by how they are usually called, and says so by what it puts in the spec, where it can be changed.
import { SpecError } from "../../../core-as/spec/errors";
import type { FileDataSpec } from "../../../core-as/spec/experiment";
import { openNpz } from "../../../core-as/formats/npz";
import type { PickedFile } from "../../../app/contract/shell";

const KINDS = /\.(csv|npy|npz)(\.gz)?$|idx\d-ubyte(\.gz)?$/i;
const LABEL_COLUMN = /^(labels?|class|target|species|digit|y)$/i;
const INPUT_ARRAYS = ["inputs", "x_train", "x", "data", "images", "features"];
const LABEL_ARRAYS = ["labels", "y_train", "y", "target", "targets"];
/** A header line is no longer. */
const HEADER_BYTES = 1 << 16;

export const isDataFile = (name: string): boolean => KINDS.test(name);

/** `samples` null: all rows. Throws a SpecError that names the file. */
export function dataOf(files: readonly PickedFile[]): Omit<FileDataSpec, "sha256"> {
  const [first, second, ...others] = files;
  if (!first || others.length > 0) throw refusal("data", "drop one data file, or the two of an IDX pair");
  const start = { source: "file", samples: null } as const;
  if (second) {
    const labels = files.find(({ name }) => /label|idx1/i.test(name));
    const images = files.find((file) => file !== labels);
    if (!labels || !images || !files.every(({ name }) => /idx\d/i.test(name)))
      throw refusal(
        `${first.name}, ${second.name}`,
        "are two files; only an IDX pair of images and labels is",
      );
    return { ...start, images: images.name, labels: labels.name };
  }
  const { name: path, bytes } = first;
  if (/idx\d/i.test(path)) return { ...start, images: path };
  if (/\.npz$/i.test(path)) return { ...start, path, ...arraysOf(bytes, path) };
  const label = /\.csv$/i.test(path) ? labelColumn(bytes) : undefined;
  return { ...start, path, ...(label === undefined ? {} : { label }) };
}

function arraysOf(bytes: Uint8Array, path: string): { inputs: string; labels?: string } {
  const { names } = openNpz(bytes, path);
  const named = (usual: readonly string[]) =>
    usual.map((one) => names.find((name) => name.toLowerCase() === one)).find((name) => name !== undefined);
  const labels = named(LABEL_ARRAYS);
  const inputs = named(INPUT_ARRAYS) ?? names.find((name) => name !== labels);
  if (inputs === undefined) throw refusal(path, "holds no array of inputs");
  return { inputs, ...(labels === undefined ? {} : { labels }) };
}

function labelColumn(bytes: Uint8Array): string | undefined {
  const header = new TextDecoder().decode(bytes.subarray(0, HEADER_BYTES)).split(/\r?\n/, 1)[0] ?? "";
  return header
    .split(",")
    .map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"))
    .find((cell) => LABEL_COLUMN.test(cell));
}

function refusal(path: string, message: string): SpecError {
  return new SpecError([{ path, message }]);
}
