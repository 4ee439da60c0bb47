// Training from outside: records, pausing, going on, accidents, refusals. No bit of a result ever moves.
import { describe, expect, it } from "vitest";
import { Pause } from "../../runtime/train/options";
import { train, trainAll } from "../../runtime/train/train";
import type { Experiment } from "../../spec/experiment";
import type { TrainCheckpoint, TrainRecord, TrainResult } from "../../spec/training";
import type { WrittenExperiment, WrittenTrain, WrittenWeights } from "../../spec/written";
import { BUILDS } from "../harness";
import { type Accident, experiment, openHost } from "../runtime/host";
import { layersOf } from "../runtime/network64";

const STEPS = 400;

function spec(train: WrittenTrain = {}, weights: WrittenWeights = { scheme: "he_normal" }): Experiment {
  return experiment(written(train, weights));
}

function written(
  train: WrittenTrain = {},
  weights: WrittenWeights = { scheme: "he_normal" },
): Omit<WrittenExperiment, "format"> {
  return {
    seed: 8,
    data: { source: "spirals", samples: 300, classes: 3, noise: 0.05, standardize: true },
    network: {
      hidden: { layers: 2, units: 24, activation: "tanh", weights },
      output: { units: 3, activation: "identity", weights },
    },
    train: { optimizer: "adam", batchSize: 32, steps: STEPS, recordEvery: 37, ...train },
  };
}

async function on<T>(
  options: Parameters<typeof openHost>[1],
  work: (host: ReturnType<typeof openHost>) => Promise<T>,
): Promise<T> {
  const host = openHost("fast", options);
  try {
    return await work(host);
  } finally {
    host.pool.close();
  }
}

/** So short that a run of this size is cut into many. */
const SLICED = { sliceMillis: 0.5 };

const alone = (one: Experiment): Promise<TrainResult> => on({ workers: 1 }, (host) => train(one, host));

describe("records", () => {
  it("come at step 0, every so many steps, and at the end", async () => {
    const seen: TrainRecord[] = [];
    const result = await on({}, (host) => train(spec(), host, { onRecord: (record) => seen.push(record) }));
    const steps = [0, ...Array.from({ length: 10 }, (_, i) => 37 * (i + 1)), STEPS];
    expect(result.records.map(({ step }) => step)).toEqual(steps);
    expect(seen).toEqual(result.records);
    expect(result).toMatchObject({
      outcome: "finished",
      steps: STEPS,
      trainingSamples: 240,
      validationSamples: 60,
      stepsPerEpoch: 7,
      classes: 3,
      parameters: 3 * 24 + 25 * 24 + 25 * 3,
    });
    const first = result.records[0]!;
    expect(first.learningRate).toBeNull();
    expect(first.layers.map(({ updateToWeight }) => updateToWeight)).toEqual([null, null, null]);
    for (const { layers, learningRate } of result.records.slice(1)) {
      expect(learningRate).toBe(0.001);
      for (const { updateToWeight, activation } of layers) {
        expect(updateToWeight).toBeGreaterThan(0);
        const { counts, zeros, atLow, atHigh } = activation.histogram;
        const all = counts.reduce((sum, n) => sum + n, 0) + zeros + atLow + atHigh;
        expect(all).toBe(240 * activation.units);
      }
    }
    expect(result.records.at(-1)!.loss).toBeLessThan(0.8 * first.loss);
    expect(layersOf(result.spec, 2)).toHaveLength(first.layers.length);
  });

  it("say nothing of a validation share that is not there", async () => {
    const result = await alone(spec({ validationShare: 0, steps: 3 }));
    expect(result.trainingSamples).toBe(300);
    for (const record of result.records)
      expect([record.validationLoss, record.validationAccuracy]).toEqual([null, null]);
  });

  it("are those of the same draws for every spec of a seed", async () => {
    const specs = [spec({ steps: 2 }), spec({ steps: 2 }, { scheme: "lecun_normal" })];
    const [he, , lecun, ...more] = await on({}, (host) => trainAll(specs, [8, 9], host));
    expect(more).toHaveLength(1);
    const norms = ({ records }: TrainResult) => records[0]!.layers.map(({ weightNorm }) => weightNorm);
    norms(he!).forEach((norm, l) => expect(norm / norms(lecun!)[l]!).toBeCloseTo(Math.SQRT2, 6));
    expect(he!.seed).toBe(8);
    expect(more[0]!.seed).toBe(9);
  });
});

describe("files", () => {
  const csv = (shift: number) =>
    new TextEncoder().encode(
      `a,b,class\n${Array.from({ length: 60 }, (_, i) => `${(i % 7) + shift},${(i % 5) - shift},${i % 3}`).join("\n")}\n`,
    );
  const fromFile = () =>
    experiment({
      ...written({ steps: 4, batchSize: 8 }),
      data: { source: "file", path: "x.csv", label: "class" },
    });

  it("are each spec's own, even under one name", async () => {
    const files = [new Map([["x.csv", csv(0)]]), new Map([["x.csv", csv(2)]])];
    const [one, other] = await on({}, (host) => trainAll([fromFile(), fromFile()], [8], host, { files }));
    expect(one).toMatchObject({ trainingSamples: 48, validationSamples: 12, features: 2, classes: 3 });
    expect(other!.digest).not.toBe(one!.digest);
    const alone = await on({ files: files[1]! }, (host) => train(fromFile(), host));
    expect(alone.digest).toBe(other!.digest);
  });

  it("that were not handed in are named, with the spec", async () => {
    await on({}, (host) =>
      expect(trainAll([spec({ steps: 1 }), fromFile()], [8], host)).rejects.toMatchObject({
        index: 1,
        cause: { where: "x.csv" },
      }),
    );
  });
});

describe("sameness", () => {
  const nets: [string, WrittenTrain, WrittenWeights][] = [
    ["adam", {}, { scheme: "he_normal" }],
    ["sgd", { optimizer: "sgd" }, { scheme: "orthogonal" }],
    [
      "nesterov, clipped, on a cosine",
      { optimizer: "nesterov", clipNorm: 1, schedule: { kind: "cosine" } },
      { scheme: "lsuv" },
    ],
    ["rmsprop", { optimizer: "rmsprop", learningRate: 0.001 }, { scheme: "he_uniform" }],
  ];

  it.each(nets)("paused, and taken up again by another host: %s", async (_name, how, weights) => {
    const one = spec(how, weights);
    const whole = await alone(one);
    const stop = new AbortController();
    const kept: TrainCheckpoint[] = [];
    const half = await on({}, (host) =>
      train(one, host, {
        ...SLICED,
        stopSignal: stop.signal,
        onRecord: ({ step }) => step >= 111 && stop.abort(),
        onCheckpoint: (checkpoint) => kept.push(checkpoint),
      }),
    );
    expect(half.outcome).toBe("stopped");
    expect(half.steps).toBeLessThan(STEPS);
    const from = structuredClone(kept.at(-1)!);
    expect(from.step).toBe(half.steps);
    const told: number[] = [];
    const rest = await on({ workers: 1 }, (host) =>
      train(one, host, { resume: from, onRecord: ({ step }) => told.push(step) }),
    );
    expect(rest.digest).toBe(whole.digest);
    expect(rest.records).toEqual(whole.records);
    expect(told).toEqual(whole.records.map(({ step }) => step).filter((step) => step > from.step));
  });

  it("paused again and again, and taken up from where it was", async () => {
    const one = spec();
    const pause = new Pause();
    pause.on();
    const checkpoints: TrainCheckpoint[] = [];
    const whole = await on({}, (host) =>
      train(one, host, {
        ...SLICED,
        pause,
        onCheckpoint: (checkpoint) => {
          checkpoints.push(checkpoint);
          // What is waited for is one turn later.
          setTimeout(() => pause.off());
        },
        onRecord: () => pause.on(),
      }),
    );
    expect(checkpoints[0]).toMatchObject({ step: 0, records: [] });
    expect(checkpoints.length).toBeGreaterThan(3);
    for (const resume of checkpoints.slice(0, 4)) {
      const again = await on({}, (host) => train(one, host, { resume }));
      expect(again.digest).toBe(whole.digest);
    }
    expect(whole.digest).toBe((await alone(one)).digest);
  });

  it("with 1, 2 or 5 workers, alone or side by side", async () => {
    const specs = [spec({ steps: 150 }), spec({ steps: 150 }, { scheme: "xavier_normal" })];
    const seeds = [1, 2, 3];
    const digests = await Promise.all(
      [1, 2, 5].map((workers) =>
        on({ workers }, (host) => trainAll(specs, seeds, host, SLICED)).then((results) =>
          results.map(({ digest }) => digest),
        ),
      ),
    );
    expect(digests[1]).toEqual(digests[0]);
    expect(digests[2]).toEqual(digests[0]);
    expect(new Set(digests[0]).size).toBe(6);
    expect((await alone({ ...specs[1]!, seed: 2 })).digest).toBe(digests[0]![4]);
  });

  it.each([
    ["the beginning", false],
    ["its last checkpoint", true],
  ])("after a worker has ended in mid-run, from %s", async (_where, isPausedBefore) => {
    const one = spec();
    let hasCheckpoint = false;
    // Counted from the checkpoint on: how many slices come before it is the machine's business.
    let advances = 0;
    let opened: number[] = [];
    const accident: Accident = {
      strikes: (_worker, message) => {
        if (message.type !== "task") return false;
        if (message.kind === "trainOpen") {
          const { checkpoint } = message.payload as { checkpoint: { step: number } | null };
          opened = [...opened, checkpoint?.step ?? 0];
        }
        return message.kind === "trainAdvance" && hasCheckpoint === isPausedBefore && ++advances === 3;
      },
    };
    const seen: number[] = [];
    const struck = await on({ workers: 1, accident }, (host) => {
      const pause = new Pause();
      return train(one, host, {
        ...SLICED,
        pause,
        onRecord: ({ step }) => {
          seen.push(step);
          if (isPausedBefore && step === 37) pause.on();
        },
        onCheckpoint: () => {
          hasCheckpoint = true;
          setTimeout(() => pause.off());
        },
      });
    });
    expect(seen).toEqual(struck.records.map(({ step }) => step));
    expect(opened).toHaveLength(2);
    expect(opened[1]! > 0).toBe(isPausedBefore);
    expect(struck.digest).toBe((await alone(one)).digest);
  });

  it("side by side with another whose worker has ended", async () => {
    let advances = 0;
    const accident: Accident = {
      strikes: (_worker, message) =>
        message.type === "task" && message.kind === "trainAdvance" && ++advances === 7,
    };
    const digests = async (options: Parameters<typeof openHost>[1]) =>
      (await on(options, (host) => trainAll([spec()], [1, 2, 3], host, SLICED))).map(({ digest }) => digest);
    expect(await digests({ workers: 1, accident })).toEqual(await digests({ workers: 3 }));
  });

  it.each(BUILDS)("on the %s core", async (build) => {
    const host = openHost(build, { workers: 1 });
    const { digest } = await train(spec({ steps: 60 }), host);
    host.pool.close();
    expect(digest).toBe((await alone(spec({ steps: 60 }))).digest);
  });
});

describe("ends", () => {
  it("with the signal's reason when it is cancelled, and the pool runs again", async () => {
    await on({ workers: 2 }, async (host) => {
      const abort = new AbortController();
      const reason = new Error("that will do");
      const running = trainAll([spec({ steps: 100_000 })], [1, 2, 3], host, {
        signal: abort.signal,
        onRecord: ({ step }) => step > 0 && abort.abort(reason),
      });
      await expect(running).rejects.toBe(reason);
      expect((await train(spec(), host)).digest).toBe((await alone(spec())).digest);
    });
  });

  it("while it is paused, too", async () => {
    await on({}, async (host) => {
      const abort = new AbortController();
      const pause = new Pause();
      pause.on();
      const running = train(spec(), host, {
        pause,
        signal: abort.signal,
        onCheckpoint: () => setTimeout(() => abort.abort()),
      });
      await expect(running).rejects.toMatchObject({ name: "AbortError" });
    });
  });

  it("in a finding where the loss is not finite, with finite records", async () => {
    const result = await alone(
      experiment({
        ...written({ optimizer: "sgd", learningRate: 1e4, recordEvery: 1 }),
        network: {
          hidden: { layers: 3, units: 24, activation: "relu", weights: { scheme: "he_normal" } },
          output: { units: 3, activation: "identity", weights: { scheme: "he_normal" } },
        },
      }),
    );
    expect(result.outcome).toBe("diverged");
    expect(result.steps).toBeLessThan(STEPS);
    expect(result.findings[0]).toMatchObject({ code: "diverged", severity: "broken" });
    expect(result.records.length).toBeGreaterThan(0);
    for (const { loss, step } of result.records) {
      expect(Number.isFinite(loss)).toBe(true);
      expect(step).toBeLessThanOrEqual(result.steps);
    }
  });

  it("before it has begun where the network overflows as it is drawn", async () => {
    const weights: WrittenWeights = { scheme: "constant", value: 1e6 };
    const result = await alone(
      experiment({
        ...written(),
        network: {
          hidden: { layers: 9, units: 24, activation: "relu", weights },
          output: { units: 3, activation: "identity", weights },
        },
      }),
    );
    expect(result).toMatchObject({ outcome: "diverged", steps: 0, records: [] });
    expect(result.findings.map(({ code }) => code)).toEqual(["diverged"]);
  });
});

describe("refuses", () => {
  it("a spec without a train part, and says which", async () => {
    const { train: _, ...without } = written();
    await on({}, async (host) => {
      await expect(train(experiment(without), host)).rejects.toMatchObject({ where: "train" });
      await expect(trainAll([spec(), experiment(without)], [1], host)).rejects.toMatchObject({ index: 1 });
    });
  });

  it("the checkpoint of another run", async () => {
    const kept: TrainCheckpoint[] = [];
    await on({}, (host) => train(spec({ steps: 5 }), host, { onCheckpoint: (one) => kept.push(one) }));
    for (const other of [spec({ steps: 6 }), { ...spec({ steps: 5 }), seed: 9 }])
      await on({}, (host) =>
        expect(train(other, host, { resume: kept[0]! })).rejects.toMatchObject({ where: "checkpoint" }),
      );
  });

  it("more records than can be kept", async () => {
    await on({}, (host) =>
      expect(train(spec({ steps: 1_000_000, recordEvery: 2 }), host)).rejects.toMatchObject({
        where: "train.recordEvery",
      }),
    );
  });

  it("what does not fit in memory", async () => {
    await on({ memoryLimitBytes: 100_000 }, (host) =>
      expect(train(spec(), host)).rejects.toMatchObject({ code: "too_large" }),
    );
  });
});
