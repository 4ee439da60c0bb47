// Figures of a run or a training that judges speak of. Measured alone: nothing here is a prediction.
import type { Band, Histogram, LayerResult, RunResult } from "../spec/result";
import type { TrainLayerRecord, TrainRecord, TrainResult } from "../spec/training";

export const firstLayer = ({ layers }: RunResult): LayerResult => layers[0]!;
export const lastLayer = ({ layers }: RunResult): LayerResult => layers.at(-1)!;

/** Of what grows or shrinks alike at every layer: the factor from one layer to the next. `first` and `last` > 0. */
export function factorALayer(first: number, last: number, layers: number): number {
  return (last / first) ** (1 / (layers - 1));
}

/** Mean square of the preactivations, from layer to layer. */
export function meanSquareFactor(run: RunResult): number {
  const [first, last] = [firstLayer(run).preactivations.rms, lastLayer(run).preactivations.rms];
  return factorALayer(first ** 2, last ** 2, run.layers.length);
}

/** Rms of the preactivations, from layer to layer. */
export const signalFactor = (run: RunResult): number => Math.sqrt(meanSquareFactor(run));

/** Rms of the gradient in the preactivations, on its way back from one layer to the one before it. */
export function gradientFactor(run: RunResult): number {
  const rms = (layer: LayerResult) => layer.gradients!.preactivations.rms;
  return factorALayer(rms(lastLayer(run)), rms(firstLayer(run)), run.layers.length);
}

/** Rms of the gradient in the first layer's preactivations over the last's; medians of the run's seeds. */
export function gradientLeft({ replicates }: RunResult): number {
  const bands = replicates!.bands;
  const median = (layer: Readonly<Record<string, Band | null>>) =>
    layer["gradients.preactivations.rms"]!.median;
  return median(bands[0]!) / median(bands.at(-1)!);
}

/** Share of the values that lie within [low, high]; a bin that a limit cuts counts by the part within. */
export function shareWithin(
  histogram: Histogram,
  low: number,
  high: number,
  bounds: readonly [number, number] | null = null,
): number {
  const { edges, counts, zeros, atLow, atHigh } = histogram;
  const inside = (value: number) => value >= low && value <= high;
  let within = inside(0) ? zeros : 0;
  let all = zeros + atLow + atHigh;
  if (bounds && inside(bounds[0])) within += atLow;
  if (bounds && inside(bounds[1])) within += atHigh;
  for (const [i, count] of counts.entries()) {
    const [from, to] = [edges[i]!, edges[i + 1]!];
    const overlap = Math.min(to, high) - Math.max(from, low);
    within += count * Math.max(0, overlap / (to - from));
    all += count;
  }
  return within / all;
}

/** Units that give 0 for every sample, of all layers. */
export const deadUnits = ({ layers }: RunResult): number =>
  layers.reduce((sum, { activations }) => sum + activations.deadUnits, 0);

export const units = ({ layers }: RunResult): number => layers.reduce((sum, { fanOut }) => sum + fanOut, 0);

export const firstRecord = ({ records }: TrainResult): TrainRecord => records[0]!;
export const lastRecord = ({ records }: TrainResult): TrainRecord => records.at(-1)!;

/** Share of right answers over the validation share at the end; trainings of the claims all have one. */
export const accuracy = (training: TrainResult): number => lastRecord(training).validationAccuracy!;

export const hidden = ({ layers }: TrainRecord): readonly TrainLayerRecord[] => layers.slice(0, -1);
export const output = ({ layers }: TrainRecord): TrainLayerRecord => layers.at(-1)!;

/** Dead units of the hidden layers over their units. */
export function deadShare(record: TrainRecord): number {
  const layers = hidden(record);
  const sum = (of: (layer: TrainLayerRecord) => number) => layers.reduce((all, layer) => all + of(layer), 0);
  return sum(({ activation }) => activation.deadUnits) / sum(({ activation }) => activation.units);
}

/** The most distinct units that any hidden layer had at any record. */
export function mostDistinctUnits({ records }: TrainResult): number {
  return Math.max(...records.flatMap((r) => hidden(r).map(({ activation }) => activation.distinctUnits)));
}

/** The greatest norm that any layer's weights had at any record. */
export function greatestWeightNorm({ records }: TrainResult): number {
  return Math.max(...records.flatMap(({ layers }) => layers.map(({ weightNorm }) => weightNorm)));
}

/** The greatest norm of the loss gradient in any layer's weights at any record. */
export function greatestGradientNorm({ records }: TrainResult): number {
  return Math.max(...records.flatMap(({ layers }) => layers.map(({ gradientNorm }) => gradientNorm)));
}
