// The loopback server: who is let in, what is answered to whom, and how it ends.
import { mkdirSync, writeFileSync } from "node:fs";
import { request, type IncomingHttpHeaders, type RequestOptions } from "node:http";
import { connect, createServer, type AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { httpHost } from "../../../renderer/src/host/httpHost";
import { HostError, type HostErrorCode, type HostFailure } from "../../contract/hostError";
import { MAX_WIRE_BYTES } from "../../contract/wire";
import { type LabServer, serveLab } from "../../http/server";
import { emptyFolder } from "../lab";
import { ABOUT, standIn, type StandIn } from "./standIn";
import { TRAVERSALS } from "./traversals";

interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let behind: StandIn;
let server: LabServer;
let pages: string;
let port: number;
let host: string;

beforeAll(() => {
  const outer = emptyFolder();
  pages = join(outer, "renderer");
  mkdirSync(pages);
  writeFileSync(join(outer, "secret.json"), "the secret");
  writeFileSync(join(pages, "index.html"), "<!doctype html><title>Init Lab</title>");
  writeFileSync(join(pages, "worker.js"), "1");
});

beforeEach(async () => {
  behind = standIn();
  server = await serveLab({ host: behind.host, pages, port: 0 });
  port = Number(new URL(server.origin).port);
  host = `127.0.0.1:${port}`;
  return () => server.close();
});

/** Sends the path as it stands: fetch would tidy it. */
function ask(path: string, options: RequestOptions = {}, body = ""): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, agent: false, ...options }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

type Headers = Readonly<Record<string, string | undefined>>;

/** A call as the page makes it, with headers changed or (undefined) left out. */
function call(change: Headers = {}, method = "about", body = "[]"): Promise<Answered> {
  const all: Headers = {
    host,
    origin: `http://${host}`,
    "sec-fetch-site": "same-origin",
    "content-type": "application/json",
    cookie: `initlab_${port}=${server.token}`,
    ...change,
  };
  const headers = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return ask(`/api/${method}`, { method: "POST", headers: headers as Record<string, string> }, body);
}

const failureIn = ({ body }: Answered) => JSON.parse(body) as HostFailure;

describe("the page", () => {
  it("takes the token out of the address and puts it into a cookie that scripts do not see", async () => {
    const first = await ask(server.address.slice(server.origin.length));
    expect(first.status).toBe(303);
    expect(first.headers.location).toBe("/");
    const [cookie] = first.headers["set-cookie"]!;
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict$/);
    expect(server.token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const page = await ask("/");
    expect(page.status).toBe(200);
    expect(page.body).toContain("<title>Init Lab</title>");
    expect((await call({ cookie: cookie!.split(";")[0]! })).status).toBe(200);
  });

  it.each(["/?token=", "/?token=x", `/?token=${"A".repeat(43)}`])("refuses %s", async (path) => {
    const answer = await ask(path);
    expect(answer.status).toBe(403);
    expect(answer.headers["set-cookie"]).toBeUndefined();
    expect(answer.body).toMatch(/^Init Lab: the token is wrong; .+\n$/);
  });

  it("lets a ticket in once", async () => {
    const path = server.ticket().slice(server.origin.length);
    const statuses = [(await ask(path)).status, (await ask(path)).status];
    expect(statuses).toEqual([303, 403]);
    expect((await call({ cookie: `initlab_${port}=${path.split("=")[1]}` })).status).toBe(401);
  });

  it("wears strict headers, whatever is asked", async () => {
    const answers = [
      await ask("/"),
      await ask("/worker.js"),
      await ask("/nothing"),
      await ask("/?token=x"),
      await ask("/", { method: "DELETE" }),
      await ask(server.address.slice(server.origin.length)),
      await call(),
      await call({ cookie: undefined }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 404, 403, 405, 303, 200, 401]);
    for (const { headers } of answers) {
      expect(headers["content-security-policy"]).toContain("default-src 'none'");
      expect(headers["content-security-policy"]).not.toMatch(/'unsafe-|\*/);
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "no-store",
      });
      expect(headers["permissions-policy"]).toContain("camera=()");
      expect(Object.keys(headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
    }
    expect(answers.map(({ headers }) => headers["content-security-policy"]!.includes("wasm"))).toEqual(
      answers.map((_, i) => i === 1),
    );
  });

  it("cannot be led out of its folder", async () => {
    const way = TRAVERSALS.map((spelled) => spelled("secret.json"));
    expect(way.length).toBeGreaterThanOrEqual(30);
    for (const path of way) {
      const answer = await ask(path);
      expect([400, 404], path).toContain(answer.status);
      expect(answer.body, path).not.toContain("the secret");
    }
  });

  it("is read with GET and HEAD alone", async () => {
    const head = await ask("/", { method: "HEAD" });
    expect([head.status, head.body, head.headers["content-length"]]).toEqual([200, "", "38"]);
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"])
      expect((await ask("/", { method })).status).toBe(405);
  });
});

describe("who is let in", () => {
  const refused = async (change: Headers, status: number, reason: RegExp) => {
    const answer = await call(change);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatch(reason);
    expect(behind.calls).toEqual([]);
  };

  it("the page, by its cookie; a program, by the token as a Bearer's", async () => {
    expect((await call()).status).toBe(200);
    const program = { cookie: undefined, origin: undefined, "sec-fetch-site": undefined };
    expect((await call({ ...program, authorization: `Bearer ${server.token}` })).status).toBe(200);
    expect((await call({ host: `localhost:${port}`, origin: `http://localhost:${port}` })).status).toBe(200);
    expect(behind.calls).toHaveLength(3);
  });

  it.each([
    ["no cookie", () => ({ cookie: undefined })],
    ["an empty cookie", () => ({ cookie: `initlab_${port}=` })],
    ["another server's cookie", () => ({ cookie: `initlab_${port + 1}=${server.token}` })],
    ["a wrong cookie", () => ({ cookie: `initlab_${port}=${"A".repeat(43)}` })],
    ["a shorter token", () => ({ cookie: `initlab_${port}=${server.token.slice(1)}` })],
    ["a longer token", () => ({ cookie: `initlab_${port}=${server.token}A` })],
    ["a wrong Bearer beside a right cookie", () => ({ authorization: `Bearer ${"A".repeat(43)}` })],
  ])("not with %s", async (_what, change) => refused(change(), 401, /the token is missing or wrong/));

  it.each([
    ["a name made to point here", "attacker.example"],
    ["that name with the port", "attacker.example:80"],
    ["no port", "127.0.0.1"],
    ["another port", "127.0.0.1:1"],
    ["another loopback address", "127.0.0.2:1"],
  ])("not under another Host: %s", async (_what, named) => {
    await refused({ host: named, origin: `http://${named}` }, 403, /the Host header is not this server's/);
    expect((await ask("/", { headers: { host: named } })).status).toBe(403);
  });

  it.each([
    ["https://attacker.example"],
    ["null"],
    ["http://127.0.0.1"],
    ["http://127.0.0.1:1"],
    ["http://attacker.example#http://127.0.0.1"],
    ["file://"],
  ])("not from the Origin %s", async (origin) => refused({ origin }, 403, /another page/));

  it.each(["cross-site", "same-site", "none"])("not with Sec-Fetch-Site %s", async (site) =>
    refused({ "sec-fetch-site": site }, 403, /another site/),
  );

  it("not with a cookie and no Origin, not as a form, not with GET", async () => {
    await refused({ origin: undefined }, 403, /no Origin/);
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", undefined])
      await refused({ "content-type": type }, 415, /not application\/json/);
    const read = await ask("/api/about", { headers: { cookie: `initlab_${port}=${server.token}` } });
    expect([read.status, read.headers.allow]).toEqual([405, "POST"]);
    expect(behind.calls).toEqual([]);
  });

  it("nobody from another interface", async () => {
    const outside = Object.values(networkInterfaces())
      .flatMap((all) => all ?? [])
      .find(({ internal, family }) => !internal && family === "IPv4")?.address;
    if (outside === undefined) return console.log("skipped: this machine has the loopback interface alone");
    await new Promise<void>((resolve, reject) => {
      const socket = connect({ host: outside, port }, () => {
        socket.destroy();
        reject(new Error(`${outside}:${port} answers`));
      }).on("error", () => resolve());
    });
  });
});

describe("a call", () => {
  it("carries bytes in and out without loss", async () => {
    behind.answer("importExperiments", (bytes) => ({ imported: [bytes], unchanged: [] }));
    const client = httpHost({ base: server.origin, token: server.token });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (bytes) => {
        const echo = (await client.importExperiments(bytes)) as unknown as { imported: unknown[] };
        expect(new Uint8Array(behind.calls.at(-1)!.args[0] as Uint8Array)).toStrictEqual(bytes);
        expect(echo.imported).toStrictEqual([bytes]);
      }),
      { numRuns: 40 },
    );
  });

  it("gives back nothing where there is nothing, and leaves out what was not given", async () => {
    const client = httpHost({ base: server.origin, token: server.token });
    expect(await client.about()).toEqual(ABOUT);
    expect(await client.emptyTrash()).toBeUndefined();
    expect(behind.calls.at(-1)).toEqual({ name: "emptyTrash", args: [] });
  });

  it.each([
    ["invalid", 400],
    ["not_found", 404],
    ["damaged", 422],
    ["newer_format", 409],
    ["disk_full", 507],
    ["not_writable", 500],
    ["locked", 423],
    ["too_large", 413],
    ["internal", 500],
  ] as const)("that fails with %s answers %i and rejects the same", async (code: HostErrorCode, status) => {
    const failure = { code, where: "id", message: "is wrong; this would be right" };
    behind.answer("duplicateExperiment", () => {
      throw new HostError(failure);
    });
    const answer = await call({}, "duplicateExperiment", '["x"]');
    expect(answer.status).toBe(status);
    expect(failureIn(answer)).toEqual(failure);
    const client = httpHost({ base: server.origin, token: server.token });
    const thrown: unknown = await client.duplicateExperiment("x").catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(HostError);
    expect((thrown as HostError).failure).toEqual(failure);
  });

  it("that breaks keeps its stack to itself", async () => {
    behind.answer("about", () => {
      throw new TypeError("x is not a function");
    });
    const answer = await call();
    expect(failureIn(answer)).toEqual({ code: "internal", message: "x is not a function" });
  });

  it.each(["nothing", "constructor", "toString", "__proto__", "About", "about/", "about?x=1", ""])(
    "of no method, %j, is not found",
    async (name) => {
      const answer = await call({}, name);
      expect([answer.status, failureIn(answer).code]).toEqual([404, "not_found"]);
      expect(behind.calls).toEqual([]);
    },
  );

  it.each([
    ["", /JSON/],
    ["{", /JSON/],
    ["{}", /list/],
    ['"about"', /list/],
    ["[1]", /1 arguments are given; 0/],
    ['[{"$bytes":"%"}]', /JSON/],
    ["[".repeat(100_000), /JSON/],
  ])("with wrong arguments is refused: %.20j", async (body, reason) => {
    const answer = await call({}, "about", body);
    expect([answer.status, failureIn(answer).code]).toEqual([400, "invalid"]);
    expect(failureIn(answer).message).toMatch(reason);
    expect(failureIn(answer).message).not.toContain("\n");
    expect(behind.calls).toEqual([]);
  });

  it("that is too large is refused before it is read", async () => {
    const answer = await new Promise<Answered>((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${server.token}`,
        "content-type": "application/json",
        "content-length": MAX_WIRE_BYTES + 1,
      };
      const sent = request({ port, path: "/api/about", method: "POST", headers }, (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
        response.on("end", () => {
          sent.destroy();
          resolve({ status: response.statusCode!, headers: response.headers, body });
        });
      }).on("error", reject);
      sent.write("[");
    });
    expect([answer.status, failureIn(answer).code]).toEqual([413, "too_large"]);
    expect(answer.headers.connection).toBe("close");
  });

  it("to a server that is gone, or is another's, is unreachable", async () => {
    const gone = httpHost({ base: server.origin, token: server.token });
    await server.close();
    await expect(gone.about()).rejects.toMatchObject({ name: "HostError", code: "unreachable" });
    const other = createServer((socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi"));
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const base = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    await expect(httpHost({ base }).about()).rejects.toMatchObject({
      name: "HostError",
      code: "unreachable",
    });
    other.close();
    await expect(httpHost({ base: server.origin, token: "x" }).about()).rejects.toThrow(HostError);
  });

  it("with a wrong token says what to open", async () => {
    const client = httpHost({ base: server.origin, token: "A".repeat(43) });
    await expect(client.about()).rejects.toMatchObject({
      code: "unreachable",
      message: expect.stringContaining("open the address that the lab printed") as string,
    });
  });
});

describe("the end", () => {
  it("lets a call that is under way end, and drops who only waits", async () => {
    let finish = () => {};
    const reached = new Promise<void>((begun) =>
      behind.answer("discardDraft", () => {
        begun();
        return new Promise<void>((resolve) => (finish = resolve));
      }),
    );
    const idle = connect({ host: "127.0.0.1", port });
    const dropped = new Promise<void>((resolve) => idle.on("close", () => resolve()).on("error", () => {}));
    const answer = call({}, "discardDraft", '["window-1"]');
    await reached;
    let isClosed = false;
    const closed = server.close().then(() => (isClosed = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isClosed).toBe(false);
    finish();
    expect((await answer).status).toBe(204);
    await closed;
    await dropped;
  });
});
