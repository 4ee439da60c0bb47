// What stands where in a data folder. A person may look in and copy: the names are words.
import { join } from "node:path";
import { type Disk, unlessAbsent } from "./disk";

export interface Folders {
  readonly root: string;
  /** `<id>/experiment.json`, `<id>/result.json`, `<id>/training.json`?, `<id>/files/<sha256>`. */
  readonly experiments: string;
  readonly trash: string;
  /** What could not be read, each beside a text that says why. */
  readonly quarantine: string;
  /** Changes under way; empty between them. */
  readonly staging: string;
  /** `<key>/draft.json`, `<key>/files/<sha256>`. */
  readonly drafts: string;
  readonly settings: string;
  /** A cache: may be deleted. */
  readonly index: string;
  /** Ids that changed, a line each, for other processes. */
  readonly changes: string;
  readonly lock: string;
}

export function foldersIn(root: string): Folders {
  const at = (name: string) => join(root, name);
  return {
    root,
    experiments: at("experiments"),
    trash: at("trash"),
    quarantine: at("quarantine"),
    staging: at("staging"),
    drafts: at("drafts"),
    settings: at("settings.json"),
    index: at("index.json"),
    changes: at("changes.log"),
    lock: at("experiments.lock"),
  };
}

/** A folder that cannot be written is no failure where it can be read. */
export async function makeFolders(disk: Disk, folders: Folders): Promise<void> {
  const { experiments, trash, quarantine, staging, drafts, root } = folders;
  try {
    for (const folder of [experiments, trash, quarantine, staging, drafts]) await disk.makeFolder(folder);
  } catch (error) {
    if ((await unlessAbsent(disk.list(root))) === null) throw error;
  }
}

export const EXPERIMENT_FILE = "experiment.json";
export const RESULT_FILE = "result.json";
/** Only where it was trained. */
export const TRAINING_FILE = "training.json";
export const FILES_FOLDER = "files";
