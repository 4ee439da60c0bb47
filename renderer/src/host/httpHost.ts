// The host behind `initlab serve`, called over HTTP from the page that it serves. It rejects with a HostError and
// with nothing else; where the server is gone or lets nobody in, its code is "unreachable". It tries nothing twice:
// a save whose answer was lost may have happened.
import type { HostApi } from "../../../app/contract/hostApi";
import { HostError, isHostFailure } from "../../../app/contract/hostError";
import { cancelledJob, jobIn } from "../../../app/contract/jobs";
import { hostFromCalls, type MethodName } from "../../../app/contract/methodNames";
import { fromWire, MAX_WIRE_BYTES, toWire } from "../../../app/contract/wire";

export interface HttpHostOptions {
  /** `http://127.0.0.1:PORT`; left out, the page's own origin. */
  readonly base?: string;
  /** For callers that are no page; a page has its cookie. */
  readonly token?: string;
}

export function httpHost({ base = "", token }: HttpHostOptions = {}): HostApi {
  const headers = {
    "content-type": "application/json",
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const jobs = new Map<string, AbortController>();

  const sent = async (name: MethodName, args: readonly unknown[], signal: AbortSignal | null) => {
    const fail = (cause: unknown) => (signal?.aborted ? raise(signal.reason) : lost(cause));
    const body = bodyFor(name, args);
    const response = await fetch(`${base}/api/${name}`, { method: "POST", headers, body, signal }).catch(
      fail,
    );
    const text = await response.text().catch(fail);
    if (response.status === 204) return undefined;
    const value = parsed(text);
    if (response.ok && value !== undefined) return value;
    if (isHostFailure(value)) throw new HostError(value);
    throw new HostError({
      code: "unreachable",
      message: `this is not the lab's server: it answered ${response.status}; open the address that the lab printed`,
    });
  };

  return hostFromCalls(async (name, args) => {
    // The connection goes at once, with what of the call is still on its way; the server is told all the same.
    if (name === "cancelJob") jobs.get(args[0] as string)?.abort(cancelledJob());
    const job = jobIn(name, args);
    if (job === null || jobs.has(job)) return sent(name, args, null);
    const abort = new AbortController();
    jobs.set(job, abort);
    return sent(name, args, abort.signal).finally(() => jobs.delete(job));
  });
}

function raise(reason: unknown): never {
  throw reason;
}

function lost(cause: unknown): never {
  throw new HostError(
    {
      code: "unreachable",
      message: "the lab's server does not answer; start it again and open the address that it prints",
    },
    { cause },
  );
}

function bodyFor(name: MethodName, args: readonly unknown[]): string {
  let body: string | null = null;
  try {
    body = toWire(args);
  } catch (cause) {
    if (!(cause instanceof RangeError)) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new HostError({ code: "invalid", where: name, message }, { cause });
    }
  }
  if (body !== null && body.length <= MAX_WIRE_BYTES) return body;
  throw new HostError({
    code: "too_large",
    where: name,
    message: `this is more than the ${MAX_WIRE_BYTES / 2 ** 20} MiB that a page may send; the command line takes it`,
  });
}

function parsed(text: string): unknown {
  try {
    return fromWire(text);
  } catch {
    return undefined;
  }
}
