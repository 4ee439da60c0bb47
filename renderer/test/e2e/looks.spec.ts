// The main screens as pictures, compared with those that were looked at and found good. Letters differ between
// browsers and systems: only the browser that made the pictures compares with them.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { LabPage } from "./labPage";
import { LearnPage } from "./learnPage";
import { ReportPage } from "./reportPage";
import { expect, test } from "./test";

/** `npm run test:e2e -- looks --update-snapshots` makes the pictures anew. */
const MAKES = process.env["INITLAB_MAKES_LOOKS"] === "1";

const WHY = "no picture was made with this version of the browser on this system";

const FOLDER = join(
  import.meta.dirname,
  `snapshots/chromium${process.env["INITLAB_BROWSER_VERSION"] ?? "unknown"}-${process.platform}`,
);

function isMissing(name: string): boolean {
  const missing = !MAKES && !existsSync(join(FOLDER, name));
  if (missing) console.log(`    ${name}: skipped, ${WHY}`);
  return missing;
}

const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
] as const;

const SCREENS: Readonly<Record<string, (lab: LabPage) => Promise<void>>> = {
  lab: async (lab) => void (await lab.restingPicture()),
  compare: async (lab) => {
    const { page } = lab;
    await lab.go("Compare");
    await page.getByRole("button", { name: "Three scales, one tanh net" }).click();
    const comparison = page.getByRole("region", { name: "Comparison" });
    await expect(comparison.getByRole("table").first()).toBeVisible();
    await expect(comparison).toHaveAttribute("aria-busy", "false");
    await page.mouse.move(0, 0);
  },
  learn: async (lab) => {
    const learn = new LearnPage(lab.page);
    await learn.open();
    await learn.go(3);
    await learn.choices.nth(1).click();
    await learn.filled();
    await learn.tried();
    await learn.judged();
    await expect(learn.question.locator(".choice.right, .outcome b")).toHaveCount(1);
    await learn.title.scrollIntoViewIfNeeded();
    await lab.page.mouse.move(0, 0);
  },
  report: async (lab) => {
    await lab.restingPicture();
    await new ReportPage(lab.page).open();
    await lab.page.mouse.move(0, 0);
  },
  library: async (lab) => lab.go("Library"),
  settings: async (lab) => lab.go("Settings"),
};

for (const [screen, show] of Object.entries(SCREENS))
  for (const theme of ["light", "dark"] as const)
    for (const size of SIZES) {
      const name = `${screen}-${theme}-${size.width}.png`;
      test.describe(() => {
        test.use({ colorScheme: theme, viewport: size });
        // Before anything is opened.
        test.skip(() => isMissing(name), WHY);
        test(`looks: ${name}`, async ({ lab }) => {
          await show(lab);
          await expect(lab.page).toHaveScreenshot(name, { mask: [lab.status] });
        });
      });
    }
