// Gzip, unpacked by fflate piece by piece: its one-call form allocates what the file's last four bytes claim,
// and neither form compares checksums. Both matter for files that strangers hand in.
import { Gunzip } from "fflate";
import { crc32 } from "./crc";
import { FormatError } from "./error";
import { joined } from "./tensor";

const PIECE_BYTES = 65536;
const TRAILER_BYTES = 8;

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The unpacked bytes of every member; refuses to go past `maxBytes`. */
export function gunzip(bytes: Uint8Array, where: string, maxBytes = 2 ** 31 - 1): Uint8Array {
  if (!isGzip(bytes)) throw new FormatError(where, "is not gzip: it should begin with the bytes 1f 8b");
  const parts: Uint8Array[] = [];
  let total = 0;
  let crc = 0;
  let memberBytes = 0;

  // A member ends with the CRC and the length, mod 2^32, of what was unpacked.
  const checkMember = (end: number): void => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const sound =
      end >= TRAILER_BYTES &&
      view.getUint32(end - 8, true) === crc &&
      view.getUint32(end - 4, true) === memberBytes >>> 0;
    if (!sound)
      throw new FormatError(
        where,
        `is damaged or cut short: the gzip checksum before byte ${end} does not fit the ${memberBytes} bytes unpacked; copy or download the file again`,
      );
    crc = 0;
    memberBytes = 0;
  };

  const stream = new Gunzip((part) => {
    total += part.length;
    memberBytes += part.length;
    if (total > maxBytes)
      throw new FormatError(
        where,
        `unpacks to more than ${maxBytes} bytes, the most that is read from such a file`,
      );
    crc = crc32(part, crc);
    if (part.length > 0) parts.push(part);
  });
  stream.onmember = checkMember;
  try {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      stream.push(bytes.subarray(at, at + PIECE_BYTES), at + PIECE_BYTES >= bytes.length);
    }
  } catch (error) {
    if (error instanceof FormatError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new FormatError(
      where,
      `is damaged or cut short: gzip fails after ${total} unpacked bytes (${reason}); copy or download the file again`,
    );
  }
  checkMember(bytes.length);
  return joined(parts);
}
