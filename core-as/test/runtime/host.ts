// A host without threads: the pool's workers are services in this thread, each with its own core. Messages
// are copied as between threads and arrive later, never within the call that sends them.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BUNDLED_DIGITS } from "../../runtime/data";
import type { Executed, ExecuteHost, ExecuteOptions } from "../../runtime/execute";
import { execute } from "../../runtime/execute";
import type { KeptTensor } from "../../runtime/once";
import { Pool } from "../../runtime/pool";
import type { WorkerPort, WorkerReply, WorkerRequest } from "../../runtime/port";
import { serve } from "../../runtime/service";
import type { Experiment } from "../../spec/experiment";
import { parseExperiment } from "../../spec/parse";
import { EXPERIMENT_FORMAT } from "../../spec/experiment";
import type { WrittenExperiment } from "../../spec/written";
import type { Build } from "../harness";

const CORE_FOLDER = process.env["INITLAB_CORE_DIR"] ?? join(import.meta.dirname, "../../../dist/core");
const DIGITS = join(import.meta.dirname, "../../data/digits.csv.gz");

interface BuiltCore {
  readonly module: WebAssembly.Module;
  readonly sha256: string;
}

const cores = new Map<Build, BuiltCore>();

/** The compiled core, opened once a build. */
export function builtCore(build: Build): BuiltCore {
  let core = cores.get(build);
  if (!core) {
    const bytes = readFileSync(join(CORE_FOLDER, `core.${build}.wasm`));
    core = {
      module: new WebAssembly.Module(bytes),
      sha256: createHash("sha256").update(bytes).digest("hex"),
    };
    cores.set(build, core);
  }
  return core;
}

/** Lets a test end a worker as an accident would. */
export interface Accident {
  /** Asked before each message reaches the worker (numbered from 0 as they are spawned): true ends it. */
  strikes(worker: number, message: WorkerRequest): boolean;
}

/** Spawns workers that live in this thread. */
export function inThread(module: WebAssembly.Module, accident?: Accident): () => WorkerPort {
  let spawned = 0;
  return () => {
    const worker = spawned++;
    let alive = true;
    let tellPool: (message: WorkerReply) => void = () => {};
    let tellService: (message: WorkerRequest) => void = () => {};
    let notice: (reason: string) => void = () => {};
    const later = (deliver: () => void) => queueMicrotask(() => alive && deliver());
    serve(
      {
        post: (message, transfer) => {
          const copy = structuredClone(message, { transfer });
          later(() => tellPool(copy));
        },
        onMessage: (receive) => (tellService = receive),
      },
      module,
    );
    return {
      post: (message, transfer) => {
        const copy = structuredClone(message, { transfer }) as WorkerRequest;
        later(() => {
          if (!accident?.strikes(worker, copy)) return tellService(copy);
          alive = false;
          notice("an accident");
        });
      },
      onMessage: (receive) => (tellPool = receive),
      onExit: (receive) => (notice = receive),
      terminate: () => (alive = false),
    };
  };
}

export interface HostOptions {
  readonly workers?: number;
  readonly files?: ReadonlyMap<string, Uint8Array>;
  readonly accident?: Accident;
  readonly memoryLimitBytes?: number;
}

export function openHost(build: Build, options: HostOptions = {}): ExecuteHost {
  const { module, sha256 } = builtCore(build);
  return {
    pool: new Pool(inThread(module, options.accident), { workers: options.workers ?? 2 }),
    coreSha256: sha256,
    files: new Map([[BUNDLED_DIGITS, readFileSync(DIGITS)], ...(options.files ?? [])]),
    memoryLimitBytes: options.memoryLimitBytes ?? 2 ** 31,
    environment: {},
  };
}

/** Opens a host, runs, closes it. */
export async function runOn(
  build: Build,
  spec: Experiment,
  options: HostOptions & ExecuteOptions = {},
): Promise<Executed> {
  const host = openHost(build, options);
  try {
    return await execute(spec, host, options);
  } finally {
    host.pool.close();
  }
}

/** Parses an experiment written without its format line. */
export function experiment(written: Omit<WrittenExperiment, "format">): Experiment {
  return parseExperiment({ format: EXPERIMENT_FORMAT, ...written });
}

/** The kept tensors of a run. */
export class Kept {
  readonly #tensors: ReadonlyMap<string, KeptTensor>;
  constructor(executed: Pick<Executed, "tensors">) {
    if (!executed.tensors) throw new Error("this run kept no tensors");
    this.#tensors = executed.tensors;
  }
  get names(): string[] {
    return [...this.#tensors.keys()];
  }
  has(name: string): boolean {
    return this.#tensors.has(name);
  }
  get(name: string): KeptTensor {
    const tensor = this.#tensors.get(name);
    if (!tensor) throw new Error(`no tensor ${name}`);
    return tensor;
  }
  f32(name: string): Float32Array {
    const { data } = this.get(name);
    if (!(data instanceof Float32Array)) throw new Error(`${name} is not float32`);
    return data;
  }
}
