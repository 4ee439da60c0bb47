// Opens a pool of worker threads around the built core. Knows where the built files are, and nothing of runs.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";
import { Worker } from "node:worker_threads";
import type { ExecuteHost } from "../../core-as/runtime/execute";
import { BUNDLED_DIGITS } from "../../core-as/runtime/data";
import { Pool } from "../../core-as/runtime/pool";
import type { WorkerPort, WorkerReply } from "../../core-as/runtime/port";

/** Where the build put the worker script, the core and the bundled data. */
export interface BuiltFiles {
  readonly worker: URL;
  readonly core: URL;
  readonly digits: URL;
}

/** Share of the machine's memory that a run may take. */
const MEMORY_SHARE = 0.75;

export const MAX_WORKERS = 256;

/** As many as the machine runs side by side. */
export function defaultWorkers(): number {
  return Math.min(availableParallelism(), MAX_WORKERS);
}

/** A pool over this machine's threads, with what `execute` asks of its host. Close the pool when done. */
export async function openHost(
  built: BuiltFiles,
  workers: number,
  files: ReadonlyMap<string, Uint8Array>,
  needsDigits: boolean,
): Promise<ExecuteHost> {
  const core = await readFile(built.core);
  const module = new WebAssembly.Module(core);
  const pool = new Pool(() => spawn(built.worker, module), { workers });
  const bundled: [string, Uint8Array][] = needsDigits ? [[BUNDLED_DIGITS, await readFile(built.digits)]] : [];
  return {
    pool,
    coreSha256: createHash("sha256").update(core).digest("hex"),
    files: new Map([...files, ...bundled]),
    memoryLimitBytes: totalmem() * MEMORY_SHARE,
    environment: { platform: process.platform, arch: process.arch, node: process.versions.node },
  };
}

function spawn(script: URL, module: WebAssembly.Module): WorkerPort {
  const worker = new Worker(script, { workerData: { module } });
  let ended = false;
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    onMessage: (receive) => worker.on("message", (message: WorkerReply) => receive(message)),
    onExit: (notice) => {
      const once = (reason: string) => {
        if (!ended) notice(reason);
        ended = true;
      };
      worker.on("error", (error) => once(error instanceof Error ? error.message : String(error)));
      worker.on("exit", (code) => once(`exit code ${code}`));
    },
    terminate: () => {
      ended = true;
      void worker.terminate();
    },
  };
}
