// Work that is not saved, kept every few seconds in case its window dies: `<key>/draft.json`, and the bytes of named
// files beside it, written once. Not under the lock: each window has its own key, and none may wait for an import.
import { join } from "node:path";
import * as v from "valibot";
import type { Draft } from "../contract/hostApi";
import { HostError } from "../contract/hostError";
import { KEY } from "../contract/limits";
import { parseArguments } from "../contract/methods";
import { type Disk, unlessAbsent, writeWhole } from "./disk";
import { hostError } from "./failure";
import { FILES_FOLDER, type Folders } from "./folders";
import { readFiles } from "./namedFiles";
import { DamageError, DIGEST } from "./savedFile";
import { sha256 } from "./sha256";
import { Queue } from "./turns";

const FORMAT = "initlab.draft/1";
const DRAFT_FILE = "draft.json";

const onDisk = v.object({
  format: v.literal(FORMAT),
  files: v.array(v.object({ path: v.string(), sha256: v.pipe(v.string(), v.regex(DIGEST)) })),
});

export class Drafts {
  private readonly turns = new Queue();

  constructor(
    private readonly disk: Disk,
    private readonly folders: Folders,
    /** Moves one that is damaged out of the way, and reports it. */
    private readonly setAside: (key: string, reason: string) => Promise<void>,
  ) {}

  /** Oldest first. */
  list(): Promise<readonly Draft[]> {
    return this.inTurn(async () => {
      const entries = (await unlessAbsent(this.disk.list(this.folders.drafts))) ?? [];
      const drafts: Draft[] = [];
      let failure: { readonly error: unknown } | null = null;
      for (const { name: key, isFolder } of entries) {
        if (!isFolder || !KEY.test(key)) continue;
        try {
          const draft = await this.readOrSetAside(key);
          if (draft) drafts.push(draft);
        } catch (error) {
          // One costs no other; it stays where it is.
          failure ??= { error };
        }
      }
      if (failure && drafts.length === 0) throw failure.error;
      return drafts.sort((a, b) => (a.written < b.written ? -1 : 1));
    });
  }

  keep(draft: Draft): Promise<void> {
    return this.inTurn(async () => {
      const { disk } = this;
      const folder = join(this.folders.drafts, draft.key);
      const filesFolder = join(folder, FILES_FOLDER);
      await disk.makeFolder(folder);
      const kept: { path: string; sha256: string }[] = [];
      const wanted = new Set<string>();
      for (const { path, bytes } of draft.files) {
        const sum = await sha256(bytes);
        kept.push({ path, sha256: sum });
        if (wanted.has(sum)) continue;
        wanted.add(sum);
        await disk.makeFolder(filesFolder);
        const file = join(filesFolder, sum);
        if ((await unlessAbsent(disk.stamp(file)))?.bytes !== bytes.length)
          await writeWhole(disk, file, [bytes]);
      }
      const text = JSON.stringify({ format: FORMAT, ...draft, files: kept });
      await writeWhole(disk, join(folder, DRAFT_FILE), [text]);
      // What no draft of this key names any more, and what a kill left half-written.
      for (const { name } of (await unlessAbsent(disk.list(filesFolder))) ?? [])
        if (!wanted.has(name)) await disk.remove(join(filesFolder, name));
      for (const { name } of await disk.list(folder))
        if (name.endsWith(".tmp")) await disk.remove(join(folder, name));
    });
  }

  discard(key: string): Promise<void> {
    return this.inTurn(async () => {
      const folder = join(this.folders.drafts, key);
      // The file first: a kill in between leaves a folder that is no draft.
      await this.disk.remove(join(folder, DRAFT_FILE));
      await this.disk.remove(folder);
    });
  }

  idle(): Promise<void> {
    return this.turns.idle();
  }

  private async readOrSetAside(key: string): Promise<Draft | null> {
    try {
      return await this.read(key);
    } catch (error) {
      if (!(error instanceof DamageError)) throw error;
      await this.setAside(key, error.message);
      return null;
    }
  }

  /** Null where the folder holds none. Throws DamageError. */
  private async read(key: string): Promise<Draft | null> {
    const folder = join(this.folders.drafts, key);
    const bytes = await unlessAbsent(this.disk.read(join(folder, DRAFT_FILE)));
    if (bytes === null) return null;
    try {
      const value = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
      const { files } = v.parse(onDisk, value);
      const { format: _format, ...draft } = value;
      const given = { ...draft, key, files: await readFiles(this.disk, folder, files) };
      return parseArguments("keepDraft", [given])[0] as Draft;
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof v.ValiError || error instanceof HostError)
        throw new DamageError(`${DRAFT_FILE}: ${error.message.slice(0, 200)}`, { cause: error });
      throw error;
    }
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.turns.run(work);
    } catch (error) {
      throw hostError(error, this.folders.drafts);
    }
  }
}
