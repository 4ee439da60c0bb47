// The Lab's rows: for each layer its preactivations over the activation's curve, activations, weights and gradients,
// each on one axis down its column. Figures are built when a row is seen; axes are set by all layers at once.
import { activationFacts } from "../spec/activations";
import type { WeightsSpec } from "../spec/experiment";
import { figure, percent } from "../spec/number";
import type { LayerResult, SizeHistogram, Statistics } from "../spec/result";
import { rangeOf } from "./domain";
import type { Axis, Figure, Rule, Series, Zone } from "./figure";
import { lawDensity } from "./lawDensity";
import { nearLinearReach } from "./nearLinear";
import {
  beyondOf,
  densityAxis,
  peakOf,
  SCALE_FACTOR,
  sharedPeak,
  sides,
  sizesBars,
  sizesDomain,
  sizesPeak,
  spreadBars,
  spreadDomain,
} from "./pane";
import { layerPaint } from "./profile";
import { type Sizes, sizesOf } from "./sizes";
import { inUnits, shareBelow, type Spread, spreadOf } from "./spread";

export type ColumnKey = "preactivations" | "activations" | "weights" | "gradients";

export const COLUMN_KEYS: readonly ColumnKey[] = ["preactivations", "activations", "weights", "gradients"];

/** A layer, and what is drawn beside what was measured of it. */
export interface LayerFace {
  readonly layer: LayerResult;
  /** How its weights were asked for; null where that is not known. */
  readonly weights: WeightsSpec | null;
  /** Its gradients' sizes; null where the run has none. */
  readonly sizes: SizeHistogram | null;
  /** phi at rising z. */
  readonly curve: { readonly z: Float64Array; readonly phi: Float64Array } | null;
}

export interface LayerCell {
  /** Null where nothing was measured, or nothing of it is finite. */
  readonly figure: Figure | null;
  /** Why there is no figure; else empty. */
  readonly absent: string;
  /** Over the left end of a roomy plot; may be empty. */
  readonly left: string;
  /** Over its right end, with its name. */
  readonly right: string;
  /** Alone, beside a dense plot, whose column's `headline` names it. */
  readonly value: string;
}

export interface LayerColumn {
  readonly key: ColumnKey;
  readonly title: string;
  /** LaTeX. */
  readonly symbol: string;
  readonly caption: string;
  /** What of it must be said where there is room for a few words only. */
  readonly short: string;
  /** Name of `value`. */
  readonly headline: string;
  /** Null where nothing is drawn in any layer. */
  readonly x: Axis | null;
  /** `i` from 0, below the number of faces. */
  readonly cell: (i: number) => LayerCell;
}

export const COLUMN_NAMES: Readonly<Record<ColumnKey, { readonly title: string; readonly symbol: string }>> =
  {
    preactivations: { title: "Preactivations", symbol: "z" },
    activations: { title: "Activations", symbol: "h" },
    weights: { title: "Weights", symbol: "W" },
    gradients: { title: "Gradients", symbol: "\\partial J/\\partial z" },
  };

/**
 * Four columns, in the order of COLUMN_KEYS. `faces` may be the first layers of `depth`; `isPartial`: gradients are
 * still to come.
 */
export function layerColumns(
  faces: readonly LayerFace[],
  depth: number,
  isPartial = false,
): readonly LayerColumn[] {
  return [
    linearColumn("preactivations", faces, depth),
    linearColumn("activations", faces, depth),
    linearColumn("weights", faces, depth),
    gradientColumn(faces, depth, isPartial),
  ];
}

export function statisticsOf(key: ColumnKey, layer: LayerResult): Statistics | null {
  return key === "gradients" ? (layer.gradients?.preactivations ?? null) : layer[key];
}

export function spreadOfColumn(key: Exclude<ColumnKey, "gradients">, layer: LayerResult): Spread | null {
  return spreadOf(layer[key], key === "activations" ? activationFacts(layer.activation) : undefined);
}

/** Bounds that the activations of all these layers have in common. */
export function commonBounds(
  key: ColumnKey,
  layers: readonly LayerResult[],
): { readonly low: number | null; readonly high: number | null } {
  const first = layers[0];
  if (key !== "activations" || !first) return { low: null, high: null };
  const { low, high } = activationFacts(first.activation);
  const alike = layers.every(({ activation, residual }) => {
    const facts = activationFacts(activation);
    return !residual && facts.low === low && facts.high === high;
  });
  return alike ? { low, high } : { low: null, high: null };
}

/** True where the layers' sizes differ so much that one linear axis would show spikes. */
export function needsOwnUnits(all: readonly Statistics[]): boolean {
  const { low, high } = rangeOf(
    all.map(({ std }) => std),
    (std) => std > 0,
  );
  return high / low > SCALE_FACTOR;
}

type LinearKey = Exclude<ColumnKey, "gradients">;

function linearColumn(key: LinearKey, faces: readonly LayerFace[], depth: number): LayerColumn {
  const layers = faces.map(({ layer }) => layer);
  const ownUnits = needsOwnUnits(layers.map((layer) => layer[key]));
  const units = layers.map((layer) => (ownUnits ? unitOf(layer[key]) : 1));
  const spreads = layers.map((layer, i) => {
    const spread = spreadOfColumn(key, layer);
    return spread && (ownUnits ? inUnits(spread, units[i]!) : spread);
  });
  const bounds = ownUnits ? undefined : commonBounds(key, layers);
  const domain = ownUnits ? ownDomain(spreads) : spreadDomain(spreads, bounds);
  const peaks = spreads.map((spread) => (spread ? peakOf(spread, domain) : 0));
  const shared = sharedPeak(peaks);
  const laws =
    key === "weights"
      ? faces.map(
          ({ layer, weights }) =>
            weights && lawDensity(weights, layer.fanIn, layer.fanOut, layer.theory?.weightStd ?? null),
        )
      : null;
  const reaches = key === "preactivations" ? layers.map((layer) => nearLinearReach(layer.activation)) : null;
  const zeros = key === "activations" && layers.some(({ activations }) => activations.zeroFraction > 0);
  const { title, symbol } = COLUMN_NAMES[key];
  const x: Axis = {
    label: ownUnits ? `${SYMBOLS[key]} / std` : SYMBOLS[key],
    unit: "",
    scale: "linear",
    domain,
  };
  const notes = [
    captionOf(key, faces, { laws, reaches: ownUnits ? [] : reaches, zeros }) +
      (ownUnits ? ", in units of its std" : ""),
    shared === null ? "each to its own peak" : "",
  ];
  return {
    key,
    title,
    symbol,
    caption: notes.filter(Boolean).join("; "),
    short: ownUnits ? "÷ its std" : shared === null ? "own peaks" : shortOf(key, faces, laws, zeros),
    headline: zeros ? "zeros" : "std",
    x: spreads.some(Boolean) ? x : null,
    cell: (i) => {
      const { layer, curve } = faces[i]!;
      const statistics = layer[key];
      const spread = spreads[i];
      if (!spread) return absentCell("not finite");
      const unit = units[i]!;
      const peak = shared ?? peaks[i]!;
      const reach = reaches?.[i] ?? null;
      const zones: Zone[] =
        reach === null ? [] : [{ from: -reach / unit, to: reach / unit, label: "nearly straight" }];
      const law = laws?.[i] ?? null;
      const series: Series[] = [
        spreadBars(spread, domain, { name: title.toLowerCase(), paint: layerPaint(layer.index, depth) }),
      ];
      if (law)
        series.push({
          kind: "line",
          name: law.label,
          paint: "ink2",
          style: "predicted",
          at: law.at.map((at) => at / unit),
          values: law.values.map((value) => value * unit),
        });
      const right = key === "preactivations" && curve ? curveAxis(curve, domain, unit) : null;
      if (right && curve)
        series.push({
          kind: "line",
          name: "φ(z)",
          paint: "ink2",
          style: "curve",
          scale: "right",
          at: curve.z.map((z) => z / unit),
          values: curve.phi,
        });
      const std = figure(statistics.std);
      return {
        figure: {
          name: `layer-${layer.index}-${key}`,
          title: `${title} of layer ${layer.index}`,
          caption: "",
          x,
          y: densityAxis(peak),
          ...(right ? { right } : {}),
          columns: spread.edges,
          series,
          rules: [],
          zones,
          beyond: beyondOf(spread, domain),
        },
        absent: "",
        left:
          lossText(statistics) ??
          (reach === null
            ? key === "activations"
              ? apartText(layer)
              : ""
            : `${percent(shareBelow(spread, reach / unit) - shareBelow(spread, -reach / unit))} shaded`),
        right: `std ${std}`,
        value: zeros ? percent(statistics.zeroFraction) : std,
      };
    },
  };
}

const SYMBOLS: Readonly<Record<LinearKey, string>> = { preactivations: "z", activations: "h", weights: "W" };

/** Its std; where all values are one, that value's size. */
export function unitOf({ std, rms }: Statistics): number {
  return std > 0 && Number.isFinite(std) ? std : rms > 0 && Number.isFinite(rms) ? rms : 1;
}

const OWN_REACH = 4;

/** In units of each layer's std: four of them, or what a one-sided activation needs. */
function ownDomain(spreads: readonly (Spread | null)[]): Axis["domain"] {
  const [low, high] = spreadDomain(spreads);
  return [Math.max(low, -OWN_REACH), Math.min(high, low >= 0 ? OWN_REACH + 1 : OWN_REACH)];
}

function captionOf(
  key: LinearKey,
  faces: readonly LayerFace[],
  {
    laws,
    reaches,
    zeros,
  }: {
    readonly laws: readonly ({ readonly label: string } | null)[] | null;
    readonly reaches: readonly (number | null)[] | null;
    readonly zeros: boolean;
  },
): string {
  if (key === "activations") return zeros ? "exact zeros apart" : "density";
  if (key === "weights") {
    const labels = new Set(laws!.map((law) => law?.label));
    const [label] = labels;
    if (labels.size === 1) return label === undefined ? "density" : `dashed: ${label}`;
    return "dashed: the law drawn from";
  }
  const over = faces.some(({ curve }) => curve) ? "over φ(z)" : "density";
  const known = new Set(reaches!.filter((reach) => reach !== null));
  const [reach] = known;
  if (reach === undefined) return over;
  return known.size === 1 ? `${over}; shaded: |z| < ${figure(reach)}` : `${over}; shaded: nearly straight`;
}

function shortOf(
  key: LinearKey,
  faces: readonly LayerFace[],
  laws: readonly ({ readonly label: string } | null)[] | null,
  zeros: boolean,
): string {
  if (key === "preactivations") return faces.some(({ curve }) => curve) ? "over φ(z)" : "density";
  if (key === "activations") return zeros ? "zeros apart" : "density";
  const labels = new Set(laws?.map((law) => law?.label));
  const [label] = labels;
  return labels.size > 1 ? "dashed: its law" : (label ?? "density");
}

/** Part of the values that overflowed: more than any figure this is what there is to know. */
function lossText({ nonFinite, count }: Statistics): string | null {
  return nonFinite > 0 ? `${percent(nonFinite / count)} not finite` : null;
}

function apartText({ activations, activation }: LayerResult): string {
  const { zeroFraction, histogram, count } = activations;
  if (zeroFraction > 0) return `${percent(zeroFraction)} zeros`;
  const { low, high } = activationFacts(activation);
  const ends: string[] = [];
  if (histogram.atLow > 0 && low !== null)
    ends.push(`${percent(histogram.atLow / count)} at\u00a0${signed(low)}`);
  if (histogram.atHigh > 0 && high !== null)
    ends.push(`${percent(histogram.atHigh / count)} at\u00a0${signed(high)}`);
  return ends[0] ?? "";
}

/** Bounds are short numbers, and are written as they are. */
const signed = (bound: number): string => String(Number(bound.toPrecision(3))).replace("-", "−");

/** phi over what is seen of it, with a little air. */
function curveAxis(
  { z, phi }: NonNullable<LayerFace["curve"]>,
  domain: Axis["domain"],
  unit: number,
): Axis | null {
  const seen = phi.filter((_, i) => z[i]! >= domain[0] * unit && z[i]! <= domain[1] * unit);
  const { low, high } = rangeOf(seen.length > 0 ? seen : phi);
  if (low > high) return null;
  const reach = high - low || 1;
  return { label: "φ(z)", unit: "", scale: "linear", domain: [low, low + reach * 1.02] };
}

const absentCell = (absent: string): LayerCell => ({ figure: null, absent, left: "", right: "", value: "–" });

function gradientColumn(faces: readonly LayerFace[], depth: number, isPartial: boolean): LayerColumn {
  const sizes: readonly (Sizes | null)[] = faces.map(({ layer, sizes: measured }) =>
    layer.gradients ? sizesOf(layer.gradients.preactivations, measured) : null,
  );
  const domain = sizesDomain(sizes) ?? [0.1, 1];
  const shared = sharedPeak(sizes.map((one) => (one ? sizesPeak(one) : 0)));
  const x: Axis = { label: "|∂J/∂z|", unit: "", scale: "log", domain };
  const { title, symbol } = COLUMN_NAMES.gradients;
  const hasBeyond = sizes.some((one) => one && one.below > 0);
  const notes = ["log size", hasBeyond ? "◂ smaller" : "", shared === null ? "each to its own peak" : ""];
  return {
    key: "gradients",
    title,
    symbol,
    caption: notes.filter(Boolean).join("; "),
    short: notes[0]!,
    headline: "rms",
    x: sizes.some(Boolean) ? x : null,
    cell: (i) => {
      const { layer } = faces[i]!;
      const statistics = layer.gradients?.preactivations;
      if (!statistics) return isPartial ? { ...absentCell("to come"), value: "" } : absentCell("not taken");
      const one = sizes[i];
      if (!one) {
        const isZero = statistics.nonFinite < statistics.count;
        return { ...absentCell(isZero ? "all exactly 0" : "not finite"), value: isZero ? "0" : "–" };
      }
      const rms = figure(statistics.rms);
      const mark: Rule = { axis: "x", at: statistics.rms, label: "rms", style: "mark" };
      return {
        figure: {
          name: `layer-${layer.index}-gradients`,
          title: `${title} of layer ${layer.index}`,
          caption: "",
          x,
          y: densityAxis(shared ?? sizesPeak(one), "share a decade"),
          columns: one.edges,
          series: [sizesBars(one, { name: "gradients", paint: layerPaint(layer.index, depth) })],
          rules: statistics.rms >= domain[0] && statistics.rms <= domain[1] ? [mark] : [],
          zones: [],
          beyond: sides(one.below, 0),
        },
        absent: "",
        left: lossText(statistics) ?? (one.below > 0.0005 ? `◂\u00a0${percent(one.below)}` : ""),
        right: `rms ${rms}`,
        value: rms,
      };
    },
  };
}
