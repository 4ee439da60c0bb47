// Neighbouring slabs passed by one worker: what they measured, merged along the same tree that `combine` goes on
// with, so that nothing depends on how the slabs were shared out.
import type { Network } from "./network";
import type { Tallied } from "./pilot";
import { talliedColumns, talliedIn } from "./pilot";
import type { RunPlan } from "./plan";
import type { SlabResult } from "./slab";
import { concatenate, tallyOptions } from "./slab";

type TallyBytes = Uint8Array<ArrayBuffer>;
export type LayerTallies = Readonly<Partial<Record<Tallied, TallyBytes>>>;

export interface RangeResult {
  /** By layer - 1. */
  readonly tallies: readonly LayerTallies[];
  /** phi of the rows below HEAD_ROWS, by layer - 1. */
  readonly heads: readonly Float32Array<ArrayBuffer>[];
  /** Sums of loss and of right answers, a slab each. */
  readonly totals: readonly (readonly [number, number])[];
  /** Whole tensors of the rows, by name, where they are kept. */
  readonly kept: Readonly<Record<string, Float32Array<ArrayBuffer>>> | null;
}

/** Gradients of this many bytes are added up as they come: slabs then go out one by one, so that few wait. */
const LARGE_GRADIENTS_BYTES = 2 ** 23;

/**
 * How many neighbouring slabs make one task: a power of two, so that each worker has two tasks or more where
 * there are slabs enough. Where rows wait for each other, one.
 */
export function slabsPerTask(plan: RunPlan, workers: number): number {
  const weights = plan.layers.reduce((sum, layer) => sum + 4 * layer.fanIn * layer.fanOut, 0);
  if (plan.barriers || (plan.backward !== "none" && weights > LARGE_GRADIENTS_BYTES)) return 1;
  let size = 1;
  while (plan.slabs.length >= 2 * size * 2 * workers) size *= 2;
  return size;
}

/** One result of the results of neighbouring slabs, in their order. */
export function mergeSlabs(net: Network, slabs: readonly SlabResult[]): RangeResult {
  const { core, plan } = net;
  const tallies = plan.layers.map((layer, i): LayerTallies => {
    const merged: Partial<Record<Tallied, TallyBytes>> = {};
    for (const tensor of talliedIn(layer, plan.backward !== "none")) {
      const parts = slabs.map((slab) => slab.tallies[i]![tensor]!);
      merged[tensor] = core.joinTallies(talliedColumns(layer, tensor), tallyOptions(layer, tensor), parts);
    }
    return merged;
  });
  const names = Object.keys(slabs[0]!.kept ?? {});
  return {
    tallies,
    heads: plan.layers.map((_, i) => concatenate(slabs.map((slab) => slab.heads[i]!))),
    totals: slabs.map((slab) => slab.totals),
    kept:
      slabs[0]!.kept &&
      Object.fromEntries(names.map((name) => [name, concatenate(slabs.map((slab) => slab.kept![name]!))])),
  };
}
