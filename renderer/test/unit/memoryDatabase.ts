// The few calls of IndexedDB that the page makes, in memory: one database, stores with a key path, ranges of keys. As
// the real one it takes a copy of what is put, answers later and in order, and refuses what is no clone.

type Key = string | number | readonly Key[];

interface Range {
  readonly lower: Key;
  readonly upper: Key;
}

interface Request {
  result: unknown;
  error: Error | null;
  onsuccess: (() => void) | null;
  onerror: (() => void) | null;
  onupgradeneeded: (() => void) | null;
}

class Store {
  readonly rows: { readonly key: Key; readonly value: unknown }[] = [];
  constructor(private readonly keyPath: string | readonly string[]) {}

  keyOf(value: Readonly<Record<string, Key>>): Key {
    return typeof this.keyPath === "string" ? value[this.keyPath]! : this.keyPath.map((path) => value[path]!);
  }
}

export class MemoryDatabase {
  readonly stores = new Map<string, Store>();
  /** The next put fails with it. */
  refusing: Error | null = null;
  /** Connections that were opened and not closed. */
  connections = 0;
  /** How often one was opened. */
  opened = 0;
  #isMade = false;

  /** In place of `indexedDB`. */
  readonly factory = {
    open: () =>
      later((request) => {
        const made = this.#connection();
        request.result = made;
        this.connections++;
        this.opened++;
        if (this.#isMade) return;
        this.#isMade = true;
        request.onupgradeneeded?.();
      }),
  };

  /** In place of `IDBKeyRange`. */
  static readonly keyRange = { bound: (lower: Key, upper: Key): Range => ({ lower, upper }) };

  count(store: string): number {
    return this.stores.get(store)?.rows.length ?? 0;
  }

  #connection() {
    return {
      createObjectStore: (name: string, { keyPath }: { keyPath: string | readonly string[] }) =>
        void this.stores.set(name, new Store(keyPath)),
      transaction: (names: string | readonly string[], mode: "readonly" | "readwrite" = "readonly") => ({
        objectStore: (name: string) => {
          if (![names].flat().includes(name)) throw new Error(`${name} is no part of the transaction`);
          return this.#access(this.stores.get(name)!, mode);
        },
      }),
      close: () => void this.connections--,
    };
  }

  #access(store: Store, mode: "readonly" | "readwrite") {
    const changing = () => {
      if (mode !== "readwrite") throw new Error("the transaction is for reading");
    };
    return {
      put: (value: Readonly<Record<string, Key>>) => {
        changing();
        const copy = structuredClone(value);
        return later((request) => {
          const refusal = this.refusing;
          this.refusing = null;
          if (refusal) throw refusal;
          const key = store.keyOf(copy);
          const place = store.rows.findIndex((row) => compare(row.key, key) === 0);
          store.rows.splice(place < 0 ? store.rows.length : place, place < 0 ? 0 : 1, { key, value: copy });
          store.rows.sort((a, b) => compare(a.key, b.key));
          request.result = key;
        });
      },
      delete: (what: Key | Range) => {
        changing();
        return later(() => {
          const kept = store.rows.filter(({ key }) => !isWithin(key, what));
          store.rows.splice(0, store.rows.length, ...kept);
        });
      },
      getAll: (range?: Range) =>
        later((request) => {
          request.result = store.rows
            .filter(({ key }) => range === undefined || isWithin(key, range))
            .map(({ value }) => structuredClone(value));
        }),
    };
  }
}

/** A turn of its own after all that were asked for before it. */
function later(work: (request: Request) => void): Request {
  const request: Request = {
    result: undefined,
    error: null,
    onsuccess: null,
    onerror: null,
    onupgradeneeded: null,
  };
  setTimeout(() => {
    try {
      work(request);
    } catch (error) {
      request.error = error as Error;
      request.onerror?.();
      return;
    }
    request.onsuccess?.();
  });
  return request;
}

function isWithin(key: Key, what: Key | Range): boolean {
  if (typeof what === "object" && "lower" in what)
    return compare(key, what.lower) >= 0 && compare(key, what.upper) <= 0;
  return compare(key, what) === 0;
}

/** Numbers before texts, lists item by item, the shorter first. */
function compare(a: Key, b: Key): number {
  if (typeof a === "object" && typeof b === "object") {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const order = compare(a[i]!, b[i]!);
      if (order !== 0) return order;
    }
    return a.length - b.length;
  }
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
