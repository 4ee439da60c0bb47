// The pool alone, over workers that answer when the test says so.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { failureOf, Pool } from "../../runtime/pool";
import type { WorkerPort, WorkerReply, WorkerRequest } from "../../runtime/port";
import { TaskError, WorkerDied } from "../../runtime/port";

class FakeWorker implements WorkerPort {
  readonly received: WorkerRequest[] = [];
  terminated = false;
  #tell: (message: WorkerReply) => void = () => {};
  #exit: (reason: string) => void = () => {};

  post(message: unknown): void {
    if (this.terminated) throw new Error("posted to a terminated worker");
    this.received.push(message as WorkerRequest);
    if (this.takesContexts) this.load();
  }
  /** False lets the test say when a part has been taken in. */
  takesContexts = true;
  load(): void {
    const last = this.received.at(-1)!;
    if (last.type === "context") this.#tell({ type: "loaded", id: last.id });
  }
  onMessage(receive: (message: WorkerReply) => void): void {
    this.#tell = receive;
  }
  onExit(notice: (reason: string) => void): void {
    this.#exit = notice;
  }
  terminate(): void {
    this.terminated = true;
  }

  /** Kinds of the tasks received, with contexts as "#id part". */
  get seen(): string[] {
    return this.received.map((m) => (m.type === "task" ? m.kind : `#${m.id} ${String(m.part)}`));
  }
  get #task(): number {
    const last = this.received.findLast((m) => m.type === "task");
    if (!last) throw new Error("no task yet");
    return last.id;
  }
  answer(value: unknown): void {
    this.#tell({ type: "done", id: this.#task, value });
  }
  fail(message: string): void {
    this.#tell({ type: "failed", id: this.#task, failure: { code: "input", message, where: "here" } });
  }
  send(type: "part" | "progress", value: number): void {
    this.#tell({ type, id: this.#task, value });
  }
  die(reason = "exit code 1"): void {
    this.#exit(reason);
  }
}

let workers: FakeWorker[];
const open = (count: number, idleMillis?: number) =>
  new Pool(
    () => {
      const worker = new FakeWorker();
      workers.push(worker);
      return worker;
    },
    { workers: count, ...(idleMillis === undefined ? {} : { idleMillis }) },
  );
const task = (kind: string, more: object = {}) => ({ kind, payload: kind, ...more });
/** Lets settled promises reach their handlers. */
const settle = () => Promise.resolve();

beforeEach(() => {
  workers = [];
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the pool", () => {
  it("hands tasks out in their order, one to a worker, and gives each its own answer", async () => {
    const pool = open(2);
    const answers = ["a", "b", "c", "d"].map((kind) => pool.run(task(kind)));
    expect(workers.map((w) => w.seen)).toEqual([["a"], ["b"]]);
    workers[1]!.answer("B");
    expect(workers[1]!.seen).toEqual(["b", "c"]);
    workers[0]!.answer("A");
    expect(workers[0]!.seen).toEqual(["a", "d"]);
    workers[0]!.answer("D");
    workers[1]!.answer("C");
    expect(await Promise.all(answers)).toEqual(["A", "B", "C", "D"]);
    pool.close();
  });

  it("starts no more workers than there are tasks, unless told to warm them", () => {
    const pool = open(4);
    void pool.run(task("a")).catch(() => {});
    expect(pool.alive).toBe(1);
    pool.warm(3);
    expect(pool.alive).toBe(3);
    pool.close();
  });

  it("keeps the tasks of a slot on one worker", () => {
    const pool = open(2);
    const ran = [3, 1, 0, 2].map((slot) => pool.run(task(`slot ${slot}`, { slot })).catch(() => {}));
    expect(workers.map((w) => w.seen)).toEqual([["slot 0"], ["slot 3"]].reverse());
    workers[0]!.answer(0);
    expect(workers[0]!.seen).toEqual(["slot 3", "slot 1"]);
    workers[1]!.answer(0);
    expect(workers[1]!.seen).toEqual(["slot 0", "slot 2"]);
    pool.close();
    return Promise.all(ran);
  });

  it("sends a context once a worker, before the first task that names it, and again after another", () => {
    const pool = open(1);
    const one = { id: 1, parts: ["p", "q"] };
    const two = { id: 2, parts: ["r"] };
    for (const context of [one, one, two, one]) void pool.run(task("t", { context })).catch(() => {});
    for (let i = 0; i < 3; i++) workers[0]!.answer(i);
    expect(workers[0]!.seen).toEqual(["#1 p", "#1 q", "t", "t", "#2 r", "t", "#1 p", "#1 q", "t"]);
    const firsts = workers[0]!.received.flatMap((m) => (m.type === "context" ? [m.first] : []));
    expect(firsts).toEqual([true, false, true, true, false]);
    pool.close();
  });

  it("sends the next part of a context when the one before has been taken in", () => {
    const pool = open(1);
    pool.warm(1);
    workers[0]!.takesContexts = false;
    void pool.run(task("t", { context: { id: 1, parts: ["p", "q"] } })).catch(() => {});
    expect(workers[0]!.seen).toEqual(["#1 p"]);
    workers[0]!.load();
    expect(workers[0]!.seen).toEqual(["#1 p", "#1 q"]);
    workers[0]!.load();
    expect(workers[0]!.seen).toEqual(["#1 p", "#1 q", "t"]);
    pool.close();
  });

  it("does not run a task again whose buffers were handed over", async () => {
    const pool = open(1);
    const answer = pool.run(task("t", { handOver: true }));
    workers[0]!.die();
    await expect(answer).rejects.toThrow(WorkerDied);
    pool.close();
  });

  it("runs a dead worker's task once more, in a new worker that gets the context again", async () => {
    const pool = open(1);
    const context = { id: 7, parts: ["p"] };
    const answer = pool.run(task("t", { context }));
    const next = pool.run(task("u", { context }));
    workers[0]!.die();
    expect(workers[1]!.seen).toEqual(["#7 p", "t"]);
    workers[1]!.answer("again");
    expect(await answer).toBe("again");
    workers[1]!.answer("next");
    expect(await next).toBe("next");
    pool.close();
  });

  it("gives a task up when its second worker dies too, and goes on with the others", async () => {
    const pool = open(1);
    const answer = pool.run(task("t"));
    const next = pool.run(task("u"));
    workers[0]!.die();
    workers[1]!.die("out of memory");
    await expect(answer).rejects.toThrow(WorkerDied);
    await expect(answer).rejects.toThrow(/"t".*out of memory/);
    workers[2]!.answer("fine");
    expect(await next).toBe("fine");
    pool.close();
  });

  it("does not run a task again that has passed parts on, or that belongs to a slot", async () => {
    const pool = open(2);
    const parts: unknown[] = [];
    const passed = pool.run(task("t", { onPart: (value: unknown) => parts.push(value) }));
    workers[0]!.send("part", 5);
    workers[0]!.die();
    await expect(passed).rejects.toThrow(WorkerDied);
    expect(parts).toEqual([5]);
    const slotted = pool.run(task("u", { slot: 0 }));
    workers.at(-1)!.die();
    await expect(slotted).rejects.toThrow(WorkerDied);
    pool.close();
  });

  it("lets an idle worker's death pass", async () => {
    const pool = open(1);
    const first = pool.run(task("a"));
    workers[0]!.answer(1);
    await first;
    workers[0]!.die();
    const second = pool.run(task("b"));
    workers[1]!.answer(2);
    expect(await second).toBe(2);
    pool.close();
  });

  it("passes parts and progress on, and a failure with its code and place", async () => {
    const pool = open(1);
    const seen: [string, unknown][] = [];
    const answer = pool.run(
      task("t", {
        onPart: (v: unknown) => seen.push(["part", v]),
        onProgress: (v: number) => seen.push(["progress", v]),
      }),
    );
    workers[0]!.send("progress", 0.5);
    workers[0]!.send("part", 1);
    workers[0]!.fail("wrong");
    const error = await answer.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(TaskError);
    expect(error).toMatchObject({ code: "input", where: "here", message: "wrong" });
    expect(seen).toEqual([
      ["progress", 0.5],
      ["part", 1],
    ]);
    expect(pool.alive).toBe(1);
    pool.close();
  });

  it("rejects at once on abort, ends the busy workers only, and forgets what was waiting", async () => {
    const pool = open(3);
    pool.warm(3);
    const abort = new AbortController();
    const other = pool.run(task("other"));
    const running = pool.run(task("running"), abort.signal);
    const rest = pool.run(task("rest"));
    const waiting = pool.run(task("waiting"), abort.signal);
    const after = pool.run(task("after"));
    const reason = new Error("enough");
    abort.abort(reason);
    await expect(running).rejects.toBe(reason);
    await expect(waiting).rejects.toBe(reason);
    // The seat of the ended worker takes the next task in a new one; no worker was started for "waiting".
    expect(workers.map((w) => w.terminated)).toEqual([false, true, false, false]);
    expect(workers[3]!.seen).toEqual(["after"]);
    expect(workers.flatMap((w) => w.seen)).not.toContain("waiting");
    workers[0]!.answer(1);
    workers[2]!.answer(2);
    workers[3]!.answer(3);
    expect(await Promise.all([other, rest, after])).toEqual([1, 2, 3]);
    pool.close();
  });

  it("does not hear a worker that it has ended", async () => {
    const pool = open(1);
    const abort = new AbortController();
    const answer = pool.run(task("t"), abort.signal);
    abort.abort();
    await expect(answer).rejects.toMatchObject({ name: "AbortError" });
    const second = pool.run(task("u"));
    workers[0]!.answer("late");
    workers[0]!.die();
    await settle();
    expect(workers[1]!.terminated).toBe(false);
    workers[1]!.answer("right");
    expect(await second).toBe("right");
    pool.close();
  });

  it("takes no task of a signal that was given before", async () => {
    const pool = open(1);
    const reason = new Error("before");
    await expect(pool.run(task("t"), AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(pool.alive).toBe(0);
    pool.close();
  });

  it("leaves a finished task alone when its signal comes later", async () => {
    const pool = open(1);
    const abort = new AbortController();
    const answer = pool.run(task("t"), abort.signal);
    workers[0]!.answer("done");
    expect(await answer).toBe("done");
    abort.abort();
    expect(workers[0]!.terminated).toBe(false);
    pool.close();
  });

  it("ends idle workers after a while, and starts them anew when there is work", async () => {
    const pool = open(2, 1000);
    const answer = pool.run(task("t"));
    workers[0]!.answer(1);
    await answer;
    vi.advanceTimersByTime(999);
    expect(pool.alive).toBe(1);
    vi.advanceTimersByTime(1);
    expect(pool.alive).toBe(0);
    expect(workers[0]!.terminated).toBe(true);
    const again = pool.run(task("u"));
    // A long task keeps its worker.
    vi.advanceTimersByTime(10_000);
    workers[1]!.answer(2);
    expect(await again).toBe(2);
    pool.close();
  });

  it("ends everything when it is closed", async () => {
    const pool = open(1);
    const running = pool.run(task("t"));
    const waiting = pool.run(task("u"));
    pool.close();
    await expect(running).rejects.toThrow(/closed/);
    await expect(waiting).rejects.toThrow(/closed/);
    await expect(pool.run(task("v"))).rejects.toThrow(/closed/);
    expect(workers.map((w) => w.terminated)).toEqual([true]);
    expect(pool.alive).toBe(0);
  });
});

describe("a failure", () => {
  it("crosses the border as a plain object", () => {
    expect(failureOf("text")).toEqual({ code: "internal", message: "text" });
    const given = Object.assign(new Error("wrong"), { code: "input", path: "a.b" });
    expect(failureOf(given)).toMatchObject({ code: "input", message: "wrong", where: "a.b" });
    expect(structuredClone(failureOf(given))).toEqual(failureOf(given));
  });
});
