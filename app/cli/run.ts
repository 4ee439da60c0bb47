// initlab run SPEC: measures an experiment, and writes what was asked for.
import { join } from "node:path";
import { npzParts } from "../../core-as/formats/npz";
import { safetensorsParts } from "../../core-as/formats/safetensors";
import type { Tensor } from "../../core-as/formats/tensor";
import { execute } from "../../core-as/runtime/execute";
import { withRemedies } from "../../core-as/runtime/remedy";
import { keptTensors } from "../../core-as/runtime/keptTensors";
import type { RunResult } from "../../core-as/spec/result";
import { resultText } from "../../core-as/spec/resultText";
import { parseExperiment } from "../../core-as/spec/parse";
import { checkWritable, makeFolder, writeWhole } from "./atomic";
import { CliError } from "./failure";
import { findingsText } from "./findings";
import { toJson } from "./json";
import { type ReportOptions, reportTarget, writeReport } from "./report";
import type { SessionOptions } from "./session";
import { withWorkers } from "./session";
import { loadFiles, readSpec } from "./specs";
import { makeDataFolder, nameOfRun, saveRun, withStore } from "./store";
import { resultTable } from "./table";

export interface RunOptions extends SessionOptions, ReportOptions {
  readonly json?: boolean;
  readonly out?: string;
  readonly tensors?: string;
  readonly seed?: number;
  readonly save?: boolean;
  /** The data folder. */
  readonly data?: string;
  /** False with --no-remedies. */
  readonly remedies?: boolean;
}

const WRITERS: Readonly<Record<string, (tensors: readonly Tensor[], where: string) => Uint8Array[]>> = {
  ".npz": npzParts,
  ".safetensors": (tensors, where) => safetensorsParts(tensors, undefined, where),
};

export async function runCommand(argument: string, options: RunOptions, signal: AbortSignal): Promise<void> {
  const given = await readSpec(argument, signal);
  const loaded = await loadFiles(given);
  const spec =
    options.seed === undefined ? loaded.spec : parseExperiment({ ...loaded.spec, seed: options.seed });
  const writer = options.tensors === undefined ? null : writerFor(options.tensors);
  // Before the run, so that hours of work do not end at a folder that is not there.
  if (options.tensors !== undefined) await checkWritable(options.tensors);
  const report = await reportTarget(options);
  if (options.out !== undefined) await makeFolder(options.out);
  if (options.save) await makeDataFolder(options.data);
  else if (options.data !== undefined)
    throw new CliError(2, "--data", "says where to save, and nothing is to be saved; write --save beside it");

  const { result, tensors } = await withWorkers([spec], loaded.files, options, async (host, tell) => {
    const executed = await execute(spec, host, { signal, keepTensors: writer !== null, ...tell });
    if (options.remedies === false) return executed;
    return { ...executed, result: await withRemedies(executed.result, host, { signal, ...tell }) };
  });
  if (options.tensors !== undefined && writer && tensors)
    await writeWhole(options.tensors, writer(keptTensors(tensors), options.tensors));
  if (options.out !== undefined) await writeResult(options.out, result);
  const name = nameOfRun(result, argument);
  await writeReport(report, { runs: [{ name, notes: "", result: resultText(result, 0) }] }, signal);
  const saved = options.save
    ? await withStore(options, (host) => saveRun(host, { name, result, files: loaded.files }))
    : null;
  process.stdout.write(
    options.json ? `${toJson(result)}\n` : `${resultTable(result)}\n${findingsText(result)}`,
  );
  if (saved && !options.json) process.stdout.write(`\nSaved as ${saved.id}.\n`);
}

async function writeResult(folder: string, result: RunResult): Promise<void> {
  await writeWhole(join(folder, "spec.json"), [`${toJson(result.spec)}\n`]);
  await writeWhole(join(folder, "result.json"), [`${toJson(result)}\n`]);
}

function writerFor(file: string): (typeof WRITERS)[string] {
  const suffix = /\.[^./\\]*$/.exec(file)?.[0].toLowerCase() ?? "";
  const writer = WRITERS[suffix];
  if (!writer)
    throw new CliError(2, "--tensors", `${file} has no known suffix; .npz or .safetensors would be right`);
  return writer;
}
