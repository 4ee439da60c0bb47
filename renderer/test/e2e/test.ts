// What every end-to-end test stands on: a server of its own over an empty data folder, and a page in which no error
// may be printed, no policy violated and nothing thrown without the test failing.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test as base, type Page } from "@playwright/test";
import { startServed, type Served } from "../../../app/build/served.mjs";
import { ComparePage } from "./comparePage";
import { LabPage } from "./labPage";
import { LibraryPage } from "./libraryPage";

export { expect };

export interface Complaints {
  /** What was printed or thrown so far. */
  readonly all: string[];
  /** Words that a test brings about on purpose. */
  expect(pattern: RegExp): void;
}

interface Fixtures {
  readonly dataFolder: string;
  readonly served: Served;
  readonly complaints: Complaints;
  /** The Lab, opened, with its first picture. */
  readonly lab: LabPage;
  readonly library: LibraryPage;
  readonly compare: ComparePage;
}

export const test = base.extend<Fixtures>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures' names from the pattern
  dataFolder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), "initlab-e2e-"));
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },
  served: async ({ dataFolder, page }, use) => {
    const served = await startServed(dataFolder);
    await use(served);
    // First the window, as a person does: it would complain of a server that is gone.
    await page.close();
    await served.stop();
  },
  complaints: [
    async ({ page }, use) => {
      const all: string[] = [];
      const expected: RegExp[] = [];
      watch(page, all);
      await use({ all, expect: (pattern) => expected.push(pattern) });
      expect(
        all.filter((line) => !expected.some((pattern) => pattern.test(line))),
        "the page complained",
      ).toEqual([]);
    },
    { auto: true },
  ],
  lab: async ({ page, served }, use) => {
    const lab = new LabPage(page);
    await lab.open(served.address);
    await use(lab);
  },
  library: async ({ lab }, use) => {
    await use(new LibraryPage(lab.page));
  },
  compare: async ({ lab }, use) => {
    await use(new ComparePage(lab.page));
  },
});

/** Violations of the policy are errors on the console, those of workers among them. */
function watch(page: Page, all: string[]): void {
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning")
      all.push(`${message.type()}: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => all.push(`thrown: ${error.message}`));
  page.on("crash", () => all.push("the page crashed"));
}
