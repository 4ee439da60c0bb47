// A small JSON file of the shell's own in the data folder: the window's place, the recent files. Losing one costs
// comfort and no work: what cannot be read is forgotten, what cannot be written is logged.
import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { nodeDisk, writeWhole } from "../host/disk";

const MOST_BYTES = 64 * 1024;

export class KeptFile<Value> {
  #writing = Promise.resolve();
  #waiting: { value: Value } | null = null;

  /** `parse` makes the best of anything. */
  constructor(
    private readonly file: string,
    private readonly parse: (given: unknown) => Value,
    private readonly onFault: (error: unknown) => void,
  ) {}

  async read(): Promise<Value> {
    try {
      const handle = await open(this.file, "r");
      try {
        const { size } = await handle.stat();
        return this.parse(size > MOST_BYTES ? null : JSON.parse(await handle.readFile("utf8")));
      } finally {
        await handle.close();
      }
    } catch {
      return this.parse(null);
    }
  }

  /** Of values that come faster than the disk the newest is written. Resolves when it is there; never rejects. */
  write(value: Value): Promise<void> {
    const isWaiting = this.#waiting !== null;
    this.#waiting = { value };
    if (isWaiting) return this.#writing;
    this.#writing = this.#writing.then(async () => {
      const newest = this.#waiting?.value;
      this.#waiting = null;
      try {
        await mkdir(dirname(this.file), { recursive: true });
        await writeWhole(nodeDisk, this.file, [JSON.stringify(newest, null, 2)]);
      } catch (error) {
        this.onFault(error);
      }
    });
    return this.#writing;
  }
}

/** The fields of anything. */
export function fieldsOf(given: unknown): Readonly<Record<string, unknown>> {
  return typeof given === "object" && given !== null ? (given as Record<string, unknown>) : {};
}
