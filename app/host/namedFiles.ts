// Bytes of the files that a spec names: held against the sha256 that the spec records, kept under it, read back.
import { join } from "node:path";
import type { NamedFiles } from "../contract/hostApi";
import { HostError } from "../contract/hostError";
import type { Experiment } from "../../core-as/spec/experiment";
import { type Disk, unlessAbsent } from "./disk";
import { FILES_FOLDER } from "./folders";
import { DamageError, type KeptFile } from "./savedFile";
import { sha256 } from "./sha256";

export interface HashedFiles {
  readonly kept: readonly KeptFile[];
  /** By sha256. */
  readonly bytes: ReadonlyMap<string, Uint8Array>;
}

/** Rejects with `invalid` where a recorded file is not among them or is another. */
export async function hashFiles(spec: Experiment, files: NamedFiles): Promise<HashedFiles> {
  const recorded = recordedFiles(spec);
  const bytes = new Map<string, Uint8Array>();
  const kept: KeptFile[] = [];
  for (const file of files) {
    const sum = await sha256(file.bytes);
    const expected = recorded.get(file.path);
    if (expected !== undefined && expected !== sum)
      throw new HostError({
        code: "invalid",
        where: file.path,
        message: `its bytes have the sha256 ${sum}, and the spec records ${expected}; give the file that was run`,
      });
    bytes.set(sum, file.bytes);
    kept.push({ path: file.path, sha256: sum });
  }
  const given = new Set(kept.map(({ path }) => path));
  for (const path of recorded.keys())
    if (!given.has(path))
      throw new HostError({
        code: "invalid",
        where: path,
        message: "the spec names this file, and its bytes are not given; give them along",
      });
  return { kept, bytes };
}

/** Of a folder with files/ in it. Throws DamageError. */
export async function readFiles(disk: Disk, folder: string, kept: readonly KeptFile[]): Promise<NamedFiles> {
  const files: { path: string; bytes: Uint8Array }[] = [];
  for (const { path, sha256: sum } of kept) {
    const bytes = await unlessAbsent(disk.read(join(folder, FILES_FOLDER, sum)));
    if (bytes === null) throw new DamageError(`${FILES_FOLDER}/${sum} (${path}) is missing`);
    if ((await sha256(bytes)) !== sum)
      throw new DamageError(`${FILES_FOLDER}/${sum} (${path}) holds other bytes than its name says`);
    files.push({ path, bytes });
  }
  return files;
}

/** Path -> sha256, as the resolved spec of a run records them. */
function recordedFiles({ data, network }: Experiment): Map<string, string> {
  const recorded = new Map<string, string>();
  if (data.source === "file")
    for (const [path, sum] of Object.entries(data.sha256 ?? {})) recorded.set(path, sum);
  for (const { weights } of [...network.layers, ...(network.output ? [network.output] : [])])
    if (weights.scheme === "file" && weights.sha256 !== undefined) recorded.set(weights.path, weights.sha256);
  return recorded;
}
