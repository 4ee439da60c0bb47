// The rate of a step. Float64, by the core's own functions, so that its bits are the same everywhere.
import { Schedule } from "../../shared/training";
import { cos64, pow64 } from "../nn/functions64";

/**
 * Rate of update `step` (0, 1, ...) of `steps`. Linear warm-up: (step + 1) / warmupSteps of the rate. After it, with t
 * steps gone since: constant; `step`: times factor^floor(t / stepEvery); `cosine`: from 1 down to finalFraction by
 * half a cosine over what is left (Loshchilov & Hutter 2017, SGDR, without restarts).
 */
export function learningRateAt(
  rate: f64, kind: i32, warmupSteps: f64, stepEvery: f64, factor: f64, finalFraction: f64, steps: f64, step: f64,
): f64 {
  if (step < warmupSteps) return (rate * (step + 1)) / warmupSteps;
  const t = step - warmupSteps;
  if (kind == Schedule.step) return rate * pow64(factor, Math.floor(t / stepEvery));
  if (kind == Schedule.cosine) {
    const share = t / (steps - warmupSteps);
    return rate * (finalFraction + (1 - finalFraction) * 0.5 * (1 + cos64(Math.PI * share)));
  }
  return rate;
}
