// From a merged accumulator block to the figures of a tensor, in float64 with + - * / sqrt alone.
import { Calibration, FLAG_HASH, FLAG_NO_QUANTILES, FLAG_UNITS, PIECES_MAX, Statistic } from "../../shared/statistics";
import { checkRange } from "../memory/check";
import { accumulatorBytes, hashArray, Header, paddedUnits, unitArray } from "./block";
import { setSlot, slot } from "./calibration";
import { displayHistogram } from "./display";
import { exportFineBins, weightedQuantiles } from "./quantiles";
import { sortU64 } from "./sort";

// Below this share of the rms a unit's std over the samples makes it a constant unit.
const CONSTANT_SHARE: f64 = 1e-7;

/** Bytes of scratch of finishStatistics. */
export function finishScratchBytes(cols: i32): i32 {
  return max(6 * (PIECES_MAX << 3), paddedUnits(cols) << 3);
}

/**
 * Writes the figures of a tensor to out f64 [Statistic.total]. The block must hold everything; cols and flags are those
 * it was made with (any cols without flags). Without a finite value the figures are NaN; skewness and kurtosis are NaN where std
 * is 0; a constant tensor has a std of exactly 0. scratch: finishScratchBytes(cols).
 */
export function finishStatistics(
  out: usize, block: usize, calibration: usize, cols: i32, flags: i32, scratch: usize,
): void {
  checkRange(out, <i32>Statistic.total << 3);
  const kept = flags & (FLAG_UNITS | FLAG_HASH);
  checkRange(block, accumulatorBytes(kept ? cols : 0, kept));
  checkRange(scratch, finishScratchBytes(kept ? cols : 0));
  for (let i = 0; i < Statistic.total; ++i) setSlot(out, i, NaN);
  const count = slot(block, Header.count);
  const finite = count - slot(block, Header.nonFinite);
  setSlot(out, Statistic.count, count);
  setSlot(out, Statistic.nonFinite, slot(block, Header.nonFinite));
  setSlot(out, Statistic.zeros, slot(block, Header.zeros));
  setSlot(out, Statistic.atLow, slot(block, Header.atLow));
  setSlot(out, Statistic.atHigh, slot(block, Header.atHigh));
  setSlot(out, Statistic.saturated, slot(block, Header.saturated));
  if (finite > 0.0) {
    setSlot(out, Statistic.min, slot(block, Header.min));
    setSlot(out, Statistic.max, slot(block, Header.max));
    if (flags & FLAG_UNITS) unitMoments(out, block, calibration, cols, finite);
    else pooledMoments(out, block, calibration, finite);
  }
  if (flags & FLAG_UNITS) countUnits(out, block, cols);
  if (flags & FLAG_HASH && flags & FLAG_UNITS) countDistinct(out, block, cols, flags, scratch);

  displayHistogram(out, block, calibration);
  if (flags & FLAG_NO_QUANTILES) return;
  const lows = scratch;
  const highs = scratch + (PIECES_MAX << 3);
  const counts = scratch + 2 * (PIECES_MAX << 3);
  const pieces = exportFineBins(lows, highs, counts, block, calibration, 1);
  const quantiles = out + (<usize>Statistic.quantiles << 3);
  weightedQuantiles(quantiles, lows, highs, counts, pieces, scratch + 3 * (PIECES_MAX << 3));
}

/** Mean and the central moments m2, m3, m4 into the slots of the figures. */
function writeMoments(out: usize, mean: f64, m2: f64, m3: f64, m4: f64): void {
  setSlot(out, Statistic.mean, mean);
  setSlot(out, Statistic.std, sqrt(m2));
  setSlot(out, Statistic.rms, sqrt(mean * mean + m2));
  setSlot(out, Statistic.skewness, m2 > 0.0 ? m3 / (m2 * sqrt(m2)) : <f64>NaN);
  setSlot(out, Statistic.kurtosis, m2 > 0.0 ? m4 / (m2 * m2) - 3.0 : <f64>NaN);
}

// @ts-ignore: decorator
@inline
function sumOfLanes(p: usize): f64 {
  return load<f64>(p) + load<f64>(p, 8) + (load<f64>(p, 16) + load<f64>(p, 24));
}

function pooledMoments(out: usize, block: usize, calibration: usize, n: f64): void {
  const sums = block + (<usize>Header.pooled << 3);
  const e1 = sumOfLanes(sums) / n;
  const e2 = sumOfLanes(sums + 32) / n;
  const e3 = sumOfLanes(sums + 64) / n;
  const e4 = sumOfLanes(sums + 96) / n;
  const m2 = max<f64>(e2 - e1 * e1, 0.0);
  const m3 = e3 - 3.0 * e1 * e2 + 2.0 * e1 * e1 * e1;
  const m4 = e4 - 4.0 * e1 * e3 + 6.0 * e1 * e1 * e2 - 3.0 * e1 * e1 * e1 * e1;
  writeMoments(out, slot(calibration, Calibration.shift) + e1, m2, m3, m4);
}

/** Sum `which` (1..4) of unit j, or its count of values that are not finite (5). */
// @ts-ignore: decorator
@inline
function ofUnit(block: usize, cols: i32, which: i32, j: i32): f64 {
  return load<f64>(unitArray(block, cols, which) + (<usize>j << 3));
}

/**
 * Every unit's moments are brought to its own mean, those to the pooled mean: std^2 falls apart exactly into the mean
 * of the units' variances and the variance of their means, and neither is a difference of large numbers.
 */
function unitMoments(out: usize, block: usize, calibration: usize, cols: i32, total: f64): void {
  const rows = slot(block, Header.rows);
  const shift = slot(calibration, Calibration.shift);
  let offset = 0.0;
  for (let j = 0; j < cols; ++j) {
    const n = rows - ofUnit(block, cols, 5, j);
    offset += ofUnit(block, cols, 1, j) + n * (ofUnit(block, cols, 0, j) - shift);
  }
  offset /= total;
  let within = 0.0;
  let between = 0.0;
  let third = 0.0;
  let fourth = 0.0;
  for (let j = 0; j < cols; ++j) {
    const n = rows - ofUnit(block, cols, 5, j);
    if (n == 0.0) continue;
    const e1 = ofUnit(block, cols, 1, j) / n;
    const e2 = ofUnit(block, cols, 2, j) / n;
    const e3 = ofUnit(block, cols, 3, j) / n;
    const e4 = ofUnit(block, cols, 4, j) / n;
    const m2 = max<f64>(e2 - e1 * e1, 0.0);
    const m3 = e3 - 3.0 * e1 * e2 + 2.0 * e1 * e1 * e1;
    const m4 = e4 - 4.0 * e1 * e3 + 6.0 * e1 * e1 * e2 - 3.0 * e1 * e1 * e1 * e1;
    const g = ofUnit(block, cols, 0, j) - shift + e1 - offset;
    const g2 = g * g;
    within += n * m2;
    between += n * g2;
    third += n * (m3 + 3.0 * g * m2 + g2 * g);
    fourth += n * (m4 + 4.0 * g * m3 + 6.0 * g2 * m2 + g2 * g2);
  }
  writeMoments(out, shift + offset, (within + between) / total, third / total, fourth / total);
  setSlot(out, Statistic.acrossSampleStd, sqrt(within / total));
  setSlot(out, Statistic.acrossUnitStd, sqrt(between / total));
}

/** A unit that is zero on every sample: no sum of squares about a first sample of zero. */
function isDead(block: usize, cols: i32, j: i32): bool {
  return ofUnit(block, cols, 0, j) == 0.0 && ofUnit(block, cols, 2, j) == 0.0 && ofUnit(block, cols, 5, j) == 0.0;
}

function countUnits(out: usize, block: usize, cols: i32): void {
  const rows = slot(block, Header.rows);
  const limit = CONSTANT_SHARE * slot(out, Statistic.rms);
  let dead = 0;
  let constant = 0;
  for (let j = 0; j < cols && rows > 0.0; ++j) {
    if (isDead(block, cols, j)) ++dead;
    if (ofUnit(block, cols, 5, j) > 0.0) continue;
    const e1 = ofUnit(block, cols, 1, j) / rows;
    const variance = max<f64>(ofUnit(block, cols, 2, j) / rows - e1 * e1, 0.0);
    if (variance == 0.0 || sqrt(variance) < limit) ++constant;
  }
  setSlot(out, Statistic.deadUnits, <f64>dead);
  setSlot(out, Statistic.constantUnits, <f64>constant);
}

/** The finaliser of SplitMix64 (Steele, Lea & Flood 2014). */
function mix(key: u64): u64 {
  key = (key ^ (key >>> 30)) * 0xbf58476d1ce4e5b9;
  key = (key ^ (key >>> 27)) * 0x94d049bb133111eb;
  return key ^ (key >>> 31);
}

/** Units that differ in hash, first sample or sums differ; the dead ones count as one. */
function countDistinct(out: usize, block: usize, cols: i32, flags: i32, scratch: usize): void {
  const hashes = hashArray(block, cols, flags);
  let n = 0;
  let dead = 0;
  for (let j = 0; j < cols; ++j) {
    if (isDead(block, cols, j)) {
      dead = 1;
      continue;
    }
    const at = hashes + (<usize>j << 2);
    let key = mix((<u64>load<u32>(at) << 32) | load<u32>(at + (<usize>paddedUnits(cols) << 2)));
    for (let which = 0; which <= 2; ++which) {
      // A sum of -0 and one of +0 are the same sum.
      const bits = reinterpret<u64>(ofUnit(block, cols, which, j) + 0.0);
      key = mix(key ^ bits) + 0x9e3779b97f4a7c15;
    }
    store<u64>(scratch + (<usize>n << 3), key);
    ++n;
  }
  sortU64(scratch, n);
  let distinct = dead;
  for (let i = 0; i < n; ++i) {
    const p = scratch + (<usize>i << 3);
    if (i == 0 || load<u64>(p) != load<u64>(p - 8)) ++distinct;
  }
  setSlot(out, Statistic.distinctUnits, <f64>distinct);
}
