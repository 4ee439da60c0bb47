// Several runs over each other: profiles and histograms in the runs' colours, on one scale or each to its own peak.
import type { LayerResult, SizeHistogram } from "../spec/result";
import {
  COLUMN_NAMES,
  type ColumnKey,
  commonBounds,
  needsOwnUnits,
  spreadOfColumn,
  statisticsOf,
} from "./layerColumns";
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
  /** `index` from 1. Null where no run has anything to draw there. */
  readonly figure: (index: number) => Figure | null;
}

/** One tensor of every layer, the runs over each other, on one x axis. */
export function overlayRow(key: ColumnKey, runs: readonly OverlaidRun[]): OverlayRow {
  return key === "gradients" ? sizesRow(runs) : spreadRow(key, runs);
}

function spreadRow(key: Exclude<ColumnKey, "gradients">, runs: readonly OverlaidRun[]): OverlayRow {
  const layers = runs.flatMap((run) => run.layers);
  const spreads = new Map(layers.map((layer) => [layer, spreadOfColumn(key, layer)]));
  const domain = spreadDomain([...spreads.values()], commonBounds(key, layers));
  const apart = needsOwnUnits(layers.map((layer) => statisticsOf(key, layer)!));
  const peaks = new Map([...spreads].map(([layer, spread]) => [layer, spread ? peakOf(spread, domain) : 0]));
  const shared = apart ? null : sharedPeak([...peaks.values()]);
  const x: Axis = { label: COLUMN_NAMES[key].symbol, unit: "", scale: "linear", domain };
  return {
    ...COLUMN_NAMES[key],
    caption: shared === null ? "each to its own peak" : "density",
    x,
    figure: (index) => {
      const series: Series[] = [];
      let left = 0;
      let right = 0;
      for (const { name, run, layers } of runs) {
        const layer = layers[index - 1];
        const spread = layer && spreads.get(layer);
        if (!spread) continue;
        const scale = shared === null ? 1 / (peaks.get(layer) || 1) : 1;
        series.push(spreadBars(spread, domain, { name, paint: { run } }, scale));
        for (const { side, share } of beyondOf(spread, domain))
          if (side === "left") left = Math.max(left, share);
          else right = Math.max(right, share);
      }
      return overlay(key, index, x, shared ?? 1, series, left, right);
    },
  };
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
