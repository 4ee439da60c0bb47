// The page's end of the conductor: what becomes of orders when it ends.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Compute } from "../../src/compute/compute";
import type { FromConductor, ToConductor } from "../../src/compute/messages";
import { webWorkerPort } from "../../src/compute/webWorkerPort";
import { firstSpec } from "../../src/lab/firstSpec";

/** A conductor that does what the test says. */
class StandIn {
  static all: StandIn[] = [];
  readonly heard: ToConductor[] = [];
  isEnded = false;
  onmessage: ((event: { data: FromConductor }) => void) | null = null;
  onerror: ((event: { message: string; preventDefault(): void }) => void) | null = null;

  constructor() {
    StandIn.all.push(this);
  }

  postMessage(message: ToConductor): void {
    this.heard.push(message);
  }

  terminate(): void {
    this.isEnded = true;
  }
}

beforeEach(() => {
  StandIn.all = [];
  vi.stubGlobal("Worker", StandIn);
  vi.stubGlobal("navigator", { hardwareConcurrency: 2 });
});
afterEach(() => vi.unstubAllGlobals());

const measure = (compute: Compute) => compute.measure(firstSpec(1), new Map(), new AbortController().signal);

describe("a conductor that has ended", () => {
  it("fails what it had to do, and another takes the next order", async () => {
    const compute = new Compute(3);
    const lost = measure(compute);
    StandIn.all[0]!.onerror!({ message: "out of memory", preventDefault: () => {} });
    await expect(lost).rejects.toMatchObject({
      failure: { code: "broken", message: expect.stringContaining("out of memory") as string },
    });
    expect(StandIn.all.map(({ isEnded }) => isEnded)).toEqual([true]);

    const next = measure(compute);
    const [, second, ...others] = StandIn.all;
    expect(others).toEqual([]);
    expect(second!.heard).toMatchObject([{ type: "start", workers: 3 }, { type: "order" }]);
    const { id } = second!.heard[1] as { id: number };
    second!.onmessage!({ data: { type: "done", id, value: null } });
    await expect(next).resolves.toBeNull();
  });

  it("is not followed by another once all is closed", async () => {
    const compute = new Compute(1);
    compute.close();
    await expect(measure(compute)).rejects.toMatchObject({ failure: { code: "broken" } });
    expect(StandIn.all.map(({ isEnded }) => isEnded)).toEqual([true]);
  });
});

describe("a worker that has ended", () => {
  it("is told of once, and is no error of the conductor that started it", () => {
    const notices: string[] = [];
    const module = {} as WebAssembly.Module;
    webWorkerPort(new URL("app://lab/worker.js"), module).onExit((reason) => notices.push(reason));
    const preventDefault = vi.fn();
    for (const message of ["unreachable", "again"]) StandIn.all[0]!.onerror!({ message, preventDefault });
    expect(notices).toEqual(["unreachable"]);
    expect(preventDefault).toHaveBeenCalledTimes(2);
    expect(StandIn.all[0]!.isEnded).toBe(true);
  });
});
