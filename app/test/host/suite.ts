// What every host must do, whatever carries the calls: direct, Electron's IPC, loopback HTTP.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { unzipSync, zipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { HostApi } from "../../contract/hostApi";
import { HostError, type HostErrorCode } from "../../contract/hostError";
import { METHOD_NAMES } from "../../contract/methodNames";
import { REPORT_FORMATS, REPORT_SECTIONS } from "../../contract/report";
import { directReports } from "../../report/direct";
import type { WrittenReport } from "../../report/reports";
import { emptyFolder } from "../lab";
import { figureRequest, HOSTILE, reportRequest } from "./reports";
import { digestOf, sampleDraft, sampleResult, sampleSpec, sampleToSave, sampleTraining } from "./samples";

export interface OpenedHost {
  readonly host: HostApi;
  readonly close: () => Promise<void>;
  /** The next page that is to be printed is not, until it is called back. */
  readonly holdPrinting: () => Promise<void> | void;
  /** Pages that are being printed. */
  readonly printing: () => Promise<number> | number;
}

const NOWHERE = "2026-01-01-nowhere2";

export async function refusal(of: Promise<unknown>): Promise<HostError> {
  const thrown: unknown = await of.then(
    () => expect.fail("it was taken"),
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(HostError);
  return thrown as HostError;
}

/** `open` starts a host on a folder, which may have been used before. */
export function hostSuite(name: string, open: (folder: string) => Promise<OpenedHost>): void {
  describe(`the ${name} host`, () => {
    let folder: string;
    let opened: OpenedHost;
    let host: HostApi;

    beforeEach(async () => {
      folder = emptyFolder();
      opened = await open(folder);
      host = opened.host;
    });
    afterEach(() => opened.close());

    const again = async () => {
      await opened.close();
      opened = await open(folder);
      host = opened.host;
    };
    const names = async () => (await host.listExperiments()).experiments.map((one) => one.name);
    const refuses = async (of: Promise<unknown>, code: HostErrorCode, where?: string | RegExp) => {
      const error = await refusal(of);
      expect(error.failure).toMatchObject({ code });
      expect(error.message).not.toBe("");
      if (where !== undefined) expect(error.where).toMatch(where);
      return error;
    };

    it("has every method and says what it is", async () => {
      for (const method of METHOD_NAMES) expect(typeof host[method]).toBe("function");
      const about = await host.about();
      expect(about.dataFolder).toBe(folder);
      expect(about.version).toMatch(/^\d+\.\d+\.\d+/);
    });

    it("begins with nothing", async () => {
      expect(await host.listExperiments()).toEqual({ experiments: [], quarantined: [] });
      expect(await host.listTrash()).toEqual({ experiments: [], quarantined: [] });
      expect(await host.listDrafts()).toEqual([]);
      expect(await host.searchExperiments("")).toEqual([]);
    });

    it("gives back what was saved, also to the next start", async () => {
      const bytes = Uint8Array.from({ length: 1000 }, (_, i) => (i * 37) % 256);
      const given = sampleToSave({
        name: "Größe μ 🙂",
        notes: "# Notes\n\nwith *signs* <b>\u2028",
        tags: ["first", "über"],
        spec: sampleSpec({
          data: { source: "file", path: "../pets.csv", sha256: { "../pets.csv": digestOf("") } },
        }),
        files: [
          { path: "../pets.csv", bytes: new Uint8Array() },
          { path: "also.npz", bytes },
        ],
      });
      const summary = await host.saveExperiment(given);
      expect(summary).toEqual({
        id: summary.id,
        name: given.name,
        tags: given.tags,
        created: summary.created,
        modified: summary.created,
        digest: digestOf(given.name),
        verdict: given.verdict,
        severity: "healthy",
        scheme: "he_normal",
        activation: "relu",
        depth: 5,
        width: 100,
        data: "pets.csv",
      });
      for (const start of ["the same", "the next"]) {
        if (start === "the next") await again();
        expect((await host.listExperiments()).experiments).toEqual([summary]);
        const found = await host.openExperiment(summary.id);
        expect(found).toMatchObject({
          ...summary,
          notes: given.notes,
          spec: given.spec,
          result: given.result,
        });
        expect(found.files.map(({ path }) => path)).toEqual(["../pets.csv", "also.npz"]);
        expect([...found.files[1]!.bytes]).toEqual([...bytes]);
      }
    });

    it("replaces what has an id, and keeps when it was created", async () => {
      const first = await host.saveExperiment(
        sampleToSave({ files: [{ path: "a", bytes: Uint8Array.of(1) }] }),
      );
      const second = await host.saveExperiment(
        sampleToSave({ id: first.id, name: "another", spec: sampleSpec({ activation: "tanh" }) }),
      );
      expect(second).toMatchObject({ id: first.id, created: first.created, activation: "tanh" });
      expect(second.modified >= first.modified).toBe(true);
      expect((await host.listExperiments()).experiments).toEqual([second]);
      expect(await host.openExperiment(first.id)).toMatchObject({ name: "another", files: [] });
      await refuses(host.saveExperiment(sampleToSave({ id: NOWHERE })), "not_found", NOWHERE);
    });

    it("keeps trainings beside the result, through copies and exports, until they are replaced", async () => {
      const training = sampleTraining("µ", 3);
      const saved = await host.saveExperiment(sampleToSave({ name: "trained", training }));
      expect(saved).toMatchObject({ trainings: 3 });
      await again();
      expect((await host.listExperiments()).experiments).toEqual([saved]);
      expect(await host.openExperiment(saved.id)).toMatchObject({ training, trainings: 3 });
      const renamed = await host.describeExperiment(saved.id, { name: "still trained" });
      expect(renamed).toMatchObject({ trainings: 3 });
      const copy = await host.duplicateExperiment(saved.id);
      expect(await host.openExperiment(copy.id)).toMatchObject({ training, trainings: 3 });
      const file = await host.exportExperiments([saved.id]);
      const elsewhere = await open(emptyFolder());
      try {
        const { imported } = await elsewhere.host.importExperiments(file);
        expect(imported).toEqual([renamed]);
        expect(await elsewhere.host.openExperiment(saved.id)).toMatchObject({ training });
        expect((await elsewhere.host.importExperiments(file)).unchanged).toEqual([renamed]);
      } finally {
        await elsewhere.close();
      }

      const other = sampleTraining("other", 1);
      await host.saveExperiment(sampleToSave({ id: saved.id, training: other }));
      expect(await host.openExperiment(saved.id)).toMatchObject({ training: other, trainings: 1 });
      const without = await host.saveExperiment(sampleToSave({ id: saved.id }));
      expect(without).not.toHaveProperty("trainings");
      expect(await host.openExperiment(saved.id)).not.toHaveProperty("training");
      expect(readdirSync(join(folder, "experiments", saved.id)).sort()).toEqual([
        "experiment.json",
        "result.json",
      ]);

      const place = "experiment.training";
      for (const wrong of ["", "{}", "[]", "[1]", '[{ "format": "initlab.training/1" }]'])
        await refuses(host.saveExperiment(sampleToSave({ training: wrong })), "invalid", place);
      expect(await names()).toHaveLength(2);
    });

    it("refuses an import whose trainings are not those of its experiment", async () => {
      const { id } = await host.saveExperiment(sampleToSave({ training: sampleTraining("mine") }));
      const good = unzipSync(await host.exportExperiments([id]));
      await host.trashExperiments([id]);
      const { [`${id}/training.json`]: _, ...without } = good;
      const others = new TextEncoder().encode(sampleTraining("another's"));
      await refuses(host.importExperiments(zipSync(without)), "invalid", id);
      await refuses(
        host.importExperiments(zipSync({ ...good, [`${id}/training.json`]: others })),
        "invalid",
        id,
      );
      expect(await names()).toEqual([]);
      expect((await host.importExperiments(zipSync(good))).imported).toHaveLength(1);
    });

    it("refuses to replace what another has saved meanwhile", async () => {
      const first = await host.saveExperiment(sampleToSave());
      const other = await host.saveExperiment(sampleToSave({ id: first.id, name: "by another" }));
      const mine = sampleToSave({ id: first.id, name: "mine" });
      await refuses(host.saveExperiment({ ...mine, replaces: first.digest }), "conflict", "mine");
      expect((await host.listExperiments()).experiments).toEqual([other]);
      await host.describeExperiment(first.id, { name: "renamed" });
      expect(await host.saveExperiment({ ...mine, replaces: other.digest })).toMatchObject({ name: "mine" });
    });

    it("changes what is written about one, and no measurement", async () => {
      const saved = await host.saveExperiment(sampleToSave({ tags: ["a"], notes: "old" }));
      const changed = await host.describeExperiment(saved.id, { name: "new", tags: ["b ", "B", "c"] });
      expect(changed).toMatchObject({ ...saved, name: "new", tags: ["B", "c"], modified: changed.modified });
      expect(await host.openExperiment(saved.id)).toMatchObject({ notes: "old", digest: saved.digest });
      await host.describeExperiment(saved.id, { notes: "newer" });
      await again();
      expect(await host.openExperiment(saved.id)).toMatchObject({ name: "new", notes: "newer" });
      await refuses(host.describeExperiment(NOWHERE, {}), "not_found", NOWHERE);
    });

    it("duplicates", async () => {
      const saved = await host.saveExperiment(
        sampleToSave({ name: "x".repeat(200), files: [{ path: "a", bytes: Uint8Array.of(7) }] }),
      );
      const copy = await host.duplicateExperiment(saved.id);
      expect(copy.id).not.toBe(saved.id);
      expect(copy.name).toBe(`${"x".repeat(195)} copy`);
      const [one, other] = [await host.openExperiment(saved.id), await host.openExperiment(copy.id)];
      expect(other).toMatchObject({ spec: one.spec, result: one.result, digest: one.digest });
      expect([...other.files[0]!.bytes]).toEqual([7]);
      await refuses(host.duplicateExperiment(NOWHERE), "not_found");
    });

    it("lists newest first", async () => {
      for (const name of ["one", "two", "three"]) await host.saveExperiment(sampleToSave({ name }));
      const { experiments } = await host.listExperiments();
      const dates = experiments.map(({ modified }) => modified);
      expect(dates).toEqual(dates.toSorted().reverse());
      expect(new Set(await names())).toEqual(new Set(["one", "two", "three"]));
    });

    it("finds by every word, in name, notes, tags and the spec", async () => {
      const save = async (change: Parameters<typeof sampleToSave>[0]) =>
        (await host.saveExperiment(sampleToSave(change))).id;
      const relu = await save({ name: "Première", notes: "vanishing at depth", tags: ["thesis"] });
      const tanh = await save({
        name: "Deep tanh",
        spec: sampleSpec({ activation: "tanh", weights: { scheme: "xavier_normal" }, layers: 50 }),
      });
      const digits = await save({ name: "relu on digits", spec: sampleSpec({ data: { source: "digits" } }) });
      const found = async (text: string) => (await host.searchExperiments(text)).toSorted();
      expect(await found("premiere")).toEqual([relu]);
      expect(await found("VANISH thesis")).toEqual([relu]);
      expect(await found("he_normal")).toEqual([relu, digits].toSorted());
      expect(await found("layers:5")).toEqual([relu, digits].toSorted());
      expect(await found("layers:50")).toEqual([tanh]);
      expect(await found("xavier")).toEqual([tanh]);
      expect(await found("tanh layers:50")).toEqual([tanh]);
      expect(await found("gaussian")).toEqual([relu, tanh].toSorted());
      expect(await found("samples:1000 units:100 seed:42")).toEqual([relu, tanh].toSorted());
      expect(await found("digits relu layers:5")).toEqual([digits]);
      expect(await found("digits tanh")).toEqual([]);
      expect(await found("")).toHaveLength(3);
      // In the name counts for more than in the spec.
      expect((await host.searchExperiments("relu"))[0]).toBe(digits);
      await host.describeExperiment(tanh, { tags: ["thesis"] });
      expect(await found("thesis")).toEqual([relu, tanh].toSorted());
      await host.trashExperiments([relu]);
      expect(await found("thesis")).toEqual([tanh]);
    });

    it("moves to the trash and back, and empties it", async () => {
      const ids: string[] = [];
      for (const name of ["a", "b", "c"]) ids.push((await host.saveExperiment(sampleToSave({ name }))).id);
      const [a, b, c] = ids as [string, string, string];
      await host.trashExperiments([a, b, b]);
      expect(await names()).toEqual(["c"]);
      expect(new Set((await host.listTrash()).experiments.map(({ id }) => id))).toEqual(new Set([a, b]));
      await refuses(host.openExperiment(a), "not_found", a);
      // All or nothing where one of them is not there.
      await refuses(host.trashExperiments([c, NOWHERE]), "not_found", NOWHERE);
      await refuses(host.restoreExperiments([a, NOWHERE]), "not_found", NOWHERE);
      await refuses(host.emptyTrash([a, c]), "not_found", c);
      expect(await names()).toEqual(["c"]);
      await host.restoreExperiments([a]);
      expect(new Set(await names())).toEqual(new Set(["a", "c"]));
      expect((await host.openExperiment(a)).name).toBe("a");
      await host.trashExperiments([c]);
      await again();
      await host.emptyTrash([b]);
      expect((await host.listTrash()).experiments.map(({ id }) => id)).toEqual([c]);
      await host.emptyTrash();
      expect(await host.listTrash()).toEqual({ experiments: [], quarantined: [] });
      await host.emptyTrash();
      await again();
      expect(await names()).toEqual(["a"]);
    });

    it("exports one file and imports it elsewhere, bit for bit, once", async () => {
      const bytes = new Uint8Array(5000).fill(3);
      const first = await host.saveExperiment(
        sampleToSave({ name: "first", tags: ["t"], notes: "n", files: [{ path: "p.csv", bytes }] }),
      );
      const second = await host.saveExperiment(sampleToSave({ name: "second" }));
      const file = await host.exportExperiments([first.id, second.id, first.id]);
      const one = await host.openExperiment(first.id);
      expect(await host.importExperiments(file)).toEqual({ imported: [], unchanged: [first, second] });

      const elsewhere = await open(emptyFolder());
      try {
        const report = await elsewhere.host.importExperiments(file);
        expect(report).toEqual({ imported: [first, second], unchanged: [] });
        const arrived = await elsewhere.host.openExperiment(first.id);
        expect({ ...arrived, files: [] }).toEqual({ ...one, files: [] });
        expect([...arrived.files[0]!.bytes]).toEqual([...bytes]);
        expect(await elsewhere.host.importExperiments(file)).toEqual({
          imported: [],
          unchanged: report.imported,
        });
        // The same id with other content is another experiment.
        await elsewhere.host.describeExperiment(first.id, { notes: "mine" });
        const third = await elsewhere.host.importExperiments(file);
        expect(third.imported.map(({ name }) => name)).toEqual(["first"]);
        expect(third.imported[0]!.id).not.toBe(first.id);
        expect((await elsewhere.host.openExperiment(first.id)).notes).toBe("mine");
        expect((await elsewhere.host.importExperiments(file)).imported).toEqual([]);
      } finally {
        await elsewhere.close();
      }
      await refuses(host.exportExperiments([NOWHERE]), "not_found", NOWHERE);
      await refuses(host.exportExperiments([]), "invalid");
    });

    it("refuses an import whole where anything in it is wrong", async () => {
      const { id } = await host.saveExperiment(sampleToSave({ name: "good" }));
      const good = unzipSync(await host.exportExperiments([id]));
      await host.trashExperiments([id]);
      const text = (value: unknown) =>
        new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
      const wrong: [Record<string, Uint8Array>, HostErrorCode, RegExp][] = [
        [{ "../evil/experiment.json": text("x") }, "invalid", /evil/],
        [{ "bad/experiment.json": text("{"), "bad/result.json": text("{}") }, "invalid", /bad/],
        [{ "bad/experiment.json": good[`${id}/experiment.json`]! }, "invalid", /bad/],
        [{ "readme.txt": text("hello") }, "invalid", /readme/],
      ];
      for (const [entries, code, where] of wrong)
        await refuses(host.importExperiments(zipSync({ ...good, ...entries })), code, where);
      await refuses(host.importExperiments(text("not a zip")), "invalid");
      await refuses(host.importExperiments(new Uint8Array()), "invalid");
      const cut = zipSync(good);
      await refuses(host.importExperiments(cut.subarray(0, cut.length - 30)), "invalid");
      expect(await names()).toEqual([]);
      expect((await host.importExperiments(zipSync(good))).imported).toHaveLength(1);
    });

    it("keeps drafts until they are discarded", async () => {
      const bytes = Uint8Array.of(1, 2, 3);
      const late = sampleDraft({ key: "late", written: "2026-02-01T00:00:00.000Z" });
      const early = sampleDraft({ files: [{ path: "x.csv", bytes }] });
      await host.keepDraft(late);
      await host.keepDraft(early);
      await again();
      const drafts = await host.listDrafts();
      expect(drafts.map(({ key }) => key)).toEqual([early.key, "late"]);
      expect({ ...drafts[0], files: [] }).toEqual({ ...early, files: [] });
      expect([...drafts[0]!.files[0]!.bytes]).toEqual([1, 2, 3]);
      await host.keepDraft({ ...early, name: "further", files: [] });
      expect((await host.listDrafts())[0]).toMatchObject({ name: "further", files: [] });
      await host.discardDraft(early.key);
      await host.discardDraft("never-there");
      expect((await host.listDrafts()).map(({ key }) => key)).toEqual(["late"]);
    });

    it("keeps settings", async () => {
      const before = await host.settings();
      expect(before).toEqual({ theme: "system", workers: null, draws: expect.any(Number) as number });
      expect(await host.changeSettings({ theme: "dark" })).toEqual({ ...before, theme: "dark" });
      await host.changeSettings({ workers: 3 });
      await again();
      expect(await host.settings()).toEqual({ ...before, theme: "dark", workers: 3 });
    });

    it("takes many changes at a time", async () => {
      const saves = Array.from({ length: 20 }, (_, i) =>
        host.saveExperiment(sampleToSave({ name: `n${i}` })),
      );
      const saved = await Promise.all(saves);
      expect(new Set(saved.map(({ id }) => id)).size).toBe(20);
      await Promise.all(saved.map(({ id }, i) => host.describeExperiment(id, { tags: [`t${i}`] })));
      const { experiments } = await host.listExperiments();
      expect(new Map(experiments.map((one) => [one.name, one.tags]))).toEqual(
        new Map(saved.map((_, i) => [`n${i}`, [`t${i}`]])),
      );
    });

    it.each(REPORT_FORMATS)("builds a report as %s: the same bytes whichever host it is", async (format) => {
      const request = await reportRequest({ format });
      const bytes = await host.buildReport(request);
      expect(Object.prototype.toString.call(bytes)).toBe("[object Uint8Array]");
      const written = { ...request, format: format === "pdf" ? "html" : format } as WrittenReport;
      const expected = Buffer.from(await directReports.build(written)).toString();
      // What prints in these tests puts the page into the PDF as it is.
      if (format === "pdf") {
        expect(Buffer.from(bytes).toString()).toMatch(/^%PDF-/);
        expect(Buffer.from(bytes).toString()).toContain(expected);
      } else expect(Buffer.from(bytes).toString()).toBe(expected);
      expect(await host.buildReport(request)).toEqual(bytes);
    });

    it("builds reports of claims, of trainings and of what people write, whatever it is", async () => {
      const [run] = (await reportRequest()).runs;
      const runs = HOSTILE.map((text) => ({ ...run!, name: text.slice(0, 200), notes: text }));
      for (const format of ["html", "md", "csv", "json"] as const) {
        const request = await reportRequest({ format, title: runs[0]!.name, notes: HOSTILE.join(" "), runs });
        const text = Buffer.from(await host.buildReport(request)).toString();
        expect(text).toBe(Buffer.from(await directReports.build({ ...request, format })).toString());
        if (format === "html") expect(text).not.toMatch(/<script|<img|onerror=[^&]*>/i);
      }
    });

    /** Under way, and in the midst of its printing. */
    const heldInPrinting = async (job: string) => {
      await opened.holdPrinting();
      const outcome = refusal(host.buildReport(await reportRequest({ format: "pdf" }), job));
      await vi.waitFor(
        async () => {
          expect(await host.jobProgress(job)).toEqual({ stage: "printing", fraction: null });
          expect(await opened.printing()).toBe(1);
        },
        { timeout: 20_000 },
      );
      return { outcome };
    };

    it("calls back a report under way: nothing of it runs on, and the next one is built", async () => {
      const { outcome } = await heldInPrinting("first");
      await host.cancelJob("first");
      expect((await outcome).failure).toEqual({ code: "cancelled", message: "this was cancelled" });
      expect(await opened.printing()).toBe(0);
      expect(await host.jobProgress("first")).toBeNull();
      const bytes = await host.buildReport(await reportRequest({ format: "pdf" }), "second");
      expect(Buffer.from(bytes).toString()).toMatch(/^%PDF-/);
      expect(await host.jobProgress("second")).toBeNull();
    });

    it("does not begin what was called back before it came, once", async () => {
      const request = await reportRequest({ format: "md" });
      await host.cancelJob("early");
      await refuses(host.buildReport(request, "early"), "cancelled");
      expect((await host.buildReport(request, "early")).length).toBeGreaterThan(100);
      // What is over, or was never there, is nothing to end.
      await host.cancelJob("never");
      expect(await host.jobProgress("never")).toBeNull();
    });

    it("tells one job from another", async () => {
      const { outcome } = await heldInPrinting("mine");
      await refuses(host.buildReport(await reportRequest({ format: "md" }), "mine"), "invalid", "job");
      await host.cancelJob("another");
      expect(await opened.printing()).toBe(1);
      await host.cancelJob("mine");
      await outcome;
      const any = host as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
      for (const wrong of ["", "a b", "x".repeat(65), 7, null])
        for (const method of ["jobProgress", "cancelJob"])
          await refuses(any[method]!(wrong), "invalid", /^job$/);
      await refuses(any["buildReport"]!(await reportRequest(), "a b"), "invalid", /^job$/);
    });

    it("draws figures", async () => {
      const svg = await host.figureSvg(figureRequest());
      expect(svg).toMatch(/^<\?xml[^]*<svg [^]*<\/svg>\s*$/);
      expect(svg).toContain("Spread by layer");
      expect(svg).toBe(await directReports.figure(figureRequest()));
      expect(await host.figureSvg(figureRequest({ theme: "dark" }))).not.toBe(svg);
    });

    it("refuses reports and figures that cannot be, and says where", async () => {
      const any = host as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
      const good = await reportRequest();
      const [run] = good.runs;
      const report = (change: object) => any["buildReport"]!({ ...good, ...change });
      const ofRun = (change: object) => report({ runs: [run, { ...run, ...change }] });
      const figure = (change: object) => any["figureSvg"]!({ ...figureRequest(), ...change });
      const refused: [Promise<unknown>, RegExp][] = [
        [report({ format: "docx" }), /^request\.format$/],
        [report({ title: "x".repeat(201) }), /^request\.title$/],
        [report({ author: null }), /^request\.author$/],
        [report({ notes: "x".repeat(100_001) }), /^request\.notes$/],
        [report({ sections: [] }), /^request\.sections$/],
        [report({ sections: ["summary", "weather"] }), /^request\.sections\[1\]$/],
        [report({ sections: ["summary", "layers", "summary"] }), /^request\.sections$/],
        [report({ sections: [...REPORT_SECTIONS, "summary"] }), /^request\.sections$/],
        [report({ runs: [] }), /^request$/],
        [report({ runs: Array.from({ length: 9 }, () => run) }), /^request\.runs$/],
        [report({ claims: { text: "[]" } }), /^request\.claims\.seed$/],
        [report({ claims: { text: "[]", seed: -1 } }), /^request\.claims\.seed$/],
        [report({ claims: { text: "{", seed: 1 } }), /^request\.claims\.text$/],
        [report({ comparison: "{" }), /^request\.comparison$/],
        [report({ other: 1 }), /^request\.other$/],
        [any["buildReport"]!(), /^request$/],
        [ofRun({ result: "{" }), /^request\.runs\[1\]\.result/],
        [ofRun({ result: '{"format":"initlab.result/2"}' }), /^request\.runs\[1\]\.result/],
        [ofRun({ result: sampleResult("x") }), /^request\.runs\[1\]\.result/],
        [ofRun({ result: null }), /^request\.runs\[1\]$/],
        [ofRun({ result: undefined }), /^request\.runs\[1\]\.result$/],
        [ofRun({ training: "[1]" }), /^request\.runs\[1\]\.training/],
        [ofRun({ name: "x".repeat(201) }), /^request\.runs\[1\]\.name$/],
        [ofRun({ created: "yesterday" }), /^request\.runs\[1\]\.created$/],
        [ofRun({ modified: "2026-13-40T00:00:00Z" }), /^request\.runs\[1\]\.modified$/],
        [figure({ figure: "" }), /^request\.figure$/],
        [figure({ figure: "{" }), /^request\.figure/],
        [figure({ figure: '{"name":"../x"}' }), /^request\.figure/],
        [figure({ width: 159 }), /^request\.width$/],
        [figure({ height: 4001 }), /^request\.height$/],
        [figure({ height: 300.5 }), /^request\.height$/],
        [figure({ theme: "system" }), /^request\.theme$/],
        [figure({ source: "x".repeat(501) }), /^request\.source$/],
      ];
      await Promise.allSettled(refused.map(([of]) => of));
      for (const [of, where] of refused) {
        const { message } = await refuses(of, "invalid", where);
        expect(message).not.toMatch(/\n|undefined|Cannot read|\n +at /);
      }
    });

    it("refuses what is not well formed, and says where", async () => {
      const any = host as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
      const save = (change: object) => any["saveExperiment"]!({ ...sampleToSave(), ...change });
      const refused: [Promise<unknown>, RegExp][] = [
        [save({ name: 7 }), /^experiment\.name$/],
        [save({ name: "x".repeat(201) }), /^experiment\.name$/],
        [save({ notes: "x".repeat(100_001) }), /^experiment\.notes$/],
        [save({ tags: ["a", "", "b"] }), /^experiment\.tags\[1\]$/],
        [save({ tags: Array.from({ length: 51 }, (_, i) => `t${i}`) }), /^experiment\.tags$/],
        [save({ tags: "a" }), /^experiment\.tags$/],
        [save({ spec: { ...sampleSpec(), seed: -1 } }), /^experiment\.spec$/],
        [save({ spec: null }), /^experiment\.spec$/],
        [save({ result: "{" }), /^experiment\.result$/],
        [save({ result: sampleResult("x", "short") }), /^experiment\.result$/],
        [save({ result: '{"format":"initlab.result/2"}' }), /^experiment\.result$/],
        [save({ severity: "dire" }), /^experiment\.severity$/],
        [save({ id: "../x" }), /^experiment\.id$/],
        [save({ files: [{ path: "a", bytes: "text" }] }), /^experiment\.files\[0\]\.bytes$/],
        [save({ files: [{ path: "", bytes: new Uint8Array() }] }), /^experiment\.files\[0\]\.path$/],
        [save({ other: 1 }), /^experiment\.other$/],
        [any["saveExperiment"]!(), /^experiment$/],
        [any["openExperiment"]!("a/../../b"), /^id$/],
        [any["openExperiment"]!("a\0b"), /^id$/],
        [any["openExperiment"]!("x".repeat(300)), /^id$/],
        [any["openExperiment"]!({}), /^id$/],
        [any["trashExperiments"]!(["a", ".."]), /^ids\[1\]$/],
        [any["searchExperiments"]!("x".repeat(501)), /^text$/],
        [any["changeSettings"]!({ theme: "pink" }), /^change\.theme$/],
        [any["changeSettings"]!({ workers: 0 }), /^change\.workers$/],
        [any["changeSettings"]!({ draws: 1.5 }), /^change\.draws$/],
        [any["importExperiments"]!("text"), /^bytes$/],
        [any["keepDraft"]!({ ...sampleDraft(), key: "../x" }), /^draft\.key$/],
        [any["keepDraft"]!({ ...sampleDraft(), written: "yesterday" }), /^draft\.written$/],
        [any["discardDraft"]!("a b"), /^key$/],
        [any["about"]!(1), /^about$/],
      ];
      // All at once: a refusal that comes before its turn is not left alone.
      await Promise.allSettled(refused.map(([of]) => of));
      for (const [of, where] of refused) await refuses(of, "invalid", where);
      expect(await names()).toEqual([]);
    });

    it("refuses files that are not those of the run", async () => {
      const spec = sampleSpec({
        data: { source: "file", path: "a.csv", sha256: { "a.csv": digestOf("1,2\n") } },
      });
      const bytes = (text: string) => new TextEncoder().encode(text);
      await refuses(host.saveExperiment(sampleToSave({ spec })), "invalid", "a.csv");
      const other = [{ path: "a.csv", bytes: bytes("1,3\n") }];
      await refuses(host.saveExperiment(sampleToSave({ spec, files: other })), "invalid", "a.csv");
      await host.saveExperiment(sampleToSave({ spec, files: [{ path: "a.csv", bytes: bytes("1,2\n") }] }));
    });
  });
}
