// The Report screen as a person meets it: by names and roles.
import { readFile } from "node:fs/promises";
import { type Download, expect, type FrameLocator, type Locator, type Page } from "@playwright/test";

export class ReportPage {
  readonly page: Page;
  readonly contents: Locator;
  readonly preview: Locator;
  readonly out: Locator;
  /** What is inside the preview's frame. */
  readonly paper: FrameLocator;

  constructor(page: Page) {
    this.page = page;
    this.contents = page.getByRole("region", { name: "Contents of the report" });
    this.preview = page.getByRole("region", { name: "Preview", exact: true });
    this.out = page.getByRole("region", { name: "Export", exact: true });
    this.paper = page.frameLocator('iframe[title="Preview of the report"]');
  }

  async open(): Promise<void> {
    await this.page.getByRole("banner").getByRole("button", { name: "Report…" }).click();
    await this.built();
  }

  /** The preview is of what is chosen now. */
  async built(): Promise<void> {
    await expect(this.paper.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(this.preview.locator("[aria-busy]")).toHaveAttribute("aria-busy", "false");
  }

  box(name: string): Locator {
    return this.contents.getByRole("checkbox", { name, exact: true });
  }

  heading(name: string): Locator {
    return this.paper.getByRole("heading", { level: 2, name });
  }

  /** The bytes that a press of this button downloads, and under which name. */
  async export(button: string | RegExp): Promise<{ readonly name: string; readonly bytes: Buffer }> {
    return downloaded(this.page, () => this.out.getByRole("button", { name: button, exact: true }).click());
  }
}

export async function downloaded(
  page: Page,
  act: () => Promise<unknown>,
): Promise<{ readonly name: string; readonly bytes: Buffer }> {
  const waiting = page.waitForEvent("download", { timeout: 90_000 });
  await act();
  const download: Download = await waiting;
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}
