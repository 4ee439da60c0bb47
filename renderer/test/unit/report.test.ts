// What goes into a report, its preview and its exports, over a host in memory and a compute that ends on command.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { HostError } from "../../../app/contract/hostError";
import type { JobProgress } from "../../../app/contract/jobs";
import type { ReportRequest } from "../../../app/contract/report";
import { readResultText, resultText } from "../../../core-as/spec/resultText";
import { findPreset } from "../../../core-as/spec/presets";
import { parseExperiment } from "../../../core-as/spec/parse";
import type { Experiment } from "../../../core-as/spec/experiment";
import { CompareRuns } from "../../src/lab/compareRuns.svelte";
import { LabDocument } from "../../src/lab/document.svelte";
import { fileName } from "../../src/lab/exportName";
import { firstSpec } from "../../src/lab/firstSpec";
import { ReportExport } from "../../src/lab/reportExport.svelte";
import { recentExports } from "../../src/lab/reportMemory";
import { ReportPreview } from "../../src/lab/reportPreview.svelte";
import { MAX_REPORTED, ReportRuns } from "../../src/lab/reportRuns.svelte";
import { whyAbsent } from "../../src/lab/reportSections";
import { LabSession } from "../../src/lab/session.svelte";
import type { TrainResult } from "../../../core-as/spec/training";
import type { Trainable, TrainPicture } from "../../src/lab/trainPicture";
import { TrainRuns } from "../../src/lab/trainRuns.svelte";
import { FakeCompute, resultOf } from "./fakeCompute";
import { MemoryHost } from "./memoryHost";

const kept = new Map<string, string>();
vi.stubGlobal("localStorage", {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => kept.set(key, value),
});

const HOSTILE = "<img src=x onerror=alert(1)> =1+1 \u202e";

/** Builds what it was asked for, as text; or, where it is held, nothing until it is called back or let go. */
class ReportingHost extends MemoryHost {
  readonly requests: ReportRequest[] = [];
  /** Ids of what was called back. */
  readonly cancelled: string[] = [];
  failing: HostError | null = null;
  isHeld = false;
  progress: JobProgress | null = null;
  readonly #held = new Map<
    string,
    { readonly resolve: () => void; readonly reject: (error: Error) => void }
  >();
  override buildReport = async (request: ReportRequest, job = "") => {
    this.requests.push(request);
    await Promise.resolve();
    if (this.failing) throw this.failing;
    if (this.isHeld)
      await new Promise<void>((resolve, reject) => void this.#held.set(job, { resolve, reject }));
    return new TextEncoder().encode(`${request.format}: ${request.runs.map(({ name }) => name).join(", ")}`);
  };
  override jobProgress = () => Promise.resolve(this.progress);
  override cancelJob = (job: string) => {
    this.cancelled.push(job);
    this.#held.get(job)?.reject(new HostError({ code: "cancelled", message: "this was cancelled" }));
    return Promise.resolve();
  };
  letGo(): void {
    this.isHeld = false;
    for (const { resolve } of this.#held.values()) resolve();
  }
}

let host: ReportingHost;
let compute: FakeCompute;
let session: LabSession;
let document: LabDocument;
let compareRuns: CompareRuns;
let trainRuns: TrainRuns;
let report: ReportRuns;

const signal = () => new AbortController().signal;
const gather = () => report.gather(signal(), () => {});
const settled = (millis = 5) => new Promise((resolve) => setTimeout(resolve, millis));
const preset = (name: string): Experiment => parseExperiment(findPreset(name).spec);

beforeEach(() => {
  kept.clear();
  host = new ReportingHost();
  compute = new FakeCompute();
  session = new LabSession(compute.asCompute, firstSpec(20));
  compareRuns = new CompareRuns();
  trainRuns = new TrainRuns(compute.asCompute, "window");
  const ports = { host, compute: compute.asCompute, ask: () => Promise.resolve(null), complain() {} };
  document = new LabDocument(session, ports);
  report = new ReportRuns({
    host,
    compute: compute.asCompute,
    session,
    document,
    compareRuns,
    trainRuns,
  });
});

function labEnds(): void {
  compute.last.tell({ stage: "remedied" });
  compute.last.end();
}

async function save(name: string, training?: string): Promise<string> {
  const spec = { ...preset("xavier-normal-sigmoid"), name };
  const { id } = await host.saveExperiment({
    id: null,
    name,
    notes: "noted",
    tags: [],
    spec,
    result: resultText(resultOf(spec)),
    ...(training === undefined ? {} : { training }),
    verdict: "",
    severity: "healthy",
    files: [],
  });
  return id;
}

describe("what goes in", () => {
  it("is the Lab's experiment at first, with the Lab's own result", async () => {
    expect(report.chosen.map(({ from }) => from)).toEqual(["lab"]);
    const gathering = gather();
    await settled();
    expect(compute.remediedSpecs).toEqual([]);
    labEnds();
    const { runs, sections } = await gathering;
    expect(runs).toHaveLength(1);
    expect(readResultText(runs[0]!.result!).spec).toEqual(session.spec);
    expect(compute.remediedSpecs).toEqual([]);
    expect(sections).toContain("summary");
    expect(sections).not.toContain("comparison");
  });

  it("is measured where the Lab's run was cancelled, once", async () => {
    session.cancel();
    await settled();
    await gather();
    await gather();
    expect(compute.remediedSpecs).toEqual([session.spec]);
  });

  it("follows the screen that it was asked from, until a person chooses", () => {
    compareRuns.add("a", preset("xavier-normal-tanh"), new Map());
    compareRuns.add("b", preset("he-normal-relu"), new Map());
    report.openFrom("compare");
    expect(report.chosen.map(({ name }) => name)).toEqual(["a", "b"]);
    report.openFrom("lab");
    expect(report.chosen.map(({ from }) => from)).toEqual(["lab"]);
    report.tick("compare 1", true);
    report.openFrom("compare");
    expect(report.chosen.map(({ from }) => from)).toEqual(["lab", "compare"]);
  });

  it("is joined by what another screen has, unless the person took that out", () => {
    report.tick("lab", true);
    compareRuns.add("a", preset("xavier-normal-tanh"), new Map());
    report.openFrom("settings");
    expect(report.chosen.map(({ from }) => from)).toEqual(["lab"]);
    report.openFrom("compare");
    expect(report.chosen.map(({ from }) => from)).toEqual(["lab", "compare"]);
    report.tick("compare 1", false);
    report.openFrom("compare");
    expect(report.chosen.map(({ from }) => from)).toEqual(["lab"]);
  });

  it("has what was written when it was asked for, whatever is opened while it is measured", async () => {
    await document.openSaved(await save("asked", "[]"));
    session.cancel();
    await settled();
    let open = () => {};
    compute.gate = new Promise((resolve) => (open = resolve));
    const gathering = gather();
    const other = await save("other");
    host.saved.set(other, { ...host.saved.get(other)!, notes: "of another" });
    await document.openSaved(other);
    open();
    expect((await gathering).runs[0]).toMatchObject({ notes: "noted", training: "[]" });
  });

  it("has the dates and the trainings of the Lab's experiment while it is as it was saved", async () => {
    await document.openSaved(await save("kept", "[]"));
    labEnds();
    expect(report.reported.isTrained).toBe(true);
    const { created, modified } = host.saved.get(document.id!)!;
    expect((await gather()).runs[0]).toMatchObject({ training: "[]", created, modified, notes: "noted" });
    const asked = report.asked;
    document.notes = "noted since";
    expect(report.reported.isTrained).toBe(false);
    expect(report.asked).not.toBe(asked);
    expect((await gather()).runs[0]).not.toHaveProperty("created");
    await document.save();
    expect((await gather()).runs[0]).toMatchObject({ training: "[]", notes: "noted since" });
    const later = "2030-01-02T03:04:05.000Z";
    document.described(document.id!, { name: "renamed" }, { created, modified: later });
    expect((await gather()).runs[0]).toMatchObject({ created, modified: later });
  });

  it("is saved and built-in experiments too: in an order, under names, at most eight", async () => {
    labEnds();
    await settled();
    const id = await save("kept");
    await report.addSaved(id);
    report.addPreset("he-normal-relu");
    report.move("preset he-normal-relu", -1);
    report.rename(`saved ${id}`, HOSTILE);
    report.rename("preset he-normal-relu", HOSTILE);
    const { runs } = await gather();
    expect(runs.map(({ name }) => name)).toEqual([session.spec.name, HOSTILE, `${HOSTILE} (2)`]);
    expect(runs[2]).toMatchObject({ notes: "noted", result: host.saved.get(id)!.result });
    expect(runs[2]!.created).toMatch(/Z$/);
    expect(runs[0]!.created).toBeUndefined();
    for (let i = report.chosen.length; i < MAX_REPORTED; i++) await report.addSaved(await save(`more ${i}`));
    expect(report.isFull).toBe(true);
    expect(report.addPreset("xavier-normal-tanh")).toBe(false);
    report.remove(`saved ${id}`);
    expect(report.entries.some(({ key }) => key === `saved ${id}`)).toBe(false);
    report.rename("lab", "  ");
    expect(report.entries.find(({ key }) => key === "lab")!.name).toBe(session.spec.name);
  });

  it("is what is picked in the Library: alone at first, then beside what was chosen", async () => {
    const [a, b] = [await save("a"), await save("b")];
    await report.openWith([a, b]);
    expect(report.chosen.map(({ name }) => name)).toEqual(["a", "b"]);
    report.tick("lab", true);
    await report.openWith([await save("c")]);
    expect(report.chosen.map(({ name }) => name).sort()).toEqual(["a", "b", "c", session.spec.name].sort());
    const many = await Promise.all(Array.from({ length: 9 }, (_, i) => save(`more ${i}`)));
    await report.openWith(many);
    expect(report.chosen).toHaveLength(MAX_REPORTED);
  });

  it("is refused where a newer version has written it", async () => {
    const id = await save("new");
    host.saved.set(id, { ...host.saved.get(id)!, spec: null, readOnly: "written by version 9" });
    await expect(report.addSaved(id)).rejects.toMatchObject({ code: "newer_format" });
    expect(report.chosen).toHaveLength(1);
  });

  it("says when it would be another report, and not when only a training goes on", () => {
    const before = report.asked;
    compute.last.tell({ stage: "first" });
    expect(report.asked).toBe(before);
    labEnds();
    report.title = "Seven";
    expect(report.asked).not.toBe(before);
  });

  it("is another report when the same starts and seeds have been trained anew", () => {
    const spec = preset("train-book-he") as Trainable;
    const variant = { key: 1, name: "He", paint: 0, spec, files: new Map() };
    const trained = (): TrainPicture => ({
      variants: [variant],
      seeds: [1],
      runs: [
        { variant, seed: 1, records: [], result: { spec, seed: 1, outcome: "finished" } as TrainResult },
      ],
    });
    trainRuns.picture = trained();
    report.tick("training", true);
    const before = report.asked;
    expect(report.asked).toBe(before);
    trainRuns.picture = trained();
    expect(report.asked).not.toBe(before);
  });

  it("ends when it is cancelled", async () => {
    labEnds();
    await settled();
    report.addPreset("he-normal-relu");
    const abort = new AbortController();
    const gathering = report.gather(abort.signal, () => abort.abort());
    await expect(gathering).rejects.toThrow();
  });
});

describe("sections", () => {
  const nothing = { measured: 0, isBackward: false, isTrained: false, hasClaims: false };

  it("that have nothing to say tell why", () => {
    expect(whyAbsent("summary", nothing)).not.toBeNull();
    const one = { ...nothing, measured: 1 };
    expect(whyAbsent("summary", one)).toBeNull();
    expect(whyAbsent("comparison", one)).toMatch(/two/);
    expect(whyAbsent("gradients", one)).toMatch(/backward/);
    expect(whyAbsent("gradients", { ...one, isBackward: true })).toBeNull();
    expect(whyAbsent("training", { ...nothing, isTrained: true })).toBeNull();
    expect(whyAbsent("network", { ...nothing, isTrained: true })).toBeNull();
    expect(whyAbsent("network", { ...nothing, hasClaims: true })).not.toBeNull();
    expect(whyAbsent("layers", { ...nothing, isTrained: true })).not.toBeNull();
  });

  it("are left out where they are turned off", async () => {
    labEnds();
    await settled();
    report.turnSection("histograms", false);
    expect((await gather()).sections).not.toContain("histograms");
    report.turnSection("histograms", true);
    expect((await gather()).sections).toContain("histograms");
  });
});

describe("the preview", () => {
  it("is built once for what is asked last, and keeps the old page until then", async () => {
    labEnds();
    await settled();
    const preview = new ReportPreview(host, report);
    preview.ask(report.asked);
    await settled();
    expect(preview.page).toMatch(/^html: /);
    report.title = "a";
    preview.ask(report.asked);
    report.title = "ab";
    preview.ask(report.asked);
    expect(preview.page).toMatch(/^html: /);
    await settled(300);
    expect(host.requests.map(({ title }) => title)).toEqual(["", "ab"]);
    preview.ask(report.asked);
    expect(preview.status.status).toBe("done");
  });

  it("calls back the page that is built when another is asked for", async () => {
    labEnds();
    await settled();
    host.isHeld = true;
    const preview = new ReportPreview(host, report);
    for (const title of ["a", "ab", "abc"]) {
      report.title = title;
      preview.ask(report.asked);
      await vi.waitFor(() => expect(host.requests.at(-1)?.title).toBe(title));
    }
    expect(new Set(host.cancelled).size).toBe(2);
    host.letGo();
    await vi.waitFor(() => expect(preview.status.status).toBe("done"));
    expect(host.requests.map(({ title }) => title)).toEqual(["a", "ab", "abc"]);
    expect(host.cancelled).toHaveLength(2);
  });

  it.each(["cancel", "close"] as const)("calls back the page that is built on %s", async (how) => {
    labEnds();
    await settled();
    host.isHeld = true;
    const preview = new ReportPreview(host, report);
    preview.ask(report.asked);
    await vi.waitFor(() => expect(preview.status.status).toBe("building"));
    host.progress = { stage: "building", fraction: 0.25 };
    await vi.waitFor(() =>
      expect(preview.status).toEqual({ status: "building", progress: { stage: "building", fraction: 0.25 } }),
    );
    preview[how]();
    if (how === "cancel") expect(preview.status.status).toBe("cancelled");
    await vi.waitFor(() => expect(host.cancelled).toHaveLength(1));
    expect(preview.page).toBeNull();
    host.letGo();
    preview.retry();
    await vi.waitFor(() => expect(preview.status.status).toBe("done"));
  });

  it("tells what failed, and tries again", async () => {
    labEnds();
    await settled();
    host.failing = new HostError({ code: "invalid", where: "runs[0].result", message: "has no layers" });
    const preview = new ReportPreview(host, report);
    preview.ask(report.asked);
    await settled();
    expect(preview.status).toEqual({ status: "failed", message: "runs[0].result: has no layers" });
    host.failing = null;
    preview.retry();
    await settled();
    expect(preview.status.status).toBe("done");
  });

  it("can be cancelled, and shows nothing of nothing", async () => {
    const preview = new ReportPreview(host, report);
    preview.ask(report.asked);
    await settled();
    preview.cancel();
    expect(preview.status.status).toBe("cancelled");
    labEnds();
    await settled();
    expect(preview.page).toBeNull();
    report.tick("lab", false);
    preview.ask(report.asked);
    expect(preview.status.status).toBe("done");
    expect(host.requests).toEqual([]);
  });
});

describe("exports", () => {
  const saved: (readonly [string, string])[] = [];
  let where: string | null | HostError;
  let out: ReportExport;

  beforeEach(async () => {
    labEnds();
    await settled();
    saved.length = 0;
    where = "/home/me/report.html";
    out = new ReportExport({
      host,
      compute: {
        tensors: (spec, _files, format, stop) =>
          stop.aborted
            ? Promise.reject(stop.reason as Error)
            : Promise.resolve(new TextEncoder().encode(`${format} of ${spec.name}`)),
      },
      shell: {
        saveFile: (name, bytes) => {
          saved.push([name, new TextDecoder().decode(bytes)]);
          return where instanceof HostError ? Promise.reject(where) : Promise.resolve(where);
        },
      },
    });
  });

  it("go where the person says, and are remembered", async () => {
    report.title = 'A/B: "x"';
    await out.report(report, "md");
    expect(saved).toEqual([["A B x.md", `md: ${session.spec.name}`]]);
    expect(out.exportedTo).toBe("/home/me/report.html");
    expect(recentExports()).toEqual(["/home/me/report.html"]);
    expect(out.underWay).toBeNull();
  });

  it("that are cancelled in the dialog are no exports", async () => {
    where = null;
    await out.report(report, "csv");
    expect([out.exportedTo, out.failure, out.recent]).toEqual([null, null, []]);
  });

  it("that fail say so, and a PDF offers HTML", async () => {
    host.failing = new HostError({ code: "not_found", where: "pdf", message: "no browser was found" });
    await out.report(report, "pdf");
    expect(out.failure).toEqual({ message: "pdf: no browser was found", offersHtml: true });
    host.failing = null;
    where = new HostError({ code: "disk_full", message: "The disk is full" });
    await out.report(report, "html");
    expect(out.failure).toEqual({ message: "The disk is full", offersHtml: false });
  });

  it("of tensors are named after the run", async () => {
    await out.tensors({ ...report.chosen[0]!, name: HOSTILE }, "npz");
    expect(saved[0]![0]).toBe(fileName(HOSTILE, ".npz"));
    expect(saved[0]![0]).not.toMatch(/[<>|:"]/);
    expect(saved[0]![1]).toBe(`npz of ${session.spec.name}`);
  });

  it("can be cancelled while the host builds, which is told so, and made again", async () => {
    host.isHeld = true;
    const exporting = out.report(report, "pdf");
    await vi.waitFor(() => expect(out.underWay).toEqual({ what: "Building the report", fraction: null }));
    host.progress = { stage: "building", fraction: 0.5 };
    await vi.waitFor(() => expect(out.underWay).toEqual({ what: "Building the report", fraction: 0.5 }));
    host.progress = { stage: "printing", fraction: null };
    await vi.waitFor(() => expect(out.underWay).toEqual({ what: "Printing", fraction: null }));
    out.cancel();
    await exporting;
    expect([out.underWay, out.failure, out.isCancelled, saved.length]).toEqual([null, null, true, 0]);
    expect(host.cancelled).toHaveLength(1);
    host.letGo();
    await out.report(report, "html");
    expect([out.isCancelled, saved.length]).toEqual([false, 1]);
    expect(host.cancelled).toHaveLength(1);
  });

  it("that the host has ended by itself are cancelled, and no failure", async () => {
    host.failing = new HostError({ code: "cancelled", message: "this was cancelled" });
    await out.report(report, "html");
    expect([out.underWay, out.failure, out.isCancelled, saved.length]).toEqual([null, null, true, 0]);
  });

  it("forget what is no list", () => {
    kept.set("initlab.report.recent", '{"a":1}');
    expect(recentExports()).toEqual([]);
    kept.set("initlab.report.recent", '["a", 3, ""]');
    expect(recentExports()).toEqual(["a"]);
    kept.set("initlab.report.recent", "[");
    expect(recentExports()).toEqual([]);
  });
});
