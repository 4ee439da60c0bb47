// npm run build: compiles the core, bundles the command line and its workers into dist/.
// `buildIfStale` is what `lab` calls: it builds when a result is missing or older than a source.
import { copyFile, mkdir, readdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleElectron, ELECTRON_FILES, ELECTRON_SOURCES } from "./electron.mjs";
import { bundleRenderer, RENDERER_FILES } from "./renderer.mjs";

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const CORE_SOURCES = ["core-as/assembly", "core-as/shared", "app/build/core.mjs"];
const APP_SOURCES = ["core-as", "app", "package-lock.json"];
const PAGE_SOURCES = ["core-as", "renderer", "app/contract", "app/build", "package-lock.json"];
/** Never part of a build: a change here leaves it fresh. */
const NOT_BUILT = new Set(["test", "golden", "node_modules", "assembly"]);
const OUT = join(ROOT, "dist");

/** Builds what is missing or out of date. `log` is told what is done. */
export async function buildIfStale(log = () => {}) {
  const coreFiles = ["fast", "checked"].map((build) => join(OUT, `core/core.${build}.wasm`));
  if ((await newest(CORE_SOURCES)) > (await oldest(coreFiles))) {
    log("compiling the core");
    const { compileCores } = await import("./core.mjs");
    await compileCores(ROOT, join(OUT, "core"));
  }
  const appFiles = ["main.mjs", "worker.mjs", "report.mjs", "core.wasm", "digits.csv.gz"].map((name) =>
    join(OUT, "cli", name),
  );
  const made = await oldest(appFiles);
  if ((await newest(APP_SOURCES)) > made || (await oldest(coreFiles)) > made) {
    log("bundling the command line");
    await bundle();
  }
  const pageFiles = RENDERER_FILES.map((name) => join(OUT, "renderer", name));
  const page = await oldest(pageFiles);
  if ((await newest(PAGE_SOURCES)) > page || (await oldest(coreFiles)) > page) {
    log("bundling the page");
    await bundleRenderer(ROOT, join(OUT, "renderer"));
  }
  const desktopFiles = ELECTRON_FILES.map((name) => join(OUT, "app", name));
  if ((await newest(ELECTRON_SOURCES)) > (await oldest(desktopFiles))) {
    log("bundling the desktop app");
    await bundleElectron(ROOT, join(OUT, "app"));
  }
}

async function bundle() {
  const { build } = await import("esbuild");
  await mkdir(join(OUT, "cli"), { recursive: true });
  const { metafile } = await build({
    metafile: true,
    absWorkingDir: ROOT,
    entryPoints: {
      main: join(ROOT, "app/cli/main.ts"),
      worker: join(ROOT, "app/compute/worker.ts"),
      report: join(ROOT, "app/report/worker.ts"),
    },
    outdir: join(OUT, "cli"),
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    chunkNames: "chunk-[hash]",
    format: "esm",
    platform: "node",
    target: "node20",
    sourcemap: true,
    // Reports carry their type.
    loader: { ".woff2": "base64" },
    external: ["@tensorflow/*"],
    // Some dependencies are CommonJS and ask for Node's own modules with require.
    banner: {
      js: 'import { createRequire as __cr } from "node:module"; const require = __cr(import.meta.url);',
    },
    logLevel: "warning",
  });
  // Chunks carry their content in their name: old ones would pile up, and be packed.
  for (const name of await readdir(join(OUT, "cli")))
    if (name.startsWith("chunk-") && !Object.hasOwn(metafile.outputs, `dist/cli/${name}`))
      await rm(join(OUT, "cli", name), { force: true });
  await copyFile(join(OUT, "core/core.fast.wasm"), join(OUT, "cli/core.wasm"));
  await copyFile(join(ROOT, "core-as/data/digits.csv.gz"), join(OUT, "cli/digits.csv.gz"));
}

/** Time of the newest file below the given paths; 0 where there are none. */
async function newest(paths) {
  let time = 0;
  for (const path of paths) {
    const full = join(ROOT, path);
    const info = await stat(full).catch(() => null);
    if (!info) continue;
    if (!info.isDirectory()) time = Math.max(time, info.mtimeMs);
    else
      for (const entry of await readdir(full, { withFileTypes: true }))
        if (!NOT_BUILT.has(entry.name)) time = Math.max(time, await newest([join(path, entry.name)]));
  }
  return time;
}

/** Time of the oldest of these files; -1 where one is missing. */
async function oldest(files) {
  const times = await Promise.all(
    files.map((file) =>
      stat(file).then(
        (info) => info.mtimeMs,
        () => -1,
      ),
    ),
  );
  return Math.min(...times);
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await buildIfStale((what) => console.log(`initlab build: ${what}`));
