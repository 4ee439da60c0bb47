// Reports in a thread of their own: what one that goes wrong costs, and what it does not.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ReportThread } from "../../host/reportThread";
import type { WrittenReport } from "../../report/reports";
import { emptyFolder } from "../lab";
import { refusal } from "./suite";

/** Does as the title of the report says. */
const SCRIPT = `
import { parentPort, threadId } from "node:worker_threads";
const hoard = [];
parentPort.on("message", ({ request }) => {
  const { title } = request;
  if (title === "throw") throw new Error("boom");
  if (title === "exit") process.exit(3);
  if (title === "reject") return void Promise.reject(new Error("left alone"));
  if (title === "hang") for (;;);
  if (title === "eat") for (;;) hoard.push(new Array(1000).fill(Math.random()));
  if (title === "refuse")
    return parentPort.postMessage({ ok: false, failure: { code: "invalid", where: "request.runs[0]", message: "no" } });
  if (title === "news") parentPort.postMessage({ fraction: 0.5 });
  parentPort.postMessage({ ok: true, value: new TextEncoder().encode(title + " " + threadId) });
});
`;

const report = (title: string): WrittenReport => ({
  format: "md",
  title,
  author: "",
  notes: "",
  sections: ["summary"],
  runs: [],
});

describe("the thread of reports", () => {
  let script: URL;
  let thread: ReportThread;
  beforeEach(() => {
    const file = join(emptyFolder(), "worker.mjs");
    writeFileSync(file, SCRIPT);
    script = pathToFileURL(file);
    thread = new ReportThread(script, { heapMiB: 64 });
  });
  afterEach(() => thread.close());

  const built = async (title: string, signal?: AbortSignal) =>
    new TextDecoder().decode(await thread.build(report(title), signal));
  const threadOf = (text: string) => text.split(" ")[1];

  it("is one, whatever is asked and refused", async () => {
    const [first, second] = await Promise.all([built("a"), built("b")]);
    expect([first, second].map((text) => text.split(" ")[0])).toEqual(["a", "b"]);
    expect((await refusal(built("refuse"))).failure).toEqual({
      code: "invalid",
      where: "request.runs[0]",
      message: "no",
    });
    expect(threadOf(await built("c"))).toBe(threadOf(first));
    expect(threadOf(second)).toBe(threadOf(first));
  });

  it.each([
    ["throw", "internal", /broken down/],
    ["exit", "internal", /broken down/],
    ["reject", "internal", /broken down/],
    ["eat", "too_large", /more memory/],
  ])("costs one report where it breaks down: %s", async (what, code, message) => {
    const before = await built("before");
    const [lost, after] = await Promise.all([refusal(built(what)), built("after")]);
    expect(lost).toMatchObject({ code, message: expect.stringMatching(message) as string });
    expect(after).toMatch(/^after /);
    expect(threadOf(after)).not.toBe(threadOf(before));
  });

  it("costs one report where it hangs", async () => {
    const impatient = new ReportThread(script, { limitMillis: 1500 });
    try {
      const [lost, after] = await Promise.all([
        refusal(impatient.build(report("hang"))),
        impatient.build(report("after")),
      ]);
      expect(lost).toMatchObject({
        code: "internal",
        message: expect.stringMatching(/within 1.5 s/) as string,
      });
      expect(new TextDecoder().decode(after)).toMatch(/^after /);
    } finally {
      await impatient.close();
    }
  });

  it("leaves a report when it is told to, and a waiting one unbegun", async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const underWay = built("hang", first.signal);
    const waiting = built("b", second.signal);
    const after = built("c");
    second.abort(new Error("not that one"));
    first.abort(new Error("enough"));
    await expect(underWay).rejects.toThrow("enough");
    await expect(waiting).rejects.toThrow("not that one");
    expect(await after).toMatch(/^c /);
  });

  it("lets what waits behind another go at once", async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const underWay = built("hang", first.signal).catch((error: unknown) => error);
    const waiting = built("b", second.signal);
    second.abort(new Error("not that one"));
    // The one before it is under way still.
    await expect(waiting).rejects.toThrow("not that one");
    first.abort(new Error("enough"));
    await underWay;
  });

  it("tells how far a report is, and nothing of one that waits", async () => {
    const told: (readonly [string, number])[] = [];
    const asked = (title: string) =>
      thread.build(report(title), undefined, (fraction) => told.push([title, fraction]));
    await Promise.all([asked("a"), asked("news"), asked("b")]);
    expect(told).toEqual([
      ["a", 0],
      ["news", 0],
      ["news", 0.5],
      ["b", 0],
    ]);
  });

  it("ends when nothing is asked of it, and starts again", async () => {
    const sleepy = new ReportThread(script, { idleMillis: 1 });
    const asked = async (title: string) =>
      threadOf(new TextDecoder().decode(await sleepy.build(report(title))));
    const first = await asked("a");
    let next = first;
    // As soon as the timer has had its turn.
    while (next === first) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      next = await asked("b");
    }
    expect(next).not.toBe(first);
    await sleepy.close();
  });

  it("refuses once it is closed, what was under way included", async () => {
    await built("first");
    const underWay = refusal(built("hang"));
    await new Promise((resolve) => setImmediate(resolve));
    await thread.close();
    expect(await underWay).toMatchObject({ code: "unreachable" });
    expect(await refusal(built("a"))).toMatchObject({ code: "unreachable" });
  });

  it("says so where its script is not there", async () => {
    const lost = new ReportThread(new URL("./gone.mjs", script));
    expect(await refusal(lost.build(report("a")))).toMatchObject({ code: "internal" });
    await lost.close();
  });
});
