// The layers of a spec as source text tells them: neighbours that are alike in one entry, each with its laws as numbers.
import type { ActivationSpec, Experiment, LayerSpec } from "../spec/experiment";
import { biasLaw, type Gains, type Law } from "../spec/laws";
import { schemeLaw } from "../spec/schemes";

export interface AlikeLayers {
  /** Counted from 1, the output last. */
  readonly first: number;
  readonly last: number;
  readonly isOutput: boolean;
  readonly fanIn: number;
  readonly fanOut: number;
  readonly spec: LayerSpec;
  readonly weights: Law;
  readonly bias: Law;
}

/** Gains that are computed for an activation; the core knows them. Null where none will be asked for. */
export type GainsOf = (activation: ActivationSpec) => Gains | null;

/** Throws what `gainsOf` throws where a gain does not exist. */
export function alikeLayers(spec: Experiment, features: number, gainsOf: GainsOf): AlikeLayers[] {
  const { layers: hidden, output } = spec.network;
  const all = output ? [...hidden, output] : hidden;
  const groups: AlikeLayers[] = [];
  let fanIn = features;
  all.forEach((layer, i) => {
    const before = groups.at(-1);
    const isOutput = i >= hidden.length;
    if (before && !isOutput && before.fanIn === fanIn && isAlike(before.spec, layer))
      groups[groups.length - 1] = { ...before, last: i + 1 };
    else
      groups.push({
        first: i + 1,
        last: i + 1,
        isOutput,
        fanIn,
        fanOut: layer.units,
        spec: layer,
        weights: schemeLaw(layer.weights, fanIn, layer.units, {
          gains: gainsOf(layer.activation),
          truncatedMoments: null,
        }),
        bias: biasLaw(layer.bias, fanIn, { truncatedMoments: null }),
      });
    fanIn = layer.units;
  });
  return groups;
}

/** Resolved specs write their fields in one order: equal text is equal value. */
function isAlike(one: LayerSpec, other: LayerSpec): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
