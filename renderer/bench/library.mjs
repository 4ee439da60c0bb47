// Ten thousand saved experiments: how long the Library takes to open, and to find. They are copies on the disk of one
// that was saved the usual way, with names, notes, tags and dates of their own.
import { execFileSync } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../../app/build/build.mjs";
import { median, quantile, row } from "./figures.mjs";

export const SAVED = 10_000;
const SMALL = {
  format: "initlab.experiment/1",
  name: "Copied",
  data: { source: "gaussian", samples: 64, features: 4 },
  network: { hidden: { layers: 2, units: 4, activation: "tanh", weights: { scheme: "xavier_normal" } } },
};
const WORDS = "amber basalt cedar delta ember fjord granite harbor indigo juniper kelp lagoon maple".split(
  " ",
);
const SEARCHES = ["amber", "basalt delta", "lagoon", "kelp 7", "tanh maple", "nothing has this"];
/** What the eye may take for at once. */
const OPENINGS = 12;

/** Fills the data folder; nobody else may use it meanwhile. */
export async function fillLibrary(dataFolder) {
  const spec = join(dataFolder, "small.json");
  await mkdir(dataFolder, { recursive: true });
  await writeFile(spec, JSON.stringify(SMALL));
  const { id } = JSON.parse(
    execFileSync(
      process.execPath,
      [join(ROOT, "dist/cli/main.mjs"), "experiments", "add", spec, "--data", dataFolder, "--json"],
      { encoding: "utf8" },
    ),
  );
  const shelf = join(dataFolder, "experiments");
  const files = await readdir(join(shelf, id));
  const bytes = new Map(await Promise.all(files.map(async (f) => [f, await readFile(join(shelf, id, f))])));
  const saved = JSON.parse(bytes.get("experiment.json"));
  const word = (i, step) => WORDS[(i * step + (i >> 4)) % WORDS.length];
  for (let from = 1; from < SAVED; from += 200)
    await Promise.all(
      Array.from({ length: Math.min(200, SAVED - from) }, async (_, k) => {
        const i = from + k;
        const date = new Date(Date.UTC(2025, 0, 1) + i * 3_600_000).toISOString();
        const folder = join(shelf, `copied-${i}`);
        await mkdir(folder);
        for (const [file, content] of bytes)
          await writeFile(
            join(folder, file),
            file === "experiment.json"
              ? JSON.stringify({
                  ...saved,
                  name: `${word(i, 1)} ${word(i, 5)} ${i}`,
                  notes: `A note on ${word(i, 7)}.`,
                  tags: [word(i, 3)],
                  created: date,
                  modified: date,
                })
              : content,
          );
      }),
    );
}

/** The lab's page is open, on the Lab. */
export async function library(page) {
  const toScreen = (name) => page.getByRole("navigation").first().getByRole("button", { name });
  const openings = [];
  for (let i = 0; i < OPENINGS; i++) {
    openings.push(await untilOther(page, () => toScreen("Library").click(), await rowsOf(page), 5));
    await toScreen("Lab").click();
    await page.waitForTimeout(200);
  }
  await toScreen("Library").click();
  const box = page.getByRole("searchbox").first();
  const searches = [];
  for (const text of [...SEARCHES, ...SEARCHES]) {
    await box.fill("");
    await page.waitForFunction(() => document.querySelectorAll('[role="row"]').length > 5);
    await page.waitForTimeout(600);
    searches.push(await untilOther(page, () => box.fill(text), await rowsOf(page), 0));
  }
  return [
    row(`library of ${SAVED}: open, first time`, openings[0], "ms", 300),
    row(`library of ${SAVED}: open, median`, median(openings), "ms", 300),
    row(
      `library of ${SAVED}: search to new rows, median`,
      median(searches),
      "ms",
      50,
      "from the input event to the frame with them",
    ),
    row(`library of ${SAVED}: search to new rows, p95`, quantile(searches, 0.95), "ms", 50),
  ];
}

/** The rows that are seen, as one text. */
const rowsOf = (page) =>
  page.evaluate(() => [...document.querySelectorAll('[role="row"]')].map((one) => one.textContent).join());

/**
 * Milliseconds from the page's own input event to the frame in which there are other rows than before, and at least
 * so many; NaN where they do not come within half a minute.
 */
async function untilOther(page, act, before, least) {
  const measured = page.evaluate(
    ([before, least]) =>
      new Promise((resolve) => {
        let since = null;
        const heard = ({ timeStamp }) => (since ??= timeStamp);
        for (const type of ["pointerdown", "input"])
          window.addEventListener(type, heard, { capture: true, once: true });
        setTimeout(() => resolve(NaN), 30_000);
        const isShown = () => {
          const rows = [...document.querySelectorAll('[role="row"]')];
          return rows.length >= least && rows.map((one) => one.textContent).join() !== before;
        };
        const look = () => {
          if (since !== null && isShown()) {
            const { port1, port2 } = new MessageChannel();
            port2.onmessage = () => resolve(performance.now() - since);
            port1.postMessage(null);
          } else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }),
    [before, least],
  );
  await act();
  return measured;
}
