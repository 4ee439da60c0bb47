// The sources of inputs as a list to choose from, and what the one in hand is in a few words.
import { DIGITS } from "../../../../core-as/spec/bounds";
import type { DataSpec } from "../../../../core-as/spec/experiment";
import type { Choice } from "../../controls/choice";
import type { SourceName } from "../../lab/edits";
import { tickText } from "./axisTicks";

const ROWS: Readonly<Record<SourceName, { readonly title: string; readonly description: string }>> = {
  gaussian: { title: "Gaussian", description: "Normal features, as correlated as you like; no labels" },
  uniform: { title: "Uniform", description: "Features drawn evenly between two bounds; no labels" },
  digits: {
    title: "Digits",
    description: `${DIGITS.samples} handwritten digits of 8 × 8 pixels, ten classes`,
  },
  two_moons: { title: "Two moons", description: "Two half circles in the plane, two classes" },
  spirals: { title: "Spirals", description: "Arms in the plane, a class each" },
  xor: { title: "Xor", description: "Four clouds in the plane, opposite ones alike" },
  file: { title: "From a file…", description: "CSV, NPY, NPZ or IDX" },
};

export const SOURCE_CHOICES: readonly Choice[] = Object.entries(ROWS).map(
  ([value, { title, description }]) => ({
    value,
    label: title,
    description,
    group:
      value === "file" ? "Your own" : value === "gaussian" || value === "uniform" ? "Noise" : "With labels",
  }),
);

/** Three digits, fewer where they say it all. */
const brief = (value: number): string => tickText(Number(value.toPrecision(3)));

/** "Gaussian N(0, 1)" */
export function sourceText(data: DataSpec): string {
  switch (data.source) {
    case "gaussian":
      return `Gaussian N(${brief(data.mean)}, ${data.std === 1 ? "1" : `${brief(data.std)}²`})`;
    case "uniform":
      return `Uniform U(${brief(data.low)}, ${brief(data.high)})`;
    case "file":
      return "File";
    default:
      return ROWS[data.source].title;
  }
}
