// Bundles the desktop app's main process, its preload and its thread of reports into dist/app: the main as one ES
// module, the preload as one CommonJS file, since a sandboxed preload can load no other; the thread as one, too, which
// is what Electron starts out of an archive most surely.
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";

export const ELECTRON_FILES = ["main.js", "preload.js", "report.cjs", "icon.png"];
/** Folders that these are made from. */
export const ELECTRON_SOURCES = [
  "core-as/spec",
  "core-as/formula",
  "core-as/formats",
  "core-as/shared",
  "app/contract",
  "core-as/figures",
  "core-as/theory",
  "core-as/diagnosis",
  "app/host",
  "app/pdf",
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
    // Reports carry their type.
    loader: { ".woff2": "base64" },
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
    entryPoints: { report: join(root, "app/report/worker.ts") },
    outExtension: { ".js": ".cjs" },
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
