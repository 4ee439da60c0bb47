// An `.initlab` file: a zip of experiments' folders. Writes one; reads one that may come from anywhere, and is refused
// as a whole where a name, a size, a checksum or a format is not what it should be. Names are held against one
// pattern and never joined to a path before. Packing and unpacking run beside the main thread; the checksums are
// Node's, fifteen times as quick as our own, so that large files do not hold it up either.
import { promisify } from "node:util";
import { crc32, deflateRaw, inflateRaw } from "node:zlib";
import { Zip, type ZipInputFile } from "fflate";
import { HostError } from "../contract/hostError";
import { ID, LIMITS } from "../contract/limits";
import { FormatError, shown } from "../../core-as/formats/error";
import { openZip, type Zip as OpenZip } from "../../core-as/formats/zip";
import { EXPERIMENT_FILE, FILES_FOLDER, RESULT_FILE, TRAINING_FILE } from "./folders";
import {
  DamageError,
  MAX_EXPERIMENT_BYTES,
  type NewerFile,
  readResultFile,
  readSavedFile,
  readTrainingFile,
  type SavedFile,
} from "./savedFile";
import { sha256 } from "./sha256";

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** Bytes of one experiment's files by their path below its folder. */
export type FolderBytes = ReadonlyMap<string, Uint8Array>;

const WHERE = "the .initlab file";
const MAX_ENTRIES = 65_534;
/** What zip programs of some systems add to every archive. */
const ADDED_BY_SYSTEMS = /^__MACOSX\/|(?:^|\/)\.DS_Store$/;
/** Equal experiments give equal bytes: the first day that zip can tell, in local time as fflate takes it. */
const ZIP_DATE = new Date(1980, 0, 1);

export class ArchiveWriter {
  private readonly pieces: Uint8Array[] = [];
  private bytes = 0;
  private entries = 0;
  private failure: Error | null = null;
  private readonly zip = new Zip((error, piece) => {
    this.failure ??= error;
    this.pieces.push(piece);
    this.bytes += piece.length;
  });

  /** Rejects with `too_large`. */
  async add(id: string, folder: FolderBytes): Promise<void> {
    for (const [path, content] of folder) {
      const packed = await deflate(content);
      const isSmaller = packed.length < content.length;
      const file: ZipInputFile = {
        filename: `${id}/${path}`,
        size: content.length,
        crc: crc32(content),
        compression: isSmaller ? 8 : 0,
        mtime: ZIP_DATE,
      };
      this.zip.add(file);
      file.ondata?.(null, (isSmaller ? packed : content) as Uint8Array<ArrayBuffer>, true);
      this.entries++;
      if (this.bytes > LIMITS.archiveBytes || this.entries > MAX_ENTRIES)
        throw new HostError({
          code: "too_large",
          where: id,
          message: `the export would be larger than ${LIMITS.archiveBytes} bytes or ${MAX_ENTRIES} files; export fewer experiments at a time`,
        });
    }
  }

  end(): Uint8Array {
    this.zip.end();
    if (this.failure) throw this.failure;
    const whole = new Uint8Array(this.bytes);
    let at = 0;
    for (const piece of this.pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }
}

export interface ArchivedExperiment {
  readonly id: string;
  readonly saved: SavedFile | NewerFile;
  readonly folder: FolderBytes;
}

export interface Archive {
  readonly ids: readonly string[];
  /** Unpacked and checked. */
  read(id: string): Promise<ArchivedExperiment>;
}

/** Looks at every name and declared size. Rejects with `invalid` or `too_large`. */
export function openArchive(bytes: Uint8Array): Archive {
  if (bytes.length < 4 || bytes[0] !== 0x50 || bytes[1] !== 0x4b)
    throw invalid(WHERE, "it is not a zip file; choose a file that Init Lab exported");
  const zip = inOurWords(() => openZip(bytes, WHERE));
  const experiments = new Map<string, string[]>();
  let unpackedBytes = 0;
  for (const name of zip.names) {
    if (ADDED_BY_SYSTEMS.test(name)) continue;
    const { id, path } = partsOf(name);
    const paths = experiments.get(id) ?? [];
    experiments.set(id, paths);
    if (path === null) continue;
    paths.push(path);
    const { bytes: declared } = inOurWords(() => zip.packed(name));
    unpackedBytes += declared;
    const most = mostBytes(path);
    if (declared > most || unpackedBytes > LIMITS.unpackedBytes)
      throw new HostError({
        code: "too_large",
        where: name.slice(0, 200),
        message: `it would unpack to ${declared} bytes; at most ${Math.min(most, LIMITS.unpackedBytes)} are taken`,
      });
  }
  if (experiments.size === 0) throw invalid(WHERE, "it holds no experiments");
  for (const [id, paths] of experiments)
    for (const needed of [EXPERIMENT_FILE, RESULT_FILE])
      if (!paths.includes(needed)) throw invalid(id, `${needed} is missing; export it again`);
  return {
    ids: [...experiments.keys()],
    read: (id) => readExperiment(zip, id, experiments.get(id) ?? []),
  };
}

const NAME = /^([^/]+)\/(?:(experiment\.json|result\.json|training\.json|files\/[0-9a-f]{64})|files\/|)$/;

/** `path` null: the entry of a folder. Anything that is not just that is refused: `..`, `/x`, `C:\x`, `a\b`. */
function partsOf(name: string): { id: string; path: string | null } {
  const found = NAME.exec(name);
  const id = found?.[1];
  if (id === undefined || !ID.test(id))
    throw invalid(
      shown(name),
      `it has no place in an .initlab file; <id>/${EXPERIMENT_FILE}, <id>/${RESULT_FILE} and <id>/${FILES_FOLDER}/<sha256> would be right`,
    );
  return { id, path: found?.[2] ?? null };
}

function mostBytes(path: string): number {
  if (path === EXPERIMENT_FILE) return MAX_EXPERIMENT_BYTES;
  if (path === TRAINING_FILE) return LIMITS.training;
  return path === RESULT_FILE ? LIMITS.result : LIMITS.fileBytes;
}

async function readExperiment(
  zip: OpenZip,
  id: string,
  paths: readonly string[],
): Promise<ArchivedExperiment> {
  const folder = new Map<string, Uint8Array>();
  for (const path of paths) folder.set(path, await unpack(zip, `${id}/${path}`));
  const text = (path: string) => new TextDecoder().decode(folder.get(path));
  try {
    const saved = readSavedFile(text(EXPERIMENT_FILE), EXPERIMENT_FILE);
    const result = readResultFile(text(RESULT_FILE), RESULT_FILE);
    const readOnly = saved.spec === null ? saved.readOnly : result.readOnly;
    if (readOnly !== undefined) throw new HostError({ code: "newer_format", where: id, message: readOnly });
    if (result.digest !== saved.digest)
      throw new DamageError(
        `${EXPERIMENT_FILE} and ${RESULT_FILE} are of different runs: their digests differ`,
      );
    const isTrained = saved.training !== undefined;
    if (isTrained !== folder.has(TRAINING_FILE))
      throw new DamageError(
        isTrained
          ? `${TRAINING_FILE} is missing`
          : `${TRAINING_FILE} belongs to nothing in ${EXPERIMENT_FILE}`,
      );
    if (saved.training) {
      readTrainingFile(text(TRAINING_FILE), TRAINING_FILE);
      if ((await sha256(folder.get(TRAINING_FILE)!)) !== saved.training.sha256)
        throw new DamageError(`${EXPERIMENT_FILE} and ${TRAINING_FILE} do not belong together: sums differ`);
    }
    const kept = new Set(saved.files.map((file) => `${FILES_FOLDER}/${file.sha256}`));
    for (const path of kept) if (!folder.has(path)) throw new DamageError(`${path} is missing`);
    for (const path of paths)
      if (path.startsWith(FILES_FOLDER)) {
        if (!kept.has(path)) throw new DamageError(`${path} belongs to nothing in ${EXPERIMENT_FILE}`);
        if (`${FILES_FOLDER}/${await sha256(folder.get(path)!)}` !== path)
          throw new DamageError(`${path} holds other bytes than its name says`);
      }
    return { id, saved, folder };
  } catch (error) {
    if (error instanceof DamageError)
      throw new HostError({ code: "invalid", where: id, message: error.message }, { cause: error });
    throw error;
  }
}

async function unpack(zip: OpenZip, name: string): Promise<Uint8Array> {
  const { packed, deflated, bytes, crc } = inOurWords(() => zip.packed(name));
  let unpacked = packed;
  if (deflated)
    try {
      unpacked = await inflate(packed, { maxOutputLength: Math.max(1, bytes) });
    } catch (error) {
      throw damaged(name, error);
    }
  if (unpacked.length !== bytes || crc32(unpacked) !== crc) throw damaged(name);
  return unpacked;
}

function damaged(name: string, cause?: unknown): HostError {
  return new HostError(
    {
      code: "invalid",
      where: name,
      message: "is damaged: its bytes do not fit their size and checksum; copy or download the file again",
    },
    { cause },
  );
}

function invalid(where: string, message: string): HostError {
  return new HostError({ code: "invalid", where, message });
}

function inOurWords<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new HostError({ code: "invalid", where: error.where, message: error.message }, { cause: error });
  }
}
