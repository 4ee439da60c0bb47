// Seeds side by side: the same result as one after another, in any number of lanes, after any accident.
import { describe, expect, it } from "vitest";
import { estimateMemory, lanesThatFit } from "../../runtime/estimate";
import { execute } from "../../runtime/execute";
import { planRun } from "../../runtime/plan";
import { Pool } from "../../runtime/pool";
import type { WorkerRequest } from "../../runtime/port";
import { type Progress, ProgressCounter } from "../../runtime/progress";
import type { WrittenExperiment } from "../../spec/written";
import { builtCore, experiment, inThread, openHost, runOn } from "./host";

const NET: Omit<WrittenExperiment, "format"> = {
  seed: 7,
  data: { source: "gaussian", samples: 300, features: 12 },
  network: { hidden: { layers: 3, units: 12, activation: "tanh", weights: { scheme: "orthogonal" } } },
  backward: { kind: "probe" },
};
const BATCH: typeof NET = {
  ...NET,
  network: {
    hidden: {
      layers: 2,
      units: 12,
      activation: "relu",
      weights: { scheme: "he_normal" },
      normalization: "batch",
    },
  },
};

const isTask = (message: WorkerRequest, kind: string) => message.type === "task" && message.kind === kind;
/** Seed of a request for data, which opens every seed's run. */
const seedOf = (message: WorkerRequest) =>
  message.type === "task" && message.kind === "data" ? (message.payload as { seed: number }).seed : null;

describe("seeds side by side", () => {
  it.each([
    ["a plain network", NET],
    ["batch normalization", BATCH],
  ])("give the same digest for any number of workers: %s", async (_name, net) => {
    for (const replicates of [1, 2, 3, 4, 5]) {
      const spec = experiment({ ...net, replicates });
      const expected = (await runOn("fast", spec, { workers: 1 })).result;
      for (const workers of [2, 3, 5]) {
        const { result, seeds } = await runOn("fast", spec, { workers });
        expect(result.digest, `${replicates} seeds, ${workers} workers`).toBe(expected.digest);
        expect(result.replicates).toEqual(expected.replicates);
        expect(seeds.map(({ seed }) => seed)).toEqual(Array.from({ length: replicates }, (_, r) => 7 + r));
      }
    }
  });

  it("give the same digest where only the file knows the size, which is read once for it", async () => {
    const rows = Array.from({ length: 200 }, (_, i) => `${(i * 7) % 11},${(i * 5) % 13}`).join("\n");
    const files = new Map([["rows.csv", new TextEncoder().encode(`a,b\n${rows}\n`)]]);
    const spec = experiment({ ...NET, data: { source: "file", path: "rows.csv" }, replicates: 4 });
    const read: number[] = [];
    const accident = {
      strikes: (_worker: number, message: WorkerRequest) => {
        const seed = seedOf(message);
        if (seed !== null) read.push(seed);
        return false;
      },
    };
    const { result } = await runOn("fast", spec, { workers: 2, files, accident });
    expect(read.sort((a, b) => a - b)).toEqual([7, 8, 9, 10]);
    expect(result.digest).toBe((await runOn("fast", spec, { workers: 1, files })).result.digest);
  });

  it("keep the tensors of the first seed alone", async () => {
    const many = await runOn("fast", experiment({ ...NET, replicates: 3 }), {
      workers: 3,
      keepTensors: true,
    });
    const alone = await runOn("fast", experiment(NET), { keepTensors: true });
    expect(many.tensors).toEqual(alone.tensors);
  });

  it("stay in their lane: a worker sees the contexts of its own seeds, each once", async () => {
    const seen: string[][] = [[], [], []];
    await runOn("fast", experiment({ ...NET, replicates: 6 }), {
      workers: 3,
      accident: {
        strikes: (worker, message) => {
          const seed = seedOf(message);
          if (seed !== null) seen[worker]!.push(`seed ${seed}`);
          else if (message.type === "context" && message.first) seen[worker]!.push("context");
          return false;
        },
      },
    });
    expect(seen.map((worker) => worker.join(", ")).sort()).toEqual([
      "seed 7, context, seed 10, context",
      "seed 8, context, seed 11, context",
      "seed 9, context, seed 12, context",
    ]);
  });

  it.each(["data", "draw", "slab", "combine"])(
    "cost one more run of one seed when a worker dies with %s in hand",
    async (kind) => {
      const spec = experiment({ ...NET, replicates: 4 });
      const begun: number[] = [];
      let seed = 0;
      let struck: number | null = null;
      const { result } = await runOn("fast", spec, {
        workers: 2,
        accident: {
          strikes: (worker, message) => {
            const opened = seedOf(message);
            if (opened !== null) begun.push(opened);
            if (worker === 1 && opened !== null) seed = opened;
            // In the lane's second seed.
            if (struck !== null || worker !== 1 || seed < 9 || !isTask(message, kind)) return false;
            struck = seed;
            return true;
          },
        },
      });
      expect(struck).not.toBeNull();
      expect(begun.sort((a, b) => a - b)).toEqual([7, 8, 9, 10, struck!].sort((a, b) => a - b));
      expect(result.digest).toBe((await runOn("fast", spec, { workers: 1 })).result.digest);
    },
  );

  it("leave no work behind of a run that is made again", async () => {
    let combined = 0;
    const spawn = inThread(builtCore("fast").module, {
      strikes: (worker, message) => {
        if (!isTask(message, "combine")) return false;
        combined++;
        return worker === 1;
      },
    });
    // As between threads: a message arrives when all that follows from its sending is over.
    const pool = new Pool(
      () => {
        const port = spawn();
        const post = (message: unknown, transfer: ArrayBuffer[]) => {
          const copy: unknown = structuredClone(message, { transfer });
          setTimeout(() => port.post(copy, []), 0);
        };
        return { ...port, post };
      },
      { workers: 2 },
    );
    await execute(experiment({ ...NET, replicates: 2 }), { ...openHost("fast"), pool });
    pool.close();
    // Three layers of each seed, and the one that the worker died with; not the two that waited behind it.
    expect(combined).toBe(3 + 3 + 1);
  });

  it("do not hear what a run that is made again had still to say", () => {
    const seen: Progress[] = [];
    const counter = new ProgressCounter((progress) => seen.push(progress), 1);
    const before = counter.begin(0, 100, 2);
    before.slabPassed(0, 60);
    const after = counter.begin(0, 100, 2);
    const told = seen.length;
    before.slabPassed(1, 40);
    expect(seen).toHaveLength(told);
    after.slabPassed(0, 10);
    expect(seen.at(-1)).toMatchObject({ rowsDone: 10, rows: 100 });
    // The bar waits where it was.
    expect(seen.at(-1)!.fraction).toBe(seen[1]!.fraction);
  });

  it("give up when the same seed ends two workers, and leave the pool fit for use", async () => {
    let armed = true;
    const host = openHost("fast", {
      accident: { strikes: (_worker, message) => armed && isTask(message, "combine") },
    });
    const spec = experiment({ ...NET, replicates: 4 });
    await expect(execute(spec, host)).rejects.toMatchObject({ name: "WorkerDied" });
    armed = false;
    const { result } = await execute(spec, host);
    host.pool.close();
    expect(result.digest).toBe((await runOn("fast", spec)).result.digest);
  });

  it("end all at once when they are cancelled", async () => {
    const abort = new AbortController();
    const reason = new Error("that will do");
    const after: string[] = [];
    const host = openHost("fast", {
      workers: 3,
      accident: {
        strikes: (_worker, message) => {
          if (abort.signal.aborted && message.type === "task") after.push(message.kind);
          return false;
        },
      },
    });
    const told: Progress[] = [];
    const run = execute(experiment({ ...NET, replicates: 9 }), host, {
      signal: abort.signal,
      onProgress: (progress) => {
        if (abort.signal.aborted) told.push(progress);
        else if (progress.phase === "rows") abort.abort(reason);
      },
    });
    await expect(run).rejects.toBe(reason);
    expect(host.pool.alive).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(after).toEqual([]);
    expect(told.every(({ phase }) => phase !== "statistics")).toBe(true);
    host.pool.close();
  });

  it("reject with the first error, which ends the other lanes", async () => {
    // The seed's shuffle picks one row; on that of zeros there is no variance for lsuv to scale.
    const files = new Map([
      ["rows.csv", new TextEncoder().encode("1,2,3\n0,0,0\n3,1,2\n2,1,5\n7,1,1\n4,4,1\n")],
    ]);
    const spec = experiment({
      ...NET,
      data: { source: "file", path: "rows.csv", samples: 1 },
      replicates: 30,
      network: { hidden: { layers: 2, units: 12, activation: "tanh", weights: { scheme: "lsuv" } } },
    });
    let first = 7;
    while (
      await runOn("fast", { ...spec, seed: first, replicates: 1 }, { files }).then(
        () => true,
        () => false,
      )
    )
      first++;
    expect(first).toBeLessThan(30);
    const begun: number[] = [];
    const host = openHost("fast", {
      workers: 3,
      files,
      accident: {
        strikes: (_worker, message) => {
          const seed = seedOf(message);
          if (seed !== null) begun.push(seed);
          return false;
        },
      },
    });
    await expect(execute(spec, host)).rejects.toMatchObject({ name: "TaskError", code: "lsuv" });
    const rejected = begun.length;
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(begun).toContain(first);
    expect(Math.max(...begun)).toBeLessThan(first + 6);
    expect(begun).toHaveLength(rejected);
    host.pool.close();
  });

  it.each([2, 3, 5, 7])(
    "tell progress that never falls, up to 1: %i seeds, an accident included",
    async (replicates) => {
      const seen: Progress[] = [];
      let slabs = 0;
      await runOn("fast", experiment({ ...NET, replicates }), {
        workers: 3,
        onProgress: (progress) => seen.push(progress),
        accident: { strikes: (worker, message) => worker === 1 && isTask(message, "slab") && ++slabs === 2 },
      });
      expect(slabs).toBeGreaterThanOrEqual(2);
      expect(seen[0]!.fraction).toBe(0);
      seen.forEach((p, i) => expect(p.fraction).toBeGreaterThanOrEqual(seen[Math.max(0, i - 1)]!.fraction));
      expect(seen.at(-1)).toEqual({
        phase: "statistics",
        rowsDone: 300 * replicates,
        rows: 300 * replicates,
        layersDone: 3 * replicates,
        layers: 3 * replicates,
        runsDone: replicates,
        runs: replicates,
        fraction: 1,
      });
      // More than one at a time was under way.
      expect(Math.max(...seen.map((p) => p.rowsDone / 300 - p.runsDone))).toBeGreaterThan(1);
    },
  );
});

describe("memory of seeds side by side", () => {
  const spec = experiment({ ...NET, replicates: 6 });
  const plan = planRun(spec, 300, 12, 7, false);
  const one = estimateMemory(plan, 1).totalBytes;
  /** Workers that were given a task, and the digest. */
  const ranIn = async (memoryLimitBytes: number, workers = 3) => {
    const used = new Set<number>();
    const digest = (
      await runOn("fast", spec, {
        workers,
        memoryLimitBytes,
        accident: {
          strikes: (worker, message) => (message.type === "task" && used.add(worker), false),
        },
      })
    ).result.digest;
    return { used: used.size, digest };
  };

  it("is counted a lane", () => {
    expect(lanesThatFit(plan, plan, 5, 10 * one)).toBe(5);
    expect(lanesThatFit(plan, plan, 5, 3 * one)).toBe(3);
    expect(lanesThatFit(plan, plan, 5, 3 * one - 1)).toBe(2);
    expect(lanesThatFit(plan, plan, 5, one - 1)).toBe(0);
    const kept = planRun(spec, 300, 12, 7, true);
    expect(estimateMemory(kept, 1).totalBytes).toBeGreaterThan(one);
    expect(lanesThatFit(kept, plan, 5, 3 * one)).toBe(2);
  });

  it("decides how many run at once, and not what they measure", async () => {
    const free = await ranIn(2 ** 31);
    const tight = await ranIn(2 * one);
    expect(free.used).toBe(3);
    expect(tight.used).toBe(2);
    expect(tight.digest).toBe(free.digest);
  });

  it("falls back to one run over the whole pool, and refuses where that does not fit either", async () => {
    const whole = estimateMemory(plan, 2).totalBytes;
    expect(whole).toBeLessThan(2 * one);
    const { digest } = await ranIn(whole, 2);
    expect(digest).toBe((await ranIn(2 ** 31)).digest);
    await expect(runOn("fast", spec, { workers: 2, memoryLimitBytes: one - 1 })).rejects.toMatchObject({
      name: "TooLargeError",
    });
  });
});
