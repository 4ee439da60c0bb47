// What travels between the page's preload and the main process: the names of the channels, once, and the form of an
// answer. No error crosses as an exception: Electron would turn it into a text.
import type { HostFailure } from "../contract/hostError";

/** From the page; each is answered. */
export const ASK = { host: "host", pickFiles: "shell:pickFiles", saveFile: "shell:saveFile" } as const;
/** From the page; no answer. `listens` says that the page now hears commands, or files. */
export const TELL = { document: "shell:document", listens: "shell:listens" } as const;
/** To the page. */
export const HEAR = { command: "shell:command", files: "shell:files" } as const;

export type Heard = keyof typeof HEAR;

export interface HostCall {
  readonly method: string;
  readonly args: readonly unknown[];
}

export type Reply =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly failure: HostFailure };
