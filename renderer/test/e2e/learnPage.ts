// Learn as a person meets it: by names and roles. Asserts nothing but that things come.
import { expect, type Locator, type Page } from "@playwright/test";

export class LearnPage {
  readonly page: Page;
  readonly list: Locator;
  readonly chapter: Locator;
  readonly title: Locator;
  readonly question: Locator;
  readonly choices: Locator;
  readonly trial: Locator;
  readonly claims: Locator;
  readonly header: Locator;

  constructor(page: Page) {
    this.page = page;
    this.list = page.getByRole("navigation", { name: "Chapters" });
    this.chapter = page.getByRole("region", { name: "Chapter", exact: true });
    this.title = this.chapter.getByRole("heading", { level: 1 });
    this.question = this.chapter.getByRole("region", { name: "Predict first" });
    this.choices = this.question.getByRole("radio");
    this.trial = this.chapter.getByRole("region", { name: "Try it" });
    this.claims = this.chapter.getByRole("region", { name: "Claims, measured here" });
    this.header = page.getByRole("banner");
  }

  async open(): Promise<void> {
    await this.page
      .getByRole("navigation", { name: "Screens" })
      .getByRole("button", { name: "Learn" })
      .click();
    await expect(this.title).toBeVisible();
  }

  /** By its number. */
  async go(number: number): Promise<void> {
    await this.list
      .getByRole("button")
      .nth(number - 1)
      .click();
    await expect(this.list.getByRole("button").nth(number - 1)).toHaveAttribute("aria-current", "page");
  }

  /** Every figure of the text is there. */
  async filled(): Promise<void> {
    await expect(this.chapter.getByRole("img", { name: "being measured" })).toHaveCount(0);
  }

  async tried(): Promise<void> {
    await expect(this.trial).toHaveAttribute("aria-busy", "false");
  }

  async judged(): Promise<void> {
    await this.claims.scrollIntoViewIfNeeded();
    await expect(this.claims).toContainText("Measured at this machine", { timeout: 120_000 });
  }

  verdicts(): Locator {
    return this.claims.locator("tbody tr td:last-child");
  }

  scrollTop(): Promise<number> {
    return this.chapter.evaluate((node) => node.scrollTop);
  }
}
