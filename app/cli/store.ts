// The saved experiments as a command has them: the host opened on the data folder for as long as the work takes, and
// a run as what is saved of it. A data folder that cannot be used was the wrong one to give: exit code 2.
import { verdictOf } from "../../core-as/diagnosis/verdict";
import { CORE_VERSION } from "../../core-as/runtime/version";
import type { RunResult } from "../../core-as/spec/result";
import type { About, ExperimentSummary, HostApi } from "../contract/hostApi";
import { HostError } from "../contract/hostError";
import { checkedHost } from "../contract/methods";
import { dataFolder } from "../host/dataFolder";
import { type HostOptions, openHost, type OpenHost } from "../host/host";
import { makeFolder } from "./atomic";
import { CliError } from "./failure";
import { toJson } from "./json";

export interface StoreOptions {
  readonly data?: string;
}

/** Before a run, so that hours of work do not end at a folder that cannot be written. */
export async function makeDataFolder(asked: string | undefined): Promise<void> {
  const folder = dataFolder(asked);
  try {
    await makeFolder(folder);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError(2, `data folder ${folder}`, error.message, { cause: error });
  }
}

export async function openData(
  asked: string | undefined,
  about: Omit<About, "dataFolder">,
  options?: HostOptions,
): Promise<OpenHost> {
  try {
    return await openHost(dataFolder(asked), about, options);
  } catch (error) {
    if (error instanceof HostError && error.code === "not_writable")
      throw new CliError(2, `data folder ${error.where ?? ""}`.trim(), error.message, { cause: error });
    throw error;
  }
}

export async function withStore<T>({ data }: StoreOptions, work: (host: HostApi) => Promise<T>): Promise<T> {
  const host = await openData(data, {
    version: CORE_VERSION,
    runtime: { Node: process.versions.node },
    platform: process.platform,
    host: "direct",
  });
  try {
    return await work(checkedHost(host));
  } finally {
    await host.close();
  }
}

export interface RunToSave {
  readonly name: string;
  readonly notes?: string;
  readonly tags?: readonly string[];
  readonly result: RunResult;
  /** The text of training.json, where it was trained. */
  readonly training?: string;
  /** By path, as the spec names them. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export function saveRun(
  host: HostApi,
  { name, notes = "", tags = [], result, training, files }: RunToSave,
): Promise<ExperimentSummary> {
  const { severity, text } = verdictOf(result);
  return host.saveExperiment({
    id: null,
    name,
    notes,
    tags,
    spec: result.spec,
    result: `${toJson(result)}\n`,
    ...(training === undefined ? {} : { training }),
    verdict: text,
    severity,
    files: [...files].map(([path, bytes]) => ({ path, bytes })),
  });
}

/** What a run is called in the library: the spec's own name, else what was given. */
export function nameOfRun(result: Pick<RunResult, "spec">, argument: string): string {
  const given =
    argument === "-" ? "Untitled" : argument.replace(/^preset:/, "").replace(/^.*[\\/]|\.json$/g, "");
  return result.spec.name === "" ? given.slice(0, 200) : result.spec.name;
}
