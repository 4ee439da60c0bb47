// The Lab's picture as the figures' builders want it. Builds no figure.
import type { LayerFace } from "../../../../core-as/figures/layerColumns";
import type { ProfileThresholds } from "../../../../core-as/figures/profile";
import { THRESHOLDS } from "../../../../core-as/diagnosis/thresholds";
import type { Picture } from "../../lab/session.svelte";

export const PROFILE_THRESHOLDS: ProfileThresholds = {
  saturatedShare: THRESHOLDS.saturatedShare.value,
  deadShare: THRESHOLDS.deadShare.value,
  gradientRatio: THRESHOLDS.gradientRatio.value,
};

/** Layers that the whole run has, the output among them. */
export function depthOf({ spec: { network } }: Pick<Picture, "spec">): number {
  return network.layers.length + (network.output ? 1 : 0);
}

export function facesOf({ spec, layers, result, curves }: Picture): readonly LayerFace[] {
  const { network } = spec;
  return layers.map((layer) => ({
    layer,
    weights: (network.layers[layer.index - 1] ?? network.output)?.weights ?? null,
    sizes: result?.gradientSizes?.[layer.index - 1] ?? null,
    // As the compute worker keys them.
    curve: curves.get(JSON.stringify(layer.activation)) ?? null,
  }));
}
