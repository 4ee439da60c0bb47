// The Library: order, filters and picks of a list, notes as HTML, and what is asked of the host.
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { ExperimentSummary } from "../../../app/contract/hostApi";
import { HostError } from "../../../app/contract/hostError";
import type { RunResult } from "../../../core-as/spec/result";
import type { TrainResult } from "../../../core-as/spec/training";
import { trainingText } from "../../../core-as/spec/trainingText";
import { resultText } from "../../../core-as/spec/resultText";
import type { Compute } from "../../src/compute/compute";
import { firstSpec } from "../../src/lab/firstSpec";
import { CompareRuns } from "../../src/lab/compareRuns.svelte";
import { Arrangement, type ColumnName, sortKey, tagsInUse } from "../../src/panels/library/arrange";
import { dateText } from "../../src/panels/library/dates";
import { Library } from "../../src/panels/library/library.svelte";
import { notesHtml } from "../../src/panels/library/markdown";
import { moved, NOTHING, pickAll, pickOnly, stretch, toggle } from "../../src/panels/library/selection";
import {
  agrees,
  trainingVerdict,
  verdictOn,
  verdictText,
  whyUnchecked,
} from "../../src/panels/library/verify";
import { resultOf } from "./fakeCompute";
import { MemoryHost } from "./memoryHost";

const NO_FILTER = { tags: [], severities: [], found: null };

function one(id: string, change: Partial<ExperimentSummary> = {}): ExperimentSummary {
  return {
    id,
    name: id,
    tags: [],
    created: "2026-01-01T00:00:00Z",
    modified: "2026-01-01T00:00:00Z",
    digest: "0".repeat(64),
    verdict: "Healthy",
    severity: "healthy",
    scheme: "normal",
    activation: "tanh",
    depth: 5,
    width: 100,
    data: "gaussian",
    ...change,
  };
}

const ids = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id);

describe("an arrangement", () => {
  it("orders names as people do: no case, no accents, numbers by size", () => {
    const names = ["run 10", "Run 2", "école", "eclair", "Zeros"];
    const rows = new Arrangement(names.map((name) => one(name))).rows(NO_FILTER, {
      by: "name",
      isRising: true,
    });
    expect(ids(rows)).toEqual(["eclair", "école", "Run 2", "run 10", "Zeros"]);
    expect(sortKey("Run 2") < sortKey("run 10")).toBe(true);
  });

  it("keeps equal ones newest first, whichever the direction", () => {
    const list = [
      one("old", { modified: "2026-01-01T00:00:00Z" }),
      one("new", { modified: "2026-03-01T00:00:00.5Z" }),
      one("deep", { modified: "2026-02-01T00:00:00Z", depth: 30 }),
    ];
    const arrangement = new Arrangement(list);
    expect(ids(arrangement.rows(NO_FILTER, { by: "size", isRising: true }))).toEqual(["new", "old", "deep"]);
    expect(ids(arrangement.rows(NO_FILTER, { by: "size", isRising: false }))).toEqual(["deep", "new", "old"]);
    expect(ids(arrangement.rows(NO_FILTER, { by: "modified", isRising: false }))).toEqual([
      "new",
      "deep",
      "old",
    ]);
  });

  it("puts what is broken first, and what has no tags last", () => {
    const arrangement = new Arrangement([
      one("a", { severity: "healthy", tags: ["x"] }),
      one("b", { severity: "broken" }),
      one("c", { severity: "warning", tags: ["b"] }),
    ]);
    expect(ids(arrangement.rows(NO_FILTER, { by: "verdict", isRising: true }))).toEqual(["b", "c", "a"]);
    expect(ids(arrangement.rows(NO_FILTER, { by: "tags", isRising: true }))).toEqual(["c", "a", "b"]);
  });

  it("filters by every tag, any severity and what was found, best first", () => {
    const arrangement = new Arrangement([
      one("a", { tags: ["x", "y"] }),
      one("b", { tags: ["x"], severity: "broken" }),
      one("c", { tags: ["x", "y"], severity: "warning" }),
    ]);
    const order = { by: "match", isRising: true } as const;
    const rows = (filter: object) => ids(arrangement.rows({ ...NO_FILTER, ...filter }, order));
    expect(rows({ tags: ["x", "y"], found: ["c", "b", "a"] })).toEqual(["c", "a"]);
    expect(rows({ severities: ["broken", "warning"], found: ["c", "gone", "b"] })).toEqual(["c", "b"]);
    expect(rows({ found: [] })).toEqual([]);
  });

  it("gives every experiment once, in an order that its column agrees with", () => {
    const columns: ColumnName[] = ["name", "scheme", "activation", "size", "verdict", "modified", "tags"];
    const some = fc.record({
      name: fc.string(),
      depth: fc.integer({ min: 1, max: 1000 }),
      width: fc.option(fc.integer({ min: 1, max: 16_384 })),
      tags: fc.array(fc.string({ minLength: 1 }), { maxLength: 3 }),
      modified: fc
        .date({ min: new Date("2020-01-01"), max: new Date("2030-01-01"), noInvalidDate: true })
        .map((date) => date.toISOString()),
    });
    fc.assert(
      fc.property(fc.array(some), fc.constantFrom(...columns), fc.boolean(), (given, by, isRising) => {
        const list = given.map((change, i) => one(String(i), change));
        const rows = new Arrangement(list).rows(NO_FILTER, { by, isRising });
        expect(ids(rows).sort()).toEqual(ids(list).sort());
        if (by !== "name") return;
        const keys = rows.map(({ name }) => sortKey(name));
        expect(keys).toEqual(isRising ? [...keys].sort() : [...keys].sort().reverse());
      }),
    );
  });

  it("counts tags, the commonest first", () => {
    expect(tagsInUse([one("a", { tags: ["x", "y"] }), one("b", { tags: ["y"] })])).toEqual([
      ["y", 2],
      ["x", 1],
    ]);
  });
});

describe("a selection", () => {
  const rows = ["a", "b", "c", "d", "e"].map((id) => ({ id }));

  it("stretches from where it began, both ways", () => {
    const began = pickOnly("c");
    expect([...stretch(began, rows, "e").ids]).toEqual(["c", "d", "e"]);
    const back = stretch(stretch(began, rows, "e"), rows, "a");
    expect([...back.ids]).toEqual(["a", "b", "c"]);
    expect(back.anchor).toBe("c");
  });

  it("keeps what was picked elsewhere where it is told to add", () => {
    const picked = toggle(toggle(NOTHING, "a"), "c");
    expect([...stretch(picked, rows, "d", true).ids].sort()).toEqual(["a", "c", "d"]);
  });

  it("begins anew where its beginning is no longer there", () => {
    expect(stretch(pickOnly("gone"), rows, "b")).toEqual(pickOnly("b"));
    expect(stretch(pickOnly("a"), rows, "gone")).toEqual(pickOnly("a"));
  });

  it("moves within the list and not beyond", () => {
    expect(moved(pickOnly("d"), rows, 10)).toBe("e");
    expect(moved(pickOnly("b"), rows, -10)).toBe("a");
    expect(moved(NOTHING, rows, 1)).toBe("a");
    expect(moved(NOTHING, rows, -1)).toBe("e");
    expect(moved(NOTHING, [], 1)).toBeNull();
    expect(pickAll(NOTHING, rows).ids.size).toBe(5);
  });
});

describe("notes", () => {
  it("show Markdown and run nothing", () => {
    expect(notesHtml("**bold**")).toContain("<strong>bold</strong>");
    expect(notesHtml("<script>alert(1)</script>")).not.toContain("<script");
    expect(notesHtml("<img src=x onerror=alert(1)>")).not.toContain("<img");
    expect(notesHtml("![picture](https://example.org/a.png)")).not.toContain("<img");
    for (const address of ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd"])
      expect(notesHtml(`[link](${address})`)).not.toContain("<a");
    expect(notesHtml('[link](https://example.org/"x)')).toContain('rel="noopener noreferrer"');
  });

  it("carry no style attribute, which the page's policy would refuse", () => {
    expect(notesHtml("| a | b |\n|:--|--:|\n| 1 | 2 |")).toContain('align="right"');
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."|-:<>\n sty=\"le'[]()!#*`") }), (text) => {
        expect(notesHtml(text)).not.toMatch(/<[^>]*\sstyle=/);
      }),
    );
  });
});

it("dates are said by the hour while it is today", () => {
  const now = new Date(2026, 10, 24, 18, 0);
  expect(dateText(new Date(2026, 10, 24, 9, 5).toISOString(), now)).toBe("Today 09:05");
  expect(dateText(new Date(2026, 10, 23, 23, 5).toISOString(), now)).toBe("Yesterday 23:05");
  expect(dateText(new Date(2026, 0, 2).toISOString(), now)).toBe("2 Jan 2026");
  expect(dateText("never", now)).toBe("never");
});

it("a verification tells another core from a changed result", () => {
  const core = { version: "1", sha256: "" };
  expect(verdictOn({ digest: "a", core }, { digest: "a", core: { ...core, version: "2" } }).kind).toBe(
    "same",
  );
  const other = verdictOn({ digest: "a", core }, { digest: "b", core: { ...core, version: "2" } });
  expect(verdictText(other)).toContain("measured by core 1, this is core 2");
  expect(verdictText(verdictOn({ digest: "a", core }, { digest: "b", core }))).toContain(
    "though the core is the same",
  );
});

describe("a verification of trainings", () => {
  const core = { version: "1", sha256: "" };
  const trained = (change: Partial<TrainResult> = {}): TrainResult =>
    ({
      spec: firstSpec(1),
      outcome: "finished",
      digest: "a",
      timing: { totalMillis: 500, workers: 2 },
      ...change,
    }) as unknown as TrainResult;

  it("tells which are not run again, and why", () => {
    expect(whyUnchecked([trained(), trained({ outcome: "diverged" })])).toBeNull();
    expect(whyUnchecked([trained(), trained({ outcome: "stopped" })])).toContain("stopped half-way");
    expect(whyUnchecked([trained({ timing: { totalMillis: 45_000 } })])).toBe("it took 45.0\u00a0s");
    expect(whyUnchecked([trained({ timing: {} })])).toContain("not known");
    const filed = { ...firstSpec(1), data: { source: "file" } } as unknown as TrainResult["spec"];
    expect(whyUnchecked([trained({ spec: filed })])).toContain("data file");
  });

  it("is agreement of all their digests", () => {
    const said = (training: Parameters<typeof verdictOn>[2]) => {
      const verdict = verdictOn({ digest: "a", core }, { digest: "a", core }, training);
      return [agrees(verdict), verdictText(verdict).replace(/^.*?\(core 1\)\./, "")];
    };
    expect(said(null)).toEqual([true, ""]);
    expect(said(trainingVerdict([trained()], [trained()]))).toEqual([
      true,
      " Trained again, too: the same digest.",
    ]);
    expect(said({ kind: "unchecked", reason: "it took 2 h" })).toEqual([
      true,
      " Its training was not run again: it took 2 h.",
    ]);
    const [holds, text] = said(
      trainingVerdict([trained(), trained()], [trained(), trained({ digest: "b" })]),
    );
    expect(holds).toBe(false);
    expect(text).toContain("1 of 2 runs gave another digest");
    expect(trainingVerdict([trained()], [])).toMatchObject({ kind: "different", differing: 1 });
  });
});

describe("the library", () => {
  let host: MemoryHost;
  let library: Library;
  let said: { message: string; undo: (() => void) | undefined }[];
  let complaints: unknown[];
  /** What the Lab's document was told. */
  let told: unknown[];
  const core = { version: "1", sha256: "" };
  /** What every run gives that is made again. */
  let measured: RunResult;
  /** Of trainings that were run again. */
  let trainedSeeds: number[];
  let picks: { name: string; bytes: Uint8Array }[];

  beforeEach(async () => {
    host = new MemoryHost();
    said = [];
    complaints = [];
    told = [];
    picks = [];
    trainedSeeds = [];
    measured = { ...resultOf(firstSpec(1)), core };
    for (const name of ["first", "second", "third"]) {
      const spec = firstSpec(1);
      const result = resultText({ ...resultOf(spec), core });
      const about = {
        name,
        notes: "",
        tags: ["all", name],
        verdict: "Healthy",
        severity: "healthy" as const,
      };
      await host.saveExperiment({ id: null, spec, result, files: [], ...about });
    }
    library = new Library({
      host,
      compute: {
        measure: () => Promise.resolve(measured),
        trainings: (specs: readonly { readonly seed: number }[]) => {
          trainedSeeds.push(...specs.map(({ seed }) => seed));
          return Promise.resolve(specs.map(({ seed }) => ({ digest: `digest ${seed}` })));
        },
      } as unknown as Compute,
      shell: {
        pickFiles: () => Promise.resolve(picks),
        saveFile: (name: string) => Promise.resolve(`/there/${name}`),
        showDocument: () => {},
        onCommand: () => () => {},
        onFiles: () => () => {},
      },
      document: {
        described: (id, change) => void told.push([id, change]),
        trashed: (ids) => void told.push(["trashed", ids]),
      },
      say: (message, action) => void said.push({ message, undo: action?.run }),
      complain: (error) => void complaints.push(error),
    });
    await library.load();
  });

  const named = (name: string) => library.all.find((row) => row.name === name)!;
  const names = () => library.rows.map(({ name }) => name).sort();

  it("puts into the trash, says so, and takes it back", async () => {
    library.selection = pickOnly(named("second").id);
    await library.moveToTrash(library.picked);
    expect(names()).toEqual(["first", "third"]);
    expect(library.picked).toHaveLength(1);
    expect(said.at(-1)?.message).toBe("second moved to the trash");
    said.at(-1)!.undo!();
    await expect.poll(names).toEqual(["first", "second", "third"]);
    expect(library.picked.map(({ name }) => name)).toEqual(["second"]);
  });

  it("puts into the trash what is just being read when that is over, and lets nobody begin to read it", async () => {
    const { id } = named("second");
    const order: string[] = [];
    const open = host.openExperiment;
    host.openExperiment = async (asked) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      const opened = await open(asked);
      order.push("read");
      return opened;
    };
    const reading = library.open(id);
    const moving = library.moveToTrash([named("second")]).then(() => order.push("moved"));
    expect(library.isLeaving(id)).toBe(true);
    expect((await reading).name).toBe("second");
    await moving;
    expect(order).toEqual(["read", "moved"]);
    expect(library.isLeaving(id)).toBe(false);
  });

  it("shows the trash, restores from it and deletes for good", async () => {
    await library.moveToTrash([named("first"), named("second")]);
    await library.show("trash");
    expect(names()).toEqual(["first", "second"]);
    await library.restore([named("first")]);
    expect(names()).toEqual(["second"]);
    await library.destroy(library.all);
    expect(host.trash.size).toBe(0);
    await library.show("experiments");
    expect(names()).toEqual(["first", "third"]);
  });

  it("tells what is damaged in the trash, which goes with the rest", async () => {
    host.damaged = [{ folder: "trash/broken", reason: "experiment.json: not JSON" }];
    await library.load();
    expect(library.quarantined).toEqual([]);
    await library.show("trash");
    expect(library.quarantined).toEqual(host.damaged);
    await library.emptyTrash();
    expect(library.quarantined).toEqual([]);
    expect([host.damaged, host.trash.size]).toEqual([[], 0]);
  });

  it("keeps the list where the host refuses, and says why", async () => {
    const error = new HostError({ code: "not_writable", message: "The folder is read-only" });
    host.refusing = { method: "trashExperiments", error };
    await library.moveToTrash([named("first")]);
    expect(names()).toEqual(["first", "second", "third"]);
    expect(complaints).toEqual([error]);
    expect(told).toEqual([]);
    expect(library.busy).toBeNull();
  });

  it("has a state for a list that cannot be had, and for its return", async () => {
    host.refusing = {
      method: "listExperiments",
      error: new HostError({ code: "locked", message: "Another window has it" }),
    };
    await library.load();
    expect(library.failure?.code).toBe("locked");
    await library.load();
    expect(library.failure).toBeNull();
  });

  it("shows the newest search, however the answers come in", async () => {
    const waiting: ((ids: string[]) => void)[] = [];
    host.searchExperiments = () => new Promise((resolve) => waiting.push(resolve));
    library.search("fir");
    await expect.poll(() => waiting.length).toBe(1);
    library.search("thi");
    await expect.poll(() => waiting.length).toBe(2);
    waiting[1]!([named("third").id]);
    await expect.poll(names).toEqual(["third"]);
    waiting[0]!([named("first").id]);
    await Promise.resolve();
    expect(names()).toEqual(["third"]);
    library.search("");
    expect(names()).toEqual(["first", "second", "third"]);
  });

  it("gives and takes tags of several", async () => {
    await library.retag(library.all, ["new"], ["all"]);
    expect(library.all.map(({ tags }) => tags.join()).sort()).toEqual([
      "first,new",
      "second,new",
      "third,new",
    ]);
  });

  it("tells the Lab what is written about its experiment, and that it is gone", async () => {
    const { id } = named("first");
    await library.describe(id, { notes: "new" });
    await library.retag([named("first")], ["x"], []);
    await library.moveToTrash([named("first")]);
    expect(told).toEqual([
      [id, { notes: "new" }],
      [id, { tags: ["all", "first", "x"] }],
      ["trashed", [id]],
    ]);
  });

  it("imports exported files alone", async () => {
    picks = [{ name: "spec.json", bytes: new Uint8Array() }];
    await library.import();
    expect(String(complaints[0])).toContain("no exported experiment");
    picks = [{ name: "one.initlab", bytes: new TextEncoder().encode(named("first").id) }];
    await library.import();
    expect(said.at(-1)?.message).toBe("one.initlab: 0 experiments imported, 1 there already");
    expect(library.picked.map(({ name }) => name)).toEqual(["first"]);
  });

  it("exports under a name that every system takes", async () => {
    await library.describe(named("first").id, { name: 'a/b: "c"?' });
    await library.export([named('a/b: "c"?')]);
    expect(said.at(-1)?.message).toBe('a/b: "c"? exported to /there/a b c.initlab');
  });

  it("adds to the comparison as many as fit", async () => {
    const runs = new CompareRuns();
    for (let i = 0; i < 6; i++) runs.add("run", firstSpec(1), new Map());
    expect(await library.compare(library.all, runs)).toBe(2);
    expect(said.at(-1)?.message).toBe("Compare takes 8 runs: 1 left out");
  });

  it("verifies one after another, and says what came out of each", async () => {
    const kinds = async () =>
      [...(await library.verifier.verify(library.all)).values()].map(({ kind }) => kind);
    expect(await kinds()).toEqual(["same", "same", "same"]);
    measured = { ...measured, digest: "1".repeat(64) };
    expect(await kinds()).toEqual(["different", "different", "different"]);
    host.saved.set(library.all[1]!.id, { ...host.saved.get(library.all[1]!.id)!, result: "{" });
    expect(await kinds()).toEqual(["different", "failed", "different"]);
    expect(library.verifier.now).toBeNull();
  });

  it("verifies a short training too, each run with its own seed", async () => {
    const { id } = named("first");
    const saved = host.saved.get(id)!;
    const train = { ...firstSpec(1), train: { steps: 3 } };
    const run = (seed: number, totalMillis: number) => ({
      format: "initlab.training/1",
      spec: train,
      seed,
      outcome: "finished",
      digest: `digest ${seed}`,
      timing: { totalMillis },
      records: [],
      findings: [],
    });
    const verified = async () => (await library.verifier.verify([named("first")])).get(id);
    host.saved.set(id, { ...saved, training: trainingText([run(7, 10), run(8, 10)] as never) });
    expect(await verified()).toMatchObject({ kind: "same", training: { kind: "same", count: 2 } });
    expect(trainedSeeds).toEqual([7, 8]);
    host.saved.set(id, { ...saved, training: trainingText([run(7, 1e6)] as never) });
    expect(await verified()).toMatchObject({ kind: "same", training: { kind: "unchecked" } });
    expect(trainedSeeds).toEqual([7, 8]);
    expect(library.verifier.now).toBeNull();
  });

  it("ends a verification that is cancelled, and says nothing of what was not run", async () => {
    const running = library.verifier.verify(library.all);
    library.verifier.cancel();
    expect((await running).size).toBe(0);
    expect(library.verifier.now).toBeNull();
  });
});
