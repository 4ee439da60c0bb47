// Philox4x32-10, the counter-based generator that keys every stream
// (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
//
// One stream is one key (the hash of its name). Its counters are (block, use, seedLo, seedHi):
//   use 0..3   the states of the four xoshiro lanes of the block (lanes.ts)
//   use 4 up   single draws made without lanes: far tails, permutations, masks, generated data
// For a fixed key Philox is a bijection of the counter, so no two uses of a stream share a value by design.
import { checkRange } from "../memory/check";

/** First `use` (second counter word) that is free for draws outside the xoshiro lanes. */
export const FIRST_FREE_USE: u32 = 4;

const M0: u64 = 0xd2511f53;
const M1: u64 = 0xcd9e8d57;
const W0: u32 = 0x9e3779b9;
const W1: u32 = 0xbb67ae85;

/** The four output words of one counter under one key, as the lanes of a vector. */
export function philox(c0: u32, c1: u32, c2: u32, c3: u32, k0: u32, k1: u32): v128 {
  for (let round = 0; round < 10; round++) {
    const p0 = M0 * u64(c0);
    const p1 = M1 * u64(c2);
    c0 = u32(p1 >> 32) ^ c1 ^ k0;
    c1 = u32(p1);
    c2 = u32(p0 >> 32) ^ c3 ^ k1;
    c3 = u32(p0);
    k0 += W0;
    k1 += W1;
  }
  let words = i32x4.splat(c0);
  words = i32x4.replace_lane(words, 1, c1);
  words = i32x4.replace_lane(words, 2, c2);
  return i32x4.replace_lane(words, 3, c3);
}

/** Philox4x32-10 itself: out u32[4] from the counter c0..c3 and the key k0, k1. For the published vectors. */
export function philox4x32(out: usize, c0: u32, c1: u32, c2: u32, c3: u32, k0: u32, k1: u32): void {
  checkRange(out, 16);
  v128.store(out, philox(c0, c1, c2, c3, k0, k1));
}

/** A double uniform on (0, 1), centred in its cell of 2^-52, from two words: never 0, never 1. */
// @ts-ignore: decorator
@inline
export function unitFromWords(high: u32, low: u32): f64 {
  return (f64((u64(high) << 20) | u64(low >> 12)) + 0.5) * 2.220446049250313e-16;
}

/**
 * An unbiased integer on [0, range) by Lemire's multiplication with rejection ("Fast random integer generation
 * in an interval", 2019). Draws from the counters (index, use, ...), (index, use + 1, ...) until one is accepted.
 */
export function boundedInteger(
  range: u32, index: u32, use: u32, keyLo: u32, keyHi: u32, seedLo: u32, seedHi: u32,
): u32 {
  // 2^32 mod range: the number of low products that would favour some results.
  const unfair: u32 = ((~range) + 1) % range;
  let words = philox(index, use, seedLo, seedHi, keyLo, keyHi);
  let product = u64(u32(i32x4.extract_lane(words, 0))) * u64(range);
  for (let tried = 1; u32(product) < unfair; tried++) {
    // The next word; after the fourth those of the next counter.
    words = tried & 3 ? v128.shuffle<u32>(words, words, 1, 2, 3, 0) : philox(index, ++use, seedLo, seedHi, keyLo, keyHi);
    product = u64(u32(i32x4.extract_lane(words, 0))) * u64(range);
  }
  return u32(product >> 32);
}
