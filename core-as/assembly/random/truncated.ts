// The normal law cut at absolute bounds. Where at least a quarter of the normals fall between them, these are
// what the vector normals leave after rejection; else each number is drawn by itself (tail.ts).
import { STREAM_BLOCK } from "../../shared/stream";
import { checkRange, checkThat } from "../memory/check";
import { firstFactorNaive, radiusNaive, secondFactorNaive } from "./boxmuller";
import { greatestTo, leastFrom } from "./interval";
import { normalBetween, normalShare } from "./tail";
import { LAW_TRUNCATED, walk } from "./walk";
import { nextWord, seedLanes } from "./xoshiro";

const LEAST_SHARE: f64 = 0.25;

/** Every element by itself, its proposals in float64, the result rounded and held to [least, greatest]. */
function drawOneByOne(
  out: usize, firstBlock: u32, count: i32, keyLo: u32, keyHi: u32, seedLo: u32, seedHi: u32,
  mean: f64, std: f64, a: f64, b: f64, least: f32, greatest: f32,
): void {
  for (let i = 0; i < count; i++) {
    const z = normalBetween(a, b, firstBlock + i / STREAM_BLOCK, i % STREAM_BLOCK, keyLo, keyHi, seedLo, seedHi);
    const value = f32(mean + std * z);
    store<f32>(out + (usize(i) << 2), value < least ? least : value > greatest ? greatest : value);
  }
}

/** What the law has become where nothing is left to draw: one value. */
function drawPoint(out: usize, count: i32, value: f32): void {
  for (let i = 0; i < count; i++) store<f32>(out + (usize(i) << 2), value);
}

/**
 * out f32[count]: N(mean, std^2) given that it lies in [low, high], in absolute units; the bounds may be infinite.
 * Every value lies within the bounds, after rounding too; where no float32 does, or std is 0, all of them are
 * the float32 next to the bound (or to the mean) that comes first.
 */
export function drawTruncatedNormal(
  out: usize, firstBlock: u32, count: i32, keyLo: u32, keyHi: u32, seedLo: u32, seedHi: u32,
  mean: f64, std: f64, low: f64, high: f64,
): void {
  checkRange(out, usize(count) * 4);
  checkThat(isFinite(mean) && isFinite(std) && std >= 0, "truncated normal: mean and std must be finite");
  checkThat(low <= high, "truncated normal: low must not exceed high");
  const least = leastFrom(low);
  const greatest = greatestTo(high);
  if (std == 0 || least >= greatest) {
    drawPoint(out, count, max(least, min(greatest, f32(mean))));
    return;
  }
  const a = (low - mean) / std;
  const b = (high - mean) / std;
  if (normalShare(a, b) >= LEAST_SHARE && f32(std) > 0) {
    const whole = walk(
      LAW_TRUNCATED, out, firstBlock, count, keyLo, keyHi, seedLo, seedHi, f32(mean), f32(std), least, greatest,
    );
    if (whole) return;
  }
  drawOneByOne(out, firstBlock, count, keyLo, keyHi, seedLo, seedHi, mean, std, a, b, least, greatest);
}

/** Naive twin of drawTruncatedNormal, equal bits; scratch u32[24]. Far tails have one path only. */
export function drawTruncatedNormalNaive(
  out: usize, firstBlock: u32, count: i32, keyLo: u32, keyHi: u32, seedLo: u32, seedHi: u32,
  mean: f64, std: f64, low: f64, high: f64, scratch: usize,
): void {
  checkRange(out, usize(count) * 4);
  checkRange(scratch, 96);
  const least = leastFrom(low);
  const greatest = greatestTo(high);
  const a = (low - mean) / std;
  const b = (high - mean) / std;
  if (std == 0 || least >= greatest || normalShare(a, b) < LEAST_SHARE) {
    drawTruncatedNormal(out, firstBlock, count, keyLo, keyHi, seedLo, seedHi, mean, std, low, high);
    return;
  }
  const candidates = scratch + 64;
  for (let done = 0; done < count; done += STREAM_BLOCK) {
    const n = min(STREAM_BLOCK, count - done);
    seedLanes(scratch, firstBlock++, keyLo, keyHi, seedLo, seedHi);
    for (let i = 0; i < n; ) {
      for (let lane = 0; lane < 4; lane++) {
        const state = scratch + (usize(lane) << 4);
        const r = radiusNaive(nextWord(state)) * f32(std);
        const angle = nextWord(state);
        store<f32>(candidates + (usize(lane) << 2), f32(mean) + r * firstFactorNaive(angle));
        store<f32>(candidates + (usize(lane) << 2), f32(mean) + r * secondFactorNaive(angle), 16);
      }
      for (let k = 0; k < 8 && i < n; k++) {
        const value = load<f32>(candidates + (usize(k) << 2));
        if (value >= least && value <= greatest) store<f32>(out + (usize(done + i++) << 2), value);
      }
    }
  }
}
