// The Train screen as a person meets it: by names and roles. Asserts nothing but that things come.
import { expect, type Locator, type Page } from "@playwright/test";
import { pressOnceThere } from "./moments";

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
    await expect(this.button("Train again")).toBeVisible({ timeout: 240_000 });
    await expect(this.outcome).toBeVisible();
  }

  /** The same again, to its end; fails where nothing was begun. */
  async trainAgain(): Promise<void> {
    // A short training may be over before one could look from out here whether it runs.
    const begun = await this.training.evaluateHandle((region) => {
      const seen = { isBusy: false };
      const look = () => (seen.isBusy ||= region.getAttribute("aria-busy") === "true");
      new MutationObserver(look).observe(region, { attributeFilter: ["aria-busy"] });
      return seen;
    });
    await this.button("Train again").click();
    await this.trained();
    expect(await begun.evaluate(({ isBusy }) => isBusy)).toBe(true);
  }

  /** Pauses at the first sign of steps, and waits until the runs have heard it and stand still. */
  async pauseMidway(): Promise<void> {
    await this.training.evaluate(async (region) => {
      const share = () => region.querySelector("[role=progressbar]")?.getAttribute("aria-valuenow") ?? "0";
      while (share() === "0") await new Promise((resolve) => requestAnimationFrame(resolve));
    });
    await pressOnceThere(this.training, "Pause");
    await expect(this.button("Resume")).toBeVisible();
    const progress = this.training.getByRole("progressbar");
    let last = await progress.getAttribute("aria-valuenow");
    const isStill = async () => {
      const before = last;
      last = await progress.getAttribute("aria-valuenow");
      return last === before;
    };
    await expect.poll(isStill, { intervals: [1000] }).toBe(true);
  }

  /** Of each run that a reload would find: the step that its checkpoint in the browser's own database is of. */
  keptSteps(): Promise<number[]> {
    return this.page.evaluate(
      () =>
        new Promise<number[]>((resolve, reject) => {
          const opening = indexedDB.open("initlab.trainings");
          opening.onerror = () => reject(new Error(`the database: ${opening.error?.message}`));
          opening.onsuccess = () => {
            const database = opening.result;
            const reading = database.transaction("runs").objectStore("runs").getAll();
            reading.onsuccess = () => {
              database.close();
              resolve(
                (reading.result as { readonly checkpoint: { readonly step: number } }[]).map(
                  ({ checkpoint }) => checkpoint.step,
                ),
              );
            };
          };
        }),
    );
  }

  /** Of each variant's first run, in full. */
  async digests(): Promise<string[]> {
    const digests = await this.outcome
      .getByTestId("digest")
      .evaluateAll((codes) => codes.map((code) => code.getAttribute("title") ?? ""));
    for (const digest of digests) expect(digest).toMatch(/^[0-9a-f]{64}$/);
    return digests;
  }

  /** The histograms' canvases, pixel by pixel; drawn in the frame after their data came, which is waited for. */
  histograms(): Promise<string> {
    return this.training.locator('[data-chart^="train-layer"] canvas').evaluateAll(async (canvases) => {
      for (let frame = 0; frame < 2; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
      return (canvases as HTMLCanvasElement[]).map((one) => one.toDataURL()).join();
    });
  }

  /** The same, once they are there and nothing moves. */
  async restingHistograms(): Promise<string> {
    let last = "";
    const isStill = async () => {
      const before = last;
      last = await this.histograms();
      return last !== "" && last === before;
    };
    await expect.poll(isStill).toBe(true);
    return last;
  }
}
