// The Library as a person meets it. Asserts nothing.
import type { Locator, Page } from "@playwright/test";

export class LibraryPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(): Promise<void> {
    await this.page.getByRole("navigation").getByRole("button", { name: "Library" }).click();
  }

  row(name: string): Locator {
    return this.page.getByRole("row").filter({ hasText: name });
  }
}
