// Loss and right answers over whole shares, without touching a parameter. Where batches are normalized, the moments are
// those of the whole training share, taken anew each time: of training and of validation rows alike.
import type { TrainSpec } from "../../spec/experiment";
import type { Doubles, Matrix, Words } from "../core";
import type { BatchMoments, Network } from "../network";
import { batchMoments } from "../moments";
import { CHUNK_ROWS } from "../plan";
import type { Barrier, BarrierAnswer } from "../rows";
import { RowsPass } from "../rows";
import type { TrainingCore } from "./core";

export interface LaidShare {
  readonly inputs: Matrix;
  readonly labels: Words;
}

export interface LossAndAccuracy {
  readonly loss: number;
  readonly accuracy: number;
}

/** By layer; empty where no batch is normalized. */
export type Moments = ReadonlyMap<number, BatchMoments>;

type Steps = Generator<Barrier, void, BarrierAnswer>;

export class Evaluation {
  readonly #core: TrainingCore;
  readonly #net: Network;
  readonly #training: LaidShare;
  readonly #validation: LaidShare | null;
  readonly #loss: TrainSpec["loss"];
  /** One, that all chunks take turns in; where they wait for one another, one each. */
  readonly #passes: RowsPass[];
  readonly #gradient: Matrix;
  readonly #totals: Doubles;

  /** Lays out its buffers. */
  constructor(
    core: TrainingCore,
    net: Network,
    training: LaidShare,
    validation: LaidShare | null,
    loss: TrainSpec["loss"],
  ) {
    this.#core = core;
    this.#net = net;
    this.#training = training;
    this.#validation = validation;
    this.#loss = loss;
    const chunks = net.plan.barriers ? chunksOf(training.inputs.rows).length : 1;
    this.#passes = Array.from({ length: chunks }, () => new RowsPass(net, CHUNK_ROWS, false, {}));
    this.#gradient = core.matrix(CHUNK_ROWS, net.plan.layers.at(-1)!.fanOut);
    this.#totals = core.doubles(2);
  }

  /** Of the parameters as they stand. */
  measure(): { training: LossAndAccuracy; validation: LossAndAccuracy | null; moments: Moments } {
    const moments = this.#net.plan.barriers ? this.#moments() : new Map<number, BatchMoments>();
    return {
      training: this.#over(this.#training, moments),
      validation: this.#validation && this.#over(this.#validation, moments),
      moments,
    };
  }

  #over({ inputs, labels }: LaidShare, moments: Moments): LossAndAccuracy {
    const core = this.#core;
    const pass = this.#passes[0]!;
    core.clearDoubles(this.#totals);
    for (const { first, rows } of chunksOf(inputs.rows)) {
      core.copyRows(core.rows(pass.input, 0, rows), core.rows(inputs, first, rows));
      drain(pass.forward(rows), moments);
      const here = core.wordsFrom(labels, first, rows);
      core.lossOf(this.#loss, core.rows(this.#gradient, 0, rows), pass.output(rows), here, 1, this.#totals);
    }
    const [loss, right] = core.readDoubles(this.#totals);
    const terms = this.#loss === "cross_entropy" ? inputs.rows : inputs.rows * this.#gradient.cols;
    return { loss: loss! / terms, accuracy: right! / inputs.rows };
  }

  /** All chunks of the training share from barrier to barrier, side by side. */
  #moments(): Map<number, BatchMoments> {
    const core = this.#core;
    const { inputs } = this.#training;
    const found = new Map<number, BatchMoments>();
    const steps: Steps[] = chunksOf(inputs.rows).map(({ first, rows }, i) => {
      const pass = this.#passes[i]!;
      core.copyRows(core.rows(pass.input, 0, rows), core.rows(inputs, first, rows));
      return pass.forward(rows);
    });
    let states = steps.map((step) => step.next());
    for (let state = states[0]!; !state.done; state = states[0]!) {
      const { layer, z } = state.value;
      const answer = core.scoped(() => {
        const shift = core.matrix(1, z.cols);
        core.copyRows(shift, core.rows(z, 0, 1));
        const sums = core.doubles(2 * z.cols);
        states.forEach((each, i) => !each.done && each.value.addSums(sums, shift, i > 0));
        return batchMoments(core.readDoubles(sums), core.read(shift), inputs.rows);
      });
      found.set(layer, answer);
      states = steps.map((step) => step.next({ direction: "forward", ...answer }));
    }
    return found;
  }
}

/** Runs to the end; a barrier is answered with these moments, which the way back takes as constants. */
export function drain(steps: Steps, moments: Moments): void {
  for (let step = steps.next(); !step.done;) {
    const { layer, direction, z } = step.value;
    if (direction === "forward") step = steps.next({ direction, ...moments.get(layer)! });
    else {
      const none = new Float64Array(z.cols);
      step = steps.next({ direction: "backward", meanDz: none, meanDzZhat: none });
    }
  }
}

export function chunksOf(rows: number): { first: number; rows: number }[] {
  return Array.from({ length: Math.ceil(rows / CHUNK_ROWS) }, (_, i) => ({
    first: i * CHUNK_ROWS,
    rows: Math.min(CHUNK_ROWS, rows - i * CHUNK_ROWS),
  }));
}
