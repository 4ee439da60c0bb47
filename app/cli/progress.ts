// How far runs have come, told while they are measured.
import type { OnProgress, Progress } from "../../core-as/runtime/progress";
import { ProgressLine } from "./progressLine";

export interface ProgressView {
  /** Undefined where nobody looks: then nothing need be told. */
  readonly show: OnProgress | undefined;
  end(): void;
}

export function progressView(lines: boolean): ProgressView {
  const line = ProgressLine.on(lines);
  if (!line) return { show: undefined, end: () => {} };
  return {
    show: (progress) =>
      line.show((seconds) => ({
        fraction: progress.fraction,
        what: whatOf(progress),
        rate: `${Math.round(progress.rowsDone / seconds)} rows/s`,
      })),
    end: () => line.end(),
  };
}

function whatOf(progress: Progress): string {
  const { phase, rowsDone, rows, layersDone, layers, runsDone, runs, experiment, experiments } = progress;
  const which = experiment === undefined ? "" : `experiment ${experiment}/${experiments}, `;
  const seeds = runs > 1 ? `seeds ${runsDone}/${runs}, ` : "";
  const before = `${which}${seeds}`;
  if (phase === "weights" && rowsDone === 0) return `${before}weights`;
  if (phase === "statistics" && runs === 1) return `${before}layers ${layersDone}/${layers}`;
  return `${before}rows ${Math.floor(rowsDone)}/${rows}`;
}
