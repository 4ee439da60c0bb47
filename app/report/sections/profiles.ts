// Figures against depth, with prediction and band: the Lab's own.
import { THRESHOLDS } from "../../../core-as/diagnosis/thresholds";
import type { Series } from "../../../core-as/figures/figure";
import { profileFigure, type ProfileKey, type ProfileThresholds } from "../../../core-as/figures/profile";
import type { RunResult } from "../../../core-as/spec/result";
import { linesText } from "../alternative";
import type { Block, DrawnFigure } from "../document";
import type { Reported } from "../reported";
import { perRun } from "./perRun";

/** The gradient's has a section of its own. */
const KEYS: readonly ProfileKey[] = ["std", "acrossSampleStd", "saturated", "dead", "rank"];

const PROFILE_THRESHOLDS: ProfileThresholds = {
  saturatedShare: THRESHOLDS.saturatedShare.value,
  deadShare: THRESHOLDS.deadShare.value,
  gradientRatio: THRESHOLDS.gradientRatio.value,
};

/** CSS pixels: two beside each other on a page. */
export const PROFILE_SIZE = { width: 352, height: 220 } as const;

export function profiles(reported: Reported): readonly Block[] {
  return perRun("profiles", reported, ({ result }) => {
    if (!result) return [];
    const figures = KEYS.flatMap((key) => profileOfRun(key, result) ?? []);
    return [{ kind: "figures", caption: captionOf(result), across: 2, figures }];
  });
}

/** Null where it is not defined for this network, or no layer's figure is a number. */
export function profileOfRun(key: ProfileKey, { layers, replicates }: RunResult): DrawnFigure | null {
  const depth = layers.length;
  const figure = profileFigure(key, { layers, replicates: replicates ?? null, depth }, PROFILE_THRESHOLDS);
  if (!figure?.series.some(hasNumbers)) return null;
  return { figure, ...PROFILE_SIZE, alternative: linesText(figure), isCompact: false };
}

export function captionOf({ replicates, layers }: RunResult): string {
  const parts = ["Solid: measured"];
  if (layers.some(({ theory }) => theory)) parts.push("dashed: predicted");
  if (replicates)
    parts.push(
      `tinted: ${replicates.count} seeds, ${replicates.range === "min-max" ? "least to most" : replicates.range}`,
    );
  parts.push("dotted: threshold");
  return `${parts.join("; ")}.`;
}

const hasNumbers = (series: Series): boolean =>
  (series.kind === "band" ? series.low : series.values).some(Number.isFinite);
