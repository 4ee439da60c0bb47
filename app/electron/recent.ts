// The files opened or written last, newest first, for the menu and the system's own list.
import type { App } from "electron";
import { isAbsolute, join } from "node:path";
import { KeptFile } from "./keptFile";

const MOST = 10;
const LONGEST_PATH = 4096;

export class RecentFiles {
  #paths: readonly string[] = [];
  readonly #kept: KeptFile<readonly string[]>;
  onChange: () => void = () => {};

  constructor(
    private readonly app: App,
    dataFolder: string,
    onFault: (error: unknown) => void,
  ) {
    this.#kept = new KeptFile(join(dataFolder, "recent.json"), parseRecent, onFault);
  }

  get paths(): readonly string[] {
    return this.#paths;
  }

  async load(): Promise<void> {
    this.#paths = await this.#kept.read();
    this.onChange();
  }

  async add(path: string): Promise<void> {
    this.app.addRecentDocument(path);
    await this.#replace([path, ...this.#paths.filter((each) => each !== path)].slice(0, MOST));
  }

  async forget(path: string): Promise<void> {
    await this.#replace(this.#paths.filter((each) => each !== path));
  }

  async clear(): Promise<void> {
    this.app.clearRecentDocuments();
    await this.#replace([]);
  }

  async #replace(paths: readonly string[]): Promise<void> {
    this.#paths = paths;
    this.onChange();
    await this.#kept.write(paths);
  }
}

export function parseRecent(given: unknown): readonly string[] {
  if (!Array.isArray(given)) return [];
  const paths = given.filter(
    (each): each is string => typeof each === "string" && each.length <= LONGEST_PATH && isAbsolute(each),
  );
  return [...new Set(paths)].slice(0, MOST);
}
