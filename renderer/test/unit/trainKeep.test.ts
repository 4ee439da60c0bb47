// What is kept of a training under way: the newest checkpoints of this window's, offered to the windows after it.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { TrainCheckpoint } from "../../../core-as/spec/training";
import { TrainKeep, type TrainPlan } from "../../src/lab/trainKeep";
import { firstSpec } from "../../src/lab/firstSpec";
import { MemoryDatabase } from "./memoryDatabase";

const plan = (name: string): TrainPlan => ({
  name,
  variants: [{ name, paint: 0, spec: firstSpec(1), files: new Map([["a.csv", Uint8Array.of(1, 2)]]) }],
  seeds: [1, 2],
});
const checkpoint = (step: number): TrainCheckpoint => ({
  identity: "a",
  step,
  state: new Uint8Array(4).fill(step),
  records: [],
});

describe("a training that is kept", () => {
  let database: MemoryDatabase;
  /** Windows that have not ended. */
  let living: string[];
  beforeEach(() => {
    database = new MemoryDatabase();
    living = [];
    vi.useFakeTimers({ toFake: ["Date"] });
    vi.stubGlobal("indexedDB", database.factory);
    vi.stubGlobal("IDBKeyRange", MemoryDatabase.keyRange);
    vi.stubGlobal("navigator", {
      locks: {
        query: () => Promise.resolve({ held: living.map((key) => ({ name: `initlab.draft.${key}` })) }),
      },
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  const left = (key = "another") => new TrainKeep(key).left();
  /** Until the database was opened so often, once a call, and nobody is at it: so many checkpoints and plans are there. */
  const settled = async (opened: number, runs: number, plans: number) => {
    await expect.poll(() => [database.opened, database.connections]).toEqual([opened, 0]);
    expect([database.count("runs"), database.count("plans")]).toEqual([runs, plans]);
  };

  it("comes back whole, each run at its newest checkpoint", async () => {
    vi.setSystemTime("2026-01-02T03:04:05Z");
    const keep = new TrainKeep("window");
    keep.begin(plan("mine"));
    expect(keep.keep(0, checkpoint(10))).toBe(true);
    expect(keep.keep(1, checkpoint(20))).toBe(true);
    expect(keep.keep(0, checkpoint(30))).toBe(true);
    await settled(4, 2, 1);
    expect(await left()).toEqual([
      {
        key: "window",
        plan: plan("mine"),
        begun: "2026-01-02T03:04:05.000Z",
        checkpoints: new Map([
          [0, checkpoint(30)],
          [1, checkpoint(20)],
        ]),
      },
    ]);
    expect(database.connections).toBe(0);
  });

  it("is offered to no window that runs it, and not to its own", async () => {
    for (const key of ["ended", "lives"]) {
      const keep = new TrainKeep(key);
      keep.begin(plan(key));
      keep.keep(0, checkpoint(1));
    }
    await settled(4, 2, 2);
    living = ["lives"];
    expect((await left()).map(({ key }) => key)).toEqual(["ended"]);
    expect(await left("ended")).toEqual([]);
  });

  it("is offered the newest first", async () => {
    for (const [key, date] of [
      ["old", "2026-01-01"],
      ["newest", "2026-01-03"],
      ["newer", "2026-01-02"],
    ] as const) {
      vi.setSystemTime(date);
      const keep = new TrainKeep(key);
      keep.begin(plan(key));
      keep.keep(0, checkpoint(1));
    }
    await settled(6, 3, 3);
    expect((await left()).map(({ key }) => key)).toEqual(["newest", "newer", "old"]);
  });

  it("takes the place of the one before, and touches no other window's", async () => {
    const mine = new TrainKeep("w");
    const others = new TrainKeep("w2");
    for (const keep of [mine, others]) {
      keep.begin(plan("first"));
      keep.keep(0, checkpoint(1));
      keep.keep(7, checkpoint(2));
    }
    await settled(6, 4, 2);
    mine.begin(plan("second"));
    mine.keep(1, checkpoint(3));
    await settled(8, 3, 2);
    const found = new Map((await left()).map((one) => [one.key, one]));
    expect([...found.get("w")!.checkpoints.keys()]).toEqual([1]);
    expect(found.get("w")!.plan.name).toBe("second");
    expect([...found.get("w2")!.checkpoints.keys()]).toEqual([0, 7]);
  });

  it("is gone when it ends, and what comes late is not kept", async () => {
    const keep = new TrainKeep("window");
    keep.begin(plan("mine"));
    keep.keep(0, checkpoint(1));
    keep.end();
    expect(keep.keep(0, checkpoint(2))).toBe(false);
    await settled(3, 0, 0);
    expect(await left()).toEqual([]);
  });

  it("that was never begun keeps nothing", () => {
    expect(new TrainKeep("window").keep(0, checkpoint(1))).toBe(false);
  });

  it("is kept no longer once all its checkpoints are too large; a checkpoint's successor counts once", async () => {
    const keep = new TrainKeep("window");
    keep.begin(plan("mine"));
    // Records count as what the database makes of them: about 100 MiB.
    const record = { layers: new Array(100).fill(0) } as unknown as TrainCheckpoint["records"][number];
    const large = (step: number) => ({
      ...checkpoint(step),
      records: new Array<typeof record>(1000).fill(record),
    });
    expect(keep.keep(0, large(1))).toBe(true);
    expect(keep.keep(0, large(2))).toBe(true);
    expect(keep.keep(1, large(3))).toBe(false);
    expect(keep.keep(1, checkpoint(4))).toBe(false);
    await settled(4, 0, 0);
    // The next one begins from nothing.
    keep.begin(plan("next"));
    expect(keep.keep(0, large(5))).toBe(true);
    await settled(6, 1, 1);
  });

  it("whose weights alone are too large is not kept", async () => {
    const keep = new TrainKeep("window");
    keep.begin(plan("mine"));
    expect(keep.keep(0, { ...checkpoint(1), state: new Uint8Array(200 * 2 ** 20) })).toBe(false);
    await settled(2, 0, 0);
  });

  it("without a checkpoint is not offered, and cleared away", async () => {
    new TrainKeep("window").begin(plan("mine"));
    await settled(1, 0, 1);
    expect(await left()).toEqual([]);
    await settled(2, 0, 0);
  });

  it("goes when it is discarded", async () => {
    const keep = new TrainKeep("window");
    keep.begin(plan("mine"));
    keep.keep(0, checkpoint(1));
    await settled(2, 1, 1);
    await new TrainKeep("another").discard("window");
    await settled(3, 0, 0);
  });

  it("goes on where the database refuses one checkpoint", async () => {
    const keep = new TrainKeep("window");
    keep.begin(plan("mine"));
    await settled(1, 0, 1);
    database.refusing = new Error("QuotaExceededError");
    expect(keep.keep(0, checkpoint(1))).toBe(true);
    keep.keep(0, checkpoint(2));
    await settled(3, 1, 1);
    expect((await left())[0]?.checkpoints.get(0)?.step).toBe(2);
  });

  it("is no failure where the page may keep nothing", async () => {
    vi.stubGlobal("indexedDB", undefined);
    const keep = new TrainKeep("window");
    keep.begin(plan("mine"));
    expect(keep.keep(0, checkpoint(1))).toBe(true);
    expect(await keep.left()).toEqual([]);
    await keep.discard("window");
  });
});
