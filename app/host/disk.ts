// What the store asks of a disk: few operations, all asynchronous, so that tests can put a failing one in its place.
// Durable means: still there after the power went. Knows no layout.
import { randomBytes } from "node:crypto";
import { appendFile, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Rejects with the system's errors (`code`: ENOENT, ENOSPC, ...). */
export interface Disk {
  makeFolder(folder: string): Promise<void>;
  /** Names of what is in it. */
  list(folder: string): Promise<readonly FolderEntry[]>;
  stamp(path: string): Promise<Stamp>;
  read(file: string): Promise<Uint8Array>;
  /** From byte `from` to the end. */
  readFrom(file: string, from: number): Promise<Uint8Array>;
  /** A new file, durable in itself once it resolves; its entry in the folder is not. */
  writeNew(file: string, pieces: Iterable<Uint8Array | string>): Promise<void>;
  append(file: string, text: string): Promise<void>;
  /** Replaces a file; never a folder that has something in it. */
  move(from: string, to: string): Promise<void>;
  /** With everything below it; what is not there is no error. */
  remove(path: string): Promise<void>;
  /** Makes the folder's entries durable. */
  syncFolder(folder: string): Promise<void>;
}

export interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** Changes when a file is replaced or a folder's entries change. */
export interface Stamp {
  readonly bytes: number;
  readonly modifiedMillis: number;
  /** The file's number on its disk. */
  readonly file: number;
}

export const nodeDisk: Disk = {
  makeFolder: makeFolderPath,
  list: async (folder) =>
    (await readdir(folder, { withFileTypes: true })).map((entry) => ({
      name: entry.name,
      isFolder: entry.isDirectory(),
    })),
  stamp: async (path) => {
    const { size, mtimeMs, ino } = await stat(path);
    return { bytes: size, modifiedMillis: mtimeMs, file: ino };
  },
  read: (file) => readFile(file),
  readFrom: async (file, from) => {
    const handle = await open(file, "r");
    try {
      const { size } = await handle.stat();
      const bytes = new Uint8Array(Math.max(0, size - from));
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
      return bytes.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  },
  writeNew: async (file, pieces) => {
    const handle = await open(file, "wx");
    try {
      for (const piece of pieces) await handle.writeFile(piece);
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  append: (file, text) => appendFile(file, text),
  move: (from, to) => withPatience(() => rename(from, to)),
  remove: (path) => rm(path, { recursive: true, force: true, maxRetries: 5 }),
  // Windows cannot open a folder to sync it, and needs no such sync after a rename.
  syncFolder: async (folder) => {
    const handle = await open(folder, "r").catch(() => null);
    if (!handle) return;
    await handle.sync().catch(() => {});
    await handle.close();
  },
};

/** On Windows a virus scanner or indexer may hold a file for a moment after it was written. */
async function withPatience(work: () => Promise<void>): Promise<void> {
  for (let waitMillis = 5; ; waitMillis *= 2) {
    try {
      await work();
      return;
    } catch (error) {
      const code = codeOf(error);
      const passing = code === "EPERM" || code === "EACCES" || code === "EBUSY";
      if (process.platform !== "win32" || !passing || waitMillis > 1000) throw error;
      await new Promise((resolve) => setTimeout(resolve, waitMillis));
    }
  }
}

/** Replaces `file` whole or not at all. The temporary file stands in `temporaryFolder`, on the same disk. */
export async function writeWhole(
  disk: Disk,
  file: string,
  pieces: Iterable<Uint8Array | string>,
  temporaryFolder = dirname(file),
): Promise<void> {
  const temporary = join(temporaryFolder, `.${basename(file)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    await disk.writeNew(temporary, pieces);
    await disk.move(temporary, file);
    await disk.syncFolder(dirname(file));
  } catch (error) {
    await disk.remove(temporary).catch(() => {});
    throw error;
  }
}

export function codeOf(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === "string" ? code : undefined;
}

const ABSENT = new Set(["ENOENT", "ENOTDIR"]);

/** Null where it is not there. */
export async function unlessAbsent<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found;
  } catch (error) {
    if (ABSENT.has(codeOf(error) ?? "")) return null;
    throw error;
  }
}

/**
 * The folder and what is missing above it. Not mkdir's own `recursive`: where a file system lets no folder be made and
 * says that there is none (/proc), that one tries for ever.
 */
export async function makeFolderPath(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const above = dirname(folder);
    if (code === "ENOENT" && above !== folder) {
      await makeFolderPath(above);
      await mkdir(folder).catch(throwUnlessFolder(folder));
    } else await throwUnlessFolder(folder)(error);
  }
}

/** Whoever made it meanwhile: it is there. */
function throwUnlessFolder(folder: string): (error: unknown) => Promise<void> {
  return async (error) => {
    const found = await stat(folder).catch(() => null);
    if (!found?.isDirectory()) throw error;
  };
}
