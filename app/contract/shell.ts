// What belongs to the window and not to the data: dialogs, menu, title, files handed over by the system.
// The app's window has it from its preload, a browser's page makes do with what a page can.
import type { CommandId } from "./commands";

export interface ShellApi {
  /** Files that the person picks; empty when cancelled. */
  pickFiles(kind: FileKind): Promise<readonly PickedFile[]>;
  /** Asks where, and writes. Where it went, or null when cancelled. Rejects with a HostError. */
  saveFile(suggestedName: string, bytes: Uint8Array): Promise<string | null>;
  /** Title of the window, and whether closing it would lose something. */
  showDocument(name: string, isUnsaved: boolean): void;
  /** A command chosen in the system's menu. Returns what ends the listening. */
  onCommand(listener: (command: CommandId) => void): () => void;
  /** Files opened from outside: double-clicked, named on the command line, recent. */
  onFiles(listener: (files: readonly PickedFile[]) => void): () => void;
}

export type FileKind =
  /** Specs (.json) and exported experiments (.initlab). */
  | "experiment"
  /** .csv, .npz, IDX. */
  | "data"
  /** .npy, .npz, .safetensors. */
  | "weights";

export interface PickedFile {
  /** Without its folder. */
  readonly name: string;
  readonly bytes: Uint8Array;
}
