// What a run made again says about a saved one, and about trainings kept with it where they are short. Agreement is
// agreement of digests and of nothing less; what was not run again is said so.
import { duration, whole } from "../../../../core-as/spec/number";
import type { RunResult } from "../../../../core-as/spec/result";
import type { TrainResult } from "../../../../core-as/spec/training";

/** Of the trainings kept with an experiment. */
export type TrainingVerdict =
  | { readonly kind: "same" | "different"; readonly count: number; readonly differing: number }
  /** Not run again. */
  | { readonly kind: "unchecked"; readonly reason: string };

export type Verdict =
  | {
      readonly kind: "same";
      readonly digest: string;
      readonly coreVersion: string;
      /** Null where there is none. */
      readonly training: TrainingVerdict | null;
    }
  | {
      readonly kind: "different";
      readonly saved: string;
      readonly now: string;
      readonly savedCore: string;
      readonly nowCore: string;
    }
  /** It could not be run again. */
  | { readonly kind: "failed"; readonly reason: string };

type Measured = Pick<RunResult, "digest" | "core">;

/** Every bit agrees, those of the trainings that were run again too. */
export function agrees(verdict: Verdict): boolean {
  return verdict.kind === "same" && verdict.training?.kind !== "different";
}

/** `training`: of a run that agrees. */
export function verdictOn(saved: Measured, now: Measured, training: TrainingVerdict | null = null): Verdict {
  if (saved.digest === now.digest)
    return { kind: "same", digest: now.digest, coreVersion: now.core.version, training };
  return {
    kind: "different",
    saved: saved.digest,
    now: now.digest,
    savedCore: saved.core.version,
    nowCore: now.core.version,
  };
}

/** Longer ones are trained again on the Train screen, where they can be followed. */
const MOST_TRAINING_MILLIS = 30_000;

/** Why these are not trained again, or null where they are. */
export function whyUnchecked(trainings: readonly TrainResult[]): string | null {
  if (trainings.some(({ outcome }) => outcome === "stopped")) return "one of its runs was stopped half-way";
  if (trainings.some(({ spec }) => spec.data.source === "file")) return "it has a data file of its own";
  const millis = trainings.reduce((sum, { timing }) => sum + (timing["totalMillis"] ?? Infinity), 0);
  if (!Number.isFinite(millis)) return "how long it takes is not known";
  return millis > MOST_TRAINING_MILLIS ? `it took ${duration(millis)}` : null;
}

/** One for one. */
export function trainingVerdict(
  saved: readonly Pick<TrainResult, "digest">[],
  now: readonly Pick<TrainResult, "digest">[],
): TrainingVerdict {
  const differing = saved.filter(({ digest }, i) => digest !== now[i]?.digest).length;
  return { kind: differing === 0 ? "same" : "different", count: saved.length, differing };
}

function trainingText(training: TrainingVerdict | null): string {
  if (training === null) return "";
  if (training.kind === "unchecked") return ` Its training was not run again: ${training.reason}.`;
  const { count, differing } = training;
  if (differing > 0)
    return ` Trained again, ${whole(differing)} of ${whole(count)} runs gave another digest: its training was changed after it was saved, or made by another core.`;
  return count === 1
    ? " Trained again, too: the same digest."
    : ` Trained again, too: the same digests of all ${whole(count)} runs.`;
}

/** For the reader, in a few sentences. */
export function verdictText(verdict: Verdict): string {
  switch (verdict.kind) {
    case "same":
      return `Run again: the same digest, every measured bit agrees (core ${verdict.coreVersion}).${trainingText(verdict.training)}`;
    case "failed":
      return `It could not be run again: ${verdict.reason}`;
    case "different":
      return verdict.savedCore === verdict.nowCore
        ? `Run again: another digest, though the core is the same (${verdict.nowCore}). Its result or a file of its inputs was changed after it was saved.`
        : `Run again: another digest. It was measured by core ${verdict.savedCore}, this is core ${verdict.nowCore}; another core may round differently, so this alone is no fault. Save it again to keep this core's figures.`;
  }
}
