// Bundles the desktop app's main process and its preload into dist/app: the main as one ES module, the preload as
// one CommonJS file, since a sandboxed preload can load no other.
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";

export const ELECTRON_FILES = ["main.js", "preload.js", "icon.png"];
/** Folders that the two are made from. */
export const ELECTRON_SOURCES = [
  "core-as/spec",
  "core-as/formula",
  "core-as/formats",
  "core-as/shared",
  "app/contract",
  "app/host",
  "app/report",
  "app/electron",
  "app/build",
  "package-lock.json",
];

export async function bundleElectron(root, out) {
  const { build } = await import("esbuild");
  await mkdir(out, { recursive: true });
  const common = {
    outdir: out,
    bundle: true,
    platform: "node",
    target: "node20",
    sourcemap: true,
    external: ["electron"],
    logLevel: "warning",
  };
  await build({
    ...common,
    entryPoints: { preload: join(root, "app/electron/preload.ts") },
    format: "cjs",
  });
  await build({
    ...common,
    entryPoints: { main: join(root, "app/electron/main.ts") },
    format: "esm",
    // Some dependencies are CommonJS and ask for Node's own modules with require.
    banner: {
      js: 'import { createRequire as __cr } from "node:module"; const require = __cr(import.meta.url);',
    },
  });
  await copyFile(join(root, "app/electron/icon.png"), join(out, "icon.png"));
}
