// Files that a person asked for, written whole or not at all, as the host writes its own; failures in the command
// line's words.
import { access, constants, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { makeFolderPath, nodeDisk, writeWhole as writeToDisk } from "../host/disk";
import { CliError } from "./failure";

/** Fails early, with exit code 1, where `file` could not be written later. */
export async function checkWritable(file: string): Promise<void> {
  const folder = dirname(resolve(file));
  try {
    const info = await stat(folder);
    if (!info.isDirectory()) throw Object.assign(new Error("not a folder"), { code: "ENOTDIR" });
    await access(folder, constants.W_OK);
    const there = await stat(file).catch(() => null);
    if (there?.isDirectory()) throw Object.assign(new Error("is a folder"), { code: "EISDIR" });
  } catch (error) {
    throw notWritable(file, error);
  }
}

/** Makes a folder, parents included; fails with exit code 1. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await makeFolderPath(resolve(folder));
    await access(folder, constants.W_OK);
  } catch (error) {
    throw notWritable(folder, error);
  }
}

/** Replaces `file` by the given pieces, one after the other. */
export async function writeWhole(file: string, pieces: Iterable<Uint8Array | string>): Promise<void> {
  try {
    await writeToDisk(nodeDisk, resolve(file), pieces);
  } catch (error) {
    throw notWritable(file, error);
  }
}

function notWritable(path: string, error: unknown): CliError {
  return new CliError(
    1,
    path,
    `cannot be written (${reasonOf(error)}); choose a folder that exists and may be written to`,
    {
      cause: error,
    },
  );
}

/** What the system says, in words. */
export function reasonOf(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  const words: Record<string, string> = {
    ENOENT: "no such file or folder",
    EACCES: "permission denied",
    EPERM: "permission denied",
    EROFS: "read-only file system",
    ENOTDIR: "a part of the path is not a folder",
    EISDIR: "it is a folder",
    ENOSPC: "no space left on the disk",
    EEXIST: "a file of that name is in the way",
    ENAMETOOLONG: "the name is too long",
  };
  if (typeof code === "string") return words[code] ?? code;
  return error instanceof Error ? error.message : String(error);
}
