// Callers that go away in the midst of a call: long work of theirs is called back, all else is done.
import { request } from "node:http";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { httpHost } from "../../../renderer/src/host/httpHost";
import { openHost, type OpenHost } from "../../host/host";
import type { Reports } from "../../report/reports";
import { serveLab, type LabServer } from "../../http/server";
import { reportRequest } from "../host/reports";
import { sampleDraft } from "../host/samples";
import { refusal } from "../host/suite";
import { emptyFolder } from "../lab";

/** Builds until it is told to end. */
class EndlessReports implements Reports {
  begun = 0;
  ended = 0;
  build = async (_request: unknown, signal?: AbortSignal) => {
    this.begun++;
    await new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve()));
    this.ended++;
    throw signal?.reason as Error;
  };
  figure = () => Promise.resolve("");
}

let reports: EndlessReports;
let host: OpenHost;
let server: LabServer;
beforeEach(async () => {
  reports = new EndlessReports();
  const about = { version: "1.2.3", runtime: {}, platform: "test", host: "http" } as const;
  host = await openHost(emptyFolder(), about, { reports });
  server = await serveLab({ host, pages: emptyFolder(), port: 0 });
});
afterEach(async () => {
  await host.close();
  await server.close();
});

const until = (done: () => void | Promise<void>) => vi.waitFor(done, { timeout: 20_000 });

/** As a browser sends it. Returns what closes the connection, as a closed tab does. */
function sent(method: string, args: readonly unknown[]): () => void {
  const call = request(`${server.origin}/api/${method}`, {
    method: "POST",
    agent: false,
    headers: { authorization: `Bearer ${server.token}`, "content-type": "application/json" },
  }).on("error", () => {});
  call.end(JSON.stringify(args));
  return () => call.destroy();
}

describe("a caller that goes away", () => {
  it("has the report built no further", async () => {
    const close = sent("buildReport", [await reportRequest(), "job"]);
    await until(() => expect(reports.begun).toBe(1));
    expect(reports.ended).toBe(0);
    close();
    await until(() => expect(reports.ended).toBe(1));
    expect(await host.jobProgress("job")).toBeNull();
  });

  it("takes no other caller's report along", async () => {
    const client = httpHost({ base: server.origin, token: server.token });
    const other = refusal(client.buildReport(await reportRequest(), "other"));
    const close = sent("buildReport", [await reportRequest(), "job"]);
    await until(() => expect(reports.begun).toBe(2));
    close();
    await until(() => expect(reports.ended).toBe(1));
    expect(await host.jobProgress("other")).not.toBeNull();
    await client.cancelJob("other");
    expect((await other).code).toBe("cancelled");
    expect(reports.ended).toBe(2);
  });

  it("does not take back what it wrote", async () => {
    const draft = sampleDraft();
    const keep = vi.spyOn(host, "keepDraft");
    const close = sent("keepDraft", [draft]);
    await until(() => expect(keep).toHaveBeenCalled());
    close();
    await until(async () => expect(await host.listDrafts()).toHaveLength(1));
  });

  it("is told so where the host closes first", async () => {
    const building = refusal(host.buildReport(await reportRequest()));
    await until(() => expect(reports.begun).toBe(1));
    await host.close();
    expect((await building).code).toBe("unreachable");
    expect(reports.ended).toBe(1);
    expect((await refusal(host.buildReport(await reportRequest()))).code).toBe("unreachable");
  });

  it("hears at once that it has called back, whatever the server does", async () => {
    const client = httpHost({ base: server.origin, token: server.token });
    const building = refusal(client.buildReport(await reportRequest(), "job"));
    await until(() => expect(reports.begun).toBe(1));
    const cancelling = client.cancelJob("job");
    expect((await building).failure).toEqual({ code: "cancelled", message: "this was cancelled" });
    await cancelling;
    expect(reports.ended).toBe(1);
  });
});
