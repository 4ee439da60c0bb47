// One chunk of rows on its way through the network and back. Every layer is told to an observer as it is
// passed; where batch normalization makes rows wait for the whole batch, the way stops (a generator yields)
// with this chunk's sums and goes on with the batch's moments.
import type { Doubles, Matrix, Words } from "./core";
import { paddedColumns } from "./core";
import type { BatchMoments, Network } from "./network";
import type { LayerPlan } from "./plan";

/** Told what passes; matrices are valid during the call only. */
export interface Observer {
  preactivation?(layer: LayerPlan, z: Matrix): void;
  /** phi(z), before a residual sum. */
  phi?(layer: LayerPlan, phi: Matrix): void;
  /** The layer's output; told only where a shortcut makes it differ from phi. */
  output?(layer: LayerPlan, h: Matrix): void;
  /** Gradient of what enters phi. */
  gradPreactivation?(layer: LayerPlan, dz: Matrix): void;
  /** Gradient of the layer's input, all its paths together. */
  gradInput?(layer: LayerPlan, dx: Matrix): void;
  /** Gradient of the network's output, where the way back begins. */
  cotangent?(d: Matrix): void;
  /** dz before phi's normalization and the layer's input, from which the weight gradients follow. */
  gradWeights?(layer: LayerPlan, dz: Matrix, input: Matrix): void;
}

/** What the rows wait for at a batch normalization. */
export interface Barrier {
  readonly layer: number;
  readonly direction: "forward" | "backward" | "rescale";
  /** Adds this chunk's sums; `shift` is row 0 of the batch before normalization. */
  addSums(sums: Doubles, shift: Matrix, accumulate: boolean): void;
  /** The matrix that is going to be normalized (forward). */
  readonly z: Matrix;
}

/** Answer to a barrier. Forward: the batch's moments. Backward: the means of dzhat and dzhat·zhat. */
export type BarrierAnswer =
  | ({ readonly direction: "forward" } & BatchMoments)
  /** `again`: the layer's weights have changed, and its z is wanted anew. */
  | { readonly direction: "rescale"; readonly again: boolean }
  | { readonly direction: "backward"; readonly meanDz: Float64Array; readonly meanDzZhat: Float64Array };

/** Where the way back begins. */
export type Cotangent =
  | { readonly kind: "given"; readonly values: Matrix }
  | {
      readonly kind: "cross_entropy";
      readonly labels: Words;
      readonly gradScale: number;
      readonly totals: Doubles;
    };

export class RowsPass {
  readonly #net: Network;
  readonly #observer: Observer;
  readonly #rows: number;
  readonly #input: Matrix;
  readonly #z: Matrix[];
  readonly #h: Matrix[];
  /** Holds phi where the layer's output is another matrix. */
  readonly #phi: Matrix | null;
  readonly #rowInvStd: (Matrix | null)[];
  readonly #batchInvStd: (Doubles | null)[];
  readonly #gradient: [Matrix, Matrix] | null;
  readonly #skip: Matrix | null;

  /**
   * Lays out buffers for `rows` rows. With `backward` every layer's z and h stay until the way back;
   * without it three matrices take turns.
   */
  constructor(net: Network, rows: number, backward: boolean, observer: Observer) {
    const { core, plan } = net;
    this.#net = net;
    this.#observer = observer;
    this.#rows = rows;
    const widest = Math.max(plan.features, ...plan.layers.map((layer) => layer.fanOut));
    const wide = () => core.matrix(rows, widest);
    const hasShortcut = plan.layers.some((layer) => layer.shortcutFrom !== null);
    this.#input = core.matrix(rows, plan.features);
    this.#phi = hasShortcut ? wide() : null;
    if (backward) {
      this.#z = plan.layers.map((layer) => core.matrix(rows, layer.fanOut));
      this.#h = plan.layers.map((layer) => core.matrix(rows, layer.fanOut));
      this.#gradient = [wide(), wide()];
      this.#skip = hasShortcut ? wide() : null;
    } else {
      const z = wide();
      this.#z = plan.layers.map((layer) => core.reshape(z, rows, layer.fanOut));
      this.#h = shareOutputs(plan.layers, [wide(), wide(), ...(hasShortcut ? [wide()] : [])]).map((m, i) =>
        core.reshape(m, rows, plan.layers[i]!.fanOut),
      );
      this.#gradient = null;
      this.#skip = null;
    }
    this.#rowInvStd = plan.layers.map(({ normalization: n }) =>
      n === "layer" || n === "rms" ? core.matrix(1, rows) : null,
    );
    this.#batchInvStd = plan.layers.map((l) => (l.normalization === "batch" ? core.doubles(l.fanOut) : null));
  }

  /** The inputs of the rows now on their way. */
  get input(): Matrix {
    return this.#at(this.#input, this.#rows);
  }

  output(rows: number): Matrix {
    return this.#at(this.#h.at(-1)!, rows);
  }

  /**
   * Passes `rows` rows (at most those laid out), whose inputs stand in `input`. At a layer in `rescaled` it
   * waits with z = W h, without bias, until the answer says that the weights will do (lsuv).
   */
  *forward(rows: number, rescaled?: ReadonlySet<number>): Generator<Barrier, void, BarrierAnswer> {
    const { core, plan } = this.#net;
    let h = this.#at(this.#input, rows);
    for (const layer of plan.layers) {
      const i = layer.index - 1;
      const z = this.#at(this.#z[i]!, rows);
      core.matmulNT(z, h, this.#net.weightsOf(layer.index));
      while (rescaled?.has(layer.index)) {
        const answer = yield this.#forwardBarrier(layer, z, "rescale");
        if (answer.direction !== "rescale")
          throw new Error("a layer to be rescaled was given another answer");
        if (!answer.again) break;
        core.matmulNT(z, h, this.#net.weightsOf(layer.index));
      }
      core.addBias(z, this.#net.biasOf(layer.index));
      if (layer.normalization === "batch") {
        const answer = yield this.#forwardBarrier(layer, z, "forward");
        if (answer.direction !== "forward") throw new Error("a forward barrier was given a backward answer");
        this.#normalizeBatch(layer, z, answer);
      } else if (layer.normalization !== "none")
        core.rowNormForward(layer.normalization, z, this.#rowInvStd[i]!);
      this.#observer.preactivation?.(layer, z);

      const out = this.#at(this.#h[i]!, rows);
      if (layer.shortcutFrom === null) {
        this.#net.phiOf(layer.index).forward(out, z);
        this.#observer.phi?.(layer, out);
      } else {
        const phi = core.reshape(this.#phi!, rows, layer.fanOut);
        this.#net.phiOf(layer.index).forward(phi, z);
        this.#observer.phi?.(layer, phi);
        const from = layer.shortcutFrom === 0 ? this.#input : this.#h[layer.shortcutFrom - 1]!;
        core.residualForward(out, this.#at(from, rows), phi, layer.scale);
        this.#observer.output?.(layer, out);
      }
      h = out;
    }
  }

  /** The way back of the rows that `forward` has passed. */
  *backward(rows: number, cotangent: Cotangent): Generator<Barrier, void, BarrierAnswer> {
    const { core, plan } = this.#net;
    if (!this.#gradient) throw new Error("this pass was laid out without a way back");
    let [here, there] = this.#gradient;
    let pendingFrom: number | null = null;
    const last = plan.layers.at(-1)!;
    const start = core.reshape(here, rows, last.fanOut);
    this.#begin(cotangent, start, this.output(rows));
    this.#observer.cotangent?.(start);
    for (const layer of [...plan.layers].reverse()) {
      const i = layer.index - 1;
      const z = this.#at(this.#z[i]!, rows);
      const d = core.reshape(here, rows, layer.fanOut);
      if (layer.shortcutFrom !== null) {
        core.scaleInto(core.reshape(this.#skip!, rows, layer.fanOut), d, 1);
        core.scaleInto(d, d, layer.scale);
        pendingFrom = layer.shortcutFrom;
      }
      this.#net.phiOf(layer.index).backward(d, d, z);
      this.#observer.gradPreactivation?.(layer, d);
      if (layer.normalization === "batch") {
        const answer = yield this.#backwardBarrier(layer, d, z);
        if (answer.direction !== "backward") throw new Error("a backward barrier was given a forward answer");
        this.#backwardBatch(layer, d, z, answer);
      } else if (layer.normalization !== "none")
        core.rowNormBackward(layer.normalization, d, z, this.#rowInvStd[i]!);

      const input = this.#at(i === 0 ? this.#input : this.#h[i - 1]!, rows);
      this.#observer.gradWeights?.(layer, d, input);
      const dx = core.reshape(there, rows, layer.fanIn);
      core.matmulNN(dx, d, this.#net.weightsOf(layer.index));
      if (pendingFrom === layer.index - 1) {
        core.addScaled(dx, core.reshape(this.#skip!, rows, layer.fanIn), 1);
        pendingFrom = null;
      }
      this.#observer.gradInput?.(layer, dx);
      [here, there] = [there, here];
    }
  }

  #begin(cotangent: Cotangent, d: Matrix, output: Matrix): void {
    const { core } = this.#net;
    if (cotangent.kind === "given") core.copyRows(d, cotangent.values);
    else core.softmaxCrossEntropy(d, output, cotangent.labels, cotangent.gradScale, cotangent.totals);
  }

  #forwardBarrier(layer: LayerPlan, z: Matrix, direction: "forward" | "rescale"): Barrier {
    const { core } = this.#net;
    return {
      layer: layer.index,
      direction,
      z,
      addSums: (sums, shift, accumulate) => core.batchColumnSums(sums, shift, z, accumulate),
    };
  }

  #backwardBarrier(layer: LayerPlan, d: Matrix, z: Matrix): Barrier {
    const { core } = this.#net;
    return {
      layer: layer.index,
      direction: "backward",
      z,
      addSums: (sums, _shift, accumulate) => core.batchNormBackwardSums(sums, d, z, accumulate),
    };
  }

  #normalizeBatch(layer: LayerPlan, z: Matrix, { mean, invStd }: BatchMoments): void {
    const { core } = this.#net;
    const kept = this.#batchInvStd[layer.index - 1]!;
    core.writeDoubles(kept, invStd);
    core.scoped(() => {
      const means = core.doubles(layer.fanOut);
      core.writeDoubles(means, mean);
      core.batchNormApply(z, means, kept);
    });
  }

  #backwardBatch(
    layer: LayerPlan,
    d: Matrix,
    z: Matrix,
    answer: { meanDz: Float64Array; meanDzZhat: Float64Array },
  ): void {
    const { core } = this.#net;
    core.scoped(() => {
      const meanDz = core.doubles(layer.fanOut);
      const meanDzZhat = core.doubles(layer.fanOut);
      core.writeDoubles(meanDz, answer.meanDz);
      core.writeDoubles(meanDzZhat, answer.meanDzZhat);
      core.batchNormBackwardApply(d, z, this.#batchInvStd[layer.index - 1]!, meanDz, meanDzZhat);
    });
  }

  #at(m: Matrix, rows: number): Matrix {
    return this.#net.core.rows(m, 0, rows);
  }
}

/** Bytes that one RowsPass lays out. */
export function rowsPassBytes(
  layers: readonly LayerPlan[],
  features: number,
  rows: number,
  backward: boolean,
): number {
  const row = (cols: number) => paddedColumns(cols) * 4;
  const widest = Math.max(features, ...layers.map((layer) => layer.fanOut));
  const shortcut = layers.some((layer) => layer.shortcutFrom !== null) ? 1 : 0;
  const all = layers.reduce((sum, layer) => sum + row(layer.fanOut), 0);
  return (
    rows *
    (row(features) +
      (backward ? 2 * all + (2 + 2 * shortcut) * row(widest) : (3 + 2 * shortcut) * row(widest)))
  );
}

/** Gives every layer an output matrix that is neither its input's nor one that a shortcut still needs. */
function shareOutputs(layers: readonly LayerPlan[], pool: readonly Matrix[]): Matrix[] {
  const outputs: Matrix[] = [];
  layers.forEach((layer, i) => {
    const needed = new Set<Matrix>();
    if (i > 0) needed.add(outputs[i - 1]!);
    for (const later of layers.slice(i))
      if (later.shortcutFrom !== null && later.shortcutFrom > 0 && later.shortcutFrom <= i)
        needed.add(outputs[later.shortcutFrom - 1]!);
    const free = pool.find((m) => !needed.has(m));
    if (!free) throw new Error(`no free matrix for layer ${layer.index}`);
    outputs.push(free);
  });
  return outputs;
}
