// The entry of the packaged app: `--cli ARGS` is the command line `initlab ARGS`, anything else the desktop.
import { app } from "electron";
import { startDesktop } from "./desktop";

const CLI = "--cli";

/** In development the first argument is the app's folder. */
if (process.argv[app.isPackaged ? 1 : 2] === CLI) await runCommandLine();
else startDesktop();

async function runCommandLine(): Promise<void> {
  const given = process.argv.slice(process.argv.indexOf(CLI) + 1);
  process.argv = [process.execPath, "initlab", ...given];
  // Says to the parser of arguments that the first two are not its own, packaged or not.
  Object.assign(process, { defaultApp: true });
  await import(new URL("../cli/main.mjs", import.meta.url).href);
  await new Promise<void>((resolve) => process.stdout.write("", () => resolve()));
  app.exit(Number(process.exitCode ?? 0));
}
