// non_finite: values that float32 could not hold, or that were born of such values.
import type { Finding, LayerResult } from "../spec/result";
import { layersText } from "../spec/number";
import { finding } from "./finding";
import type { Diagnosed } from "./reading";

export function finiteFindings({ layers }: Diagnosed): Finding[] {
  // Where it began: on the way forward, if it overflowed there.
  const forward = layers.filter((layer) => ofForward(layer) > 0);
  const broken = forward.length > 0 ? forward : layers.filter((layer) => nonFinite(layer) > 0);
  if (broken.length === 0) return [];
  const count = layers.reduce((sum, layer) => sum + nonFinite(layer), 0);
  return [
    finding(
      "non_finite",
      "broken",
      broken,
      { values: count, firstLayer: broken[0]!.index },
      { values: 0 },
      "IEEE 754 float32: above 3.4×10³⁸ a number is infinity, and infinity times 0 is no number",
      `Numbers overflowed, first in layer ${broken[0]!.index}: ${count} values in all are infinite or not a number. Every other figure of ${layersText(broken.map((l) => l.index))} is of what is left.`,
    ),
  ];
}

const ofForward = ({ weights, bias, preactivations, activations }: LayerResult): number =>
  weights.nonFinite + bias.nonFinite + preactivations.nonFinite + activations.nonFinite;

function nonFinite(layer: LayerResult): number {
  const gradients = layer.gradients ? Object.values(layer.gradients) : [];
  return ofForward(layer) + gradients.reduce((sum, { nonFinite: n }) => sum + n, 0);
}
