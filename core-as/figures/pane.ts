// What all histograms of one scale share: how far the axis reaches, how high it is, and what lies beyond its ends.
import type { Axis, Beyond, Series } from "./figure";
import { rangeOf } from "./domain";
import type { Sizes } from "./sizes";
import { atomsOf, densities, shareBelow, type Spread } from "./spread";

type Domain = Axis["domain"];

/** Sides that differ by more are not made alike. */
const LOPSIDED = 2;
/** An outer bin of more ordinary ones than this is cut. */
const WIDE_BINS = 6;
/** Values that fill less of their bounds are shown on a scale of their own. */
const BOUNDS_SHARE = 1 / 8;
/** An atom may be so many times higher than the highest bar before it is cut. */
const ATOM_REACH = 3;
/** Beyond this factor peaks cannot share a scale. */
export const PEAK_FACTOR = 10;
/** Beyond this factor sizes cannot share a scale. */
export const SCALE_FACTOR = 8;
/** Ordinary bins across an axis that has only points on it. */
const PLAIN_BINS = 50;
const HEADROOM = 1.06;

/** Holds all but slivers; symmetric where values of both signs occur. */
export function spreadDomain(
  spreads: readonly (Spread | null)[],
  bounds: { readonly low: number | null; readonly high: number | null } = { low: null, high: null },
): Domain {
  const places: number[] = [];
  for (const spread of spreads) {
    if (!spread) continue;
    for (const { at } of spread.points) places.push(at);
    if (!spread.core) continue;
    // A wide outer bin may hold more than a sliver; its far end is where the one most distant value lies.
    const [low, high] = spread.core;
    const wide = (from: number, to: number) => to - from > WIDE_BINS * spread.step;
    places.push(wide(low, spread.edges[1]!) && low === spread.edges[0] ? spread.edges[1]! : low);
    places.push(
      wide(spread.edges.at(-2)!, high) && high === spread.edges.at(-1) ? spread.edges.at(-2)! : high,
    );
  }
  const { low, high } = rangeOf(places);
  if (low > high) return [-1, 1];
  const { low: least, high: most } = bounds;
  if (least !== null && most !== null && low >= least && high <= most)
    if (high - low === 0 || high - low >= BOUNDS_SHARE * (most - least)) return [least, most];
  if (low === high) {
    const reach = Math.abs(low) || 1;
    return low === 0 ? [-1, 1] : [low - reach, low + reach];
  }
  if (low < 0 && high > 0 && -low < LOPSIDED * high && high < LOPSIDED * -low) {
    const reach = Math.max(-low, high);
    return [-reach, reach];
  }
  return [low, high];
}

/** In decades, at least one. Null where there is no size. */
export function sizesDomain(all: readonly (Sizes | null)[]): Domain | null {
  const { low, high } = rangeOf(all.flatMap((sizes) => (sizes ? [sizes.edges[0]!, sizes.largest] : [])));
  if (low > high) return null;
  if (high / low >= 10) return [low, high];
  const stretch = Math.sqrt(10 / (high / low));
  return [low / stretch, high * stretch];
}

/** Height of the y axis that shows this one well; 0 where there is nothing on the axis. */
export function peakOf(spread: Spread, domain: Domain): number {
  const bars = densities(spread);
  let highest = 0;
  for (let i = 0; i < bars.length; i++)
    if (spread.edges[i + 1]! > domain[0] && spread.edges[i]! < domain[1])
      highest = Math.max(highest, bars[i]!);
  const atoms = atomsOf(spread, atomWidth(spread, domain)).map(({ height }) => height);
  const atom = Math.max(0, ...atoms);
  return highest > 0 ? Math.max(highest, Math.min(atom, ATOM_REACH * highest)) : atom;
}

export const sizesPeak = ({ perDecade }: Sizes): number => Math.max(0, ...perDecade);

export const atomWidth = ({ step }: Spread, domain: Domain): number =>
  step > 0 ? step : (domain[1] - domain[0]) / PLAIN_BINS;

/** One height for all, or null where each must have its own. */
export function sharedPeak(peaks: readonly number[]): number | null {
  const { low, high } = rangeOf(peaks, (peak) => peak > 0);
  return low > high ? 1 : high / low > PEAK_FACTOR ? null : high;
}

export function densityAxis(peak: number, label = "density"): Axis {
  return { label, unit: "", scale: "linear", domain: [0, (peak > 0 ? peak : 1) * HEADROOM] };
}

export function beyondOf(spread: Spread, [low, high]: Domain): Beyond[] {
  const left = shareBelow(spread, low);
  const points = spread.points.reduce((sum, { at, share }) => sum + (at >= high ? share : 0), 0);
  const right = 1 - shareBelow(spread, high) - points;
  return sides(left, right);
}

/** Rounding alone is no mass. */
const NO_MASS = 1e-9;

export function sides(left: number, right: number): Beyond[] {
  const found: Beyond[] = [];
  if (left > NO_MASS) found.push({ side: "left", share: left });
  if (right > NO_MASS) found.push({ side: "right", share: right });
  return found;
}

type Bars = Extract<Series, { kind: "bars" }>;

export function spreadBars(
  spread: Spread,
  domain: Domain,
  common: Pick<Bars, "name" | "paint">,
  scale = 1,
): Bars {
  return {
    kind: "bars",
    ...common,
    at: spread.edges,
    values: densities(spread).map((value) => value * scale),
    atoms: atomsOf(spread, atomWidth(spread, domain)).map((atom) => ({
      ...atom,
      height: atom.height * scale,
    })),
  };
}

export function sizesBars(
  { edges, perDecade }: Sizes,
  common: Pick<Bars, "name" | "paint">,
  scale = 1,
): Bars {
  return { kind: "bars", ...common, at: edges, values: perDecade.map((value) => value * scale), atoms: [] };
}
