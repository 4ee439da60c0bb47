// The saved experiments as a command has them: the host opened on the data folder for as long as the work takes, and
// a run as what is saved of it.
import { verdictOf } from "../../core-as/diagnosis/verdict";
import { CORE_VERSION } from "../../core-as/runtime/version";
import type { RunResult } from "../../core-as/spec/result";
import type { ExperimentSummary, HostApi } from "../contract/hostApi";
import { checkedHost } from "../contract/methods";
import { dataFolder } from "../host/dataFolder";
import { openHost } from "../host/host";
import { toJson } from "./json";

export interface StoreOptions {
  readonly data?: string;
}

export async function withStore<T>({ data }: StoreOptions, work: (host: HostApi) => Promise<T>): Promise<T> {
  const host = await openHost(dataFolder(data), {
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
