// The thread that builds reports: one task in, news of it and one answer out.
import { parentPort } from "node:worker_threads";
import { failureOf } from "../contract/hostError";
import { directReports } from "./direct";
import type { ReportAnswer, ReportNews, ReportTask } from "./task";

const port = parentPort;
if (!port) throw new Error("worker.ts runs in a worker thread");

port.on("message", (task: ReportTask) => {
  void answerOf(task).then((answer) => {
    const bytes = answer.ok && answer.value instanceof Uint8Array ? answer.value : null;
    // Handed over, not copied, where it is all of its buffer.
    const isWhole = bytes !== null && bytes.byteLength === bytes.buffer.byteLength;
    port.postMessage(answer, isWhole ? [bytes.buffer as ArrayBuffer] : []);
  });
});

const tell = (fraction: number) => port.postMessage({ fraction } satisfies ReportNews);

async function answerOf(task: ReportTask): Promise<ReportAnswer> {
  try {
    const value =
      task.kind === "report"
        ? await directReports.build(task.request, undefined, tell)
        : await directReports.figure(task.request);
    return { ok: true, value };
  } catch (thrown) {
    return { ok: false, failure: failureOf(thrown) };
  }
}
