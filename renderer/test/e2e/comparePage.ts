// Compare as a person meets it. Asserts nothing.
import type { Locator, Page } from "@playwright/test";

export class ComparePage {
  readonly page: Page;
  readonly runs: Locator;
  readonly comparison: Locator;

  constructor(page: Page) {
    this.page = page;
    this.runs = page.getByRole("region", { name: "Runs" });
    this.comparison = page.getByRole("region", { name: "Comparison" });
  }

  async open(): Promise<void> {
    await this.page
      .getByRole("navigation", { name: "Screens" })
      .getByRole("button", { name: "Compare" })
      .click();
  }

  run(name: string): Locator {
    return this.runs.getByRole("listitem").filter({ has: this.page.getByRole("heading", { name }) });
  }

  /** Searches among the Lab, what is saved and the presets, and takes the first that is found. */
  async add(words: string): Promise<void> {
    await this.page.getByRole("button", { name: "Add run…" }).click();
    const dialog = this.page.getByRole("dialog", { name: "Add runs" });
    await dialog.getByRole("combobox").fill(words);
    await dialog.getByRole("option").first().click();
    await dialog.getByRole("button", { name: "Done" }).click();
  }
}
