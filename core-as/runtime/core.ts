// The one place where pointers live: a typed façade over one instance of the WebAssembly core.
// Everyone else holds a Matrix, a Vector or a Block and never an address. The core allocates nothing;
// its memory is an arena laid out here, freed by going back to a mark.

/** float32 [rows, cols], row-major, `ld` floats from row to row. */
export interface Matrix {
  readonly kind: "f32";
  readonly ptr: number;
  readonly rows: number;
  readonly cols: number;
  readonly ld: number;
}

/** A run of float64 values. */
export interface Doubles {
  readonly kind: "f64";
  readonly ptr: number;
  readonly length: number;
}

/** A run of 32-bit integers. */
export interface Words {
  readonly kind: "u32";
  readonly ptr: number;
  readonly length: number;
}

/** Bytes whose layout belongs to the core. */
export interface Block {
  readonly kind: "bytes";
  readonly ptr: number;
  readonly bytes: number;
}

/** Key of a stream: a hash of its name, and the seed. */
export interface StreamKey {
  readonly keyLow: number;
  readonly keyHigh: number;
  readonly seedLow: number;
  readonly seedHigh: number;
}

type Export = (...args: (number | boolean)[]) => number;

/** Largest memory an instance may have: 65536 pages. */
export const CORE_MEMORY_LIMIT_BYTES = 65536 * 65536;

export class OutOfCoreMemory extends Error {
  override readonly name = "OutOfCoreMemory";
  readonly code = "out_of_memory";
}

export class CoreMemory {
  readonly call: Readonly<Record<string, Export>>;
  readonly #memory: WebAssembly.Memory;
  readonly #base: number;
  #top: number;
  readonly #texts = new TextEncoder();

  constructor(module: WebAssembly.Module) {
    const abort = (message: number, file: number, line: number) => {
      throw new Error(
        `the core's own check failed: ${this.#textAt(message)} (${this.#textAt(file)}:${line})`,
      );
    };
    const instance = new WebAssembly.Instance(module, { env: { abort } });
    this.#memory = instance.exports["memory"] as WebAssembly.Memory;
    this.call = instance.exports as unknown as Record<string, Export>;
    this.#base = align(this.call["heapBase"]!());
    this.#top = this.#base;
  }

  /** The arena's end, to go back to with `release`. */
  mark(): number {
    return this.#top;
  }

  release(mark: number): void {
    this.#top = mark;
  }

  reset(): void {
    this.#top = this.#base;
  }

  get usedBytes(): number {
    return this.#top - this.#base;
  }

  /** float32 [rows, cols] with rows on 16-byte borders unless `ld` says otherwise. Contents unspecified. */
  matrix(rows: number, cols: number, ld = paddedColumns(cols)): Matrix {
    return { kind: "f32", ptr: this.#reserve(rows * ld * 4), rows, cols, ld };
  }

  /** float32 [rows, cols] without padding, as weights are kept. */
  weights(rows: number, cols: number): Matrix {
    return this.matrix(rows, cols, cols);
  }

  doubles(length: number): Doubles {
    return { kind: "f64", ptr: this.#reserve(length * 8), length };
  }

  words(length: number): Words {
    return { kind: "u32", ptr: this.#reserve(length * 4), length };
  }

  block(bytes: number): Block {
    return { kind: "bytes", ptr: this.#reserve(bytes), bytes };
  }

  /** Rows [from, from + count) of a matrix. */
  rows(m: Matrix, from: number, count: number): Matrix {
    if (from < 0 || count < 0 || from + count > m.rows) throw new RangeError("rows outside the matrix");
    return { ...m, ptr: m.ptr + from * m.ld * 4, rows: count };
  }

  /** The same storage seen with another shape that is not larger. */
  reshape(m: Matrix, rows: number, cols: number, ld = paddedColumns(cols)): Matrix {
    if (rows * ld > m.rows * m.ld) throw new RangeError("the shape does not fit the storage");
    return { ...m, rows, cols, ld };
  }

  /** Copies [rows, cols] values, without padding, into the matrix. */
  write(m: Matrix, values: Float32Array): void {
    if (values.length !== m.rows * m.cols) throw new RangeError("values do not fill the matrix");
    const target = this.#floats(m.ptr, m.rows * m.ld);
    if (m.ld === m.cols) target.set(values);
    else for (let r = 0; r < m.rows; r++) target.set(values.subarray(r * m.cols, (r + 1) * m.cols), r * m.ld);
  }

  /** Copies the matrix out, without padding. */
  read(m: Matrix): Float32Array<ArrayBuffer> {
    const source = this.#floats(m.ptr, m.rows * m.ld);
    if (m.ld === m.cols) return source.slice();
    const values = new Float32Array(m.rows * m.cols);
    for (let r = 0; r < m.rows; r++) values.set(source.subarray(r * m.ld, r * m.ld + m.cols), r * m.cols);
    return values;
  }

  copyRows(to: Matrix, from: Matrix): void {
    if (to.rows !== from.rows || to.cols !== from.cols) throw new RangeError("shapes differ");
    const target = this.#floats(to.ptr, to.rows * to.ld);
    const source = this.#floats(from.ptr, from.rows * from.ld);
    if (to.ld === from.ld) target.set(source);
    else
      for (let r = 0; r < to.rows; r++)
        target.set(source.subarray(r * from.ld, r * from.ld + to.cols), r * to.ld);
  }

  fill(m: Matrix, value: number): void {
    this.#floats(m.ptr, m.rows * m.ld).fill(value);
  }

  writeDoubles(d: Doubles, values: ArrayLike<number>): void {
    this.#doubles(d).set(values);
  }

  readDoubles(d: Doubles): Float64Array<ArrayBuffer> {
    return this.#doubles(d).slice();
  }

  clearDoubles(d: Doubles): void {
    this.#doubles(d).fill(0);
  }

  writeWords(w: Words, values: ArrayLike<number>): void {
    new Int32Array(this.#memory.buffer, w.ptr, w.length).set(values);
  }

  readWords(w: Words): Uint32Array<ArrayBuffer> {
    return new Uint32Array(this.#memory.buffer, w.ptr, w.length).slice();
  }

  writeBlock(b: Block, bytes: Uint8Array): void {
    if (bytes.length !== b.bytes) throw new RangeError("bytes do not fill the block");
    new Uint8Array(this.#memory.buffer, b.ptr, b.bytes).set(bytes);
  }

  readBlock(b: Block): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#memory.buffer, b.ptr, b.bytes).slice();
  }

  /** Writes UTF-8 into fresh memory. */
  text(text: string): Block {
    const bytes = this.#texts.encode(text);
    const block = this.block(Math.max(1, bytes.length));
    new Uint8Array(this.#memory.buffer, block.ptr, bytes.length).set(bytes);
    return { ...block, bytes: bytes.length };
  }

  #floats(ptr: number, length: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.#memory.buffer, ptr, length);
  }

  #doubles(d: Doubles): Float64Array<ArrayBuffer> {
    return new Float64Array(this.#memory.buffer, d.ptr, d.length);
  }

  #reserve(bytes: number): number {
    const ptr = this.#top;
    const top = align(ptr + Math.max(bytes, 1));
    const missing = top - this.#memory.buffer.byteLength;
    if (missing > 0) {
      if (top > CORE_MEMORY_LIMIT_BYTES)
        throw new OutOfCoreMemory(`a worker would need ${top} bytes, and may have 4 GiB`);
      // A little ahead of need, so that a layout of many pieces does not grow piece by piece.
      const ahead = Math.min(
        Math.max(missing, Math.floor(this.#memory.buffer.byteLength / 8)),
        CORE_MEMORY_LIMIT_BYTES - this.#memory.buffer.byteLength,
      );
      try {
        this.#memory.grow(Math.ceil(ahead / 65536));
      } catch {
        throw new OutOfCoreMemory(`the machine would not give a worker ${top} bytes of memory`);
      }
    }
    this.#top = top;
    return ptr;
  }

  #textAt(ptr: number): string {
    if (ptr === 0) return "?";
    const bytes = new Uint32Array(this.#memory.buffer)[(ptr - 4) >>> 2]!;
    return String.fromCharCode(...new Uint16Array(this.#memory.buffer, ptr, bytes >>> 1));
  }
}

/** Columns rounded up so that every row begins on a 16-byte border. */
export function paddedColumns(cols: number): number {
  return (cols + 3) & ~3;
}

function align(ptr: number): number {
  return Math.ceil(ptr / 64) * 64;
}
