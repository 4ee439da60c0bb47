// The folder of one experiment, read: as the HostApi gives it, or byte for byte. Writes nothing.
import { join } from "node:path";
import type { SavedExperiment } from "../contract/hostApi";
import type { FolderBytes } from "./archive";
import { type Disk, unlessAbsent } from "./disk";
import { EXPERIMENT_FILE, FILES_FOLDER, RESULT_FILE, TRAINING_FILE } from "./folders";
import { readFiles } from "./namedFiles";
import { DamageError, DIGEST, type KeptTraining, readResultFile, readSavedFile } from "./savedFile";
import { sha256 } from "./sha256";
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
  const training = file.training && (await readTraining(disk, folder, file.training));
  const after = await disk.stamp(experimentFile);
  if (after.file !== before.file || after.modifiedMillis !== before.modifiedMillis)
    throw new DamageError("it was replaced while it was read");
  const own = { ...summary, notes: file.notes, spec: file.spec, result, ...training, files };
  return readOnly === undefined ? own : { ...own, readOnly };
}

async function readTraining(disk: Disk, folder: string, kept: KeptTraining): Promise<{ training: string }> {
  const bytes = await unlessAbsent(disk.read(join(folder, TRAINING_FILE)));
  if (bytes === null) throw new DamageError(`${TRAINING_FILE} is missing`);
  if ((await sha256(bytes)) !== kept.sha256)
    throw new DamageError(`${EXPERIMENT_FILE} and ${TRAINING_FILE} do not belong together: sums differ`);
  return { training: new TextDecoder().decode(bytes) };
}

/** The files that are the store's own. */
export async function folderBytes(disk: Disk, folder: string): Promise<FolderBytes> {
  const bytes = new Map<string, Uint8Array>();
  for (const path of [EXPERIMENT_FILE, RESULT_FILE]) bytes.set(path, await disk.read(join(folder, path)));
  const saved = readSavedFile(new TextDecoder().decode(bytes.get(EXPERIMENT_FILE)), EXPERIMENT_FILE);
  if (saved.training) bytes.set(TRAINING_FILE, await disk.read(join(folder, TRAINING_FILE)));
  const kept = (await unlessAbsent(disk.list(join(folder, FILES_FOLDER)))) ?? [];
  for (const { name } of kept)
    if (DIGEST.test(name))
      bytes.set(`${FILES_FOLDER}/${name}`, await disk.read(join(folder, FILES_FOLDER, name)));
  return bytes;
}
