// The whole desktop app but Electron itself, in a real browser: the built page, served by the main process's protocol
// handler, with the built preload, over whose channel the real host answers.
import { type Browser, chromium, type Page } from "@playwright/test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { findBrowser } from "../../build/browser.mjs";
import type { ShellApi } from "../../contract/shell";
import type { HostApi } from "../../contract/hostApi";
import { sampleToSave } from "../host/samples";
import { emptyFolder, smallSpec } from "../lab";
import { Desktop, type DesktopOptions } from "./desktop";

interface Lab {
  readonly initlab: { readonly host: HostApi; readonly shell: ShellApi };
  readonly document: { readonly body: { readonly innerText: string } };
  heard: unknown[];
}
declare const window: Lab;

let browser: Browser;
/** A window for the tests that leave nothing behind. */
let common: Shown;
const ends: (() => Promise<unknown>)[] = [];
const commonEnds: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: await findBrowser(),
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
  });
  common = await show({}, commonEnds);
});
afterAll(async () => {
  for (const end of commonEnds.splice(0).reverse()) await end();
  await browser.close();
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Shown {
  readonly desktop: Desktop;
  readonly page: Page;
  /** What the page complained of: errors, refused policies. */
  readonly complaints: string[];
}

async function show(options: Partial<DesktopOptions> = {}, after = ends): Promise<Shown> {
  const desktop = await Desktop.start({ data: emptyFolder(), ...options });
  after.push(() => desktop.kill());
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  after.push(() => page.close());
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await desktop.show(page);
  return { desktop, page, complaints };
}

const titleOf = (desktop: Desktop) => async () => String((await desktop.ask("window"))?.["title"]);
/** A Mac marks the window's button instead of its title. */
const isUnsaved = (desktop: Desktop) => async () => {
  if (process.platform !== "darwin") return (await titleOf(desktop)()).startsWith("• ");
  const marks = ((await desktop.ask("calls")) as { what: string; args: unknown[] }[]).filter(
    ({ what }) => what === "window.setDocumentEdited",
  );
  return marks.at(-1)?.args[0] === true;
};

describe("the page in the window", () => {
  it("draws the first experiment, with workers and core, and breaks no policy", async () => {
    const { page, complaints } = common;
    await expect.poll(() => page.workers().length).toBeGreaterThan(0);
    await expect
      .poll(() => page.evaluate(() => window.document.body.innerText.length), {
        timeout: 20_000,
      })
      .toBeGreaterThan(100);
    expect(complaints).toEqual([]);
  });

  it("has `initlab` and nothing of Node's or Electron's", async () => {
    const { page } = common;
    const found = await page.evaluate(() => ({
      names: Object.keys(window.initlab),
      isFrozen: Object.isFrozen(window.initlab) && Object.isFrozen(window.initlab.host),
      node: ["require", "process", "module", "Buffer", "ipcRenderer", "electron"].filter(
        (name) => name in globalThis,
      ),
    }));
    expect(found).toEqual({ names: ["host", "shell"], isFrozen: true, node: [] });
  });

  it("may not evaluate text, nor fetch from elsewhere, nor compile WebAssembly itself", async () => {
    const { page, desktop } = common;
    // From a timer: what a debugger evaluates itself is exempt from the policy.
    const refused = await page.evaluate(`new Promise((resolve) => setTimeout(async () => {
      const isRefused = async (work) => {
        try {
          await work();
          return false;
        } catch {
          return true;
        }
      };
      const emptyModule = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
      resolve({
        evaluates: await isRefused(() => Function("return 1")()),
        compiles: await isRefused(() => WebAssembly.compile(emptyModule)),
        fetches: await isRefused(() => fetch("https://example.com/")),
      });
    }))`);
    expect(refused).toEqual({ evaluates: true, compiles: true, fetches: true });
    expect(await desktop.ask("request", { url: "https://example.com/" })).toEqual({ cancel: true });
  });
});

describe("the bridge", () => {
  it("carries the host's answers and its failures as plain data", async () => {
    const { page } = common;
    const about = await page.evaluate(() => window.initlab.host.about());
    expect(about).toMatchObject({ version: "9.8.7", host: "electron" });
    const failure = await page.evaluate(() =>
      window.initlab.host.openExperiment("no-such-one").then(
        () => null,
        (thrown: unknown) => ({ thrown, isError: thrown instanceof Error }),
      ),
    );
    expect(failure).toMatchObject({ thrown: { code: "not_found" }, isError: false });
  });

  it("carries bytes without loss: save, export, trash for good, import", async () => {
    const { page } = common;
    const given = sampleToSave({ name: "Über <b>", tags: ["one"] });
    const seen = await page.evaluate(async (toSave) => {
      const { host } = window.initlab;
      const { id } = await host.saveExperiment(toSave);
      const first = await host.openExperiment(id);
      const file = await host.exportExperiments([id]);
      await host.trashExperiments([id]);
      await host.emptyTrash();
      const { imported } = await host.importExperiments(file);
      const again = await host.openExperiment(imported[0]!.id);
      return { first, again, isBytes: file instanceof Uint8Array };
    }, given);
    expect(seen.isBytes).toBe(true);
    expect(seen.first).toMatchObject({ name: "Über <b>", tags: ["one"], result: given.result });
    expect(seen.again).toEqual({ ...seen.first, id: seen.again.id, modified: seen.again.modified });
  });
});

describe("the shell of the page", () => {
  it("hears the menu's commands, until it listens no more", async () => {
    const { page, desktop } = common;
    await page.evaluate(() => {
      window.heard = [];
      const end = window.initlab.shell.onCommand((command) => {
        window.heard.push(command);
        if (command === "run.reseed") end();
      });
    });
    for (const id of ["view.library", "run.reseed", "view.lab"]) await desktop.ask("click", id);
    await expect.poll(() => page.evaluate(() => window.heard)).toEqual(["view.library", "run.reseed"]);
  });

  it("picks and saves through the main process", async () => {
    const { page, desktop } = common;
    const target = join(emptyFolder(), "saved.initlab");
    await desktop.ask("answer", "save", { canceled: false, filePath: target });
    expect(
      await page.evaluate(() => window.initlab.shell.saveFile("saved.initlab", new Uint8Array([7, 0, 255]))),
    ).toBe(target);
    await desktop.ask("answer", "open", { canceled: false, filePaths: [target] });
    const picked = await page.evaluate(async () =>
      (await window.initlab.shell.pickFiles("experiment")).map(({ name, bytes }) => [name, ...bytes]),
    );
    expect(picked).toEqual([["saved.initlab", 7, 0, 255]]);
    expect(await page.evaluate(() => window.initlab.shell.pickFiles("data"))).toEqual([]);
  });

  it("saves on closing, then closes; the experiment is there at the next start", async () => {
    const data = emptyFolder();
    const { page, desktop } = await show({ data });
    await expect.poll(titleOf(desktop)).toContain("– Init Lab");
    await desktop.ask("click", "run.reseed");
    await expect.poll(isUnsaved(desktop)).toBe(true);
    await desktop.ask("answer", "message", { response: 0 });
    await desktop.ask("closeWindow");
    expect(await desktop.ended).toBe(0);
    await expect.poll(() => page.isClosed()).toBe(true);
    const next = await show({ data });
    const { experiments } = await next.page.evaluate(() => window.initlab.host.listExperiments());
    expect(experiments).toHaveLength(1);
    expect(await next.page.evaluate(() => window.initlab.host.listDrafts())).toEqual([]);
  });

  it("offers the draft of a killed process", async () => {
    const data = emptyFolder();
    const { page, desktop } = await show({ data });
    await expect.poll(titleOf(desktop)).toContain("– Init Lab");
    await desktop.ask("click", "run.reseed");
    await expect
      .poll(() => page.evaluate(async () => (await window.initlab.host.listDrafts()).length), {
        timeout: 20_000,
      })
      .toBe(1);
    await desktop.kill();
    const next = await show({ data });
    await next.page.getByRole("button", { name: "Restore" }).click();
    await expect.poll(isUnsaved(next.desktop)).toBe(true);
  });

  it("opens a spec file that it was started with", async () => {
    const file = join(emptyFolder(), "given.json");
    writeFileSync(file, JSON.stringify(smallSpec({ name: "From a file" })));
    const { desktop } = await show({ args: [file] });
    await expect.poll(titleOf(desktop)).toContain("From a file");
  });

  it("is loaded again when its process has ended", async () => {
    const { page, desktop } = common;
    const loaded = page.waitForEvent("load");
    await desktop.ask("emit", "contents", "render-process-gone", {}, [{ reason: "crashed", exitCode: 5 }]);
    await loaded;
    expect(await page.evaluate(() => window.initlab.host.about())).toMatchObject({ host: "electron" });
  });
});
