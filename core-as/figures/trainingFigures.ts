// Trainings side by side against their steps: a line a variant, the median over its seeds, with a band from the least
// to the most. Takes records as they have come so far; knows neither how they were made nor whether more will come.
import { figure as written, percent, powerOfTen, whole } from "../spec/number";
import type { TrainLayerRecord, TrainRecord } from "../spec/training";
import { linearDomain, logDomain } from "./domain";
import type { Axis, Figure, Paint, Rule, Series } from "./figure";

export interface TrainedSeed {
  /** Rising in step. */
  readonly records: readonly TrainRecord[];
  /** No more will come: where it ends early the others go on without it. */
  readonly hasEnded: boolean;
  /** It ended because its loss was not finite: from there on its loss counts as beyond every other. */
  readonly hasDiverged: boolean;
}

export interface TrainedVariant {
  readonly name: string;
  /** 0 to 7: its place in the palette of runs. */
  readonly run: number;
  readonly seeds: readonly TrainedSeed[];
}

export type TrainFigureKey =
  "loss" | "accuracy" | "gradient" | "update" | "distinct" | "dead" | "weights" | "spread";

interface TrainFigure {
  readonly key: TrainFigureKey;
  readonly title: string;
  readonly caption: string;
  readonly unit: Axis["unit"];
  readonly scale: Axis["scale"];
  /** Of the whole network, over the training share; and over the validation share. */
  readonly of?: (record: TrainRecord) => number;
  readonly validation?: (record: TrainRecord) => number | null;
  /** Of one layer. */
  readonly ofLayer?: (layer: TrainLayerRecord) => number | null;
  /** An end of the y axis that does not depend on what was measured. */
  readonly most?: (layer: TrainLayerRecord | undefined) => number;
  readonly rules?: readonly Rule[];
}

/** A step that changes weights by a thousandth of their size: a rule of thumb (Karpathy 2015, CS231n notes 3). */
const UPDATE_GUIDE = 1e-3;

export const TRAIN_FIGURES: readonly TrainFigure[] = [
  {
    key: "loss",
    title: "Loss",
    caption: "",
    unit: "nats",
    scale: "linear",
    of: ({ loss }) => loss,
    validation: ({ validationLoss }) => validationLoss,
  },
  {
    key: "accuracy",
    title: "Accuracy",
    caption: "share of right answers",
    unit: "share",
    scale: "linear",
    of: ({ accuracy }) => accuracy,
    validation: ({ validationAccuracy }) => validationAccuracy,
    most: () => 1,
  },
  {
    key: "gradient",
    title: "Gradient norm",
    caption: "|∂J/∂W|",
    unit: "",
    scale: "log",
    ofLayer: ({ gradientNorm }) => gradientNorm,
  },
  {
    key: "update",
    title: "Update to weight",
    caption: "|ΔW| / |W| of a step",
    unit: "",
    scale: "log",
    ofLayer: ({ updateToWeight }) => updateToWeight,
    rules: [{ axis: "y", at: UPDATE_GUIDE, label: `guide ${powerOfTen(-3)}`, style: "threshold" }],
  },
  {
    key: "distinct",
    title: "Distinct units",
    caption: "units that differ",
    unit: "count",
    scale: "linear",
    ofLayer: ({ activation }) => activation.distinctUnits,
    most: (layer) => layer?.activation.units ?? 1,
  },
  {
    key: "dead",
    title: "Dead units",
    caption: "zero at every sample",
    unit: "share",
    scale: "linear",
    ofLayer: ({ activation: { deadUnits, units } }) => deadUnits / units,
    most: () => 1,
  },
  {
    key: "spread",
    title: "Spread over samples",
    caption: "std of a unit, rms over units",
    unit: "",
    scale: "log",
    ofLayer: ({ activation }) => activation.acrossSampleStd,
  },
  {
    key: "weights",
    title: "Weight norm",
    caption: "|W|",
    unit: "",
    scale: "linear",
    ofLayer: ({ weightNorm }) => weightNorm,
  },
];

export interface TrainFigureView {
  /** Updates that the runs are to make: the end of the x axis. */
  readonly steps: number;
  /** 1..L: of figures that are a layer's. */
  readonly layer: number;
  /** Of the loss; the other figures have scales of their own. */
  readonly lossScale: Axis["scale"];
  /** The loss of the best answer that does not look at the input; null where it is not known yet. */
  readonly constantLoss: number | null;
  /** Step whose values stand at the lines' ends; null: each line's last. */
  readonly at: number | null;
  /** Step that is looked at below; null: none is marked. */
  readonly marked: number | null;
  /** Names stand before the values at the lines' ends. */
  readonly hasNames: boolean;
}

/** Null where there is nothing to draw. */
export function trainingFigure(
  key: TrainFigureKey,
  variants: readonly TrainedVariant[],
  view: TrainFigureView,
): Figure | null {
  const shown = TRAIN_FIGURES.find((one) => one.key === key)!;
  const columns = stepsOf(variants);
  if (columns.length === 0) return null;
  const measured = valueOf(shown, view.layer);
  const series: Series[] = [];
  const lines: Series[] = [];
  const all: number[] = [];
  for (const { name, run, seeds } of variants) {
    const paint: Paint = { run };
    const isLoss = key === "loss";
    const { median, low, high } = overSeeds(seeds, columns, measured, isLoss);
    all.push(...low, ...high);
    if (seeds.length > 1)
      series.push({ kind: "band", name: `${name}, ${seeds.length} seeds`, paint, low, high });
    if (shown.validation) {
      const { median: values } = overSeeds(seeds, columns, shown.validation, isLoss);
      all.push(...values);
      if (values.some((value) => !Number.isNaN(value)))
        lines.push({ kind: "line", name: `${name}, validation`, paint, values, style: "curve" });
    }
    const end = endOf(median, columns, view.at);
    const text = end === null ? null : valueText(shown, end);
    lines.push({
      kind: "line",
      name,
      paint,
      values: median,
      style: "measured",
      dots: markers(median, paint),
      ...(text === null ? {} : { endLabel: view.hasNames ? `${name} ${text}` : text }),
    });
  }
  const layer = variants[0]?.seeds[0]?.records[0]?.layers[view.layer - 1];
  const rules = [...(shown.rules ?? []), ...rulesOf(shown, view)];
  const y = yAxis(shown, all, view, layer);
  return {
    name: `train-${key}`,
    title: shown.ofLayer ? `${shown.title}, ${layerTitle(layer)}` : shown.title,
    caption: [shown.caption, y.scale === "log" ? "log" : ""].filter(Boolean).join(", "),
    x: { label: "step", unit: "count", scale: "linear", domain: [0, Math.max(1, view.steps)], whole: true },
    y,
    columns,
    series: [...series, ...lines],
    rules: rules.filter(({ axis, at }) => axis === "x" || (at >= y.domain[0] && at <= y.domain[1])),
    zones: [],
    beyond: [],
  };
}

/** "layer 3", "output". */
export function layerTitle(layer: Pick<TrainLayerRecord, "name"> | undefined): string {
  return layer ? layer.name.replace(/^layer(\d)/, "layer $1") : "no layer";
}

/** Every step that any run has a record of, rising. */
export function stepsOf(variants: readonly TrainedVariant[]): Float64Array {
  const steps = new Set<number>();
  for (const { seeds } of variants)
    for (const { records } of seeds) for (const { step } of records) steps.add(step);
  return Float64Array.from(steps).sort();
}

type Value = (record: TrainRecord) => number | null;

function valueOf({ of, ofLayer }: TrainFigure, index: number): Value {
  if (of) return of;
  return ({ layers }) => {
    const layer = layers[index - 1];
    return layer && ofLayer ? ofLayer(layer) : null;
  };
}

interface OverSeeds {
  readonly median: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/**
 * A step counts once every seed that is still under way has reached it, and as long as half of all seeds are there:
 * the few that are left would look better than the variant is. Of a loss, those that have diverged stay, as the
 * greatest. NaN elsewhere.
 */
function overSeeds(
  seeds: readonly TrainedSeed[],
  columns: Float64Array,
  of: Value,
  isLoss: boolean,
): OverSeeds {
  const none = () => new Float64Array(columns.length).fill(NaN);
  const found = { median: none(), low: none(), high: none() };
  const bySteps = seeds.map(({ records }) => new Map(records.map((record) => [record.step, record])));
  for (const [i, step] of columns.entries()) {
    const records = bySteps.map((records) => records.get(step));
    if (records.some((record, s) => !record && !seeds[s]!.hasEnded)) continue;
    const values = records
      .map((record) => (record ? of(record) : null))
      .filter((value): value is number => value !== null && Number.isFinite(value))
      .sort((a, b) => a - b);
    if (values.length === 0 || 2 * values.length < seeds.length) continue;
    const beyond = isLoss ? records.filter((record, s) => !record && seeds[s]!.hasDiverged).length : 0;
    const middle = (values.length + beyond - 1) / 2;
    const [below, above] = [values[Math.floor(middle)], values[Math.ceil(middle)]];
    if (below === undefined || above === undefined) continue;
    found.median[i] = (below + above) / 2;
    found.low[i] = values[0]!;
    found.high[i] = values.at(-1)!;
  }
  return found;
}

/** At the step, or the last before it that has one; of null the last of all. */
function endOf(values: Float64Array, columns: Float64Array, at: number | null): number | null {
  const end = values.findLast((value, i) => !Number.isNaN(value) && (at === null || columns[i]! <= at));
  return end ?? null;
}

/** Markers along a line: so many that it is known by them, so few that they do not hide it. */
const MARKERS = 5;

function markers(values: Float64Array, paint: Paint): (Paint | null)[] {
  const run = typeof paint !== "string" && "run" in paint ? paint.run : 0;
  const every = Math.max(1, Math.ceil(values.length / MARKERS));
  // Lines that lie on each other have their markers beside each other.
  const first = Math.floor((every * ((run * 3) % 8)) / 8);
  return Array.from(values, (_, i) => (i % every === first ? paint : null));
}

function valueText({ unit }: TrainFigure, value: number): string {
  if (unit === "share") return percent(value);
  return unit === "count" && Number.isInteger(value) ? whole(value) : written(value);
}

function rulesOf({ key }: TrainFigure, { constantLoss, marked }: TrainFigureView): Rule[] {
  const rules: Rule[] = [];
  if (key === "loss" && constantLoss !== null)
    rules.push({ axis: "y", at: constantLoss, label: `guess ${written(constantLoss)}`, style: "threshold" });
  if (marked !== null) rules.push({ axis: "x", at: marked, label: "", style: "mark" });
  return rules;
}

/** A loss this many times that of a guess is off the scale: the rest could not be seen beside it. */
const MOST_GUESSES = 2.5;

function yAxis(
  { key, title, unit, scale, most }: TrainFigure,
  values: readonly number[],
  { lossScale, constantLoss }: TrainFigureView,
  layer: TrainLayerRecord | undefined,
): Axis {
  const axis = { label: title.toLowerCase(), unit };
  const asked = key === "loss" ? lossScale : scale;
  const log = asked === "log" ? logDomain(values) : null;
  if (log) return { ...axis, scale: "log", domain: log };
  if (most) return { ...axis, scale: "linear", domain: [0, most(layer)] };
  const cut = key === "loss" && constantLoss !== null ? MOST_GUESSES * constantLoss : Infinity;
  return { ...axis, scale: "linear", domain: linearDomain(values.map((value) => Math.min(value, cut))) };
}
