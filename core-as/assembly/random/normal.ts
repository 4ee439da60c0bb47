// Normal numbers by Box and Muller's transform (boxmuller.ts).
import { STREAM_BLOCK } from "../../shared/stream";
import { checkRange, checkThat } from "../memory/check";
import { firstFactorNaive, radiusNaive, secondFactorNaive } from "./boxmuller";
import { LAW_NORMAL, walk } from "./walk";
import { nextWord, seedLanes } from "./xoshiro";

/** out f32[count]: N(mean, std^2), |z| up to 6.55; elements 8k + j and 8k + 4 + j are one pair. */
export function drawNormal(
  out: usize, firstBlock: u32, count: i32, keyLo: u32, keyHi: u32, seedLo: u32, seedHi: u32, mean: f64, std: f64,
): void {
  checkThat(isFinite(mean) && isFinite(std) && std >= 0, "normal: mean and std must be finite, std not negative");
  walk(LAW_NORMAL, out, firstBlock, count, keyLo, keyHi, seedLo, seedHi, f32(mean), f32(std), 0, 0);
}

/** Naive twin of drawNormal, equal bits; scratch u32[16]. */
export function drawNormalNaive(
  out: usize, firstBlock: u32, count: i32, keyLo: u32, keyHi: u32, seedLo: u32, seedHi: u32, mean: f64, std: f64,
  scratch: usize,
): void {
  checkRange(out, usize(count) * 4);
  for (let done = 0; done < count; done += STREAM_BLOCK) {
    const n = min(STREAM_BLOCK, count - done);
    seedLanes(scratch, firstBlock++, keyLo, keyHi, seedLo, seedHi);
    for (let i = 0; i < n; i += 8) {
      for (let lane = 0; lane < 4; lane++) {
        const state = scratch + (usize(lane) << 4);
        const r = radiusNaive(nextWord(state)) * f32(std);
        const angle = nextWord(state);
        const at = out + (usize(done + i + lane) << 2);
        if (i + lane < n) store<f32>(at, f32(mean) + r * firstFactorNaive(angle));
        if (i + lane + 4 < n) store<f32>(at, f32(mean) + r * secondFactorNaive(angle), 16);
      }
    }
  }
}
