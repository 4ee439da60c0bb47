// npm run package [-- electron-builder's arguments]: builds anew, then makes the installers of this platform, or of
// the one that is named (--linux, --mac, --win), where their tools exist.
import { spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { buildIfStale, ROOT } from "./build.mjs";

/** The arguments that every package is made with. */
export function packageArguments(env = process.env) {
  // A .deb names a page. Where the project is built from a forge it is the project's; else none that exists.
  const { GITHUB_SERVER_URL: forge, GITHUB_REPOSITORY: repository } = env;
  const page = forge && repository ? `${forge}/${repository}` : "https://initlab.invalid/";
  return ["--publish", "never", `--config.extraMetadata.homepage=${page}`];
}

async function main() {
  // What an older build left there is not packed.
  for (const folder of ["cli", "app", "renderer", "package"])
    await rm(join(ROOT, "dist", folder), { recursive: true, force: true });
  await buildIfStale((what) => console.log(`initlab build: ${what}`));
  const builder = join(createRequire(import.meta.url).resolve("electron-builder/package.json"), "../cli.js");
  const args = [builder, ...packageArguments(), ...process.argv.slice(2)];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: "inherit" });
  process.exitCode = await new Promise((resolve) => child.on("close", (code) => resolve(code ?? 1)));
}

await main();
