// The few figures by which two networks are held side by side: before and after a remedy.
import type { Evidence } from "../spec/result";
import { numbersOf } from "./finding";
import { type Diagnosed, readingOf } from "./reading";

/** Of the hidden layers; names are keys, in the order in which they are shown. */
export function headlineOf(diagnosed: Diagnosed): Evidence {
  const { hidden, signal, spread, gradient, correlation } = readingOf(diagnosed);
  const saturated = hidden.flatMap((layer) => layer.activations.saturatedFraction ?? []);
  return numbersOf({
    firstRms: signal.first,
    lastRms: signal.last,
    firstSpread: spread.first,
    lastSpread: spread.last,
    correlation,
    ...(gradient ? { firstGradientRms: gradient.first, lastGradientRms: gradient.last } : {}),
    ...(saturated.length > 0 ? { saturatedShare: Math.max(...saturated) } : {}),
    deadShare: Math.max(...hidden.map((layer) => layer.activations.deadUnits / layer.fanOut)),
    distinctShare: Math.min(...hidden.map((layer) => layer.activations.distinctUnits / layer.fanOut)),
  });
}
