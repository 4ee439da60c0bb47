// Activations of a training after a number of steps: a row a variant, a column a layer, all of a row on one axis that
// stays the same at every step, each histogram to its own peak. Of the first seed.
import { activationFacts } from "../spec/activations";
import type { Experiment } from "../spec/experiment";
import { whole } from "../spec/number";
import type { TrainActivations, TrainRecord } from "../spec/training";
import type { Axis, Figure } from "./figure";
import { beyondOf, densityAxis, peakOf, spreadBars, spreadDomain } from "./pane";
import { type Spread, spreadOf } from "./spread";

export interface HistogramRow {
  readonly x: Axis;
  /** The record that is shown: the last at or before the step. */
  readonly step: number;
  /** One a layer of `layers`; null where nothing is finite. */
  readonly figures: readonly (Figure | null)[];
}

/** Records that set a row's axis: as many as tell how far it reaches. */
const LOOKED_AT = 9;

/** `layers`: indices from 1. Null before the first record. */
export function trainingHistograms(
  run: number,
  records: readonly TrainRecord[],
  { network }: Pick<Experiment, "network">,
  layers: readonly number[],
  step: number,
): HistogramRow | null {
  const record = records.findLast((one) => one.step <= step) ?? records[0];
  if (!record) return null;
  const all = network.output ? [...network.layers, network.output] : network.layers;
  const spread = (one: TrainRecord, index: number) => {
    const layer = one.layers[index - 1];
    const activation = all[index - 1]?.activation;
    return layer && activation ? spreadOfRecord(layer.activation, activationFacts(activation)) : null;
  };
  const looked = spaced(records.length, LOOKED_AT).map((i) => records[i]!);
  const domain = spreadDomain(looked.flatMap((one) => layers.map((index) => spread(one, index))));
  const x: Axis = { label: "h", unit: "", scale: "linear", domain };
  return {
    x,
    step: record.step,
    figures: layers.map((index) => {
      const shown = spread(record, index);
      if (!shown) return null;
      const peak = peakOf(shown, domain) || 1;
      return {
        name: `train-layer-${index}-activations`,
        title: `Activations of layer ${index} after ${whole(record.step)} steps`,
        caption: "",
        x,
        y: densityAxis(1),
        columns: Float64Array.of(domain[0], domain[1]),
        series: [spreadBars(shown, domain, { name: "density", paint: { run } }, 1 / peak)],
        rules: [],
        zones: [],
        beyond: beyondOf(shown, domain),
      };
    }),
  };
}

/** At most `most` of `count` places, evenly spread, both ends among them. */
export function spaced(count: number, most: number): readonly number[] {
  if (count <= most) return Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: most }, (_, i) => Math.round((i * (count - 1)) / (most - 1)));
}

type Bounds = Parameters<typeof spreadOf>[1];

function spreadOfRecord({ mean, std, histogram }: TrainActivations, bounds: Bounds): Spread | null {
  const { edges, counts, zeros, atLow, atHigh } = histogram;
  const count = counts.reduce((sum, n) => sum + n, 0) + zeros + atLow + atHigh;
  const [min, max] = std === 0 ? [mean, mean] : [edges[0] ?? NaN, edges.at(-1) ?? NaN];
  return spreadOf({ histogram, count, nonFinite: 0, min, max }, bounds);
}
