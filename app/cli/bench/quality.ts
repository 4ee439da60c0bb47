// Quality of the normals at 1e8 draws (numerics.md): cells, tails, fourth moment, distinct values.
import { MeasuringCore } from "../../../core-as/runtime/tally";
import type { BenchContext } from "./row";

const CELLS = 1000;
const CHUNK = 2 ** 20;
const CHUNKS = 96; // 1.007e8 draws
const DISTINCT_DRAWS = 2 ** 24;

export function benchQuality(context: BenchContext, module: WebAssembly.Module): void {
  const core = new MeasuringCore(module);
  const section = "normals, 1.007e8 draws";
  context.say(section);
  const out = core.weights(1, CHUNK);
  const key = core.streamKey("bench/quality", 1);
  const edges = cellEdges(core);
  const cells = new Float64Array(CELLS);
  const tails = new Float64Array(3);
  const distinct = new Uint8Array(2 ** 29); // one bit for each float32
  let distinctValues = 0;
  let fourth = 0;
  let draws = 0;
  for (let chunk = 0; chunk < CHUNKS; chunk++) {
    context.signal.throwIfAborted();
    core.drawNormal(out, (chunk * CHUNK) / 4096, key, 0, 1);
    const values = core.read(out);
    const words = new Uint32Array(values.buffer);
    const countDistinct = draws < DISTINCT_DRAWS;
    for (let i = 0; i < CHUNK; i++) {
      const x = values[i]!;
      cells[cellOf(edges, x)]!++;
      const size = Math.abs(x);
      if (size > 3) {
        tails[0]!++;
        if (size > 4) tails[1]!++;
        if (size > 5) tails[2]!++;
      }
      fourth += x * x * x * x;
      if (countDistinct) {
        const word = words[i]!;
        const bit = 1 << (word & 7);
        if (!(distinct[word >>> 3]! & bit)) {
          distinct[word >>> 3]! |= bit;
          distinctValues++;
        }
      }
    }
    draws += CHUNK;
  }
  let chi = 0;
  const expected = draws / CELLS;
  for (const count of cells) chi += (count - expected) ** 2 / expected;
  const told = (name: string, value: number, limit = 4) =>
    context.rows.push({
      section,
      name,
      value,
      unit: "standard errors",
      target: `within ${limit}`,
      met: Math.abs(value) <= limit,
    });
  told("chi-square on 1000 cells", (chi - (CELLS - 1)) / Math.sqrt(2 * (CELLS - 1)));
  // Two-sided tails beyond 3, 4, 5 sigma.
  [2.6997960632601866e-3, 6.334248366623996e-5, 5.733031437583878e-7].forEach((p, i) =>
    told(`tail beyond ${i + 3} sigma`, (tails[i]! - draws * p) / Math.sqrt(draws * p * (1 - p))),
  );
  // Var z^4 = 105 - 9.
  told("fourth moment", (fourth / draws - 3) / Math.sqrt(96 / draws));
  context.rows.push({
    section,
    name: `distinct values among ${DISTINCT_DRAWS} draws`,
    value: distinctValues,
    unit: "",
    target: "> 2^22",
    met: distinctValues > 2 ** 22,
  });
}

/** Inner edges of equiprobable cells, by bisection of the normal distribution function. */
function cellEdges(core: MeasuringCore): Float64Array {
  const cdf = (x: number) => 0.5 * (1 + core.call["erf64"]!(x / Math.SQRT2));
  return Float64Array.from({ length: CELLS - 1 }, (_, i) => {
    let [low, high] = [-8, 8];
    for (let step = 0; step < 60; step++) {
      const middle = (low + high) / 2;
      if (cdf(middle) < (i + 1) / CELLS) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  });
}

function cellOf(edges: Float64Array, x: number): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x < edges[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}
