// What draws reports is large: a command that draws none does not load it.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../lab";

const CLI = join(ROOT, "dist/cli");
/** Of Observable Plot alone. */
const PLOT = "plot-clip";

/** The file and all that it loads before its first line runs. */
function loaded(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(file, "utf8");
  for (const [, path] of text.matchAll(/^(?:import|export)\s*(?:[^"';]*?from\s*)?"(\.[^"]+)";/gm))
    loaded(join(dirname(file), path!), seen);
  return seen;
}

const drawing = (entry: string): readonly string[] =>
  [...loaded(join(CLI, entry))].filter((file) => readFileSync(file, "utf8").includes(PLOT));

it("the command line starts without the drawing library, which the maker of reports has", () => {
  expect(loaded(join(CLI, "main.mjs")).size).toBeGreaterThan(10);
  expect(drawing("main.mjs")).toEqual([]);
  expect(drawing("report.mjs")).toHaveLength(1);
});
