// Opens a built core for kernel tests: a bump allocator over its memory, and its raw exports.
// For tests of single kernels only; everything else goes through the façade in runtime.
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const BUILDS = ["fast", "checked"] as const;
export type Build = (typeof BUILDS)[number];

type Kernel = (...args: (number | bigint)[]) => number;

/** A region of core memory; `values()` copies it out, so it stays right when memory grows. */
export interface Region<A> {
  readonly ptr: number;
  values(): A;
}

export class TestCore {
  readonly #memory: WebAssembly.Memory;
  readonly #base: number;
  #top: number;
  readonly call: Record<string, Kernel>;

  constructor(build: Build) {
    const folder = process.env["INITLAB_CORE_DIR"] ?? join(import.meta.dirname, "../../dist/core");
    const bytes = readFileSync(join(folder, `core.${build}.wasm`));
    const fail = (message: number, file: number, line: number) => {
      throw new Error(`core assert: ${this.#text(message)} at ${this.#text(file)}:${line}`);
    };
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { abort: fail } });
    this.#memory = instance.exports["memory"] as WebAssembly.Memory;
    this.call = instance.exports as unknown as Record<string, Kernel>;
    this.#base = (this.call["heapBase"]!() + 63) & ~63;
    this.#top = this.#base;
  }

  /** Frees every region. */
  reset(): void {
    this.#top = this.#base;
  }

  /** Reserves `bytes` bytes, 64-byte aligned, and returns their address. */
  alloc(bytes: number): number {
    const ptr = this.#top;
    this.#top = (this.#top + bytes + 63) & ~63;
    const missing = this.#top - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / 65536));
    return ptr;
  }

  f32(from: number | ArrayLike<number>): Region<Float32Array> {
    return this.#region(Float32Array, from);
  }
  f64(from: number | ArrayLike<number>): Region<Float64Array> {
    return this.#region(Float64Array, from);
  }
  u32(from: number | ArrayLike<number>): Region<Uint32Array> {
    return this.#region(Uint32Array, from);
  }
  i32(from: number | ArrayLike<number>): Region<Int32Array> {
    return this.#region(Int32Array, from);
  }
  u8(from: number | ArrayLike<number>): Region<Uint8Array> {
    return this.#region(Uint8Array, from);
  }

  #region<A extends { set(from: ArrayLike<number>): void; slice(): A; fill(v: number): A }>(
    make: { new (buffer: ArrayBufferLike, offset: number, length: number): A; BYTES_PER_ELEMENT: number },
    from: number | ArrayLike<number>,
  ): Region<A> {
    const length = typeof from === "number" ? from : from.length;
    const ptr = this.alloc(length * make.BYTES_PER_ELEMENT);
    const view = () => new make(this.#memory.buffer, ptr, length);
    if (typeof from === "number") view().fill(0);
    else view().set(from);
    return { ptr, values: () => view().slice() };
  }

  #text(ptr: number): string {
    if (ptr === 0) return "?";
    const bytes = new Uint32Array(this.#memory.buffer)[(ptr - 4) >>> 2]!;
    return String.fromCharCode(...new Uint16Array(this.#memory.buffer, ptr, bytes >>> 1));
  }
}
