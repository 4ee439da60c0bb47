// Safetensors, read and written to its format description (huggingface/safetensors, README "Format"):
// 8 bytes of header length, a JSON header padded by spaces to 8 bytes, then the data without gaps.
// Own code: there is no library. As strict as the reference: offsets lie in the file, touch, and do not overlap.
import { strFromU8, strToU8 } from "fflate";
import { FormatError, absentName, listed, shown } from "./error";
import { fromBfloat16, fromFloat16 } from "./half";
import {
  type Archive,
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

const MAX_HEADER_BYTES = 100_000_000;
const METADATA = "__metadata__";

const DTYPES = new Map<string, Dtype | "float16" | "bfloat16">([
  ["F32", "float32"],
  ["F64", "float64"],
  ["F16", "float16"],
  ["BF16", "bfloat16"],
  ["I8", "int8"],
  ["I16", "int16"],
  ["I32", "int32"],
  ["I64", "int64"],
  ["U8", "uint8"],
  ["U16", "uint16"],
  ["U32", "uint32"],
  ["U64", "uint64"],
  ["BOOL", "bool"],
]);
const CODES = new Map([...DTYPES].map(([code, dtype]) => [dtype, code]));

export interface Safetensors extends Archive {
  readonly metadata: Readonly<Record<string, string>>;
  shape(name: string): readonly number[];
}

interface Slot {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: Dtype | "float16" | "bfloat16";
  /** From the first byte of the data. */
  readonly begin: number;
  readonly end: number;
}

export function openSafetensors(bytes: Uint8Array, where: string): Safetensors {
  const { json, dataAt } = readHeader(bytes, where);
  const slots = new Map<string, Slot>();
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(json)) {
    if (name === METADATA) readMetadata(value, metadata, where);
    else slots.set(name, readSlot(name, value, `${where}:${name}`));
  }
  checkCover([...slots.values()], bytes.length - dataAt, where);
  const find = (name: string): Slot => {
    const slot = slots.get(name);
    if (slot === undefined) throw new FormatError(where, absentName("tensor", name, [...slots.keys()]));
    return slot;
  };
  return {
    metadata,
    names: [...slots.keys()],
    shape: (name) => find(name).shape,
    read: (name) => {
      const { shape, dtype, begin, end } = find(name);
      const { buffer } = copyOf(bytes, dataAt + begin, dataAt + end);
      if (dtype === "float16")
        return { name, shape, dtype: "float32", data: fromFloat16(new Uint16Array(buffer)) };
      if (dtype === "bfloat16")
        return { name, shape, dtype: "float32", data: fromBfloat16(new Uint16Array(buffer)) };
      return { name, shape, dtype, data: arrayOver(dtype, buffer) };
    },
  };
}

export function readSafetensors(bytes: Uint8Array, where: string): Tensor[] {
  const archive = openSafetensors(bytes, where);
  return archive.names.map((name) => archive.read(name));
}

function readHeader(bytes: Uint8Array, where: string): { json: object; dataAt: number } {
  if (bytes.length < 8)
    throw new FormatError(
      where,
      `is ${bytes.length === 0 ? "empty" : "cut short"}: a safetensors file begins with 8 bytes of header length, the file has ${bytes.length}`,
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const headerBytes = view.getBigUint64(0, true);
  if (headerBytes > MAX_HEADER_BYTES)
    throw new FormatError(
      where,
      `declares a header of ${headerBytes} bytes, where ${MAX_HEADER_BYTES} are the most: it is hardly a safetensors file`,
    );
  const dataAt = 8 + Number(headerBytes);
  if (bytes.length < dataAt)
    throw new FormatError(
      where,
      `is cut short: the header needs ${dataAt} bytes, the file has ${bytes.length}`,
    );
  if (bytes[8] !== 0x7b || headerBytes === 0n)
    throw new FormatError(where, "is not a safetensors file: its header should begin with { at byte 8");
  let json: unknown;
  try {
    json = JSON.parse(strFromU8(bytes.subarray(8, dataAt)));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FormatError(where, `has a header that is not JSON (${oneLine(reason)})`);
  }
  // A text that begins with { parses to an object or not at all.
  return { json: json as object, dataAt };
}

function readMetadata(value: unknown, into: Record<string, string>, where: string): void {
  if (!isRecord(value)) throw new FormatError(`${where}:${METADATA}`, "should be an object of strings");
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== "string")
      throw new FormatError(`${where}:${METADATA}`, `${shown(key)} should be a string`);
    Object.defineProperty(into, key, { value: text, enumerable: true, configurable: true, writable: true });
  }
}

function readSlot(name: string, value: unknown, where: string): Slot {
  if (!isRecord(value)) throw new FormatError(where, "should be an object of dtype, shape and data_offsets");
  const stray = Object.keys(value).find((key) => !["dtype", "shape", "data_offsets"].includes(key));
  if (stray !== undefined)
    throw new FormatError(
      where,
      `has the unknown key ${shown(stray)}; dtype, shape and data_offsets are known`,
    );
  const code = value["dtype"];
  const dtype = typeof code === "string" ? DTYPES.get(code) : undefined;
  if (dtype === undefined)
    throw new FormatError(
      where,
      `has the dtype ${typeof code === "string" ? shown(code) : "of no name"}; read are ${[...DTYPES.keys()].join(", ")}`,
    );
  const shape = value["shape"];
  if (!isSizes(shape)) throw new FormatError(where, "should have a shape of whole numbers >= 0");
  const elements = elementsOf(shape);
  const offsets = value["data_offsets"];
  if (!isSizes(offsets) || offsets.length !== 2)
    throw new FormatError(where, "should have data_offsets of two whole numbers, begin and end");
  const [begin, end] = offsets as readonly [number, number];
  const itemBytes = dtype === "float16" || dtype === "bfloat16" ? 2 : bytesOf(dtype);
  if (elements === null || end - begin !== elements * itemBytes)
    throw new FormatError(
      where,
      `has ${end - begin} bytes (data_offsets ${begin} to ${end}), where the shape [${shape.join(", ")}] of ${String(code)} needs ${elements === null ? "more than can be counted" : elements * itemBytes}`,
    );
  return { name, shape, dtype, begin, end };
}

/** The data must be covered from first byte to last, each byte once. */
function checkCover(slots: readonly Slot[], dataBytes: number, where: string): void {
  let at = 0;
  for (const { name, begin, end } of slots.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at)
      throw new FormatError(
        `${where}:${name}`,
        `begins at data byte ${begin}, where ${at} follows the tensor before it; tensors must touch and not overlap`,
      );
    at = end;
  }
  if (at !== dataBytes)
    throw new FormatError(
      where,
      `${at > dataBytes ? "is cut short" : "holds bytes of no tensor"}: its tensors need ${at} bytes of data, the file has ${dataBytes}`,
    );
}

/** The same tensors give the same bytes. */
export function writeSafetensors(
  tensors: readonly Tensor[],
  metadata: Readonly<Record<string, string>> = {},
  where = "safetensors",
): Uint8Array {
  const parts = safetensorsParts(tensors, metadata, where);
  try {
    return joined(parts);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new FormatError(where, "is too large to be held in memory at once; write fewer tensors");
  }
}

/** The file in pieces to be written one after another; the tensors' data are not copied. */
export function safetensorsParts(
  tensors: readonly Tensor[],
  metadata: Readonly<Record<string, string>> = {},
  where = "safetensors",
): Uint8Array[] {
  const names = new Set<string>();
  for (const tensor of tensors) {
    const { name, shape, dtype, data } = tensor;
    if (name === "" || name === METADATA || names.has(name))
      throw new FormatError(
        `${where}:${name}`,
        `every tensor needs a name of its own, other than ${METADATA}`,
      );
    if (!isWhole(tensor))
      throw new FormatError(
        `${where}:${name}`,
        `holds ${data.length} values, which do not fill the shape [${shape.join(", ")}] of ${dtype}`,
      );
    names.add(name);
  }
  // Wide elements first, so that all of them lie aligned; otherwise in the order given.
  const ordered = tensors.toSorted((a, b) => bytesOf(b.dtype) - bytesOf(a.dtype));
  const fields: string[] = [];
  if (Object.keys(metadata).length > 0) fields.push(`"${METADATA}":${JSON.stringify(metadata)}`);
  let at = 0;
  for (const { name, shape, dtype, data } of ordered) {
    const slot = { dtype: CODES.get(dtype), shape, data_offsets: [at, at + data.byteLength] };
    fields.push(`${JSON.stringify(name)}:${JSON.stringify(slot)}`);
    at += data.byteLength;
  }
  const json = strToU8(`{${fields.join(",")}}`);
  const headerBytes = Math.ceil(json.length / 8) * 8;
  if (headerBytes > MAX_HEADER_BYTES)
    throw new FormatError(
      where,
      `would need a header of ${headerBytes} bytes for ${listed([...names])}; write fewer tensors`,
    );
  const head = new Uint8Array(8 + headerBytes).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(headerBytes), true);
  head.set(json, 8);
  return [head, ...ordered.map(rawBytes)];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").slice(0, 120);
}
