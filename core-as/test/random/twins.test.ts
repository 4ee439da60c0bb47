// Vector kernels against their naive twins, and blocks against the whole: equal bits.
import { describe, expect, it } from "vitest";
import { STREAM_BLOCK } from "../../shared/stream";
import { BUILDS, TestCore } from "../harness";
import { bitsOf } from "./statistics";
import { draw, scratchOf, streamOf } from "./stream";

const LAWS: [kernel: string, parameters: number[]][] = [
  ["drawBits", []],
  ["drawUniform", [0, 1]],
  ["drawUniform", [-0.05, 0.05]],
  ["drawUniform", [1e6, 1e6 + 1]],
  ["drawUniform", [3, 3]],
  ["drawNormal", [0, 1]],
  ["drawNormal", [0.3, 0.02]],
  ["drawNormal", [2, 0]],
  ["drawTruncatedNormal", [0, 1, -2, 2]],
  ["drawTruncatedNormal", [0.1, 0.5, 0.2, Infinity]],
  ["drawTruncatedNormal", [0, 1, -0.35, 0.4]],
  ["drawTruncatedNormal", [0, 1, 5, 6]],
  ["drawTruncatedNormal", [0, 1, 0.1, 0.3]],
];

describe.each(LAWS)("%s %j", (kernel, parameters) => {
  const [fast, checked] = BUILDS.map((build) => new TestCore(build)) as [TestCore, TestCore];
  const stream = streamOf(fast, "layer/2/weight", 123456789012);
  const whole = bitsOf(draw(fast, kernel, 5 * STREAM_BLOCK + 13, stream, parameters, 2));

  it("is what its naive twin draws, for odd counts and first blocks", () => {
    for (const core of [fast, checked])
      for (const count of [0, 1, 2, 3, 4, 5, 7, 8, 9, 11, 15, 4095, 4096, 4097, 12301]) {
        core.reset();
        const twin = [...parameters, scratchOf(core)];
        const naive = bitsOf(draw(core, `${kernel}Naive`, count, stream, twin, 2));
        expect(naive).toEqual(whole.slice(0, count));
        expect(bitsOf(draw(core, kernel, count, stream, parameters, 2))).toEqual(naive);
      }
  });

  it("draws any block alone as in the whole", () => {
    for (const block of [4, 0, 3, 1, 2]) {
      const alone = bitsOf(draw(fast, kernel, STREAM_BLOCK, stream, parameters, 2 + block));
      expect(alone).toEqual(whole.slice(block * STREAM_BLOCK, (block + 1) * STREAM_BLOCK));
    }
  });

  it("writes nothing behind its count", () => {
    for (const count of [1, 2, 3, 5, 6, 7, 4093, 4099]) {
      fast.reset();
      const out = fast.f32(new Float32Array(count + 16).fill(77));
      fast.call[kernel]!(out.ptr, 0, count, ...stream, ...parameters);
      expect(
        out
          .values()
          .slice(count)
          .every((x) => x === 77),
      ).toBe(true);
    }
  });
});

describe("the checked core", () => {
  it("refuses ranges outside memory and parameters without sense", () => {
    const core = new TestCore("checked");
    const out = core.f32(8);
    const stream = streamOf(core, "a", 1);
    const call = (kernel: string, ptr: number, count: number, ...rest: number[]) => {
      core.call[kernel]!(ptr, 0, count, ...stream, ...rest);
    };
    expect(() => call("drawNormal", out.ptr, 2 ** 29, 0, 1)).toThrow("memory");
    expect(() => call("drawNormal", out.ptr + 2, 4, 0, 1)).toThrow("aligned");
    expect(() => call("drawUniform", 0, 4, 0, 1)).toThrow("static data");
    expect(() => call("drawNormal", out.ptr, 4, NaN, 1)).toThrow("finite");
    expect(() => call("drawUniform", out.ptr, 4, 0, Infinity)).toThrow("finite");
    expect(() => call("drawTruncatedNormal", out.ptr, 4, 0, 1, 3, 2)).toThrow("low");
  });
});
