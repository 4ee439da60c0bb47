// A training's picture as figures and sentences take it.
import type { TrainedVariant } from "../../../../core-as/figures/trainingFigures";
import { whole } from "../../../../core-as/spec/number";
import type { Severity } from "../../../../core-as/spec/result";
import type { TrainFinding, TrainFindingCode } from "../../../../core-as/spec/training";
import type { TrainedRun, TrainPicture, TrainVariant } from "../../lab/trainPicture";

export function runsOf({ runs }: TrainPicture, { key }: TrainVariant): readonly TrainedRun[] {
  return runs.filter(({ variant }) => variant.key === key);
}

/** `names`: as they stand at the lines' ends, one a variant. */
export function trainedVariants(picture: TrainPicture, names: readonly string[]): readonly TrainedVariant[] {
  return picture.variants.map((variant, i) => ({
    name: names[i] ?? variant.name,
    run: variant.paint,
    seeds: runsOf(picture, variant).map(({ records, result }) => ({
      records,
      hasEnded: result !== null,
      hasDiverged: result?.outcome === "diverged",
    })),
  }));
}

/** Known from the first run that has ended. */
export function constantLossOf({ runs }: TrainPicture): number | null {
  return runs.find(({ result }) => result)?.result?.constantLoss ?? null;
}

const WORDS: Readonly<Record<TrainFindingCode, string>> = {
  diverged: "Diverged",
  stalled: "Stalled",
  symmetric_units: "Units stay the same",
  dead_units: "Dead units",
  no_gradient: "Layers without a gradient",
  overfitting: "Overfits",
  learned: "Learned",
};

export interface FoundInRuns {
  readonly code: TrainFindingCode;
  readonly severity: Severity;
  /** "Stalled", with how many of the seeds where not all. */
  readonly text: string;
  /** Of the first seed that has it. */
  readonly finding: TrainFinding;
}

const ORDER: Readonly<Record<Severity, number>> = { broken: 0, warning: 1, information: 2, healthy: 3 };

/** What was found in the runs of a variant that have ended, the gravest first. */
export function foundIn(runs: readonly TrainedRun[]): readonly FoundInRuns[] {
  const ended = runs.flatMap(({ result }) => (result ? [result] : []));
  const found = new Map<TrainFindingCode, { count: number; finding: TrainFinding }>();
  for (const { findings } of ended)
    for (const finding of findings) {
      const before = found.get(finding.code);
      found.set(finding.code, { count: (before?.count ?? 0) + 1, finding: before?.finding ?? finding });
    }
  return [...found]
    .map(([code, { count, finding }]) => ({
      code,
      severity: finding.severity,
      finding,
      text:
        count === runs.length
          ? WORDS[code]
          : `${WORDS[code]} in ${whole(count)} of ${whole(runs.length)} seeds`,
    }))
    .sort((a, b) => ORDER[a.severity] - ORDER[b.severity]);
}

/** Of sorted values. */
export function medianOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  return (values[Math.floor(middle)]! + values[Math.ceil(middle)]!) / 2;
}
