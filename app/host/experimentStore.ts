// The saved experiments: what can be asked of them, and every change of them. A change holds the lock, is durable
// when it resolves, and is written into the list of changes for other processes. Rejects with HostErrors. Knows
// nothing of transports, drafts and settings; arguments have been parsed.
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
import { ArchiveWriter, openArchive } from "./archive";
import { type Disk, writeWhole } from "./disk";
import { folderBytes, readExperiment } from "./experimentFolder";
import { hostError } from "./failure";
import { EXPERIMENT_FILE, FILES_FOLDER, type Folders, RESULT_FILE, TRAINING_FILE } from "./folders";
import { stageImport } from "./importing";
import { hashFiles } from "./namedFiles";
import {
  changedText,
  DamageError,
  type KeptTraining,
  readResultFile,
  readTrainingFile,
  SAVED_FORMAT,
  type SavedFile,
  savedFileText,
} from "./savedFile";
import { search } from "./search";
import { sha256 } from "./sha256";
import { freeName } from "./staging";
import { Stock } from "./stock";
import { summaryOf } from "./summary";
import { forEachOf } from "./turns";

/** Folders written or removed side by side: the disk joins their syncs. */
const AT_ONCE = 8;

export class ExperimentStore {
  private readonly stock: Stock;

  constructor(
    private readonly disk: Disk,
    private readonly folders: Folders,
    private readonly now: () => Date,
  ) {
    this.stock = new Stock(disk, folders);
  }

  async list(): Promise<ExperimentList> {
    await this.stock.catchUp();
    return {
      experiments: this.stock.shelf.all().map(({ summary }) => summary),
      quarantined: this.stock.quarantine.reports(this.stock.shelf.unreadable),
    };
  }

  async search(text: string): Promise<readonly string[]> {
    await this.stock.catchUp();
    return search(text, this.stock.shelf.all());
  }

  async open(id: string): Promise<SavedExperiment> {
    await this.stock.catchUp();
    this.stock.entry(id);
    let first: unknown;
    try {
      return await readExperiment(this.disk, this.stock.at(id), id);
    } catch (error) {
      first = error;
    }
    // Another process may have been replacing it: once more, with nobody else at it.
    return this.stock
      .change(async () => {
        this.stock.entry(id);
        try {
          return await readExperiment(this.disk, this.stock.at(id), id);
        } catch (error) {
          if (!(error instanceof DamageError)) throw error;
          const folder = await this.stock.quarantine.take(this.folders.experiments, id, error.message);
          await this.stock.noteChanges([id]);
          throw new HostError(
            { code: "damaged", where: id, message: `${error.message}; it was set aside into ${folder}` },
            { cause: error },
          );
        }
      })
      .catch((error: HostError) => {
        // Where nothing can be locked or moved, what counts is what is wrong with it.
        throw error.code === "not_writable" ? hostError(first, id) : error;
      });
  }

  async save(given: ExperimentToSave): Promise<ExperimentSummary> {
    const digest = digestGiven(given.result);
    const { kept, bytes } = await hashFiles(given.spec, given.files);
    const { name, notes, tags, verdict, severity, spec } = given;
    const training = given.training === undefined ? null : await trainingGiven(given.training);
    return this.stock.change(async () => {
      const modified = this.now().toISOString();
      const replaced = given.id === null ? null : this.stock.writable(given.id);
      if (replaced && given.replaces !== undefined && replaced.summary.digest !== given.replaces)
        throw new HostError({
          code: "conflict",
          where: given.name,
          message:
            "another window or process has saved it since it was opened here; save a copy, or replace that",
        });
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
        ...(training ? { training } : {}),
        files: kept,
        spec,
      };
      const part = await this.stock.staging.prepare(
        id,
        new Map<string, string | Uint8Array>([
          [RESULT_FILE, given.result],
          ...(given.training === undefined ? [] : [[TRAINING_FILE, given.training] as const]),
          ...[...bytes].map(([sum, content]): [string, Uint8Array] => [`${FILES_FOLDER}/${sum}`, content]),
          [EXPERIMENT_FILE, savedFileText(file)],
        ]),
      );
      await this.stock.staging.bringIn(part, id);
      await this.stock.noteChanges([id]);
      return summaryOf(id, file);
    });
  }

  async describe(id: string, { name, notes, tags }: Description): Promise<ExperimentSummary> {
    return this.stock.change(async () => {
      this.stock.writable(id);
      const file = join(this.stock.at(id), EXPERIMENT_FILE);
      const text = changedText(new TextDecoder().decode(await this.disk.read(file)), {
        ...(name === undefined ? {} : { name }),
        ...(notes === undefined ? {} : { notes }),
        ...(tags === undefined ? {} : { tags }),
        modified: this.now().toISOString(),
      });
      await writeWhole(this.disk, file, [text], this.folders.staging);
      await this.stock.noteChanges([id]);
      return this.stock.entry(id).summary;
    });
  }

  async duplicate(id: string): Promise<ExperimentSummary> {
    // Damage is not multiplied.
    await this.open(id);
    return this.stock.change(async () => {
      const { name } = this.stock.writable(id).summary;
      const created = this.now().toISOString();
      const copy = await this.newId(created);
      const contents = new Map<string, string | Uint8Array>(await folderBytes(this.disk, this.stock.at(id)));
      contents.set(
        EXPERIMENT_FILE,
        changedText(new TextDecoder().decode(contents.get(EXPERIMENT_FILE) as Uint8Array), {
          name: copyName(name),
          created,
          modified: created,
        }),
      );
      await this.stock.staging.bringIn(await this.stock.staging.prepare(copy, contents), copy);
      await this.stock.noteChanges([copy]);
      return this.stock.entry(copy).summary;
    });
  }

  async listTrash(): Promise<ExperimentList> {
    await this.stock.catchUp();
    await this.stock.catchUpTrash();
    const { trash } = this.stock;
    return {
      experiments: trash.all().map(({ summary }) => summary),
      quarantined: [...trash.unreadable].map(([id, { reason }]) => ({ folder: `trash/${id}`, reason })),
    };
  }

  async moveToTrash(ids: readonly string[]): Promise<void> {
    await this.stock.change(async () => {
      for (const id of ids) this.stock.entry(id);
      await this.moveEach(ids, this.folders.experiments, this.folders.trash);
    });
  }

  async restore(ids: readonly string[]): Promise<void> {
    await this.stock.change(async () => {
      await this.stock.refuseNotInTrash(ids);
      await this.moveEach(ids, this.folders.trash, this.folders.experiments);
    });
  }

  async emptyTrash(ids?: readonly string[]): Promise<void> {
    const gone = await this.stock.change(async () => {
      await this.stock.catchUpTrash();
      if (ids) await this.stock.refuseNotInTrash(ids);
      const all = ids ?? [
        ...this.stock.trash.all().map(({ id }) => id),
        ...this.stock.trash.unreadable.keys(),
      ];
      const away = await this.stock.staging.takeAway(this.folders.trash, [...new Set(all)]);
      if (away.length > 0) await this.stock.noteChanges([...new Set(all)]);
      return away;
    });
    // It is out of the trash for good; what a kill leaves of it here goes at the next start.
    await forEachOf(gone, AT_ONCE, (folder) => this.disk.remove(folder).catch(() => {}));
  }

  async export(ids: readonly string[]): Promise<Uint8Array> {
    await this.stock.catchUp();
    const wanted = [...new Set(ids)];
    if (wanted.length === 0)
      throw new HostError({
        code: "invalid",
        where: "ids",
        message: "is empty; name an experiment to export",
      });
    for (const id of wanted) this.stock.entry(id);
    const writer = new ArchiveWriter();
    // The lock is held for reading alone, one at a time: packing takes longer.
    for (const id of wanted) {
      // What is damaged would make the whole file one that nobody can import.
      await this.open(id);
      await writer.add(
        id,
        await this.stock.change(() => {
          this.stock.entry(id);
          return folderBytes(this.disk, this.stock.at(id));
        }),
      );
    }
    return writer.end();
  }

  async import(bytes: Uint8Array): Promise<ImportReport> {
    const archive = openArchive(bytes);
    // All of it is looked at before any is written. A few are unpacked at a time, and again to be written.
    await forEachOf(archive.ids, AT_ONCE, async (id) => {
      await archive.read(id);
    });
    return this.stock.change(async () => {
      const { parts, unchanged } = await stageImport(
        archive,
        this.disk,
        this.folders,
        this.stock.staging,
        this.stock.shelf.all(),
      );
      const imported = parts.map(({ id }) => id);
      try {
        await this.stock.staging.bringInNew(parts);
      } finally {
        for (const { part } of parts) await this.disk.remove(part).catch(() => {});
        if (imported.length > 0) await this.stock.noteChanges(imported);
      }
      const summaries = (of: readonly string[]) => of.map((id) => this.stock.entry(id).summary);
      return { imported: summaries(imported), unchanged: summaries(unchanged) };
    });
  }

  /** Of something else in the data folder. */
  change<T>(work: () => Promise<T>): Promise<T> {
    return this.stock.change(work);
  }

  close(): Promise<void> {
    return this.stock.close();
  }

  setDraftAside(key: string, reason: string): Promise<void> {
    return this.stock.change(async () => {
      await this.stock.quarantine.take(this.folders.drafts, key, reason);
    });
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
      if (moved.size > 0) await this.stock.noteChanges([...moved]);
    }
  }

  /** The day and chance: folders sort by age, and two processes find different ones. */
  private newId(date: string): Promise<string> {
    const letters = Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]!).join("");
    return freeName(this.disk, this.folders.experiments, `${date.slice(0, 10)}-${letters}`);
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

async function trainingGiven(text: string): Promise<KeptTraining> {
  try {
    const count = readTrainingFile(text, "training");
    return { sha256: await sha256(new TextEncoder().encode(text)), count };
  } catch (error) {
    if (!(error instanceof DamageError)) throw error;
    throw new HostError(
      { code: "invalid", where: "experiment.training", message: error.message },
      { cause: error },
    );
  }
}

function copyName(name: string): string {
  const ending = " copy";
  return `${name.slice(0, LIMITS.name - ending.length)}${ending}`;
}
