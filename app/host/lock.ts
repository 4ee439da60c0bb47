// One writer at a time in a data folder, across processes: a lock file, held for the length of one change. A holder
// that died does not block: its process is looked for, and a lock whose holder gives no sign of life is broken.
// Ours and not a package's, because packages go by age alone, and a crash would cost seconds at the next start.
import { randomBytes } from "node:crypto";
import { open, readFile, stat, unlink, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { HostError } from "../contract/hostError";
import { codeOf } from "./disk";

/** A holder renews its sign of life this often, and counts as dead after so long without. */
const BEAT_MILLIS = 1000;
const SILENT_MILLIS = 15_000;
/** The time from making the file to writing into it. */
const EMPTY_MILLIS = 2000;
const PATIENCE_MILLIS = 20_000;

/** Who has waited so long says so, and those who come anew let it go first while that is fresh. */
const MODEST_MILLIS = 50;
const FRESH_MILLIS = 500;
const COURTESY_MILLIS = 25;

interface Holder {
  readonly process: number;
  readonly machine: string;
  /** Tells two holds of one process apart. */
  readonly token: string;
}

/** Tokens of this process: a lock of its number with another token is from before, and its process is gone. */
const held = new Set<string>();

/** Runs `work` while no other process holds `file`. Rejects with `locked` where that takes too long. */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  patienceMillis = PATIENCE_MILLIS,
): Promise<T> {
  const holder: Holder = { process: process.pid, machine: hostname(), token: randomBytes(8).toString("hex") };
  held.add(holder.token);
  try {
    await acquire(file, holder, patienceMillis);
  } catch (error) {
    held.delete(holder.token);
    throw error;
  }
  const beat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => {});
  }, BEAT_MILLIS);
  beat.unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    const now = await readHolder(file);
    if (now === null || now.token === holder.token) await unlink(file).catch(() => {});
    held.delete(holder.token);
  }
}

async function acquire(file: string, holder: Holder, patienceMillis: number): Promise<void> {
  const waiting = waitingFile(file);
  const waits = await stat(waiting).catch(() => null);
  if (waits && Date.now() - waits.mtimeMs < FRESH_MILLIS) await sleep(COURTESY_MILLIS);
  const start = performance.now();
  for (let waitMillis = 2; ; waitMillis = Math.min(20, waitMillis * 1.5)) {
    const waitedMillis = performance.now() - start;
    if (await create(file, holder)) {
      if (waitedMillis > MODEST_MILLIS) await unlink(waiting).catch(() => {});
      return;
    }
    if (await isDead(file)) await breakLock(file, holder);
    else if (waitedMillis > patienceMillis) {
      const other = await readHolder(file);
      throw new HostError({
        code: "locked",
        where: file,
        message: `another process${other ? ` (${other.process} on ${other.machine})` : ""} is writing to the data folder; try again when it is done`,
      });
    } else {
      if (waitedMillis > MODEST_MILLIS) await writeFile(waiting, "").catch(() => {});
      await sleep(waitMillis * (0.5 + Math.random()));
    }
  }
}

/** Beside a lock while somebody waits for it; left over by one that was killed it is only old. */
export function waitingFile(lock: string): string {
  return `${lock}.wait`;
}

const sleep = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis));

/** False where it is held. */
async function create(file: string, holder: Holder): Promise<boolean> {
  let handle;
  try {
    handle = await open(file, "wx");
  } catch (error) {
    const code = codeOf(error);
    // Windows says EPERM of a file that is just being removed.
    if (code === "EEXIST" || (code === "EPERM" && process.platform === "win32")) return false;
    throw error;
  }
  try {
    await handle.writeFile(JSON.stringify(holder));
  } catch (error) {
    // On a full disk an empty lock will do: what frees space has to lock, too.
    if (codeOf(error) !== "ENOSPC") {
      await unlink(file).catch(() => {});
      throw error;
    }
  } finally {
    await handle.close();
  }
  return true;
}

/** Only who holds the breaker's own lock removes a dead one, and looks once more before. */
async function breakLock(file: string, holder: Holder): Promise<void> {
  const breaker = `${file}.break`;
  if (!(await create(breaker, holder))) {
    if (await isDead(breaker)) await unlink(breaker).catch(() => {});
    return;
  }
  try {
    if (await isDead(file)) await unlink(file).catch(() => {});
  } finally {
    await unlink(breaker).catch(() => {});
  }
}

async function isDead(file: string): Promise<boolean> {
  const info = await stat(file).catch(() => null);
  if (!info) return false;
  const silentMillis = Date.now() - info.mtimeMs;
  const holder = await readHolder(file);
  if (!holder) return silentMillis > EMPTY_MILLIS;
  if (silentMillis > SILENT_MILLIS) return true;
  if (holder.machine !== hostname()) return false;
  return holder.process === process.pid ? !held.has(holder.token) : !isRunning(holder.process);
}

async function readHolder(file: string): Promise<Holder | null> {
  try {
    const { process, machine, token } = JSON.parse(await readFile(file, "utf8")) as Partial<Holder>;
    return typeof process === "number" && typeof machine === "string" && typeof token === "string"
      ? { process, machine, token }
      : null;
  } catch {
    return null;
  }
}

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}
