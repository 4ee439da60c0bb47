import { availableParallelism } from "node:os";
import { readFile } from "node:fs/promises";
import { compileModule } from "svelte/compiler";
import { defineConfig } from "vitest/config";

/** Runes in plain modules, as the page's build compiles them. */
const runes = {
  name: "runes",
  enforce: "post" as const,
  transform(code: string, id: string) {
    if (!id.endsWith(".svelte.ts")) return null;
    const { js } = compileModule(code, { filename: id, generate: "client", dev: false });
    return { code: js.code, map: js.map.toString() };
  },
};

/** Fonts as base64, as app/build has them. */
const fonts = {
  name: "fonts",
  enforce: "pre" as const,
  async load(id: string) {
    if (!id.endsWith(".woff2")) return null;
    return `export default ${JSON.stringify(await readFile(id, "base64"))};`;
  },
};

export default defineConfig({
  plugins: [runes, fonts],
  test: {
    include: ["core-as/test/**/*.test.ts", "app/test/**/*.test.ts", "renderer/test/unit/**/*.test.ts"],
    testTimeout: 180_000,
    hookTimeout: 300_000,
    // A busy machine is no failure: what is waited for comes, or the test ends.
    expect: { poll: { timeout: 60_000 } },
    pool: "forks",
    // One fewer than there are cores, its default, leaves half of a small machine idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    globalSetup: ["app/test/build.ts"],
  },
});
