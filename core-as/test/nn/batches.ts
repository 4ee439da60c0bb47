// Seeded batches for the kernel tests: dense values in a padded layout, the padding full of one huge value: read, it spoils
// every sum; written, it changes.
import type { Region, TestCore } from "../harness";

/** A small seeded generator of U[0, 1): mulberry32. Test material only. */
export function uniforms(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** U[-scale, scale). */
export function signed(seed: number, scale = 1): () => number {
  const u = uniforms(seed);
  return () => (2 * u() - 1) * scale;
}

export interface Batch {
  readonly rows: number;
  readonly cols: number;
  readonly ld: number;
  readonly region: Region<Float32Array>;
  readonly ptr: number;
}

const PADDING = 2 ** 100;

/** Every shape that a tail can take, and one row or column. */
export const SHAPES: readonly (readonly [number, number])[] = [
  1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 33,
].flatMap((cols) => [1, 6].map((rows) => [rows, cols] as const));

export function batchOf(core: TestCore, rows: number, cols: number, value: (at: number) => number): Batch {
  const ld = ((cols + 3) & ~3) + 4;
  const padded = new Float32Array(rows * ld).fill(PADDING);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) padded[i * ld + j] = value(i * cols + j);
  const region = core.f32(padded);
  return { rows, cols, ld, region, ptr: region.ptr };
}

/** The values without padding, as float64; throws where the padding was written. */
export function valuesOf({ rows, cols, ld, region }: Batch): number[] {
  const all = region.values();
  const out: number[] = [];
  for (let i = 0; i < rows * ld; i++) {
    if (i % ld < cols) out.push(all[i]!);
    else if (all[i] !== PADDING) throw new Error(`padding written at ${i}`);
  }
  return out;
}

/** The bits of the values, for comparison of twins. */
export function bitsOf(values: Float32Array | Float64Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.byteLength / 4).slice();
}

/** Largest |a - b| / max(|b|), the measure of numerics.md. */
export function distance(a: readonly number[], b: readonly number[]): number {
  const top = Math.max(...b.map(Math.abs), 1e-300);
  return Math.max(...b.map((value, i) => Math.abs(a[i]! - value))) / top;
}
