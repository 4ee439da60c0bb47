// A training under way, kept in the browser's own database so that a reload or a crash costs what came since its last
// checkpoint. One a window, bounded in size: what is larger is not kept, and said so. Runs nothing.
import type { Experiment } from "../../../core-as/spec/experiment";
import type { TrainCheckpoint } from "../../../core-as/spec/training";
import type { SpecFiles } from "../compute/messages";
import { livingWindows } from "./drafts";

/** What was asked for. Survives structured clone. */
export interface TrainPlan {
  readonly name: string;
  readonly variants: readonly {
    readonly name: string;
    readonly paint: number;
    readonly spec: Experiment;
    readonly files: SpecFiles;
  }[];
  readonly seeds: readonly number[];
}

export interface KeptTraining {
  /** Of the window. */
  readonly key: string;
  readonly plan: TrainPlan;
  /** ISO 8601, UTC. */
  readonly begun: string;
  /** By run. */
  readonly checkpoints: ReadonlyMap<number, TrainCheckpoint>;
}

interface PlanRow {
  readonly key: string;
  readonly plan: TrainPlan;
  readonly begun: string;
}

interface RunRow {
  readonly key: string;
  readonly run: number;
  readonly checkpoint: TrainCheckpoint;
}

const DATABASE = "initlab.trainings";
const PLANS = "plans";
const RUNS = "runs";
/** Of all checkpoints of one training. */
const MOST_BYTES = 192 * 2 ** 20;
/** A layer's record with its histogram, roughly, as the database holds it. */
const LAYER_RECORD_BYTES = 1024;

export class TrainKeep {
  readonly #key: string;
  readonly #bytes = new Map<number, number>();
  #isOpen = false;
  /** One after the other: what is late must not outlive a removal. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(key: string) {
    this.#key = key;
  }

  /** In place of the one before. */
  begin(plan: TrainPlan): void {
    this.#bytes.clear();
    this.#isOpen = true;
    const row: PlanRow = { key: this.#key, plan, begun: new Date().toISOString() };
    this.#do(async (database) => {
      await remove(database, this.#key);
      await done(database.transaction(PLANS, "readwrite").objectStore(PLANS).put(row));
    });
  }

  /** False where the training has grown too large to be kept: it is kept no longer. */
  keep(run: number, checkpoint: TrainCheckpoint): boolean {
    if (!this.#isOpen) return false;
    this.#bytes.set(run, bytesOf(checkpoint));
    if ([...this.#bytes.values()].reduce((sum, bytes) => sum + bytes, 0) > MOST_BYTES) {
      this.end();
      return false;
    }
    const row: RunRow = { key: this.#key, run, checkpoint };
    this.#do(async (database) => {
      await done(database.transaction(RUNS, "readwrite").objectStore(RUNS).put(row));
    });
    return true;
  }

  /** Nothing of it would be missed. */
  end(): void {
    this.#isOpen = false;
    this.#do((database) => remove(database, this.#key));
  }

  /** Of windows that have ended, newest first. */
  async left(): Promise<KeptTraining[]> {
    const living = await livingWindows();
    const database = await opened();
    if (!database) return [];
    try {
      const plans = (await done(database.transaction(PLANS).objectStore(PLANS).getAll())) as PlanRow[];
      const found: KeptTraining[] = [];
      for (const { key, plan, begun } of plans) {
        if (key === this.#key || living.has(key)) continue;
        const range = IDBKeyRange.bound([key, 0], [key, Infinity]);
        const rows = (await done(database.transaction(RUNS).objectStore(RUNS).getAll(range))) as RunRow[];
        const checkpoints = new Map(rows.map(({ run, checkpoint }) => [run, checkpoint]));
        if (checkpoints.size > 0) found.push({ key, plan, begun, checkpoints });
        else await remove(database, key);
      }
      return found.sort((a, b) => (a.begun < b.begun ? 1 : -1));
    } finally {
      database.close();
    }
  }

  async discard(key: string): Promise<void> {
    const database = await opened();
    if (!database) return;
    try {
      await remove(database, key);
    } finally {
      database.close();
    }
  }

  #do(work: (database: IDBDatabase) => Promise<void>): void {
    this.#last = this.#last.then(async () => {
      const database = await opened();
      if (!database) return;
      try {
        await work(database);
      } catch {
        // A full disk, or a browser that keeps nothing: the training goes on all the same.
      } finally {
        database.close();
      }
    });
  }
}

function bytesOf({ state, records }: TrainCheckpoint): number {
  return state.byteLength + records.length * (records[0]?.layers.length ?? 0) * LAYER_RECORD_BYTES;
}

/** Null where the page may keep nothing. */
function opened(): Promise<IDBDatabase | null> {
  return new Promise((resolve) => {
    if (typeof indexedDB === "undefined") return resolve(null);
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(PLANS, { keyPath: "key" });
      request.result.createObjectStore(RUNS, { keyPath: ["key", "run"] });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(null);
    request.onblocked = () => resolve(null);
  });
}

async function remove(database: IDBDatabase, key: string): Promise<void> {
  const both = database.transaction([PLANS, RUNS], "readwrite");
  both.objectStore(RUNS).delete(IDBKeyRange.bound([key, 0], [key, Infinity]));
  await done(both.objectStore(PLANS).delete(key));
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the database refused"));
  });
}
