// A named array as the formats hand it over: C order, in the machine's own byte order.
// Like the WASM beside it, this folder is for little-endian machines; files of either order are read.

export interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  /** Of the type that `dtype` names; `bool` is bytes 0 and 1. */
  readonly data: TensorData;
}

export type TensorData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

/** Half precision has no typed array: float16 and bfloat16 are read into float32, which holds both exactly. */
export type Dtype = keyof typeof ARRAYS;

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
} as const;

/** Named tensors of one file, each read when it is asked for. */
export interface Archive {
  readonly names: readonly string[];
  /** The tensor, or an error that names the nearest. */
  read(name: string): Tensor;
}

export function bytesOf(dtype: Dtype): number {
  return ARRAYS[dtype].BYTES_PER_ELEMENT;
}

/** The typed array over a whole buffer. */
export function arrayOver(dtype: Dtype, buffer: ArrayBuffer): TensorData {
  return new ARRAYS[dtype](buffer);
}

/** Bytes [from, to) in a buffer of their own. (`slice` of a Node Buffer is a view of its pool.) */
export function copyOf(bytes: Uint8Array, from: number, to: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes.subarray(from, to));
}

/** Whether the data are of the type and length that dtype and shape promise. */
export function isWhole(tensor: Tensor): boolean {
  return tensor.data instanceof ARRAYS[tensor.dtype] && tensor.data.length === elementsOf(tensor.shape);
}

/** Product of the sizes, or null where one is no whole number >= 0 or the product leaves the exact integers. */
export function elementsOf(shape: readonly number[]): number | null {
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0)) return null;
  if (shape.includes(0)) return 0;
  let product = 1;
  for (const size of shape) {
    product *= size;
    if (!Number.isSafeInteger(product)) return null;
  }
  return product;
}

/** The bytes of the data, not copied. */
export function rawBytes(tensor: Tensor): Uint8Array {
  return new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength);
}

/** Every element rounded to float32: the array itself where it is one already. */
export function toFloat32(data: TensorData): Float32Array {
  if (data instanceof Float32Array) return data;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    const out = new Float32Array(data.length);
    for (let i = 0; i < out.length; i++) out[i] = Number(data[i]);
    return out;
  }
  return new Float32Array(data);
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
