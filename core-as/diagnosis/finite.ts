// non_finite: values that float32 could not hold, or that were born of such values.
import type { Finding, LayerResult } from "../spec/result";
import { layersText } from "../spec/number";
import { finding } from "./finding";
import type { Diagnosed } from "./reading";

export function finiteFindings({ layers }: Diagnosed): Finding[] {
  const broken = layers.filter((layer) => nonFinite(layer) > 0);
  if (broken.length === 0) return [];
  const count = broken.reduce((sum, layer) => sum + nonFinite(layer), 0);
  return [
    finding(
      "non_finite",
      "broken",
      broken,
      { values: count, firstLayer: broken[0]!.index },
      { values: 0 },
      "IEEE 754 float32: above 3.4×10³⁸ a number is infinity, and infinity times 0 is no number",
      `Numbers overflowed: ${count} values in ${layersText(broken.map((l) => l.index))} are infinite or not a number. All other figures of these layers are of what is left.`,
    ),
  ];
}

function nonFinite({ weights, bias, preactivations, activations, gradients }: LayerResult): number {
  const tensors = [
    weights,
    bias,
    preactivations,
    activations,
    ...(gradients ? Object.values(gradients) : []),
  ];
  return tensors.reduce((sum, { nonFinite: n }) => sum + n, 0);
}
