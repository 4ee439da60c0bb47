// initlab train: what it prints, what it writes, what it refuses, how it ends.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { TrainRecord, TrainResult } from "../../../core-as/spec/training";
import { cancelledBy, emptyFolder, lab, smallSpec } from "../lab";

const TRAINED = {
  data: { source: "digits", samples: 400, standardize: true },
  network: {
    hidden: { layers: 2, units: 20, activation: "relu", weights: { scheme: "he_normal" } },
    output: { units: 10, activation: "identity", weights: { scheme: "he_normal" } },
  },
  backward: { kind: "none" },
  train: { steps: 60, recordEvery: 20, batchSize: 32, learningRate: 0.05 },
};

/** Files of specs in a folder of their own: a.json, b.json, ... */
function written(...changes: object[]): string[] {
  const folder = emptyFolder();
  return changes.map((change, i) => {
    const file = join(folder, `${"abcdefghi"[i]}.json`);
    writeFileSync(file, JSON.stringify(smallSpec({ ...TRAINED, ...change })));
    return file;
  });
}

type Line = ({ run: number } & TrainRecord) | { run: number; done: true; result: TrainResult };

async function lines(...args: string[]): Promise<Line[]> {
  const { code, stdout, stderr } = await lab(["train", ...args, "--json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}

const digests = (all: readonly Line[]) => all.flatMap((line) => ("done" in line ? [line.result.digest] : []));

describe("train --json", () => {
  it("prints a line a record, and at the end a line a run", async () => {
    const [file] = written({});
    const all = await lines(file!);
    expect(all.map((line) => ("done" in line ? "done" : line.step))).toEqual([0, 20, 40, 60, "done"]);
    const last = all.at(-1)!;
    if (!("done" in last)) throw new Error("the last line is no result");
    expect(last.result.format).toBe("initlab.training/1");
    const records = all.slice(0, -1).map(({ run, ...record }) => (expect(run).toBe(0), record));
    expect(records).toEqual(last.result.records);
    for (const record of records)
      expect(Object.keys(record)).toEqual(
        expect.arrayContaining([
          "step",
          "loss",
          "accuracy",
          "validationLoss",
          "validationAccuracy",
          "layers",
        ]),
      );
  });

  it("counts runs spec by spec, seed by seed, whatever the number of workers", async () => {
    const files = written({ name: "one" }, { name: "other", seed: 77 });
    const one = await lines(...files, "--seeds", "2", "--workers", "1");
    const two = await lines(...files, "--seeds", "2", "--workers", "2");
    expect(digests(two)).toEqual(digests(one));
    const results = one.flatMap((line) => ("done" in line ? [line] : []));
    expect(results.map(({ run, result }) => [run, result.spec.name, result.seed])).toEqual([
      [0, "one", 3],
      [1, "one", 4],
      [2, "other", 3],
      [3, "other", 4],
    ]);
    // The same draws but for the name: paired runs are equal here.
    expect(digests(one).slice(2)).toEqual(digests(one).slice(0, 2));
  });

  it("takes another number of steps, and with it the distance of records that was not given", async () => {
    const { recordEvery: _, ...train } = TRAINED.train;
    const [file] = written({ train });
    const all = await lines(file!, "--steps", "200");
    expect(all.flatMap((line) => ("done" in line ? [] : [line.step])).slice(0, 3)).toEqual([0, 2, 4]);
  });
});

describe("train", () => {
  it("prints a table, over the seeds too, and what was found", async () => {
    const files = written({ name: "He" }, { name: "Zeros", ...zeros() });
    const { code, stdout, stderr } = await lab(["train", ...files, "--seeds", "3"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^Run +Seed +Steps +Loss/);
    expect(stdout).toMatch(/\nZeros +5 +60 +2\.30.* stalled, no gradient/);
    expect(stdout).toContain("Median over the seeds");
    expect(stdout).toMatch(/\nZeros: After 60 steps the loss is 2\.30/);
    for (const line of stdout.split("\n").slice(0, 7)) expect(line.length).toBeLessThanOrEqual(120);
  });

  it("writes the runs into a folder", async () => {
    const [file] = written({});
    const folder = join(emptyFolder(), "deeper");
    const { code } = await lab(["train", file!, "--seeds", "2", "--out", folder]);
    expect(code).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(["run-0.json", "run-1.json"]);
    const result = JSON.parse(readFileSync(join(folder, "run-1.json"), "utf8")) as TrainResult;
    expect(result).toMatchObject({ format: "initlab.training/1", seed: 4, outcome: "finished" });
  });

  it("says how far it is, where it is asked to", async () => {
    const [file] = written({});
    const { code, stderr } = await lab(["train", file!, "--progress"]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^\d+ % small, seed 3: step \d+, loss /);
  });

  it("stops at Ctrl-C, and writes nothing", async () => {
    const [file] = written({ train: { ...TRAINED.train, steps: 1_000_000 } });
    const folder = emptyFolder();
    const { code, stdout, stderr } = await lab(["train", file!, "--out", folder], { isInterrupted: true });
    expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
    expect(stderr).toMatch(cancelledBy("train"));
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ["no train part", { train: undefined }, [], /train: is missing/],
    ["more seeds than there are", {}, ["--seeds", "1001"], /1000/],
    [
      "outputs that are not the classes",
      { network: { ...TRAINED.network, output: { ...TRAINED.network.output, units: 7 } } },
      [],
      /10/,
    ],
    [
      "warm-up longer than the steps",
      { train: { ...TRAINED.train, schedule: { warmupSteps: 50 } } },
      ["--steps", "9"],
      /warmupSteps: 50/,
    ],
    ["batches larger than the share", { train: { ...TRAINED.train, batchSize: 350 } }, [], /batchSize: 350/],
  ] as [string, object, string[], RegExp][])("refuses %s", async (_what, change, args, message) => {
    const [file] = written(change);
    const { code, stdout, stderr } = await lab(["train", file!, ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^initlab: .*\n$/);
    expect(stderr).toMatch(message);
  });
});

function zeros(): object {
  const { hidden, output } = TRAINED.network;
  const weights = { scheme: "zeros" };
  return { network: { hidden: { ...hidden, weights }, output: { ...output, weights } } };
}

describe("train --save", () => {
  it("keeps the first spec with the trainings of all, as the app has them", async () => {
    const [first, second] = written({ name: "first" }, { name: "second", seed: 7 });
    const data = emptyFolder();
    const { code, stdout } = await lab(["train", first!, second!, "--seeds", "2", "--save", "--data", data]);
    expect(code).toBe(0);
    const id = /Saved as (\S+)\.\n$/.exec(stdout)![1]!;
    const folder = join(data, "experiments", id);
    const kept = JSON.parse(readFileSync(join(folder, "training.json"), "utf8")) as TrainResult[];
    expect(kept.map(({ spec, seed }) => [spec.name, seed])).toEqual([
      ["first", 3],
      ["first", 4],
      ["second", 3],
      ["second", 4],
    ]);
    const again = await lines(first!, second!, "--seeds", "2");
    expect(digests(again)).toEqual(kept.map(({ digest }) => digest));
    const shown = await lab(["experiments", "show", id, "--json", "--data", data]);
    expect(JSON.parse(shown.stdout)).toMatchObject({
      name: "first",
      trainings: 4,
      spec: { train: { steps: 60 } },
    });
    const verified = await lab(["experiments", "verify", id, "--data", data]);
    expect(verified.stdout).toMatch(/the same digest/);
  });

  it("says where only when it saves", async () => {
    const [file] = written({});
    const { code, stderr } = await lab(["train", file!, "--data", "x"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--save/);
  });
});
