// Round numbers along a linear axis.
import { figure } from "../../../../core-as/spec/number";

/** About `most` of them, rising, `low` and `high` included where they are round. */
export function axisTicks(low: number, high: number, most: number): number[] {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return Number.isFinite(low) ? [low] : [];
  const power = 10 ** Math.floor(Math.log10(span / most));
  const step = [1, 2, 5, 10, 20].map((digit) => digit * power).find((size) => span / size <= most)!;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** A round number as short as it is. */
export function tickText(tick: number): string {
  const size = Math.abs(tick);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return figure(tick);
  return String(tick).replace("-", "−");
}
