// The Train screen as a person meets it: by names and roles. Asserts nothing but that things come.
import { expect, type Locator, type Page } from "@playwright/test";

export class TrainPage {
  readonly page: Page;
  readonly setup: Locator;
  readonly training: Locator;
  readonly outcome: Locator;

  constructor(page: Page) {
    this.page = page;
    this.setup = page.getByRole("region", { name: "What is trained" });
    this.training = page.getByRole("region", { name: "Training", exact: true });
    this.outcome = page.getByRole("region", { name: /^Outcome/ }).first();
  }

  async open(): Promise<void> {
    await this.page
      .getByRole("navigation", { name: "Screens" })
      .getByRole("button", { name: "Train" })
      .click();
    await expect(this.setup).toBeVisible();
  }

  /** Types a slider's value into its field, and leaves it. */
  async type(slider: string, value: string): Promise<void> {
    const field = this.setup.getByLabel(`${slider}, typed`, { exact: true });
    await field.click();
    await field.fill(value);
    await field.press("Enter");
  }

  button(name: string): Locator {
    return this.training.getByRole("button", { name, exact: true });
  }

  async train(): Promise<void> {
    await this.button("Train").click();
  }

  /** All runs have come to their end. */
  async trained(): Promise<void> {
    await expect(this.button("Train again")).toBeVisible({ timeout: 90_000 });
    await expect(this.outcome).toBeVisible();
  }

  /** Of each variant's first run, in full. */
  async digests(): Promise<string[]> {
    const digests = await this.outcome
      .getByTestId("digest")
      .evaluateAll((codes) => codes.map((code) => code.getAttribute("title") ?? ""));
    for (const digest of digests) expect(digest).toMatch(/^[0-9a-f]{64}$/);
    return digests;
  }

  /** Steps of the runs that the browser has kept for after a crash: when paused, of all that are under way. */
  keptSteps(): Promise<number[]> {
    return this.page.evaluate(async () => {
      const found = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error!);
        });
      const database = await found(indexedDB.open("initlab.trainings"));
      if (!database.objectStoreNames.contains("runs")) return [];
      const asked = database.transaction("runs").objectStore("runs").getAll();
      const rows = await found(asked as IDBRequest<{ readonly checkpoint: { readonly step: number } }[]>);
      database.close();
      return rows.map(({ checkpoint }) => checkpoint.step);
    });
  }

  /** The histograms' canvases, pixel by pixel; empty while one of them has nothing on it yet. */
  histograms(): Promise<string> {
    return this.training.locator('[data-chart^="train-layer"] canvas').evaluateAll((canvases) => {
      const drawn = canvases as HTMLCanvasElement[];
      const blank = document.createElement("canvas");
      const pictures = drawn.map((one) => {
        [blank.width, blank.height] = [one.width, one.height];
        const picture = one.toDataURL();
        return picture === blank.toDataURL() ? "" : picture;
      });
      return pictures.includes("") ? "" : pictures.join();
    });
  }
}
