// The frame without its picture: commands, files that arrive, settings, questions, what is said.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { COMMANDS, type CommandId } from "../../../app/contract/commands";
import { HostError } from "../../../app/contract/hostError";
import type { ShellApi } from "../../../app/contract/shell";
import type { Frame } from "../../src/frame.svelte";
import { firstSpec } from "../../src/lab/firstSpec";
import { LabSession } from "../../src/lab/session.svelte";
import { FakeCompute } from "./fakeCompute";
import { MemoryHost } from "./memoryHost";

const said = vi.hoisted(() => [] as { message: string; action?: { label: string; onClick: () => void } }[]);
vi.mock("svelte-sonner", () => {
  const toast = (message: string, options: object) => said.push({ message, ...options });
  return { toast: Object.assign(toast, { error: toast }) };
});

const page = { documentElement: { dataset: {} as Record<string, string> }, activeElement: null };
const kept = new Map<string, string>();
vi.stubGlobal("document", page);
vi.stubGlobal("HTMLElement", class {});
vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener() {}, removeEventListener() {} }));
vi.stubGlobal("localStorage", {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => kept.set(key, value),
});

const { Frame: FrameClass } = await import("../../src/frame.svelte");
const { DEFAULT_SETTINGS, lastSettings } = await import("../../src/preferences");

let host: MemoryHost;
let compute: FakeCompute & { wanted?: number | null; useWorkers?: (workers: number | null) => void };
let session: LabSession;
let frame: Frame;

const text = (content: string) => new TextEncoder().encode(content);
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
const words = () => said.map(({ message }) => message);

beforeEach(() => {
  said.length = 0;
  kept.clear();
  host = new MemoryHost();
  compute = Object.assign(new FakeCompute(), {
    useWorkers: (workers: number | null) => void (compute.wanted = workers),
  });
  session = new LabSession(compute.asCompute, firstSpec(20));
  frame = new FrameClass(host, {} as ShellApi, compute.asCompute, session, DEFAULT_SETTINGS);
});

async function run(command: CommandId): Promise<void> {
  frame.run(command);
  await settled();
}

describe("commands", () => {
  it("that have nothing to do are not run and not offered", async () => {
    expect(COMMANDS.map(({ id }) => id).filter((id) => !frame.canRun(id))).toEqual([
      "learn.print",
      "learn.answers",
      "edit.undo",
      "edit.redo",
      "view.lab",
      "learn.projector",
      "run.remedy",
    ]);
    await run("edit.undo");
    await run("run.reseed");
    expect(session.spec.seed).toBe(62);
    await run("edit.undo");
    expect(session.spec.seed).toBe(42);
    await run("edit.redo");
    expect(session.spec.seed).toBe(62);
    await run("run.cancel");
    expect(session.run.status).toBe("cancelled");
    expect(frame.canRun("run.cancel")).toBe(false);
  });

  it("go from screen to screen, and to the dialogs", async () => {
    for (const [command, screen] of [
      ["view.compare", "compare"],
      ["view.train", "train"],
      ["view.library", "library"],
      ["view.settings", "settings"],
      ["view.lab", "lab"],
    ] as const) {
      await run(command);
      expect(frame.screen).toBe(screen);
    }
    await run("help.about");
    expect(frame.dialog).toBe("about");
    await run("view.palette");
    expect(frame.dialog).toBe("palette");
    await run("view.reading");
    expect(frame.isReadingShown).toBe(false);
  });

  it("say what went wrong and go on", async () => {
    compute.last.tell({ stage: "seeds" });
    host.refusing = {
      method: "saveExperiment",
      error: new HostError({ code: "disk_full", message: "The disk is full" }),
    };
    await run("file.save");
    expect(words()).toEqual(["The disk is full"]);
    await run("file.save");
    expect(host.saved.size).toBe(1);
  });

  it("train the Lab's network, and ask before a training is lost", async () => {
    await run("run.train");
    expect(frame.screen).toBe("train");
    expect(frame.trainRuns.notes).toHaveLength(2);
    expect(frame.trainRuns.variants.map(({ spec }) => spec.data.source)).toEqual(["digits"]);
    frame.trainRuns.start();
    await run("run.train");
    expect(frame.asked?.question.title).toMatch(/under way/);
    frame.asked?.answer("cancel");
    await Promise.resolve();
    expect(frame.trainRuns.isBusy).toBe(true);
    frame.trainRuns.cancel();
  });

  it("add the experiment to compare until that is full", async () => {
    for (let i = 0; i < 9; i++) await run("run.compare");
    expect(frame.compareRuns.runs).toHaveLength(8);
    expect(words().at(-1)).toMatch(/holds as many/);
  });
});

describe("files that arrive", () => {
  it("a spec opens, and a slip in it is named with its place", async () => {
    const spec = { ...firstSpec(3), name: "From a file" };
    await frame.takeFiles([{ name: "a.json", bytes: text(JSON.stringify(spec)) }]);
    expect(frame.document).toMatchObject({ name: "From a file", isUnsaved: false });
    await frame.takeFiles([{ name: "b.json", bytes: text('{ "format": }') }]);
    expect(words()).toEqual([expect.stringMatching(/^b\.json, line 1, column 13: /)]);
    expect(session.spec.name).toBe("From a file");
  });

  it("an exported experiment opens; several lead to the library", async () => {
    compute.last.tell({ stage: "seeds" });
    await run("file.save");
    await run("file.saveCopy");
    const [one, two] = [...host.saved.keys()];
    frame.go("compare");
    await frame.takeFiles([{ name: "a.initlab", bytes: text(one!) }]);
    expect([frame.screen, frame.document.id]).toEqual(["lab", one]);
    await frame.takeFiles([{ name: "b.initlab", bytes: text(`${one}\n${two}`) }]);
    expect(frame.screen).toBe("library");
  });

  it("data becomes the inputs, which can be taken back, but nothing that came after", async () => {
    const csv = { name: "points.csv", bytes: text("a,b\n1,2\n3,4\n") };
    await frame.takeFiles([csv]);
    expect(session.spec.data).toMatchObject({ source: "file", path: "points.csv" });
    expect(session.files.get("points.csv")).toBe(csv.bytes);
    const undo = said.at(-1)!.action!;
    await run("run.reseed");
    undo.onClick();
    expect(session.spec.seed).toBe(62);
    await run("edit.undo");
    undo.onClick();
    expect(session.spec.data.source).toBe("gaussian");
  });

  it("anything else is refused by name", async () => {
    await frame.takeFiles([{ name: "picture.png", bytes: text("x") }]);
    expect(words()).toEqual([expect.stringMatching(/^picture\.png: is no file that opens here/)]);
  });
});

describe("a pasted spec", () => {
  it("takes the place of the one in hand, as one step", () => {
    const spec = { ...firstSpec(3), seed: 5 };
    frame.pasteSpec(JSON.stringify(spec));
    expect(session.spec.seed).toBe(5);
    session.undo();
    expect(session.spec.seed).toBe(42);
  });

  it("is refused with the path, and changes nothing", () => {
    const before = session.spec;
    expect(() => frame.pasteSpec(JSON.stringify({ ...before, seed: -1 }))).toThrow(
      expect.objectContaining({ path: "seed" }),
    );
    expect(() => frame.pasteSpec("x".repeat(5e6))).toThrow(/longer than any spec/);
    expect(session.spec).toBe(before);
  });
});

describe("settings", () => {
  it("hold at once, reach the workers, and are there at the next start", async () => {
    await frame.changeSettings({ theme: "dark", workers: 3 });
    expect(page.documentElement.dataset["theme"]).toBe("dark");
    expect(compute.wanted).toBe(3);
    expect(lastSettings()).toEqual({ theme: "dark", workers: 3, draws: 20 });
  });

  it("are taken back where the host cannot keep them", async () => {
    host.refusing = {
      method: "changeSettings",
      error: new HostError({ code: "not_writable", message: "The folder cannot be written to" }),
    };
    await frame.changeSettings({ theme: "dark" });
    expect(frame.settings.theme).toBe("system");
    expect(page.documentElement.dataset["theme"]).toBe("light");
    expect(words()).toEqual(["The folder cannot be written to"]);
  });

  it("draws change what the Lab opened with, and nothing that a person has touched", async () => {
    await frame.changeSettings({ draws: 7 });
    expect(session.spec.replicates).toBe(7);
    await run("run.reseed");
    await frame.changeSettings({ draws: 9 });
    expect(session.spec.replicates).toBe(7);
  });

  it("that were not kept, or by somebody else, are the defaults", () => {
    expect(lastSettings()).toEqual(DEFAULT_SETTINGS);
    kept.set("initlab.settings", '{"theme":"pink","workers":-1,"draws":1e9}');
    expect(lastSettings()).toEqual(DEFAULT_SETTINGS);
    kept.set("initlab.settings", "no JSON");
    expect(lastSettings()).toEqual(DEFAULT_SETTINGS);
  });
});

describe("a question", () => {
  it("waits for its answer, and gives way to the next", async () => {
    const question = { title: "", message: "", choices: [{ value: "yes", label: "Yes" }] } as const;
    const first = frame.ask(question);
    const second = frame.ask(question);
    expect(await first).toBeNull();
    frame.asked!.answer("yes");
    expect(await second).toBe("yes");
    expect(frame.asked).toBeNull();
  });
});
