// npm run test:e2e [-- ARGS]: builds what is stale, finds a browser, and hands over to Playwright, whose closing
// lines stay the last. ARGS are Playwright's own: a file, `-g WORDS`, `--headed`.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { findBrowser, majorVersion } from "./browser.mjs";
import { buildIfStale, ROOT } from "./build.mjs";

const say = (what) => console.log(`end-to-end tests: ${what}`);

try {
  await buildIfStale(say);
  const browser = await findBrowser(say);
  const version = await majorVersion(browser);
  say(`in ${browser}, version ${version}`);
  const args = process.argv.slice(2);
  const makesLooks = args.includes("--update-snapshots");
  const child = spawn(
    process.execPath,
    [
      join(ROOT, "node_modules/@playwright/test/cli.js"),
      "test",
      "--config",
      join(ROOT, "renderer/test/e2e/playwright.config.ts"),
      ...args,
    ],
    {
      stdio: "inherit",
      cwd: ROOT,
      env: {
        ...process.env,
        CHROME_PATH: browser,
        INITLAB_BROWSER_VERSION: version,
        ...(makesLooks ? { INITLAB_MAKES_LOOKS: "1" } : {}),
      },
    },
  );
  // The terminal tells the child of a Ctrl-C as well; it ends its browsers, and then this process.
  process.on("SIGINT", () => {});
  child.on("exit", (code) => (process.exitCode = code ?? 1));
} catch (error) {
  console.error(`end-to-end tests: ${error.message}`);
  process.exitCode = 1;
}
