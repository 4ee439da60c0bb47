// The typed façade of the statistics kernels: calibrations, tallies, and the figures they end in.
// The layouts stand in core-as/shared/statistics.
import {
  Calibration,
  FLAG_HASH,
  FLAG_NO_QUANTILES,
  FLAG_UNITS,
  Statistic,
  UNITS_PER_STEP,
} from "../shared/statistics";
import type { BatchStatistics, SizeHistogram, Statistics } from "../spec/result";
import { QUANTILES } from "../spec/result";
import type { Block, Matrix } from "./core";
import { joinInTree } from "./tree";
import { Core } from "./kernels";
import { sizeHistogram } from "./sizes";

export interface TallyOptions {
  /** Bounds of the values, NaN where there are none: values equal to them are counted apart. */
  readonly low: number;
  readonly high: number;
  /** z <= saturatedLow or z >= saturatedHigh counts as saturated. */
  readonly saturatedLow: number;
  readonly saturatedHigh: number;
  /** Keep a hash of each unit's bits. */
  readonly hash: boolean;
}

/** Running sums over the rows of a tensor [rows, cols]. */
export interface Tally {
  readonly block: Block;
  readonly cols: number;
  readonly flags: number;
  readonly options: TallyOptions;
}

/** Figures of a tally, before they are shared out to the fields of a result. */
export interface Figures {
  readonly statistics: Statistics;
  readonly acrossSampleStd: number;
  readonly acrossUnitStd: number;
  readonly saturated: number;
  readonly deadUnits: number;
  readonly constantUnits: number;
  readonly distinctUnits: number;
}

/** Whole tensors of at most this many elements are sorted for their quantiles. */
const SORTED_COUNT = 1024;

/** Below this share of the rms a spread over samples is float32 rounding. */
const ROUNDING_SHARE = 2e-8;

export class MeasuringCore extends Core {
  newCalibration(): Block {
    return this.block(this.call["calibrationBytes"]!());
  }

  /** Sets bins from a pilot of rows. */
  calibrate(calibration: Block, x: Matrix): void {
    this.scoped(() => {
      const scratch = this.block(this.call["calibrateScratchBytes"]!());
      this.call["calibrate"]!(calibration.ptr, x.ptr, x.rows, x.cols, x.ld, scratch.ptr);
    });
  }

  newTally(cols: number, options: TallyOptions): Tally {
    const flags = FLAG_UNITS | (options.hash ? FLAG_HASH : 0);
    const block = this.block(this.call["accumulatorBytes"]!(cols, flags));
    this.call["clearAccumulator"]!(block.ptr, cols, flags);
    return { block, cols, flags, options };
  }

  /** Adds rows to a tally; `first` is sample 0, `firstRow` the rows' place in the batch. */
  addToTally(tally: Tally, calibration: Block, first: Matrix, x: Matrix, firstRow: number): void {
    if (x.cols !== tally.cols || first.cols !== tally.cols)
      throw new RangeError("the tally has another width");
    const { low, high, saturatedLow, saturatedHigh } = tally.options;
    this.call["accumulate"]!(
      tally.block.ptr,
      calibration.ptr,
      x.ptr,
      first.ptr,
      x.rows,
      x.cols,
      x.ld,
      firstRow,
      low,
      high,
      saturatedLow,
      saturatedHigh,
      tally.flags,
    );
  }

  /** The tallies of neighbours joined pair by pair, as bytes. */
  joinTallies(
    cols: number,
    options: TallyOptions,
    parts: readonly Uint8Array<ArrayBuffer>[],
  ): Uint8Array<ArrayBuffer> {
    if (parts.length === 1) return parts[0]!;
    return this.scoped(() => this.readBlock(this.mergeTallies(cols, options, parts).block));
  }

  /** One tally of tallies that stand side by side in the tree of slabs. */
  mergeTallies(cols: number, options: TallyOptions, parts: readonly Uint8Array[]): Tally {
    const tallies = parts.map((bytes) => {
      const tally = this.newTally(cols, options);
      this.writeBlock(tally.block, bytes);
      return tally;
    });
    return joinInTree(tallies, (left, right) => {
      this.call["mergeAccumulator"]!(left.block.ptr, right.block.ptr, cols, left.flags);
      return left;
    });
  }

  /** `quantiles` false leaves them NaN, where they come from elsewhere. */
  figuresOf(tally: Tally, calibration: Block, quantiles = true): Figures {
    return this.#finish(
      tally.block,
      calibration,
      tally.cols,
      tally.flags | (quantiles ? 0 : FLAG_NO_QUANTILES),
    );
  }

  /** Statistics of a whole tensor that stands in memory without padding. */
  statisticsOf(x: Matrix): Statistics {
    if (x.ld !== x.cols && x.rows > 1) throw new RangeError("a whole tensor has no padding");
    return this.scoped(() => {
      const count = x.rows * x.cols;
      const calibration = this.newCalibration();
      this.calibrate(calibration, x);
      const block = this.block(this.call["accumulatorBytes"]!(0, 0));
      this.call["clearAccumulator"]!(block.ptr, 0, 0);
      this.call["accumulateFlat"]!(block.ptr, calibration.ptr, x.ptr, count);
      const small = count <= SORTED_COUNT;
      const { statistics } = this.#finish(block, calibration, 0, small ? FLAG_NO_QUANTILES : 0);
      return small ? { ...statistics, quantiles: this.#sortedQuantiles(x, count) } : statistics;
    });
  }

  /**
   * Quantiles of phi(z) from the fine bins of z: a saturated phi crowds its values where bins of its own would
   * be too wide. `parts`: into how many pieces a bin is cut, more than one where phi turns within a bin.
   */
  mappedQuantiles(
    tally: Tally,
    calibration: Block,
    code: number,
    parameter: number,
    parts: number,
  ): Record<string, number> {
    return this.scoped(() => {
      const bytes = this.call["pieceArrayBytes"]!(parts);
      const [lows, highs, counts] = [this.block(bytes), this.block(bytes), this.block(bytes)];
      const n = this.call["exportFineBins"]!(
        lows.ptr,
        highs.ptr,
        counts.ptr,
        tally.block.ptr,
        calibration.ptr,
        parts,
      );
      this.call["activationBulk64"]!(code, lows.ptr, lows.ptr, n, parameter);
      this.call["activationBulk64"]!(code, highs.ptr, highs.ptr, n, parameter);
      const out = this.doubles(QUANTILES.length);
      const scratch = this.block(this.call["weightedQuantilesScratchBytes"]!(n));
      this.call["weightedQuantiles"]!(out.ptr, lows.ptr, highs.ptr, counts.ptr, n, scratch.ptr);
      return namedQuantiles(this.readDoubles(out));
    });
  }

  /** How large the tallied values are, on a log scale; null where all are zero. */
  sizesOf(tally: Tally, calibration: Block): SizeHistogram | null {
    return this.scoped(() => {
      const bytes = this.call["pieceArrayBytes"]!(1);
      const [lows, highs, counts] = [this.block(bytes), this.block(bytes), this.block(bytes)];
      const { block } = tally;
      const n = this.call["exportFineBins"]!(lows.ptr, highs.ptr, counts.ptr, block.ptr, calibration.ptr, 1);
      const column = (written: Block) => new Float64Array(this.readBlock(written).buffer, 0, n);
      const pieces = { lows: column(lows), highs: column(highs), counts: column(counts) };
      const step = new Float64Array(this.readBlock(calibration).buffer)[Calibration.step]!;
      return sizeHistogram(pieces, step / UNITS_PER_STEP);
    });
  }

  /** Participation ratio of the centred covariance of h [samples, units]. */
  effectiveRank(h: Matrix): number {
    return this.scoped(() => {
      const out = this.doubles(1);
      const scratch = this.block(this.call["effectiveRankScratchBytes"]!(h.rows, h.cols));
      this.call["effectiveRank"]!(out.ptr, h.ptr, h.rows, h.cols, h.ld, scratch.ptr);
      return this.readDoubles(out)[0]!;
    });
  }

  /** Mean cosine over pairs of samples. */
  meanCosine(h: Matrix): number {
    return this.scoped(() => {
      const scratch = this.block(this.call["meanCosineScratchBytes"]!(h.cols));
      return this.call["meanCosine"]!(h.ptr, h.rows, h.cols, h.ld, scratch.ptr);
    });
  }

  /** Mean correlation of the pairs of rows 2i, 2i+1. */
  pairCorrelation(z: Matrix): number {
    return this.scoped(() => {
      const out = this.doubles(2);
      this.call["pairCorrelation"]!(out.ptr, z.ptr, z.rows / 2, z.cols, z.ld);
      return this.readDoubles(out)[0]!;
    });
  }

  /** Quantiles of a small tensor, where one element is more than a fine bin may blur. */
  #sortedQuantiles(x: Matrix, count: number): Record<string, number> {
    return this.scoped(() => {
      const out = this.doubles(QUANTILES.length);
      const scratch = this.doubles(count);
      this.call["sortedQuantiles"]!(out.ptr, x.ptr, count, scratch.ptr);
      return namedQuantiles(this.readDoubles(out));
    });
  }

  #finish(block: Block, calibration: Block, cols: number, flags: number): Figures {
    return this.scoped(() => {
      const out = this.doubles(Statistic.total);
      const scratch = this.block(this.call["finishScratchBytes"]!(cols));
      this.call["finishStatistics"]!(out.ptr, block.ptr, calibration.ptr, cols, flags, scratch.ptr);
      const f = this.readDoubles(out);
      const bins = f[Statistic.bins]!;
      const finite = f[Statistic.count]! - f[Statistic.nonFinite]!;
      return {
        statistics: {
          count: f[Statistic.count]!,
          mean: f[Statistic.mean]!,
          std: f[Statistic.std]!,
          rms: f[Statistic.rms]!,
          min: f[Statistic.min]!,
          max: f[Statistic.max]!,
          skewness: f[Statistic.skewness]!,
          kurtosis: f[Statistic.kurtosis]!,
          quantiles: namedQuantiles(f.subarray(Statistic.quantiles, Statistic.quantiles + QUANTILES.length)),
          zeroFraction: finite > 0 ? f[Statistic.zeros]! / f[Statistic.count]! : 0,
          nonFinite: f[Statistic.nonFinite]!,
          histogram: {
            edges: bins > 0 ? [...f.subarray(Statistic.edges, Statistic.edges + bins + 1)] : [],
            counts: bins > 0 ? [...f.subarray(Statistic.counts, Statistic.counts + bins)] : [],
            zeros: f[Statistic.zeros]!,
            atLow: f[Statistic.atLow]!,
            atHigh: f[Statistic.atHigh]!,
          },
        },
        acrossSampleStd: f[Statistic.acrossSampleStd]!,
        acrossUnitStd: f[Statistic.acrossUnitStd]!,
        saturated: f[Statistic.saturated]!,
        deadUnits: f[Statistic.deadUnits]!,
        constantUnits: f[Statistic.constantUnits]!,
        distinctUnits: f[Statistic.distinctUnits]!,
      };
    });
  }
}

/** Statistics of a batch, with the two parts of its spread. */
export function batchStatistics(figures: Figures): BatchStatistics {
  const { statistics, acrossSampleStd, acrossUnitStd } = figures;
  return {
    ...statistics,
    acrossSampleStd,
    acrossUnitStd,
    acrossSampleStdIsRounding: acrossSampleStd > 0 && acrossSampleStd < ROUNDING_SHARE * statistics.rms,
  };
}

function namedQuantiles(values: Float64Array): Record<string, number> {
  return Object.fromEntries(QUANTILES.map((p, i) => [String(p), values[i]!]));
}
