// Runs what claims need and judges them, one after another; what several need is run once. Browser-safe. Holds no
// opinion of its own: the verdict is the judge's.
import { execute, type ExecuteHost } from "../runtime/execute";
import { trainAll } from "../runtime/train/train";
import type { RunResult } from "../spec/result";
import type { TrainResult } from "../spec/training";
import type { Claim, MeasuredClaim, Measurements } from "./claim";
import { CLAIMS_SEED, runSpec, trainingSpec } from "./experiments";

export interface MeasureClaimsOptions {
  /** Of every run and training; CLAIMS_SEED unless told. */
  readonly seed?: number;
  /** Ends everything at once; the promise rejects with its reason. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ClaimsProgress) => void;
  /** Each claim as soon as it is judged, in the order of `claims`. */
  readonly onClaim?: (claim: MeasuredClaim, index: number) => void;
}

export interface ClaimsProgress {
  /** 0 to 1, by experiments done; never falls. */
  readonly fraction: number;
  readonly experimentsDone: number;
  readonly experiments: number;
  /** Claims judged, and the id of the one that is being measured. */
  readonly claimsDone: number;
  readonly claims: number;
  readonly claim: string;
}

/** Rejects with the signal's reason, or as execute and trainAll do. The host must have the bundled digits. */
export async function measureClaims(
  claims: readonly Claim[],
  host: ExecuteHost,
  options: MeasureClaimsOptions = {},
): Promise<MeasuredClaim[]> {
  const { seed = CLAIMS_SEED, signal, onProgress, onClaim } = options;
  const runs = new Map<string, RunResult>();
  const trainings = new Map<string, TrainResult>();
  const experiments =
    new Set(claims.flatMap(({ needs }) => needs.runs)).size +
    new Set(claims.flatMap(({ needs }) => needs.trainings)).size;
  const judged: MeasuredClaim[] = [];
  let fraction = 0;
  const tell = (claim: string, within: number) => {
    const experimentsDone = runs.size + trainings.size;
    fraction = Math.max(fraction, experiments === 0 ? 1 : (experimentsDone + within) / experiments);
    onProgress?.({
      fraction,
      experimentsDone,
      experiments,
      claimsDone: judged.length,
      claims: claims.length,
      claim,
    });
  };
  const whole = signal ? { signal } : {};
  for (const [index, claim] of claims.entries()) {
    const { id, quote, chapter, needs, judge } = claim;
    signal?.throwIfAborted();
    for (const name of needs.runs.filter((name) => !runs.has(name))) {
      const { result } = await execute(runSpec(name, seed), host, {
        ...whole,
        onProgress: (progress) => tell(id, progress.fraction),
      });
      runs.set(name, result);
    }
    const missing = needs.trainings.filter((name) => !trainings.has(name));
    if (missing.length > 0) {
      const specs = missing.map((name) => trainingSpec(name, seed));
      const results = await trainAll(specs, [seed], host, {
        ...whole,
        onProgress: ({ stepsDone, steps }) => tell(id, (missing.length * stepsDone) / steps),
      });
      missing.forEach((name, i) => trainings.set(name, results[i]!));
    }
    const measured = { id, quote, claim: claim.claim, chapter, ...judge(only(claim, runs, trainings)) };
    judged.push(measured);
    tell(id, 0);
    onClaim?.(measured, index);
  }
  return judged;
}

/** What this claim named, and no more: its judgement does not depend on which claims are measured beside it. */
function only(
  { id, needs }: Claim,
  runs: ReadonlyMap<string, RunResult>,
  trainings: ReadonlyMap<string, TrainResult>,
): Measurements {
  const named = <T>(name: string, names: readonly string[], results: ReadonlyMap<string, T>): T => {
    const result = names.includes(name) ? results.get(name) : undefined;
    if (result === undefined) throw new Error(`claim ${id} judges by "${name}", which it does not need`);
    return result;
  };
  return {
    run: (name) => named(name, needs.runs, runs),
    training: (name) => named(name, needs.trainings, trainings),
  };
}
