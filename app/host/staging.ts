// How an experiment's folder appears, is replaced and goes away so that, killed at any moment, either the old or the
// new stands there whole. Everything is made in the staging folder and renamed into place; what a death left
// is recovered at the next start, and by the next change of a process that lives on.
//
//   <id>~part.<random>   being written
//   <id>~new             complete and durable, about to replace what stands there: a recovery brings it in
//   <id>~old             replaced: a recovery removes it, or puts it back where nothing new came
//   ~gone.<random>       being removed
//
// Ids have no "~". All of it happens under the lock, but for the removing: whoever has the lock and finds something
// here stands after a death.
import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { type Disk, unlessAbsent } from "./disk";
import { EXPERIMENT_FILE, FILES_FOLDER, type Folders, RESULT_FILE, TRAINING_FILE } from "./folders";

/** Files of one experiment by their path below its folder, in pieces. */
export type Contents = ReadonlyMap<string, string | Uint8Array>;

export class Staging {
  constructor(
    private readonly disk: Disk,
    private readonly folders: Pick<Folders, "staging" | "experiments">,
  ) {}

  /** Writes a whole folder beside the others, durable. Returns its path, for `bringIn`. */
  async prepare(id: string, contents: Contents): Promise<string> {
    const part = join(this.folders.staging, `${id}~part.${random()}`);
    try {
      const folders = new Set([part]);
      for (const path of contents.keys()) folders.add(dirname(join(part, path)));
      for (const folder of folders) await this.disk.makeFolder(folder);
      for (const [path, content] of contents) await this.disk.writeNew(join(part, path), [content]);
      for (const folder of [...folders].reverse()) await this.disk.syncFolder(folder);
      return part;
    } catch (error) {
      await this.disk.remove(part).catch(() => {});
      throw error;
    }
  }

  /** Puts what was prepared in its place, and what stood there away. Durable once it resolves. */
  async bringIn(part: string, id: string): Promise<void> {
    const { staging, experiments } = this.folders;
    const place = join(experiments, id);
    if ((await unlessAbsent(this.disk.stamp(place))) === null) {
      await this.disk.move(part, place);
      await this.disk.syncFolder(experiments);
      return;
    }
    const complete = join(staging, `${id}~new`);
    await this.disk.move(part, complete);
    await this.disk.syncFolder(staging);
    try {
      await this.swap(complete, id);
    } catch (error) {
      // Where this fails too, the next start decides.
      await this.disk.remove(complete).catch(() => {});
      await this.putBack(id).catch(() => {});
      throw error;
    }
    await this.retire(id).catch(() => {});
  }

  /** The same for many whose places are empty. */
  async bringInNew(parts: readonly { readonly part: string; readonly id: string }[]): Promise<void> {
    const { experiments } = this.folders;
    try {
      for (const { part, id } of parts) await this.disk.move(part, join(experiments, id));
    } finally {
      await this.disk.syncFolder(experiments);
    }
  }

  /** Takes folders out of sight at once; removing them can then take its time. Returns where they went. */
  async takeAway(from: string, names: readonly string[]): Promise<readonly string[]> {
    const gone: string[] = [];
    try {
      for (const name of names) {
        const to = join(this.folders.staging, `~gone.${random()}`);
        await this.disk.move(join(from, name), to);
        gone.push(to);
      }
    } finally {
      await this.disk.syncFolder(from);
    }
    return gone;
  }

  /** True while its place may be empty because it is being replaced. */
  async isMoving(id: string): Promise<boolean> {
    const { staging } = this.folders;
    const found = await Promise.all(
      ["~new", "~old"].map((suffix) => unlessAbsent(this.disk.stamp(join(staging, id + suffix)))),
    );
    return found.some((stamp) => stamp !== null);
  }

  /**
   * After a death: leaves in the staging folder nothing but what is being removed, and in the experiments' folder what
   * was last durable.
   */
  async recover(): Promise<void> {
    const { staging } = this.folders;
    const names = ((await unlessAbsent(this.disk.list(staging))) ?? []).map(({ name }) => name);
    const ids = (suffix: string) =>
      names.filter((name) => name.endsWith(suffix)).map((name) => name.slice(0, -suffix.length));
    for (const id of ids("~new")) await this.swap(join(staging, `${id}~new`), id);
    for (const id of new Set([...ids("~old"), ...ids("~new")])) {
      await this.putBack(id);
      await this.retire(id);
    }
    for (const name of names)
      if (/~part\.[0-9a-f]+$|\.tmp$/.test(name)) await this.disk.remove(join(staging, name));
  }

  /** What nobody removed to the end. */
  async removeGone(): Promise<void> {
    const { staging } = this.folders;
    for (const { name } of (await unlessAbsent(this.disk.list(staging))) ?? [])
      if (/^~gone\.[0-9a-f]+$/.test(name)) await this.disk.remove(join(staging, name));
  }

  private async swap(complete: string, id: string): Promise<void> {
    const place = join(this.folders.experiments, id);
    if ((await unlessAbsent(this.disk.stamp(place))) !== null) {
      const old = join(this.folders.staging, `${id}~old`);
      await this.disk.remove(old);
      await this.disk.move(place, old);
    }
    await this.disk.move(complete, place);
    await this.disk.syncFolder(this.folders.experiments);
    await this.disk.syncFolder(this.folders.staging);
  }

  /** The old one, where its place is empty. */
  private async putBack(id: string): Promise<void> {
    const old = join(this.folders.staging, `${id}~old`);
    const place = join(this.folders.experiments, id);
    if ((await unlessAbsent(this.disk.stamp(old))) === null) return;
    if ((await unlessAbsent(this.disk.stamp(place))) !== null) return;
    await this.disk.move(old, place);
    await this.disk.syncFolder(this.folders.experiments);
  }

  /** Removes the old one. What a person put into its folder moves to the new one. */
  private async retire(id: string): Promise<void> {
    const old = join(this.folders.staging, `${id}~old`);
    const place = join(this.folders.experiments, id);
    const entries = await unlessAbsent(this.disk.list(old));
    if (entries === null) return;
    for (const { name } of entries)
      if (!OURS.has(name) && (await unlessAbsent(this.disk.stamp(join(place, name)))) === null)
        await this.disk.move(join(old, name), join(place, name));
    await this.disk.remove(old);
  }
}

const OURS: ReadonlySet<string> = new Set([EXPERIMENT_FILE, RESULT_FILE, TRAINING_FILE, FILES_FOLDER]);

const random = () => randomBytes(6).toString("hex");

/** `name`, or `name-2`, ...: what is not in `folder` yet, nor among `reserved` in lower case. */
export async function freeName(
  disk: Disk,
  folder: string,
  name: string,
  reserved: ReadonlySet<string> = new Set(),
): Promise<string> {
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? name : `${name.slice(0, 90)}-${n}`;
    if (reserved.has(candidate.toLowerCase())) continue;
    if ((await unlessAbsent(disk.stamp(join(folder, candidate)))) === null) return candidate;
  }
}
