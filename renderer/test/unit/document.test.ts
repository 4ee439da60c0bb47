// The document: what is unsaved, what a save waits for, what is asked before something is lost, and drafts.
import { beforeEach, describe, expect, it } from "vitest";
import { HostError } from "../../../app/contract/hostError";
import { readResultText } from "../../../core-as/spec/resultText";
import { LabDocument } from "../../src/lab/document.svelte";
import { firstSpec } from "../../src/lab/firstSpec";
import type { Question } from "../../src/lab/question";
import { LabSession } from "../../src/lab/session.svelte";
import { FakeCompute } from "./fakeCompute";
import { MemoryHost } from "./memoryHost";

let host: MemoryHost;
let compute: FakeCompute;
let session: LabSession;
let document: LabDocument;
let asked: Question[];
let complaints: unknown[];
/** What the person says next. */
let answer: string | null;

beforeEach(() => {
  host = new MemoryHost();
  ({ compute, session, document } = opened());
  asked = [];
  complaints = [];
  answer = null;
});

function opened() {
  const compute = new FakeCompute();
  const session = new LabSession(compute.asCompute, firstSpec(20));
  const ask = (question: Question) => {
    asked.push(question);
    return Promise.resolve(answer as never);
  };
  const complain = (error: unknown) => void complaints.push(error);
  return {
    compute,
    session,
    document: new LabDocument(session, { host, compute: compute.asCompute, ask, complain }),
  };
}

/** The run in hand has come to its end. */
function measured(): void {
  compute.last.tell({ stage: "seeds" });
  compute.last.end();
}

const change = (seed: number) => session.edit({ ...session.spec, seed }, { label: "Seed" });
const settled = () => new Promise((resolve) => setTimeout(resolve));

async function saved(): Promise<string> {
  measured();
  expect(await document.save()).toBe(true);
  return document.id!;
}

describe("what is unsaved", () => {
  it("is nothing at first, and every change until it is taken back", () => {
    expect(document.isUnsaved).toBe(false);
    expect(document.name).toBe("N(0, 1) with sigmoid");
    change(7);
    expect(document.isUnsaved).toBe(true);
    session.undo();
    expect(document.isUnsaved).toBe(false);
  });

  it("is a name, notes or tags", async () => {
    await saved();
    document.name = "Another";
    expect(document.isUnsaved).toBe(true);
    document.name = "N(0, 1) with sigmoid";
    expect(document.isUnsaved).toBe(false);
    document.notes = "read this";
    expect(document.isUnsaved).toBe(true);
    document.notes = "";
    document.tags = ["one"];
    expect(document.isUnsaved).toBe(true);
  });

  it("a new experiment is called what its spec is called, until somebody names it", () => {
    session.edit({ ...session.spec, name: "From the spec" }, { label: "Preset" });
    expect(document.name).toBe("From the spec");
    document.name = "Mine";
    session.edit({ ...session.spec, name: "Another spec" }, { label: "Preset" });
    expect(document.name).toBe("Mine");
    expect(document.namedSpec.name).toBe("Mine");
  });
});

describe("another's spec", () => {
  const other = () => ({ ...firstSpec(20), name: "The other", seed: 7 });

  it("goes over one that was never saved, which can be undone", async () => {
    expect(await document.startFrom(other(), "Preset")).toBe(true);
    expect(document.name).toBe("The other");
    session.undo();
    expect(document.name).toBe("N(0, 1) with sigmoid");
  });

  it("never takes the place and the name of a saved one", async () => {
    const id = await saved();
    expect(await document.startFrom(other(), "Preset")).toBe(true);
    expect(asked).toEqual([]);
    expect(document).toMatchObject({ id: null, name: "The other" });
    expect(await saved()).not.toBe(id);
    expect([...host.saved.values()].map(({ name }) => name)).toEqual(["N(0, 1) with sigmoid", "The other"]);
  });

  it("nor of one that has changes: they are asked about first", async () => {
    const id = await saved();
    change(7);
    expect(await document.startFrom(other(), "Preset")).toBe(false);
    expect(asked[0]?.title).toBe("Save the changes to “N(0, 1) with sigmoid”?");
    expect(document).toMatchObject({ id, name: "N(0, 1) with sigmoid" });
  });

  it("nor of one that is still being saved", async () => {
    const save = document.save();
    await document.startFrom(other(), "Preset");
    expect(await save).toBe(true);
    expect(document).toMatchObject({ id: null, name: "The other" });
  });
});

describe("a save", () => {
  it("waits for all seeds and keeps the very result", async () => {
    compute.last.tell({ stage: "first" });
    const save = document.save();
    compute.last.progress(0.4);
    await settled();
    expect(document.saving).toEqual({ fraction: 0.4 });
    expect(host.saved.size).toBe(0);
    compute.last.tell({ stage: "seeds" });
    expect(await save).toBe(true);
    expect(document.saving).toBeNull();
    const [kept] = [...host.saved.values()];
    expect(kept).toMatchObject({ id: document.id, name: "N(0, 1) with sigmoid", severity: "healthy" });
    expect(readResultText(kept!.result).timing["totalMillis"]).toBeNaN();
    expect(compute.measured).toEqual([]);
    expect(document.isUnsaved).toBe(false);
  });

  it("measures the spec it was asked for where the Lab has gone on", async () => {
    const wanted = session.spec;
    const save = document.save();
    change(99);
    expect(await save).toBe(true);
    expect(compute.measured).toEqual([wanted]);
    expect([...host.saved.values()][0]!.spec!.seed).toBe(wanted.seed);
    expect(document.isUnsaved).toBe(true);
  });

  it("ends with the run that it waits for", async () => {
    const save = document.save();
    session.cancel();
    expect(await save).toBe(false);
    expect(host.saved.size).toBe(0);
    expect(document.saving).toBeNull();
  });

  it("that ends late does not take another experiment for its own", async () => {
    const id = await saved();
    change(7);
    measured();
    const copy = document.saveCopy();
    document.begin(firstSpec(3));
    expect(await copy).toBe(true);
    expect([...host.saved.values()].map(({ spec }) => spec!.seed)).toContain(7);
    expect(document).toMatchObject({ id: null, isUnsaved: false });
    expect(document.name).toBe(firstSpec(3).name);
    // Of what is written about it, too.
    await document.openSaved(id);
    document.notes = "More";
    const described = document.save();
    document.begin(firstSpec(4));
    expect(await described).toBe(true);
    expect(host.saved.get(id)!.notes).toBe("More");
    expect(document).toMatchObject({ id: null, notes: "", isUnsaved: false });
  });

  it("is given up with what it was of", async () => {
    change(7);
    const save = document.save();
    answer = "discard";
    expect(await document.openSpec(firstSpec(3))).toBe(true);
    expect(await save).toBe(false);
    expect(host.saved.size).toBe(0);
  });

  it("under way is waited for by a question that is answered with Save", async () => {
    change(7);
    const save = document.save();
    answer = "save";
    const opening = document.openSpec(firstSpec(3));
    await settled();
    measured();
    expect(await Promise.all([save, opening])).toEqual([true, true]);
    expect([...host.saved.values()].map(({ spec }) => spec!.seed)).toEqual([7]);
  });

  it("asked for again while one is under way saves what has changed since, into the same experiment", async () => {
    document.name = "First";
    const copy = document.saveCopy();
    document.name = "Second";
    const again = [document.save(), document.save()];
    measured();
    expect(await Promise.all([copy, ...again])).toEqual([true, true, true]);
    expect([...host.saved.values()].map(({ name }) => name)).toEqual(["Second"]);
    expect(document.isUnsaved).toBe(false);
  });

  it("asked for again is not made where the first was cancelled or failed", async () => {
    const first = document.save();
    const again = document.save();
    document.cancelSave();
    expect(await Promise.all([first, again])).toEqual([false, false]);
    const failing = document.save();
    const next = document.save();
    compute.last.fail("too_large", "needs 9 GB");
    await expect(failing).rejects.toThrow("needs 9 GB");
    expect(await next).toBe(false);
    expect(host.saved.size).toBe(0);
  });

  it("is cancelled while it waits, and can be tried again", async () => {
    const save = document.save();
    document.cancelSave();
    expect(await save).toBe(false);
    await saved();
    expect(host.saved.size).toBe(1);
  });

  it("says why a run failed", async () => {
    const save = document.save();
    compute.last.fail("too_large", "needs 9 GB");
    await expect(save).rejects.toThrow("needs 9 GB");
  });

  it("replaces the same experiment, and a copy is another", async () => {
    const id = await saved();
    change(7);
    await saved();
    expect(document.id).toBe(id);
    expect(await document.saveCopy()).toBe(true);
    expect(document.id).not.toBe(id);
    expect(host.saved.size).toBe(2);
  });

  it.each([
    ["replace", 1],
    ["copy", 2],
    [null, 1],
  ])("asks before it replaces what another window has saved: %s", async (said, kept) => {
    const id = await saved();
    const theirs = { ...host.saved.get(id)!, digest: "f".repeat(64) };
    host.saved.set(id, theirs);
    change(7);
    measured();
    answer = said;
    expect(await document.save()).toBe(said !== null);
    expect(asked).toHaveLength(1);
    expect(host.saved.size).toBe(kept);
    expect(host.saved.get(id) === theirs).toBe(said !== "replace");
    expect(document.id === id).toBe(said !== "copy");
    expect(document.isUnsaved).toBe(said === null);
  });

  it("only describes where nothing was measured anew", async () => {
    await saved();
    document.name = "Renamed";
    document.tags = ["tag"];
    expect(await document.save()).toBe(true);
    expect(host.calls.filter((call) => call === "saveExperiment")).toHaveLength(1);
    expect([...host.saved.values()][0]).toMatchObject({ name: "Renamed", tags: ["tag"] });
    expect(document.isUnsaved).toBe(false);
  });

  it("becomes a new experiment where the old one is gone", async () => {
    const id = await saved();
    host.saved.clear();
    change(7);
    await saved();
    expect(document.id).not.toBe(id);
    expect(host.saved.size).toBe(1);
  });

  it("leaves everything unsaved where the disk is full", async () => {
    change(7);
    measured();
    const full = new HostError({ code: "disk_full", message: "The disk is full" });
    host.refusing = { method: "saveExperiment", error: full };
    await expect(document.save()).rejects.toBe(full);
    expect(document.isUnsaved).toBe(true);
    expect(document.id).toBeNull();
    expect(await document.save()).toBe(true);
  });
});

describe("opening another", () => {
  it("asks only where something would be lost", async () => {
    await document.openSpec(firstSpec(3));
    expect(asked).toEqual([]);
    change(7);
    expect(await document.openSpec(firstSpec(4))).toBe(false);
    expect(asked).toHaveLength(1);
    expect(session.spec.seed).toBe(7);
    answer = "discard";
    expect(await document.openSpec(firstSpec(5))).toBe(true);
    expect(session.spec.replicates).toBe(5);
  });

  it("saves first where the person says so", async () => {
    change(7);
    measured();
    answer = "save";
    expect(await document.openSpec(firstSpec(3))).toBe(true);
    expect([...host.saved.values()].map(({ spec }) => spec!.seed)).toEqual([7]);
    expect(document.id).toBeNull();
  });

  it("shows what was saved at once, with its name, and runs it again", async () => {
    document.name = "Kept";
    document.tags = ["a", "b"];
    const id = await saved();
    await document.openSpec(firstSpec(3));
    expect(await document.openSaved(id)).toBe(true);
    expect(document).toMatchObject({ id, name: "Kept", tags: ["a", "b"], isUnsaved: false });
    expect(session.picture!.result!.digest).toBe("0".repeat(64));
    expect(session.isStale).toBe(false);
    expect(compute.last.spec).toBe(session.spec);
  });

  it("keeps what the person did while it was read, and shows the one that was asked for last", async () => {
    const id = await saved();
    const opening = document.openSaved(id);
    await Promise.resolve();
    change(7);
    expect(await opening).toBe(false);
    expect(asked).toHaveLength(1);
    expect(session.spec.seed).toBe(7);
    measured();
    await document.saveCopy();
    const other = document.id!;
    expect(await Promise.all([document.openSaved(id), document.openSaved(other)])).toEqual([false, true]);
    expect(document.id).toBe(other);
  });

  it("of a newer version is refused in words, or read-only and saved as a copy", async () => {
    const id = await saved();
    const kept = host.saved.get(id)!;
    host.saved.set(id, { ...kept, spec: null, readOnly: "Written by version 9" });
    await expect(document.openSaved(id)).rejects.toThrow("Written by version 9");
    host.saved.set(id, { ...kept, readOnly: "Written by version 9" });
    await document.openSaved(id);
    expect(document.readOnly).toBe("Written by version 9");
    measured();
    await document.save();
    expect(document.id).not.toBe(id);
    expect(document.readOnly).toBeNull();
  });
});

describe("drafts", () => {
  it("are kept while something is unsaved, once a change, and go with the save", async () => {
    await document.drafts.keep();
    expect(host.calls).not.toContain("keepDraft");
    change(7);
    await document.drafts.keep();
    await document.drafts.keep();
    expect(host.calls.filter((call) => call === "keepDraft")).toHaveLength(1);
    expect([...host.drafts.values()]).toMatchObject([{ key: document.drafts.key, experimentId: null }]);
    change(8);
    await document.drafts.keep();
    expect([...host.drafts.values()].map(({ spec }) => spec.seed)).toEqual([8]);
    await saved();
    expect(host.drafts.size).toBe(0);
  });

  it("of a window that ended are offered, restored under the new window's key, and unsaved there", async () => {
    change(7);
    document.name = "Half done";
    await document.drafts.keep();
    const next = opened();
    await next.document.offerDrafts();
    expect(next.document.offered).toHaveLength(1);
    expect(await next.document.restore(next.document.offered[0]!)).toBe(true);
    expect(next.session.spec.seed).toBe(7);
    expect(next.document).toMatchObject({ name: "Half done", isUnsaved: true, offered: [] });
    expect([...host.drafts.keys()]).toEqual([next.document.drafts.key]);
  });

  it("of a saved experiment go on with that one", async () => {
    const id = await saved();
    change(7);
    await document.drafts.keep();
    const next = opened();
    await next.document.offerDrafts();
    await next.document.restore(next.document.offered[0]!);
    expect(next.document).toMatchObject({ id, isUnsaved: true });
    next.session.edit({ ...next.session.spec, seed: 42 }, { label: "Seed" });
    expect(next.document.isUnsaved).toBe(false);
  });

  it("are not lost where the experiment they changed is gone", async () => {
    await saved();
    change(7);
    await document.drafts.keep();
    host.saved.clear();
    const next = opened();
    await next.document.offerDrafts();
    await next.document.restore(next.document.offered[0]!);
    expect(next.document).toMatchObject({ id: null, isUnsaved: true });
    expect(next.session.spec.seed).toBe(7);
  });

  it("stay where the new window cannot keep them", async () => {
    change(7);
    await document.drafts.keep();
    const next = opened();
    await next.document.offerDrafts();
    host.refusing = { method: "keepDraft", error: new HostError({ code: "disk_full", message: "Full" }) };
    expect(await next.document.restore(next.document.offered[0]!)).toBe(true);
    expect(next.document.offered).toEqual([]);
    expect(host.drafts.has(document.drafts.key)).toBe(true);
  });

  it("that cannot be kept are complained of once, until they can", async () => {
    const refused = new HostError({ code: "disk_full", message: "The disk is full" });
    for (const seed of [7, 8]) {
      change(seed);
      host.refusing = { method: "keepDraft", error: refused };
      await document.drafts.keep();
    }
    expect(complaints).toEqual([refused]);
    await document.drafts.keep();
    expect(host.drafts.size).toBe(1);
  });
});

describe("trainings that were saved with it", () => {
  async function trained(): Promise<string> {
    const id = await saved();
    host.saved.set(id, { ...host.saved.get(id)!, training: "[trained]" });
    await document.openSaved(id);
    measured();
    return id;
  }

  it("go along with a copy of the same network", async () => {
    const id = await trained();
    expect(await document.saveCopy()).toBe(true);
    expect(document.id).not.toBe(id);
    expect(host.saved.get(document.id!)).toMatchObject({ training: "[trained]" });
  });

  it("are not lost to a changed one without a word", async () => {
    const id = await trained();
    change(7);
    measured();
    expect(await document.save()).toBe(false);
    expect(asked.at(-1)!.title).toMatch(/before your changes/);
    expect(host.saved.get(id)).toMatchObject({ training: "[trained]" });
    answer = "copy";
    expect(await document.save()).toBe(true);
    expect(host.saved.get(id)).toMatchObject({ training: "[trained]" });
    expect(host.saved.get(document.id!)).not.toHaveProperty("training");
  });
});
