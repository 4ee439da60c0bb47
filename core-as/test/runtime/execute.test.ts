// A whole run from outside: cancelling, progress, refusals, accidents. The digest never moves.
import { describe, expect, it } from "vitest";
import type { Progress } from "../../runtime/progress";
import { execute } from "../../runtime/execute";
import type { WrittenExperiment } from "../../spec/written";
import { BUILDS } from "../harness";
import { experiment, openHost, runOn } from "./host";

const NET: Omit<WrittenExperiment, "format"> = {
  seed: 3,
  data: { source: "gaussian", samples: 600, features: 20 },
  network: { hidden: { layers: 4, units: 20, activation: "tanh", weights: { scheme: "xavier_normal" } } },
  backward: { kind: "probe" },
};
const BATCH: typeof NET = {
  ...NET,
  network: { hidden: { ...hiddenOf(NET), normalization: "batch" } },
};

const ORTHOGONAL: typeof NET = {
  ...NET,
  network: { hidden: { ...hiddenOf(NET), weights: { scheme: "orthogonal" } } },
};

function hiddenOf({ network }: typeof NET) {
  if (!("hidden" in network)) throw new Error("written long");
  return network.hidden;
}

describe.each(BUILDS)("%s core", (build) => {
  it("ends with the signal's reason when it is cancelled in mid-run", async () => {
    const abort = new AbortController();
    const reason = new Error("that will do");
    const seen: Progress[] = [];
    const run = runOn(build, experiment(NET), {
      signal: abort.signal,
      onProgress: (progress) => {
        seen.push(progress);
        if (progress.phase === "rows") abort.abort(reason);
      },
    });
    await expect(run).rejects.toBe(reason);
    expect(seen.at(-1)!.fraction).toBeLessThan(1);
    expect(seen.some(({ phase }) => phase === "statistics")).toBe(false);
  });

  it("can run again on the pool of a cancelled run", async () => {
    const host = openHost(build);
    const abort = new AbortController();
    const cancelled = execute(experiment(NET), host, {
      signal: abort.signal,
      onProgress: ({ phase }) => phase === "rows" && abort.abort(),
    });
    await expect(cancelled).rejects.toMatchObject({ name: "AbortError" });
    const { result } = await execute(experiment(NET), host);
    host.pool.close();
    expect(result.digest).toBe((await runOn(build, experiment(NET))).result.digest);
  });

  it.each([
    ["one seed", NET, {}],
    ["three seeds", NET, { replicates: 3 }],
    ["batch normalization", BATCH, {}],
    ["an output layer", NET, { output: true }],
  ] as const)("reports progress that only rises, from 0 to 1: %s", async (_name, net, more) => {
    const fractions: number[] = [];
    const spec = experiment({
      ...net,
      ...("replicates" in more ? { replicates: more.replicates } : {}),
      network: {
        ...net.network,
        ...("output" in more
          ? { output: { units: 3, activation: "identity", weights: { scheme: "xavier_normal" } } }
          : {}),
      },
    });
    await runOn(build, spec, { workers: 3, onProgress: ({ fraction }) => fractions.push(fraction) });
    expect(fractions[0]).toBe(0);
    expect(fractions.at(-1)).toBeCloseTo(1, 12);
    expect(fractions.every((f, i) => i === 0 || f >= fractions[i - 1]! - 1e-12)).toBe(true);
    expect(new Set(fractions).size).toBeGreaterThan(8);
  });

  it("can run again on the pool of a run whose weights could not be drawn", async () => {
    const host = openHost(build, { workers: 2 });
    const hopeless = { ...hiddenOf(NET), activation: "softplus", weights: { scheme: "critical" } } as const;
    await expect(execute(experiment({ ...NET, network: { hidden: hopeless } }), host)).rejects.toThrow(
      /no critical sigma_w/,
    );
    const { result } = await execute(experiment(NET), host);
    expect(result.digest).toBe((await runOn(build, experiment(NET))).result.digest);
    host.pool.close();
  });

  it("refuses what is too large, with the figure, before anything is drawn", async () => {
    let tasks = 0;
    const run = runOn(build, experiment(NET), {
      memoryLimitBytes: 2 ** 20,
      accident: { strikes: () => (tasks++, false) },
    });
    await expect(run).rejects.toThrow(
      /would need [\d.]+ GiB of memory with 2 workers, and [\d.]+ GiB may be used/,
    );
    await expect(run).rejects.toMatchObject({ name: "TooLargeError", code: "too_large" });
    expect(tasks).toBe(0);
  });

  // The second worker's nth task is its last; every worker spawned after it lives.
  it.each([
    ["in a draw", ORTHOGONAL, "draw", 2],
    ["with a slab in hand", NET, "slab", 1],
    ["with a later slab in hand", NET, "slab", 2],
    ["while slabs wait for each other", BATCH, "slab", 5],
    ["in the statistics", NET, "combine", 1],
  ] as const)("gives the same digest when a worker dies %s", async (_name, net, kind, nth) => {
    let seen = 0;
    let struck = 0;
    const { result } = await runOn(build, experiment(net), {
      accident: {
        strikes: (worker, message) => {
          if (worker !== 1 || message.type !== "task" || message.kind !== kind || ++seen !== nth)
            return false;
          struck++;
          return true;
        },
      },
    });
    expect(struck).toBe(1);
    expect(result.digest).toBe((await runOn(build, experiment(net))).result.digest);
  });

  it("gives up on a task that ends every worker", async () => {
    const run = runOn(build, experiment(NET), {
      accident: { strikes: (_worker, message) => message.type === "task" && message.kind === "combine" },
    });
    await expect(run).rejects.toMatchObject({ name: "WorkerDied" });
  });

  it("keeps replicates apart: the first is the run of that seed alone, and bands hold every seed", async () => {
    const many = (await runOn(build, experiment({ ...NET, replicates: 3 }))).result;
    const alone = (await runOn(build, experiment(NET))).result;
    const second = (await runOn(build, experiment({ ...NET, seed: 4 }))).result;
    expect(many.layers).toEqual(alone.layers);
    expect(many.digest).not.toBe(alone.digest);
    expect(many.replicates!.seeds).toEqual([3, 4, 5]);
    const band = many.replicates!.bands[1]!["preactivations.rms"]!;
    for (const { layers } of [alone, second]) {
      expect(band.low).toBeLessThanOrEqual(layers[1]!.preactivations.rms);
      expect(band.high).toBeGreaterThanOrEqual(layers[1]!.preactivations.rms);
    }
  });
});
