// npm run bench:renderer [-- --write] [-- --only lab,long,library,memory]: the screen's speed in a real Chromium over
// the browser host, against what was promised. --write keeps the figures in results.json, with the machine and the
// browser they belong to. It asserts nothing: figures depend on the machine.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { findBrowser } from "../../app/build/browser.mjs";
import { buildIfStale, ROOT } from "../../app/build/build.mjs";
import { startServed } from "../../app/build/served.mjs";
import { holds, tableOf } from "./figures.mjs";
import { answers, longRun, watchPage } from "./lab.mjs";
import { fillLibrary, library, SAVED } from "./library.mjs";
import { memory } from "./memory.mjs";

const say = (what) => console.error(`renderer's benchmark: ${what}`);
const only = process.argv.includes("--only")
  ? process.argv[process.argv.indexOf("--only") + 1].split(",")
  : ["lab", "long", "library", "memory"];
const LONG = {
  format: "initlab.experiment/1",
  data: { source: "gaussian", samples: 1000, features: 512 },
  network: { hidden: { layers: 50, units: 512, activation: "relu", weights: { scheme: "he_normal" } } },
  backward: { kind: "probe" },
};

await buildIfStale(say);
const executablePath = await findBrowser(say);
const browser = await chromium.launch({
  executablePath,
  args: [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
  ],
});
const rows = [];
try {
  const measures = {
    lab: (page) => answers(page, browser),
    long: (page) => longRun(page, (spec) => paste(page, spec), LONG),
    memory,
    library,
  };
  for (const name of only) {
    say(name);
    rows.push(...(await inLab(name === "library" ? fillLibrary : async () => {}, measures[name])));
  }
} finally {
  await browser.close();
}
console.log(tableOf(rows));
if (process.argv.includes("--write")) {
  const results = {
    machine: {
      cpu: cpus()[0]?.model ?? "unknown",
      threads: availableParallelism(),
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      platform: process.platform,
    },
    browser: `Chromium ${browser.version()}, headless, without a GPU`,
    window: "1440 × 900",
    saved: SAVED,
    rows: rows.map((it) => ({ ...it, holds: holds(it) })),
  };
  const file = join(ROOT, "renderer/bench/results.json");
  await writeFile(file, `${JSON.stringify(results, null, 1)}\n`);
  say(`written to renderer/bench/results.json`);
}

/** A data folder, a server over it, and a page in which the default experiment was drawn and has come to rest. */
async function inLab(fill, measure) {
  const dataFolder = await mkdtemp(join(tmpdir(), "initlab-bench-"));
  try {
    await fill(dataFolder);
    const served = await startServed(dataFolder);
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      permissions: ["clipboard-read", "clipboard-write"],
    });
    try {
      const page = await context.newPage();
      await page.addInitScript(watchPage);
      await page.goto(served.address);
      await page.waitForFunction(() => window.labBench?.painted.length > 0);
      await page.waitForTimeout(4000);
      return await measure(page);
    } finally {
      await context.close();
      await served.stop();
    }
  } finally {
    await rm(dataFolder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** A paste that carries its text, as the browser's own keys make it. */
function paste(page, spec) {
  return page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    document.body.dispatchEvent(event);
  }, JSON.stringify(spec));
}
