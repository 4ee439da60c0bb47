// Whether the desktop app can run here: a display, and Electron's binary, which its package fetches at the first need.
// Never weakens Electron to make it run: where its sandbox cannot work, the desktop app does not run.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A download may take its time as long as bytes arrive; silence of this length ends it. */
const PATIENCE_MILLIS = 20_000;
const LOOK_MILLIS = 250;

/** What stands against a window on this machine, as half a sentence; null where nothing does. */
export function whyNoWindow({ env, platform, isRoot }) {
  if (platform !== "linux") return null;
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY)
    return "there is no display (DISPLAY and WAYLAND_DISPLAY are not set)";
  if (isRoot) return "Electron's sandbox does not work for root";
  return null;
}

/**
 * Path of Electron's binary below its package's folder, fetched by the package's own installer where it is missing;
 * null where it is not there and cannot be fetched. `log` is told that a download begins.
 */
export async function electronBinary(folder, { env, signal, log, patienceMillis = PATIENCE_MILLIS }) {
  const present = await presentBinary(folder, env);
  if (present !== null) return present;
  const installer = join(folder, "install.js");
  if (!existsSync(installer) || env.ELECTRON_SKIP_BINARY_DOWNLOAD) return null;
  log("fetching Electron, once");
  await install(installer, folder, env, signal, patienceMillis);
  return presentBinary(folder, env);
}

/** By the package's own rules: a binary counts when its version is the package's, or when it was named outright. */
async function presentBinary(folder, env) {
  const name = await readFile(join(folder, "path.txt"), "utf8").catch(() => null);
  const named = env.ELECTRON_OVERRIDE_DIST_PATH;
  if (named) return ifThere(join(named, name ?? "electron"));
  if (name === null) return null;
  try {
    const { version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const found = await readFile(join(folder, "dist/version"), "utf8");
    return found.trim().replace(/^v/, "") === version ? ifThere(join(folder, "dist", name)) : null;
  } catch {
    return null;
  }
}

const ifThere = (file) => (existsSync(file) ? file : null);

/** Ends when the installer does, when it makes no progress for the given time, or when it is told to. */
async function install(installer, folder, env, signal, patienceMillis) {
  const temporary = await mkdtemp(join(tmpdir(), "initlab-electron-"));
  const child = spawn(process.execPath, [installer], {
    cwd: folder,
    stdio: "ignore",
    env: {
      ...env,
      // Where the bytes arrive, so that they can be counted.
      TMPDIR: temporary,
      TEMP: temporary,
      TMP: temporary,
      ...((env.HTTPS_PROXY ?? env.https_proxy) ? { ELECTRON_GET_USE_PROXY: "true" } : {}),
    },
  });
  const ended = new Promise((resolve) => child.on("error", resolve).on("close", resolve));
  const stop = () => child.kill("SIGKILL");
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  let bytes = -1;
  let grewAt = performance.now();
  const watch = setInterval(async () => {
    const now = (await bytesBelow(temporary)) + (await bytesBelow(join(folder, "dist")));
    if (now !== bytes) [bytes, grewAt] = [now, performance.now()];
    else if (performance.now() - grewAt > patienceMillis) stop();
  }, LOOK_MILLIS);
  await ended;
  clearInterval(watch);
  signal.removeEventListener("abort", stop);
  await rm(temporary, { recursive: true, force: true });
}

async function bytesBelow(folder) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      stat(join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** Runs the app until its window is closed. `{ code, signal, millis }`, as the process ended. */
export function runDesktop(binary, args, { env, signal }) {
  const started = performance.now();
  // As a plain Node it would run our main as a script.
  const clean = { ...env };
  delete clean.ELECTRON_RUN_AS_NODE;
  return new Promise((resolve) => {
    const child = spawn(binary, args, { stdio: "inherit", env: clean });
    const stop = () => child.kill("SIGTERM");
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    const end = (code, by) => {
      signal.removeEventListener("abort", stop);
      resolve({ code, signal: by, millis: performance.now() - started });
    };
    child.on("error", () => end(127, null));
    child.on("close", end);
  });
}
