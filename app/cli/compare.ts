// initlab compare SPEC SPEC...: runs several experiments, and shows what they measured beside the first.
import { compareExperiments, type NamedExperiment } from "../../core-as/runtime/compare";
import { ExperimentError } from "../../core-as/runtime/errors";
import type { RunResult } from "../../core-as/spec/result";
import { resultText } from "../../core-as/spec/resultText";
import { comparisonTable } from "./comparisonTable";
import { CliError, failureIn } from "./failure";
import { toJson } from "./json";
import { type ReportOptions, reportTarget, writeReport } from "./report";
import type { SessionOptions } from "./session";
import { withWorkers } from "./session";
import { loadFiles, readSpec } from "./specs";
import { nameOfRun } from "./store";

export interface CompareCommandOptions extends SessionOptions, ReportOptions {
  readonly json?: boolean;
  readonly seed?: number;
  readonly seeds?: number;
  readonly unpaired?: boolean;
}

const MOST_SPECS = 8;

export async function compareCommand(
  specArguments: readonly string[],
  options: CompareCommandOptions,
  signal: AbortSignal,
): Promise<void> {
  refuseArguments(specArguments, options);
  const report = await reportTarget(options);
  const given: NamedExperiment[] = [];
  for (const argument of specArguments) {
    try {
      const { spec, files } = await loadFiles(await readSpec(argument, signal));
      given.push({ name: spec.name === "" ? argument : spec.name, spec, files });
    } catch (thrown) {
      throw failureIn(argument, thrown);
    }
  }
  const named = given.map((one, i) => ({ ...one, name: distinctName(given, specArguments, i) }));
  const results: RunResult[] = [];
  const comparison = await withWorkers(
    named.map(({ spec }) => spec),
    new Map(),
    options,
    (host, tell) =>
      compareExperiments(named, host, {
        paired: options.unpaired !== true,
        ...(options.seed === undefined ? {} : { seed: options.seed }),
        ...(options.seeds === undefined ? {} : { seeds: options.seeds }),
        signal,
        onRun: (i, result) => (results[i] = result),
        ...tell,
      }),
  ).catch((thrown: unknown) => {
    if (!(thrown instanceof ExperimentError)) throw thrown;
    throw failureIn(specArguments[thrown.index]!, thrown.cause);
  });
  if (report) {
    const runs = results.map((result, i) => ({
      name: nameOfRun(result, specArguments[i]!),
      notes: "",
      result: resultText(result, 0),
    }));
    await writeReport(report, { runs, comparison: toJson(comparison, 0) }, signal);
  }
  process.stdout.write(options.json ? `${toJson(comparison)}\n` : comparisonTable(comparison));
}

function refuseArguments(specArguments: readonly string[], options: CompareCommandOptions): void {
  const count = specArguments.length;
  if (count < 2 || count > MOST_SPECS)
    throw new CliError(
      2,
      "arguments",
      `${count} spec${count === 1 ? "" : "s"} given to compare; 2 to ${MOST_SPECS} would be right`,
    );
  if (specArguments.filter((argument) => argument === "-").length > 1)
    throw new CliError(
      2,
      "-",
      "standard input can be read once; files or presets for the others would be right",
    );
  if (options.unpaired && options.seed !== undefined)
    throw new CliError(
      2,
      "--unpaired",
      "keeps each spec's own seed, and --seed gives them all one; leave out one of the two",
    );
}

/** Where several specs have one name, the argument tells them apart, and their order where even that is one. */
export function distinctName(
  given: readonly { readonly name: string }[],
  specArguments: readonly string[],
  i: number,
): string {
  const { name } = given[i]!;
  const same = (texts: readonly string[]) => texts.filter((text) => text === texts[i]).length > 1;
  if (!same(given.map((one) => one.name))) return name;
  const argument = specArguments[i]!;
  const longer = name === argument ? name : `${name} (${argument})`;
  return same(specArguments) ? `${longer}, ${i + 1}` : longer;
}
