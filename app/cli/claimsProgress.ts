// How far the claims have come, on stderr: a bar on a terminal, lines when they are asked for, else silence.
import { SingleBar } from "cli-progress";
import type { ClaimsProgress } from "../../core-as/claims/measure";
import { timeLeft } from "../../core-as/spec/number";

const LINE_MILLIS = 1000;

export interface ClaimsProgressView {
  show(progress: ClaimsProgress): void;
  end(): void;
}

export function claimsProgressView(lines: boolean): ClaimsProgressView {
  if (lines) return linesView();
  if (!process.stderr.isTTY) return { show: () => {}, end: () => {} };
  return barView();
}

function linesView(): ClaimsProgressView {
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

function barView(): ClaimsProgressView {
  const started = performance.now();
  const bar = new SingleBar({
    format: "{bar} {percentage} %  {what}  {rate}  {left}",
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    barsize: 20,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    gracefulExit: false,
  });
  let isRunning = false;
  return {
    show: (progress) => {
      if (!isRunning) bar.start(100, 0, { what: "", rate: "", left: "" });
      isRunning = true;
      const { fraction, experimentsDone } = progress;
      const millis = performance.now() - started;
      bar.update(Math.floor(fraction * 100), {
        what: whatOf(progress),
        rate: `${((experimentsDone * 1000) / millis).toFixed(1)} experiments/s`,
        left: fraction > 0.02 ? `${timeLeft((millis * (1 - fraction)) / fraction)} left` : "",
      });
    },
    end: () => {
      if (isRunning) bar.stop();
      isRunning = false;
    },
  };
}

function whatOf({ claimsDone, claims, claim }: ClaimsProgress): string {
  return `claim ${Math.min(claimsDone + 1, claims)}/${claims}, ${claim}`;
}
