// What every operation on saved experiments stands on: the shelf and the trash in memory, in step with the disk and
// with other processes; the lock; the cache. Knows who may change something and when, and not what it is.
import { join } from "node:path";
import { HostError } from "../contract/hostError";
import { type Disk, unlessAbsent, writeWhole } from "./disk";
import { hostError } from "./failure";
import type { Folders } from "./folders";
import { writeIndex } from "./indexFile";
import { waitingFile, withLock } from "./lock";
import { Quarantine } from "./quarantine";
import { Shelf, type ShelfEntry } from "./shelf";
import { Staging } from "./staging";
import { Queue } from "./turns";

/** The list of changes is begun anew at a start beyond this. */
const MAX_CHANGES_BYTES = 2 ** 18;
const INDEX_DELAY_MILLIS = 2000;
const START_PATIENCE_MILLIS = 5000;

export class Stock {
  readonly shelf: Shelf;
  readonly trash: Shelf;
  readonly staging: Staging;
  readonly quarantine: Quarantine;
  private readonly turns = new Queue();
  private readonly loaded: Promise<void>;
  private trashLoaded: Promise<void> | null = null;
  private indexTimer: NodeJS.Timeout | null = null;

  constructor(
    readonly disk: Disk,
    readonly folders: Folders,
  ) {
    const { changes, index } = folders;
    this.staging = new Staging(disk, folders);
    const isMoving = (id: string) => this.staging.isMoving(id);
    this.shelf = new Shelf(disk, { folder: folders.experiments, index, changes }, isMoving);
    this.trash = new Shelf(disk, { folder: folders.trash, index: null, changes }, isMoving);
    this.quarantine = new Quarantine(disk, folders.quarantine);
    this.loaded = this.start();
    // Whoever asks first is told.
    this.loaded.catch(() => {});
  }

  /** Runs under the lock, after all that was asked for before. */
  async change<T>(work: () => Promise<T>): Promise<T> {
    await this.loaded;
    return this.turns.run(() => this.locked(work));
  }

  /** Waits for what is under way, and leaves an index behind. */
  async close(): Promise<void> {
    await this.loaded.catch(() => {});
    await this.turns.idle();
    if (this.indexTimer) clearTimeout(this.indexTimer);
    this.indexTimer = null;
    await this.saveIndex();
  }

  /** What other processes changed; damaged ones are set aside. */
  async catchUp(): Promise<void> {
    await this.loaded;
    try {
      await this.shelf.refresh();
    } catch (error) {
      throw hostError(error, this.folders.root);
    }
    // In a folder that cannot be written they stay, and are reported all the same.
    if (hasDamaged(this.shelf))
      await this.change(() => this.setAside(this.shelf, this.folders.experiments)).catch(() => {});
  }

  /** The trash is read when it is first asked for. */
  async catchUpTrash(): Promise<void> {
    this.trashLoaded ??= this.trash.load();
    try {
      await this.trashLoaded;
    } catch (error) {
      this.trashLoaded = null;
      throw hostError(error, this.folders.root);
    }
    try {
      await this.trash.refresh();
    } catch (error) {
      throw hostError(error, this.folders.root);
    }
  }

  /** The change is made: what follows may fail without making it undone. */
  async noteChanges(ids: readonly string[]): Promise<void> {
    await this.disk.append(this.folders.changes, ids.map((id) => `${id}\n`).join("")).catch(() => {});
    await this.shelf.note(ids);
    if (this.trashLoaded) await this.trash.note(ids);
    this.saveIndexSoon();
  }

  /** The folder of one on the shelf. */
  at(id: string): string {
    return join(this.folders.experiments, id);
  }

  /** On the shelf, or `not_found`. */
  entry(id: string): ShelfEntry {
    const entry = this.shelf.get(id);
    if (!entry) throw notFound(id, "there is no such experiment; it may be in the trash");
    return entry;
  }

  /** That may be changed. */
  writable(id: string): ShelfEntry {
    const entry = this.entry(id);
    const { readOnly } = entry.summary;
    if (readOnly !== undefined) throw new HostError({ code: "newer_format", where: id, message: readOnly });
    return entry;
  }

  async refuseNotInTrash(ids: readonly string[]): Promise<void> {
    await this.catchUpTrash();
    for (const id of ids)
      if (!this.trash.get(id)) throw notFound(id, "there is no such experiment in the trash");
  }

  private async start(): Promise<void> {
    const { folders, disk } = this;
    // Where it cannot be had, in a read-only folder or while another process works for long, it can wait.
    await this.withLock(async () => {
      await this.staging.recover();
      await disk.remove(waitingFile(folders.lock));
      await this.staging.removeGone();
      const changes = await unlessAbsent(disk.stamp(folders.changes));
      if (changes !== null && changes.bytes > MAX_CHANGES_BYTES)
        await writeWhole(disk, folders.changes, [""], folders.staging);
    }, START_PATIENCE_MILLIS).catch(() => {});
    await this.shelf.load().catch((error: unknown) => {
      throw hostError(error, folders.root);
    });
    this.saveIndexSoon();
  }

  private async setAside(shelf: Shelf, folder: string): Promise<void> {
    const damaged = [...shelf.unreadable].filter(([, { isDamaged }]) => isDamaged);
    // Once more, now that nobody else writes: it may have been half-way.
    await shelf.note(damaged.map(([id]) => id));
    for (const [id] of damaged) {
      const found = shelf.unreadable.get(id);
      if (!found?.isDamaged) continue;
      await this.quarantine.take(folder, id, found.reason);
      await this.noteChanges([id]);
    }
  }

  private async locked<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.withLock(async () => {
        // Another process may have died since; what cannot be mended now stays for later.
        await this.staging.recover().catch(() => {});
        await this.shelf.refresh();
        return work();
      });
    } catch (error) {
      throw hostError(error, this.folders.root);
    }
  }

  private withLock<T>(work: () => Promise<T>, patienceMillis?: number): Promise<T> {
    return withLock(this.folders.lock, work, patienceMillis);
  }

  private saveIndexSoon(): void {
    if (this.indexTimer !== null || !this.shelf.isIndexStale) return;
    this.indexTimer = setTimeout(() => {
      this.indexTimer = null;
      void this.saveIndex();
    }, INDEX_DELAY_MILLIS);
    this.indexTimer.unref();
  }

  /** Of a cache nothing is lost that cannot be written. */
  private async saveIndex(): Promise<void> {
    if (!this.shelf.isIndexStale) return;
    const { disk, folders, shelf } = this;
    await this.turns
      .run(() =>
        this.withLock(async () => {
          shelf.isIndexStale = false;
          await writeIndex(disk, folders.index, shelf.all(), folders.staging);
        }),
      )
      .catch(() => {
        shelf.isIndexStale = true;
      });
  }
}

function hasDamaged({ unreadable }: Shelf): boolean {
  for (const { isDamaged } of unreadable.values()) if (isDamaged) return true;
  return false;
}

function notFound(id: string, message: string): HostError {
  return new HostError({ code: "not_found", where: id, message });
}
