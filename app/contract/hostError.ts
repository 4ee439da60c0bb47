// What a host's method rejects with. Across a border it is a plain object with a code.

export type HostErrorCode =
  /** What was asked is not well formed: `where` says which part of it. */
  | "invalid"
  | "not_found"
  /** A file on the disk is not what it should be. */
  | "damaged"
  /** Written by a newer version of the app. */
  | "newer_format"
  | "disk_full"
  | "not_writable"
  /** What is to be replaced has been changed by another window or process. */
  | "conflict"
  /** Another process holds the data folder. */
  | "locked"
  | "too_large"
  /** By whoever asked for it, or because they are gone. */
  | "cancelled"
  /** The connection to the host is lost or was refused. */
  | "unreachable"
  /** A fault of the app. */
  | "internal";

export interface HostFailure {
  readonly code: HostErrorCode;
  /** One sentence: what is wrong, and what would be right. */
  readonly message: string;
  readonly where?: string;
}

export class HostError extends Error {
  override readonly name = "HostError";
  readonly code: HostErrorCode;
  readonly where: string | undefined;

  constructor(failure: HostFailure, options?: ErrorOptions) {
    super(failure.message, options);
    this.code = failure.code;
    this.where = failure.where;
  }

  get failure(): HostFailure {
    const { code, message, where } = this;
    return { code, message, ...(where === undefined ? {} : { where }) };
  }
}

/** Anything thrown, as what may cross a border. Faults of the app keep their text to themselves but for the message. */
export function failureOf(thrown: unknown): HostFailure {
  if (thrown instanceof HostError) return thrown.failure;
  return { code: "internal", message: thrown instanceof Error ? thrown.message : String(thrown) };
}

const CODES: Readonly<Record<HostErrorCode, true>> = {
  invalid: true,
  not_found: true,
  damaged: true,
  newer_format: true,
  disk_full: true,
  not_writable: true,
  conflict: true,
  locked: true,
  too_large: true,
  cancelled: true,
  unreachable: true,
  internal: true,
};

/** Of something that came over a border. */
export function isHostFailure(value: unknown): value is HostFailure {
  if (typeof value !== "object" || value === null) return false;
  const { code, message, where } = value as Partial<Record<keyof HostFailure, unknown>>;
  return (
    typeof code === "string" &&
    Object.hasOwn(CODES, code) &&
    typeof message === "string" &&
    (where === undefined || typeof where === "string")
  );
}
