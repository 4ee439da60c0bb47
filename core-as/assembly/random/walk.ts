// The walk over a stream: for every block four xoshiro128++ lanes (Blackman and Vigna, "Scrambled linear
// pseudorandom number generators", 2021), and what each law makes of their words. The laws share this one loop;
// `law` is a constant where the walk is called, so each exported kernel holds its own law alone.
// Word i of a block comes from lane i % 4 at step i / 4: a vector of words is stored as it stands.
import { STREAM_BLOCK } from "../../shared/stream";
import { checkRange } from "../memory/check";
import { angle4, cosine4, radius4, sine4, swap4 } from "./boxmuller";
import { philox } from "./philox";

export const LAW_BITS: i32 = 0;
export const LAW_UNIFORM: i32 = 1;
export const LAW_UNIFORM_CLAMPED: i32 = 2;
export const LAW_NORMAL: i32 = 3;
export const LAW_TRUNCATED: i32 = 4;

/** Steps (of eight candidates) after which rejection gives up on a block: 32 times what acceptance 1/4 needs. */
export const REJECTION_STEPS: i32 = 65536;

// For each set of accepted lanes the shuffle that moves them to the front.
const FRONT = memory.data<u32>([
  0, 0, 0, 0,
  0x03020100, 0, 0, 0,
  0x07060504, 0, 0, 0,
  0x03020100, 0x07060504, 0, 0,
  0x0b0a0908, 0, 0, 0,
  0x03020100, 0x0b0a0908, 0, 0,
  0x07060504, 0x0b0a0908, 0, 0,
  0x03020100, 0x07060504, 0x0b0a0908, 0,
  0x0f0e0d0c, 0, 0, 0,
  0x03020100, 0x0f0e0d0c, 0, 0,
  0x07060504, 0x0f0e0d0c, 0, 0,
  0x03020100, 0x07060504, 0x0f0e0d0c, 0,
  0x0b0a0908, 0x0f0e0d0c, 0, 0,
  0x03020100, 0x0b0a0908, 0x0f0e0d0c, 0,
  0x07060504, 0x0b0a0908, 0x0f0e0d0c, 0,
  0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c,
]);

const ODD = memory.data<u32>([1, 1, 1, 1]);

/** The state of one lane of one block. All zero, which xoshiro never leaves, gives way to a constant. */
export function laneState(block: u32, lane: u32, keyLo: u32, keyHi: u32, seedLo: u32, seedHi: u32): v128 {
  const state = philox(block, lane, seedLo, seedHi, keyLo, keyHi);
  return v128.any_true(state) ? state : i32x4(0x9e3779b9, 0x243f6a88, 0xb7e15162, 0x6a09e667);
}

/** Stores the first `count` (0 to 4) lanes. */
function storeFront(out: usize, values: v128, count: i32): void {
  if (count >= 4) {
    v128.store(out, values);
    return;
  }
  if (count >= 1) v128.store_lane<u32>(out, values, 0);
  if (count >= 2) v128.store_lane<u32>(out, values, 1, 4);
  if (count >= 3) v128.store_lane<u32>(out, values, 2, 8);
}

/**
 * Fills out[count] (4-byte elements) from the start of block `firstBlock` on.
 * uniform: p = middle, q = half width / 2^31; clamped: to [low, high], where rounding could leave it. normal: p = mean, q = std.
 * truncated: the normals in [low, high], in order; 0 is returned for a block that ran out of steps, else 1.
 */
// @ts-ignore: decorator
@inline
export function walk(
  law: i32, out: usize, firstBlock: u32, count: i32,
  keyLo: u32, keyHi: u32, seedLo: u32, seedHi: u32,
  p: f32, q: f32, low: f32, high: f32,
): bool {
  checkRange(out, usize(count) * 4);
  const ps = f32x4.splat(p);
  const qs = f32x4.splat(q);
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  for (let done = 0; done < count; done += STREAM_BLOCK) {
    const n = min(STREAM_BLOCK, count - done);
    const a = laneState(firstBlock, 0, keyLo, keyHi, seedLo, seedHi);
    const b = laneState(firstBlock, 1, keyLo, keyHi, seedLo, seedHi);
    const c = laneState(firstBlock, 2, keyLo, keyHi, seedLo, seedHi);
    const d = laneState(firstBlock, 3, keyLo, keyHi, seedLo, seedHi);
    firstBlock++;
    // Transposed: vector k holds state word k of the four lanes.
    const ab01 = v128.shuffle<u32>(a, b, 0, 4, 1, 5);
    const ab23 = v128.shuffle<u32>(a, b, 2, 6, 3, 7);
    const cd01 = v128.shuffle<u32>(c, d, 0, 4, 1, 5);
    const cd23 = v128.shuffle<u32>(c, d, 2, 6, 3, 7);
    let s0 = v128.shuffle<u32>(ab01, cd01, 0, 1, 4, 5);
    let s1 = v128.shuffle<u32>(ab01, cd01, 2, 3, 6, 7);
    let s2 = v128.shuffle<u32>(ab23, cd23, 0, 1, 4, 5);
    let s3 = v128.shuffle<u32>(ab23, cd23, 2, 3, 6, 7);

    let steps = 0;
    let i = 0;
    while (i < n) {
      let sum = i32x4.add(s0, s3);
      let first = i32x4.add(v128.or(i32x4.shl(sum, 7), i32x4.shr_u(sum, 25)), s0);
      let t = i32x4.shl(s1, 9);
      s2 = v128.xor(s2, s0);
      s3 = v128.xor(s3, s1);
      s1 = v128.xor(s1, s2);
      s0 = v128.xor(s0, s3);
      s2 = v128.xor(s2, t);
      s3 = v128.or(i32x4.shl(s3, 11), i32x4.shr_u(s3, 21));

      sum = i32x4.add(s0, s3);
      let second = i32x4.add(v128.or(i32x4.shl(sum, 7), i32x4.shr_u(sum, 25)), s0);
      t = i32x4.shl(s1, 9);
      s2 = v128.xor(s2, s0);
      s3 = v128.xor(s3, s1);
      s1 = v128.xor(s1, s2);
      s0 = v128.xor(s0, s3);
      s2 = v128.xor(s2, t);
      s3 = v128.or(i32x4.shl(s3, 11), i32x4.shr_u(s3, 21));

      if (law == LAW_UNIFORM || law == LAW_UNIFORM_CLAMPED) {
        const odd = v128.load(ODD);
        first = f32x4.add(ps, f32x4.mul(f32x4.convert_i32x4_s(v128.or(first, odd)), qs));
        second = f32x4.add(ps, f32x4.mul(f32x4.convert_i32x4_s(v128.or(second, odd)), qs));
      }
      if (law == LAW_UNIFORM_CLAMPED) {
        first = f32x4.pmin(f32x4.pmax(first, lows), highs);
        second = f32x4.pmin(f32x4.pmax(second, lows), highs);
      }
      if (law == LAW_NORMAL || law == LAW_TRUNCATED) {
        const r = f32x4.mul(radius4(first), qs);
        const x = angle4(second);
        const sine = sine4(x);
        const cosine = cosine4(x);
        const swap = swap4(sine, cosine, second);
        first = f32x4.add(ps, f32x4.mul(r, v128.xor(cosine, swap)));
        second = f32x4.add(ps, f32x4.mul(r, v128.xor(sine, swap)));
      }
      const to = out + (usize(done + i) << 2);
      if (law == LAW_TRUNCATED) {
        if (++steps > REJECTION_STEPS) return false;
        let inside = i32x4.bitmask(v128.and(f32x4.ge(first, lows), f32x4.le(first, highs)));
        let kept = popcnt(inside);
        let front = v128.swizzle(first, v128.load(FRONT + (usize(inside) << 4)));
        // Whole vectors may be stored where the block has room: what lies behind is written again.
        storeFront(to, front, i + 4 <= n ? 4 : min(kept, n - i));
        i += kept;
        if (i < n) {
          inside = i32x4.bitmask(v128.and(f32x4.ge(second, lows), f32x4.le(second, highs)));
          kept = popcnt(inside);
          front = v128.swizzle(second, v128.load(FRONT + (usize(inside) << 4)));
          storeFront(out + (usize(done + i) << 2), front, i + 4 <= n ? 4 : min(kept, n - i));
          i += kept;
        }
      } else {
        if (i + 8 <= n) {
          v128.store(to, first);
          v128.store(to, second, 16);
        } else {
          storeFront(to, first, n - i);
          storeFront(to + 16, second, n - i - 4);
        }
        i += 8;
      }
    }
  }
  return true;
}
