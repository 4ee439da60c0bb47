// The way back: the gradient against depth, and its size in every tensor of every layer.
import { numberCell, numberColumn, shareCell, table, textCell, textColumn } from "../cell";
import type { Block, Cell } from "../document";
import type { Reported } from "../reported";
import { layerLabel } from "./layers";
import { perRun } from "./perRun";
import { captionOf, profileOfRun } from "./profiles";

const TENSORS = ["weights", "bias", "preactivations", "input"] as const;
const TITLES = {
  weights: "Weights",
  bias: "Bias",
  preactivations: "Preactivations",
  input: "Input",
} as const;

export function gradients(reported: Reported): readonly Block[] {
  return perRun("gradients", reported, ({ number, result }) => {
    if (!result || result.layers.every((layer) => layer.gradients === null)) return [];
    const profile = profileOfRun("gradient", result);
    const figure = profile && { ...profile, width: 720, height: 260 };
    return [
      ...(figure
        ? [{ kind: "figures", caption: captionOf(result), across: 1, figures: [figure] } as const]
        : []),
      {
        kind: "table",
        table: table(
          "gradients",
          number,
          "Gradients by layer: rms, and the share that is exactly 0",
          [
            textColumn("Layer", "layer"),
            ...TENSORS.flatMap((tensor) => [
              numberColumn("rms", `gradients.${tensor}.rms`, TITLES[tensor]),
              numberColumn("zeros", `gradients.${tensor}.zeroFraction`, TITLES[tensor]),
            ]),
          ],
          result.layers.map((layer): Cell[] => [
            textCell(layerLabel(layer)),
            ...TENSORS.flatMap((tensor) => [
              numberCell(layer.gradients?.[tensor].rms),
              shareCell(layer.gradients?.[tensor].zeroFraction),
            ]),
          ]),
        ),
      },
    ];
  });
}
