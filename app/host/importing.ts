// What an archive brings: which of its experiments are there already, what the others are to be called, and their
// folders, prepared. Puts none of them in its place.
import { join } from "node:path";
import type { Archive, ArchivedExperiment } from "./archive";
import { type Disk } from "./disk";
import { folderBytes } from "./experimentFolder";
import type { Folders } from "./folders";
import type { ShelfEntry } from "./shelf";
import { freeName, type Staging } from "./staging";
import { forEachOf } from "./turns";

/** Unpacked and written side by side. */
const AT_ONCE = 8;

export interface StagedImport {
  /** In the archive's order. */
  readonly parts: readonly { readonly part: string; readonly id: string }[];
  /** Ids, on the shelf, of those that are there bit for bit. */
  readonly unchanged: readonly string[];
}

/** Under the lock. */
export async function stageImport(
  archive: Archive,
  disk: Disk,
  { experiments }: Folders,
  staging: Staging,
  shelf: readonly ShelfEntry[],
): Promise<StagedImport> {
  const same = new Map<string, string>();
  await forEachOf(archive.ids, AT_ONCE, async (id) => {
    const found = await sameAmong(await archive.read(id), shelf, disk, experiments);
    if (found !== null) same.set(id, found);
  });
  // Names of those that are not there yet. Some systems take A for a.
  const reserved = new Set<string>();
  const names = new Map<string, string>();
  for (const id of archive.ids.filter((one) => !same.has(one))) {
    const free = await freeName(disk, experiments, id, reserved);
    reserved.add(free.toLowerCase());
    names.set(id, free);
  }
  const parts = await prepareAll(archive, names, disk, staging);
  return { parts, unchanged: archive.ids.flatMap((id) => same.get(id) ?? []) };
}

/** Written, durable, and in the order of `names`; or none of them. */
async function prepareAll(
  archive: Archive,
  names: ReadonlyMap<string, string>,
  disk: Disk,
  staging: Staging,
) {
  const parts = new Map<string, string>();
  try {
    await forEachOf([...names], AT_ONCE, async ([archived, id]) => {
      parts.set(id, await staging.prepare(id, (await archive.read(archived)).folder));
    });
    return [...names.values()].map((id) => ({ id, part: parts.get(id)! }));
  } catch (error) {
    for (const part of parts.values()) await disk.remove(part).catch(() => {});
    throw error;
  }
}

/** The id of an experiment that has the same bytes; null where none has. */
async function sameAmong(
  { saved, folder }: ArchivedExperiment,
  entries: readonly ShelfEntry[],
  disk: Disk,
  experiments: string,
): Promise<string | null> {
  const alike = entries.filter(
    ({ summary }) => summary.digest === saved.digest && summary.modified === saved.modified,
  );
  for (const { id } of alike) {
    const there = await folderBytes(disk, join(experiments, id));
    const isSame = [...folder].every(([path, bytes]) => {
      const other = there.get(path);
      return other !== undefined && Buffer.compare(other, bytes) === 0;
    });
    if (isSame && there.size === folder.size) return id;
  }
  return null;
}
