// Reads the files that a person picked, double-clicked or named: only those, only as many bytes as are allowed.
import { constants, open } from "node:fs/promises";
import { basename, extname, resolve } from "node:path";
import { HostError } from "../contract/hostError";
import { LIMITS } from "../contract/limits";
import type { FileKind, PickedFile } from "../contract/shell";
import { codeOf } from "../host/disk";
import { hostError } from "../host/failure";

/** What the app opens when the system hands it over. */
const OPENED = new Set([".initlab", ".json"]);
/** Without waiting: a pipe that nobody writes to would hold a thread for ever. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
/** More at once is a slip of the hand. */
export const MOST_FILES = 64;

const MOST_BYTES: Readonly<Record<FileKind, number>> = {
  experiment: LIMITS.archiveBytes,
  data: LIMITS.fileBytes,
  weights: LIMITS.archiveBytes,
};

/** Those of the arguments that name files of ours, as absolute paths. */
export function filesNamedIn(args: readonly string[], folder: string): string[] {
  return args
    .filter((arg) => !arg.startsWith("-") && OPENED.has(extname(arg).toLowerCase()))
    .slice(0, MOST_FILES)
    .map((arg) => resolve(folder, arg));
}

/** In the given order. Rejects with a HostError that names the file. */
export async function readFiles(paths: readonly string[], kind: FileKind): Promise<PickedFile[]> {
  if (paths.length > MOST_FILES)
    throw new HostError({
      code: "too_large",
      message: `${paths.length} files were chosen; choose at most ${MOST_FILES} at once`,
    });
  const read: PickedFile[] = [];
  let left = MOST_BYTES[kind];
  for (const path of paths) {
    const bytes = await readWhole(path, left);
    left -= bytes.length;
    read.push({ name: basename(path), bytes });
  }
  return read;
}

async function readWhole(path: string, most: number): Promise<Uint8Array> {
  const name = basename(path);
  try {
    const handle = await open(path, READ);
    try {
      const info = await handle.stat();
      if (!info.isFile())
        throw new HostError({ code: "invalid", where: name, message: "this is no file; choose a file" });
      if (info.size > most)
        throw new HostError({
          code: "too_large",
          where: name,
          message: `has ${info.size} bytes where ${most} are left to read; choose a smaller file`,
        });
      // One byte more than it said it has: a file that grows meanwhile is read again, not cut.
      const bytes = new Uint8Array(info.size + 1);
      let length = 0;
      for (;;) {
        const { bytesRead } = await handle.read(bytes, length, bytes.length - length, length);
        length += bytesRead;
        if (bytesRead === 0) break;
        if (length > info.size)
          throw new HostError({
            code: "damaged",
            where: name,
            message: "is being written by another program; open it again when that is done",
          });
      }
      return bytes.slice(0, length);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (codeOf(error) === "ENOENT")
      throw new HostError(
        { code: "not_found", where: name, message: `there is no such file any more: ${path}` },
        { cause: error },
      );
    const code = codeOf(error);
    if (code === "EACCES" || code === "EPERM")
      throw new HostError(
        {
          code: "invalid",
          where: name,
          message: "permission to read it is denied; allow it, then try again",
        },
        { cause: error },
      );
    throw hostError(error, name);
  }
}
