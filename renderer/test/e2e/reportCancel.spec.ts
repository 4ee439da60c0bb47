// Reports that are called back in the midst of their making: by Cancel, and by closing the tab.
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Route } from "@playwright/test";
import { startServed } from "../../../app/build/served.mjs";
import { LabPage } from "./labPage";
import { ReportPage } from "./reportPage";
import { expect, test } from "./test";

async function openedReport(lab: LabPage): Promise<ReportPage> {
  await lab.settled();
  const report = new ReportPage(lab.page);
  await report.open();
  return report;
}

test("a preview that is being built can be cancelled, and built again", async ({ lab }) => {
  const report = await openedReport(lab);
  const before = await report.paper.getByRole("heading", { level: 1 }).textContent();
  const held: Route[] = [];
  await lab.page.route("**/api/buildReport", (route) => void held.push(route));
  await report.contents.getByRole("textbox", { name: "Title" }).fill("Another title");
  await expect(report.preview).toContainText("Building the page");
  // What is told of a request comes later than what is seen of it.
  await expect.poll(() => held.length).toBe(1);
  await report.preview.getByRole("button", { name: "Cancel" }).click();
  await expect(report.preview.getByRole("alert")).toContainText("The preview was cancelled");
  await expect(report.paper.getByRole("heading", { level: 1 })).toHaveText(before!);
  expect(held).toHaveLength(1);
  await lab.page.unroute("**/api/buildReport");
  await report.preview.getByRole("button", { name: "Try again" }).click();
  await expect(report.paper.getByRole("heading", { level: 1 })).toHaveText("Another title");
  await expect(report.preview.getByRole("alert")).toHaveCount(0);
});

test.describe("a printing", () => {
  test.skip(process.platform === "win32", "the browser that hangs is a shell script");

  test("ends at once when it is cancelled or the tab is closed, and the next one works", async ({
    page,
    dataFolder,
  }) => {
    const folder = await mkdtemp(join(tmpdir(), "initlab-e2e-"));
    const [hold, browser] = [join(folder, "hold"), join(folder, "browser")];
    // Prints, but not while it is held.
    const script = `#!/bin/sh\nif [ -e "${hold}" ]; then exec sleep 600; fi\nexec "${process.env["CHROME_PATH"]!}" "$@"\n`;
    await writeFile(browser, script, { mode: 0o755 });
    const served = await startServed(dataFolder, 0, { CHROME_PATH: browser, TMPDIR: folder });
    const profiles = async () => (await readdir(folder)).filter((name) => name.startsWith("initlab-pdf-"));
    try {
      const lab = new LabPage(page);
      await lab.open(served.address);
      const report = await openedReport(lab);
      const pdf = report.out.getByRole("button", { name: /^PDF/ });
      const state = report.out.getByRole("status");

      await writeFile(hold, "");
      await pdf.click();
      await expect(state).toContainText("Printing");
      await expect.poll(profiles).toHaveLength(1);
      await state.getByRole("button", { name: "Cancel" }).click();
      await expect(state).toHaveText("The export was cancelled. No file was written.");
      await expect(pdf).toBeEnabled();
      await expect.poll(profiles).toEqual([]);

      await rm(hold);
      const { name, bytes } = await report.export(/^PDF/);
      expect(name).toMatch(/\.pdf$/);
      expect(bytes.subarray(0, 5).toString("latin1")).toBe("%PDF-");
      await expect.poll(profiles).toEqual([]);

      await writeFile(hold, "");
      await pdf.click();
      await expect.poll(profiles).toHaveLength(1);
      await page.close();
      await expect.poll(profiles).toEqual([]);
    } finally {
      await page.close();
      await served.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
