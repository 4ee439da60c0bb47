import { describe, expect, it } from "vitest";
import { BUILDS, TestCore } from "../harness";
import { drawWords, streamOf } from "./stream";

const hex = (text: string) => text.split(" ").map((word) => parseInt(word, 16));

// Random123, tests/kat_vectors: counter, key, output of philox4x32 with 10 rounds.
const PHILOX = [
  ["00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"],
  ["ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"],
  ["243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"],
] as const;

// The reference C program from the state 1, 2, 3, 4 (also the vectors of the crate rand_xoshiro).
const XOSHIRO = [
  641, 1573767, 3222811527, 3517856514, 836907274, 4247214768, 3867114732, 1355841295, 495546011, 621204420,
];

const MASK = (1n << 64n) - 1n;
const hashed = (name: string) => {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(name)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & MASK;
  hash = ((hash ^ (hash >> 33n)) * 0xff51afd7ed558ccdn) & MASK;
  hash = ((hash ^ (hash >> 33n)) * 0xc4ceb9fe1a85ec53n) & MASK;
  return hash ^ (hash >> 33n);
};

describe.each(BUILDS)("published vectors, %s core", (build) => {
  const core = new TestCore(build);

  it.each(PHILOX)("Philox4x32-10 of %s under %s", (counter, key, expected) => {
    const out = core.u32(4);
    core.call["philox4x32"]!(out.ptr, ...hex(counter), ...hex(key));
    expect([...out.values()]).toEqual(hex(expected));
  });

  it("xoshiro128++ from 1, 2, 3, 4", () => {
    const out = core.u32(XOSHIRO.length);
    const state = core.u32([1, 2, 3, 4]);
    core.call["xoshiro128ppSteps"]!(out.ptr, state.ptr, XOSHIRO.length);
    expect([...out.values()]).toEqual(XOSHIRO);
  });

  it("word i of a block is step i / 4 of lane i % 4, seeded by Philox", () => {
    const stream = streamOf(core, "layer/1/weight", 2 ** 40 + 5);
    const [keyLo, keyHi, seedLo, seedHi] = stream;
    const words = drawWords(core, 4096, stream, 3);
    for (let lane = 0; lane < 4; lane++) {
      const state = core.u32(4);
      const steps = core.u32(1024);
      core.call["philox4x32"]!(state.ptr, 3, lane, seedLo, seedHi, keyLo, keyHi);
      core.call["xoshiro128ppSteps"]!(steps.ptr, state.ptr, 1024);
      expect([...words.filter((_, i) => i % 4 === lane)]).toEqual([...steps.values()]);
    }
  });

  it.each(["", "a", "layer/1/weight", "output/bias", "größe"])("the key of %j", (name) => {
    const [lo, hi] = streamOf(core, name, 0);
    expect((BigInt(hi) << 32n) | BigInt(lo)).toBe(hashed(name));
  });

  it("keys of a thousand layers differ, from neighbour to neighbour in half of their bits", () => {
    const keys = Array.from({ length: 1000 }, (_, i) => hashed(`layer/${i}/weight`));
    expect(new Set(keys).size).toBe(1000);
    const ones = (x: bigint) => x.toString(2).replaceAll("0", "").length;
    const differing = keys.slice(1).reduce((sum, key, i) => sum + ones(key ^ keys[i]!), 0) / 999;
    expect(Math.abs(differing - 32)).toBeLessThan((4 * 4) / Math.sqrt(999));
  });
});
