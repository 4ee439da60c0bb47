// What a picture's lines and areas are, in words: each with a sample of itself. Runs by their colour and marker; what
// all runs have alike (predictions, bands) once.
import type { Figure, Paint } from "../../../core-as/figures/figure";
import { figure as written } from "../../../core-as/spec/number";
import { isRun, SAMPLE, SAMPLE_SPACE, SIZE } from "./room";
import { elided, widthOf } from "./words";

export interface KeyEntry {
  readonly sample:
    | { readonly kind: "line"; readonly style: "measured" | "predicted" | "curve"; readonly paint: Paint }
    | { readonly kind: "run"; readonly paint: Paint }
    | { readonly kind: "area"; readonly paint: Paint }
    | { readonly kind: "band"; readonly paint: Paint }
    | { readonly kind: "atom"; readonly paint: Paint };
  readonly text: string;
}

export interface PlacedEntry extends KeyEntry {
  readonly x: number;
  readonly row: number;
}

export function keyOf(figure: Figure): readonly KeyEntry[] {
  const entries: KeyEntry[] = [];
  const { series } = figure;
  const runs = series.filter(({ paint }) => isRun(paint));
  for (const one of series) {
    const { paint, name } = one;
    const ofRun = isRun(paint) || (one.kind === "line" && runs.length > 0);
    if (one.kind === "band")
      entries.push({ sample: { kind: "band", paint }, text: ofRun ? afterComma(name) : name });
    else if (one.kind === "bars") {
      entries.push({ sample: isRun(paint) ? { kind: "run", paint } : { kind: "area", paint }, text: name });
      if (!isRun(paint))
        for (const { at } of one.atoms)
          entries.push({ sample: { kind: "atom", paint }, text: `exactly ${exact(at)}` });
    } else if (isRun(paint) && one.style === "measured")
      entries.push({ sample: { kind: "run", paint }, text: name });
    else
      entries.push({
        sample: { kind: "line", style: one.style, paint },
        text: ofRun ? afterComma(name) : name,
      });
  }
  for (const { label } of figure.zones)
    if (label) entries.push({ sample: { kind: "band", paint: "ink" }, text: label });
  const said = new Set<string>();
  return entries.filter(({ sample, text }) => {
    const once = sample.kind === "run" ? `run ${text}` : `${sample.kind} ${text}`;
    return text !== "" && !said.has(once) && said.add(once);
  });
}

/** Bounds are short numbers: "0", "1", "−1". */
const exact = (value: number): string => written(value).replace(/\.0+$/, "");

/** "xavier, predicted" is one of many that are predicted. */
const afterComma = (name: string): string => name.slice(name.lastIndexOf(", ") + 1).trim();

const BETWEEN = 20;
const MOST_ROWS = 6;

/** In rows of `width`; those that have no room are left out. */
export function placedKey(
  entries: readonly KeyEntry[],
  width: number,
  height: number,
): readonly PlacedEntry[] {
  const placed: PlacedEntry[] = [];
  const most = Math.min(MOST_ROWS, Math.max(1, Math.floor(height / 5 / SIZE)));
  let [x, row] = [0, 0];
  for (const { sample, text } of entries) {
    const words = elided(text, Math.min(260, width - SAMPLE - SAMPLE_SPACE), SIZE);
    const wide = SAMPLE + SAMPLE_SPACE + widthOf(words, SIZE);
    if (x > 0 && x + wide > width) [x, row] = [0, row + 1];
    if (row >= most) break;
    placed.push({ sample, text: words, x, row });
    x += wide + BETWEEN;
  }
  return placed;
}
