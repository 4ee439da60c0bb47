// A run's trainings by where they started: one spec, its seeds. Trainings of one start need not be neighbours.
import type { TrainResult } from "../../../core-as/spec/training";
import type { ReportedOne } from "../reported";

/** One start, its seeds. */
export interface Start {
  /** 1 to 8: of the report's run. */
  readonly run: number;
  readonly name: string;
  readonly trainings: readonly [TrainResult, ...TrainResult[]];
}

export function startsOf({ number, name, trainings }: ReportedOne): readonly Start[] {
  const byKey = new Map<string, [TrainResult, ...TrainResult[]]>();
  for (const one of trainings) {
    const key = JSON.stringify({ ...one.spec, seed: 0 });
    const same = byKey.get(key);
    if (same) same.push(one);
    else byKey.set(key, [one]);
  }
  return [...byKey.values()].map((ones) => ({
    run: number,
    name: ones[0].spec.name || name,
    trainings: ones,
  }));
}
