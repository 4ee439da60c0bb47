// The vector pass against its scalar twin, and what cutting and merging may and may not change.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BUILDS, TestCore } from "../harness";
import { ALL_FLAGS, accumulateBatch, batch, normals, uniforms } from "./measure";

const HEADER_BYTES = 32 * 8;
const ODD = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 1e-45, 3.4e38];

/** Header and histogram, then the hashes: what merging may not change. */
function countsOf(bytes: Uint8Array, cols: number): number[] {
  const header = Array.from(new Float64Array(bytes.buffer, bytes.byteOffset, 16));
  const histogram = Array.from(new Uint32Array(bytes.buffer, bytes.byteOffset + HEADER_BYTES, 6144));
  const units = (cols + 3) & ~3;
  const hashes = new Uint32Array(
    bytes.buffer,
    bytes.byteOffset + HEADER_BYTES + 6144 * 4 + units * 48,
    units * 2,
  );
  return [...header, ...histogram, ...hashes];
}

/** toEqual would take seconds over so many bytes. */
function expectSame(actual: Uint8Array, wanted: Uint8Array): void {
  expect(actual.length).toBe(wanted.length);
  expect(actual.findIndex((byte, i) => byte !== wanted[i])).toBe(-1);
}

describe.each(BUILDS)("accumulate (%s)", (build) => {
  const core = new TestCore(build);

  it("equals its twin bit for bit, for any shape, values and flags", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 17 }),
        fc.integer({ min: 1, max: 150 }),
        fc.integer({ min: 0, max: 3 }),
        fc.integer({ min: 0, max: 1e6 }),
        fc.constantFrom(0, 0.02, 0.5),
        (cols, rows, flags, seed, oddShare) => {
          core.reset();
          const normal = normals(seed);
          const uniform = uniforms(seed + 1);
          const x = batch(rows, cols, () =>
            uniform() < oddShare ? ODD[Math.floor(ODD.length * uniform())]! : 0.7 * normal(),
          );
          const options = { flags, low: -1, high: 1, saturatedLow: -0.8, saturatedHigh: 0.9, chunk: 64 };
          const fast = accumulateBatch(core, x, options).bytes();
          const naive = accumulateBatch(core, x, { ...options, naive: true }).bytes();
          expectSame(fast, naive);
        },
      ),
      { numRuns: 150, seed: 7 },
    );
  });

  it("does not care how a slab is cut into chunks, bit for bit", () => {
    core.reset();
    const normal = normals(3);
    for (const flags of [0, ALL_FLAGS]) {
      const x = batch(300, 13, () => normal());
      const whole = accumulateBatch(core, x, { flags, chunk: 300 }).bytes();
      for (const chunk of [1, 7, 128]) expectSame(accumulateBatch(core, x, { flags, chunk }).bytes(), whole);
    }
  });

  it("does not look at the padding", () => {
    core.reset();
    const normal = normals(4);
    const x = batch(200, 5, () => normal());
    const other = { ...x, padded: x.padded.map((v, i) => (i % x.ld < x.cols ? v : 0)) };
    expectSame(accumulateBatch(core, x).bytes(), accumulateBatch(core, other).bytes());
  });

  it("merges slabs to the counts, extremes and hashes of one pass, and to its sums within rounding", () => {
    core.reset();
    const normal = normals(5);
    const cols = 10;
    const x = batch(500, cols, (row) => (row % 90 === 5 ? NaN : normal()));
    const whole = accumulateBatch(core, x, { saturatedHigh: 1 }).bytes();
    const merged = accumulateBatch(core, x, { saturatedHigh: 1, slab: 128 }).bytes();
    expect(countsOf(merged, cols)).toEqual(countsOf(whole, cols));
    const unitsAt = HEADER_BYTES + 6144 * 4;
    const sums = (bytes: Uint8Array) => new Float64Array(bytes.buffer, bytes.byteOffset + unitsAt, 6 * 12);
    sums(merged).forEach((value, i) => {
      expect(Math.abs(value - sums(whole)[i]!)).toBeLessThanOrEqual(1e-11 * (1 + Math.abs(value)));
    });
    const again = accumulateBatch(core, x, { saturatedHigh: 1, slab: 128, chunk: 32 }).bytes();
    expectSame(again, merged);
  });

  it("merges into a cleared block what the other one holds", () => {
    core.reset();
    const normal = normals(6);
    const { block, bytes } = accumulateBatch(
      core,
      batch(50, 6, () => normal()),
      { low: -1 },
    );
    const empty = core.u8(core.call["accumulatorBytes"]!(6, ALL_FLAGS));
    core.call["clearAccumulator"]!(empty.ptr, 6, ALL_FLAGS);
    const before = bytes();
    core.call["mergeAccumulator"]!(block, empty.ptr, 6, ALL_FLAGS);
    expectSame(bytes(), before);
    core.call["mergeAccumulator"]!(empty.ptr, block, 6, ALL_FLAGS);
    expectSame(empty.values(), before);
  });
});
