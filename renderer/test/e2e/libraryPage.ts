// The Library as a person meets it. Asserts nothing.
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";

export class LibraryPage {
  readonly page: Page;
  readonly search: Locator;
  /** Of the one that is picked. */
  readonly details: Locator;

  constructor(page: Page) {
    this.page = page;
    this.search = page.getByRole("searchbox", { name: /^Search/ });
    this.details = page.getByRole("complementary", { name: "Details" });
  }

  async open(): Promise<void> {
    await this.page
      .getByRole("navigation", { name: "Screens" })
      .getByRole("button", { name: "Library" })
      .click();
  }

  row(name: string): Locator {
    return this.page.getByRole("row").filter({ hasText: name });
  }

  /** Picks one, and waits until its details are there. */
  async pick(name: string): Promise<void> {
    await this.row(name).click();
    await this.details.getByRole("heading", { name: "Spec" }).waitFor();
    // The notes come with the whole of it; in the trash they are not asked for.
    const isTrash = await this.page.getByRole("heading", { name: "Trash", level: 1 }).isVisible();
    if (!isTrash) await this.details.getByRole("button", { name: /note|Edit/ }).waitFor();
  }

  async openInLab(name: string): Promise<void> {
    await this.row(name).dblclick();
  }

  async addTag(tag: string): Promise<void> {
    const field = this.details.getByRole("combobox", { name: "Add a tag" });
    // What was changed is read again.
    const isReadAgain = this.page.waitForResponse(/\/openExperiment$/);
    await field.fill(tag);
    await field.press("Enter");
    await isReadAgain;
  }

  async trash(): Promise<void> {
    await this.details.getByRole("button", { name: "Move to trash" }).click();
  }

  async restore(): Promise<void> {
    await this.details.getByRole("button", { name: "Restore" }).click();
  }

  async showTrash(): Promise<void> {
    await this.page.getByRole("button", { name: "Trash", exact: true }).click();
  }

  async leaveTrash(): Promise<void> {
    await this.page.getByRole("button", { name: "Back to the library" }).first().click();
  }

  /** Path of the file that the browser saved. */
  async export(): Promise<string> {
    const download = this.page.waitForEvent("download");
    await this.details.getByRole("button", { name: "Export…" }).click();
    const done = await download;
    const path = join(await done.path(), "..", done.suggestedFilename());
    await done.saveAs(path);
    return path;
  }

  async import(file: string): Promise<void> {
    const chooser = this.page.waitForEvent("filechooser");
    await this.page.getByRole("button", { name: "Import…" }).first().click();
    await (await chooser).setFiles(file);
  }
}
