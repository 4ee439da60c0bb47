// What training is asked for, and how the caller follows it. The functions are in train.ts:
//
//   train(spec, host, options): Promise<TrainResult>                  one run, with the spec's own seed
//   trainAll(specs, seeds, host, options): Promise<TrainResult[]>     specs x seeds side by side, paired by seed
//
// Results come in the order of `run` (spec by spec, seed by seed), and do not depend on the number of workers, on
// pauses, or on where a run was taken up again.
import type { FileBytes } from "../tasks";
import type { TrainCheckpoint, TrainRecord, TrainResult, TrainRun } from "../../spec/training";

export interface TrainAllOptions {
  /** Ends everything at once; the promise rejects with its reason. */
  readonly signal?: AbortSignal;
  /** Every record of a run, rising in step, once; those of a checkpoint that is resumed are not told again. */
  readonly onRecord?: (record: TrainRecord, run: TrainRun) => void;
  /** A run has come to its end; the others may go on. */
  readonly onResult?: (result: TrainResult, run: TrainRun) => void;
  /** How far the runs have come, between records too. */
  readonly onProgress?: (progress: TrainProgress) => void;
  /** Now and then, when paused, and at the end of each run: what `resume` takes. */
  readonly onCheckpoint?: (checkpoint: TrainCheckpoint, run: TrainRun) => void;
  /** By spec: bytes of the files that it names, beside the host's. */
  readonly files?: readonly FileBytes[];
  /** By run: where to go on. A run without one begins at step 0. */
  readonly resume?: ReadonlyMap<number, TrainCheckpoint>;
  /** How long a run moves on before its worker turns to the next: how soon a pause is heard. About an eighth of a second. */
  readonly sliceMillis?: number;
  /** Held and let go by the caller; see Pause. */
  readonly pause?: Pause;
  /** Ends the runs in good order where they stand: results come, with outcome "stopped". */
  readonly stopSignal?: AbortSignal;
}

export type TrainOptions = Omit<
  TrainAllOptions,
  "resume" | "onRecord" | "onCheckpoint" | "onProgress" | "onResult"
> & {
  readonly resume?: TrainCheckpoint;
  readonly onRecord?: (record: TrainRecord) => void;
  readonly onCheckpoint?: (checkpoint: TrainCheckpoint) => void;
  readonly onProgress?: (progress: TrainProgress) => void;
};

export interface TrainProgress {
  /** Steps made by all runs, and steps that they will make. */
  readonly stepsDone: number;
  readonly steps: number;
  readonly runsDone: number;
  readonly runs: number;
}

/** A switch between the caller and the runs: while it is on, no run makes a step. */
export class Pause {
  #isOn = false;
  #waiting: (() => void)[] = [];

  get isOn(): boolean {
    return this.#isOn;
  }

  /** Runs stop within a fraction of a second, each telling a checkpoint. */
  on(): void {
    this.#isOn = true;
  }

  off(): void {
    this.#isOn = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
  }

  /** Resolves when it is off; at once where it is. */
  passed(): Promise<void> {
    if (!this.#isOn) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
