// The hash that turns a stream's name into its key.
import { checkRange } from "../memory/check";

/**
 * out u32[2] (low word, high word): 64-bit hash of `bytes` bytes of UTF-8 at `ptr`.
 * FNV-1a 64 (Fowler, Noll, Vo), which reads every byte, then MurmurHash3's 64-bit finaliser (Appleby), which
 * spreads the last byte, too, over all bits: names such as layer/1/weight and layer/2/weight differ in half of them.
 */
export function hashName(ptr: usize, bytes: i32, out: usize): void {
  checkRange(out, 8);
  let hash: u64 = 0xcbf29ce484222325;
  for (let i = 0; i < bytes; i++) {
    hash = (hash ^ u64(load<u8>(ptr + i))) * 0x00000100000001b3;
  }
  hash ^= hash >> 33;
  hash *= 0xff51afd7ed558ccd;
  hash ^= hash >> 33;
  hash *= 0xc4ceb9fe1a85ec53;
  hash ^= hash >> 33;
  store<u32>(out, u32(hash));
  store<u32>(out + 4, u32(hash >> 32));
}
