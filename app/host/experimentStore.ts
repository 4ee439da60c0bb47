// The saved experiments: what is on the shelf, in the trash and in quarantine, and every change of them. A change
// holds the lock, is durable when it resolves, and is written into the list of changes for other processes. Rejects
// with HostErrors. Knows nothing of transports, drafts and settings; arguments have been parsed.
import { randomInt } from "node:crypto";
import { join } from "node:path";
import type {
  Description,
  ExperimentList,
  ExperimentSummary,
  ExperimentToSave,
  ImportReport,
  SavedExperiment,
} from "../contract/hostApi";
import { HostError } from "../contract/hostError";
import { LIMITS } from "../contract/limits";
import {
  type Archive,
  ArchiveWriter,
  type ArchivedExperiment,
  type FolderBytes,
  openArchive,
} from "./archive";
import { type Disk, unlessAbsent, writeWhole } from "./disk";
import { hostError } from "./failure";
import { EXPERIMENT_FILE, FILES_FOLDER, type Folders, RESULT_FILE } from "./folders";
import { writeIndex } from "./indexFile";
import { withLock } from "./lock";
import { hashFiles, readFiles } from "./namedFiles";
import { Quarantine } from "./quarantine";
import {
  changedText,
  DamageError,
  DIGEST,
  readResultFile,
  readSavedFile,
  SAVED_FORMAT,
  type SavedFile,
  savedFileText,
} from "./savedFile";
import { search } from "./search";
import { Shelf, type ShelfEntry } from "./shelf";
import { freeName, Staging } from "./staging";
import { summaryOf } from "./summary";
import { forEachOf, Queue } from "./turns";

/** The list of changes is begun anew at a start beyond this. */
const MAX_CHANGES_BYTES = 2 ** 18;
const INDEX_DELAY_MILLIS = 2000;
/** Folders written or removed side by side: the disk joins their syncs. */
const AT_ONCE = 8;
const START_PATIENCE_MILLIS = 5000;

export class ExperimentStore {
  private readonly shelf: Shelf;
  private readonly trash: Shelf;
  private readonly staging: Staging;
  private readonly quarantine: Quarantine;
  private readonly turns = new Queue();
  private readonly loaded: Promise<void>;
  private trashLoaded: Promise<void> | null = null;
  private indexTimer: NodeJS.Timeout | null = null;

  constructor(
    private readonly disk: Disk,
    private readonly folders: Folders,
    private readonly now: () => Date,
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

  async list(): Promise<ExperimentList> {
    await this.catchUp();
    return {
      experiments: this.shelf.all().map(({ summary }) => summary),
      quarantined: this.quarantine.reports(this.shelf.unreadable),
    };
  }

  async search(text: string): Promise<readonly string[]> {
    await this.catchUp();
    return search(text, this.shelf.all());
  }

  async open(id: string): Promise<SavedExperiment> {
    await this.catchUp();
    this.entry(id);
    try {
      return await this.read(id);
    } catch {
      // Another process may have been replacing it: once more, with nobody else at it.
    }
    return this.change(async () => {
      this.entry(id);
      try {
        return await this.read(id);
      } catch (error) {
        if (!(error instanceof DamageError)) throw error;
        const folder = await this.quarantine.take(this.folders.experiments, id, error.message);
        await this.noteChanges([id]);
        throw new HostError(
          { code: "damaged", where: id, message: `${error.message}; it was set aside into ${folder}` },
          { cause: error },
        );
      }
    });
  }

  async save(given: ExperimentToSave): Promise<ExperimentSummary> {
    const digest = digestGiven(given.result);
    const { kept, bytes } = await hashFiles(given.spec, given.files);
    const { name, notes, tags, verdict, severity, spec } = given;
    return this.change(async () => {
      const modified = this.now().toISOString();
      const replaced = given.id === null ? null : this.writable(given.id);
      const id = replaced?.id ?? (await this.newId(modified));
      const file: SavedFile = {
        format: SAVED_FORMAT,
        name,
        notes,
        tags,
        created: replaced?.summary.created ?? modified,
        modified,
        digest,
        verdict,
        severity,
        files: kept,
        spec,
      };
      const part = await this.staging.prepare(
        id,
        new Map<string, string | Uint8Array>([
          [RESULT_FILE, given.result],
          ...[...bytes].map(([sum, content]): [string, Uint8Array] => [`${FILES_FOLDER}/${sum}`, content]),
          [EXPERIMENT_FILE, savedFileText(file)],
        ]),
      );
      await this.staging.bringIn(part, id);
      await this.noteChanges([id]);
      return summaryOf(id, file);
    });
  }

  async describe(id: string, { name, notes, tags }: Description): Promise<ExperimentSummary> {
    return this.change(async () => {
      this.writable(id);
      const file = join(this.folders.experiments, id, EXPERIMENT_FILE);
      const text = changedText(await this.text(file), {
        ...(name === undefined ? {} : { name }),
        ...(notes === undefined ? {} : { notes }),
        ...(tags === undefined ? {} : { tags }),
        modified: this.now().toISOString(),
      });
      await writeWhole(this.disk, file, [text], this.folders.staging);
      await this.noteChanges([id]);
      return this.entry(id).summary;
    });
  }

  async duplicate(id: string): Promise<ExperimentSummary> {
    return this.change(async () => {
      const { name } = this.writable(id).summary;
      const created = this.now().toISOString();
      const copy = await this.newId(created);
      const contents = new Map<string, string | Uint8Array>(await this.folderBytes(id));
      contents.set(
        EXPERIMENT_FILE,
        changedText(new TextDecoder().decode(contents.get(EXPERIMENT_FILE) as Uint8Array), {
          name: copyName(name),
          created,
          modified: created,
        }),
      );
      await this.staging.bringIn(await this.staging.prepare(copy, contents), copy);
      await this.noteChanges([copy]);
      return this.entry(copy).summary;
    });
  }

  async listTrash(): Promise<readonly ExperimentSummary[]> {
    await this.catchUp();
    await this.catchUpTrash();
    return this.trash.all().map(({ summary }) => summary);
  }

  async moveToTrash(ids: readonly string[]): Promise<void> {
    await this.change(async () => {
      for (const id of ids) this.entry(id);
      await this.moveEach(ids, this.folders.experiments, this.folders.trash);
    });
  }

  async restore(ids: readonly string[]): Promise<void> {
    await this.change(async () => {
      await this.refuseNotInTrash(ids);
      await this.moveEach(ids, this.folders.trash, this.folders.experiments);
    });
  }

  async emptyTrash(ids?: readonly string[]): Promise<void> {
    const gone = await this.change(async () => {
      await this.catchUpTrash();
      if (ids) await this.refuseNotInTrash(ids);
      const all = ids ?? [...this.trash.all().map(({ id }) => id), ...this.trash.unreadable.keys()];
      const away = await this.staging.takeAway(this.folders.trash, [...new Set(all)]);
      if (away.length > 0) await this.noteChanges([...new Set(all)]);
      return away;
    });
    // It is out of the trash for good; what a kill leaves of it here goes at the next start.
    await forEachOf(gone, AT_ONCE, (folder) => this.disk.remove(folder).catch(() => {}));
  }

  async export(ids: readonly string[]): Promise<Uint8Array> {
    await this.catchUp();
    const wanted = [...new Set(ids)];
    if (wanted.length === 0)
      throw new HostError({
        code: "invalid",
        where: "ids",
        message: "is empty; name an experiment to export",
      });
    for (const id of wanted) this.entry(id);
    const writer = new ArchiveWriter();
    // The lock is held for reading alone, one at a time: packing takes longer.
    for (const id of wanted)
      await writer.add(
        id,
        await this.change(() => {
          this.entry(id);
          return this.folderBytes(id);
        }),
      );
    return writer.end();
  }

  async import(bytes: Uint8Array): Promise<ImportReport> {
    const archive = openArchive(bytes);
    // All of it is looked at before any is written. A few are unpacked at a time, and again to be written.
    await forEachOf(archive.ids, AT_ONCE, async (id) => {
      await archive.read(id);
    });
    return this.change(async () => {
      const same = new Map<string, string>();
      await forEachOf(archive.ids, AT_ONCE, async (id) => {
        const found = await this.sameOnShelf(await archive.read(id));
        if (found !== null) same.set(id, found);
      });
      // Names of those that are not there yet. Some systems take A for a.
      const reserved = new Set<string>();
      const names = new Map<string, string>();
      for (const id of archive.ids.filter((one) => !same.has(one))) {
        const free = await freeName(this.disk, this.folders.experiments, id, reserved);
        reserved.add(free.toLowerCase());
        names.set(id, free);
      }
      const parts = await this.prepareAll(archive, names);
      const imported = [...names.values()];
      try {
        await this.staging.bringInNew(parts);
      } finally {
        for (const { part } of parts) await this.disk.remove(part).catch(() => {});
        if (imported.length > 0) await this.noteChanges(imported);
      }
      const unchanged = archive.ids.flatMap((id) => same.get(id) ?? []);
      const summaries = (of: readonly string[]) => of.map((id) => this.entry(id).summary);
      return { imported: summaries(imported), unchanged: summaries(unchanged) };
    });
  }

  setDraftAside(key: string, reason: string): Promise<void> {
    return this.change(async () => {
      await this.quarantine.take(this.folders.drafts, key, reason);
    });
  }

  /** Written, durable, and in the order of `names`; or none of them. */
  private async prepareAll(archive: Archive, names: ReadonlyMap<string, string>) {
    const parts = new Map<string, string>();
    try {
      await forEachOf([...names], AT_ONCE, async ([archived, id]) => {
        parts.set(id, await this.staging.prepare(id, (await archive.read(archived)).folder));
      });
      return [...names.values()].map((id) => ({ id, part: parts.get(id)! }));
    } catch (error) {
      for (const part of parts.values()) await this.disk.remove(part).catch(() => {});
      throw error;
    }
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

  private async start(): Promise<void> {
    const { folders, disk } = this;
    // Where it cannot be had, in a read-only folder or while another process works for long, it can wait.
    await this.withLock(async () => {
      await this.staging.recover();
      const changes = await unlessAbsent(disk.stamp(folders.changes));
      if (changes !== null && changes.bytes > MAX_CHANGES_BYTES)
        await writeWhole(disk, folders.changes, [""], folders.staging);
    }, START_PATIENCE_MILLIS).catch(() => {});
    await this.shelf.load().catch((error: unknown) => {
      throw hostError(error, folders.root);
    });
    this.saveIndexSoon();
  }

  /** What other processes changed; damaged ones are set aside. */
  private async catchUp(): Promise<void> {
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

  private async catchUpTrash(): Promise<void> {
    this.trashLoaded ??= this.trash.load();
    await this.trashLoaded;
    await this.trash.refresh();
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

  /** The change is made: what follows may fail without making it undone. */
  private async noteChanges(ids: readonly string[]): Promise<void> {
    await this.disk.append(this.folders.changes, ids.map((id) => `${id}\n`).join("")).catch(() => {});
    await this.shelf.note(ids);
    if (this.trashLoaded) await this.trash.note(ids);
    this.saveIndexSoon();
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

  private entry(id: string): ShelfEntry {
    const entry = this.shelf.get(id);
    if (!entry) throw notFound(id, "there is no such experiment; it may be in the trash");
    return entry;
  }

  private writable(id: string): ShelfEntry {
    const entry = this.entry(id);
    const { readOnly } = entry.summary;
    if (readOnly !== undefined) throw new HostError({ code: "newer_format", where: id, message: readOnly });
    return entry;
  }

  private async refuseNotInTrash(ids: readonly string[]): Promise<void> {
    await this.catchUpTrash();
    for (const id of ids)
      if (!this.trash.get(id)) throw notFound(id, "there is no such experiment in the trash");
  }

  /** Whole, or a DamageError; never parts of two states. */
  private async read(id: string): Promise<SavedExperiment> {
    const folder = join(this.folders.experiments, id);
    const [experimentFile, resultFile] = [join(folder, EXPERIMENT_FILE), join(folder, RESULT_FILE)];
    const before = await unlessAbsent(this.disk.stamp(experimentFile));
    if (before === null) throw new DamageError(`${EXPERIMENT_FILE} is missing`);
    const file = readSavedFile(await this.text(experimentFile), EXPERIMENT_FILE);
    const bytes = await unlessAbsent(this.disk.read(resultFile));
    if (bytes === null) throw new DamageError(`${RESULT_FILE} is missing`);
    const result = new TextDecoder().decode(bytes);
    const summary = summaryOf(id, file);
    if (file.spec === null) return { ...summary, notes: file.notes, spec: null, result, files: [] };
    const { digest, readOnly } = readResultFile(result, RESULT_FILE);
    if (digest !== file.digest)
      throw new DamageError(
        `${EXPERIMENT_FILE} and ${RESULT_FILE} are of different runs: their digests differ`,
      );
    const files = await readFiles(this.disk, folder, file.files);
    const after = await this.disk.stamp(experimentFile);
    if (after.file !== before.file || after.modifiedMillis !== before.modifiedMillis)
      throw new DamageError("it was replaced while it was read");
    const own = { ...summary, notes: file.notes, spec: file.spec, result, files };
    return readOnly === undefined ? own : { ...own, readOnly };
  }

  /** The files that are the store's own. */
  private async folderBytes(id: string): Promise<FolderBytes> {
    const folder = join(this.folders.experiments, id);
    const bytes = new Map<string, Uint8Array>();
    for (const path of [EXPERIMENT_FILE, RESULT_FILE])
      bytes.set(path, await this.disk.read(join(folder, path)));
    const kept = (await unlessAbsent(this.disk.list(join(folder, FILES_FOLDER)))) ?? [];
    for (const { name } of kept)
      if (DIGEST.test(name))
        bytes.set(`${FILES_FOLDER}/${name}`, await this.disk.read(join(folder, FILES_FOLDER, name)));
    return bytes;
  }

  /** The id of an experiment that has the same bytes; null where none has. */
  private async sameOnShelf({ saved, folder }: ArchivedExperiment): Promise<string | null> {
    const alike = this.shelf
      .all()
      .filter(({ summary }) => summary.digest === saved.digest && summary.modified === saved.modified);
    for (const { id } of alike) {
      const there = await this.folderBytes(id);
      const isSame = [...folder].every(([path, bytes]) => {
        const other = there.get(path);
        return other !== undefined && Buffer.compare(other, bytes) === 0;
      });
      if (isSame && there.size === folder.size) return id;
    }
    return null;
  }

  private async moveEach(ids: readonly string[], from: string, to: string): Promise<void> {
    const moved = new Set<string>();
    try {
      for (const id of new Set(ids)) {
        const place = await freeName(this.disk, to, id);
        await this.disk.move(join(from, id), join(to, place));
        moved.add(id).add(place);
      }
      await this.disk.syncFolder(to);
      await this.disk.syncFolder(from);
    } finally {
      if (moved.size > 0) await this.noteChanges([...moved]);
    }
  }

  /** The day and chance: folders sort by age, and two processes find different ones. */
  private newId(date: string): Promise<string> {
    const letters = Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]!).join("");
    return freeName(this.disk, this.folders.experiments, `${date.slice(0, 10)}-${letters}`);
  }

  private async text(file: string): Promise<string> {
    return new TextDecoder().decode(await this.disk.read(file));
  }
}

/** Without what is taken for another: 0 and o, 1, i and l. */
const LETTERS = "23456789abcdefghjkmnpqrstuvwxyz";

function digestGiven(result: string): string {
  try {
    const { digest, readOnly } = readResultFile(result, "result");
    if (readOnly !== undefined) throw new DamageError(readOnly);
    return digest;
  } catch (error) {
    if (!(error instanceof DamageError)) throw error;
    throw new HostError(
      { code: "invalid", where: "experiment.result", message: error.message },
      { cause: error },
    );
  }
}

function copyName(name: string): string {
  const ending = " copy";
  return `${name.slice(0, LIMITS.name - ending.length)}${ending}`;
}

function hasDamaged({ unreadable }: Shelf): boolean {
  for (const { isDamaged } of unreadable.values()) if (isDamaged) return true;
  return false;
}

function notFound(id: string, message: string): HostError {
  return new HostError({ code: "not_found", where: id, message });
}
