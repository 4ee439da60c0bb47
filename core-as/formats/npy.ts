// NPY, numpy's file of one array (numpy/lib/_format_impl.py, versions 1.0, 2.0, 3.0), read and written.
// Own code and not npyjs: 1.2.0 reads big-endian as if it were little-endian, takes the values' number from the file's
// length and not from the shape (a truncated file gives a shorter array, no error), leaves Fortran order to the caller,
// ignores what it cannot parse of the header, and its parser brings along fetch and Blob.
import { strFromU8 } from "fflate";
import { FormatError } from "./error";
import { fromFloat16 } from "./half";
import { parseNpyHeader } from "./npyHeader";
import {
  type Dtype,
  type Tensor,
  arrayOver,
  bytesOf,
  elementsOf,
  isWhole,
  joined,
  rawBytes,
  copyOf,
} from "./tensor";

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** numpy refuses headers past 10,000 characters; no plain array needs a tenth of that. */
const MAX_HEADER_BYTES = 65536;

const DTYPES: Readonly<Record<string, Dtype | "float16">> = {
  f2: "float16",
  f4: "float32",
  f8: "float64",
  i1: "int8",
  i2: "int16",
  i4: "int32",
  i8: "int64",
  u1: "uint8",
  u2: "uint16",
  u4: "uint32",
  u8: "uint64",
  b1: "bool",
};
const DESCR = new Map<Dtype, string>([
  ["float32", "<f4"],
  ["float64", "<f8"],
  ["int32", "<i4"],
  ["uint8", "|u1"],
]);

/** What the head of the file says, checked against the bytes that are there. */
interface Head {
  readonly shape: readonly number[];
  readonly elements: number;
  readonly stored: Dtype | "float16";
  readonly itemBytes: number;
  readonly bigEndian: boolean;
  readonly fortran: boolean;
  readonly dataAt: number;
}

/** Reads a whole file; `where` names it in errors, `name` becomes the tensor's. */
export function readNpy(bytes: Uint8Array, where: string, name = ""): Tensor {
  const head = readHead(bytes, where);
  // The slice owns its bytes, starts aligned, and is no longer than the file.
  const raw = copyOf(bytes, head.dataAt, head.dataAt + head.elements * head.itemBytes);
  const ordered = head.fortran ? toRowMajor(raw, head.shape, head.itemBytes) : raw;
  if (head.bigEndian) swapBytes(ordered, head.itemBytes);
  const buffer = ordered.buffer as ArrayBuffer;
  if (head.stored === "float16") {
    return { name, shape: head.shape, dtype: "float32", data: fromFloat16(new Uint16Array(buffer)) };
  }
  return { name, shape: head.shape, dtype: head.stored, data: arrayOver(head.stored, buffer) };
}

/** Nothing is allocated for the values before their bytes are known to be there, and no others. */
function readHead(bytes: Uint8Array, where: string): Head {
  if (bytes.length === 0) throw new FormatError(where, "is empty: an NPY file begins with \\x93NUMPY");
  if (MAGIC.some((byte, i) => bytes[i] !== byte))
    throw new FormatError(
      where,
      "is not an NPY file: it should begin with the bytes \\x93NUMPY, as numpy.save writes",
    );
  const major = bytes[6];
  const minor = bytes[7];
  const lengthBytes = major === 1 ? 2 : 4;
  if (bytes.length < 8 + lengthBytes) throw cut(where, bytes.length, 8 + lengthBytes, "the header's length");
  if (!(major === 1 || major === 2 || major === 3) || minor !== 0)
    throw new FormatError(where, `has NPY version ${major}.${minor}; 1.0, 2.0 and 3.0 are known`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const headerBytes = lengthBytes === 2 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (headerBytes > MAX_HEADER_BYTES)
    throw new FormatError(
      where,
      `declares a header of ${headerBytes} bytes; at most ${MAX_HEADER_BYTES} are read`,
    );
  const dataAt = 8 + lengthBytes + headerBytes;
  if (bytes.length < dataAt) throw cut(where, bytes.length, dataAt, "the header");
  const text = strFromU8(bytes.subarray(8 + lengthBytes, dataAt), major < 3);
  const { descr, fortran, shape } = parseNpyHeader(text, where, 8 + lengthBytes);

  const order = descr[0]!;
  const code = descr.slice(1);
  const stored = Object.hasOwn(DTYPES, code) ? DTYPES[code] : undefined;
  if (stored === undefined || !"<>|".includes(order))
    throw new FormatError(
      where,
      `holds the type ${JSON.stringify(descr)}; booleans, integers and floats of 2, 4 or 8 bytes are read: save with .astype("float32")`,
    );
  const itemBytes = stored === "float16" ? 2 : bytesOf(stored);
  if (order === "|" && itemBytes > 1)
    throw new FormatError(
      where,
      `gives the type ${JSON.stringify(descr)} no byte order; "<" or ">" must stand in front`,
    );
  const elements = elementsOf(shape);
  if (elements === null || !Number.isSafeInteger(elements * itemBytes))
    throw new FormatError(where, `has the shape (${shape.join(", ")}), more than can be counted`);
  const end = dataAt + elements * itemBytes;
  if (bytes.length < end) throw cut(where, bytes.length, end, `the shape (${shape.join(", ")}) of ${descr}`);
  if (bytes.length > end)
    throw new FormatError(
      where,
      `goes on for ${bytes.length - end} bytes after the array, which ends at byte ${end}; one array a file is read`,
    );
  return { shape, elements, stored, itemBytes, bigEndian: order === ">", fortran, dataAt };
}

/** Version 1.0, C order, padded by spaces so that the data begin at a multiple of 64 bytes, as numpy writes. */
export function writeNpy(tensor: Tensor): Uint8Array {
  return joined(npyParts(tensor));
}

/** Header and data, the data not copied. */
export function npyParts(tensor: Tensor): readonly [Uint8Array, Uint8Array] {
  const descr = DESCR.get(tensor.dtype);
  if (descr === undefined)
    throw new FormatError(
      tensor.name,
      `has the type ${tensor.dtype}; NPY is written from ${[...DESCR.keys()].join(", ")}`,
    );
  if (!isWhole(tensor))
    throw new FormatError(
      tensor.name,
      `holds ${tensor.data.length} values, which do not fill the shape (${tensor.shape.join(", ")}) of ${tensor.dtype}`,
    );
  const shape = tensor.shape.length === 1 ? `${tensor.shape[0]},` : tensor.shape.join(", ");
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }`;
  const total = Math.ceil((10 + text.length + 1) / 64) * 64;
  const header = new Uint8Array(total).fill(0x20);
  header.set([...MAGIC, 1, 0, (total - 10) & 255, (total - 10) >> 8]);
  for (let i = 0; i < text.length; i++) header[10 + i] = text.charCodeAt(i);
  header[total - 1] = 0x0a;
  return [header, rawBytes(tensor)];
}

/** Fortran order, first index fastest, to C order, last index fastest. */
function toRowMajor(raw: Uint8Array, shape: readonly number[], itemBytes: number): Uint8Array {
  const out = new Uint8Array(raw.length);
  const strides: number[] = [];
  let stride = itemBytes;
  for (const size of shape) {
    strides.push(stride);
    stride *= size;
  }
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < out.length; to += itemBytes) {
    for (let b = 0; b < itemBytes; b++) out[to + b] = raw[from + b]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return out;
}

function swapBytes(raw: Uint8Array, itemBytes: number): void {
  for (let at = 0; at < raw.length; at += itemBytes) {
    for (let low = at, high = at + itemBytes - 1; low < high; low++, high--) {
      const byte = raw[low]!;
      raw[low] = raw[high]!;
      raw[high] = byte;
    }
  }
}

function cut(where: string, have: number, need: number, what: string): FormatError {
  return new FormatError(where, `is cut short: ${what} needs ${need} bytes, the file has ${have}`);
}
