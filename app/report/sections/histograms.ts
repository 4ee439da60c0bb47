// What each layer's values are spread over: preactivations, activations, weights, gradients, a row a layer. Deep
// networks show some of their layers; the numbers of all are in CSV and JSON.
import { activationFacts } from "../../../core-as/spec/activations";
import {
  layerColumns,
  type LayerColumn,
  type LayerFace,
  statisticsOf,
} from "../../../core-as/figures/layerColumns";
import { spaced } from "../../../core-as/figures/trainingHistograms";
import type { LayerResult, RunResult, Statistics } from "../../../core-as/spec/result";
import { spreadText } from "../alternative";
import type { AbsentFigure, Block, CountedHistogram, DrawnFigure } from "../document";
import type { Reported } from "../reported";
import { layerLabel } from "./layers";
import { perRun } from "./perRun";

/** Deeper networks show `FEW` layers, evenly spread, both ends and the middle among them. */
const MOST_LAYERS = 12;
const FEW = 7;

const SIZE = { width: 172, height: 84 } as const;

export function histograms(reported: Reported): readonly Block[] {
  return perRun("histograms", reported, ({ number, result }) => {
    if (!result) return [];
    const faces = facesOf(result);
    const columns = layerColumns(faces, result.layers.length);
    const shown = spaced(faces.length, faces.length > MOST_LAYERS ? FEW : faces.length);
    return [
      {
        kind: "figures",
        caption: captionOf(columns, shown, result),
        across: columns.length,
        figures: shown.flatMap((i) => columns.map((column) => drawn(column, result.layers[i]!, i))),
      },
      ...result.layers.flatMap((layer) => counted(layer, number)),
    ];
  });
}

function facesOf({ layers, spec: { network }, gradientSizes }: RunResult): readonly LayerFace[] {
  return layers.map((layer) => ({
    layer,
    weights: (network.layers[layer.index - 1] ?? network.output)?.weights ?? null,
    sizes: gradientSizes?.[layer.index - 1] ?? null,
    // phi is the core's, and a report is made without it.
    curve: null,
  }));
}

function drawn(column: LayerColumn, layer: LayerResult, i: number): DrawnFigure | AbsentFigure {
  const { figure, absent, left, right } = column.cell(i);
  const title = `${column.title}, ${layer.name === "output" ? "output" : `layer ${layerLabel(layer)}`}`;
  if (!figure) return { title, absent };
  const statistics = statisticsOf(column.key, layer)!;
  return {
    figure: {
      ...figure,
      title, // How much lies beyond an end of the axis stands in the plot.
      caption: [right, left.startsWith("◂") ? "" : left].filter(Boolean).join("; "),
    },
    ...SIZE,
    alternative: spreadText(title, statistics, left),
    isCompact: true,
  };
}

function captionOf(columns: readonly LayerColumn[], shown: readonly number[], { layers }: RunResult): string {
  const said = columns.map(({ title, caption }) => `${title}: ${caption}`).join(". ");
  if (shown.length === layers.length) return `${said}.`;
  const indices = shown.map((i) => i + 1);
  return `${said}. Of ${layers.length} layers these are ${indices.slice(0, -1).join(", ")} and ${indices.at(-1)}; the CSV and the JSON of this report have all.`;
}

/** The tensors of a layer that have a histogram, the gradients of all kinds among them. */
function counted(layer: LayerResult, run: number): Block[] {
  const tensors: readonly (readonly [string, Statistics])[] = [
    ...(["weights", "bias", "preactivations", "activations"] as const).map(
      (key) => [key, layer[key]] as const,
    ),
    ...(layer.gradients
      ? (["weights", "bias", "preactivations", "input"] as const).map(
          (key) => [`gradients.${key}`, layer.gradients![key]] as const,
        )
      : []),
  ];
  return tensors.map(([tensor, { histogram, min, max }]) => {
    const { edges, counts, zeros, atLow, atHigh } = histogram;
    const { low, high } =
      tensor === "activations" ? activationFacts(layer.activation) : { low: null, high: null };
    const points = [
      { at: low ?? min, count: atLow },
      { at: 0, count: zeros },
      { at: high ?? max, count: atHigh },
    ].filter(({ count }) => count > 0);
    const one: CountedHistogram = { run, layer: layerLabel(layer), tensor, edges, counts, points };
    return { kind: "histogram", histogram: one };
  });
}
