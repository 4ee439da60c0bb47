// What every command that computes does around its work: workers and progress on, and off again whatever happens.
import type { ExecuteHost } from "../../core-as/runtime/execute";
import type { OnProgress } from "../../core-as/runtime/progress";
import type { FileBytes } from "../../core-as/runtime/tasks";
import type { Experiment } from "../../core-as/spec/experiment";
import { defaultWorkers, openHost } from "../compute/threads";
import { builtFiles } from "./built";
import { progressView } from "./progress";

export interface SessionOptions {
  readonly workers?: number;
  /** Progress as lines. */
  readonly progress?: boolean;
}

/** `files` by path, as the specs name them. */
export async function withWorkers<T>(
  specs: readonly Experiment[],
  files: FileBytes,
  options: SessionOptions,
  work: (host: ExecuteHost, tell: { readonly onProgress?: OnProgress }) => Promise<T>,
): Promise<T> {
  const needsDigits = specs.some(({ data }) => data.source === "digits");
  const host = await openHost(builtFiles(), options.workers ?? defaultWorkers(), files, needsDigits);
  const view = progressView(options.progress === true);
  try {
    host.pool.warm(host.pool.workers);
    return await work(host, view.show ? { onProgress: view.show } : {});
  } finally {
    view.end();
    host.pool.close();
  }
}
