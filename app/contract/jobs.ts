// Long work that whoever asked for it may watch and call back, by an id of the asker's own: which methods begin such
// work, where among their arguments its id stands, and how far it is. Where the asker goes away (a tab is closed, a
// page is loaded anew), the transport calls back what it had asked for.
import type { HostApi } from "./hostApi";
import { HostError } from "./hostError";
import { KEY } from "./limits";

export interface JobProgress {
  readonly stage: JobStage;
  /** 0 to 1; null where nobody knows. */
  readonly fraction: number | null;
}

export type JobStage =
  /** For its turn. */
  "waiting" | "building" | "printing";

/** Place of the job's id among the arguments. */
const PLACES: Readonly<Partial<Record<keyof HostApi, number>>> = { buildReport: 1 };

/** The id of the long work that a call begins; null where it begins none, or has none. Trusts nothing. */
export function jobIn(method: unknown, args: unknown): string | null {
  if (typeof method !== "string" || !Object.hasOwn(PLACES, method) || !Array.isArray(args)) return null;
  const job: unknown = args[PLACES[method as keyof HostApi]!];
  return typeof job === "string" && KEY.test(job) ? job : null;
}

/** What work that was called back rejects with. */
export function cancelledJob(cause?: unknown): HostError {
  return new HostError({ code: "cancelled", message: "this was cancelled" }, { cause });
}
