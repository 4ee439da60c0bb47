// What crosses Electron's bridge: calls as they are, failures as HostErrors again.
import { describe, expect, it } from "vitest";
import { HostError } from "../../../app/contract/hostError";
import { hostFromCalls } from "../../../app/contract/methodNames";
import { type Connection, overBridge } from "../../src/host/connect";

/** A bridge whose other side rejects with this. */
function failing(thrown: unknown): Connection {
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as the bridge does
  const fails = () => Promise.reject(thrown);
  return overBridge({
    host: hostFromCalls(fails),
    shell: {
      pickFiles: fails,
      saveFile: fails,
      showDocument: () => {},
      onCommand: () => () => {},
      onFiles: () => () => {},
    },
  });
}

const caught = (of: Promise<unknown>) => of.then(() => null).catch((error: unknown) => error);

describe("the bridge", () => {
  it("carries a call with its arguments and its answer", async () => {
    const calls: unknown[] = [];
    const { host } = overBridge({
      ...failing(null),
      host: hostFromCalls((name, args) => {
        calls.push([name, ...args]);
        return Promise.resolve(["found"]);
      }),
    });
    expect(await host.searchExperiments("relu")).toEqual(["found"]);
    await host.emptyTrash();
    expect(calls).toEqual([["searchExperiments", "relu"], ["emptyTrash"]]);
  });

  it("turns a HostFailure into a HostError, of the host and of the shell", async () => {
    const failure = { code: "disk_full", message: "there is no space", where: "/data" } as const;
    const { host, shell } = failing(failure);
    for (const of of [host.about(), shell.pickFiles("data"), shell.saveFile("a", new Uint8Array())]) {
      const error = await caught(of);
      expect(error).toBeInstanceOf(HostError);
      expect((error as HostError).failure).toEqual(failure);
    }
  });

  it.each([
    [new Error("an error of the bridge"), "an error of the bridge"],
    ["text", "text"],
    [{ code: "nothing_we_know", message: "x" }, "[object Object]"],
    [{ code: "invalid", message: 7 }, "[object Object]"],
    [{ code: "toString", message: "x" }, "[object Object]"],
    [null, "null"],
  ])("calls anything else a fault of the app: %j", async (thrown, message) => {
    const error = await caught(failing(thrown).host.about());
    expect(error).toBeInstanceOf(HostError);
    expect((error as HostError).failure).toEqual({ code: "internal", message });
  });
});
