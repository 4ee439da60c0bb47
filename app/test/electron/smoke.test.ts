// The app in the real Electron, wherever its binary and a display are found. Where not, the reason is printed: the
// other tests of this folder then stand in with the double.
import { _electron, type ElectronApplication, type Page } from "@playwright/test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { HostApi } from "../../contract/hostApi";
import { emptyFolder, ROOT } from "../lab";

declare const window: {
  readonly initlab: { readonly host: HostApi };
  readonly document: { readonly body: { readonly innerText: string } };
  readonly location: { readonly href: string };
};

const found = electronBinary();
if (typeof found !== "string") console.log(`smoke test in Electron: skipped, ${found.why}`);

let app: ElectronApplication | null = null;
afterEach(async () => {
  await app?.close().catch(() => {});
  app = null;
});

async function launch(data: string): Promise<{ app: ElectronApplication; page: Page }> {
  app = await _electron.launch({
    executablePath: found as string,
    // Electron on Windows reads only what a shell would.
    args: [ROOT, "--data", data],
    timeout: 60_000,
  });
  const page = await app.firstWindow();
  await page.waitForLoadState();
  return { app, page };
}

describe.skipIf(typeof found !== "string")("in Electron", () => {
  it("opens, draws, is shut in, and talks with its host", { timeout: 120_000 }, async () => {
    const { app: electron, page } = await launch(emptyFolder());
    expect(page.url()).toBe("app://lab/");
    await expect
      .poll(() => page.evaluate(() => window.document.body.innerText), { timeout: 60_000 })
      .toContain("Saturated");
    const about = await page.evaluate(() => window.initlab.host.about());
    expect(about).toMatchObject({ host: "electron", runtime: { Electron: expect.any(String) as string } });

    const windows = await electron.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map((each) => ({
        isVisible: each.isVisible(),
        title: each.getTitle(),
        size: each.getMinimumSize(),
      })),
    );
    expect(windows).toMatchObject([{ isVisible: true, size: [1024, 700] }]);
    expect(windows[0]!.title).toContain("Init Lab");

    const refused = await page.evaluate(`new Promise((resolve) => setTimeout(async () => {
      const isRefused = (work) => Promise.resolve().then(work).then(() => false, () => true);
      resolve({
        evaluates: await isRefused(() => Function("return 1")()),
        fetches: await isRefused(() => fetch("https://example.com/")),
        opens: window.open("https://example.com/") === null,
        node: typeof require + typeof process,
        geolocation: (await navigator.permissions.query({ name: "geolocation" })).state,
      });
    }))`);
    expect(refused).toEqual({
      evaluates: true,
      fetches: true,
      opens: true,
      node: "undefinedundefined",
      geolocation: "denied",
    });
    await page.evaluate(() => {
      (window.location as { href: string }).href = "https://example.com/";
    });
    expect(page.url()).toBe("app://lab/");
  });

  it("is loaded again when its process is killed", { timeout: 120_000 }, async () => {
    const { app: electron, page } = await launch(emptyFolder());
    const crashed = page.waitForEvent("crash").catch(() => null);
    await electron.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]!.webContents.forcefullyCrashRenderer(),
    );
    await crashed;
    await expect
      .poll(
        () =>
          electron.evaluate(({ BrowserWindow }) =>
            BrowserWindow.getAllWindows()[0]!
              .webContents.executeJavaScript("document.body.innerText.length > 100")
              .catch(() => false),
          ),
        { timeout: 60_000 },
      )
      .toBe(true);
  });
});

/** Where the binary is, or why it cannot be used here. Fetches nothing. */
function electronBinary(): string | { readonly why: string } {
  const { DISPLAY, WAYLAND_DISPLAY, ELECTRON_OVERRIDE_DIST_PATH: override } = process.env;
  const folder = join(ROOT, "node_modules/electron");
  const name = join(folder, "path.txt");
  const relative = existsSync(name)
    ? readFileSync(name, "utf8")
    : { darwin: "Electron.app/Contents/MacOS/Electron", win32: "electron.exe" }[process.platform as string];
  const binary = join(override ?? join(folder, "dist"), relative ?? "electron");
  if (!existsSync(binary))
    return { why: "its binary is not here; node node_modules/electron/install.js fetches it" };
  if (process.platform === "linux" && !DISPLAY && !WAYLAND_DISPLAY)
    return { why: "there is no display; xvfb-run gives one" };
  if (process.platform === "linux" && process.getuid?.() === 0)
    return { why: "its sandbox does not run as root; run the tests as a person" };
  return binary;
}
