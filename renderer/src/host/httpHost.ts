// The host behind `initlab serve`, called over HTTP from the page that it serves. It rejects with a HostError and
// with nothing else; where the server is gone or lets nobody in, its code is "unreachable". It tries nothing twice:
// a save whose answer was lost may have happened.
import type { HostApi } from "../../../app/contract/hostApi";
import { HostError, isHostFailure } from "../../../app/contract/hostError";
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
  return hostFromCalls(async (name, args) => {
    const response = await fetch(`${base}/api/${name}`, {
      method: "POST",
      headers,
      body: bodyFor(name, args),
    }).catch(lost);
    const text = await response.text().catch(lost);
    if (response.status === 204) return undefined;
    const value = parsed(text);
    if (response.ok && value !== undefined) return value;
    if (isHostFailure(value)) throw new HostError(value);
    throw new HostError({
      code: "unreachable",
      message: `this is not the lab's server: it answered ${response.status}; open the address that the lab printed`,
    });
  });
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
