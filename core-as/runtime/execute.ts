// An experiment in, a result out: one run a seed, bands over them, the digest. The same on every host.
import { diagnose } from "../diagnosis/diagnose";
import type { Experiment } from "../spec/experiment";
import type { RunResult } from "../spec/result";
import { RESULT_FORMAT } from "../spec/result";
import { bandsOver } from "./bands";
import { digestOf } from "./digest";
import type { KeptTensor, OnceOptions, OnceResult } from "./once";
import { prepareData, refuseBeforeData, runOnce } from "./once";
import type { Pool } from "./pool";
import type { OnProgress } from "./progress";
import { ProgressCounter } from "./progress";
import { WorkerDied } from "./port";
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
}

/** Runs a parsed experiment. Rejects with a RunError, a TaskError, TooLargeError, or the signal's reason. */
export async function execute(
  spec: Experiment,
  host: ExecuteHost,
  options: ExecuteOptions = {},
): Promise<Executed> {
  const started = performance.now();
  const progress = new ProgressCounter(options.onProgress, spec.replicates);
  const runs: OnceResult[] = [];
  const seeds: number[] = [];
  for (let r = 0; r < spec.replicates; r++) {
    const seed = spec.seed + r;
    const once: OnceOptions = {
      pool: host.pool,
      files: host.files,
      memoryLimitBytes: host.memoryLimitBytes,
      keepTensors: r === 0 && options.keepTensors === true,
      signal: options.signal,
      progress,
    };
    refuseBeforeData(spec, once);
    const data = await prepareData(spec, seed, once);
    const layers = spec.network.layers.length + (spec.network.output ? 1 : 0);
    const begin = () => progress.begin(r + 1, data.samples, layers);
    begin();
    runs.push(await againOnce(() => runOnce(spec, seed, data, once), begin));
    seeds.push(seed);
  }
  const first = runs[0]!;
  const result: RunResult = {
    format: RESULT_FORMAT,
    spec,
    core: { version: CORE_VERSION, sha256: host.coreSha256 },
    digest: digestOf(runs.map(({ layers, network }) => ({ layers, network }))),
    layers: first.layers,
    network: first.network,
    ...(spec.replicates > 1
      ? {
          replicates: bandsOver(
            seeds,
            runs.map((run) => run.layers),
          ),
        }
      : {}),
    diagnosis: diagnose({ spec, layers: first.layers, network: first.network }),
    timing: { totalMillis: performance.now() - started, workers: host.pool.workers },
    environment: host.environment,
  };
  return { result, tensors: first.tensors };
}

/** A worker that ends in mid-pass takes the state of its slabs along: the pass is made once more. */
async function againOnce<T>(work: () => Promise<T>, before: () => void): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof WorkerDied)) throw thrown;
    before();
    return work();
  }
}
