// Whether memory stays flat: the page's heap after a collection, its nodes, listeners and workers, over many re-runs
// and many changes of the screen.
import { row } from "./figures.mjs";

const RUNS = 500;
const CHANGES = 200;
/** The heap is read this often; its first reading is after as many, when every cache is full. */
const EVERY = 100;
const SCREENS = ["Compare", "Library", "Lab"];

export async function memory(page) {
  const client = await page.context().newCDPSession(page);
  await client.send("Performance.enable");
  const read = async () => {
    await client.send("HeapProfiler.collectGarbage");
    await client.send("HeapProfiler.collectGarbage");
    const { metrics } = await client.send("Performance.getMetrics");
    const value = (name) => metrics.find((metric) => metric.name === name)?.value ?? NaN;
    return {
      mebibytes: value("JSHeapUsedSize") / 2 ** 20,
      nodes: value("Nodes"),
      listeners: value("JSEventListeners"),
      workers: page.workers().length,
    };
  };
  const over = async (count, step) => {
    const readings = [];
    for (let i = 1; i <= count + EVERY; i++) {
      await step(i);
      if (i % EVERY === 0) {
        // What comes after the last run (draws, remedies) is drawn too before anything is read.
        await page.waitForTimeout(1500);
        readings.push(await read());
      }
    }
    return readings;
  };
  const rows = [];
  const told = (what, readings) => {
    const [first, last] = [readings[0], readings.at(-1)];
    rows.push(
      row(
        `heap over ${what}: growth`,
        last.mebibytes - first.mebibytes,
        "MiB",
        2,
        `${first.mebibytes.toFixed(1)} to ${last.mebibytes.toFixed(1)} MiB`,
      ),
      row(`nodes over ${what}: growth`, last.nodes - first.nodes, "", 200, `${first.nodes} to ${last.nodes}`),
      row(`listeners over ${what}: growth`, last.listeners - first.listeners, "", 100),
      row(`workers over ${what}: growth`, last.workers - first.workers, "", 0, `${last.workers} in the end`),
    );
  };
  told(`${RUNS} re-runs`, await over(RUNS, () => rerun(page)));
  told(
    `${CHANGES} screen changes`,
    await over(CHANGES, async (i) => {
      await page
        .getByRole("navigation")
        .first()
        .getByRole("button", { name: SCREENS[i % SCREENS.length] })
        .click();
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    }),
  );
  return rows;
}

/** The same draws again, until their picture is painted. */
async function rerun(page) {
  await page.evaluate(() => (window.labBench.painted.length = 0));
  await page.keyboard.press("ControlOrMeta+r");
  await page.waitForFunction(() => window.labBench.painted.length > 0);
}
