// Random orders.
import { checkRange } from "../memory/check";
import { boundedInteger, FIRST_FREE_USE } from "./philox";

/**
 * out u32[n]: a permutation of 0..n-1, every one equally likely as far as the stream goes: the shuffle of Fisher and
 * Yates, each place an unbiased integer of its own counter.
 */
export function drawPermutation(
  out: usize, n: i32, keyLo: u32, keyHi: u32, seedLo: u32, seedHi: u32,
): void {
  checkRange(out, usize(n) * 4);
  for (let i = 0; i < n; i++) store<u32>(out + (usize(i) << 2), i);
  for (let i = n - 1; i > 0; i--) {
    const j = boundedInteger(i + 1, i, FIRST_FREE_USE, keyLo, keyHi, seedLo, seedHi);
    const at = out + (usize(i) << 2);
    const from = out + (usize(j) << 2);
    const held = load<u32>(at);
    store<u32>(at, load<u32>(from));
    store<u32>(from, held);
  }
}
