// How far a run has come, as rows and layers done.

export interface Progress {
  readonly phase: "weights" | "rows" | "statistics";
  /** Rows that have passed the whole network, fractions of slabs included. */
  readonly rowsDone: number;
  readonly rows: number;
  /** Layers whose statistics are finished. */
  readonly layersDone: number;
  readonly layers: number;
  /** Which of the seeds, from 1. */
  readonly run: number;
  readonly runs: number;
  /** 0 to 1, over all seeds. */
  readonly fraction: number;
}

export type OnProgress = (progress: Progress) => void;

/** Shares of a run's time, roughly: enough for a bar that does not jump. */
const WEIGHTS_SHARE = 0.05;
const ROWS_SHARE = 0.85;

export class ProgressCounter {
  readonly #tell: OnProgress | undefined;
  readonly #runs: number;
  #run = 1;
  #rows = 1;
  #layers = 1;
  #layersDone = 0;
  #weights = 0;
  readonly #slabRows = new Map<number, number>();

  constructor(tell: OnProgress | undefined, runs: number) {
    this.#tell = tell;
    this.#runs = runs;
  }

  begin(run: number, rows: number, layers: number): void {
    this.#run = run;
    this.#rows = rows;
    this.#layers = layers;
    this.#layersDone = 0;
    this.#weights = 0;
    this.#slabRows.clear();
    this.#report("weights");
  }

  weightsDrawn(share: number): void {
    this.#weights = share;
    this.#report("weights");
  }

  slabPassed(slab: number, rows: number): void {
    this.#slabRows.set(slab, rows);
    this.#report("rows");
  }

  layerFinished(): void {
    this.#layersDone++;
    this.#report("statistics");
  }

  #report(phase: Progress["phase"]): void {
    if (!this.#tell) return;
    let rowsDone = 0;
    for (const rows of this.#slabRows.values()) rowsDone += rows;
    const within =
      WEIGHTS_SHARE * (rowsDone > 0 ? 1 : this.#weights) +
      ROWS_SHARE * (rowsDone / this.#rows) +
      (1 - WEIGHTS_SHARE - ROWS_SHARE) * (this.#layersDone / this.#layers);
    this.#tell({
      phase,
      rowsDone,
      rows: this.#rows,
      layersDone: this.#layersDone,
      layers: this.#layers,
      run: this.#run,
      runs: this.#runs,
      fraction: (this.#run - 1 + within) / this.#runs,
    });
  }
}
