// What the system says of a file, in the host's words: which code, what is wrong, what would be right.
import { HostError, type HostErrorCode } from "../contract/hostError";
import { codeOf } from "./disk";
import { DamageError } from "./savedFile";

interface Said {
  readonly code: HostErrorCode;
  readonly message: string;
}

const ELSEWHERE = "make it writable, or choose another data folder";

const SAID: Readonly<Record<string, Said>> = {
  ENOSPC: { code: "disk_full", message: "there is no space left on the disk; free some, then save again" },
  EDQUOT: { code: "disk_full", message: "the disk quota is used up; free some space, then save again" },
  EFBIG: {
    code: "disk_full",
    message: "the file is larger than this disk takes; choose another data folder",
  },
  EACCES: { code: "not_writable", message: `permission to write is denied; ${ELSEWHERE}` },
  EPERM: { code: "not_writable", message: `permission to write is denied; ${ELSEWHERE}` },
  EROFS: { code: "not_writable", message: `the file system is read-only; ${ELSEWHERE}` },
  ENOTDIR: { code: "not_writable", message: "a part of the path is a file; choose a folder" },
  ENOENT: {
    code: "not_writable",
    message: "a part of the data folder is not there any more; put it back, or start again to make it anew",
  },
  EEXIST: { code: "not_writable", message: "a file stands in the way; choose a folder" },
  ENAMETOOLONG: { code: "not_writable", message: "the path is too long; choose a shorter data folder" },
  EIO: { code: "not_writable", message: "the disk reports a fault; copy what is on it to another one" },
};

/** A HostError of the system's error; HostErrors pass as they are. `where`: the folder it was about. */
export function hostError(thrown: unknown, where: string): HostError {
  if (thrown instanceof HostError) return thrown;
  const code = codeOf(thrown);
  const said = code === undefined ? undefined : SAID[code];
  if (said) return new HostError({ ...said, where }, { cause: thrown });
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (thrown instanceof DamageError)
    return new HostError({ code: "damaged", message, where }, { cause: thrown });
  return new HostError({ code: "internal", message, where }, { cause: thrown });
}
