// Which framework's initializer a law is, or is nearest to.
import type { Draw, Entries } from "../spec/laws";
import { type FrameworkRow, frameworkTable } from "./frameworks";

export interface NearestDefault {
  readonly row: FrameworkRow;
  /** Std of the law over that of the row. */
  readonly ratio: number;
  /** The same but for its scale. */
  readonly sameDistribution: boolean;
  /** The same, scale too. */
  readonly same: boolean;
}

/** What float64 formulas of the same law may differ by. */
const ROUNDING = 1e-9;

/**
 * The row of the weights that equals a law of a [fan_out, fan_in] matrix, or whose std is nearest to its own by ratio.
 * Where several are as near: the same distribution first, then what a layer draws by default, then the table's order.
 * Null where the law has no std, or nothing random or scaled in it.
 */
export function nearestDefault(
  entries: Entries,
  kind: Draw["kind"],
  fanIn: number,
  fanOut: number,
): NearestDefault | null {
  const { std } = entries;
  if (std === null || !(std > 0)) return null;
  let best: NearestDefault | null = null;
  for (const row of frameworkTable(fanIn, fanOut)) {
    if (row.tensor !== "weight" || row.std === 0) continue;
    const ratio = std / row.std;
    const sameDistribution = row.distribution === kind && alike(entries, std, row);
    const candidate = { row, ratio, sameDistribution, same: sameDistribution && apart(ratio) < ROUNDING };
    if (best === null || nearer(candidate, best)) best = candidate;
  }
  return best;
}

const apart = (ratio: number): number => Math.max(ratio, 1 / ratio) - 1;

function nearer(a: NearestDefault, b: NearestDefault): boolean {
  const [far, other] = [apart(a.ratio), apart(b.ratio)];
  if (Math.abs(far - other) > ROUNDING * (1 + other)) return far < other;
  if (a.sameDistribution !== b.sameDistribution) return a.sameDistribution;
  return a.row.isDefault && !b.row.isDefault;
}

/** Mean and ends in units of std. */
function alike(entries: Entries, std: number, row: FrameworkRow): boolean {
  const same = (a: number | null, b: number | null) =>
    a === null || b === null
      ? a === b
      : Math.abs(a / std - b / row.std) <= ROUNDING * (1 + Math.abs(b / row.std));
  return same(entries.mean, row.mean) && same(entries.low, row.low) && same(entries.high, row.high);
}
