// Where the page finds its host and its shell: at the window, where Electron's preload has put them, or else at the
// server that it came from. What fails on the other side of the preload's bridge arrives as a plain HostFailure,
// since the bridge would strip an Error of its fields; from here on it is a HostError again.
import type { HostApi } from "../../../app/contract/hostApi";
import { failureOf, HostError, isHostFailure } from "../../../app/contract/hostError";
import { hostFromCalls } from "../../../app/contract/methodNames";
import type { ShellApi } from "../../../app/contract/shell";
import { browserShell } from "./browserShell";
import { httpHost } from "./httpHost";

export interface Connection {
  readonly host: HostApi;
  readonly shell: ShellApi;
}

declare global {
  interface Window {
    /** In Electron alone. */
    readonly initlab?: Connection;
  }
}

export function connect(): Connection {
  const bridge = window.initlab;
  return bridge === undefined ? { host: httpHost(), shell: browserShell() } : overBridge(bridge);
}

/** The same, rejecting with HostErrors. */
export function overBridge({ host, shell }: Connection): Connection {
  return {
    host: hostFromCalls((name, args) =>
      (host[name] as (...given: readonly unknown[]) => Promise<unknown>)(...args).catch(raise),
    ),
    shell: {
      pickFiles: (kind) => shell.pickFiles(kind).catch(raise),
      saveFile: (suggestedName, bytes) => shell.saveFile(suggestedName, bytes).catch(raise),
      showDocument: (name, isUnsaved) => shell.showDocument(name, isUnsaved),
      onCommand: (listener) => shell.onCommand(listener),
      onFiles: (listener) => shell.onFiles(listener),
    },
  };
}

function raise(thrown: unknown): never {
  throw new HostError(isHostFailure(thrown) ? thrown : failureOf(thrown), { cause: thrown });
}
