// The runs of a comparison as the figures take them: hidden layers by their index, output layers in a place of their
// own at the end, whatever the depth.
import type { OverlaidRun } from "../../../../core-as/figures/overlays";
import type { LayerResult } from "../../../../core-as/spec/result";
import type { ComparisonPicture } from "../../lab/compareRuns.svelte";

export interface Overlaid {
  readonly whole: readonly OverlaidRun[];
  readonly hidden: readonly OverlaidRun[];
  /** One layer each, of those that have an output; empty where none has. */
  readonly outputs: readonly OverlaidRun[];
  /** Of the deepest run, without outputs. */
  readonly depth: number;
}

const isOutput = ({ name }: LayerResult) => name === "output";

export function overlaid({ runs, results }: Pick<ComparisonPicture, "runs" | "results">): Overlaid {
  const whole = runs.map(({ name, paint }, i) => ({
    name,
    run: paint,
    layers: results[i]!.layers,
    sizes: (layer: LayerResult) => results[i]!.gradientSizes?.[layer.index - 1] ?? null,
  }));
  const part = (keeps: (layer: LayerResult) => boolean) =>
    whole.map((run) => ({ ...run, layers: run.layers.filter(keeps) }));
  const hidden = part((layer) => !isOutput(layer));
  return {
    whole,
    hidden,
    outputs: part(isOutput).filter(({ layers }) => layers.length > 0),
    depth: Math.max(...hidden.map(({ layers }) => layers.length)),
  };
}
