// A histogram in one line of text. Bins of unequal width are drawn by their density; exact zeros and values
// on a bound get a cell of their own at the place where they stand.
import type { Histogram } from "../../core-as/spec/result";

const BARS = "▁▂▃▄▅▆▇█";

/** `cells` characters, each as high as the densest share of the bins it covers. */
export function sparkline(histogram: Histogram, cells = 24): string {
  const { edges, counts, zeros, atLow, atHigh } = histogram;
  const low = edges[0];
  const high = edges.at(-1);
  if (low === undefined || high === undefined || !(high > low)) return "";
  const mass = new Array<number>(cells).fill(0);
  const width = (high - low) / cells;
  const cellOf = (x: number) => Math.min(cells - 1, Math.max(0, Math.floor((x - low) / width)));
  counts.forEach((count, i) => {
    const from = edges[i]!;
    const to = edges[i + 1]!;
    for (let cell = cellOf(from); cell <= cellOf(to); cell++) {
      const overlap = Math.min(to, low + (cell + 1) * width) - Math.max(from, low + cell * width);
      if (overlap > 0) mass[cell]! += (count * overlap) / (to - from);
    }
  });
  mass[0]! += atLow;
  mass[cells - 1]! += atHigh;
  if (zeros > 0) mass[cellOf(0)]! += zeros;
  const most = Math.max(...mass);
  if (most === 0) return "";
  return mass.map((m) => (m === 0 ? " " : BARS[Math.min(7, Math.floor((m / most) * 8))])).join("");
}
