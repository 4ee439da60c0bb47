// A report in a real browser: axe finds nothing in either theme, nothing is fetched, nothing scrolls sideways, and what
// is printed of it holds its findings and tables.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";

const run = promisify(execFile);
const MAIN = join(import.meta.dirname, "../../../dist/cli/main.mjs");

const REPORTS: Readonly<Record<string, readonly string[]>> = {
  "one run": ["run", "preset:xavier-normal-sigmoid"],
  "two runs compared": ["compare", "preset:he-normal-relu", "preset:zeros-tanh", "--seeds", "2"],
};

let folder: string;
test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "initlab-e2e-"));
  for (const [name, args] of Object.entries(REPORTS))
    await run(process.execPath, [MAIN, ...args, "--report", join(folder, `${name}.html`)]);
});
test.afterAll(async () => rm(folder, { recursive: true, force: true }));

async function open(page: Page, name: string): Promise<readonly string[]> {
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => requests.push(message.text()));
  await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
  return requests;
}

for (const name of Object.keys(REPORTS)) {
  for (const colorScheme of ["light", "dark"] as const)
    test(`axe finds nothing in ${name}, ${colorScheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      const requests = await open(page, name);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} (${nodes.length})`)).toEqual([]);
      // The page itself, and nothing after it.
      expect(requests).toHaveLength(1);
      const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(ground).toBe(colorScheme === "light" ? "rgb(253, 253, 251)" : "rgb(24, 28, 34)");
    });

  test(`${name} scrolls sideways on no screen`, async ({ page }) => {
    await open(page, name);
    for (const width of [1440, 1024, 720, 400]) {
      await page.setViewportSize({ width, height: 800 });
      const [wide, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      expect(wide, `at ${width}`).toBeLessThanOrEqual(seen);
    }
  });

  test(`${name}, printed, holds its findings and tables`, async ({ page }) => {
    await open(page, name);
    const printed = await page.pdf({ preferCSSPageSize: true, tagged: true, outline: true });
    expect(printed.subarray(0, 5).toString("latin1")).toBe("%PDF-");
    const file = join(folder, `${name}.pdf`);
    await writeFile(file, printed);
    const text = await run("pdftotext", ["-layout", file, "-"]).then(
      ({ stdout }) => stdout,
      (error: NodeJS.ErrnoException) => {
        if (error.code !== "ENOENT") throw error;
        console.log(`the words of ${name} are not looked at: no pdftotext on this machine`);
        return null;
      },
    );
    if (text === null) return;
    const squeezed = text.replaceAll(/\s+/g, " ");
    const messages = await page.locator(".finding > p:not([class])").allTextContents();
    expect(messages.length).toBeGreaterThan(0);
    for (const message of messages) expect(squeezed).toContain(message.replaceAll(/\s+/g, " "));
    const rows = await page
      .locator("table[id^='t-layers-'] tbody tr")
      .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent)));
    expect(rows.length).toBeGreaterThan(9);
    // Raised digits have letters of their own in fonts that lack them; the plain ones are looked for.
    for (const row of rows)
      for (const cell of row) if (/^[\d.]+$/.test(cell)) expect(squeezed).toContain(cell);
    for (const caption of await page.locator("caption").allTextContents())
      expect(squeezed).toContain(caption.replaceAll(/\s+/g, " "));
  });
}
