// Anything thrown, as a sentence for a person; null where there is nothing to say.
import { HostError } from "../../../app/contract/hostError";
import { SpecError } from "../../../core-as/spec/errors";
import { ComputeError } from "../compute/compute";

export interface Said {
  readonly message: string;
  /** A fault of the app: whoever reports it needs the details. */
  readonly details?: string;
}

export function saidOf(thrown: unknown): Said | null {
  if (thrown instanceof ComputeError) {
    if (thrown.isCancelled) return null;
    return { message: placed(thrown.failure.where, thrown.message) };
  }
  if (thrown instanceof SpecError) return { message: placed(thrown.path, thrown.message) };
  if (thrown instanceof HostError && thrown.code === "cancelled") return null;
  if (thrown instanceof HostError && thrown.code !== "internal")
    return { message: placed(thrown.where, thrown.message) };
  if (thrown instanceof DOMException && thrown.name === "AbortError") return null;
  // Readers of files say where in the file and what is wrong.
  const { where, message } = Object(thrown) as { where?: unknown; message?: unknown };
  if (typeof where === "string" && typeof message === "string") return { message: placed(where, message) };
  const text = typeof message === "string" && message !== "" ? message : String(thrown);
  const stack = thrown instanceof Error && thrown.stack ? thrown.stack : text;
  return { message: `A fault of the app: ${text}`, details: stack };
}

function placed(where: string | undefined, message: string): string {
  return where === undefined || message.startsWith(where) ? message : `${where}: ${message}`;
}
