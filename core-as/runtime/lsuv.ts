// Layer-sequential unit-variance initialization (Mishkin & Matas 2016): in order of the layers, W_l is scaled
// until z_l = W_l h_{l-1}, without bias and before normalization, has variance 1 over all samples and units.
// Runs in one worker: every layer waits for all rows, and rows are few beside the passes that follow.
import type { Doubles } from "./core";
import { batchMoments, pooledVariance } from "./moments";
import type { Network } from "./network";
import { CHUNK_ROWS } from "./plan";
import type { Barrier, BarrierAnswer } from "./rows";
import { RowsPass } from "./rows";

/** A layer whose variance cannot be brought to 1. */
export class LsuvError extends Error {
  override readonly name = "LsuvError";
  readonly code = "lsuv";
  readonly where: string;
  constructor(where: string, message: string) {
    super(message);
    this.where = where;
  }
}

/** Scales the weights of the network's lsuv layers in place and returns them, by layer. */
export function rescaleWeights(net: Network, inputs: Float32Array): Map<number, Float32Array<ArrayBuffer>> {
  const { core, plan } = net;
  const rescaled = new Set(
    plan.layers.filter((layer) => layer.weights.scheme === "lsuv").map((layer) => layer.index),
  );
  core.scoped(() => {
    const steps: Generator<Barrier, void, BarrierAnswer>[] = [];
    for (let first = 0; first < plan.samples; first += CHUNK_ROWS) {
      const rows = Math.min(CHUNK_ROWS, plan.samples - first);
      const pass = new RowsPass(net, rows, false, {});
      core.write(pass.input, inputs.subarray(first * plan.features, (first + rows) * plan.features));
      steps.push(pass.forward(rows, rescaled));
    }
    const tries = new Map<number, number>();
    let states = steps.map((step) => step.next());
    for (let first = states[0]!; !first.done; first = states[0]!) {
      const barrier = first.value;
      const { sums, shift } = addUp(net, states, barrier);
      const answer: BarrierAnswer =
        barrier.direction === "rescale"
          ? {
              direction: "rescale",
              again: rescale(net, barrier.layer, pooledVariance(sums, shift, plan.samples), tries),
            }
          : { direction: "forward", ...batchMoments(sums, shift, plan.samples) };
      states = steps.map((step) => step.next(answer));
    }
  });
  return new Map([...rescaled].map((index) => [index, core.read(net.weightsOf(index))]));
}

/** True when the weights were scaled and z is wanted anew. */
function rescale(net: Network, index: number, variance: number, tries: Map<number, number>): boolean {
  const layer = net.layer(index);
  if (layer.weights.scheme !== "lsuv") throw new Error(`layer ${index} is not to be rescaled`);
  const { tolerance, max_iterations: limit } = layer.weights;
  if (!(variance > 0) || !Number.isFinite(variance))
    throw new LsuvError(
      `network.${layer.name}.weights`,
      `lsuv cannot scale this layer: its preactivations have variance ${variance}; a base scheme and inputs that give some variance would be right`,
    );
  const made = tries.get(index) ?? 0;
  if (Math.abs(variance - 1) <= tolerance || made >= limit) return false;
  tries.set(index, made + 1);
  const weights = net.weightsOf(index);
  net.core.scaleInto(weights, weights, 1 / Math.sqrt(variance));
  return true;
}

function addUp(net: Network, states: readonly IteratorResult<Barrier, void>[], barrier: Barrier) {
  const { core } = net;
  return core.scoped(() => {
    const units = barrier.z.cols;
    const shift = core.matrix(1, units);
    core.copyRows(shift, core.rows(barrier.z, 0, 1));
    const sums: Doubles = core.doubles(2 * units);
    states.forEach((state, i) => !state.done && state.value.addSums(sums, shift, i > 0));
    return { sums: core.readDoubles(sums), shift: core.read(shift) };
  });
}
