// How far trainings have come, told while they go on: the last records of a few runs.
import type { TrainProgress } from "../../core-as/runtime/train/options";
import { figure, percent } from "../../core-as/spec/number";
import type { TrainRecord, TrainRun } from "../../core-as/spec/training";
import { ProgressLine } from "./progressLine";

/** Runs whose last record one line has room for. */
const SHOWN_RUNS = 3;

export interface TrainView {
  record(record: TrainRecord, run: TrainRun): void;
  progress(progress: TrainProgress): void;
  end(): void;
}

/** `names` by spec. */
export function trainView(lines: boolean, names: readonly string[]): TrainView {
  const line = ProgressLine.on(lines);
  /** By run, the newest last. */
  const latest = new Map<number, string>();
  return {
    record: ({ step, loss, accuracy, validationAccuracy }, { run, spec, seed }) => {
      const right = percent(validationAccuracy ?? accuracy);
      latest.delete(run);
      latest.set(run, `${names[spec]}, seed ${seed}: step ${step}, loss ${figure(loss)}, ${right}`);
    },
    progress: ({ stepsDone, steps }) =>
      line?.show(() => ({
        fraction: steps === 0 ? 0 : stepsDone / steps,
        what: [...latest.values()].slice(-SHOWN_RUNS).join(" | "),
      })),
    end: () => line?.end(),
  };
}
