// Runs laid over each other.
import { expect, test } from "./test";

test("two runs are compared: the Lab's and a preset, their differences marked", async ({ lab, compare }) => {
  await lab.page.keyboard.press("ControlOrMeta+Shift+A");
  await compare.open();
  await expect(compare.run("N(0, 1) with sigmoid")).toContainText("baseline");
  await compare.add("xavier sigmoid");
  await expect(compare.runs.getByRole("listitem")).toHaveCount(2);
  await expect(compare.runs.getByText("differs from the baseline:").first()).toBeAttached();

  await expect(compare.comparison).toHaveAttribute("aria-busy", "false");
  await expect(compare.comparison.getByRole("table").first()).toBeVisible();
  await expect.poll(() => compare.comparison.locator("canvas").count()).toBeGreaterThan(2);
  await expect(compare.comparison.getByRole("row").filter({ hasText: /×|÷/ }).first()).toBeVisible();
});

test("three scales with one click, one removed", async ({ compare }) => {
  await compare.open();
  await compare.page.getByRole("button", { name: "Three scales, one tanh net" }).click();
  const runs = compare.runs.getByRole("listitem");
  await expect(runs).toHaveCount(3);
  await expect(compare.comparison).toHaveAttribute("aria-busy", "false");
  await runs
    .nth(1)
    .getByRole("button", { name: /^Actions for/ })
    .click();
  await compare.page.getByRole("menuitem", { name: "Remove" }).click();
  await expect(runs).toHaveCount(2);
  await expect(compare.comparison).toHaveAttribute("aria-busy", "false");
  await expect(compare.comparison.getByRole("table").first()).toBeVisible();
});
