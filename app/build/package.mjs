// npm run package: builds anew, packs the app once, then makes each installer of this system whose tools exist or can
// be fetched, and says of the others why not. Arguments are electron-builder's own: targets (`--linux deb`) in place
// of this system's, settings (`-c.electronDist=DIR`).
import { spawn } from "node:child_process";
import { readdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { buildIfStale, ROOT } from "./build.mjs";

const SYSTEMS = {
  linux: { name: "linux", targets: ["deb", "AppImage", "tar.gz"] },
  darwin: { name: "mac", targets: ["dmg", "zip"] },
  win32: { name: "win", targets: ["nsis"] },
};
const OUT = join(ROOT, "dist/package");
const BUILDER = join(createRequire(import.meta.url).resolve("electron-builder/package.json"), "../cli.js");

/** electron-builder with these arguments. Its exit code. */
function builder(args) {
  // A .deb names a page. Where a forge builds the project it is the project's; else none that exists.
  const { GITHUB_SERVER_URL: forge, GITHUB_REPOSITORY: repository } = process.env;
  const page = forge && repository ? `${forge}/${repository}` : "https://initlab.invalid/";
  const all = [BUILDER, "--publish", "never", `-c.extraMetadata.homepage=${page}`, ...args];
  return run(process.execPath, all);
}

/** One installer of the packed app. Its maker's exit code. */
async function installer(system, target, prepackaged, settings) {
  if (target !== "tar.gz") return builder([`--${system}`, target, "--prepackaged", prepackaged, ...settings]);
  // electron-builder would fetch a program for what every Linux has.
  const { version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  const name = `init-lab-${version}-${system}-${process.arch}`;
  return run("tar", [
    ...["--create", "--gzip", "--file", join(OUT, `${name}.tar.gz`), "--directory", dirname(prepackaged)],
    ...["--transform", `s,^${basename(prepackaged)},${name},`, basename(prepackaged)],
  ]);
}

/** Its exit code. */
function run(command, args) {
  const child = spawn(command, args, { cwd: ROOT, stdio: "inherit" });
  return new Promise((resolve) => {
    child.on("close", (code) => resolve(code ?? 1));
    child.on("error", () => resolve(1));
  });
}

async function main(args) {
  // What an older build left there is not packed.
  for (const folder of ["cli", "app", "renderer", "package"])
    await rm(join(ROOT, "dist", folder), { recursive: true, force: true });
  await buildIfStale((what) => console.log(`initlab build: ${what}`));
  const settings = args.filter((arg) => arg.startsWith("-c.") || arg.startsWith("--config."));
  if (args.length > settings.length) return builder(args);

  const { name, targets } = SYSTEMS[process.platform];
  const packed = await builder([`--${name}`, "dir", ...settings]);
  if (packed !== 0) return packed;
  const folder = (await readdir(OUT, { withFileTypes: true })).find((entry) => entry.isDirectory());
  const prepackaged = join(
    OUT,
    folder.name,
    name === "mac" ? (await readdir(join(OUT, folder.name))).find((each) => each.endsWith(".app")) : "",
  );
  const failed = [];
  for (const target of targets)
    if ((await installer(name, target, prepackaged, settings)) !== 0) failed.push(target);
  const made = targets.filter((target) => !failed.includes(target));
  console.log(`initlab package: made ${made.join(", ") || "nothing"} in dist/package`);
  if (failed.length > 0)
    console.log(`initlab package: not made, for the reasons above: ${failed.join(", ")}`);
  // A CI has every tool; a person's machine may lack one.
  return made.length === 0 || (failed.length > 0 && process.env.CI) ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
