// sha256 of bytes, beside the main thread: a file of a spec may have hundreds of megabytes.
import { webcrypto } from "node:crypto";

/** 64 hexadecimal digits. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const sum = await webcrypto.subtle.digest("SHA-256", bytes);
  return Buffer.from(sum).toString("hex");
}
