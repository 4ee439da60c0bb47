// npm run golden [-- --force]: makes the golden digests anew from the built command line, and says what changed
// and by how many ULP. Refuses to replace digests of the same core version: a change of bits is a new version.
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { buildIfStale, ROOT } from "./build.mjs";

const DIGESTS = join(ROOT, "core-as/test/golden/digests.json");
const LAB = join(ROOT, "app/cli/bin.mjs");
const run = promisify(execFile);

async function lab(...args) {
  const { stdout } = await run(process.execPath, [LAB, ...args], { maxBuffer: 2 ** 30 });
  return JSON.parse(stdout);
}

/** The comparison is written in TypeScript, for the tests. */
async function figures() {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, "core-as/test/golden/figures.ts")],
    bundle: true,
    write: false,
    format: "esm",
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}

/** Digest and figures of every preset, in their order. */
async function measureAll(goldenOf) {
  const presets = {};
  let coreVersion = "";
  for (const { name } of await lab("presets", "--json")) {
    const result = await lab("run", `preset:${name}`, "--json");
    coreVersion = result.core.version;
    presets[name] = goldenOf(result);
  }
  return { coreVersion, presets };
}

/** What to say of the new list beside the old one, and whether a digest of a preset that stays has changed. */
export function report(old, now, differences) {
  const lines = [];
  let changed = false;
  for (const [name, preset] of Object.entries(now.presets)) {
    const before = old?.presets[name];
    const moved = before ? differences(before, preset) : ["new"];
    if (before && moved.length > 0) changed = true;
    lines.push(...moved.map((line, i) => (i === 0 ? `${name}: ${line}` : `  ${line}`)));
  }
  for (const name of Object.keys(old?.presets ?? {})) if (!(name in now.presets)) lines.push(`${name}: gone`);
  return { lines, changed };
}

async function main(force) {
  await buildIfStale((what) => console.log(`initlab build: ${what}`));
  const { goldenOf, differences } = await figures();
  const old = JSON.parse(await readFile(DIGESTS, "utf8").catch(() => "null"));
  const now = await measureAll(goldenOf);
  const { lines, changed } = report(old, now, differences);
  for (const line of lines) console.log(line);
  if (lines.length === 0) console.log("every digest is as it was");
  if (changed && old.coreVersion === now.coreVersion && !force) {
    console.error(
      `golden: these bits belong to core version ${now.coreVersion}; raise CORE_VERSION in core-as/runtime/version.ts, or say --force`,
    );
    return 1;
  }
  await writeFile(DIGESTS, `${JSON.stringify(now, null, 2)}\n`);
  return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.exitCode = await main(process.argv.includes("--force"));
