// The starts of a run's trainings: those of one spec but for the seed, in the order in which they are met.
import type { TrainResult } from "../../core-as/spec/training";

/** None without trainings. */
export function startsOf(trainings: readonly TrainResult[]): readonly (readonly TrainResult[])[] {
  const starts = new Map<string, TrainResult[]>();
  for (const one of trainings) {
    const key = JSON.stringify({ ...one.spec, seed: 0 });
    const same = starts.get(key);
    if (same) same.push(one);
    else starts.set(key, [one]);
  }
  return [...starts.values()];
}
