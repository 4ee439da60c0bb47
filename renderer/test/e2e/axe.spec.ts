// What axe finds on every screen and in every dialog, in both themes: nothing.
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { ComparePage } from "./comparePage";
import type { LabPage } from "./labPage";
import { LearnPage } from "./learnPage";
import { LibraryPage } from "./libraryPage";
import { atRest } from "./moments";
import { TrainPage } from "./trainPage";
import { expect, test } from "./test";

type Reached = (lab: LabPage) => Promise<void>;

const PLACES: Readonly<Record<string, Reached>> = {
  "the Lab": async (lab) => lab.settled(),
  "the Lab in a small window": async (lab) => {
    await lab.page.setViewportSize({ width: 1024, height: 700 });
    await lab.settled();
  },
  "Compare, empty": async (lab) => lab.go("Compare"),
  "Compare, with three runs": async (lab) => {
    const compare = new ComparePage(lab.page);
    await compare.open();
    await lab.page.getByRole("button", { name: "Three scales, one tanh net" }).click();
    await expect(compare.comparison).toHaveAttribute("aria-busy", "false");
  },
  "the dialog that adds runs": async (lab) => {
    await lab.go("Compare");
    await lab.page.getByRole("button", { name: "Add run…" }).click();
    await lab.page.getByRole("option").first().waitFor();
  },
  "Train, nothing trained": async (lab) => lab.go("Train"),
  "Train, trained": async (lab) => {
    const train = new TrainPage(lab.page);
    await train.open();
    await train.type("Steps", "40");
    await train.train();
    await train.trained();
  },
  "Train in a small window": async (lab) => {
    await lab.page.setViewportSize({ width: 1024, height: 700 });
    const train = new TrainPage(lab.page);
    await train.open();
    await train.type("Steps", "20");
    await train.train();
    await train.trained();
  },
  "Learn, answered and judged": async (lab) => {
    const learn = new LearnPage(lab.page);
    await learn.open();
    await learn.go(3);
    await learn.choices.first().click();
    await learn.filled();
    await learn.judged();
  },
  "Learn in a small window, trained": async (lab) => {
    await lab.page.setViewportSize({ width: 1024, height: 700 });
    const learn = new LearnPage(lab.page);
    await learn.open();
    await learn.trial.getByRole("button", { name: /^Train/ }).click();
    await expect(learn.trial.getByRole("button", { name: /^Train again/ })).toBeVisible();
  },
  "Learn on the projector": async (lab) => {
    const learn = new LearnPage(lab.page);
    await learn.open();
    await learn.header.getByRole("button", { name: "Projector" }).click();
    await learn.filled();
  },
  "Library, empty": async (lab) => lab.go("Library"),
  "Library, with one picked": async (lab) => {
    await lab.save("Looked at");
    await lab.go("Library");
    await new LibraryPage(lab.page).pick("Looked at");
  },
  Settings: async (lab) => lab.go("Settings"),
  "the layers, one by one": async (lab) => {
    await lab.settled();
    await lab.spec.getByRole("button", { name: /^Layers/ }).click();
  },
  "the command palette": async (lab) => {
    await lab.page.keyboard.press("ControlOrMeta+k");
    await lab.page.getByRole("dialog").waitFor();
  },
  "the glossary": async (lab) => {
    await lab.page.keyboard.press("F1");
    await lab.page.getByRole("dialog").waitFor();
  },
};

async function violations(page: Page) {
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  return found.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target.join(" ")}: ${failureSummary ?? ""}`),
  );
}

for (const theme of ["light", "dark"] as const)
  test.describe(theme, () => {
    test.use({ colorScheme: theme });
    for (const [place, reach] of Object.entries(PLACES))
      test(`axe finds nothing in ${place}`, async ({ lab }) => {
        await reach(lab);
        await atRest(lab.page);
        expect(await violations(lab.page)).toEqual([]);
      });
  });
