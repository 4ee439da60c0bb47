// SIGKILL at any moment of a save: what was acknowledged is there, nothing is a mixture of two saves, nothing is
// left over after the next start.
import { type ChildProcess, fork } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";
import type { HostApi, SavedExperiment } from "../../contract/hostApi";
import { openHost } from "../../host/host";
import { emptyFolder, ROOT } from "../lab";
import { type Acknowledged, marked } from "./saver";

const KILLS = 200;
const ABOUT = { version: "0.0.0", runtime: {}, platform: "test", host: "direct" } as const;
let saver: string;

beforeAll(async () => {
  saver = join(emptyFolder(), "saver.mjs");
  await build({
    entryPoints: [join(ROOT, "app/test/host/saver.ts")],
    outfile: saver,
    bundle: true,
    format: "esm",
    platform: "node",
    logLevel: "error",
  });
});

/** Runs the saver until it has acknowledged `count` changes, and somewhat longer. */
function killAfter(
  folder: string,
  round: number,
  count: number,
  delayMillis: number,
): Promise<Acknowledged[]> {
  return new Promise((resolve, reject) => {
    const child: ChildProcess = fork(saver, [folder, String(round)]);
    const heard: Acknowledged[] = [];
    child.on("message", (line) => {
      heard.push(line as Acknowledged);
      if (heard.length === count) setTimeout(() => child.kill("SIGKILL"), delayMillis);
    });
    child.on("error", reject);
    child.on("exit", (code, signal) =>
      signal === "SIGKILL" ? resolve(heard) : reject(new Error(`the saver ended by itself: ${code}`)),
    );
  });
}

/** Whole, and all parts of one save. */
async function isWhole(host: HostApi, id: string): Promise<SavedExperiment> {
  const found = await host.openExperiment(id);
  const whole = marked(found.name);
  expect(found).toMatchObject({ spec: whole.spec, result: whole.result });
  expect(found.files).toHaveLength(1);
  expect(Buffer.compare(found.files[0]!.bytes, whole.files[0]!.bytes)).toBe(0);
  return found;
}

describe("several processes on one folder", () => {
  it("save at the same time, and one that is killed again and again does not hold up the others", async () => {
    const folder = emptyFolder();
    const survivors = [901, 902].map((round) => {
      const child = fork(saver, [folder, String(round)]);
      const heard: Acknowledged[] = [];
      child.on("message", (line) => heard.push(line as Acknowledged));
      return { child, heard };
    });
    const ended = survivors.map(({ child }) => new Promise((resolve) => child.on("exit", resolve)));
    const last = [];
    for (let kill = 0; kill < 10; kill++) last.push(...(await killAfter(folder, kill, 2, kill % 5)));
    for (const { child, heard } of survivors) {
      const before = heard.length;
      while (heard.length < before + 5) {
        expect(child.exitCode).toBeNull();
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
    for (const { child } of survivors) child.kill("SIGKILL");
    await Promise.all(ended);
    const host = await openHost(folder, ABOUT);
    const { experiments, quarantined } = await host.listExperiments();
    expect(quarantined).toEqual([]);
    const there = new Set(experiments.map(({ id }) => id));
    for (const { id } of [...last, ...survivors.flatMap(({ heard }) => heard)]) expect(there).toContain(id);
    for (const id of there) await isWhole(host, id);
    await host.close();
    expect(readdirSync(join(folder, "staging"))).toEqual([]);
  }, 300_000);
});

describe("killed while saving", () => {
  it(`${KILLS} times: nothing acknowledged is lost, nothing is torn, nothing is left over`, async () => {
    const folder = emptyFolder();
    const last = new Map<string, Acknowledged>();
    let acknowledged = 0;
    /** Kills in the midst of a change. */
    let caught = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      for (const line of await killAfter(folder, kill, 1 + (kill % 3), (kill % 20) * 0.4)) {
        last.set(line.id, line);
        acknowledged++;
      }
      if (readdirSync(join(folder, "staging")).length > 0) caught++;
      const host = await openHost(folder, ABOUT);
      const { experiments, quarantined } = await host.listExperiments();
      expect(quarantined).toEqual([]);
      expect(readdirSync(join(folder, "staging")), `after kill ${kill}`).toEqual([]);
      const there = new Set(experiments.map(({ id }) => id));
      for (const id of last.keys()) expect(there).toContain(id);
      const fresh = experiments.slice(0, 3);
      for (const { id } of kill === KILLS - 1 ? experiments : fresh) {
        const found = await isWhole(host, id);
        // Unacknowledged and there is newer than what was acknowledged last, never older.
        const known = last.get(id);
        const number = (text: string) => Number(text.replace(/\D/g, ""));
        if (known && found.notes !== known.notes)
          expect(number(found.notes)).toBeGreaterThan(number(known.notes));
        last.set(id, { id, name: found.name, notes: found.notes });
      }
      await host.close();
      const root = ["drafts", "experiments", "quarantine", "staging", "trash", "changes.log", "index.json"];
      expect(readdirSync(folder).filter((name) => !root.includes(name))).toEqual([]);
    }
    expect(acknowledged).toBeGreaterThanOrEqual(KILLS);
    expect(caught).toBeGreaterThan(KILLS / 10);
    for (const id of readdirSync(join(folder, "experiments")))
      expect(readdirSync(join(folder, "experiments", id)).toSorted()).toEqual([
        "experiment.json",
        "files",
        "result.json",
      ]);
    // A start of a process each: what that takes is the machine's affair.
  }, 600_000);
});
