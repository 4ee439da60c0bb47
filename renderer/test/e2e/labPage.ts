// The Lab and the frame around it as a person meets them: by names and roles. Asserts nothing but that it opens.
import { expect, type Locator, type Page } from "@playwright/test";

export class LabPage {
  readonly page: Page;
  readonly spec: Locator;
  readonly signal: Locator;
  readonly reading: Locator;
  readonly status: Locator;
  readonly name: Locator;
  readonly undo: Locator;
  readonly redo: Locator;

  constructor(page: Page) {
    this.page = page;
    this.spec = page.getByRole("region", { name: "Spec" });
    this.signal = page.getByRole("region", { name: "Signal" });
    this.reading = page.getByRole("region", { name: "Reading" });
    this.status = page.getByRole("contentinfo", { name: "Status" });
    this.name = page.getByRole("textbox", { name: "Name of the experiment" });
    const header = page.getByRole("banner");
    this.undo = header.getByRole("button", { name: "Undo", exact: true });
    this.redo = header.getByRole("button", { name: "Redo", exact: true });
  }

  /** Opens the lab at this address, and waits for the first run. */
  async open(address: string): Promise<void> {
    await this.page.goto(address);
    await expect(this.status).toContainText("Ran in");
  }

  get verdict(): Locator {
    return this.reading.getByRole("heading", { level: 2 });
  }

  async go(screen: "Lab" | "Compare" | "Train" | "Learn" | "Library" | "Settings"): Promise<void> {
    await this.page
      .getByRole("navigation", { name: "Screens" })
      .getByRole("button", { name: screen })
      .click();
  }

  /** There are charts, and they are not empty. */
  async drawn(): Promise<void> {
    await expect.poll(() => this.inkedCharts()).toBeGreaterThan(3);
  }

  /** Nothing runs any more: all draws are measured, remedies were tried. */
  async settled(): Promise<void> {
    await expect(this.status).toHaveAttribute("aria-busy", "false");
  }

  slider(name: string): Locator {
    return this.spec.getByRole("slider", { name, exact: true });
  }

  /** Types a slider's value into its field, and leaves it. */
  async type(slider: string, value: string): Promise<void> {
    const field = this.spec.getByLabel(`${slider}, typed`, { exact: true });
    await field.click();
    await field.fill(value);
    await field.press("Enter");
  }

  /** A choice of the spec ("Scheme", "Activation") in the line that is called so. */
  choice(name: string): Locator {
    return this.spec.getByRole("combobox", { name, exact: true });
  }

  async choose(name: string, option: string | RegExp): Promise<void> {
    await this.choice(name).click();
    await this.page.getByRole("option", { name: option }).first().click();
  }

  /** As Copy spec and the browser's own paste do it. */
  async paste(spec: unknown): Promise<void> {
    await this.page.evaluate((text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text);
      document.body.dispatchEvent(
        new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }),
      );
    }, JSON.stringify(spec));
  }

  async save(name: string): Promise<void> {
    await this.name.fill(name);
    await this.name.press("Enter");
    await this.page.keyboard.press("ControlOrMeta+s");
    await expect(this.page.getByRole("status").filter({ hasText: /^Saved$/ })).toBeVisible();
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

  /**
   * The signal's charts, pixel by pixel, as a short text: two are equal when the pictures are. Charts are drawn in the
   * frame after their data came: that one is waited for.
   */
  picture(): Promise<string> {
    return this.signal.locator("canvas").evaluateAll(async (canvases) => {
      for (let frame = 0; frame < 2; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
      const text = (canvases as HTMLCanvasElement[]).map((canvas) => canvas.toDataURL()).join();
      const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
      return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    });
  }

  /** The picture, once everything is measured and nothing moves. */
  async restingPicture(): Promise<string> {
    await this.settled();
    // No chart is marked by the pointer.
    await this.page.mouse.move(0, 0);
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

  /** Drags a slider's knob to a share of its track, in steps; `between` runs after each of them, while it is held. */
  async drag(slider: Locator, to: number, steps: number, between: () => Promise<void>): Promise<void> {
    const box = (await slider.boundingBox())!;
    const [low, high, now] = await Promise.all(
      ["aria-valuemin", "aria-valuemax", "aria-valuenow"].map(async (name) =>
        Number(await slider.getAttribute(name)),
      ),
    );
    const y = box.y + box.height / 2;
    const from = box.x + (now === low ? 0 : now === high ? 1 : 0.5) * box.width;
    await this.page.mouse.move(from, y);
    await this.page.mouse.down();
    for (let step = 1; step <= steps; step++) {
      await this.page.mouse.move(from + ((box.x + to * box.width - from) * step) / steps, y);
      await between();
    }
    await this.page.mouse.up();
  }
}
