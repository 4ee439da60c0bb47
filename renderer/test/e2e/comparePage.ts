// Compare as a person meets it. Asserts nothing.
import type { Page } from "@playwright/test";

export class ComparePage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(): Promise<void> {
    await this.page.getByRole("navigation").getByRole("button", { name: "Compare" }).click();
  }
}
