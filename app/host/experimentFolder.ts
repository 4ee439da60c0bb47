// The folder of one experiment, read: as the HostApi gives it, or byte for byte. Writes nothing.
import { join } from "node:path";
import type { SavedExperiment } from "../contract/hostApi";
import type { FolderBytes } from "./archive";
import { type Disk, unlessAbsent } from "./disk";
import { EXPERIMENT_FILE, FILES_FOLDER, RESULT_FILE } from "./folders";
import { readFiles } from "./namedFiles";
import { DamageError, DIGEST, readResultFile, readSavedFile } from "./savedFile";
import { summaryOf } from "./summary";

/** Whole, or a DamageError; never parts of two states. */
export async function readExperiment(disk: Disk, folder: string, id: string): Promise<SavedExperiment> {
  const [experimentFile, resultFile] = [join(folder, EXPERIMENT_FILE), join(folder, RESULT_FILE)];
  const before = await unlessAbsent(disk.stamp(experimentFile));
  if (before === null) throw new DamageError(`${EXPERIMENT_FILE} is missing`);
  const file = readSavedFile(new TextDecoder().decode(await disk.read(experimentFile)), EXPERIMENT_FILE);
  const bytes = await unlessAbsent(disk.read(resultFile));
  if (bytes === null) throw new DamageError(`${RESULT_FILE} is missing`);
  const result = new TextDecoder().decode(bytes);
  const summary = summaryOf(id, file);
  if (file.spec === null) return { ...summary, notes: file.notes, spec: null, result, files: [] };
  const { digest, readOnly } = readResultFile(result, RESULT_FILE);
  if (digest !== file.digest)
    throw new DamageError(
      `${EXPERIMENT_FILE} and ${RESULT_FILE} are of different runs: their digests differ`,
    );
  const files = await readFiles(disk, folder, file.files);
  const after = await disk.stamp(experimentFile);
  if (after.file !== before.file || after.modifiedMillis !== before.modifiedMillis)
    throw new DamageError("it was replaced while it was read");
  const own = { ...summary, notes: file.notes, spec: file.spec, result, files };
  return readOnly === undefined ? own : { ...own, readOnly };
}

/** The files that are the store's own. */
export async function folderBytes(disk: Disk, folder: string): Promise<FolderBytes> {
  const bytes = new Map<string, Uint8Array>();
  for (const path of [EXPERIMENT_FILE, RESULT_FILE]) bytes.set(path, await disk.read(join(folder, path)));
  const kept = (await unlessAbsent(disk.list(join(folder, FILES_FOLDER)))) ?? [];
  for (const { name } of kept)
    if (DIGEST.test(name))
      bytes.set(`${FILES_FOLDER}/${name}`, await disk.read(join(folder, FILES_FOLDER, name)));
  return bytes;
}
