// The raw words of a stream.
import { STREAM_BLOCK } from "../../shared/stream";
import { checkRange } from "../memory/check";
import { LAW_BITS, walk } from "./walk";
import { nextWord, seedLanes } from "./xoshiro";

/** out u32[count]: the words of the stream (key, seed) from block `firstBlock` on. */
export function drawBits(
  out: usize, firstBlock: u32, count: i32, keyLo: u32, keyHi: u32, seedLo: u32, seedHi: u32,
): void {
  walk(LAW_BITS, out, firstBlock, count, keyLo, keyHi, seedLo, seedHi, 0, 0, 0, 0);
}

/** Naive twin of drawBits, equal bits; scratch u32[16]. */
export function drawBitsNaive(
  out: usize, firstBlock: u32, count: i32, keyLo: u32, keyHi: u32, seedLo: u32, seedHi: u32, scratch: usize,
): void {
  checkRange(out, usize(count) * 4);
  for (let i = 0; i < count; i++) {
    if (i % STREAM_BLOCK == 0) seedLanes(scratch, firstBlock + i / STREAM_BLOCK, keyLo, keyHi, seedLo, seedHi);
    store<u32>(out + (usize(i) << 2), nextWord(scratch + (usize(i & 3) << 4)));
  }
}
