// Zip as NPZ needs it: the directory read entry by entry, and plain stored entries written.
// fflate inflates; the container is ours because fflate's reader compares no checksum, allocates whatever size an entry
// declares and shortens what is cut without a word, and its writer copies every array twice.
// Layout: PKWARE APPNOTE 6.3.10. Not read: encryption, split archives, zip64 directories (no entry past 4 GiB).
// Entry names are names: nothing here or above makes a path of them.
import { inflateSync, strFromU8, strToU8 } from "fflate";
import { crc32 } from "./crc";
import { FormatError, absentName, shown } from "./error";

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 65535;
const MAX_ENTRIES = 65534;
const MAX_UNPACKED_BYTES = 2 ** 31 - 1;
/** Deflate cannot do better: 258 bytes for 2 bits. */
const MAX_RATIO = 1032;
/** 1 January 1980, the first day that zip can tell, as numpy writes it; so equal arrays give equal files. */
const DOS_DATE = (1 << 5) | 1;

interface Entry {
  readonly name: string;
  readonly deflated: boolean;
  readonly encrypted: boolean;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly localAt: number;
}

export interface Zip {
  readonly names: readonly string[];
  /** The unpacked bytes of an entry, its checksum compared. A stored entry is a view of the file. */
  read(name: string): Uint8Array;
  /** An entry as it stands in the file, for who inflates elsewhere and checks what comes out. */
  packed(name: string): PackedEntry;
}

export interface PackedEntry {
  readonly packed: Uint8Array;
  readonly deflated: boolean;
  /** As declared; of a deflated entry never more than its packed bytes could hold. */
  readonly bytes: number;
  readonly crc: number;
}

export function openZip(bytes: Uint8Array, where: string): Zip {
  const entries = readDirectory(bytes, where);
  const named = (name: string): Entry => {
    const entry = entries.get(name);
    if (entry === undefined) throw new FormatError(where, absentName("entry", name, [...entries.keys()]));
    return entry;
  };
  return {
    names: [...entries.keys()],
    read: (name) => unpack(bytes, named(name), `${where}:${name}`),
    packed: (name) => {
      const entry = named(name);
      const packed = locate(bytes, entry, `${where}:${name}`);
      refuseSize(packed, entry, `${where}:${name}`);
      return { packed, deflated: entry.deflated, bytes: entry.bytes, crc: entry.crc };
    },
  };
}

function readDirectory(bytes: Uint8Array, where: string): ReadonlyMap<string, Entry> {
  if (bytes.length === 0) throw new FormatError(where, "is empty: an NPZ file is a zip of .npy files");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const first = bytes.length >= 4 ? view.getUint32(0, true) : 0;
  if (first !== LOCAL && first !== END)
    throw new FormatError(where, "is not a zip file: it should begin with PK, as numpy.savez writes");
  const end = findEnd(view);
  if (end === null)
    throw new FormatError(
      where,
      `is cut short: a zip ends with its directory, and none is found in the last of its ${bytes.length} bytes; copy or download the file again`,
    );
  const count = view.getUint16(end + 10, true);
  const directoryBytes = view.getUint32(end + 12, true);
  const directoryAt = view.getUint32(end + 16, true);
  if (count === 0xffff || directoryAt === 0xffffffff)
    throw new FormatError(
      where,
      `is a zip64 archive; at most ${MAX_ENTRIES} arrays below 4 GiB are read: use .safetensors`,
    );
  if (view.getUint16(end + 4, true) !== 0 || view.getUint16(end + 8, true) !== count)
    throw new FormatError(where, "is one part of a split zip; a whole one is needed");
  if (directoryAt + directoryBytes > end || count * CENTRAL_BYTES > directoryBytes)
    throw new FormatError(
      where,
      `is damaged: a directory of ${count} entries in ${directoryBytes} bytes at byte ${directoryAt} does not fit before byte ${end}`,
    );

  const entries = new Map<string, Entry>();
  let at = directoryAt;
  for (let i = 0; i < count; i++) {
    if (at + CENTRAL_BYTES > end || view.getUint32(at, true) !== CENTRAL)
      throw new FormatError(
        where,
        `is damaged: entry ${i + 1} of ${count} should stand in the directory at byte ${at}`,
      );
    const nameBytes = view.getUint16(at + 28, true);
    const after =
      at + CENTRAL_BYTES + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (after > end)
      throw new FormatError(where, `is damaged: the directory entry at byte ${at} runs past its end`);
    const flags = view.getUint16(at + 8, true);
    const name = strFromU8(
      bytes.subarray(at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes),
      !(flags & 0x800),
    );
    if (entries.has(name))
      throw new FormatError(where, `holds two entries named ${shown(name)}; names must differ`);
    const method = view.getUint16(at + 10, true);
    entries.set(name, {
      name,
      method,
      deflated: method === 8,
      encrypted: (flags & 1) !== 0,
      crc: view.getUint32(at + 16, true),
      packedBytes: view.getUint32(at + 20, true),
      bytes: view.getUint32(at + 24, true),
      localAt: view.getUint32(at + 42, true),
    });
    at = after;
  }
  return entries;
}

/** The end record stands last but for a comment of at most 64 KiB; its comment must reach the file's end. */
function findEnd(view: DataView): number | null {
  const last = view.byteLength - END_BYTES;
  for (let at = last; at >= Math.max(0, last - MAX_COMMENT_BYTES); at--) {
    if (
      view.getUint32(at, true) === END &&
      at + END_BYTES + view.getUint16(at + 20, true) === view.byteLength
    )
      return at;
  }
  return null;
}

/** The entry's packed bytes: a view of the file. */
function locate(bytes: Uint8Array, entry: Entry, where: string): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (entry.encrypted) throw new FormatError(where, "is encrypted; save it without a password");
  if (entry.method !== 0 && !entry.deflated)
    throw new FormatError(
      where,
      `is packed by zip method ${entry.method}; stored (0) and deflated (8) are read`,
    );
  const { localAt, packedBytes } = entry;
  if (localAt + LOCAL_BYTES > bytes.length || view.getUint32(localAt, true) !== LOCAL)
    throw new FormatError(where, `is damaged: the entry should begin at byte ${localAt} of ${bytes.length}`);
  // numpy writes a zip64 field into the local header alone, so the sizes are taken from the directory.
  const dataAt =
    localAt + LOCAL_BYTES + view.getUint16(localAt + 26, true) + view.getUint16(localAt + 28, true);
  if (dataAt + packedBytes > bytes.length)
    throw new FormatError(
      where,
      `is cut short: the entry needs bytes ${dataAt} to ${dataAt + packedBytes}, the file has ${bytes.length}`,
    );
  return bytes.subarray(dataAt, dataAt + packedBytes);
}

function unpack(bytes: Uint8Array, entry: Entry, where: string): Uint8Array {
  const packed = locate(bytes, entry, where);
  const unpacked = entry.deflated ? inflate(packed, entry.bytes, where) : packed;
  if (unpacked.length !== entry.bytes)
    throw new FormatError(
      where,
      `is damaged: ${entry.bytes} bytes are declared, ${unpacked.length} are there`,
    );
  if (crc32(unpacked) !== entry.crc)
    throw new FormatError(
      where,
      "is damaged: its bytes do not fit their checksum; copy or download the file again",
    );
  return unpacked;
}

/** Before anything is allocated for it. */
function refuseSize(
  packed: Uint8Array,
  { bytes, deflated }: Pick<Entry, "bytes" | "deflated">,
  where: string,
): void {
  const most = deflated ? packed.length * MAX_RATIO : packed.length;
  if (bytes > most)
    throw new FormatError(
      where,
      `is damaged: it declares ${bytes} bytes, more than ${packed.length} packed bytes can hold`,
    );
}

function inflate(packed: Uint8Array, declaredBytes: number, where: string): Uint8Array {
  refuseSize(packed, { bytes: declaredBytes, deflated: true }, where);
  if (declaredBytes > MAX_UNPACKED_BYTES)
    throw new FormatError(
      where,
      `declares ${declaredBytes} bytes; packed arrays up to 2 GiB are read: save it with numpy.savez`,
    );
  try {
    // One byte more than declared, so that a stream that is too long shows.
    return inflateSync(packed, { out: new Uint8Array(declaredBytes + 1) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FormatError(
      where,
      `is damaged: its ${packed.length} packed bytes cannot be inflated (${reason})`,
    );
  }
}

/** An entry to write: its name and its content in pieces. */
export interface Content {
  readonly name: string;
  readonly parts: readonly Uint8Array[];
}

/** Bytes of the whole archive, known before any is made. */
export function zipBytes(contents: readonly Content[]): number {
  return contents.reduce(
    (sum, { name, parts }) => sum + LOCAL_BYTES + CENTRAL_BYTES + 2 * strToU8(name).length + lengthOf(parts),
    END_BYTES,
  );
}

/** A zip of stored entries as pieces in order; the contents themselves are not copied. */
export function zipParts(contents: readonly Content[], where: string): Uint8Array[] {
  if (contents.length > MAX_ENTRIES)
    throw new FormatError(
      where,
      `would hold ${contents.length} arrays; a zip holds ${MAX_ENTRIES}: use .safetensors`,
    );
  const out: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const { name, parts } of contents) {
    const nameBytes = strToU8(name);
    const size = lengthOf(parts);
    const crc = parts.reduce((sum, part) => crc32(part, sum), 0);
    // The 26 bytes that both headers share: version 2.0, UTF-8 name, stored, date, checksum, sizes, lengths.
    const shared = new DataView(new ArrayBuffer(26));
    shared.setUint16(0, 20, true);
    shared.setUint16(2, 0x800, true);
    shared.setUint16(8, DOS_DATE, true);
    shared.setUint32(10, crc, true);
    shared.setUint32(14, size, true);
    shared.setUint32(18, size, true);
    shared.setUint16(22, nameBytes.length, true);

    const local = new Uint8Array(LOCAL_BYTES + nameBytes.length);
    new DataView(local.buffer).setUint32(0, LOCAL, true);
    local.set(new Uint8Array(shared.buffer), 4);
    local.set(nameBytes, LOCAL_BYTES);

    const central = new Uint8Array(CENTRAL_BYTES + nameBytes.length);
    const centralView = new DataView(central.buffer);
    centralView.setUint32(0, CENTRAL, true);
    centralView.setUint16(4, 20, true);
    central.set(new Uint8Array(shared.buffer), 6);
    centralView.setUint32(42, at, true);
    central.set(nameBytes, CENTRAL_BYTES);

    out.push(local, ...parts);
    directory.push(central);
    at += local.length + size;
  }
  const end = new DataView(new ArrayBuffer(END_BYTES));
  end.setUint32(0, END, true);
  end.setUint16(8, contents.length, true);
  end.setUint16(10, contents.length, true);
  end.setUint32(12, lengthOf(directory), true);
  end.setUint32(16, at, true);
  return [...out, ...directory, new Uint8Array(end.buffer)];
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}
