// Reports to PDF in the desktop app: a hidden window that is shut in, is gone whatever becomes of it, and leaves no
// date in what it prints.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Reply } from "../../electron/channels";
import { emptyFolder } from "../lab";
import { reportRequest } from "../host/reports";
import { Desktop } from "./desktop";

interface Called {
  readonly what: string;
  readonly args: readonly unknown[];
}

let desktop: Desktop;
beforeAll(async () => {
  desktop = await (await Desktop.start({ data: emptyFolder(), isPackaged: true })).opened();
});
afterAll(() => desktop.kill());

const called = async (what: string) =>
  ((await desktop.ask("calls")) as Called[]).filter((call) => call.what === what).map(({ args }) => args);
const asks = async (format: "html" | "pdf") =>
  (await desktop.ask("invoke", "host", [
    { method: "buildReport", args: [await reportRequest({ format })] },
  ])) as Reply;
const bytesOf = (reply: Reply) => {
  if (!reply.ok) throw new Error(reply.failure.message);
  return Buffer.from(reply.value as Uint8Array);
};

describe("printing in the desktop app", () => {
  it("prints the report's HTML, tagged, with an outline and page numbers, and without a date", async () => {
    const html = bytesOf(await asks("html")).toString();
    const first = bytesOf(await asks("pdf"));
    const pdf = first.toString();
    expect(pdf).toMatch(/^%PDF-/);
    expect(pdf).toContain(html);
    expect(pdf).toContain("/Creator (Init Lab)");
    expect(pdf).not.toMatch(/CreationDate|ModDate|Mozilla/);
    const [options] = (await called("webContents.printToPDF")).at(-1) as [Record<string, unknown>];
    expect(options).toMatchObject({
      generateTaggedPDF: true,
      generateDocumentOutline: true,
      preferCSSPageSize: true,
      printBackground: true,
      displayHeaderFooter: true,
    });
    expect(options["footerTemplate"]).toMatch(/pageNumber.*\/.*totalPages/);
    expect(`${options["headerTemplate"] as string}${options["footerTemplate"] as string}`).not.toMatch(
      /date|url/,
    );
    expect(bytesOf(await asks("pdf"))).toEqual(first);
    expect(await desktop.ask("windows")).toBe(1);
  });

  it("does so in a window that is never seen, runs no script and is sandboxed", async () => {
    await asks("pdf");
    const windows = (await called("new BrowserWindow")) as unknown as {
      webPreferences: object;
      show: boolean;
    }[][];
    const [options] = windows.at(-1)!;
    expect(options).toMatchObject({ show: false });
    expect(options!.webPreferences).toMatchObject({
      javascript: false,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      devTools: false,
    });
    expect(options!.webPreferences).not.toHaveProperty("preload");
    expect(desktop.told.filter(({ event }) => event === "closedOwn").length).toBeGreaterThan(0);
  });

  it("in a session of its own, in memory, that reaches the report and nothing else", async () => {
    await asks("pdf");
    const [[name, options]] = (await called("session.fromPartition")) as unknown as [[string, object]];
    expect(name).not.toMatch(/^persist:/);
    expect(options).toEqual({ cache: false });
    for (const url of [
      "app://lab/",
      "app://report/x",
      "https://example.com/",
      "file:///etc/passwd",
      "blob:app://report/1",
    ])
      expect(await desktop.ask("requestOf", name, url), url).toEqual({ cancel: true, status: 404 });
    expect(await desktop.ask("requestOf", name, "data:image/png;base64,")).toMatchObject({ cancel: false });
    const loaded = desktop.told.findLast(({ event }) => event === "loadOwn")!;
    expect(loaded["url"]).toBe("app://report/");
    const policy = new Map(loaded["headers"] as [string, string][]).get("content-security-policy")!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/script-src|https?:|\*/);
    // The lab's own window may not go there.
    expect(await desktop.ask("request", { url: "app://report/" })).toEqual({ cancel: true });
  });

  it.each([
    ["fails", /Printing failed/],
    ["crashes", /its process is gone \(crashed\)/],
  ] as const)("says so where it %s, and leaves no window", async (what, message) => {
    await desktop.ask("printing", what);
    const reply = await asks("pdf");
    expect(reply).toMatchObject({ ok: false, failure: { code: "internal", where: "pdf" } });
    expect((reply as Extract<Reply, { ok: false }>).failure.message).toMatch(message);
    expect(await desktop.ask("windows")).toBe(1);
    expect((await asks("pdf")).ok).toBe(true);
  });

  it.each([
    ["is loaded anew", "did-start-navigation", { isMainFrame: true, isSameDocument: false }, []],
    ["is gone", "render-process-gone", {}, [{ reason: "crashed", exitCode: 5 }]],
  ] as const)("ends when the page that asked %s", async (_what, event, fields, args) => {
    await desktop.ask("printing", "waits");
    const printing = desktop.ask("invoke", "host", [
      { method: "buildReport", args: [await reportRequest({ format: "pdf" }), "job"] },
    ]);
    await vi.waitFor(async () => expect(await desktop.ask("windows")).toBe(2), { timeout: 20_000 });
    const details = event === "render-process-gone" ? args : [];
    await desktop.ask("emit", "contents", event, fields, [...details]);
    expect(await printing).toMatchObject({ ok: false, failure: { code: "cancelled" } });
    expect(await desktop.ask("windows")).toBe(1);
    expect((await asks("pdf")).ok).toBe(true);
  });

  it("goes on when the page only moves within itself", async () => {
    await desktop.ask("printing", "waits");
    const request = await reportRequest({ format: "pdf" });
    const printing = desktop.ask("invoke", "host", [{ method: "buildReport", args: [request, "job"] }]);
    await vi.waitFor(async () => expect(await desktop.ask("windows")).toBe(2), { timeout: 20_000 });
    const fields = { isMainFrame: true, isSameDocument: true };
    await desktop.ask("emit", "contents", "did-start-navigation", fields, []);
    const progress = await desktop.ask("invoke", "host", [{ method: "jobProgress", args: ["job"] }]);
    expect(progress).toEqual({ ok: true, value: { stage: "printing", fraction: null } });
    await desktop.ask("invoke", "host", [{ method: "cancelJob", args: ["job"] }]);
    expect(await printing).toMatchObject({ ok: false, failure: { code: "cancelled" } });
  });

  it("does not hold up the end of the app", async () => {
    const ending = await (await Desktop.start({ data: emptyFolder(), isPackaged: true })).opened();
    await ending.ask("printing", "waits");
    const request = await reportRequest({ format: "pdf" });
    const asked = ending
      .ask("invoke", "host", [{ method: "buildReport", args: [request] }])
      .catch(() => null);
    await ending.when(({ event }) => event === "print");
    await ending.ask("quit");
    expect(await ending.ended).toBe(0);
    await asked;
  });
});
