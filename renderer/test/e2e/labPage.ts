// The Lab as a person meets it: by names and roles. Asserts nothing but that it opens.
import { expect, type Locator, type Page } from "@playwright/test";

export class LabPage {
  readonly page: Page;
  readonly spec: Locator;
  readonly signal: Locator;
  readonly reading: Locator;

  constructor(page: Page) {
    this.page = page;
    this.spec = page.getByRole("region", { name: "Spec" });
    this.signal = page.getByRole("region", { name: "Signal" });
    this.reading = page.getByRole("region", { name: "Reading" });
  }

  /** Opens the lab at this address, and waits for the first picture. */
  async open(address: string): Promise<void> {
    await this.page.goto(address);
    await this.drawn();
  }

  /** There are charts, and they are not empty. */
  async drawn(): Promise<void> {
    await expect(this.signal.locator("canvas").first()).toBeVisible();
    await expect.poll(() => this.inkedCharts()).toBeGreaterThan(3);
  }

  /** Waits until nothing runs any more: remedies were tried and their findings stand. */
  async settled(): Promise<void> {
    await expect(this.status).toHaveAttribute("data-run", "done", { timeout: 30_000 });
  }

  get status(): Locator {
    return this.page.getByRole("contentinfo");
  }

  slider(name: string | RegExp): Locator {
    return this.spec.getByRole("slider", { name });
  }

  /** A choice of the spec: opens it, and takes the option. */
  async choose(name: string | RegExp, option: string | RegExp): Promise<void> {
    await this.spec.getByRole("button", { name }).click();
    await this.page.getByRole("option", { name: option }).first().click();
  }

  /** Charts of the signal with anything drawn in them. */
  inkedCharts(): Promise<number> {
    return this.signal.locator("canvas").evaluateAll(
      (canvases) =>
        (canvases as HTMLCanvasElement[]).filter((canvas) => {
          if (canvas.width === 0 || canvas.height === 0) return false;
          const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
          return data.some((value, i) => i % 4 === 3 && value > 0);
        }).length,
    );
  }

  /** The signal's charts, pixel by pixel, as a short text: two are equal when the pictures are. */
  picture(): Promise<string> {
    return this.signal.locator("canvas").evaluateAll(async (canvases) => {
      const text = (canvases as HTMLCanvasElement[]).map((canvas) => canvas.toDataURL()).join();
      const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
      return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    });
  }

  /** The picture, once it has stayed the same for a moment. */
  async restingPicture(): Promise<string> {
    await this.settled();
    let last = await this.picture();
    await expect
      .poll(async () => {
        const before = last;
        last = await this.picture();
        return last === before;
      })
      .toBe(true);
    return last;
  }
}
