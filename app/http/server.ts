// The lab in a browser: the built renderer and the HostApi on 127.0.0.1, and on nothing else. It listens to no other
// interface, answers no other page, and writes nothing itself: what a call does, the host behind it does.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { finished } from "node:stream/promises";
import type { HostApi } from "../contract/hostApi";
import { isMethodName } from "../contract/methodNames";
import { servedFile, STRICT_HEADERS } from "../host/pages";
import { type Answer, answerCall, bodyOf, failed } from "./calls";
import { Guard } from "./guard";

export interface ServeOptions {
  readonly host: HostApi;
  /** Folder of the built renderer. */
  readonly pages: string;
  /** 0: any that is free. */
  readonly port: number;
}

export interface LabServer {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  readonly token: string;
  /** What to open in a browser: the origin with the token. */
  readonly address: string;
  /** An address that works once: for handing to a browser's command line, which others can read. */
  ticket(): string;
  /** Calls under way end first; idle and half-sent connections are dropped. */
  close(): Promise<void>;
}

/** Rejects with Node's own error where the port cannot be had (EADDRINUSE, EACCES). */
export async function serveLab({ host, pages, port: wanted }: ServeOptions): Promise<LabServer> {
  const server = createServer();
  const port = await listening(server, wanted);
  const guard = new Guard(port);
  const underWay = new Set<Promise<void>>();
  let isClosing = false;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = request.url ?? "";
    const refusal = guard.refusesHost(request.headers);
    if (refusal) return sayText(response, refusal.status, refusal.reason);
    if (!url.startsWith("/api/")) return answerPage(pages, guard, request, response);
    const admitted = await admit(guard, request);
    if ("status" in admitted) return sayJson(response, admitted);
    if (isClosing) return sayJson(response, failed({ code: "unreachable", message: "the lab is closing" }));
    const call = answerCall(host, admitted.method, admitted.text, goneFrom(response))
      .then((done) => sayJson(response, done))
      .then(() => finished(response));
    underWay.add(call);
    await call.finally(() => underWay.delete(call));
  };

  server.on("request", (request, response) => {
    answer(request, response).catch(() => {
      // The other side went away, or a built file went missing: there is no one or nothing to answer with.
      if (!response.headersSent && !response.destroyed)
        sayText(response, 500, "the page could not be read; npm run build makes it anew");
      else response.destroy();
    });
  });

  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    token: guard.token,
    address: `${origin}/?token=${guard.token}`,
    ticket: () => `${origin}/?token=${guard.newTicket()}`,
    async close() {
      isClosing = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await Promise.allSettled(underWay);
      server.closeAllConnections();
      await closed;
    },
  };
}

function listening(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Aborted when the connection is closed before its answer is out: a tab was closed, or loaded anew. */
function goneFrom(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  const { signal } = gone;
  const look = () => {
    if (!response.writableFinished) gone.abort();
  };
  if (response.destroyed) look();
  else response.once("close", look);
  return signal;
}

/** A call that may be made, or the answer that it may not. */
async function admit(
  guard: Guard,
  request: IncomingMessage,
): Promise<Answer | { readonly method: string; readonly text: string }> {
  const method = (request.url ?? "").slice("/api/".length);
  if (request.method !== "POST")
    return failed({ code: "invalid", where: "method", message: "a call is a POST" }, 405);
  const refusal = guard.refusesCall(request.headers);
  if (refusal) return failed({ code: "unreachable", message: refusal.reason }, refusal.status);
  if (!isMethodName(method))
    return failed({ code: "not_found", where: "method", message: "the host has no such method" });
  const text = await bodyOf(request);
  if (text === null)
    return failed({
      code: "too_large",
      where: "body",
      message: "the call is larger than a browser's page may send; the command line takes it",
    });
  return { method, text };
}

async function answerPage(
  pages: string,
  guard: Guard,
  { method, url = "" }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (method !== "GET" && method !== "HEAD") return sayText(response, 405, "pages are read with GET");
  const [path, query] = url.split("?", 2);
  const token = path === "/" ? new URLSearchParams(query).get("token") : null;
  if (token !== null && !guard.admits(token))
    return sayText(response, 403, "the token is wrong; open the address that the lab printed last");
  if (token !== null) {
    // Away from the address bar, the history, and whatever is copied from them.
    response.writeHead(303, { ...STRICT_HEADERS, location: "/", "set-cookie": guard.cookie }).end();
    return;
  }
  const file = await servedFile(pages, url);
  if (file === null) return sayText(response, 404, "there is no such page");
  response.writeHead(200, file.headers).end(method === "HEAD" ? undefined : file.body);
}

function sayText(response: ServerResponse, status: number, line: string): void {
  say(response, status, "text/plain; charset=utf-8", `Init Lab: ${line}.\n`);
}

function sayJson(response: ServerResponse, { status, body }: Answer): void {
  say(response, status, "application/json; charset=utf-8", body);
}

function say(response: ServerResponse, status: number, mediaType: string, body: string): void {
  response.writeHead(status, {
    ...STRICT_HEADERS,
    ...(status === 204 ? {} : { "content-type": mediaType, "content-length": Buffer.byteLength(body) }),
    ...(status === 405 ? { allow: mediaType.startsWith("text/") ? "GET, HEAD" : "POST" } : {}),
    // What of the request was not read must not be taken for the next one.
    ...(response.req.complete ? {} : { connection: "close" }),
  });
  response.end(status === 204 ? undefined : body);
}
