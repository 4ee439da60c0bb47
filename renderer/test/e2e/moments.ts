// Things that a page has for a moment only, and when that moment is over. What would end before a press from out here
// arrived is pressed from within the page; what comes in softly is waited for. Asserts nothing but that it ends.
import { expect, type Locator, type Page } from "@playwright/test";

/** Presses the button of this name as soon as it is there, as a quick hand would. */
export function pressOnceThere(region: Locator, name: string): Promise<void> {
  return region.evaluate(async (node, words) => {
    const there = () =>
      [...node.querySelectorAll("button")].find(
        (button) => !button.disabled && button.textContent.trim() === words,
      );
    for (let button = there(); ; button = there()) {
      if (button) return button.click();
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  }, name);
}

/** Nothing fades or slides any more: half-seen text has half its contrast. What turns for ever does not count. */
export async function atRest(page: Page): Promise<void> {
  const moving = () =>
    page.evaluate(async () => {
      for (let frame = 0; frame < 2; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
      return document
        .getAnimations()
        .filter(
          ({ playState, effect }) =>
            playState === "running" && effect?.getComputedTiming().endTime !== Infinity,
        ).length;
    });
  await expect.poll(moving).toBe(0);
}
