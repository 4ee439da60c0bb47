// The battery on the streams and on what lies across them. A limit of 4.5 (two-sided 7e-6) over some 55 figures a
// run means: a perfect generator would fail one run in 2700, for one fixed seed.
import { describe, expect, it } from "vitest";
import { STREAM_BLOCK } from "../../shared/stream";
import { TestCore } from "../harness";
import { battery, worst } from "./battery";
import { drawWords, streamOf } from "./stream";

const LIMIT = 4.5;
const WORDS = 2 ** 19;

// The checked core's words equal the fast one's (twins.test.ts), so one build is enough here.
const core = new TestCore("fast");

/** One word of each stream in turn. */
function interleaved(streams: readonly Uint32Array[]): Uint32Array {
  return Uint32Array.from({ length: streams.length * streams[0]!.length }, (_, i) => {
    return streams[i % streams.length]![Math.floor(i / streams.length)]!;
  });
}

function seeds(from: number, count: number, words: number): Uint32Array[] {
  return Array.from({ length: count }, (_, i) =>
    drawWords(core, words, streamOf(core, "layer/1/weight", from + i)),
  );
}

function names(count: number, words: number): Uint32Array[] {
  return Array.from({ length: count }, (_, i) =>
    drawWords(core, words, streamOf(core, `layer/${i + 1}/weight`, 7)),
  );
}

function xor(a: Uint32Array, b: Uint32Array): Uint32Array {
  return a.map((word, i) => word ^ b[i]!);
}

const CASES: Record<string, () => Uint32Array> = {
  "one stream": () => drawWords(core, WORDS, streamOf(core, "data/inputs", 0)),
  "one stream at a large seed": () => drawWords(core, WORDS, streamOf(core, "data/inputs", 2 ** 53 - 1)),
  "one lane": () =>
    drawWords(core, 4 * WORDS, streamOf(core, "data/inputs", 1)).filter((_, i) => i % 4 === 2),
  "the first words of blocks": () =>
    drawWords(core, 2 ** 23, streamOf(core, "data/inputs", 2)).filter((_, i) => i % STREAM_BLOCK < 64),
  "blocks interleaved": () => {
    const all = drawWords(core, WORDS, streamOf(core, "data/inputs", 3));
    return interleaved(
      Array.from({ length: WORDS / STREAM_BLOCK }, (_, i) => all.slice(i * 4096, (i + 1) * 4096)),
    );
  },
  "2 neighbouring seeds interleaved": () => interleaved(seeds(42, 2, WORDS / 2)),
  "256 neighbouring seeds interleaved": () => interleaved(seeds(0, 256, WORDS / 256)),
  "the first 16 words of 32768 neighbouring seeds": () => interleaved(seeds(0, 2 ** 15, 16)),
  "2 neighbouring names interleaved": () => interleaved(names(2, WORDS / 2)),
  "256 neighbouring names interleaved": () => interleaved(names(256, WORDS / 256)),
  "the difference of neighbouring seeds": () => xor(...(seeds(42, 2, WORDS) as [Uint32Array, Uint32Array])),
  "the difference of neighbouring names": () => xor(...(names(2, WORDS) as [Uint32Array, Uint32Array])),
};

describe("battery", () => {
  it.each(Object.keys(CASES))("%s", (name) => {
    core.reset();
    const figure = worst(CASES[name]!());
    expect(Math.abs(figure.z), figure.test).toBeLessThan(LIMIT);
  });

  it("finds fault with a linear congruence, a shift register, a counter and a stream laid over itself", () => {
    let state = 1;
    const congruence = Uint32Array.from(
      { length: WORDS },
      () => (state = (Math.imul(state, 69069) + 1) >>> 0),
    );
    const register = Uint32Array.from({ length: WORDS }, () => {
      state ^= state << 13;
      state ^= state >>> 17;
      return (state ^= state << 5) >>> 0;
    });
    const counter = Uint32Array.from({ length: WORDS }, (_, i) => Math.imul(i, 0x9e3779b9));
    const stream = drawWords(core, WORDS / 2, streamOf(core, "data/inputs", 0));
    for (const bad of [congruence, register, counter, interleaved([stream, stream])])
      expect(Math.abs(worst(bad).z)).toBeGreaterThan(LIMIT);
    expect(battery(register).find(({ test }) => test.startsWith("ranks"))!.z).toBeGreaterThan(LIMIT);
  });
});
