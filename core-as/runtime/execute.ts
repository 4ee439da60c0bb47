// An experiment in, a result out: one run a seed, bands over them, the digest. The same on every host.
import { diagnoseSeeds } from "../diagnosis/seeds";
import type { Experiment } from "../spec/experiment";
import type { RunResult } from "../spec/result";
import { RESULT_FORMAT } from "../spec/result";
import { bandsOver } from "./bands";
import type { Measured } from "./digest";
import { digestOf } from "./digest";
import type { KeptTensor } from "./once";
import type { Pool } from "./pool";
import type { OnProgress } from "./progress";
import { runSeeds } from "./seeds";
import type { FileBytes } from "./tasks";
import { CORE_VERSION } from "./version";

export interface ExecuteHost {
  readonly pool: Pool;
  /** sha256 of the compiled core. */
  readonly coreSha256: string;
  /** Bytes of the files that the spec names, and of the bundled digits. */
  readonly files: FileBytes;
  readonly memoryLimitBytes: number;
  readonly environment: Readonly<Record<string, string | number>>;
}

export interface ExecuteOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
  /** Keep every tensor of the first seed. */
  readonly keepTensors?: boolean;
}

export interface Executed {
  readonly result: RunResult;
  readonly tensors: ReadonlyMap<string, KeptTensor> | null;
  /** What each seed measured, first seed first. */
  readonly seeds: readonly SeedMeasured[];
}

export interface SeedMeasured extends Measured {
  readonly seed: number;
}

/** Runs a parsed experiment. Rejects with a RunError, a TaskError, TooLargeError, or the signal's reason. */
export async function execute(
  spec: Experiment,
  host: ExecuteHost,
  options: ExecuteOptions = {},
): Promise<Executed> {
  const started = performance.now();
  const runs = await runSeeds(spec, host, options);
  const seeds = runs.map(({ layers, network }, r) => ({ seed: spec.seed + r, layers, network }));
  const first = runs[0]!;
  const result: RunResult = {
    format: RESULT_FORMAT,
    spec,
    core: { version: CORE_VERSION, sha256: host.coreSha256 },
    digest: digestOf(seeds),
    layers: first.layers,
    network: first.network,
    ...(spec.replicates > 1
      ? {
          replicates: bandsOver(
            seeds.map(({ seed }) => seed),
            runs.map((run) => run.layers),
          ),
        }
      : {}),
    diagnosis: diagnoseSeeds(spec, runs),
    nearestDefaults: first.nearestDefaults,
    gradientSizes: first.gradientSizes,
    timing: { totalMillis: performance.now() - started, workers: host.pool.workers },
    environment: host.environment,
  };
  return { result, tensors: first.tensors, seeds };
}
