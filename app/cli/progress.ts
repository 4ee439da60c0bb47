// Progress on stderr: a bar on a terminal, lines when they are asked for, else silence.
import { SingleBar } from "cli-progress";
import type { OnProgress, Progress } from "../../core-as/runtime/progress";

/** Before this a bar would only flicker. */
const FIRST_MILLIS = 400;
const LINE_MILLIS = 1000;

export interface ProgressView {
  readonly show: OnProgress | undefined;
  end(): void;
}

export function progressView(lines: boolean): ProgressView {
  if (lines) return linesView();
  if (!process.stderr.isTTY) return { show: undefined, end: () => {} };
  return barView();
}

function barView(): ProgressView {
  const started = performance.now();
  const bar = new SingleBar({
    format: "{bar} {percentage} %  {what}  {rate}  {left}",
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    barsize: 28,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    gracefulExit: false,
  });
  let running = false;
  return {
    show: (progress) => {
      const seconds = (performance.now() - started) / 1000;
      if (!running) {
        if (seconds * 1000 < FIRST_MILLIS) return;
        bar.start(100, 0, { what: "", rate: "", left: "" });
        running = true;
      }
      bar.update(Math.floor(progress.fraction * 100), {
        what: whatOf(progress),
        rate: `${Math.round(progress.rowsDone / seconds)} rows/s`,
        left:
          progress.fraction > 0.02
            ? `${secondsText((seconds * (1 - progress.fraction)) / progress.fraction)} left`
            : "",
      });
    },
    end: () => {
      if (running) bar.stop();
      running = false;
    },
  };
}

function linesView(): ProgressView {
  let last = -Infinity;
  return {
    show: (progress) => {
      const now = performance.now();
      if (now - last < LINE_MILLIS) return;
      last = now;
      process.stderr.write(`${Math.floor(progress.fraction * 100)} % ${whatOf(progress)}\n`);
    },
    end: () => {},
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

function secondsText(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}
