// One xoshiro128++ lane in plain integers: the reference implementation, and the naive twins' source of words.
import { checkRange } from "../memory/check";
import { laneState } from "./walk";

/** The next word of the lane whose state u32[4] lies at `state`. */
export function nextWord(state: usize): u32 {
  const s0 = load<u32>(state);
  const s1 = load<u32>(state, 4);
  const s2 = load<u32>(state, 8) ^ s0;
  const s3 = load<u32>(state, 12) ^ s1;
  store<u32>(state, s0 ^ s3);
  store<u32>(state, s1 ^ s2, 4);
  store<u32>(state, s2 ^ (s1 << 9), 8);
  store<u32>(state, rotl<u32>(s3, 11), 12);
  return rotl<u32>(s0 + (s3 ^ s1), 7) + s0;
}

/** out u32[n]: the next n words of xoshiro128++; state u32[4] moves on. */
export function xoshiro128ppSteps(out: usize, state: usize, n: i32): void {
  checkRange(out, usize(n) * 4);
  checkRange(state, 16);
  for (let i = 0; i < n; i++) store<u32>(out + (usize(i) << 2), nextWord(state));
}

/** Writes the states of the four lanes of a block to scratch u32[16], lane by lane. */
export function seedLanes(scratch: usize, block: u32, keyLo: u32, keyHi: u32, seedLo: u32, seedHi: u32): void {
  checkRange(scratch, 64);
  for (let lane = 0; lane < 4; lane++)
    v128.store(scratch + (usize(lane) << 4), laneState(block, lane, keyLo, keyHi, seedLo, seedHi));
}
