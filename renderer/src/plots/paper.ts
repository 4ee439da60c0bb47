// Charts for paper: all of them, in the colours and sizes that the page has when it is printed, seen or not.
import { flushSync, tick } from "svelte";
import { scheduler } from "./scheduler";
import { theme } from "./theme.svelte";

/** At once; what is laid out by observers of size stays as it was. */
export function drawForPaper(): void {
  theme.renew();
  flushSync();
  scheduler.drawAll();
}

/** When what follows a new size has followed it. */
export async function drawnForPaper(): Promise<void> {
  await tick();
  await nextFrame();
  await nextFrame();
  drawForPaper();
}

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
