// How far trainings have come, on stderr: a live line on a terminal, lines when they are asked for, else silence.
import { SingleBar } from "cli-progress";
import type { TrainProgress } from "../../core-as/runtime/train/options";
import { figure, percent, timeLeft } from "../../core-as/spec/number";
import type { TrainRecord, TrainRun } from "../../core-as/spec/training";

const LINE_MILLIS = 1000;
/** Runs whose last record the live line has room for. */
const SHOWN_RUNS = 3;

export interface TrainView {
  record(record: TrainRecord, run: TrainRun): void;
  progress(progress: TrainProgress): void;
  end(): void;
}

/** `names` by spec. */
export function trainView(lines: boolean, names: readonly string[]): TrainView {
  if (!lines && !process.stderr.isTTY) return { record: () => {}, progress: () => {}, end: () => {} };
  return new LiveView(lines, names);
}

class LiveView implements TrainView {
  readonly #lines: boolean;
  readonly #names: readonly string[];
  readonly #started = performance.now();
  readonly #latest = new Map<number, string>();
  readonly #bar: SingleBar | null;
  #isRunning = false;
  #lastLine = -Infinity;

  constructor(lines: boolean, names: readonly string[]) {
    this.#lines = lines;
    this.#names = names;
    this.#bar = lines
      ? null
      : new SingleBar({
          format: "{bar} {percentage} %  {what}  {left}",
          stream: process.stderr,
          hideCursor: true,
          clearOnComplete: true,
          barsize: 20,
          barCompleteChar: "█",
          barIncompleteChar: "░",
          gracefulExit: false,
        });
  }

  record({ step, loss, accuracy, validationAccuracy }: TrainRecord, { run, spec, seed }: TrainRun): void {
    const right = validationAccuracy ?? accuracy;
    const text = `${this.#names[spec]}, seed ${seed}: step ${step}, loss ${figure(loss)}, ${percent(right)}`;
    this.#latest.delete(run);
    this.#latest.set(run, text);
  }

  progress({ stepsDone, steps }: TrainProgress): void {
    const now = performance.now();
    const share = steps === 0 ? 0 : stepsDone / steps;
    const what = [...this.#latest.values()].slice(-SHOWN_RUNS).join(" | ");
    if (this.#lines) {
      if (now - this.#lastLine < LINE_MILLIS) return;
      this.#lastLine = now;
      process.stderr.write(`${Math.floor(share * 100)} % ${what}\n`);
      return;
    }
    if (!this.#isRunning) this.#bar!.start(100, 0, { what: "", left: "" });
    this.#isRunning = true;
    const left = share > 0.02 ? `${timeLeft(((now - this.#started) * (1 - share)) / share)} left` : "";
    this.#bar!.update(Math.floor(share * 100), { what, left });
  }

  end(): void {
    if (this.#isRunning) this.#bar!.stop();
    this.#isRunning = false;
  }
}
