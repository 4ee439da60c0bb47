// Where damaged experiments go: moved as they are, beside a text that says why. Nothing is ever removed from here.
import { join } from "node:path";
import type { ExperimentList } from "../contract/hostApi";
import { type Disk, writeWhole } from "./disk";
import type { Unreadable } from "./shelf";
import { freeName } from "./staging";

export class Quarantine {
  private readonly taken: { readonly folder: string; readonly reason: string }[] = [];

  constructor(
    private readonly disk: Disk,
    private readonly folder: string,
  ) {}

  /** Under the lock. Returns where it went, from the data folder. */
  async take(from: string, id: string, reason: string): Promise<string> {
    const name = await freeName(this.disk, this.folder, id);
    await this.disk.move(join(from, id), join(this.folder, name));
    await this.disk.syncFolder(this.folder);
    await this.disk.syncFolder(from);
    const shown = `quarantine/${name}`;
    this.taken.push({ folder: shown, reason });
    await writeWhole(this.disk, join(this.folder, `${name}.txt`), [`${reason}\n`]).catch(() => {});
    return shown;
  }

  /** With those that could not be moved. */
  reports(unreadable: ReadonlyMap<string, Unreadable>): ExperimentList["quarantined"] {
    const left = [...unreadable].map(([id, { reason }]) => ({ folder: `experiments/${id}`, reason }));
    return [...this.taken, ...left];
  }
}
