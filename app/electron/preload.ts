// The page's only door: `window.initlab`, made from the HostApi's method names and the ShellApi. Runs in the sandbox,
// built to one CommonJS file. Hands no ipcRenderer to the page, and no event: a page could reach through them.
import { contextBridge, ipcRenderer } from "electron";
import { hostFromCalls } from "../contract/methodNames";
import type { ShellApi } from "../contract/shell";
import { ASK, HEAR, type Heard, type HostCall, type Reply, TELL } from "./channels";

/** Rejects with a plain HostFailure: an Error would lose its fields on the way through the bridge. */
async function ask(channel: string, ...args: readonly unknown[]): Promise<unknown> {
  const reply = (await ipcRenderer.invoke(channel, ...args)) as Reply;
  if (reply.ok) return reply.value;
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- see above
  throw reply.failure;
}

function listen<Value>(what: Heard, listener: (value: Value) => void): () => void {
  const hear = (_event: unknown, value: Value) => listener(value);
  ipcRenderer.on(HEAR[what], hear);
  ipcRenderer.send(TELL.listens, what);
  return () => void ipcRenderer.off(HEAR[what], hear);
}

const host = hostFromCalls((method, args) => ask(ASK.host, { method, args } satisfies HostCall));

const shell: ShellApi = {
  pickFiles: (kind) => ask(ASK.pickFiles, kind) as ReturnType<ShellApi["pickFiles"]>,
  saveFile: (name, bytes) => ask(ASK.saveFile, name, bytes) as ReturnType<ShellApi["saveFile"]>,
  showDocument: (name, isUnsaved) => ipcRenderer.send(TELL.document, name, isUnsaved),
  onCommand: (listener) => listen("command", listener),
  onFiles: (listener) => listen("files", listener),
};

contextBridge.exposeInMainWorld("initlab", { host, shell });
