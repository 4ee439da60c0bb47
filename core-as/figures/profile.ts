// A figure against depth: measured, predicted, and the band of the seeds, for each of the six that the Lab shows.
// What is not defined for a network is null, with no number made up for it.
import { activationFacts } from "../spec/activations";
import { type HeadlineFigure, LAYER_FIGURES, type LayerFigure } from "../spec/headline";
import { figure, percent } from "../spec/number";
import type { LayerResult, ReplicatesResult } from "../spec/result";
import { linearDomain, logDomain, rangeOf } from "./domain";
import type { Axis, Figure, Paint, Rule, Series } from "./figure";

export type ProfileKey = "std" | "acrossSampleStd" | "saturated" | "dead" | "gradient" | "rank";

export interface Profile {
  readonly key: ProfileKey;
  /** On its tab. */
  readonly tab: string;
  readonly title: string;
  readonly caption: string;
  readonly unit: Axis["unit"];
  /** Auto: log where values differ by a factor of 20 or more. */
  readonly scale: "linear" | "log" | "auto";
  /** Its row in LAYER_FIGURES. */
  readonly figure: string;
}

export const PROFILES: readonly Profile[] = [
  {
    key: "std",
    tab: "Std",
    title: "Activation std",
    caption: "over samples and units",
    unit: "",
    scale: "auto",
    figure: "activations.std",
  },
  {
    key: "acrossSampleStd",
    tab: "Across-sample std",
    title: "Across-sample std",
    caption: "what still tells two samples apart",
    unit: "",
    scale: "auto",
    figure: "acrossSampleStd",
  },
  {
    key: "saturated",
    tab: "Saturated",
    title: "Saturated units",
    caption: "share with |φ′| below 5 % of its maximum",
    unit: "share",
    scale: "linear",
    figure: "saturatedFraction",
  },
  {
    key: "dead",
    tab: "Dead",
    title: "Dead units",
    caption: "share that gives zero on every sample",
    unit: "share",
    scale: "linear",
    figure: "deadUnits",
  },
  {
    key: "gradient",
    tab: "Gradient norm",
    title: "Gradient norm",
    caption: "rms of ∂J/∂z over samples and units",
    unit: "",
    scale: "log",
    figure: "gradients.preactivations.rms",
  },
  {
    key: "rank",
    tab: "Effective rank",
    title: "Effective rank",
    caption: "directions that the samples still spread over",
    unit: "",
    scale: "linear",
    figure: "effectiveRank",
  },
];

/** What a profile is held against; from the diagnosis, which knows the sources. */
export interface ProfileThresholds {
  readonly saturatedShare: number;
  readonly deadShare: number;
  /** Of the last layer's gradient over another's, or its inverse. */
  readonly gradientRatio: number;
}

export interface Profiled {
  readonly layers: readonly LayerResult[];
  /** Of all seeds; null where there is one, or they are still to come. */
  readonly replicates: ReplicatesResult | null;
  /** Layers of the whole network; `layers` may be its first ones. */
  readonly depth: number;
}

/** Dots on a deeper network would hide the line. */
const MAX_DOTS = 60;
/** From this factor on a linear scale hides the smaller values. */
const LOG_FACTOR = 20;

export function profileOf(key: ProfileKey): Profile {
  return PROFILES.find((profile) => profile.key === key)!;
}

/** In the unit of the profile; NaN where it is not finite. Null where the figure has no meaning for this network. */
export function profileValues(key: ProfileKey, layers: readonly LayerResult[]): Float64Array | null {
  const row = rowOf(key);
  if (key === "dead" && layers.every(neverZero)) return null;
  const found = layers.map((layer) => valueOf(key, layer, row.of(layer)));
  if (found.every((value) => value === null)) return null;
  return Float64Array.from(found, (value) => finite(value));
}

/** Of the last layer that has it: "0.439", "52.5 %", "not finite". Null where the figure has no meaning. */
export function lastText(key: ProfileKey, layers: readonly LayerResult[]): string | null {
  const row = rowOf(key);
  const last = layers.findLast((layer) => row.of(layer) !== null);
  return last && profileValues(key, [last])
    ? profileText(key, valueOf(key, last, row.of(last)) ?? NaN)
    : null;
}

/** "0.439", "52.5 %", "not finite". */
export function profileText(key: ProfileKey, value: number): string {
  if (!Number.isFinite(value)) return "not finite";
  return profileOf(key).unit === "share" ? percent(value) : figure(value);
}

/** Null where the figure is not defined for this network. */
export function profileFigure(
  key: ProfileKey,
  { layers, replicates, depth }: Profiled,
  thresholds: ProfileThresholds,
): Figure | null {
  const profile = profileOf(key);
  const measured = profileValues(key, layers);
  if (measured === null) return null;
  const predicted = predictedValues(key, layers);
  const band = replicates && bandOf(key, layers, replicates);
  const ceiling =
    key === "rank"
      ? Float64Array.from(layers, ({ activations }) => finite(activations.effectiveRankCeiling))
      : null;
  const rules = rulesOf(key, measured, thresholds);
  const all = [measured, predicted, band?.low, band?.high, ceiling, rules.map((rule) => rule.at)];
  const values = all.flatMap((column) => [...(column ?? [])]);
  const y = yAxis(profile, values, measured);
  const end = (column: Float64Array, word: string) => {
    const last = column.findLast((value) => !Number.isNaN(value));
    return last === undefined ? undefined : `${profileText(key, last)} ${word}`;
  };
  const series: Series[] = [];
  if (band) series.push({ kind: "band", name: `${replicates.count} draws`, paint: "ink", ...band });
  if (ceiling)
    series.push(line("ceiling of independent units", "ink3", ceiling, "curve", end(ceiling, "ceiling")));
  if (predicted) series.push(line("predicted", "ink2", predicted, "predicted", end(predicted, "predicted")));
  const dots =
    layers.length <= MAX_DOTS ? layers.map(({ index }): Paint => layerPaint(index, depth)) : undefined;
  series.push({
    ...line("measured", "ink", measured, "measured", end(measured, "measured")),
    ...(dots ? { dots } : {}),
  });
  return {
    name: `profile-${key.toLowerCase()}`,
    title: profile.title,
    caption: y.scale === "log" ? `${profile.caption}, log` : profile.caption,
    x: layerAxis(depth),
    y,
    columns: Float64Array.from(layers, ({ index }) => index),
    series,
    rules: [...rules.filter((rule) => inside(rule.at, y)), ...overflowRules(rowOf(key), layers)],
    zones: [],
    beyond: [],
  };
}

export const layerAxis = (depth: number): Axis => ({
  label: "layer",
  unit: "",
  scale: "linear",
  domain: [0.5, Math.max(1, depth) + 0.5],
  whole: true,
});

/** Place along the ramp of layers. */
export const layerPaint = (index: number, depth: number): Paint => ({
  layer: depth > 1 ? (index - 1) / (depth - 1) : 0,
});

export function rowOf(key: ProfileKey): LayerFigure {
  const { figure: name } = profileOf(key);
  return LAYER_FIGURES.find((row) => row.name === name)!;
}

export function predictedValues(key: ProfileKey, layers: readonly LayerResult[]): Float64Array | null {
  const row = rowOf(key);
  const last = layers.at(-1);
  if (!row.predicted || !last) return null;
  const lastMeasured = row.of(last);
  const found = Float64Array.from(layers, ({ theory }) =>
    finite(theory && row.predicted!(theory, lastMeasured)),
  );
  return found.every(Number.isNaN) ? null : found;
}

export function yAxis(
  { title, unit, scale }: Pick<Profile, "title" | "unit" | "scale">,
  values: readonly number[],
  measured: Iterable<number>,
): Axis {
  const axis = { label: title.toLowerCase(), unit };
  const above = rangeOf(measured, (value) => value > 0);
  const isLog = scale === "log" || (scale === "auto" && above.high / above.low > LOG_FACTOR);
  const domain = isLog ? logDomain(values) : null;
  if (domain) return { ...axis, scale: "log", domain };
  if (unit === "share") return { ...axis, scale: "linear", domain: shareDomain(values) };
  return { ...axis, scale: "linear", domain: linearDomain(values) };
}

/** Shares keep the whole scale unless all of them are small. */
function shareDomain(values: readonly number[]): Axis["domain"] {
  const { high } = rangeOf(values);
  return high > 0.6 || !(high > 0) ? [0, 1] : high > 0.3 ? [0, 0.6] : [0, 0.3];
}

/** A sigmoid is above zero everywhere: its units cannot be silent. */
function neverZero({ activation, activations }: LayerResult): boolean {
  const { low, kinks } = activationFacts(activation);
  return low === 0 && kinks.length === 0 && activations.deadUnits === 0;
}

function valueOf(key: ProfileKey, layer: LayerResult, value: number | null): number | null {
  return key === "dead" && value !== null ? value / layer.fanOut : value;
}

function bandOf(
  key: ProfileKey,
  layers: readonly LayerResult[],
  { bands }: ReplicatesResult,
): { readonly low: Float64Array; readonly high: Float64Array } | null {
  const name: HeadlineFigure["name"] = rowOf(key).name;
  const pick = (end: "low" | "high") =>
    Float64Array.from(layers, (layer, i) => {
      const band = bands[i]?.[name];
      return finite(band ? valueOf(key, layer, band[end]) : null);
    });
  const band = { low: pick("low"), high: pick("high") };
  return band.low.every(Number.isNaN) ? null : band;
}

function rulesOf(key: ProfileKey, measured: Float64Array, thresholds: ProfileThresholds): Rule[] {
  const rule = (at: number, label: string): Rule => ({ axis: "y", at, label, style: "threshold" });
  if (key === "saturated")
    return [rule(thresholds.saturatedShare, `${round(thresholds.saturatedShare)} threshold`)];
  if (key === "dead") return [rule(thresholds.deadShare, `${round(thresholds.deadShare)} threshold`)];
  const last = measured.at(-1);
  if (key !== "gradient" || !last || !(last > 0)) return [];
  const { gradientRatio: ratio } = thresholds;
  const { low, high } = rangeOf(measured, (value) => value > 0);
  // One of the two is on the axis even where all is well; the other only where it is near.
  return high / last > last / low
    ? [rule(last * ratio, `exploding: × ${ratio}`)]
    : [rule(last / ratio, `vanishing: ÷ ${ratio}`)];
}

/** Thresholds are round numbers, and are written so. */
const round = (share: number): string => `${Math.round(share * 1000) / 10} %`;

/** Where numbers end, said on the plot: a line that merely stops could be taken for its end. */
function overflowRules(row: LayerFigure, layers: readonly LayerResult[]): Rule[] {
  const first = layers.find((layer) => {
    const value = row.of(layer);
    return value !== null && !Number.isFinite(value);
  });
  return first ? [{ axis: "x", at: first.index, label: "not finite", style: "mark" }] : [];
}

const inside = (value: number, { domain }: Axis): boolean => value >= domain[0] && value <= domain[1];

const finite = (value: number | null | undefined): number =>
  value !== null && value !== undefined && Number.isFinite(value) ? value : NaN;

function line(
  name: string,
  paint: Paint,
  values: Float64Array,
  style: "measured" | "predicted" | "curve",
  endLabel: string | undefined,
): Extract<Series, { kind: "line" }> {
  return { kind: "line", name, paint, values, style, ...(endLabel === undefined ? {} : { endLabel }) };
}
