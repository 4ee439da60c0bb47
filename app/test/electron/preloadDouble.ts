// A double of the `electron` module for the preload, as a script for a page: contextBridge copies what passes through
// it as the real one does, ipcRenderer leads to a function that the test exposes.

/** Plain values and bytes as a text; bytes as `{ $bytes: base64 }`, undefined as `{ $undefined: true }`. */
export function packed(value: unknown): string {
  const pack = (each: unknown): unknown => {
    if (each === undefined) return { $undefined: true };
    if (each instanceof Uint8Array) return { $bytes: Buffer.from(each).toString("base64") };
    if (Array.isArray(each)) return each.map(pack);
    if (typeof each !== "object" || each === null) return each;
    return Object.fromEntries(Object.entries(each).map(([key, below]) => [key, pack(below)]));
  };
  return JSON.stringify(pack(value));
}

export function unpacked(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== "object" || value === null) return value;
    if ("$undefined" in value) return undefined;
    if ("$bytes" in value) return new Uint8Array(Buffer.from(value.$bytes as string, "base64"));
    return value;
  });
}

/** Text of a function `(preload: (require) => void) => void`, run in the page before its own scripts. */
export const PRELOAD_DOUBLE = String.raw`(preload) => {
  const pack = (value) => {
    if (value === undefined) return { $undefined: true };
    if (value instanceof Uint8Array) {
      let text = "";
      for (let at = 0; at < value.length; at += 32768)
        text += String.fromCharCode(...value.subarray(at, at + 32768));
      return { $bytes: btoa(text) };
    }
    if (Array.isArray(value)) return value.map(pack);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, pack(each)]));
  };
  const unpack = (value) => {
    if (typeof value !== "object" || value === null) return value;
    if ("$undefined" in value) return undefined;
    if ("$bytes" in value) return Uint8Array.from(atob(value.$bytes), (letter) => letter.charCodeAt(0));
    if (Array.isArray(value)) return value.map(unpack);
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, unpack(each)]));
  };
  const packed = (value) => JSON.stringify(pack(value));
  const unpacked = (text) => unpack(JSON.parse(text));

  const listeners = new Map();
  globalThis.electronHears = (channel, text) => {
    for (const listener of listeners.get(channel) ?? []) listener({}, ...unpacked(text));
  };
  const ipcRenderer = {
    // What cannot be cloned is refused, as Electron refuses it.
    invoke: async (channel, ...args) =>
      unpacked(await globalThis.electronDouble("invoke", channel, packed(structuredClone(args)))),
    send: (channel, ...args) => void globalThis.electronDouble("send", channel, packed(structuredClone(args))),
    on: (channel, listener) => {
      if (!listeners.has(channel)) listeners.set(channel, new Set());
      listeners.get(channel).add(listener);
    },
    off: (channel, listener) => void listeners.get(channel)?.delete(listener),
  };

  const across = (value) => {
    if (typeof value === "function")
      return (...args) => {
        const result = value(...args.map(across));
        return result instanceof Promise
          ? result.then((given) => across(given), (error) => Promise.reject(across(error)))
          : across(result);
      };
    if (typeof value !== "object" || value === null) return value;
    const prototype = Object.getPrototypeOf(value);
    if (Array.isArray(value)) return value.map(across);
    if (prototype !== Object.prototype && prototype !== null) return structuredClone(value);
    return Object.freeze(Object.fromEntries(Object.entries(value).map(([key, each]) => [key, across(each)])));
  };
  const contextBridge = {
    exposeInMainWorld: (name, api) =>
      Object.defineProperty(globalThis, name, { value: across(api), writable: false, configurable: false }),
  };
  preload((name) => {
    if (name !== "electron") throw new Error("a sandboxed preload cannot load " + name);
    return { contextBridge, ipcRenderer };
  });
}`;
