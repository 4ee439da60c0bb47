// A figure beside the baseline's, in words: as a factor where figures are told apart by their ratio, else as a
// difference; shares differ by points.
import type { Compared, Comparison, ComparedRow } from "../../../../core-as/spec/comparison";
import type { HeadlineFigure } from "../../../../core-as/spec/headline";
import { figure, percent, whole } from "../../../../core-as/spec/number";

/** What does not reach the last digit shown is about nothing. */
const LAST_DIGIT = 5e-4;

/** Three digits, in threes: "35 900". */
function rounded(value: number): string {
  const size = Math.abs(value);
  return size >= 1000 && size < 1e5 ? whole(Number(value.toPrecision(3))) : figure(value);
}

export function valueText(one: Pick<HeadlineFigure, "unit">, compared: Compared | null): string {
  if (!compared) return "–";
  const { value } = compared;
  if (one.unit === "share") return percent(value);
  return one.unit === "count" && Number.isInteger(value) ? whole(value) : rounded(value);
}

/** "× 1.41", "÷ 10.0", "+9.2 points", "−3", "≈ 0"; "–" where there is nothing to hold it against. */
export function besideText(
  one: Pick<HeadlineFigure, "unit" | "scale">,
  baseline: Compared | null,
  compared: Compared | null,
): string {
  if (!baseline || !compared) return "–";
  return one.scale === "log"
    ? ratioText(compared.ratio)
    : differenceText(
        one.unit,
        compared.difference,
        Math.max(Math.abs(baseline.value), Math.abs(compared.value)),
      );
}

function ratioText(ratio: number | null): string {
  if (ratio === null || Number.isNaN(ratio)) return "–";
  if (ratio === 0) return "× 0";
  if (ratio < 0) return `× ${rounded(ratio)}`;
  if (Math.abs(ratio - 1) < LAST_DIGIT) return "≈ 1";
  return ratio > 1 ? `× ${rounded(ratio)}` : `÷ ${rounded(1 / ratio)}`;
}

function differenceText(unit: string, difference: number | null, size: number): string {
  if (difference === null || Number.isNaN(difference)) return "–";
  if (difference === 0) return "0";
  if (Math.abs(difference) < LAST_DIGIT * size) return "≈ 0";
  const sign = difference > 0 ? "+" : "−";
  const far = Math.abs(difference);
  if (unit === "share") return `${sign}${rounded(100 * far)} points`;
  return `${sign}${unit === "count" && Number.isInteger(far) ? whole(far) : rounded(far)}`;
}

/** The band of what `besideText` says, for whoever asks: "5-95 % of 20 draws: × 1.2 to × 1.6". */
export function bandText(
  one: Pick<HeadlineFigure, "unit" | "scale">,
  compared: Compared | null,
  { count, range }: Comparison["replicates"],
): string | null {
  const band = one.scale === "log" ? compared?.bands?.ratio : compared?.bands?.difference;
  if (!compared || !band || range === null) return null;
  const text = (value: number) =>
    one.scale === "log" ? ratioText(value) : differenceText(one.unit, value, Math.abs(compared.value));
  return `${range} of ${whole(count)} draws: ${text(band.low)} to ${text(band.high)}`;
}

export interface FigureRow {
  readonly figure: HeadlineFigure;
  /** Where it is read: "layer 5", "output"; empty for the whole network. */
  readonly place: string;
  /** One a run. */
  readonly values: readonly (Compared | null)[];
}

/** "ends": forward figures at the last hidden layer, gradients at the first, where each tells most. */
export type Place = "ends" | number;

/** Figures that none of the runs has are left out. `place`: index of a row of the comparison, or the telling ends. */
export function figureRows(comparison: Comparison, place: Place): FigureRow[] {
  const { figures, rows, differences, networkDifferences } = comparison;
  const lastHidden = rows.findLastIndex(
    ({ name, layers }) => name !== "output" && layers.every((l) => l !== null),
  );
  return figures.flatMap((one): FigureRow[] => {
    const ofNetwork = networkDifferences[one.name];
    if (ofNetwork)
      return place === "ends" && some(ofNetwork) ? [{ figure: one, place: "", values: ofNetwork }] : [];
    const at = place === "ends" ? (one.group === "backward" ? 0 : Math.max(0, lastHidden)) : place;
    const values = differences[one.name]?.[at];
    return values && some(values) ? [{ figure: one, place: placeText(rows[at]!), values }] : [];
  });
}

const some = (values: readonly (Compared | null)[]) => values.some((value) => value !== null);

/** "layer 3", "output". */
export function placeText({ name }: Pick<ComparedRow, "name">): string {
  return name.replace(/^layer(\d)/, "layer $1");
}
