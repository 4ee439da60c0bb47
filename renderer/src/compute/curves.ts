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
  const ranges = new Map<string, Range>();
  for (const { activation, preactivations } of layers) {
    const key = curveKey(activation);
    const known = ranges.get(key) ?? { activation, low: -4, high: 4, least: 4 };
    const { edges } = preactivations.histogram;
    let reach = 0;
    for (const edge of [edges[0], edges.at(-1)])
      if (edge !== undefined && Number.isFinite(edge)) {
        known.low = Math.min(known.low, edge);
        known.high = Math.max(known.high, edge);
        reach = Math.max(reach, Math.abs(edge));
      }
    if (reach > 0) known.least = Math.min(known.least, reach);
    ranges.set(key, known);
  }
  return new Map(
    [...ranges].map(([key, range]) => {
      const z = placesIn(range);
      return [key, { z, phi: phiAt(core, range.activation, z) }];
    }),
  );
}

interface Range {
  readonly activation: ActivationSpec;
  low: number;
  high: number;
  /** How far the layer with the smallest preactivations reaches. */
  least: number;
}

/** Rising. Each closer look reaches a quarter as far, down to the smallest layer. */
function placesIn({ low, high, least }: Range): Float64Array {
  const places = Array.from({ length: POINTS }, (_, i) => low + ((high - low) * i) / (POINTS - 1));
  // Float32 spans 84 decades: some 140 quarterings, a few thousand places at the very most.
  for (let reach = Math.max(-low, high) / 4; reach > least / 4 && reach > 1e-46; reach /= 4)
    for (let i = -CLOSER; i <= CLOSER; i++) {
      const place = (reach * i) / CLOSER;
      if (place > low && place < high) places.push(place);
    }
  return Float64Array.from(new Set(places)).sort();
}
