// The first rows of the batch, passed by every worker before its slabs: they set the bins of every histogram
// and the shift of every sum, so that all workers agree without talking. A pure function of the spec.
import type { Block, Matrix } from "./core";
import type { Network } from "./network";
import type { Barrier, BarrierAnswer, Cotangent, Observer } from "./rows";
import { RowsPass } from "./rows";
import type { LayerPlan } from "./plan";

/** The tensors of a layer that pass in chunks, each tallied. */
export const TALLIED = ["preactivation", "phi", "output", "gradPreactivation", "gradInput"] as const;
export type Tallied = (typeof TALLIED)[number];

/** Bins and shifts of one tensor. */
export interface Reference {
  readonly calibration: Block;
  /** Sample 0's values [1, cols]. */
  readonly first: Matrix;
}

/** A Reference as it leaves a worker. */
export interface ReferenceBytes {
  readonly calibration: Uint8Array<ArrayBuffer>;
  readonly first: Float32Array<ArrayBuffer>;
}

/** Number of columns of a tallied tensor of this layer. */
export function talliedColumns(layer: LayerPlan, tensor: Tallied): number {
  return tensor === "gradInput" ? layer.fanIn : layer.fanOut;
}

/** The tensors that this run tallies in this layer. */
export function talliedIn(layer: LayerPlan, backward: boolean): Tallied[] {
  return TALLIED.filter(
    (tensor) =>
      (tensor !== "output" || layer.shortcutFrom !== null) &&
      (backward || (tensor !== "gradPreactivation" && tensor !== "gradInput")),
  );
}

export class Pilot {
  readonly #net: Network;
  readonly #pass: RowsPass;
  readonly #rows: number;
  readonly #references = new Map<string, Reference>();
  /** Row 0 of z before batch normalization, by layer. */
  readonly #shifts = new Map<number, Matrix>();
  readonly #steps: Generator<Barrier, void, BarrierAnswer>;
  #stopsReached = 0;

  constructor(net: Network, inputs: Float32Array, rows: number, cotangent: Cotangent | null) {
    const { core, plan } = net;
    this.#net = net;
    this.#rows = rows;
    for (const layer of plan.layers) {
      for (const tensor of talliedIn(layer, cotangent !== null))
        this.#references.set(`${layer.index} ${tensor}`, {
          calibration: core.newCalibration(),
          first: core.matrix(1, talliedColumns(layer, tensor)),
        });
      if (layer.normalization === "batch") this.#shifts.set(layer.index, core.matrix(1, layer.fanOut));
    }
    this.#pass = new RowsPass(net, rows, cotangent !== null, this.#observer());
    core.write(core.rows(this.#pass.input, 0, rows), inputs);
    this.#steps = this.#run(cotangent);
  }

  /** Answers the barrier it waits at and goes on, until it has come to `stops` stops (barriers, or the end). */
  reach(stops: number, answer: BarrierAnswer | null): void {
    if (this.#stopsReached >= stops) return;
    const step = answer === null ? this.#steps.next() : this.#steps.next(answer);
    this.#stopsReached++;
    if (step.done || step.value.direction !== "forward") return;
    const { core } = this.#net;
    core.copyRows(this.#shifts.get(step.value.layer)!, core.rows(step.value.z, 0, 1));
  }

  reference(layer: number, tensor: Tallied): Reference {
    return this.#references.get(`${layer} ${tensor}`)!;
  }

  shift(layer: number): Matrix {
    return this.#shifts.get(layer)!;
  }

  *#run(cotangent: Cotangent | null): Generator<Barrier, void, BarrierAnswer> {
    yield* this.#pass.forward(this.#rows);
    if (cotangent) yield* this.#pass.backward(this.#rows, cotangent);
  }

  #observer(): Observer {
    const { core } = this.#net;
    const note = (tensor: Tallied) => (layer: LayerPlan, m: Matrix) => {
      const { calibration, first } = this.reference(layer.index, tensor);
      core.calibrate(calibration, m);
      core.copyRows(first, core.rows(m, 0, 1));
    };
    return {
      preactivation: note("preactivation"),
      phi: note("phi"),
      output: note("output"),
      gradPreactivation: note("gradPreactivation"),
      gradInput: note("gradInput"),
    };
  }
}
