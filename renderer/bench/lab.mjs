// How fast the Lab answers: single steps of a slider, ten seconds of dragging, a long run's first layers.
import { median, quantile, row } from "./figures.mjs";
import { scriptMillisByUpdate, TRACED } from "./trace.mjs";

const STEPS = 60;
const DRAG_MILLIS = 10_000;
/** Between two steps: the draws and remedies of the one before may begin, as they do for a person. */
const PAUSE_MILLIS = 400;

/**
 * In the page: every input, every new picture, every long task. A picture counts as painted when the main thread has
 * its next turn after the frame in which the charts were drawn: style, layout and paint are over then.
 */
export function watchPage() {
  const seen = { inputs: [], painted: [], tasks: [] };
  window.labBench = seen;
  const { port1, port2 } = new MessageChannel();
  let isNew = false;
  port2.onmessage = () => seen.painted.push(performance.now());
  const mark = performance.mark.bind(performance);
  performance.mark = (name, ...rest) => {
    if (name === "lab:picture") isNew = true;
    // Charts that are drawn again for the pointer's sake are no new picture.
    if (name === "lab:painted" && isNew) {
      isNew = false;
      mark("bench:painted");
      port1.postMessage(null);
    }
    return mark(name, ...rest);
  };
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) seen.tasks.push({ startTime, duration });
  }).observe({ type: "longtask" });
  for (const type of ["keydown", "pointermove", "pointerdown", "paste"])
    window.addEventListener(type, ({ timeStamp }) => seen.inputs.push(timeStamp), { capture: true });
}

export const forget = (page) =>
  page.evaluate(() => {
    for (const list of Object.values(window.labBench)) list.length = 0;
  });

const seenBy = (page) => page.evaluate(() => structuredClone(window.labBench));

/** Resolves once a picture was painted after the first input since `forget`. */
async function paintedAfterInput(page) {
  await page.waitForFunction(() => {
    const { inputs, painted } = window.labBench;
    return painted.some((time) => time > inputs[0]);
  });
}

export async function answers(page, browser) {
  const std = page.getByRole("slider", { name: "Std", exact: true });
  await std.focus();
  const latencies = [];
  for (let step = 0; step < STEPS; step++) {
    await forget(page);
    await page.keyboard.press(step % 20 < 10 ? "ArrowLeft" : "ArrowRight");
    await paintedAfterInput(page);
    const { inputs, painted } = await seenBy(page);
    latencies.push(painted.find((time) => time > inputs[0]) - inputs[0]);
    await page.waitForTimeout(PAUSE_MILLIS);
  }
  return [
    row(
      "event to painted picture, median",
      median(latencies),
      "ms",
      null,
      `${STEPS} steps of the std slider`,
    ),
    row("event to painted picture, p95", quantile(latencies, 0.95), "ms"),
    ...(await dragged(page, browser, std)),
  ];
}

async function dragged(page, browser, std) {
  const track = await std.boundingBox();
  const y = track.y + track.height / 2;
  await page.mouse.move(track.x + track.width / 2, y);
  await page.mouse.down();
  await forget(page);
  await browser.startTracing(page, { categories: TRACED });
  const begun = performance.now();
  let moves = 0;
  for (let now = 0; now < DRAG_MILLIS; now = performance.now() - begun) {
    const place = 0.5 - 0.45 * Math.cos((2 * Math.PI * now) / 2500);
    await page.mouse.move(track.x + track.width * place, y);
    moves++;
    await page.waitForTimeout(8);
  }
  const trace = await browser.stopTracing();
  await page.mouse.up();
  const { painted, tasks } = await seenBy(page);
  const script = scriptMillisByUpdate(trace, "bench:painted");
  const long = tasks.map(({ duration }) => duration);
  return [
    row(
      "pictures a second while dragging",
      painted.length / (DRAG_MILLIS / 1000),
      "/s",
      null,
      `${moves} moves`,
    ),
    row("script an update, median", median(script), "ms", null, `${script.length} updates`),
    row("script an update, p95", quantile(script, 0.95), "ms", 16),
    row("long tasks in 10 s of dragging", long.filter((millis) => millis > 50).length, "", 0),
    row("longest task while dragging", Math.max(0, ...long), "ms", 50, "0: none over 50 ms"),
  ];
}

/** `show` puts the spec into the Lab, as a person pastes it. */
export async function longRun(page, show, spec) {
  await forget(page);
  await show(spec);
  await paintedAfterInput(page);
  const { inputs, painted } = await seenBy(page);
  const first = painted.find((time) => time > inputs[0]) - inputs[0];
  // Input while it runs: a key that changes nothing is answered by the next frame.
  const waits = [];
  for (let i = 0; i < 40; i++) {
    waits.push(
      await page.evaluate(
        () =>
          new Promise((resolve) => {
            const since = performance.now();
            const { port1, port2 } = new MessageChannel();
            port2.onmessage = () => resolve(performance.now() - since);
            port1.postMessage(null);
          }),
      ),
    );
    await page.waitForTimeout(50);
  }
  const { tasks } = await seenBy(page);
  return [
    row("50 × 512: first layers painted", first, "ms", 150),
    row(
      "50 × 512: longest task",
      Math.max(0, ...tasks.map(({ duration }) => duration)),
      "ms",
      50,
      "0: none over 50 ms",
    ),
    row("50 × 512: longest wait for a turn", Math.max(...waits), "ms", 50),
  ];
}
