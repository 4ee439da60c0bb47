// Finds a browser of the Chromium family for the end-to-end tests and the renderer's benchmark: CHROME_PATH, the
// usual places, Playwright's own. Where there is none it installs one; where it may not, it says how.
// Refuses to touch the system's packages unless this is a CI's own Debian, as root.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import { browsersHere, isExecutable } from "../pdf/browserPlaces.mjs";

const PLAYWRIGHT = fileURLToPath(new URL("../../node_modules/@playwright/test/cli.js", import.meta.url));
/** A download that stands still must not hold a test run for longer. */
const INSTALL_MILLIS = 10 * 60_000;
const HOW =
  "install Chromium, Chrome or Edge, or name one in CHROME_PATH, or run: npx playwright install --with-deps chromium";

/** Path of a browser that starts. `log` is told what is installed. Throws where there is none. */
export async function findBrowser(log = () => {}) {
  const named = process.env["CHROME_PATH"];
  if (named) {
    if (!runs(named))
      throw new Error(`CHROME_PATH: ${named} cannot be started; it must name a browser's executable`);
    return named;
  }
  const found = [...browsersHere(), chromium.executablePath()].find(runs);
  if (found) return found;
  for (const install of [installDebian, installPlaywrights]) {
    const installed = install(log);
    if (installed) return installed;
  }
  throw new Error(`no browser was found and none could be installed; ${HOW}`);
}

/** Major version of a browser, for whatever belongs to one: "156". */
export async function majorVersion(executablePath) {
  const browser = await chromium.launch({ executablePath });
  try {
    return browser.version().split(".")[0];
  } finally {
    await browser.close();
  }
}

/** An executable that lacks a library of the system is no browser. */
function runs(path) {
  if (!isExecutable(path)) return false;
  // On Windows --version opens a window and prints nothing.
  if (process.platform === "win32") return true;
  const { status, stdout } = spawnSync(path, ["--version"], { encoding: "utf8", timeout: 30_000 });
  return status === 0 && /\d+\.\d+/.test(stdout);
}

/** The package brings every library that it needs, which a bare image lacks. */
function installDebian(log) {
  const mayInstall = process.env["CI"] && process.getuid?.() === 0 && existsSync("/etc/debian_version");
  if (!mayInstall) return null;
  log("installing the package chromium (CI, as root, on Debian)");
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const done =
    succeeds("apt-get", ["update", "-qq"], environment) &&
    succeeds("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], environment);
  return done ? (browsersHere().find(runs) ?? null) : null;
}

function installPlaywrights(log) {
  log("installing Playwright's Chromium");
  const done = succeeds(process.execPath, [PLAYWRIGHT, "install", "chromium"], process.env);
  return done && runs(chromium.executablePath()) ? chromium.executablePath() : null;
}

function succeeds(command, args, env) {
  try {
    execFileSync(command, args, { stdio: ["ignore", "ignore", "inherit"], timeout: INSTALL_MILLIS, env });
    return true;
  } catch {
    return false;
  }
}
