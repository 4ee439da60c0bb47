// phi sampled for drawing, by the core that ran it: the line over a density is the function that was passed through.
import { activationFunctions } from "../../../core-as/runtime/functions";
import type { MeasuringCore } from "../../../core-as/runtime/tally";
import type { ActivationSpec } from "../../../core-as/spec/experiment";
import type { LayerResult } from "../../../core-as/spec/result";
import type { Curve } from "./messages";

/** Enough for a line of a few hundred pixels. */
const POINTS = 257;
/** On each closer look at the middle, where layers are much smaller than the largest. */
const CLOSER = 32;

export function curveKey(activation: ActivationSpec): string {
  return JSON.stringify(activation);
}

export function phiAt(core: MeasuringCore, activation: ActivationSpec, z: Float64Array): Float64Array {
  return core.scoped(() => Float64Array.from(activationFunctions(core, activation).phiBulk(z)));
}

/** One curve for each activation, over the range that its layers' preactivations take, denser towards 0. */
export function curvesOf(core: MeasuringCore, layers: readonly LayerResult[]): Map<string, Curve> {
  const ranges = new Map<string, { activation: ActivationSpec; low: number; high: number }>();
  for (const { activation, preactivations } of layers) {
    const key = curveKey(activation);
    const { edges } = preactivations.histogram;
    const known = ranges.get(key) ?? { activation, low: -4, high: 4 };
    for (const edge of [edges[0], edges.at(-1)])
      if (edge !== undefined && Number.isFinite(edge)) {
        known.low = Math.min(known.low, edge);
        known.high = Math.max(known.high, edge);
      }
    ranges.set(key, known);
  }
  return new Map(
    [...ranges].map(([key, { activation, low, high }]) => {
      const z = placesBetween(low, high);
      return [key, { z, phi: phiAt(core, activation, z) }];
    }),
  );
}

/** Rising. Of a layer that reaches no further than 1, too, there are enough. */
function placesBetween(low: number, high: number): Float64Array {
  const places = Array.from({ length: POINTS }, (_, i) => low + ((high - low) * i) / (POINTS - 1));
  for (let reach = Math.max(-low, high) / 4; reach > 0.5; reach /= 4)
    for (let i = -CLOSER; i <= CLOSER; i++) {
      const place = (reach * i) / CLOSER;
      if (place > low && place < high) places.push(place);
    }
  return Float64Array.from(new Set(places)).sort();
}
