// initlab code SPEC: source text that initialises the same network the same way in a framework.
import { readFile } from "node:fs/promises";
import { CODE_FRAMEWORKS, type CodeFramework } from "../../core-as/code/source";
import { asksForGains, sourceFor } from "../../core-as/code/write";
import { rawBatch } from "../../core-as/runtime/data";
import { gainsOf } from "../../core-as/runtime/draw";
import { MeasuringCore } from "../../core-as/runtime/tally";
import { CORE_VERSION } from "../../core-as/runtime/version";
import { quoted, suggestion } from "../../core-as/spec/errors";
import { builtFiles } from "./built";
import { CliError } from "./failure";
import { loadFiles, readSpec } from "./specs";

export interface CodeOptions {
  readonly framework?: string;
}

export async function codeCommand(
  argument: string,
  options: CodeOptions,
  signal: AbortSignal,
): Promise<void> {
  const framework = frameworkOf(options.framework);
  const { spec, files } = await loadFiles(await readSpec(argument, signal));
  const isOfFile = spec.data.source === "file";
  const core = isOfFile || asksForGains(spec) ? await openCore() : null;
  const { text } = sourceFor(spec, framework, {
    coreVersion: CORE_VERSION,
    ...(core && isOfFile ? { features: rawBatch(core, spec.data, spec.seed, files).features } : {}),
    ...(core ? { gainsOf: (activation) => gainsOf(core, activation) } : {}),
  });
  process.stdout.write(text);
}

async function openCore(): Promise<MeasuringCore> {
  return new MeasuringCore(new WebAssembly.Module(await readFile(builtFiles().core)));
}

/** Fails with exit code 2. */
function frameworkOf(name: string | undefined): CodeFramework {
  const found = CODE_FRAMEWORKS.find((framework) => framework === name);
  if (found !== undefined) return found;
  const all = CODE_FRAMEWORKS.join(", ");
  if (name === undefined) throw new CliError(2, "--framework", `is missing; one of ${all} would be right`);
  const meant = OTHER_NAMES.get(name.toLowerCase()) ?? name;
  throw new CliError(
    2,
    "--framework",
    `unknown framework ${quoted(name)}; ${suggestion(meant, CODE_FRAMEWORKS, "the frameworks are")}`,
  );
}

/** Names by which people know one of ours. */
const OTHER_NAMES: ReadonlyMap<string, CodeFramework> = new Map([
  ["torch", "pytorch"],
  ["np", "numpy"],
  ["flax", "jax"],
  ["linen", "jax"],
  ["tensorflow", "keras"],
  ["tf", "keras"],
]);
