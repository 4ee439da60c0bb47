// What the tests of streams share: keys by name, seeds in halves, a law drawn into a fresh array.
import type { TestCore } from "../harness";

export type Stream = readonly [keyLo: number, keyHi: number, seedLo: number, seedHi: number];

/** The stream (seed, name), as the kernels take it. */
export function streamOf(core: TestCore, name: string, seed: number): Stream {
  const bytes = new TextEncoder().encode(name);
  const text = core.u8(bytes);
  const out = core.u32(2);
  core.call["hashName"]!(text.ptr, bytes.length, out.ptr);
  const [lo, hi] = out.values();
  return [lo!, hi!, seed >>> 0, Math.floor(seed / 2 ** 32)];
}

/** Scratch that every naive twin is content with. */
export function scratchOf(core: TestCore): number {
  return core.alloc(96);
}

/** A law's float32 values from block `firstBlock` on. */
export function draw(
  core: TestCore,
  kernel: string,
  count: number,
  stream: Stream,
  parameters: readonly number[] = [],
  firstBlock = 0,
): Float32Array {
  const out = core.f32(count);
  core.call[kernel]!(out.ptr, firstBlock, count, ...stream, ...parameters);
  return out.values();
}

/** The words of a stream. */
export function drawWords(core: TestCore, count: number, stream: Stream, firstBlock = 0): Uint32Array {
  const out = core.u32(count);
  core.call["drawBits"]!(out.ptr, firstBlock, count, ...stream);
  return out.values();
}
