// One call of the HostApi over HTTP: POST /api/METHOD with the arguments as a JSON list (contract/wire.ts), answered
// by 200 with the value, 204 where there is none, or a fitting status with a HostFailure. Knows no sockets' ends and
// no tokens: whoever calls here has been let in.
import type { IncomingMessage } from "node:http";
import type { HostApi } from "../contract/hostApi";
import { failureOf, HostError, type HostErrorCode, type HostFailure } from "../contract/hostError";
import { jobIn } from "../contract/jobs";
import { callMethod } from "../contract/methods";
import { fromWire, MAX_WIRE_BYTES, toWire } from "../contract/wire";

export interface Answer {
  readonly status: number;
  /** JSON; empty with 204. */
  readonly body: string;
}

const STATUS_OF: Readonly<Record<HostErrorCode, number>> = {
  invalid: 400,
  not_found: 404,
  damaged: 422,
  newer_format: 409,
  disk_full: 507,
  not_writable: 500,
  conflict: 409,
  locked: 423,
  too_large: 413,
  cancelled: 409,
  unreachable: 503,
  internal: 500,
};

export function failed(failure: HostFailure, status = STATUS_OF[failure.code]): Answer {
  return { status, body: JSON.stringify(failure) };
}

/**
 * `name` must be a method's. `text` is the request's body. `gone`: the caller will hear no answer; long work of theirs is
 * called back, and all else is done. Does not reject.
 */
export async function answerCall(
  host: HostApi,
  name: string,
  text: string,
  gone: AbortSignal,
): Promise<Answer> {
  try {
    const args = argumentsIn(text);
    const job = jobIn(name, args);
    if (job !== null) callBackWhen(gone, host, job);
    const value = await callMethod(host, name, args);
    return value === undefined ? { status: 204, body: "" } : { status: 200, body: written(value) };
  } catch (thrown) {
    return failed(failureOf(thrown));
  }
}

function callBackWhen(gone: AbortSignal, host: HostApi, job: string): void {
  // The call itself says how the work has ended.
  const cancel = () => void host.cancelJob(job).catch(() => {});
  if (gone.aborted) cancel();
  else gone.addEventListener("abort", cancel, { once: true });
}

function argumentsIn(text: string): unknown {
  try {
    return fromWire(text);
  } catch (cause) {
    throw new HostError(
      { code: "invalid", where: "body", message: "is no JSON; write the arguments as a JSON list" },
      { cause },
    );
  }
}

function written(value: unknown): string {
  try {
    const text = toWire(value);
    if (text.length <= MAX_WIRE_BYTES) return text;
  } catch (cause) {
    // Longer than any text can be.
    if (!(cause instanceof RangeError)) throw cause;
  }
  throw new HostError({
    code: "too_large",
    message: "this is too much for one answer; take fewer experiments at once, or the command line",
  });
}

/** The whole body as text, or null where it is longer than `most` bytes: the rest is then left unread. */
export async function bodyOf(request: IncomingMessage, most = MAX_WIRE_BYTES): Promise<string | null> {
  if (Number(request.headers["content-length"] ?? 0) > most) return null;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > most) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length).toString("utf8");
}
