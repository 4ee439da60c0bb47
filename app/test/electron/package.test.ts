// What electron-builder packs, seen in the `dir` target: the shipped settings, with a stand-in for Electron's own
// files, since there may be none here. Everything that the app refers to is inside, and nothing that it does not need.
import { extractAll, extractFile, getRawHeader, listPackage } from "@electron/asar";
import { existsSync, readFileSync, statSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { join, sep } from "node:path";
import { build, Platform } from "electron-builder";
import { beforeAll, describe, expect, it } from "vitest";
import { reportRequest } from "../host/reports";
import { emptyFolder, ROOT } from "../lab";
import { Desktop } from "./desktop";

/** What @electron/fuses looks for in the executable: version 1, nine fuses, all as Electron ships them. */
const FUSES = "dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX";
const SHIPPED = "101110011";
const MOST_BYTES = 15 * 2 ** 20;

let app = "";
let asar = "";
let files: string[] = [];
const read = (name: string) => extractFile(asar, name.replaceAll("/", sep));
const text = (name: string) => read(name).toString("utf8");

beforeAll(async () => {
  const electronDist = join(emptyFolder(), "electron");
  const output = join(emptyFolder(), "package");
  await mkdir(join(electronDist, "locales"), { recursive: true });
  await mkdir(join(electronDist, "resources"), { recursive: true });
  const wire = Buffer.concat([
    Buffer.from(`\u007fELF stand-in ${FUSES}`, "latin1"),
    Buffer.from([1, SHIPPED.length]),
    Buffer.from(SHIPPED, "latin1"),
  ]);
  for (const [name, bytes] of [
    ["electron", wire],
    ["LICENSE", ""],
    ["LICENSES.chromium.html", ""],
    ["version", "45.4.1"],
    ["icudtl.dat", ""],
    ["resources.pak", ""],
    ["locales/en-US.pak", ""],
    ["locales/de.pak", ""],
    ["chrome_crashpad_handler", ""],
    ["chrome-sandbox", ""],
  ] as const)
    await writeFile(join(electronDist, name), bytes);
  await chmod(join(electronDist, "electron"), 0o755);
  await build({
    targets: Platform.LINUX.createTarget("dir"),
    projectDir: ROOT,
    publish: "never",
    config: {
      extends: join(ROOT, "electron-builder.yml"),
      electronDist,
      directories: { output },
    },
  });
  app = join(output, "linux-unpacked");
  asar = join(app, "resources/app.asar");
  files = listPackage(asar, { isPack: false })
    .map((name) => name.replaceAll("\\", "/").slice(1))
    .filter((name) => !("files" in (read0(name) ?? {})));
});

/** The entry of a file or folder in the archive's header. */
function read0(name: string): object | undefined {
  let entry: unknown = getRawHeader(asar).header;
  for (const part of name.split("/"))
    entry = (entry as { files?: Record<string, unknown> } | undefined)?.files?.[part];
  return entry as object | undefined;
}

describe("the package", () => {
  it("is complete: the entry, the page and all that they refer to", () => {
    const manifest = JSON.parse(text("package.json")) as { main: string; productName?: string };
    expect(files).toContain(manifest.main);
    for (const name of [
      "dist/app/main.js",
      "dist/app/preload.js",
      "dist/app/report.cjs",
      "dist/app/icon.png",
      "LICENSE",
    ])
      expect(files).toContain(name);
    const missing: string[] = [];
    const seen = new Set<string>();
    const visit = (name: string, from: string): void => {
      if (seen.has(name)) return;
      seen.add(name);
      if (!files.includes(name)) return void missing.push(`${name}, which ${from} refers to`);
      for (const found of references(name)) visit(found, name);
    };
    for (const start of ["dist/renderer/index.html", "dist/renderer/conductor.js", "dist/renderer/worker.js"])
      visit(start, "the protocol");
    for (const start of [
      "dist/cli/main.mjs",
      "dist/cli/worker.mjs",
      "dist/cli/report.mjs",
      "dist/cli/core.wasm",
      "dist/cli/digits.csv.gz",
    ])
      visit(start, "the command line");
    visit("dist/renderer/core.wasm", "the conductor");
    visit("dist/renderer/digits.csv.gz", "the conductor");
    expect(missing).toEqual([]);
    // The walk finds something.
    expect(seen.size).toBeGreaterThan(30);
  });

  it("runs by itself: what is packed starts, and serves its page", async () => {
    const folder = emptyFolder();
    extractAll(asar, folder);
    const desktop = await Desktop.start({
      data: emptyFolder(),
      main: join(folder, "dist/app/main.js"),
      isPackaged: true,
    });
    try {
      await desktop.opened();
      for (const name of ["", "app.js", "worker.js", "core.wasm"])
        expect((await desktop.ask("fetch", `app://lab/${name}`, "GET")).status, name).toBe(200);
      const about = [{ method: "about", args: [] }];
      expect(await desktop.ask("invoke", "host", about)).toMatchObject({ ok: true });
      const report = [{ method: "buildReport", args: [await reportRequest()] }];
      expect(await desktop.ask("invoke", "host", report)).toMatchObject({ ok: true });
    } finally {
      await desktop.kill();
    }
  });

  it("is the build, byte for byte", () => {
    for (const name of files.filter((each) => each.startsWith("dist/")))
      expect(read(name).equals(readFileSync(join(ROOT, name))), name).toBe(true);
  });

  it("has no sources, no source maps, no tests, no dependencies", () => {
    const needless =
      /\.(ts|tsx|svelte|map|tsbuildinfo|d\.mts)$|(^|\/)(node_modules|test|bench|core-as|app\/(host|cli|contract))(\/|$)|\.(snap|spec)\b/;
    expect(files.filter((name) => needless.test(name))).toEqual([]);
    expect(
      files.filter((name) => !/^(dist\/(app|renderer|cli)\/|package\.json$|LICENSE$)/.test(name)),
    ).toEqual([]);
    const manifest = JSON.parse(text("package.json")) as Record<string, unknown>;
    expect(manifest).not.toHaveProperty("devDependencies");
    expect(manifest["dependencies"] ?? {}).toEqual({});
    // Only Electron itself and Node's own modules are asked for; all else is bundled.
    const asked = [...text("dist/app/main.js").matchAll(/^import .*? from "([^."][^"]*)";$/gm)].map(
      (match) => match[1],
    );
    expect(asked.filter((name) => name !== "electron" && !isBuiltin(name!))).toEqual([]);
    const required = [...text("dist/app/report.cjs").matchAll(/\brequire\("([^")]+)"\)/g)].map(
      (match) => match[1]!,
    );
    expect(required).toContain("node:worker_threads");
    // What draws pictures of pixels for linkedom, where someone has it; it is asked for within a try.
    expect(required.filter((name) => !isBuiltin(name) && name !== "canvas")).toEqual([]);
  });

  it("is under 15 MB", () => {
    const { size } = statSync(asar);
    expect(size).toBeLessThan(MOST_BYTES);
    expect(size).toBeGreaterThan(2 ** 20);
  });

  it("has its fuses set", () => {
    const binary = readFileSync(join(app, "init-lab"), "latin1");
    const wire = binary.slice(binary.indexOf(FUSES) + FUSES.length + 2).slice(0, SHIPPED.length);
    // runAsNode, cookies, NODE_OPTIONS, --inspect, asar integrity, asar alone, snapshot, file://
    expect(wire.slice(0, 8)).toBe("01001100");
  });

  it("has the languages of its words alone", () => {
    expect(existsSync(join(app, "locales/en-US.pak"))).toBe(true);
    expect(existsSync(join(app, "locales/de.pak"))).toBe(false);
  });
});

/** Files that a packed file loads by name: scripts, styles, fonts, chunks. Source maps are not loaded. */
function references(name: string): string[] {
  const folder = name.slice(0, name.lastIndexOf("/"));
  const pattern = name.endsWith(".html")
    ? /(?:src|href)="\.\/([^"]+)"/g
    : name.endsWith(".css")
      ? /url\(["']?\.\/([^"')]+)["']?\)/g
      : /\.m?js$/.test(name)
        ? /(?:from|import)\s*\(?\s*["']\.\/([^"']+)["']/g
        : null;
  if (!pattern) return [];
  return [...text(name).matchAll(pattern)].map((match) => `${folder}/${match[1]!}`);
}
