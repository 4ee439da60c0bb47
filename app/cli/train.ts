// initlab train SPEC...: trains, and prints what was seen on the way: JSON lines, or a live line and a table.
import { join } from "node:path";
import type { ExperimentSummary } from "../contract/hostApi";
import { LIMITS } from "../contract/limits";
import { ExperimentError } from "../../core-as/runtime/errors";
import { execute, type ExecuteHost } from "../../core-as/runtime/execute";
import { trainAll } from "../../core-as/runtime/train/train";
import { MAX_SEED } from "../../core-as/spec/bounds";
import type { Experiment } from "../../core-as/spec/experiment";
import { parseExperiment } from "../../core-as/spec/parse";
import { withSteps } from "../../core-as/spec/resolve";
import type { RunResult } from "../../core-as/spec/result";
import type { TrainResult } from "../../core-as/spec/training";
import { trainingText } from "../../core-as/spec/trainingText";
import { makeFolder, writeWhole } from "./atomic";
import { distinctName } from "./compare";
import { CliError, failureIn } from "./failure";
import { toJson } from "./json";
import { type ReportOptions, reportTarget, writeReport } from "./report";
import type { SessionOptions } from "./session";
import { withWorkers } from "./session";
import { loadFiles, readSpec } from "./specs";
import { makeDataFolder, nameOfRun, saveRun, type StoreOptions, withStore } from "./store";
import { trainTable } from "./trainTable";
import { trainView } from "./trainProgress";

export interface TrainCommandOptions extends SessionOptions, StoreOptions, ReportOptions {
  readonly json?: boolean;
  readonly out?: string;
  readonly steps?: number;
  readonly seed?: number;
  readonly seeds?: number;
  readonly save?: boolean;
}

const MOST_SPECS = 8;

interface Given {
  readonly name: string;
  readonly spec: Experiment;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export async function trainCommand(
  specArguments: readonly string[],
  options: TrainCommandOptions,
  signal: AbortSignal,
): Promise<void> {
  const given = await readAll(specArguments, options, signal);
  const seeds = seedsOf(given[0]!.spec, options);
  const report = await reportTarget(options);
  if (options.out !== undefined) await makeFolder(options.out);
  // Before the runs, so that hours of work do not end at a folder that cannot be written.
  if (options.save && specArguments.length * seeds.length > LIMITS.trainings)
    throw new CliError(
      2,
      "--save",
      `keeps at most ${LIMITS.trainings} trainings, and these are ${specArguments.length * seeds.length}; write fewer --seeds`,
    );
  if (options.save) await makeDataFolder(options.data);
  else if (options.data !== undefined)
    throw new CliError(2, "--data", "says where to save, and nothing is to be saved; write --save beside it");
  const specs = given.map(({ spec }) => spec);
  const view = trainView(
    options.progress === true,
    given.map(({ name }) => name),
  );
  const { results, untrained } = await withWorkers(
    specs,
    new Map(),
    { ...options, progress: false },
    async (host) => ({
      results: await trainAll(specs, seeds, host, {
        signal,
        files: given.map(({ files }) => files),
        onRecord: (record, run) => {
          view.record(record, run);
          if (options.json) printLine({ run: run.run, ...record });
        },
        onProgress: (progress) => view.progress(progress),
      }),
      untrained: options.save ? await measured(given[0]!, seeds[0]!, host, signal) : null,
    }),
  )
    .catch((thrown: unknown) => {
      if (!(thrown instanceof ExperimentError)) throw thrown;
      throw specs.length === 1 ? thrown.cause : failureIn(specArguments[thrown.index]!, thrown.cause);
    })
    .finally(() => view.end());
  if (options.out !== undefined) await writeResults(options.out, results);
  if (report) {
    const runs = given.map(({ spec }, s) => ({
      name: nameOfRun({ spec }, specArguments[s]!),
      notes: "",
      result: null,
      training: trainingText(results.slice(s * seeds.length, (s + 1) * seeds.length)),
    }));
    await writeReport(report, { runs }, signal);
  }
  const saved = untrained && (await save(given, results, seeds.length, untrained, specArguments, options));
  if (options.json) for (const [run, result] of results.entries()) printLine({ run, done: true, result });
  else
    process.stdout.write(
      trainTable(
        given.map(({ name }, s) => ({
          name,
          results: results.slice(s * seeds.length, (s + 1) * seeds.length),
        })),
      ),
    );
  if (saved && !options.json) process.stdout.write(`\nSaved as ${saved.id}.\n`);
}

/** What a saved experiment has of its spec besides the trainings: the network as it was drawn. */
async function measured(
  { spec, files }: Given,
  seed: number,
  host: ExecuteHost,
  signal: AbortSignal,
): Promise<RunResult> {
  const all = new Map([...host.files, ...files]);
  const { result } = await execute({ ...spec, seed, replicates: 1 }, { ...host, files: all }, { signal });
  return result;
}

/** One experiment: the first spec, and the trainings of all beside it. */
function save(
  given: readonly Given[],
  results: readonly TrainResult[],
  seeds: number,
  result: RunResult,
  [argument]: readonly string[],
  options: StoreOptions,
): Promise<ExperimentSummary> {
  const named = results.map((one, run) => ({
    ...one,
    spec: { ...one.spec, name: given[Math.floor(run / seeds)]!.name },
  }));
  const { files } = given[0]!;
  const name = nameOfRun(result, argument!);
  return withStore(options, (host) => saveRun(host, { name, result, files, training: trainingText(named) }));
}

async function readAll(
  specArguments: readonly string[],
  { steps }: TrainCommandOptions,
  signal: AbortSignal,
): Promise<Given[]> {
  if (specArguments.length > MOST_SPECS)
    throw new CliError(
      2,
      "arguments",
      `${specArguments.length} specs given to train; at most ${MOST_SPECS} would be right`,
    );
  if (specArguments.filter((argument) => argument === "-").length > 1)
    throw new CliError(
      2,
      "-",
      "standard input can be read once; files or presets for the others would be right",
    );
  const given: Given[] = [];
  for (const argument of specArguments) {
    try {
      const { spec, files } = await loadFiles(await readSpec(argument, signal));
      given.push({ name: spec.name === "" ? argument : spec.name, spec: withAskedSteps(spec, steps), files });
    } catch (thrown) {
      throw specArguments.length === 1 ? thrown : failureIn(argument, thrown);
    }
  }
  return given.map((one, i) => ({ ...one, name: distinctName(given, specArguments, i) }));
}

function withAskedSteps(spec: Experiment, steps: number | undefined): Experiment {
  if (steps === undefined || !spec.train) return spec;
  return parseExperiment({ ...spec, train: withSteps(spec.train, steps) });
}

/** They count up from one seed for all specs, so that runs are paired. */
function seedsOf(
  first: Experiment,
  { seed = first.seed, seeds = first.replicates }: TrainCommandOptions,
): number[] {
  if (seed > MAX_SEED - (seeds - 1))
    throw new CliError(
      2,
      "--seeds",
      `${seed} leaves no room for ${seeds} seeds; the last is at most ${MAX_SEED}`,
    );
  return Array.from({ length: seeds }, (_, i) => seed + i);
}

async function writeResults(folder: string, results: readonly TrainResult[]): Promise<void> {
  for (const [run, result] of results.entries())
    await writeWhole(join(folder, `run-${run}.json`), [`${toJson(result)}\n`]);
}

function printLine(value: object): void {
  process.stdout.write(`${toJson(value, 0)}\n`);
}
