// Bundles the page and its workers into dist/renderer: plain files under fixed names, so that the two worker
// scripts can be served with a policy of their own.
import { copyFile, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";

const PLAIN = ["index.html", "icon.svg"];

export const RENDERER_FILES = [
  ...PLAIN,
  "app.js",
  "app.css",
  "conductor.js",
  "worker.js",
  "core.wasm",
  "digits.csv.gz",
];

export async function bundleRenderer(root, out) {
  const { build } = await import("esbuild");
  const { default: sveltePlugin } = await import("esbuild-svelte");
  // Chunks and fonts carry their content in their name: old ones would pile up.
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const common = {
    outdir: out,
    bundle: true,
    format: "esm",
    target: ["chrome120", "firefox128", "safari17"],
    minify: true,
    sourcemap: true,
    legalComments: "none",
    conditions: ["svelte", "browser", "production"],
    mainFields: ["svelte", "browser", "module", "main"],
    logLevel: "warning",
    define: { "process.env.NODE_ENV": '"production"' },
  };
  await build({
    ...common,
    entryPoints: { app: join(root, "renderer/src/main.ts") },
    splitting: true,
    chunkNames: "chunk-[hash]",
    assetNames: "[name]-[hash]",
    // One modern format is enough for every window that can run the core.
    loader: { ".woff2": "file", ".woff": "empty", ".ttf": "empty" },
    plugins: [
      sveltePlugin({
        compilerOptions: { dev: false },
        // What libraries are warned of is theirs to mend.
        filterWarnings: ({ filename }) => !filename?.includes("node_modules"),
      }),
    ],
  });
  // Each of them one file: a worker's policy is that of its script.
  await build({
    ...common,
    entryPoints: {
      conductor: join(root, "renderer/src/compute/conductor.ts"),
      worker: join(root, "renderer/src/compute/worker.ts"),
    },
  });
  for (const file of PLAIN) await copyFile(join(root, "renderer", file), join(out, file));
  await copyFile(join(root, "dist/core/core.fast.wasm"), join(out, "core.wasm"));
  await copyFile(join(root, "core-as/data/digits.csv.gz"), join(out, "digits.csv.gz"));
}
