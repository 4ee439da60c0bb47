// Runs the statistics kernels over a batch as the runtime does: pilot, chunks, slabs, merge, finish.
import { FLAG_HASH, FLAG_UNITS, PIECES_MAX, PILOT_ROWS, Statistic } from "../../shared/statistics";
import type { TestCore } from "../harness";

export const CHUNK_ROWS = 128;
export const ALL_FLAGS = FLAG_HASH | FLAG_UNITS;

/** A batch [rows, cols] as the core has it: leading dimension a multiple of 4, rubbish in the padding. */
export interface Batch {
  readonly rows: number;
  readonly cols: number;
  readonly ld: number;
  readonly padded: Float32Array;
  /** The elements alone, row by row. */
  readonly values: Float32Array;
}

export function batch(rows: number, cols: number, of: (row: number, col: number) => number): Batch {
  const ld = (cols + 3) & ~3;
  const padded = new Float32Array(rows * ld);
  const values = new Float32Array(rows * cols);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < ld; col++) {
      const value = col < cols ? of(row, col) : [NaN, 1e38, 0, -1][(row + col) & 3]!;
      padded[row * ld + col] = value;
      if (col < cols) values[row * cols + col] = value;
    }
  }
  return { rows, cols, ld, padded, values };
}

export interface Options {
  readonly flags?: number;
  readonly low?: number;
  readonly high?: number;
  readonly saturatedLow?: number;
  readonly saturatedHigh?: number;
  /** Rows of a chunk. */
  readonly chunk?: number;
  /** Rows of a slab; each has a block of its own. */
  readonly slab?: number;
  readonly naive?: boolean;
}

/** Accumulates a batch; returns the addresses of the merged block and of the calibration, and the block's bytes. */
export function accumulateBatch(core: TestCore, x: Batch, options: Options = {}) {
  const { flags = ALL_FLAGS, chunk = CHUNK_ROWS, slab = x.rows, naive = false } = options;
  const call = core.call;
  const data = core.f32(x.padded).ptr;
  const calibration = core.alloc(call["calibrationBytes"]!());
  const scratch = core.alloc(call["calibrateScratchBytes"]!());
  call["calibrate"]!(calibration, data, Math.min(PILOT_ROWS, x.rows), x.cols, x.ld, scratch);
  const bytes = call["accumulatorBytes"]!(x.cols, flags);
  const merged = core.u8(bytes);
  call["clearAccumulator"]!(merged.ptr, x.cols, flags);
  const pass = call[naive ? "accumulateNaive" : "accumulate"]!;
  for (let start = 0; start < x.rows; start += slab) {
    const whole = slab >= x.rows;
    const block = whole ? merged.ptr : core.alloc(bytes);
    call["clearAccumulator"]!(block, x.cols, flags);
    const end = Math.min(start + slab, x.rows);
    for (let row = start; row < end; row += chunk)
      pass(
        block,
        calibration,
        data + row * x.ld * 4,
        data,
        Math.min(chunk, end - row),
        x.cols,
        x.ld,
        row,
        options.low ?? NaN,
        options.high ?? NaN,
        options.saturatedLow ?? -Infinity,
        options.saturatedHigh ?? Infinity,
        flags,
      );
    if (!whole) call["mergeAccumulator"]!(merged.ptr, block, x.cols, flags);
  }
  return { block: merged.ptr, calibration, flags, bytes: () => merged.values() };
}

export interface Figures {
  readonly of: (which: Statistic) => number;
  readonly quantiles: readonly number[];
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/** Finishes a block. */
export function finish(
  core: TestCore,
  block: number,
  calibration: number,
  cols: number,
  flags: number,
): Figures {
  const scratch = core.alloc(core.call["finishScratchBytes"]!(cols));
  const out = core.f64(Statistic.total);
  core.call["finishStatistics"]!(out.ptr, block, calibration, cols, flags, scratch);
  const figures = Array.from(out.values());
  const bins = figures[Statistic.bins]!;
  return {
    of: (which) => figures[which]!,
    quantiles: figures.slice(Statistic.quantiles, Statistic.quantiles + 7),
    edges: figures.slice(Statistic.edges, Statistic.edges + bins + 1),
    counts: figures.slice(Statistic.counts, Statistic.counts + bins),
  };
}

export function statisticsOf(core: TestCore, x: Batch, options: Options = {}): Figures {
  const { block, calibration, flags } = accumulateBatch(core, x, options);
  return finish(core, block, calibration, x.cols, flags);
}

/** Quantiles of phi(z) from the fine histogram of z, the way the host maps them. */
export function mappedQuantiles(core: TestCore, x: Batch, phi: (z: number) => number, parts = 1): number[] {
  const { block, calibration } = accumulateBatch(core, x);
  const lows = core.f64(PIECES_MAX * parts);
  const highs = core.f64(PIECES_MAX * parts);
  const counts = core.f64(PIECES_MAX * parts);
  const n = core.call["exportFineBins"]!(lows.ptr, highs.ptr, counts.ptr, block, calibration, parts);
  const mappedLows = core.f64(lows.values().map(phi));
  const mappedHighs = core.f64(highs.values().map(phi));
  const scratch = core.alloc(core.call["weightedQuantilesScratchBytes"]!(n));
  const out = core.f64(7);
  core.call["weightedQuantiles"]!(out.ptr, mappedLows.ptr, mappedHighs.ptr, counts.ptr, n, scratch);
  return Array.from(out.values());
}

/** Uniform numbers in (0, 1) by mulberry32: seeded, for tests alone. */
export function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296;
  };
}

export function normals(seed: number): () => number {
  const uniform = uniforms(seed);
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
