// phi over a few units of z, for small drawings: asked of the core once for each activation and kept.
import type { ActivationSpec } from "../../../../core-as/spec/experiment";
import type { Compute } from "../../compute/compute";

export interface SmallCurve {
  readonly z: Float64Array;
  readonly phi: Float64Array;
}

const REACH = 4;
const POINTS = 65;
const Z = Float64Array.from({ length: POINTS }, (_, i) => -REACH + (2 * REACH * i) / (POINTS - 1));
/** A slider that is dragged makes one for every value it passes. */
const MOST_KEPT = 200;

const kept = new Map<string, Promise<SmallCurve>>();

/** Rejects where the core is gone; nothing is drawn then. */
export function smallCurve(compute: Compute, activation: ActivationSpec): Promise<SmallCurve> {
  const key = JSON.stringify(activation);
  const known = kept.get(key);
  if (known) return known;
  const made = compute.curve(activation, Z).then((phi) => ({ z: Z, phi }));
  made.catch(() => kept.delete(key));
  kept.set(key, made);
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
  return made;
}
