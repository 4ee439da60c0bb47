// How far something is, on stderr: a bar on a terminal, a line a second where lines are asked for; there is none where
// nobody looks. What is told is the callers' business. The only importer of cli-progress.
import { SingleBar } from "cli-progress";
import { timeLeft } from "../../core-as/spec/number";

/** Before this a bar would only flicker. */
const FIRST_MILLIS = 400;
const LINE_MILLIS = 1000;
/** Before that a guess at the rest says nothing. */
const GUESS_FROM = 0.02;

export interface Standing {
  readonly fraction: number;
  readonly what: string;
  /** For a bar; lines do without. */
  readonly rate?: string;
}

export class ProgressLine {
  readonly #bar: SingleBar | null;
  readonly #started = performance.now();
  #isBegun = false;
  #lastLine = -Infinity;

  /** Null where nobody looks. */
  static on(lines: boolean): ProgressLine | null {
    return lines || process.stderr.isTTY ? new ProgressLine(lines) : null;
  }

  private constructor(lines: boolean) {
    this.#bar = lines ? null : barOnTerminal();
  }

  /** `standing` is asked when there is something to show, with the seconds since the beginning. */
  show(standing: (seconds: number) => Standing): void {
    const now = performance.now();
    const millis = now - this.#started;
    if (this.#bar) {
      if (millis < FIRST_MILLIS) return;
      if (!this.#isBegun) this.#bar.start(100, 0, { told: "" });
      this.#isBegun = true;
      const { fraction, what, rate } = standing(millis / 1000);
      const left = fraction > GUESS_FROM ? `${timeLeft((millis * (1 - fraction)) / fraction)} left` : "";
      const told = [what, rate, left].filter(Boolean).join("  ");
      this.#bar.update(Math.floor(fraction * 100), { told });
    } else if (now - this.#lastLine >= LINE_MILLIS) {
      this.#lastLine = now;
      const { fraction, what } = standing(millis / 1000);
      process.stderr.write(`${Math.floor(fraction * 100)} % ${what}\n`);
    }
  }

  end(): void {
    if (this.#isBegun) this.#bar?.stop();
    this.#isBegun = false;
  }
}

function barOnTerminal(): SingleBar {
  return new SingleBar({
    format: "{bar} {percentage} %  {told}",
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    barsize: 20,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    gracefulExit: false,
  });
}
