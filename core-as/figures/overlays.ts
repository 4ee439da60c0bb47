// Several runs over each other: profiles and histograms in the runs' colours, on one scale, each to its own peak, or
// each around its mean in units of its std.
import { figure as written } from "../spec/number";
import type { LayerResult, SizeHistogram } from "../spec/result";
import {
  COLUMN_NAMES,
  type ColumnKey,
  commonBounds,
  needsOwnUnits,
  spreadOfColumn,
  statisticsOf,
  unitOf,
} from "./layerColumns";
import { rangeOf } from "./domain";
import type { Axis, Figure, Paint, Series } from "./figure";
import {
  beyondOf,
  densityAxis,
  peakOf,
  sharedPeak,
  sides,
  sizesBars,
  sizesDomain,
  sizesPeak,
  spreadBars,
  spreadDomain,
} from "./pane";
import {
  layerAxis,
  predictedValues,
  type ProfileKey,
  profileOf,
  profileText,
  profileValues,
  yAxis,
} from "./profile";
import { sizesOf } from "./sizes";
import { inUnits } from "./spread";

export interface OverlaidRun {
  readonly name: string;
  /** 0 to 7: its place in the palette of runs. */
  readonly run: number;
  readonly layers: readonly LayerResult[];
  /** Sizes of a layer's gradients; null where the run has none. */
  readonly sizes: (layer: LayerResult) => SizeHistogram | null;
}

/** Dots on deeper networks would hide the lines. */
const MAX_DOTS = 30;

/** Null where the figure is defined for none of the runs. */
export function profileOverlay(key: ProfileKey, runs: readonly OverlaidRun[]): Figure | null {
  const profile = profileOf(key);
  const depth = Math.max(1, ...runs.map(({ layers }) => layers.length));
  const found = runs.flatMap(({ name, run, layers }) => {
    const measured = profileValues(key, layers);
    return measured ? [{ name, run, measured, predicted: predictedValues(key, layers) }] : [];
  });
  if (found.length === 0) return null;
  const values = found.flatMap(({ measured, predicted }) => [...measured, ...(predicted ?? [])]);
  const y = yAxis(
    profile,
    values,
    found.flatMap(({ measured }) => [...measured]),
  );
  const series: Series[] = found.map(({ name, run, measured }) => {
    const paint: Paint = { run };
    const last = measured.findLast((value) => !Number.isNaN(value));
    return {
      kind: "line",
      name,
      paint,
      values: measured,
      at: layerPlaces(measured.length),
      style: "measured",
      ...(measured.length <= MAX_DOTS ? { dots: Array.from(measured, () => paint) } : {}),
      ...(last === undefined ? {} : { endLabel: `${name} ${profileText(key, last)}` }),
    };
  });
  for (const { name, predicted } of found)
    if (predicted)
      series.push({
        kind: "line",
        name: `${name}, predicted`,
        paint: "ink",
        values: predicted,
        at: layerPlaces(predicted.length),
        style: "predicted",
      });
  return {
    name: `compare-${key.toLowerCase()}`,
    title: profile.title,
    caption: y.scale === "log" ? `${profile.caption}, log` : profile.caption,
    x: layerAxis(depth),
    y,
    columns: layerPlaces(depth),
    series,
    rules: [],
    zones: [],
    beyond: [],
  };
}

const layerPlaces = (depth: number): Float64Array => Float64Array.from({ length: depth }, (_, i) => i + 1);

export interface OverlayRow {
  readonly title: string;
  /** LaTeX. */
  readonly symbol: string;
  readonly caption: string;
  readonly x: Axis;
  /** Sizes differ so much that on one axis of values some runs are spikes. */
  readonly isApart: boolean;
  /** `index` from 1. Null where no run has anything to draw there. */
  readonly figure: (index: number) => Figure | null;
  /** What the axis does not say of layer `index`; empty on an axis of values. */
  readonly note: (index: number) => string;
}

/** "one": the values themselves. "own": each run's values around their mean, in units of their std. */
export type OverlayAxis = "one" | "own";

/** One tensor of every layer, the runs over each other, on one x axis. Sizes on a log axis are never in own units. */
export function overlayRow(
  key: ColumnKey,
  runs: readonly OverlaidRun[],
  axis: OverlayAxis = "one",
): OverlayRow {
  return key === "gradients" ? sizesRow(runs) : spreadRow(key, runs, axis);
}

/** So many stds at both ends hold the shape of whatever is drawn. */
const OWN_DOMAIN: Axis["domain"] = [-4, 4];

function spreadRow(
  key: Exclude<ColumnKey, "gradients">,
  runs: readonly OverlaidRun[],
  axis: OverlayAxis,
): OverlayRow {
  const layers = runs.flatMap((run) => run.layers);
  const isOwn = axis === "own";
  const spreads = new Map(
    layers.map((layer) => {
      const spread = spreadOfColumn(key, layer);
      const { mean } = layer[key];
      return [layer, spread && (isOwn ? inUnits(spread, unitOf(layer[key]), mean) : spread)];
    }),
  );
  const domain = isOwn ? OWN_DOMAIN : spreadDomain([...spreads.values()], commonBounds(key, layers));
  const isApart = needsOwnUnits(layers.map((layer) => statisticsOf(key, layer)!));
  const peaks = new Map([...spreads].map(([layer, spread]) => [layer, spread ? peakOf(spread, domain) : 0]));
  const shared = isApart && !isOwn ? null : sharedPeak([...peaks.values()]);
  const { symbol } = COLUMN_NAMES[key];
  const x: Axis = {
    label: isOwn ? `(${symbol} − mean) / std` : symbol,
    unit: "",
    scale: "linear",
    domain,
  };
  const notes = [
    isOwn ? "around its mean, in its std" : "",
    shared === null ? "each to its own peak" : isOwn ? "" : "density",
  ];
  return {
    ...COLUMN_NAMES[key],
    caption: notes.filter(Boolean).join("; "),
    x,
    isApart,
    note: (index) =>
      isOwn ? stdsText(runs.flatMap(({ layers }) => layers[index - 1]?.[key].std ?? [])) : "",
    figure: (index) => {
      const series: Series[] = [];
      let left = 0;
      let right = 0;
      for (const { name, run, layers } of runs) {
        const layer = layers[index - 1];
        const spread = layer && spreads.get(layer);
        if (!spread) continue;
        const scale = shared === null ? 1 / (peaks.get(layer) || 1) : 1;
        const { mean, std } = layer[key];
        const said = isOwn ? `${name}, mean ${written(mean)}, std ${written(std)}` : name;
        series.push(spreadBars(spread, domain, { name: said, paint: { run } }, scale));
        for (const { side, share } of beyondOf(spread, domain))
          if (side === "left") left = Math.max(left, share);
          else right = Math.max(right, share);
      }
      return overlay(key, index, x, shared ?? 1, series, left, right);
    },
  };
}

/** "std 6.29×10⁻⁵–0.627": of the runs in one layer. */
function stdsText(stds: readonly number[]): string {
  const { low, high } = rangeOf(stds);
  if (low > high) return "";
  const [least, most] = [written(low), written(high)];
  return `std ${least === most ? least : `${least}–${most}`}`;
}

function sizesRow(runs: readonly OverlaidRun[]): OverlayRow {
  const sizes = new Map(
    runs.flatMap(({ layers, sizes: measured }) =>
      layers.map(
        (layer) =>
          [layer, layer.gradients && sizesOf(layer.gradients.preactivations, measured(layer))] as const,
      ),
    ),
  );
  const domain = sizesDomain([...sizes.values()]) ?? [0.1, 1];
  const shared = sharedPeak([...sizes.values()].map((one) => (one ? sizesPeak(one) : 0)));
  const x: Axis = { label: "|∂J/∂z|", unit: "", scale: "log", domain };
  return {
    ...COLUMN_NAMES.gradients,
    caption: shared === null ? "log size, each to its own peak" : "log size",
    x,
    isApart: false,
    note: () => "",
    figure: (index) => {
      const series: Series[] = [];
      let below = 0;
      for (const { name, run, layers } of runs) {
        const layer = layers[index - 1];
        const one = layer && sizes.get(layer);
        if (!one) continue;
        series.push(
          sizesBars(one, { name, paint: { run } }, shared === null ? 1 / (sizesPeak(one) || 1) : 1),
        );
        below = Math.max(below, one.below);
      }
      return overlay("gradients", index, x, shared ?? 1, series, below, 0);
    },
  };
}

/** `left` and `right` are those of the run that has most beyond the axis. */
function overlay(
  key: ColumnKey,
  index: number,
  x: Axis,
  peak: number,
  series: readonly Series[],
  left: number,
  right: number,
): Figure | null {
  if (series.length === 0) return null;
  return {
    name: `compare-layer-${index}-${key}`,
    title: `${COLUMN_NAMES[key].title} of layer ${index}`,
    caption: "",
    x,
    y: densityAxis(peak),
    columns: Float64Array.of(x.domain[0], x.domain[1]),
    series,
    rules: [],
    zones: [],
    beyond: sides(left, right),
  };
}
