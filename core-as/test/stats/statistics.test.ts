// The figures of a tensor against slow float64 computations.
import { describe, expect, it } from "vitest";
import { FLAG_HASH, FLAG_UNITS, Statistic } from "../../shared/statistics";
import { BUILDS, TestCore } from "../harness";
import { batch, finish, normals, statisticsOf, uniforms } from "./measure";
import type { Batch } from "./measure";
import { momentsOf, recount, splitStd } from "./reference";

const normal = normals(1);
const uniform = uniforms(2);
const fromUnits = (spread: number, within: number) => {
  const means = Array.from({ length: 64 }, () => spread * normal());
  return (_row: number, col: number) => means[col]! + within * normal();
};

/** Batches of many kinds; every one finite. */
const BATCHES: Record<string, Batch> = {
  normal: batch(500, 33, () => normal()),
  "shifted normal": batch(300, 20, () => 3 + 0.1 * normal()),
  uniform: batch(400, 24, () => uniform()),
  relu: batch(400, 30, () => Math.max(0, normal())),
  "heavy tails": batch(600, 20, () => normal() / (Math.abs(normal()) + 1e-3) ** 0.5),
  "log-normal products": batch(600, 20, () => normal() * Math.exp(2 * normal())),
  "units apart": batch(500, 40, fromUnits(1, 1e-4)),
  "tiny signal, large mean": batch(500, 16, (_r, col) => 0.5 + 0.01 * col + 1e-6 * normal()),
  "huge offset": batch(500, 10, () => 1e6 + 1e-3 * normal()),
  "around a million": batch(500, 10, () => 1e6 + normal()),
  "silu(100 normal)": batch(300, 20, () => {
    const z = 100 * normal();
    return z / (1 + Math.exp(-z));
  }),
  "tiny of both signs about 0": batch(300, 8, (_r, col) =>
    col < 4 ? (0.1 * normal()) ** 25 : uniform() < 0.1 ? -0 : normal(),
  ),
  tiny: batch(200, 8, () => 1e-41 * normal()),
  large: batch(200, 8, () => 1e37 * normal()),
  integers: batch(200, 9, () => Math.floor(17 * uniform())),
  "two values": batch(300, 12, () => (uniform() < 0.3 ? -0.125 : 0.125)),
  "one row": batch(1, 50, () => normal()),
  "one unit": batch(300, 1, () => normal()),
  "one value": batch(1, 1, () => 0.7),
};

/** |actual - wanted| <= relative |wanted| + absolute */
function near(actual: number, wanted: number, relative: number, absolute = 0): void {
  if (Number.isNaN(wanted)) expect(actual).toBeNaN();
  else expect(Math.abs(actual - wanted)).toBeLessThanOrEqual(relative * Math.abs(wanted) + absolute);
}

describe.each(BUILDS)("statistics (%s)", (build) => {
  const core = new TestCore(build);

  it.each(Object.entries(BATCHES))("moments of %s", (_name, x) => {
    core.reset();
    const figures = statisticsOf(core, x, { slab: 256 });
    const values = Array.from(x.values);
    const wanted = momentsOf(values);
    const split = splitStd(x);
    const noise = 1e-15 * wanted.rms;
    expect(figures.of(Statistic.count)).toBe(values.length);
    near(figures.of(Statistic.mean), wanted.mean, 1e-14, 1e-14 * wanted.std);
    near(figures.of(Statistic.std), wanted.std, 1e-12, noise * 1e-3);
    near(figures.of(Statistic.rms), wanted.rms, 1e-13);
    near(figures.of(Statistic.skewness), wanted.skewness, 1e-9, 1e-10);
    near(figures.of(Statistic.kurtosis), wanted.kurtosis, 1e-9, 1e-9);
    near(figures.of(Statistic.acrossSampleStd), split.acrossSample, 1e-10, noise * 1e-3);
    near(figures.of(Statistic.acrossUnitStd), split.acrossUnit, 1e-10, noise);
    const parts = figures.of(Statistic.acrossSampleStd) ** 2 + figures.of(Statistic.acrossUnitStd) ** 2;
    near(parts, figures.of(Statistic.std) ** 2, 1e-12);
    expect(figures.of(Statistic.min)).toBe(Math.min(...values));
    expect(figures.of(Statistic.max)).toBe(Math.max(...values));
    expect(figures.of(Statistic.zeros)).toBe(values.filter((v) => v === 0).length);
    expect(figures.of(Statistic.nonFinite)).toBe(0);
  });

  it.each(Object.entries(BATCHES))("pooled moments of %s, without units", (_name, x) => {
    core.reset();
    const figures = statisticsOf(core, x, { flags: 0, slab: 256 });
    const wanted = momentsOf(Array.from(x.values));
    near(figures.of(Statistic.mean), wanted.mean, 1e-13, 1e-13 * wanted.std);
    near(figures.of(Statistic.std), wanted.std, 1e-11, 1e-18 * wanted.rms);
    near(figures.of(Statistic.skewness), wanted.skewness, 1e-8, 1e-9);
    near(figures.of(Statistic.kurtosis), wanted.kurtosis, 1e-8, 1e-8);
    expect(figures.of(Statistic.acrossSampleStd)).toBeNaN();
    expect(figures.of(Statistic.deadUnits)).toBeNaN();
  });

  it.each(Object.entries(BATCHES))("histogram of %s equals an exact recount", (_name, x) => {
    core.reset();
    const { edges, counts, of } = statisticsOf(core, x, { slab: 128 });
    for (let i = 0; i + 1 < edges.length; i++) expect(edges[i]!).toBeLessThan(edges[i + 1]!);
    expect(counts).toEqual(recount(x.values, edges, []));
    expect(counts.length).toBeGreaterThanOrEqual(1);
    expect(counts.length).toBeLessThanOrEqual(66);
    const shown = counts.reduce((a, b) => a + b, 0);
    expect(shown + of(Statistic.zeros) + of(Statistic.nonFinite)).toBe(of(Statistic.count));
  });

  it("shows the bulk of a normal in 20 to 64 round bins", () => {
    core.reset();
    const { edges, counts } = statisticsOf(core, BATCHES["normal"]!);
    expect(counts.length).toBeGreaterThan(20);
    const step = edges[3]! - edges[2]!;
    for (const edge of edges) {
      const multiple = edge / step;
      expect(Math.abs(multiple - Math.round(multiple))).toBeLessThan(1e-9);
      // A round edge prints short.
      expect(String(edge).length).toBeLessThanOrEqual(6);
    }
  });

  it("counts zeros, bounds and saturated values apart, zeros first", () => {
    core.reset();
    const x = batch(400, 17, () => Math.max(-1, Math.min(1, 1.5 * normal() * (uniform() < 0.1 ? 0 : 1))));
    const options = { low: -1, high: 1, saturatedLow: -0.9, saturatedHigh: 0.95, slab: 128 };
    const { of, edges, counts } = statisticsOf(core, x, options);
    const values = Array.from(x.values);
    expect(of(Statistic.atLow)).toBe(values.filter((v) => v === -1).length);
    expect(of(Statistic.atHigh)).toBe(values.filter((v) => v === 1).length);
    expect(of(Statistic.zeros)).toBe(values.filter((v) => v === 0).length);
    const [low, high] = [Math.fround(-0.9), Math.fround(0.95)];
    expect(of(Statistic.saturated)).toBe(values.filter((v) => v <= low || v >= high).length);
    expect(counts).toEqual(recount(values, edges, [-1, 1]));
    const apart = of(Statistic.zeros) + of(Statistic.atLow) + of(Statistic.atHigh);
    expect(counts.reduce((a, b) => a + b, apart)).toBe(values.length);

    const relu = batch(100, 8, () => Math.max(0, normal()));
    const zeroLow = statisticsOf(core, relu, { low: 0, high: NaN });
    expect(zeroLow.of(Statistic.atLow)).toBe(0);
    expect(zeroLow.of(Statistic.zeros)).toBe(relu.values.filter((v) => v === 0).length);
  });

  it.each([0, 1, -1, 0.1, 0.5, 1e-38, 1e-45, -3e38, 1e6])("a constant %f has no spread at all", (value) => {
    core.reset();
    for (const flags of [0, 3]) {
      const x = batch(300, 7, () => value);
      const { of, quantiles, edges, counts } = statisticsOf(core, x, { flags, slab: 100, chunk: 33 });
      const c = Math.fround(value);
      expect(of(Statistic.mean)).toBe(c);
      expect(of(Statistic.std)).toBe(0);
      expect(of(Statistic.skewness)).toBeNaN();
      expect(of(Statistic.kurtosis)).toBeNaN();
      expect(quantiles).toEqual(new Array(7).fill(c));
      expect(counts).toEqual(recount(x.values, edges, []));
      if (flags === 0) continue;
      expect(of(Statistic.constantUnits)).toBe(7);
      expect(of(Statistic.distinctUnits)).toBe(1);
      expect(of(Statistic.deadUnits)).toBe(c === 0 ? 7 : 0);
      expect(of(Statistic.acrossSampleStd)).toBe(0);
      expect(of(Statistic.acrossUnitStd)).toBe(0);
    }
  });

  it("leaves out what is not finite, and says how much", () => {
    core.reset();
    const odd = [NaN, Infinity, -Infinity];
    const x = batch(300, 11, (row, col) =>
      col === 3 || row === 0 || uniform() < 0.05 ? odd[(row + col) % 3]! : normal(),
    );
    const finite = Array.from(x.values).filter(Number.isFinite);
    const wanted = momentsOf(finite);
    for (const flags of [0, 3]) {
      const { of, edges, counts } = statisticsOf(core, x, { flags, slab: 128, saturatedLow: -2 });
      expect(of(Statistic.count)).toBe(3300);
      expect(of(Statistic.nonFinite)).toBe(3300 - finite.length);
      near(of(Statistic.mean), wanted.mean, 1e-12, 1e-13);
      near(of(Statistic.std), wanted.std, 1e-12);
      near(of(Statistic.kurtosis), wanted.kurtosis, 1e-9, 1e-10);
      expect(of(Statistic.max)).toBe(Math.max(...finite));
      expect(of(Statistic.saturated)).toBe(finite.filter((v) => v <= -2).length);
      expect(counts).toEqual(recount(x.values, edges, []));
      if (flags === 3)
        near(of(Statistic.acrossSampleStd) ** 2 + of(Statistic.acrossUnitStd) ** 2, wanted.std ** 2, 1e-12);
    }
  });

  it("gives NaN, and no bin filled, where nothing is finite or nothing is there", () => {
    core.reset();
    for (const x of [batch(20, 5, () => NaN), batch(0, 5, () => 0)]) {
      const { of, quantiles, counts } = statisticsOf(core, x);
      expect(of(Statistic.nonFinite)).toBe(x.values.length);
      for (const which of [Statistic.mean, Statistic.std, Statistic.rms, Statistic.min, Statistic.max])
        expect(of(which)).toBeNaN();
      expect(quantiles).toEqual(new Array(7).fill(NaN));
      expect(counts).toEqual([0]);
    }
  });

  it("counts dead, constant and distinct units", () => {
    core.reset();
    // Units: 0 and 1 dead (one with a negative zero), 2 and 3 the same, 4 constant, 5 all but constant, 6.. normal.
    const rows = Array.from({ length: 300 }, () => normal());
    const x = batch(300, 12, (row, col) => {
      if (col === 0) return 0;
      if (col === 1) return row === 7 ? -0 : 0;
      if (col === 2 || col === 3) return rows[row]!;
      if (col === 4) return 0.3;
      if (col === 5) return row === 299 ? 0.30000004 : 0.3;
      return normal();
    });
    const { of } = statisticsOf(core, x, { slab: 128 });
    expect(of(Statistic.deadUnits)).toBe(2);
    expect(of(Statistic.constantUnits)).toBe(4);
    expect(of(Statistic.distinctUnits)).toBe(10);
  });

  it("tells units apart that differ in one bit of one sample, or in the order of their samples", () => {
    core.reset();
    const rows = Array.from({ length: 256 }, () => Math.fround(normal()));
    const x = batch(256, 258, (row, col) => {
      const value = rows[row]!;
      if (col < 256) return row === col ? value * (1 + 2 ** -23) : value;
      return col === 256 ? value : rows[row ^ 1]!;
    });
    expect(statisticsOf(core, x).of(Statistic.distinctUnits)).toBe(258);
  });

  it("puts values on an edge above it, as numpy does", () => {
    core.reset();
    const x = batch(100, 16, (row, col) => -2 + ((row * 16 + col) % 33) * 0.125);
    const { edges, counts } = statisticsOf(core, x);
    expect(counts).toEqual(recount(x.values, edges, []));
    expect(edges.some((edge) => x.values.includes(edge))).toBe(true);
  });

  it("takes a flat tensor of any length, and nothing past its end", () => {
    for (const count of [1, 2, 3, 4, 5, 7, 100, 4095, 4096, 4099, 9001]) {
      core.reset();
      const values = Float32Array.from({ length: count }, () => 0.3 * normal());
      const x = core.f32(values).ptr;
      core.f32([NaN, NaN, NaN, NaN]);
      const calibration = core.alloc(core.call["calibrationBytes"]!());
      const scratch = core.alloc(core.call["calibrateScratchBytes"]!());
      core.call["calibrate"]!(calibration, x, 1, count, count, scratch);
      const block = core.u8(core.call["accumulatorBytes"]!(0, 0));
      const twin = core.u8(core.call["accumulatorBytes"]!(0, 0));
      for (const region of [block, twin]) core.call["clearAccumulator"]!(region.ptr, 0, 0);
      core.call["accumulateFlat"]!(block.ptr, calibration, x, count);
      core.call["accumulateFlatNaive"]!(twin.ptr, calibration, x, count);
      expect(Buffer.compare(block.values(), twin.values())).toBe(0);
      const { of, edges, counts } = finish(core, block.ptr, calibration, 0, 0);
      const wanted = momentsOf(Array.from(values));
      expect(of(Statistic.count)).toBe(count);
      near(of(Statistic.mean), wanted.mean, 1e-12, 1e-14);
      near(of(Statistic.std), wanted.std, 1e-12, 1e-16);
      expect(counts).toEqual(recount(values, edges, []));
    }
  });

  it.each([0, 1e-12, 1e12])("survives a pilot of %f that says nothing about the rest", (pilot) => {
    core.reset();
    for (const scale of [1e-9, 1, 1e9]) {
      const x = batch(100, 12, (row) => (row < 16 ? pilot : scale * normal()));
      const { of, edges, counts } = statisticsOf(core, x, { slab: 32 });
      const wanted = momentsOf(Array.from(x.values));
      near(of(Statistic.mean), wanted.mean, 1e-12, 1e-12 * wanted.std);
      near(of(Statistic.std), wanted.std, 1e-12);
      near(of(Statistic.kurtosis), wanted.kurtosis, 1e-9, 1e-9);
      expect(counts).toEqual(recount(x.values, edges, []));
    }
  });

  it("keeps per-unit figures without the hashes", () => {
    core.reset();
    const x = BATCHES["units apart"]!;
    const { of } = statisticsOf(core, x, { flags: FLAG_UNITS });
    near(of(Statistic.acrossSampleStd), splitStd(x).acrossSample, 1e-12);
    expect(of(Statistic.distinctUnits)).toBeNaN();
    expect(of(Statistic.deadUnits)).toBe(0);
  });
});

describe.each(BUILDS)("units that are not finite, %s core", (build) => {
  it("count one NaN as another, whatever its bits", () => {
    const core = new TestCore(build);
    const [rows, cols, flags] = [5, 20, FLAG_HASH | FLAG_UNITS];
    const nans = new Uint32Array(rows * cols).map((_, i) => [0x7fc00000, 0xffc00000, 0x7f800001][i % 3]!);
    const x = core.u32(nans);
    const first = core.f32(cols);
    const calibration = core.alloc(core.call["calibrationBytes"]!());
    core.call["calibrate"]!(
      calibration,
      x.ptr,
      rows,
      cols,
      cols,
      core.alloc(core.call["calibrateScratchBytes"]!()),
    );
    const block = core.alloc(core.call["accumulatorBytes"]!(cols, flags));
    core.call["clearAccumulator"]!(block, cols, flags);
    core.call["accumulate"]!(
      ...[block, calibration, x.ptr, first.ptr, rows, cols, cols, 0, NaN, NaN, -Infinity, Infinity, flags],
    );
    const out = core.f64(Statistic.total);
    const scratch = core.alloc(core.call["finishScratchBytes"]!(cols));
    core.call["finishStatistics"]!(out.ptr, block, calibration, cols, flags, scratch);
    expect(out.values()[Statistic.nonFinite]).toBe(rows * cols);
    expect(out.values()[Statistic.distinctUnits]).toBe(1);
  });
});
