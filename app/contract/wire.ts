// Values of the HostApi as JSON text and back, for a transport that carries text. JSON carries all of them but bytes:
// a Uint8Array travels as {"$bytes": "<base64>"}. An object that has such a key of its own, alone, gets one "$" more
// on the way out and loses it on the way in, so that every value arrives as it left.
// It refuses numbers that are not finite: JSON would turn them into null without a word.

// Browsers and Node both have these two, newer ones the two below, which are tenfold as quick; the contract is
// compiled with the types of neither.
declare function atob(base64: string): string;
declare function btoa(binary: string): string;
interface NativeEncoding {
  toBase64?(): string;
}
interface NativeDecoding {
  fromBase64?(base64: string): Uint8Array;
}

const MARK = "$bytes";
const MARKED = /^\$+bytes$/;

/** A request or an answer may have so many bytes at the most; the page and the server both hold to it. */
export const MAX_WIRE_BYTES = 384 * 2 ** 20;

export function toWire(value: unknown): string {
  return JSON.stringify(value, outgoing);
}

/** Throws a SyntaxError where the text is no JSON, or says "$bytes" of what is no base64. */
export function fromWire(text: string): unknown {
  // A list of ten thousand experiments has no bytes in it, and need not be walked for them.
  return JSON.parse(text, text.includes(`${MARK}"`) ? incoming : undefined) as unknown;
}

/** Asked for every value, with its holder as `this`: `value` itself may have gone through a toJSON already. */
function outgoing(this: unknown, key: string, value: unknown): unknown {
  const own = (this as Record<string, unknown>)[key];
  if (own instanceof Uint8Array) return new Outgoing(toBase64(own));
  if (typeof value === "number" && !Number.isFinite(value))
    throw new TypeError(`${key || "the value"} is ${value}, which JSON cannot carry`);
  const mark = lonelyMark(value);
  return mark === undefined || value instanceof Outgoing
    ? value
    : { ["$" + mark]: (value as Record<string, unknown>)[mark] };
}

/** Bytes on their way: not an object of the sender's that happens to look like them. */
class Outgoing {
  constructor(readonly $bytes: string) {}
}

function incoming(_key: string, value: unknown): unknown {
  const mark = lonelyMark(value);
  if (mark === undefined) return value;
  const held = (value as Record<string, unknown>)[mark];
  return mark === MARK ? fromBase64(held) : { [mark.slice(1)]: held };
}

/** The key of an object that has one key, and that one marked. */
function lonelyMark(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const keys = Object.keys(value);
  return keys.length === 1 && MARKED.test(keys[0]!) ? keys[0] : undefined;
}

/** Characters that String.fromCharCode takes at once; a multiple of 3, so that the pieces' base64 can be joined. */
const PIECE = 3 * 2 ** 13;

function toBase64(bytes: Uint8Array): string {
  const native = (bytes as NativeEncoding).toBase64?.();
  if (native !== undefined) return native;
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += PIECE)
    pieces.push(btoa(String.fromCharCode.apply(null, bytes.subarray(at, at + PIECE) as unknown as number[])));
  return pieces.join("");
}

function fromBase64(held: unknown): Uint8Array {
  let binary: string;
  try {
    if (typeof held !== "string") throw new TypeError("no text");
    const native = (Uint8Array as NativeDecoding).fromBase64?.(held);
    if (native !== undefined) return native;
    binary = atob(held);
  } catch (cause) {
    throw new SyntaxError(`"${MARK}" has something else than base64`, { cause });
  }
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
