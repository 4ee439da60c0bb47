// The experiments of one folder, in memory: loaded once, then kept in step with what this process and others change.
// Reads only; whatever is damaged is named, and set aside by the store.
import { join } from "node:path";
import { ID } from "../contract/limits";
import { codeOf, type Disk, type Stamp, unlessAbsent } from "./disk";
import { EXPERIMENT_FILE, RESULT_FILE } from "./folders";
import { type IndexEntry, readIndex } from "./indexFile";
import { DamageError, MAX_EXPERIMENT_BYTES, readSavedFile } from "./savedFile";
import { searchText, type SearchText } from "./search";
import { specTerms, summaryOf } from "./summary";
import { forEachOf, pause, Queue } from "./turns";

export interface ShelfEntry extends IndexEntry {
  readonly text: SearchText;
}

export interface Unreadable {
  readonly reason: string;
  /** False: the system does not let it be read now, and it may be whole. */
  readonly isDamaged: boolean;
}

export interface ShelfFiles {
  readonly folder: string;
  /** The cache; null: none. */
  readonly index: string | null;
  /** Where other processes write the ids of what they changed. */
  readonly changes: string;
}

const AT_ONCE = 32;
const NEVER: Stamp = { bytes: -1, modifiedMillis: -1, file: -1 };

export class Shelf {
  /** Those that cannot be read, by their folder's name. */
  readonly unreadable = new Map<string, Unreadable>();
  private entries = new Map<string, ShelfEntry>();
  private inOrder: readonly ShelfEntry[] | null = null;
  private readonly turns = new Queue();
  private folderSeen: Stamp = NEVER;
  private changesSeen: Stamp = NEVER;
  /** True from a change on until the cache has it. */
  isIndexStale = false;

  constructor(
    private readonly disk: Disk,
    private readonly files: ShelfFiles,
    /** Whether one that is absent is so for a moment only. */
    private readonly isMoving: (id: string) => Promise<boolean>,
  ) {}

  /** Reads what the cache does not know, or knows in another state. */
  load(): Promise<void> {
    return this.turns.run(async () => {
      const { index } = this.files;
      const cached = index === null ? new Map<string, IndexEntry>() : await readIndex(this.disk, index);
      await this.scan(cached);
    });
  }

  /** Takes up what others changed since. */
  refresh(): Promise<void> {
    return this.turns.run(async () => {
      const [folder, changes] = await Promise.all([
        this.stampOf(this.files.folder),
        this.stampOf(this.files.changes),
      ]);
      const seen = this.changesSeen;
      if (changes.file !== seen.file || changes.bytes < seen.bytes) {
        if (seen !== NEVER) await this.scan(this.entries);
        return;
      }
      if (changes.bytes > seen.bytes) {
        const tail = new TextDecoder().decode(await this.disk.readFrom(this.files.changes, seen.bytes));
        for (const id of new Set(tail.split("\n"))) if (ID.test(id)) await this.read(id);
        this.changesSeen = changes;
      }
      if (folder.modifiedMillis !== this.folderSeen.modifiedMillis) {
        const names = new Set(await this.names());
        for (const id of [...this.entries.keys(), ...this.unreadable.keys()])
          if (!names.has(id)) await this.dropAbsent(id);
        await forEachOf(
          [...names].filter((id) => !this.entries.has(id)),
          AT_ONCE,
          (id) => this.read(id),
        );
        this.folderSeen = folder;
      }
    });
  }

  /** After a change of this process, under the lock: what it made of these. */
  note(ids: readonly string[]): Promise<void> {
    return this.turns.run(async () => {
      await forEachOf(ids, AT_ONCE, (id) => this.read(id));
      this.folderSeen = await this.stampOf(this.files.folder);
      this.changesSeen = await this.stampOf(this.files.changes);
    });
  }

  get(id: string): ShelfEntry | undefined {
    return this.entries.get(id);
  }

  get size(): number {
    return this.entries.size;
  }

  /** Newest first. */
  all(): readonly ShelfEntry[] {
    this.inOrder ??= [...this.entries.values()].sort((a, b) => {
      const [one, other] = [a.summary.modified, b.summary.modified];
      return one === other ? (a.id < b.id ? -1 : 1) : one > other ? -1 : 1;
    });
    return this.inOrder;
  }

  private async scan(known: ReadonlyMap<string, IndexEntry>): Promise<void> {
    // Stamps first: what changes meanwhile is seen at the next refresh.
    const folder = await this.stampOf(this.files.folder);
    const changes = await this.stampOf(this.files.changes);
    const names = await this.names();
    if (names.length !== known.size) this.isIndexStale = true;
    let done = 0;
    await forEachOf(names, AT_ONCE, async (id) => {
      await this.read(id, known.get(id));
      if (++done % 500 === 0) await pause();
    });
    const there = new Set(names);
    for (const id of [...this.entries.keys(), ...this.unreadable.keys()])
      if (!there.has(id)) await this.dropAbsent(id);
    this.folderSeen = folder;
    this.changesSeen = changes;
  }

  /** Folders alone; those that begin with a dot belong to somebody else (.git). */
  private async names(): Promise<string[]> {
    const entries = (await unlessAbsent(this.disk.list(this.files.folder))) ?? [];
    return entries.filter(({ name, isFolder }) => isFolder && !name.startsWith(".")).map(({ name }) => name);
  }

  /** Reads one, unless `known` is what stands there. */
  private async read(id: string, known?: IndexEntry): Promise<void> {
    const folder = join(this.files.folder, id);
    const file = join(folder, EXPERIMENT_FILE);
    try {
      if (!ID.test(id))
        throw new DamageError(
          `the folder's name ${JSON.stringify(id)} has signs that names of experiments have not; rename it`,
        );
      const stamp = await unlessAbsent(this.disk.stamp(file));
      if (stamp === null) {
        if ((await unlessAbsent(this.disk.stamp(folder))) === null) await this.dropAbsent(id);
        else throw new DamageError(`${EXPERIMENT_FILE} is missing`);
        return;
      }
      this.put(known && isSame(known.stamp, stamp) ? known : await this.readEntry(id, folder, stamp));
      if (!known || !isSame(known.stamp, stamp)) this.isIndexStale = true;
      this.unreadable.delete(id);
    } catch (error) {
      this.drop(id);
      if (error instanceof DamageError) this.unreadable.set(id, { reason: error.message, isDamaged: true });
      // Absent: removed in between. What cannot be read now (EACCES, EMFILE, EIO) is not damaged.
      else if (codeOf(error) !== "ENOENT") {
        const reason = `cannot be read now (${codeOf(error) ?? String(error)})`;
        this.unreadable.set(id, { reason, isDamaged: false });
      }
    }
  }

  private async readEntry(id: string, folder: string, stamp: Stamp): Promise<IndexEntry> {
    if (stamp.bytes > MAX_EXPERIMENT_BYTES)
      throw new DamageError(
        `${EXPERIMENT_FILE}: it has ${stamp.bytes} bytes; at most ${MAX_EXPERIMENT_BYTES} are read`,
      );
    const text = new TextDecoder().decode(await this.disk.read(join(folder, EXPERIMENT_FILE)));
    const file = readSavedFile(text, EXPERIMENT_FILE);
    const result = await unlessAbsent(this.disk.stamp(join(folder, RESULT_FILE)));
    if (result === null) throw new DamageError(`${RESULT_FILE} is missing`);
    if (result.bytes === 0) throw new DamageError(`${RESULT_FILE} is empty`);
    const terms = file.spec === null ? [] : specTerms(file.spec);
    return { id, stamp, summary: summaryOf(id, file), notes: file.notes, terms };
  }

  private put(entry: IndexEntry): void {
    const { summary, notes, terms } = entry;
    this.entries.set(entry.id, { ...entry, text: searchText(summary, notes, terms) });
    this.inOrder = null;
  }

  private async dropAbsent(id: string): Promise<void> {
    if (!(await this.isMoving(id))) this.drop(id);
  }

  private drop(id: string): void {
    this.unreadable.delete(id);
    if (!this.entries.delete(id)) return;
    this.inOrder = null;
    this.isIndexStale = true;
  }

  private async stampOf(path: string): Promise<Stamp> {
    return (await unlessAbsent(this.disk.stamp(path))) ?? { ...NEVER, bytes: 0 };
  }
}

function isSame(a: Stamp, b: Stamp): boolean {
  return a.file === b.file && a.bytes === b.bytes && a.modifiedMillis === b.modifiedMillis;
}
