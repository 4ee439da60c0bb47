// Runs sources in Python, where there is one with the framework; INITLAB_PYTHON names another than those that are tried.
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CodeFramework } from "../../code/source";

const IMPORTS: Readonly<Record<CodeFramework, string>> = {
  numpy: "import numpy",
  pytorch: "import numpy, torch",
  jax: "import numpy, jax, flax.linen",
  keras: "import numpy, keras",
};

const given = process.env["INITLAB_PYTHON"];
const CANDIDATES = [...(given === undefined ? [] : [given]), "python3", "/usr/bin/python3", "python"];

/** Null, and a line that says so, where no Python has what the statement imports. */
export function pythonWith(statement: string, what: string): string | null {
  const found = CANDIDATES.find(
    (name) => spawnSync(name, ["-c", statement], { stdio: "ignore" }).status === 0,
  );
  if (found === undefined) console.log(`skipped: ${what}; no Python here runs "${statement}"`);
  return found ?? null;
}

export const pythonOf = (framework: CodeFramework, what: string): string | null =>
  pythonWith(IMPORTS[framework], `${framework}, ${what}`);

/** What the script prints, as JSON; `input` is its standard input. Throws what it wrote to stderr. */
export function runPython(python: string, script: string, input: unknown, folder = emptyFolder()): unknown {
  const file = join(folder, "script.py");
  writeFileSync(file, script);
  const { status, stdout, stderr } = spawnSync(python, [file], {
    input: JSON.stringify(input),
    encoding: "utf8",
    cwd: folder,
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`${stderr}\n${stdout}`);
  return JSON.parse(stdout);
}

export const emptyFolder = (): string => mkdtempSync(join(tmpdir(), "initlab-code-"));
