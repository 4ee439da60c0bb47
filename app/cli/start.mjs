// npm start: builds what is missing or stale, then opens the desktop app, or says in one line why it cannot and
// starts the browser host instead. Arguments after `--` are the app's: files to open, --data DIR; `--browser` asks for
// the browser host, which takes --data DIR and --port P.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildIfStale, ROOT } from "../build/build.mjs";
import { electronBinary, runDesktop, whyNoWindow } from "./desktop.mjs";

/** A desktop app that has lived so long had a window. */
const STARTED_MILLIS = 10_000;
const { env, platform } = process;
const given = process.argv.slice(2);
const tell = (line) => process.stderr.write(`initlab: ${line}\n`);
const log = (what) => tell(`${what} ...`);

const cancel = new AbortController();
const onSignal = () => cancel.abort();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(name, onSignal);

try {
  await buildIfStale(log);
} catch (error) {
  tell(`build: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
const why = given.includes("--browser") ? "it was asked for" : await desktop();
if (cancel.signal.aborted) process.exit(130);
if (why !== null) await browser(why);

/** Null when the desktop app has run; else why it could not. */
async function desktop() {
  const isRoot = process.getuid?.() === 0;
  const reason = whyNoWindow({ env, platform, isRoot });
  if (reason !== null) return reason;
  if (!existsSync(join(ROOT, "dist/app/main.js"))) return "this build has no desktop app";
  const { signal } = cancel;
  const binary = await electronBinary(join(ROOT, "node_modules/electron"), { env, signal, log });
  if (binary === null) return "there is no Electron binary, and none could be fetched";
  const ended = await runDesktop(binary, [ROOT, ...given], { env, signal });
  if (ended.code !== 0 && !signal.aborted && ended.millis < STARTED_MILLIS)
    return `Electron ended at once (${ended.signal ?? `code ${ended.code}`})`;
  process.exitCode = signal.aborted ? 0 : (ended.code ?? 1);
  return null;
}

/** In this process: the command line has its own ears for Ctrl-C. */
async function browser(reason) {
  tell(`no desktop window, because ${reason}; starting the browser host instead`);
  const kept = ["--data", "--port"].flatMap((name) => {
    const at = given.indexOf(name);
    return at < 0 ? given.filter((arg) => arg.startsWith(`${name}=`)) : given.slice(at, at + 2);
  });
  const canOpen =
    (platform !== "linux" || env.DISPLAY || env.WAYLAND_DISPLAY) && !env.CI && !env.SSH_CONNECTION;
  process.argv.splice(2, Infinity, "serve", ...kept, ...(canOpen ? ["--open"] : []));
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.off(name, onSignal);
  await import("../../dist/cli/main.mjs");
}
