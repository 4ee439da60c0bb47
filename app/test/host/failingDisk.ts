// A disk that fails where a test says so: full, read-only, or dead from one operation on, as after a power cut.
import { writeFile } from "node:fs/promises";
import { type Disk, nodeDisk } from "../../host/disk";

const CHANGING = ["makeFolder", "writeNew", "append", "move", "remove", "syncFolder"] as const;
type Operation = (typeof CHANGING)[number];

export interface FailingDisk extends Disk {
  /** Operations that change something, until now. */
  readonly count: () => number;
}

function errorOf(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code });
}

function watched(
  before: (operation: Operation, nth: number, args: readonly unknown[]) => Promise<void>,
): FailingDisk {
  let count = 0;
  const wrapped = CHANGING.map((operation) => [
    operation,
    async (...args: unknown[]) => {
      await before(operation, ++count, args);
      return (nodeDisk[operation] as (...given: unknown[]) => Promise<void>)(...args);
    },
  ]);
  return { ...nodeDisk, ...(Object.fromEntries(wrapped) as Pick<Disk, Operation>), count: () => count };
}

/** Nothing after the `last`-th operation happens any more; a file being written then is cut. */
export function dyingDisk(last: number): FailingDisk {
  return watched(async (operation, nth, [file, pieces]) => {
    if (nth <= last) return;
    if (nth === last + 1 && operation === "writeNew") {
      const [first] = [...(pieces as Iterable<string | Uint8Array>)];
      await writeFile(file as string, (first ?? "").slice(0, Math.floor((first ?? "").length / 2)));
    }
    throw errorOf("EDEAD");
  });
}

/** Writing fails after the `last`-th operation, half-way; what frees or renames still works. */
export function fullDisk(last: () => number): FailingDisk {
  return watched(async (operation, nth, [file, pieces]) => {
    if (nth <= last() || (operation !== "writeNew" && operation !== "append" && operation !== "makeFolder"))
      return;
    if (operation === "writeNew") {
      const [first] = [...(pieces as Iterable<string | Uint8Array>)];
      await writeFile(file as string, (first ?? "").slice(0, 5));
    }
    throw errorOf("ENOSPC");
  });
}

/** Nothing can be changed while `isReadOnly` says so. */
export function readOnlyDisk(isReadOnly: () => boolean, code = "EROFS"): FailingDisk {
  return watched(async () => {
    await Promise.resolve();
    if (isReadOnly()) throw errorOf(code);
  });
}
