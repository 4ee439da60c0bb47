// A browser's own protocol over a pair of pipes: JSON messages that end with a zero byte, commands out, answers and
// events in. Knows no command by name. Once it is ended, everything that is open is rejected.
import type { Readable, Writable } from "node:stream";

/** Longer than any PDF that a report can be, in base64. */
const MAX_MESSAGE_BYTES = 400 * 2 ** 20;

export type Params = Readonly<Record<string, unknown>>;

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Params;
  readonly result?: Params;
  readonly error?: { readonly message: string };
}

interface Waiting {
  readonly method: string;
  readonly resolve: (result: Params) => void;
  readonly reject: (error: Error) => void;
}

/** What the browser refuses, or its end. */
export class DevtoolsError extends Error {
  override readonly name = "DevtoolsError";
}

export class Devtools {
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<string, (params: Params) => void>();
  #pieces: Buffer[] = [];
  #length = 0;
  #next = 1;
  #end: Error | null = null;

  /** `onClosed`: the other side has closed a pipe; no answer will come. */
  constructor(
    private readonly commands: Writable,
    answers: Readable,
    onClosed: () => void,
  ) {
    commands.on("error", onClosed);
    answers.on("error", onClosed).on("close", onClosed);
    answers.on("data", (bytes: Buffer) => this.#receive(bytes));
  }

  /** `session`: of the page that it is for; none is the browser itself. */
  async send(method: string, params: Params = {}, session?: string): Promise<Params> {
    if (this.#end !== null) throw this.#end;
    const id = this.#next++;
    const text = JSON.stringify({
      id,
      method,
      params,
      ...(session === undefined ? {} : { sessionId: session }),
    });
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { method, resolve, reject });
      this.commands.write(`${text}\0`);
    });
  }

  /** One listener an event. */
  on(event: string, listener: (params: Params) => void): void {
    this.#listeners.set(event, listener);
  }

  /** Every command that has no answer yet is rejected with this, and every later one. */
  end(reason: Error): void {
    this.#end ??= reason;
    for (const { reject } of this.#waiting.values()) reject(this.#end);
    this.#waiting.clear();
    this.#pieces = [];
  }

  #receive(bytes: Buffer): void {
    let from = 0;
    for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, from)) {
      this.#pieces.push(bytes.subarray(from, at));
      const text = Buffer.concat(this.#pieces).toString("utf8");
      [this.#pieces, this.#length, from] = [[], 0, at + 1];
      this.#hear(text);
    }
    const rest = bytes.subarray(from);
    this.#length += rest.length;
    if (this.#length > MAX_MESSAGE_BYTES)
      return this.end(new DevtoolsError(`the browser's answer is longer than ${MAX_MESSAGE_BYTES} bytes`));
    if (rest.length > 0 && this.#end === null) this.#pieces.push(rest);
  }

  #hear(text: string): void {
    let message: Message;
    try {
      message = JSON.parse(text) as Message;
    } catch {
      return this.end(new DevtoolsError("the browser has sent what is no message"));
    }
    const { id, method, params = {}, result = {}, error } = message;
    if (id === undefined) return void (method !== undefined && this.#listeners.get(method)?.(params));
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new DevtoolsError(`${waiting.method}: ${error.message}`));
  }
}
