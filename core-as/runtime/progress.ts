// How far the seeds of a run have come, as rows and layers done. Several may be under way at once.

export interface Progress {
  /** Of the seed that moved last. */
  readonly phase: "weights" | "rows" | "statistics";
  /** Rows that have passed the whole network, fractions of slabs included; over all seeds. */
  readonly rowsDone: number;
  readonly rows: number;
  /** Layers whose statistics are finished; over all seeds. */
  readonly layersDone: number;
  readonly layers: number;
  /** Seeds that are done. */
  readonly runsDone: number;
  readonly runs: number;
  /** 0 to 1, over all seeds; never falls. */
  readonly fraction: number;
  /** Where several experiments are run: which of them, from 1. `fraction` is then over them all. */
  readonly experiment?: number;
  readonly experiments?: number;
}

export type OnProgress = (progress: Progress) => void;

/** Shares of a run's time, roughly: enough for a bar that does not jump. */
const WEIGHTS_SHARE = 0.05;
const ROWS_SHARE = 0.85;

export class ProgressCounter {
  readonly #tell: OnProgress | undefined;
  readonly #runs: number;
  readonly #begun = new Map<number, RunProgress>();
  #fraction = 0;

  constructor(tell: OnProgress | undefined, runs: number) {
    this.#tell = tell;
    this.#runs = runs;
  }

  /** A seed begins, or begins again: what it had done is forgotten, and nobody listens to its former self. */
  begin(run: number, rows: number, layers: number): RunProgress {
    const begun = new RunProgress(rows, layers, (phase) => {
      if (this.#begun.get(run) === begun) this.#report(phase, rows, layers);
    });
    this.#begun.set(run, begun);
    this.#report("weights", rows, layers);
    return begun;
  }

  /** Every seed has as many rows and layers as any. */
  #report(phase: Progress["phase"], rows: number, layers: number): void {
    if (!this.#tell) return;
    let rowsDone = 0;
    let layersDone = 0;
    let runsDone = 0;
    let runs = 0;
    for (const run of this.#begun.values()) {
      rowsDone += run.rowsDone;
      layersDone += run.layersDone;
      runsDone += run.isDone ? 1 : 0;
      runs += run.fraction;
    }
    this.#fraction = Math.max(this.#fraction, runs / this.#runs);
    this.#tell({
      phase,
      rowsDone,
      rows: rows * this.#runs,
      layersDone,
      layers: layers * this.#runs,
      runsDone,
      runs: this.#runs,
      fraction: this.#fraction,
    });
  }
}

/** One seed's share of the count. */
export class RunProgress {
  readonly #rows: number;
  readonly #layers: number;
  readonly #moved: (phase: Progress["phase"]) => void;
  readonly #slabRows = new Map<number, number>();
  #layersDone = 0;
  #weights = 0;
  #done = false;

  constructor(rows: number, layers: number, moved: (phase: Progress["phase"]) => void) {
    this.#rows = rows;
    this.#layers = layers;
    this.#moved = moved;
  }

  weightsDrawn(share: number): void {
    this.#weights = share;
    this.#moved("weights");
  }

  slabPassed(slab: number, rows: number): void {
    this.#slabRows.set(slab, rows);
    this.#moved("rows");
  }

  layerFinished(): void {
    this.#layersDone++;
    this.#moved("statistics");
  }

  finished(): void {
    this.#done = true;
    this.#moved("statistics");
  }

  get isDone(): boolean {
    return this.#done;
  }

  get layersDone(): number {
    return this.#layersDone;
  }

  get rowsDone(): number {
    let rows = 0;
    for (const passed of this.#slabRows.values()) rows += passed;
    return rows;
  }

  /** 0 to 1. */
  get fraction(): number {
    if (this.#done) return 1;
    const { rowsDone } = this;
    return (
      WEIGHTS_SHARE * (rowsDone > 0 ? 1 : this.#weights) +
      ROWS_SHARE * (rowsDone / this.#rows) +
      (1 - WEIGHTS_SHARE - ROWS_SHARE) * (this.#layersDone / this.#layers)
    );
  }
}
