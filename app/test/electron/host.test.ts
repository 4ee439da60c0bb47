// The one suite of every host, over Electron's IPC: the built main process, its channel and its sender check.
import { HostError } from "../../contract/hostError";
import { hostFromCalls } from "../../contract/methodNames";
import type { Reply } from "../../electron/channels";
import { hostSuite } from "../host/suite";
import { Desktop } from "./desktop";

hostSuite("Electron", async (data) => {
  const desktop = await (await Desktop.start({ data })).opened();
  const host = hostFromCalls(async (method, args) => {
    const reply = (await desktop.ask("invoke", "host", [{ method, args }])) as Reply;
    if (reply.ok) return reply.value;
    throw new HostError(reply.failure);
  });
  // A window that is closed in order takes its drafts along, and the suite asks for those of one that was not. What is
  // in order is shell.test.ts's.
  return {
    host,
    close: () => desktop.kill(),
    holdPrinting: () => desktop.ask("printing", "waits"),
    // The lab's own window is there too.
    printing: async () => (await desktop.ask("windows")) - 1,
  };
});
