// The density that a layer's weights were drawn from, for the dashes over their histogram. Schemes that do not draw
// (constants, identities, files) have none.
import type { WeightsSpec } from "../spec/experiment";
import { type Draw, computedGain } from "../spec/laws";
import { figure } from "../spec/number";
import { SCHEMES, type SchemeRow } from "../spec/schemes";

export interface LawDensity {
  /** Rising. */
  readonly at: Float64Array;
  readonly values: Float64Array;
  /** As people write it: "N(0, 0.141²)". */
  readonly label: string;
}

const POINTS = 65;
/** In standard deviations. */
const REACH = 4;

/** `closedStd` is the std of an entry as the run resolved it; null where there is none. */
export function lawDensity(
  weights: WeightsSpec,
  fanIn: number,
  fanOut: number,
  closedStd: number | null,
): LawDensity | null {
  // Scaled by the data: the law says nothing of the size.
  if (weights.scheme === "lsuv" || weights.scheme === "file") return null;
  return densityOf(drawOf(weights, fanIn, fanOut, closedStd), fanIn, fanOut);
}

/** The law with the gain that the run worked out, which its std tells. */
function drawOf(weights: WeightsSpec, fanIn: number, fanOut: number, closedStd: number | null): Draw | null {
  if (computedGain(weights) !== null) {
    if (closedStd === null || !(closedStd > 0)) return null;
    const bound = Math.sqrt(3) * closedStd;
    return weights.scheme === "he_uniform"
      ? { kind: "uniform", low: -bound, high: bound }
      : { kind: "normal", mean: 0, std: closedStd };
  }
  const row = SCHEMES[weights.scheme] as SchemeRow<WeightsSpec>;
  return row.law(weights, fanIn, fanOut, { gains: null, truncatedMoments: null }).draw;
}

function densityOf(draw: Draw | null, fanIn: number, fanOut: number): LawDensity | null {
  if (draw === null) return null;
  switch (draw.kind) {
    case "normal":
      if (!(draw.std > 0)) return null;
      return sampled(draw.mean - REACH * draw.std, draw.mean + REACH * draw.std, normalLabel(draw), (x) =>
        bell((x - draw.mean) / draw.std),
      );
    case "truncated_normal": {
      if (!(draw.std > 0) || !(draw.high > draw.low)) return null;
      const low = Math.max(draw.low, draw.mean - REACH * draw.std);
      const high = Math.min(draw.high, draw.mean + REACH * draw.std);
      if (!(high > low)) return null;
      const label = `cut ${normalLabel(draw)}`;
      return walled(sampled(low, high, label, (x) => bell((x - draw.mean) / draw.std)));
    }
    case "uniform":
      if (!(draw.high > draw.low)) return null;
      return walled(sampled(draw.low, draw.high, `U(${figure(draw.low)}, ${figure(draw.high)})`, () => 1));
    case "orthogonal": {
      // An entry of a Haar matrix of order n has density (1 - x^2)^((n - 3) / 2).
      const order = Math.max(fanIn, fanOut);
      if (order < 4 || !(draw.gain > 0)) return null;
      const reach = Math.min(1, 4.5 / Math.sqrt(order));
      return sampled(
        -reach * draw.gain,
        reach * draw.gain,
        "Haar",
        (x) => Math.max(0, 1 - (x / draw.gain) ** 2) ** ((order - 3) / 2),
      );
    }
    case "sparse": {
      if (!(draw.std > 0)) return null;
      const drawn = 1 - draw.zerosPerColumn / fanOut;
      const { label, at, values } = sampled(
        -REACH * draw.std,
        REACH * draw.std,
        normalLabel({ mean: 0, std: draw.std }),
        (x) => bell(x / draw.std),
      );
      return { label, at, values: values.map((value) => value * drawn) };
    }
    default:
      return null;
  }
}

const bell = (x: number): number => Math.exp((-x * x) / 2);

function normalLabel({ mean, std }: { readonly mean: number; readonly std: number }): string {
  return std === 1 ? `N(${figure(mean)}, 1)` : `N(${figure(mean)}, ${figure(std)}²)`;
}

/** Scaled to enclose an area of 1, by the trapezium rule on its own points. */
function sampled(low: number, high: number, label: string, shape: (x: number) => number): LawDensity {
  const step = (high - low) / (POINTS - 1);
  const at = Float64Array.from({ length: POINTS }, (_, i) => low + step * i);
  const heights = at.map(shape);
  const inner = heights.reduce((sum, height) => sum + height, 0);
  const area = step * (inner - (heights[0]! + heights.at(-1)!) / 2);
  return { at, label, values: heights.map((height) => height / area) };
}

/** Upright ends, where a density stops. */
function walled({ at, values, label }: LawDensity): LawDensity {
  return {
    at: Float64Array.of(at[0]!, ...at, at.at(-1)!),
    values: Float64Array.of(0, ...values, 0),
    label,
  };
}
