// Runs what claims need and judges them, one after another; what several need is run once. Browser-safe. Holds no
// opinion of its own: the verdict is the judge's.
import { execute, type ExecuteHost } from "../runtime/execute";
import { trainAll } from "../runtime/train/train";
import type { Experiment } from "../spec/experiment";
import type { RunResult } from "../spec/result";
import type { TrainResult } from "../spec/training";
import type { Claim, MeasuredClaim, Measurements } from "./claim";
import { CLAIMS_SEED, claimSpecs, runSpec, trainingSpec } from "./experiments";

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
  /** 0 to 1, by the work that the experiments are, roughly; never falls. */
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
  const work = claimSpecs(claims, seed).reduce((sum, spec) => sum + workOf(spec), 0);
  let workDone = 0;
  let fraction = 0;
  /** `underWay`: work of what is being run that is done. */
  const tell = (claim: string, underWay: number) => {
    const experimentsDone = runs.size + trainings.size;
    fraction = experimentsDone === experiments ? 1 : Math.max(fraction, (workDone + underWay) / work);
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
      const spec = runSpec(name, seed);
      const { result } = await execute(spec, host, {
        ...whole,
        onProgress: (progress) => tell(id, progress.fraction * workOf(spec)),
      });
      runs.set(name, result);
      workDone += workOf(spec);
    }
    const missing = needs.trainings.filter((name) => !trainings.has(name));
    if (missing.length > 0) {
      const specs = missing.map((name) => trainingSpec(name, seed));
      const missingWork = specs.reduce((sum, spec) => sum + workOf(spec), 0);
      const results = await trainAll(specs, [seed], host, {
        ...whole,
        onProgress: ({ stepsDone, steps }) => tell(id, (missingWork * stepsDone) / steps),
      });
      missing.forEach((name, i) => trainings.set(name, results[i]!));
      workDone += missingWork;
    }
    const measured = { id, quote, claim: claim.claim, chapter, ...judge(only(claim, runs, trainings)) };
    judged.push(measured);
    tell(id, 0);
    onClaim?.(measured, index);
  }
  return judged;
}

/** In steps of training a layer; a run is about as much as a hundred of them a layer and seed. */
function workOf({ train, network, replicates }: Experiment): number {
  return network.layers.length * (train ? train.steps : 100 * replicates);
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
