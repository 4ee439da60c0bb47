// The trainings in hand: what is asked of compute, what is made of what it tells, what is refused and what is saved.
import { beforeEach, describe, expect, it } from "vitest";
import { SpecError } from "../../../core-as/spec/errors";
import { parseExperiment } from "../../../core-as/spec/parse";
import { findPreset } from "../../../core-as/spec/presets";
import type { TrainRecord, TrainResult } from "../../../core-as/spec/training";
import { trainingText } from "../../../core-as/spec/trainingText";
import type { LeanTrainResult } from "../../src/compute/messages";
import { changedTrain, fromLab, fromSet, startName, TRAIN_SETS } from "../../src/lab/trainStart";
import { MAX_VARIANTS, TrainRuns } from "../../src/lab/trainRuns.svelte";
import { FakeCompute } from "./fakeCompute";
import { MemoryHost } from "./memoryHost";

let compute: FakeCompute;
let runs: TrainRuns;
beforeEach(() => {
  compute = new FakeCompute();
  runs = new TrainRuns(compute.asCompute, "window");
  runs.open(fromSet(TRAIN_SETS[0]!));
});

const record = (step: number): TrainRecord => ({
  step,
  loss: 2.3,
  accuracy: 0.1,
  validationLoss: Infinity,
  validationAccuracy: 0.1,
  learningRate: 0.01,
  layers: [],
});
const result = (run: number, change: Partial<TrainResult> = {}): LeanTrainResult => {
  const { spec } = runs.picture!.runs[run]!.variant;
  const { seed } = runs.picture!.runs[run]!;
  return {
    format: "initlab.training/1",
    spec: { ...spec, seed },
    seed,
    digest: String(run).repeat(64),
    outcome: "finished",
    steps: 2000,
    findings: [],
    constantLoss: 2.3,
    ...change,
  } as unknown as LeanTrainResult;
};
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
const last = () => compute.trainings.at(-1)!;

async function trainWhole(): Promise<void> {
  runs.start();
  const { asked, tell } = last();
  const count = asked.specs.length * asked.seeds.length;
  for (let run = 0; run < count; run++) {
    tell.onRecord(run, record(0));
    tell.onResult(run, result(run));
  }
  last().end();
  await settled();
}

describe("trainings", () => {
  it("are of every variant with the same seeds", () => {
    runs.seeds = 2;
    runs.start();
    const { asked } = last();
    expect(asked.seeds).toEqual([42, 43]);
    expect(asked.specs.map(({ network }) => network.layers[0]!.weights.scheme)).toEqual([
      "normal",
      "xavier_normal",
      "he_normal",
    ]);
    expect(runs.picture!.runs).toHaveLength(6);
    expect(runs.status.status).toBe("running");
  });

  it("are paused, resumed and stopped", async () => {
    runs.start();
    runs.pause();
    expect(runs.status.status).toBe("paused");
    runs.resume();
    expect(runs.status.status).toBe("running");
    runs.stop();
    expect(last().told).toEqual(["pause", "resume", "stop"]);
    last().tell.onRecord(0, record(0));
    last().tell.onCheckpoint(0, { identity: "x", step: 5, state: new Uint8Array(4) });
    for (const run of [0, 1, 2]) last().tell.onResult(run, result(run, { outcome: "stopped" }));
    last().end();
    await settled();
    expect(runs.canGoOn).toBe(true);
    runs.resume();
    const { asked } = last();
    expect(compute.trainings).toHaveLength(2);
    expect(asked.resume.get(0)).toMatchObject({ step: 5, records: [{ step: 0 }] });
    expect(runs.picture!.runs[0]!.records).toHaveLength(1);
  });

  it("go on from their checkpoints after compute has ended", async () => {
    runs.start();
    last().tell.onRecord(1, record(0));
    last().tell.onRecord(1, record(20));
    last().tell.onCheckpoint(1, { identity: "x", step: 10, state: new Uint8Array(4) });
    last().fail("broken", "gone");
    await settled();
    expect(runs.status).toMatchObject({ status: "failed", failure: { message: "gone" } });
    expect(runs.canGoOn).toBe(true);
    runs.resume();
    // What came after the checkpoint comes again.
    expect(runs.picture!.runs[1]!.records.map(({ step }) => step)).toEqual([0]);
  });

  it("of another network are not told to this one", () => {
    runs.start();
    const before = last();
    runs.open(fromSet(TRAIN_SETS[1]!));
    expect(before.told).toEqual(["cancel"]);
    before.tell.onRecord(0, record(0));
    expect(runs.picture).toBeNull();
    expect(runs.status).toEqual({ status: "idle", isWhole: false });
  });

  it("are saved with the first spec, and are the same when they are opened again", async () => {
    const host = new MemoryHost();
    runs.seeds = 2;
    expect(await runs.save(host)).toBe(false);
    await trainWhole();
    expect(runs.canSave).toBe(true);
    expect(await runs.save(host)).toBe(true);
    expect(runs.isSaved).toBe(true);
    const [saved] = [...host.saved.values()];
    expect(saved!.spec!.train).toEqual(runs.train);
    expect(compute.remediedSpecs).toHaveLength(1);

    const other = new TrainRuns(compute.asCompute, "another");
    other.openSaved(saved!);
    expect(other.name).toBe("The book’s comparison");
    expect(other.variants.map(({ name }) => name)).toEqual([
      "Normal, std 0.01",
      "Xavier normal",
      "He normal",
    ]);
    expect(other.seeds).toBe(2);
    expect(other.picture!.runs.map(({ seed, result: one }) => [seed, one!.digest[0]])).toEqual(
      ["0", "1", "2", "3", "4", "5"].map((digit, i) => [42 + (i % 2), digit]),
    );
    expect(other.picture!.runs[0]!.records[0]!.validationLoss).toBe(Infinity);
    expect([other.isStale, other.canSave]).toEqual([false, false]);
  });

  it("are not saved where the save is cancelled while the network is measured", async () => {
    const host = new MemoryHost();
    await trainWhole();
    const saving = runs.save(host);
    expect(runs.saving).toEqual({ fraction: 0, trial: null });
    runs.cancelSave();
    expect(await saving).toBe(false);
    expect(host.saved.size).toBe(0);
    expect([runs.saving, runs.canSave]).toEqual([null, true]);
  });

  it("are saved as what they were, whatever is opened meanwhile", async () => {
    const host = new MemoryHost();
    await trainWhole();
    await runs.save(host);
    const [saved] = [...host.saved.values()];
    runs.openSaved(saved!);
    runs.start();
    await trainWhole();
    let open = () => {};
    compute.gate = new Promise((resolve) => (open = resolve));
    const saving = runs.save(host);
    const other = { ...saved!, id: "another" };
    host.saved.set(other.id, other);
    runs.openSaved(other);
    open();
    expect(await saving).toBe(true);
    expect(host.saved.get(other.id)).toBe(other);
    expect(runs.savedId).toBe(other.id);
  });

  it("that cannot be read are refused", async () => {
    const host = new MemoryHost();
    await trainWhole();
    await runs.save(host);
    const [saved] = [...host.saved.values()];
    for (const training of ["", "{}", "[]", "[null]", trainingText([]), '[{"format":"initlab.training/2"}]'])
      expect(() => runs.openSaved({ ...saved!, training })).toThrow(SpecError);
  });
});

describe("variants", () => {
  it("are the same network drawn otherwise, at most eight, at least one", () => {
    for (let i = 0; i < 6; i++) runs.addVariant({ scheme: "he_normal" } as never);
    expect(runs.variants).toHaveLength(MAX_VARIANTS);
    expect(new Set(runs.variants.map(({ name }) => name)).size).toBe(MAX_VARIANTS);
    expect(new Set(runs.variants.map(({ paint }) => paint)).size).toBe(MAX_VARIANTS);
    for (const { key } of runs.variants) runs.removeVariant(key);
    expect(runs.variants).toHaveLength(1);
  });

  it("make what is drawn old when one is changed", async () => {
    await trainWhole();
    expect(runs.isStale).toBe(false);
    runs.changeVariant(runs.variants[0]!.key, { scheme: "constant", value: 0.05 });
    expect(runs.variants[0]!.name).toBe("Constant 0.05");
    expect(runs.isStale).toBe(true);
  });
});

describe("settings", () => {
  it("are of all variants, and what followed from one follows from the next", () => {
    expect(runs.changeTrain({ optimizer: "adam" })).toBe(true);
    for (const { spec } of runs.variants)
      expect(spec.train).toMatchObject({ optimizer: "adam", learningRate: 0.001, beta1: 0.9 });
    runs.changeTrain({ optimizer: "sgd" });
    expect(runs.train).toMatchObject({ learningRate: 0.01 });
    expect(runs.train).not.toHaveProperty("beta1");
    runs.changeTrain({ steps: 500 });
    expect(runs.train).toMatchObject({ steps: 500, recordEvery: 5 });
    runs.changeTrain({ schedule: { kind: "cosine", warmupSteps: 10 } });
    expect(runs.train!.schedule).toEqual({ kind: "cosine", warmupSteps: 10, finalFraction: 0 });
    expect(changedTrain(runs.train!, { clipNorm: 1 })).toMatchObject({ clipNorm: 1 });
  });

  it("that are wrong are refused with their place, and those in hand stay", () => {
    const { train } = runs;
    expect(runs.changeTrain({ batchSize: 5000 })).toBe(false);
    expect(runs.problem!.path).toBe("train.batchSize");
    expect(runs.train).toEqual(train);
    expect(runs.changeTrain({ batchSize: 64 })).toBe(true);
    expect(runs.problem).toBeNull();
  });

  it("that would make more records than can be held are refused before the first step", () => {
    runs.changeTrain({ steps: 100_000, recordEvery: 1 });
    runs.start();
    expect(runs.problem).toMatchObject({ path: "train.recordEvery" });
    expect(compute.trainings).toHaveLength(0);
  });
});

describe("a start", () => {
  it("from the Lab has labels, outputs and a train part, and says what was added", () => {
    const { specs, notes } = fromLab(parseExperiment(findPreset("large-normal-sigmoid").spec));
    expect(specs[0]).toMatchObject({
      data: { source: "digits" },
      network: { output: { units: 10 } },
      train: { optimizer: "sgd" },
    });
    expect(notes).toHaveLength(2);
    const trained = parseExperiment(findPreset("train-book-he").spec);
    expect(fromLab(trained)).toMatchObject({ notes: [], specs: [trained] });
  });

  it("of every built-in comparison can be trained", () => {
    for (const set of TRAIN_SETS) {
      runs.open(fromSet(set));
      expect(runs.variants.length).toBeGreaterThan(1);
    }
  });

  it("is called as it is drawn", () => {
    expect(startName({ scheme: "normal", mean: 0, std: 1 })).toBe("Normal, std 1");
    expect(startName({ scheme: "normal", mean: 0, std: 0.25 })).toBe("Normal, std 0.25");
  });
});
