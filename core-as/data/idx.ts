// IDX, the format of MNIST and its kin (yann.lecun.com/exdb/mnist): two zero bytes, a type, the number of dimensions,
// big-endian sizes, big-endian values. A pair of files: samples first, labels second.
// Pixels come out as they are, 0 .. 255 for bytes: no hidden scaling; `standardize` is there for that.
import { type Batch, checkFinite, checkSize } from "./batch";
import { DataError } from "./error";
import { numberClasses } from "./labels";

interface Type {
  readonly name: string;
  readonly bytes: number;
  readonly get: (view: DataView, at: number) => number;
}

const TYPES: ReadonlyMap<number, Type> = new Map([
  [0x08, { name: "uint8", bytes: 1, get: (view, at) => view.getUint8(at) }],
  [0x09, { name: "int8", bytes: 1, get: (view, at) => view.getInt8(at) }],
  [0x0b, { name: "int16", bytes: 2, get: (view, at) => view.getInt16(at) }],
  [0x0c, { name: "int32", bytes: 4, get: (view, at) => view.getInt32(at) }],
  [0x0d, { name: "float32", bytes: 4, get: (view, at) => view.getFloat32(at) }],
  [0x0e, { name: "float64", bytes: 8, get: (view, at) => view.getFloat64(at) }],
] satisfies [number, Type][]);

/** A file by its path, already unpacked. */
export interface IdxFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export function readIdx(images: IdxFile, labels: IdxFile | null): Batch {
  const head = readHead(images);
  const [samples = 0, ...rest] = head.shape;
  if (head.shape.length < 2)
    throw new DataError(
      images.path,
      "has one dimension, as files of labels do; images have two or more: are the two paths swapped?",
    );
  const features = rest.reduce((product, size) => product * size, 1);
  checkSize(samples, features, images.path);
  checkBytes(images, head);
  const inputs = new Float32Array(samples * features);
  readValues(images, head, inputs);
  checkFinite(inputs, features, images.path);
  if (labels === null) return { samples, features, inputs, labels: null, classes: null };

  const labelHead = readHead(labels);
  if (labelHead.shape.length !== 1)
    throw new DataError(
      labels.path,
      `has ${labelHead.shape.length} dimensions; labels have one: are the two paths swapped?`,
    );
  if (labelHead.shape[0] !== samples)
    throw new DataError(
      labels.path,
      `holds ${labelHead.shape[0]} labels for the ${samples} images of ${images.path}`,
    );
  checkBytes(labels, labelHead);
  const values = new Float64Array(samples);
  readValues(labels, labelHead, values);
  return { samples, features, inputs, ...numberClasses(values, labels.path, (i) => ({ row: i + 1 })) };
}

interface Head {
  readonly type: Type;
  readonly shape: readonly number[];
  readonly dataAt: number;
}

function readHead({ path, bytes }: IdxFile): Head {
  if (bytes.length === 0) throw new DataError(path, "is empty; an IDX file is needed");
  if (bytes.length < 4)
    throw new DataError(path, `is cut short: an IDX file begins with 4 bytes, this has ${bytes.length}`);
  const type = TYPES.get(bytes[2]!);
  const dimensions = bytes[3]!;
  if (bytes[0] !== 0 || bytes[1] !== 0 || type === undefined || dimensions === 0)
    throw new DataError(
      path,
      "is not an IDX file: it should begin with two zero bytes, a type (08 09 0b 0c 0d 0e) and the number of dimensions",
    );
  const dataAt = 4 + 4 * dimensions;
  if (bytes.length < dataAt)
    throw new DataError(
      path,
      `is cut short: ${dimensions} sizes need ${dataAt} bytes, the file has ${bytes.length}`,
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  return { type, shape, dataAt };
}

function checkBytes({ path, bytes }: IdxFile, { type, shape, dataAt }: Head): void {
  const need = dataAt + shape.reduce((product, size) => product * size, 1) * type.bytes;
  if (bytes.length !== need)
    throw new DataError(
      path,
      `${bytes.length < need ? "is cut short" : "is too long"}: ${shape.join(" x ")} values of ${type.name} need ${need} bytes, the file has ${bytes.length}`,
    );
}

function readValues({ bytes }: IdxFile, { type, dataAt }: Head, out: Float32Array | Float64Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let i = 0; i < out.length; i++) out[i] = type.get(view, dataAt + i * type.bytes);
}
