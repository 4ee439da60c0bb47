// Recomputes every kept tensor of a run in float64, each from its neighbour as the run kept it.
import type { Executed } from "../../runtime/execute";
import { function64 } from "./activations64";
import { Kept } from "./host";
import {
  affine,
  backThrough,
  columnSizes,
  crossEntropy,
  layersOf,
  normalize,
  normalizeBackward,
  parameterGradients,
  residualSum,
  worstShare,
} from "./network64";

export interface Disagreement {
  readonly tensor: string;
  /** Largest difference over the tensor's largest entry. */
  readonly share: number;
}

/** How far each tensor of the run is from its recomputation. */
export function recomputeLayers(run: Executed): Disagreement[] {
  const kept = new Kept(run);
  const { spec } = run.result;
  const inputs = kept.f32("inputs");
  const layers = layersOf(spec, kept.get("inputs").shape[1]!);
  const outputOf = (l: number) => (l === 0 ? inputs : kept.f32(`layer${l}.activation`));
  const found: Disagreement[] = [];
  const compare = (tensor: string, expected: Float64Array, scale = expected) =>
    found.push({ tensor, share: worstShare(kept.f32(tensor), expected, scale) });

  const normalized = layers.map((layer, i) => {
    const name = `layer${i + 1}`;
    const z = affine(outputOf(i), kept.f32(`${name}.weight`), kept.f32(`${name}.bias`), layer.fanIn);
    const norm = normalize(layer.spec.normalization, z, layer.fanOut);
    compare(`${name}.preactivation`, norm.zhat);
    const phi = Float64Array.from(kept.f32(`${name}.preactivation`), function64(layer.spec.activation).phi);
    compare(`${name}.activation`, residualSum(layer, phi, outputOf));
    return norm;
  });
  if (spec.backward.kind === "none") return found;

  const gradientOf = (l: number) =>
    l === layers.length ? kept.f32("output_cotangent") : kept.f32(`layer${l + 1}.grad_input`);
  if (spec.backward.kind === "cross_entropy") {
    const labels = kept.get("labels").data;
    compare(
      "output_cotangent",
      crossEntropy(outputOf(layers.length), labels, layers.at(-1)!.fanOut).gradient,
    );
  }
  layers.forEach((layer, i) => {
    const name = `layer${i + 1}`;
    const { dphi } = function64(layer.spec.activation);
    const z = kept.f32(`${name}.preactivation`);
    const d = gradientOf(i + 1);
    compare(
      `${name}.grad_preactivation`,
      Float64Array.from(z, (x, at) => layer.scale * d[at]! * dphi(x)),
    );
    const dz = normalizeBackward(
      layer.spec.normalization,
      kept.f32(`${name}.grad_preactivation`),
      normalized[i]!,
      layer.fanOut,
    );
    const dx = backThrough(dz, kept.f32(`${name}.weight`), layer.fanIn, layer.fanOut);
    // A block that begins at this layer's input sends its end's gradient straight there.
    layers.forEach((end, e) => {
      if (end.from === i) gradientOf(e + 1).forEach((v, at) => (dx[at]! += v));
    });
    compare(`${name}.grad_input`, dx);
    const gradients = parameterGradients(dz, outputOf(i), layer.fanIn, layer.fanOut);
    compare(`${name}.grad_weight`, gradients.weights);
    // Batch normalization takes the mean out, and with it all of the bias: its gradient is exactly zero.
    const cancels = layer.spec.normalization === "batch";
    compare(`${name}.grad_bias`, gradients.bias, cancels ? columnSizes(dz, layer.fanOut) : gradients.bias);
  });
  return found;
}
