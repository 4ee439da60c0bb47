// The house's order, held by walking every import: who may import whom, no cycles between folders, single
// importers; and what must not be in the repository.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "./lab";

/** Folder -> folders it may import besides itself. The first that fits a path counts. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "core-as/shared": [],
  "core-as/assembly": ["core-as/shared"],
  "core-as/formula": ["core-as/shared"],
  // A typed activation is parsed with the spec, once, at the edge.
  "core-as/spec": ["core-as/formula", "core-as/shared"],
  "core-as/data": ["core-as/spec", "core-as/shared"],
  "core-as/formats": ["core-as/spec", "core-as/shared"],
  "core-as/theory": ["core-as/formula", "core-as/spec", "core-as/shared"],
  "core-as/diagnosis": ["core-as/theory", "core-as/spec", "core-as/shared"],
  "core-as/figures": ["core-as/theory", "core-as/spec", "core-as/shared"],
  "core-as/runtime": [
    "core-as/shared",
    "core-as/spec",
    "core-as/formula",
    "core-as/data",
    "core-as/formats",
    "core-as/theory",
    "core-as/diagnosis",
  ],
  // Where a claim speaks of the near-linear part, it is the part that the figures mark.
  "core-as/claims": [
    "core-as/runtime",
    "core-as/diagnosis",
    "core-as/theory",
    "core-as/figures",
    "core-as/spec",
    "core-as/shared",
  ],
  // Source text for frameworks, from a spec: strings alone.
  "core-as/code": ["core-as/theory", "core-as/formula", "core-as/spec", "core-as/shared"],
  "app/contract": ["core-as/spec"],
  "app/report": [
    "app/contract",
    "core-as/diagnosis",
    "core-as/figures",
    "core-as/theory",
    "core-as/formula",
    "core-as/formats",
    "core-as/spec",
  ],
  "app/host": ["app/contract", "app/report", "core-as/spec", "core-as/formats"],
  // HTML in, PDF out: it knows nothing of what the page says.
  "app/pdf": ["app/contract"],
  "app/electron": ["app/contract", "app/host", "app/report", "app/pdf", "app/compute"],
  "app/http": ["app/contract", "app/host", "app/compute"],
  "app/compute": ["core-as/runtime", "core-as/spec"],
  "app/build": ["app/pdf"],
  "app/cli": [
    "core-as",
    "app/contract",
    "app/report",
    "app/host",
    "app/http",
    "app/pdf",
    "app/compute",
    "app/build",
    "dist",
  ],
  "renderer/src": ["app/contract", "core-as"],
  "renderer/bench": ["app/build", "app/contract", "core-as/spec"],
};

/** Parts of renderer/src; what stands at its top is the frame, which may import them all. */
const RENDERER_MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  host: [],
  compute: [],
  lab: ["compute", "host"],
  controls: ["lab"],
  plots: ["controls", "lab"],
  panels: ["controls", "plots", "lab", "compute", "host", "context"],
  context: ["lab", "compute", "host"],
  screens: ["panels", "controls", "plots", "lab", "compute", "host", "context"],
};

/** "context" is what the frame hands down; null: the frame itself, or not of the renderer. */
function rendererPart(path: string): string | null {
  const [, first, rest] = /^renderer\/src\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  if (first === undefined) return null;
  if (rest === undefined) return first.startsWith("context") ? "context" : null;
  return first in RENDERER_MAY_IMPORT ? first : null;
}

interface Import {
  readonly from: string;
  readonly to: string;
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|mts|mjs|svelte)$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
}

const present = (folder: string) => readdirSync(ROOT).includes(folder.split("/")[0]!);
const SOURCES = ["core-as", "app", "renderer"]
  .filter(present)
  .flatMap(filesBelow)
  .filter((file) => !/(^|\/)(test|node_modules)\//.test(file));

const IMPORT =
  /(?:import|export)\s[^;'"]*?from\s*["']([^"']+)["']|import\s*\(\s*["']([^"']+)["']\s*\)|^import\s*["']([^"']+)["']/gm;

function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  return [...text.matchAll(IMPORT)].map((match) => ({ from: file, to: (match[1] ?? match[2] ?? match[3])! }));
}

const IMPORTS = SOURCES.flatMap(importsOf);
const local = IMPORTS.filter(({ to }) => to.startsWith(".")).map(({ from, to }) => ({
  from,
  to: normalize(join(dirname(from), to)).replaceAll("\\", "/"),
}));
const folderOf = (path: string) => Object.keys(MAY_IMPORT).find((folder) => path.startsWith(`${folder}/`));
const says = ({ from, to }: Import) => `${from} imports ${to}`;

describe("imports", () => {
  it("are found at all", () => {
    expect(local.length).toBeGreaterThan(200);
    expect(folderOf("core-as/runtime/pool.ts")).toBe("core-as/runtime");
  });

  it("go only where the table lets them", () => {
    const wrong = local.filter(({ from, to }) => {
      const folder = folderOf(from);
      if (folder === undefined || to.startsWith(`${folder}/`)) return folder === undefined;
      return !MAY_IMPORT[folder]!.some((allowed) => to.startsWith(`${allowed}/`));
    });
    expect(wrong.map(says)).toEqual([]);
  });

  it("inside the renderer go down: controls and plots, panels, screens, the frame", () => {
    const wrong = local.filter(({ from, to }) => {
      const [own, other] = [rendererPart(from), rendererPart(to)];
      return own && other && own !== other && !RENDERER_MAY_IMPORT[own]?.includes(other);
    });
    expect(wrong.map(says)).toEqual([]);
  });

  it("make no cycle between folders", () => {
    const edges = new Map<string, Set<string>>();
    for (const { from, to } of local) {
      const [a, b] = [folderOf(from), folderOf(to)];
      if (a && b && a !== b) edges.set(a, (edges.get(a) ?? new Set()).add(b));
    }
    const onWay = new Set<string>();
    const visit = (folder: string, way: readonly string[]): void => {
      if (onWay.has(folder)) throw new Error(`cycle: ${[...way, folder].join(" -> ")}`);
      onWay.add(folder);
      for (const next of edges.get(folder) ?? []) visit(next, [...way, folder]);
      onWay.delete(folder);
    };
    for (const folder of edges.keys()) expect(() => visit(folder, [])).not.toThrow();
  });

  it.each([
    ["electron", /^electron$/, /^app\/electron\//],
    ["Node's own modules", /^node:/, /^(app|renderer\/bench)\//],
    ["uplot", /^uplot/, /^renderer\/src\/plots\//],
    ["tfjs", /^@tensorflow\//, /^app\/cli\/bench\//],
  ])("%s: only where the house says", (_what, module, allowed) => {
    expect(IMPORTS.filter(({ from, to }) => module.test(to) && !allowed.test(from)).map(says)).toEqual([]);
  });

  it("raw pointers stop at the façade", () => {
    const facade = new Set([
      "core-as/runtime/core.ts",
      "core-as/runtime/kernels.ts",
      "core-as/runtime/tally.ts",
      "core-as/runtime/train/core.ts",
      "core-as/runtime/train/stepPlan.ts",
    ]);
    const users = SOURCES.filter((file) => file.startsWith("core-as/runtime/") && !facade.has(file)).filter(
      (file) => /\.ptr\b|\.call\[/.test(readFileSync(join(ROOT, file), "utf8")),
    );
    expect(users).toEqual([]);
  });
});

describe("walls of the type library", () => {
  it("core-as compiles without DOM and without Node's types", () => {
    for (const folder of [
      "shared",
      "formula",
      "spec",
      "data",
      "formats",
      "theory",
      "runtime",
      "claims",
      "code",
    ]) {
      const config = execFileSync(
        process.execPath,
        [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", join(ROOT, "core-as", folder), "--showConfig"],
        { encoding: "utf8" },
      );
      const { compilerOptions } = JSON.parse(config) as {
        compilerOptions: { lib: string[]; types: string[] };
      };
      expect(compilerOptions.lib).toEqual(["es2023"]);
      expect(compilerOptions.types).toEqual([]);
    }
  });
});

describe("the repository", () => {
  const tracked = execFileSync("git", ["ls-files"], { cwd: ROOT, encoding: "utf8" }).split("\n");
  const json = (file: string) =>
    JSON.parse(readFileSync(join(ROOT, file), "utf8")) as Record<string, Record<string, unknown>>;

  it("keeps no compiled core and no build", () => {
    expect(tracked.filter((file) => file.endsWith(".wasm") || file.startsWith("dist/"))).toEqual([]);
  });

  it("pins exact versions, without download addresses or install scripts that fetch", () => {
    const { dependencies = {}, devDependencies = {} } = json("package.json");
    for (const version of Object.values({ ...dependencies, ...devDependencies }))
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    const packages = Object.entries(json("package-lock.json")["packages"]!) as [
      string,
      { resolved?: string; hasInstallScript?: boolean },
    ][];
    expect(packages.filter(([, { resolved }]) => resolved).map(([name]) => name)).toEqual([]);
    // electron-winstaller picks one of the binaries it ships; esbuild checks the binary that came as a package.
    const allowed = ["node_modules/electron-winstaller", "node_modules/esbuild", "node_modules/fsevents"];
    expect(
      packages.filter(([name, p]) => p.hasInstallScript && !allowed.includes(name)).map(([name]) => name),
    ).toEqual([]);
  });

  it("has a benchmark of this core version", () => {
    const results = json("core-as/bench/results.json") as unknown as {
      coreVersion: string;
      rows: { name: string; value: number }[];
    };
    const version = /CORE_VERSION = "([^"]+)"/.exec(
      readFileSync(join(ROOT, "core-as/runtime/version.ts"), "utf8"),
    )?.[1];
    expect(results.coreVersion, "npm run bench -- --write makes it anew").toBe(version);
    expect(results.rows.length).toBeGreaterThan(20);
    for (const row of results.rows) expect(Number.isFinite(row.value), row.name).toBe(true);
  });
});
